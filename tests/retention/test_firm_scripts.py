"""Scripts of the firm: written and approved above the branches, used by every branch as they are."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.utils import timezone

from branch_crm.core.models import Notification, Role, Staff
from clients.models import Client
from retention.models import Reason, Script, ScriptVersion
from retention.services.bring_in_library import bring_in_library
from retention.services.retire_script import retire_script, tell_expiring_scripts
from tests.cast import Cast

TEXT = {
    "opening": "您好，申请已经受理。",
    "questions": "您想了解哪些？",
    "close": "照常办理。",
    "must_say": "您随时可以办理。",
}
ENGLISH = {
    "opening": "It is taken in.",
    "questions": "What matters?",
    "close": "It goes on.",
    "must_say": "At any time.",
}
FIELDS = {f"zh-{part}": text for part, text in TEXT.items()} | {f"en-{part}": text for part, text in ENGLISH.items()}


@pytest.fixture
def writer(db: None) -> Staff:
    return Staff.objects.create_user("firm1", name="郭静", role=Role.COMPLIANCE, branch=None)


@pytest.fixture
def approver(db: None) -> Staff:
    return Staff.objects.create_user("firm2", name="邓超", role=Role.COMPLIANCE, branch=None)


def signed_in(staff: Staff) -> Browser:
    browser = Browser()
    browser.force_login(staff, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def approved(writer: Staff, approver: Staff) -> Script:
    """By the pages, from the first word to the approval."""
    desk, reason = signed_in(writer), Reason.objects.get(branch=None, code="untold")
    sent = {"reason": reason.pk, "title_zh": "照办并留联系方式", "title_en": "Do it, and keep in touch", **FIELDS}
    assert desk.post("/retention/scripts/new/", sent).status_code == 302
    version = ScriptVersion.objects.get()
    assert version.script.branch is None
    assert desk.post(f"/retention/scripts/versions/{version.pk}/proposal/").status_code == 302
    assert set(Notification.objects.values_list("recipient__username", flat=True)) == {approver.username}
    until = timezone.localdate() + timedelta(days=90)
    signed_in(approver).post(f"/retention/scripts/versions/{version.pk}/approval/", {"until": until.isoformat()})
    version.refresh_from_db()
    assert version.state == "approved"
    return version.script


def test_every_branch_uses_them_and_no_branch_changes_them(
    cast: Cast, client_of_home: Client, writer: Staff, approver: Staff
) -> None:
    script = approved(writer, approver)
    shown = signed_in(cast.counter).get(f"/retention/clients/{client_of_home.pk}/scripts/").content.decode()
    assert "照办并留联系方式" in shown
    assert "照办并留联系方式" in signed_in(cast.stranger).get("/retention/scripts/").content.decode()
    address = f"/retention/scripts/{script.pk}/"
    page = signed_in(cast.director).get(address).content.decode()
    assert "撰写本营业部话术" in page
    version = script.versions.get()
    for deed in (f"{address}text/", f"/retention/scripts/versions/{version.pk}/retirement/"):
        assert deed not in page
    changed = {"reason": script.reason_id, "title_zh": "改", "title_en": "Changed", **FIELDS, "zh-opening": "改了"}
    refused = signed_in(cast.director).post(f"{address}text/", changed)
    assert refused.status_code == 422
    assert "公司统一话术" in refused.content.decode()
    signed_in(cast.director).post(f"/retention/scripts/versions/{version.pk}/retirement/")
    version.refresh_from_db()
    assert (version.state, version.body["zh"]["opening"]) == ("approved", TEXT["opening"])


def test_the_firm_oversees_a_branchs_words_but_does_not_write_them(cast: Cast, writer: Staff) -> None:
    draft = bring_in_library(branch=cast.home, actor=cast.director)[0]
    desk, address = signed_in(writer), f"/retention/scripts/{draft.script_id}/"
    assert "scripts/versions" in desk.get(address).content.decode()
    body = {"body": {"zh": TEXT, "en": ENGLISH}}
    refused = desk.post(f"/api/v1/scripts/{draft.script_id}/text/", body, content_type="application/json")
    assert refused.status_code == 400
    assert "营业部" in refused.json()["detail"][0]
    assert retire_script(version=draft, actor=writer).state == "retired"


def test_over_the_api_and_the_first_set(cast: Cast, writer: Staff) -> None:
    Reason.objects.create(branch=cast.home, code="own", name_zh="本部", name_en="Own")
    desk, address = signed_in(writer), "/api/v1/scripts/"
    script = {"title_zh": "费率", "title_en": "Rate", "body": {"zh": TEXT, "en": ENGLISH}}
    assert desk.post(address, {**script, "reason": "own"}, content_type="application/json").status_code == 400
    assert desk.post(address, {**script, "reason": "rate"}, content_type="application/json").status_code == 201
    assert Script.objects.get().branch is None
    desk.post("/retention/scripts/first-set/")
    assert Script.objects.filter(branch=None).count() > 10
    assert desk.get("/retention/scripts/new/").status_code == 200


def test_the_firm_is_told_in_time_that_an_approval_ends(cast: Cast, writer: Staff, approver: Staff) -> None:
    script = approved(writer, approver)
    on = script.versions.get().expires_on - timedelta(days=10)
    for branch in (cast.home, cast.away):
        assert tell_expiring_scripts(branch=branch, on=on) == 1
    told = Notification.objects.filter(kind="retention.script_expires").values_list("recipient__username", flat=True)
    assert sorted(told) == ["firm1", "firm2"]
