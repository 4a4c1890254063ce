import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicelog", "0002_calendar_feed")]

    operations = [
        migrations.AddField(
            model_name="bulkcontact",
            name="left_out",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=32),
                blank=True,
                default=list,
                size=None,
                verbose_name="not sent to",
            ),
        ),
    ]
