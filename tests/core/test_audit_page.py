"""The audit page speaks in words: actions by part of the product, objects by name, and a line leads to its object's lines."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.test import Client as Browser

from branch_crm.core import audit
from branch_crm.core.filters import audited_actions
from branch_crm.core.models import AuditEntry
from branch_crm.core.templatetags.audit_words import ACTIONS, object_name
from tests.cast import make_cast

pytestmark = pytest.mark.django_db


def test_every_action_can_be_chosen_under_its_part() -> None:
    parts = audited_actions()
    assert sum(len(choices) - 1 for _name, choices in parts) == len(ACTIONS)
    assert len(parts) == len({name for name, _choices in parts})


def test_objects_have_names_also_those_that_are_no_more() -> None:
    assert object_name("core.staff") == str(apps.get_model("core.Staff")._meta.verbose_name)
    assert object_name("gone.thing") == "gone.thing"
    assert object_name("") == ""


def test_lines_are_found_by_part_by_action_and_by_object(client: Browser) -> None:
    cast = make_cast()
    for action in ("advisors.leave_entered", "clients.value_policy_drafted", "advisors.leave_cancelled"):
        audit.record(action=action, actor=cast.director, branch=cast.home, target=cast.advisor_profile, detail={})
    client.force_login(cast.compliance)

    def shown(**chosen: str) -> list[str]:
        page = client.get("/audit/", chosen).context["page"]
        return [entry.action for entry in page]

    assert shown(action="advisors.") == ["advisors.leave_cancelled", "advisors.leave_entered"]
    assert shown(action="advisors.leave_entered") == ["advisors.leave_entered"]
    line = AuditEntry.objects.latest("pk")
    assert len(shown(target=line.target_type, target_id=line.target_id)) == 3
    assert b"target_id=" + line.target_id.encode() in client.get("/audit/").content
