from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicelog", "0002_calendar_feed")]

    operations = [
        migrations.AddField(model_name="motpolicy", name="trial", field=models.JSONField(null=True)),
    ]
