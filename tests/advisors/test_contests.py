"""Contests as the desk enters, corrects and withdraws them, and as an advisor sees them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from advisors.models import Contest, SkillEvidence
from advisors.queries import skill_matrix
from advisors.services.record_evidence import record_evidence
from advisors.services.save_contest import ContestHead, SavedContest, save_contest
from advisors.services.withdraw_contest import withdraw_contest
from branch_crm.core.models import AuditEntry

pytestmark = pytest.mark.django_db
DAY = date(2026, 10, 20)
SPEECH = ContestHead("2026年演讲比赛", "speech", DAY)


def enter(cast, entered, head=SPEECH, **options) -> SavedContest:
    return save_contest(branch=cast.home, head=head, entered=entered, actor=cast.director, **options)


def standing(contest: Contest) -> dict[int, float]:
    rows = SkillEvidence.objects.filter(contest=contest, withdrawn_at=None)
    return {row.advisor_id: round(row.score, 2) for row in rows}


def form_data(team, figures, **changes):
    head = {"name": SPEECH.name, "kind": "speech", "level": "branch", "held_on": str(DAY), "scoring": "points",
            "full_marks": "100", "field_size": "", "note": ""}  # fmt: skip
    return {**head, **{f"figure_{who.pk}": value for who, value in zip(team, figures)}, **changes}


def test_each_result_of_a_contest_becomes_evidence_and_moves_the_skill(cast, team):
    saved = enter(cast, {team[0].pk: 92.0, team[1].pk: 61.0})
    assert saved.contest.state == Contest.State.COUNTED
    table = skill_matrix(cast.home, on=DAY, advisor_ids=[who.pk for who in team[:2]])
    assert table.of(team[0].pk, "plain_speech") > 65 > table.of(team[1].pk, "plain_speech") > 50
    assert AuditEntry.objects.get(action="advisors.contest_saved").detail["added"] == 2


def test_a_field_beyond_the_firm_counts_more_than_one_within_the_branch(cast, team):
    enter(cast, {team[0].pk: 90.0})
    enter(cast, {team[1].pk: 90.0}, ContestHead("全国演讲比赛", "speech", DAY, level="outside"))
    table = skill_matrix(cast.home, on=DAY)
    assert table.of(team[1].pk, "plain_speech") > table.of(team[0].pk, "plain_speech")


def test_saving_the_same_again_changes_nothing(cast, team):
    contest = enter(cast, {team[0].pk: 92.0}).contest
    again = enter(cast, {team[0].pk: 92.0}, contest=contest, revision=contest.revision)
    assert (again.written.changed, again.written.unchanged) == (0, 1)
    assert SkillEvidence.objects.count() == 1
    assert AuditEntry.objects.filter(action="advisors.contest_saved").count() == 1


def test_a_correction_keeps_what_stood_before_and_shifts_the_places_of_others(cast, team):
    head = ContestHead("模拟炒股大赛", "simulated_trading", DAY, scoring="figure")
    contest = enter(cast, {team[0].pk: 18.2, team[1].pk: 9.0, team[2].pk: -3.0}, head).contest
    assert standing(contest) == {team[0].pk: 100, team[1].pk: 50, team[2].pk: 0}
    saved = enter(cast, {team[2].pk: 30.0}, head, contest=contest)
    assert standing(contest) == {team[2].pk: 100, team[0].pk: 50, team[1].pk: 0}
    assert saved.written.corrected == 3
    replaced = SkillEvidence.objects.get(advisor=team[2], withdrawn_at=None).corrects
    assert (replaced.figure, replaced.withdrawn_by) == (-3.0, cast.director)


def test_a_result_taken_out_no_longer_counts(cast, team):
    contest = enter(cast, {team[0].pk: 92.0, team[1].pk: 61.0}).contest
    enter(cast, {team[1].pk: None}, contest=contest)
    assert standing(contest) == {team[0].pk: 92}


def test_a_result_entered_singly_before_is_taken_over_not_doubled(cast, team):
    single = record_evidence(advisor=team[0], kind="speech", event=SPEECH.name, held_on=DAY, score=70, actor=None)
    contest = enter(cast, {team[0].pk: 92.0}).contest
    single.refresh_from_db()
    assert single.withdrawn_at is not None
    assert single.corrected_by.contest == contest
    with pytest.raises(ValidationError):
        record_evidence(advisor=team[0], kind="speech", event=SPEECH.name, held_on=DAY, score=70, actor=None)


def test_a_contest_moved_onto_a_single_result_of_the_same_event_leaves_one(cast, team):
    contest = enter(cast, {team[0].pk: 92.0}).contest
    other = ContestHead("2025年演讲比赛", "speech", DAY)
    record_evidence(advisor=team[0], kind="speech", event=other.name, held_on=DAY, score=70, actor=None)
    enter(cast, {}, other, contest=contest)
    assert SkillEvidence.objects.filter(withdrawn_at=None).count() == 1


def test_a_withdrawn_contest_frees_its_name_and_counts_no_more(cast, team):
    contest = enter(cast, {team[0].pk: 92.0}).contest
    for _ in range(2):
        withdraw_contest(contest=contest, actor=cast.director)
    assert AuditEntry.objects.filter(action="advisors.contest_withdrawn").count() == 1
    assert standing(contest) == {}
    assert enter(cast, {team[0].pk: 80.0}).contest.pk != contest.pk
    with pytest.raises(ValidationError):
        enter(cast, {}, contest=contest)


def test_the_desk_enters_a_contest_on_one_page_and_reads_the_ranking(client, cast, team):
    client.force_login(cast.assistant)
    sent = form_data(team, ["88", " 92.5 ", "", "71", "６０", ""])
    answer = client.post(reverse("advisors:contest_new"), sent)
    contest = Contest.objects.get()
    assert answer.url == reverse("advisors:contest_detail", args=[contest.pk])
    assert standing(contest) == {team[0].pk: 88, team[1].pk: 92.5, team[3].pk: 71, team[4].pk: 60}
    page = client.get(answer.url).content.decode()
    assert page.index("王芳") < page.index("李文") < page.index("钱二")
    assert "周四" in page.split("未参加")[1]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": ""}, "name"),
        ({"held_on": str(timezone.localdate() + timedelta(days=9))}, "held_on"),
        ({"full_marks": "0"}, "full_marks"),
        ({"skills": ["juggling"]}, "skills"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else value,
)
def test_a_wrong_head_is_named_and_nothing_is_kept(client, cast, team, change, where):
    client.force_login(cast.director)
    answer = client.post(reverse("advisors:contest_new"), form_data(team, ["88"], **change))
    assert answer.status_code == 422
    assert answer.context["form"].errors.get(where)
    assert not Contest.objects.exists()


def test_wrong_figures_are_named_at_their_person(client, cast, team):
    client.force_login(cast.director)
    answer = client.post(reverse("advisors:contest_new"), form_data(team, ["188", "viel", "70"]))
    assert answer.status_code == 422
    assert set(answer.context["results"].errors) == {f"figure_{team[1].pk}"}
    answer = client.post(reverse("advisors:contest_new"), form_data(team, ["188", "", "70"]))
    assert set(answer.context["results"].errors) == {f"figure_{team[0].pk}"}
    assert not SkillEvidence.objects.exists()


def test_a_contest_to_come_can_be_announced_and_the_same_one_not_entered_twice(client, cast, team):
    client.force_login(cast.director)
    sent = form_data(team, [], held_on=str(timezone.localdate() + timedelta(days=30)))
    assert client.post(reverse("advisors:contest_new"), sent).status_code == 302
    assert Contest.objects.get().state == Contest.State.ANNOUNCED
    answer = client.post(reverse("advisors:contest_new"), sent)
    assert "已登记" in answer.content.decode()
    assert Contest.objects.count() == 1


def test_two_who_enter_at_once_do_not_overwrite_each_other(client, cast, team):
    contest = enter(cast, {team[0].pk: 92.0}).contest
    page = reverse("advisors:contest_edit", args=[contest.pk])
    seen = contest.revision
    enter(cast, {team[1].pk: 70.0}, contest=contest)
    client.force_login(cast.assistant)
    answer = client.post(page, form_data(team, ["92", "55"], revision=seen))
    assert answer.status_code == 409
    assert [(who, now, yours) for who, now, yours in answer.context["differing"]] == [(team[1], 70.0, 55.0)]
    assert standing(contest)[team[1].pk] == 70


def test_an_advisor_sees_the_own_result_and_nobody_elses(client, cast, team):
    contest = enter(cast, {team[0].pk: 92.0, team[1].pk: 61.5}).contest
    client.force_login(cast.advisor)
    page = client.get(reverse("advisors:contest_detail", args=[contest.pk])).content.decode()
    assert "92.0" in page
    assert "王芳" not in page and "61.5" not in page
    assert client.get(reverse("advisors:contest_list")).status_code == 200


def test_a_result_of_a_contest_is_corrected_there(client, cast, team):
    contest = enter(cast, {team[0].pk: 92.0}).contest
    client.force_login(cast.director)
    answer = client.post(reverse("advisors:evidence_withdraw", args=[SkillEvidence.objects.get().pk]))
    assert answer.url == reverse("advisors:contest_detail", args=[contest.pk])
    assert standing(contest) == {team[0].pk: 92}


def test_the_api_announces_enters_and_refuses_what_was_changed_meanwhile(client, cast, team):
    client.force_login(cast.assistant)
    sent = {"name": "知识竞赛", "kind": "quiz", "held_on": str(DAY), "full_marks": 50}
    contest = client.post("/api/v1/contests/", sent, "application/json").json()
    assert (contest["state"], contest["revision"]) == ("announced", 1)
    assert client.post("/api/v1/contests/", sent, "application/json").status_code == 400
    results = f"/api/v1/contests/{contest['id']}/results/"
    rows = [{"advisor": team[0].pk, "figure": 40}, {"advisor": team[1].pk, "figure": 60}]
    refused = client.post(results, {"revision": 1, "results": rows}, "application/json")
    assert list(refused.json()["results"]) == [str(team[1].pk)]
    saved = client.post(results, {"revision": 1, "results": rows[:1]}, "application/json").json()
    assert (saved["state"], saved["revision"], saved["taken_part"]) == ("counted", 2, 1)
    assert client.post(results, {"revision": 1, "results": []}, "application/json").status_code == 409
    elsewhere = [{"advisor": cast.stranger_profile.pk, "figure": 40}]
    assert client.post(results, {"revision": 2, "results": elsewhere}, "application/json").status_code == 400
    assert [row["score"] for row in client.get(results).json()] == [80]


def test_the_matrix_over_the_api_is_of_the_day_and_of_whom_one_may_see(client, cast, team):
    enter(cast, {team[0].pk: 92.0, team[1].pk: 61.0})
    client.force_login(cast.director)
    now = client.get("/api/v1/skill-matrix/").json()
    then = client.get("/api/v1/skill-matrix/", {"on": str(DAY - timedelta(days=1))}).json()
    at = now["skills"].index("plain_speech")
    row = now["advisors"].index(team[0].pk)
    assert now["scores"][row][at] > 60 and 0 < now["trust"][row][at] < 1
    assert then["scores"][row][at] is None
    assert client.get("/api/v1/skill-matrix/", {"on": "soon"}).status_code == 400
    client.force_login(cast.advisor)
    assert client.get("/api/v1/skill-matrix/").json()["advisors"] == [team[0].pk]


def test_the_calendar_shows_a_year_by_month_what_was_held_and_what_is_to_come(client, cast, team):
    enter(cast, {team[0].pk: 92.0})
    ahead = timezone.localdate() + timedelta(days=1)
    coming = enter(cast, {}, ContestHead("知识竞赛", "exam", ahead)).contest
    gone = enter(cast, {}, ContestHead("征文", "essay", DAY)).contest
    withdraw_contest(contest=gone, actor=cast.director)
    client.force_login(cast.director)
    months = dict(client.get(reverse("advisors:contest_list"), {"year": DAY.year}).context["months"])
    assert [contest.name for contest in months[date(DAY.year, DAY.month, 1)]] == [SPEECH.name]
    months = dict(client.get(reverse("advisors:contest_list"), {"year": ahead.year, "kind": "exam"}).context["months"])
    assert months[ahead.replace(day=1)] == [coming]
    # A year out of reach is the list.
    assert "page" in client.get(reverse("advisors:contest_list"), {"year": "99999"}).context
