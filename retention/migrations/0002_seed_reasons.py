"""The firm's first list of reasons; branches add to it and switch off what they do not use."""

import csv
from pathlib import Path

from django.db import migrations

#: Two levels in both languages, with what to answer and what never to say (domain knowledge §7.3).
LIST = Path(__file__).with_name("reasons.csv")


def seed(apps, schema_editor):
    Reason = apps.get_model("retention", "Reason")
    tops = {}
    with LIST.open(encoding="utf-8", newline="") as lines:
        for place, row in enumerate(csv.DictReader(lines)):
            parent = tops.get(row.pop("parent"))
            reason = Reason.objects.create(parent=parent, place=place, **row)
            if parent is None:
                tops[reason.code] = reason


def unseed(apps, schema_editor):
    reasons = apps.get_model("retention", "Reason").objects.filter(branch__isnull=True)
    reasons.filter(parent__isnull=False).delete()
    reasons.delete()


class Migration(migrations.Migration):
    dependencies = [("retention", "0001_leaving_and_staying")]
    operations = [migrations.RunPython(seed, unseed)]
