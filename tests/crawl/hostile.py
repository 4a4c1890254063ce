"""Texts that would run if a page forgot to escape them, in every field that people write."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import Concat

from advisors.models import Advisor, SkillEvidence
from allocation.models import AssignmentLock, ClientRefusal
from clients.models import (
    Client,
    ClientProfile,
    ColumnMapping,
    ImportDataset,
    ImportRun,
    PersonaOverride,
    PersonaPolicy,
    SavedView,
    ValuePolicy,
)
from tests.fixtures.rich_branch import RichBranch

#: `alert` opens a dialog where it runs; the sum shows where a template is rendered twice; quotes end an attribute.
SCRIPT = "<img src=x onerror=alert(1)>"
SUM = "{{7*7}}"
QUOTE = "\"'><script>alert(2)</script>"
ALL = f"{SCRIPT}{SUM}{QUOTE}"


def write_hostile_texts(branch: RichBranch) -> None:
    cast = branch.cast
    home, client = cast.home, branch.held
    Client.objects.filter(pk=client.pk).update(name=f"卫{ALL}", occupation=SCRIPT, education=SUM)
    ClientProfile.objects.update_or_create(
        client=client,
        defaults={
            "branch": home,
            "experience_note": ALL,
            "main_investments": ALL,
            "wishes": ALL,
            "goal_return_note": ALL,
            "liquidity_note": ALL,
            "preferred_channel": SUM,
            "updated_by": cast.director,
        },
    )
    Advisor.objects.filter(pk=cast.advisor_profile.pk).update(name=f"李{SCRIPT}{SUM}")
    SkillEvidence.objects.filter(advisor=cast.advisor_profile).update(note=ALL)
    SavedView.objects.create(branch=home, owner=cast.director, name=SCRIPT, is_shared=True)
    SavedView.objects.create(branch=home, owner=cast.assistant, name=SUM, is_shared=True)
    AssignmentLock.objects.create(
        branch=home, client=client, advisor=cast.advisor_profile, reason=ALL, made_by=cast.director
    )
    ClientRefusal.objects.filter(client=client).update(note=ALL)
    PersonaOverride.objects.filter(client=client).update(reason=ALL)
    ImportRun.objects.filter(branch=home).update(label=SCRIPT)
    ImportDataset.objects.filter(run__branch=home).update(
        file_name=Concat(Value(SCRIPT), F("file_name")), unknown_columns=[ALL]
    )
    ColumnMapping.objects.filter(branch=home).update(header=SCRIPT)
    ValuePolicy.objects.filter(branch=home).update(note=ALL)
    PersonaPolicy.objects.filter(branch=home).update(note=ALL)
    branch.plan.title = SCRIPT + SUM
    branch.plan.save(update_fields=["title"])
    home.name = f"西安{SCRIPT}"
    home.save()
