import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("servicelog", "0006_scorecard_records")]

    operations = [
        migrations.AddField(
            model_name="scorecard",
            name="until",
            field=models.DateField(
                default=django.utils.timezone.localdate,
                help_text="last day that counts; the month's end once it is over",
                verbose_name="counted until",
            ),
            preserve_default=False,
        ),
    ]
