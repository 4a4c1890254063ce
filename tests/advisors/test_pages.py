"""Advisor pages as director and advisor use them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from advisors.models import Advisor, EvidenceKind, Leave, Licence, SkillEvidence
from advisors.queries import skill_matrix
from advisors.services.leave import enter_leave
from advisors.services.record_evidence import record_evidence
from branch_crm.core.models import AuditEntry

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


def test_the_director_enters_a_result_and_sees_the_skill_with_its_reasons(client, cast):
    client.force_login(cast.director)
    page = reverse("advisors:evidence_new", args=[cast.advisor_profile.pk])
    sent = {"kind": "exam", "event": "投顾业务考试", "held_on": "2026-11-02", "score": "88"}
    assert client.post(page, sent).status_code == 302
    detail = client.get(reverse("advisors:detail", args=[cast.advisor_profile.pk]))
    assert "投顾业务考试" in detail.content.decode()
    why = client.get(reverse("advisors:skill_why", args=[cast.advisor_profile.pk, "asset_allocation"]))
    assert "投顾业务考试" in why.content.decode()
    assert AuditEntry.objects.filter(action="advisors.evidence_recorded", actor=cast.director).count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{}, {"score": "120"}, {"place": "9", "participants": "3"}, {"score": "50", "held_on": "2999-01-01"}],
    ids=["neither score nor place", "score above 100", "place behind the last", "future"],
)
def test_a_wrong_result_is_named_and_nothing_is_kept(client, cast, wrong):
    client.force_login(cast.director)
    sent = {"kind": "exam", "event": "考试", "held_on": "2026-11-02", **wrong}
    answer = client.post(reverse("advisors:evidence_new", args=[cast.advisor_profile.pk]), sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert not SkillEvidence.objects.exists()


def test_a_result_entered_again_replaces_the_first_which_stays_on_record(cast):
    for score in (70, 75, 75):
        record_evidence(
            advisor=cast.advisor_profile,
            kind=EvidenceKind.QUIZ,
            event="知识竞赛",
            held_on=TODAY,
            score=score,
            actor=None,
        )
    replaced, standing = SkillEvidence.objects.order_by("withdrawn_at")
    assert (standing.score, standing.withdrawn_at, standing.corrects) == (75, None, replaced)
    assert replaced.score == 70


def test_withdrawn_evidence_stays_and_no_longer_counts(client, cast):
    evidence = record_evidence(
        advisor=cast.advisor_profile, kind=EvidenceKind.EXAM, event="考试", held_on=TODAY, score=90, actor=None
    )
    client.force_login(cast.director)
    for _ in range(2):
        client.post(reverse("advisors:evidence_withdraw", args=[evidence.pk]))
    assert SkillEvidence.objects.count() == 1
    assert AuditEntry.objects.filter(action="advisors.evidence_withdrawn").count() == 1
    table = skill_matrix(cast.home, on=TODAY, advisor_ids=[cast.advisor_profile.pk])
    assert (table.weight == 0).all()


def test_an_advisor_sees_and_edits_only_the_own_profile(client, cast):
    client.force_login(cast.advisor)
    assert client.get(reverse("advisors:list")).url == reverse("advisors:detail", args=[cast.advisor_profile.pk])
    assert client.get(reverse("advisors:detail", args=[cast.colleague_profile.pk])).status_code == 404
    form = reverse("advisors:edit", args=[cast.advisor_profile.pk])
    client.post(form, {"interests": "两融", "wish": "交易型客户", "monthly_hours": "999"})
    cast.advisor_profile.refresh_from_db()
    assert (cast.advisor_profile.wish, cast.advisor_profile.monthly_hours) == ("交易型客户", 132)


def test_an_advisor_names_own_strengths(client, cast):
    client.force_login(cast.advisor)
    page = reverse("advisors:nominate_self", args=[cast.advisor_profile.pk])
    assert client.post(page, {"skills": ["patience"], "note": "带过老年客户沙龙"}).status_code == 302
    assert SkillEvidence.objects.get().skills == ["patience"]
    assert client.get(reverse("advisors:nominate_self", args=[cast.colleague_profile.pk])).status_code == 404


class TestServing:
    """The one definition of who may hold clients on a day."""

    @pytest.mark.parametrize(
        "change",
        [
            {"left": TODAY},
            {"joined": TODAY + timedelta(days=1)},
            {"licence_until": TODAY - timedelta(days=1)},
            {"licence": Licence.NONE},
            {"position": "counter"},
        ],
        ids=lambda change: next(iter(change)),
    )
    def test_who_may_not(self, cast, change):
        Advisor.objects.filter(pk=cast.advisor_profile.pk).update(**change)
        assert set(Advisor.objects.serving(TODAY)) == {cast.colleague_profile, cast.stranger_profile}

    def test_leave_counts_on_both_its_days_and_not_after(self, cast):
        enter_leave(
            advisor=cast.advisor_profile, starts=TODAY, ends=TODAY + timedelta(days=2), reason="", actor=cast.director
        )
        inside = [TODAY + timedelta(days=offset) for offset in range(-1, 4)]
        own = [cast.advisor_profile in Advisor.objects.serving(day) for day in inside]
        assert own == [True, False, False, False, True]


def test_leaves_may_not_overlap(cast):
    first = {"advisor": cast.advisor_profile, "reason": "", "actor": cast.director}
    enter_leave(starts=TODAY, ends=TODAY + timedelta(days=5), **first)
    with pytest.raises(ValidationError):
        enter_leave(starts=TODAY + timedelta(days=5), ends=TODAY + timedelta(days=9), **first)
    assert Leave.objects.count() == 1


def test_the_list_costs_the_same_number_of_queries_for_few_and_many(client, cast):
    client.force_login(cast.director)
    client.get(reverse("advisors:list"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse("advisors:list")).status_code == 200
        return len(caught)

    few = queries()
    Advisor.objects.bulk_create(
        Advisor(branch=cast.home, staff_no=f"B{i:03}", name=f"顾问{i}", licence=Licence.ADVISER) for i in range(60)
    )
    assert queries() == few


def test_the_api_gives_skills_as_of_a_day(client, cast):
    record_evidence(
        advisor=cast.advisor_profile, kind=EvidenceKind.EXAM, event="考试", held_on=TODAY, score=90, actor=None
    )
    client.force_login(cast.director)
    url = f"/api/v1/advisors/{cast.advisor_profile.pk}/skills/"
    now = {row["skill"]: row["score"] for row in client.get(url, {"on": "2026-11-24"}).json()}
    before = {row["skill"]: row["score"] for row in client.get(url, {"on": "2026-11-23"}).json()}
    assert now["planning"] > 50
    assert before["planning"] is None
    assert client.get(url, {"on": "yesterday"}).status_code == 400
