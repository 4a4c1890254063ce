from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicelog", "0003_bulk_left_out")]

    operations = [
        migrations.AddField(model_name="motpolicy", name="trial", field=models.JSONField(null=True)),
    ]
