"""A script's life: written, screened, approved by another for a time, drawn, spoken, taken out of use."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import Notification
from clients.models import Client
from retention.models import Reason, RetentionCase, Script, ScriptUse, ScriptVersion
from retention.queries.scripts import fitting_scripts
from retention.services.approve_script import approve_script, return_script
from retention.services.bring_in_library import bring_in_library
from retention.services.draw_script import draw_script
from retention.services.errors import RetentionError
from retention.services.note_spoken import note_spoken
from retention.services.propose_script import propose_script
from retention.services.receive_request import receive_request
from retention.services.retire_script import retire_script, tell_expiring_scripts
from retention.services.work_on_request import decline_talk
from retention.services.write_script import change_situation, write_script, write_version
from tests.cast import Cast

TEXT = dict.fromkeys(("opening", "questions", "close", "must_say"), "您随时可以办理")
BODY = {"zh": TEXT, "en": dict.fromkeys(TEXT, "You may close it at any time")}


def soon(days: int = 90) -> Any:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def draft(cast: Cast) -> ScriptVersion:
    rate = Reason.objects.get(code="rate")
    return write_script(
        branch=cast.home, reason=rate, title_zh="费率说明", title_en="Rate", body=BODY, actor=cast.advisor
    )


@pytest.fixture
def approved(cast: Cast, draft: ScriptVersion) -> ScriptVersion:
    return approve_script(
        version=propose_script(version=draft, actor=cast.advisor), until=soon(), actor=cast.compliance
    )


def second_version(cast: Cast, script: Script) -> ScriptVersion:
    body = {**BODY, "zh": {**TEXT, "opening": "您好，先为您受理"}}
    version = write_version(script=script, body=body, actor=cast.assistant)
    return approve_script(
        version=propose_script(version=version, actor=cast.assistant), until=soon(), actor=cast.compliance
    )


def test_it_is_written_handed_on_and_approved_by_another(cast: Cast, draft: ScriptVersion) -> None:
    with pytest.raises(RetentionError):
        approve_script(version=draft, until=soon(), actor=cast.compliance)
    proposed = propose_script(version=draft, actor=cast.advisor)
    assert Notification.objects.filter(kind="retention.script_proposed", recipient=cast.compliance).exists()
    with pytest.raises(RetentionError):
        approve_script(version=proposed, until=soon(), actor=cast.advisor)
    for day in (timezone.localdate(), soon(400)):
        with pytest.raises(RetentionError) as error:
            approve_script(version=proposed, until=day, actor=cast.compliance)
        assert error.value.field == "until"
    approved = approve_script(version=proposed, until=soon(), actor=cast.compliance)
    assert (approved.state, approved.decided_by) == ("approved", cast.compliance)
    assert Notification.objects.filter(kind="retention.script_approved", recipient=cast.advisor).count() == 1


def test_forbidden_wording_can_never_be_handed_on(cast: Cast, draft: ScriptVersion) -> None:
    bad = write_version(script=draft.script, body={**BODY, "zh": {**TEXT, "offer": "保证收益"}}, actor=cast.advisor)
    assert (bad.pk, [flag["word"] for flag in bad.flagged]) == (draft.pk, ["保证收益"])
    with pytest.raises(RetentionError, match="保证收益"):
        propose_script(version=bad, actor=cast.advisor)
    ScriptVersion.objects.filter(pk=bad.pk).update(state="proposed")
    with pytest.raises(RetentionError, match="保证收益"):
        approve_script(version=bad, until=soon(), actor=cast.compliance)


def test_approved_text_is_never_changed_and_its_situation_stays(cast: Cast, approved: ScriptVersion) -> None:
    second = write_version(script=approved.script, body={"zh": TEXT}, actor=cast.director)
    assert (second.version, second.state) == (2, "draft")
    approved.refresh_from_db()
    assert approved.body["en"]["opening"]
    loss = Reason.objects.get(code="loss")
    change_situation(
        script=approved.script, reason=loss, title_zh="别的", title_en="x", tiers=[1], personas=[], actor=cast.director
    )
    assert Script.objects.get(pk=approved.script_id).reason.code == "rate"


def test_a_colleagues_text_is_not_written_over(cast: Cast, draft: ScriptVersion) -> None:
    with pytest.raises(RetentionError):
        write_version(script=draft.script, body=BODY | {"en": {}}, actor=cast.director, seen="another text")
    same = write_version(script=draft.script, body=BODY, actor=cast.director)
    assert same.written_by == cast.advisor


def test_returned_needs_a_word_and_is_a_draft_again(cast: Cast, draft: ScriptVersion) -> None:
    proposed = propose_script(version=draft, actor=cast.advisor)
    with pytest.raises(RetentionError) as error:
        return_script(version=proposed, note=" ", actor=cast.compliance)
    assert error.value.field == "note"
    returned = return_script(version=proposed, note="补上税费说明", actor=cast.compliance)
    assert propose_script(version=returned, actor=cast.advisor).state == "proposed"


def test_only_what_is_approved_today_fits_and_the_firms_fits_everybody(cast: Cast, approved: ScriptVersion) -> None:
    rate = Reason.objects.get(code="rate_above_peers")

    def found(branch: Any, on: Any = None) -> list[str]:
        fitting = fitting_scripts(
            branch=branch, reasons=[(rate, 2.0)], tier=3, persona="PP", on=on or timezone.localdate()
        )
        return [row.script.title_zh for row in fitting]

    assert found(cast.home) == ["费率说明"]
    assert found(cast.home, soon(91)) == []
    assert found(cast.away) == []
    Script.objects.filter(pk=approved.script_id).update(branch=None)
    assert found(cast.away) == ["费率说明"]
    with pytest.raises(RetentionError):
        write_version(script=Script.objects.get(pk=approved.script_id), body={}, actor=cast.director)


def test_an_episode_is_drawn_once_and_keeps_its_version(
    cast: Cast, client_of_home: Client, approved: ScriptVersion
) -> None:
    case = RetentionCase.objects.create(branch=cast.home, client=client_of_home, source="signal")
    use = draw_script(case=case, script=approved.script, on=timezone.localdate())
    assert (use.version, use.among) == (approved, 1)
    second_version(cast, approved.script)
    retire_script(version=approved, actor=cast.compliance)
    assert draw_script(case=case, script=approved.script, on=timezone.localdate()) == use
    note_spoken(use=use, actor=cast.advisor)
    note_spoken(use=use, actor=cast.director)
    assert ScriptUse.objects.get().spoken_by == cast.advisor


def test_the_end_of_an_approval_is_told_once_to_owner_and_compliance(cast: Cast, approved: ScriptVersion) -> None:
    day = approved.expires_on - timedelta(days=20)
    assert tell_expiring_scripts(branch=cast.home, on=day) == 0
    for _again in range(2):
        assert tell_expiring_scripts(branch=cast.home, on=day + timedelta(days=10)) == 1
    told = Notification.objects.filter(kind="retention.script_expires").values_list("recipient__username", flat=True)
    assert sorted(told) == ["advisor", "compliance"]


def test_the_library_comes_once_without_a_forbidden_word_for_every_top_reason(cast: Cast) -> None:
    brought = bring_in_library(branch=cast.home, actor=cast.director)
    assert not any(version.flagged for version in brought)
    tops = set(Reason.objects.filter(branch=None, parent=None).values_list("code", flat=True))
    assert {version.script.reason.code for version in brought} == tops
    assert all(propose_script(version=version, actor=cast.director).state == "proposed" for version in brought)
    assert bring_in_library(branch=cast.home, actor=cast.advisor) == []


def test_beside_a_client_they_are_drawn_and_silent_after_a_no(
    cast: Cast, client: Browser, client_of_home: Client, approved: ScriptVersion
) -> None:
    Reason.objects.filter(code="untold").update(code="told_nothing")
    Reason.objects.filter(code="rate").update(code="untold")
    page = reverse("retention:client_scripts", args=[client_of_home.pk])
    client.force_login(cast.counter)
    assert "费率说明" in client.get(page).content.decode()
    assert not ScriptUse.objects.exists()
    RetentionCase.objects.create(branch=cast.home, client=client_of_home, source="signal")
    client.force_login(cast.compliance)
    client.get(page)
    assert not ScriptUse.objects.exists()
    client.force_login(cast.counter)
    client.get(page)
    client.get(page)
    client.post(reverse("retention:script_spoken", args=[ScriptUse.objects.get().pk]))
    assert ScriptUse.objects.get().spoken_by == cast.counter
    request = receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter).request
    decline_talk(request=request, actor=cast.counter)
    assert "费率说明" not in client.get(page).content.decode()


def test_the_pages_write_screen_compare_and_decide(cast: Cast, client: Browser, approved: ScriptVersion) -> None:
    second_version(cast, approved.script)
    detail = reverse("retention:script_detail", args=[approved.script_id])
    client.force_login(cast.advisor)
    assert client.get(reverse("retention:script_new")).status_code == 200
    assert "稳赚" in client.post(reverse("retention:script_screen"), {"zh-offer": "稳赚不赔"}).content.decode()
    edit = client.get(reverse("retention:script_edit", args=[approved.script_id]))
    form = edit.context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() not in (None, [])}
    saved = client.post(reverse("retention:script_edit", args=[approved.script_id]), sent | {"zh-opening": "第三版"})
    assert saved.status_code == 302
    third = approved.script.versions.first()
    assert (third.version, third.body["zh"]["opening"], third.body["en"]) == (3, "第三版", read(approved)["en"])
    shown = client.get(f"{detail}?v=3&against=1").content.decode()
    assert "<ins>第三版</ins>" in shown and "<del>您随时可以办理</del>" in shown
    client.post(reverse("retention:script_proposal", args=[third.pk]))
    client.force_login(cast.compliance)
    assert client.post(reverse("retention:script_approval", args=[third.pk]), {"until": "x"}).status_code == 422
    assert client.post(reverse("retention:script_return", args=[third.pk]), {"note": ""}).status_code == 422
    client.post(reverse("retention:script_approval", args=[third.pk]), {"until": soon().isoformat()})
    third.refresh_from_db()
    assert third.state == "approved"
    for tab in ("", "?tab=waiting", "?tab=ended"):
        assert client.get(reverse("retention:script_list") + tab).status_code == 200


def read(version: ScriptVersion) -> dict[str, Any]:
    return ScriptVersion.objects.get(pk=version.pk).body


def test_the_api_writes_and_decides_by_the_same_services(cast: Cast, client: Browser) -> None:
    client.force_login(cast.advisor)
    sent = {"reason": "rate", "title_zh": "接口", "title_en": "API", "tiers": [5], "body": BODY}
    made = client.post("/api/v1/scripts/", sent, content_type="application/json")
    assert (made.status_code, made.json()["version"]) == (201, 1)
    assert client.post("/api/v1/scripts/", sent, content_type="application/json").status_code == 400
    assert client.post("/api/v1/scripts/", {**sent, "tiers": [9]}, content_type="application/json").status_code == 400
    version = f"/api/v1/script-versions/{made.json()['id']}/"
    assert client.post(f"{version}proposal/").json()["state"] == "proposed"
    assert client.post(f"{version}approval/", {"until": soon().isoformat()}).status_code == 403
    client.force_login(cast.compliance)
    assert "until" in client.post(f"{version}approval/", {"until": "2020-01-01"}).json()
    assert client.post(f"{version}approval/", {"until": soon().isoformat()}).json()["state"] == "approved"
    assert [row["tiers"] for row in client.get("/api/v1/scripts/").json()["results"]] == [[5]]
    client.force_login(cast.director)
    added = {"code": "own", "parent": "rate", "name_zh": "自设", "name_en": "Own"}
    assert client.post("/api/v1/leaving-reasons/", added, content_type="application/json").status_code == 201
    assert client.post("/api/v1/leaving-reasons/", added, content_type="application/json").status_code == 400
