import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Coalesce

#: Plans made before keep both in the card of each line.
FILL = """
    UPDATE allocation_planline
    SET value_type = coalesce(card->'client'->>'value_type', ''), persona = coalesce(card->'client'->>'persona', '')
"""


class Migration(migrations.Migration):
    dependencies = [
        ("allocation", "0004_desk"),
    ]

    operations = [
        migrations.AddField(
            model_name="assignmentlock",
            name="plan",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="locks", to="allocation.plan"
            ),
        ),
        migrations.AddField(
            model_name="planline",
            name="value_type",
            field=models.CharField(blank=True, default="", max_length=12),
        ),
        migrations.AddField(
            model_name="planline",
            name="persona",
            field=models.CharField(blank=True, default="", max_length=4),
        ),
        migrations.AddField(
            model_name="planline",
            name="round",
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name="planline",
            name="rise",
            field=models.GeneratedField(
                db_persist=True,
                expression=Coalesce("fit_after", 0.0) - Coalesce("fit_before", 0.0),
                output_field=models.FloatField(),
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(fields=["plan", "-value", "id"], name="plan_line_by_value"),
        ),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(fields=["plan", "-rise", "id"], name="plan_line_by_rise"),
        ),
        migrations.AddIndex(
            model_name="planline",
            index=models.Index(fields=["plan", "-tier", "-value", "id"], name="plan_line_by_tier"),
        ),
    ]
