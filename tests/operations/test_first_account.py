"""The first steps of docs/operations.md in a new installation."""

import pytest
from django.core.management import call_command

from branch_crm.core.models import Branch, Role, Staff


@pytest.mark.django_db
def test_the_first_account_stands_above_the_branches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a-long-first-password")
    call_command("createsuperuser", interactive=False, username="admin", name="郑宇", verbosity=0)
    call_command("create_branch", "6101", "西安高新路营业部")
    first = Staff.objects.get(username="admin")
    assert (first.role, first.branch, first.is_firm_level) == (Role.ADMIN, None, True)
    assert first.check_password("a-long-first-password")
    assert list(Branch.objects.visible_to(first).values_list("code", flat=True)) == ["6101"]
