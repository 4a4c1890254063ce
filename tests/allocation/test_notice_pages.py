"""The pages of a notice: what each advisor sees of it, and that nobody sees a colleague's clients."""

from __future__ import annotations

import re

import pytest
from django.test import Client as Browser
from django.urls import reverse

from advisors.models import Advisor
from allocation.models import Notice, Objection, Plan, PlanLine
from allocation.services.open_notice import open_notice
from clients.models import Client
from tests.allocation.branch import ScoredBranch, adopted, solved_plan
from tests.allocation.test_pages import browser
from tests.cast import Cast

HTMX = {"HX-Request": "true"}


@pytest.fixture
def notice(cast: Cast) -> Notice:
    """Six advisors, so that the distribution may be shown."""
    plan = solved_plan(adopted(cast, clients=120, advisors=6))
    return open_notice(plan=plan, actor=cast.director, trading_days=3, note="请核对本人客户")


@pytest.fixture
def ready(notice: Notice, cast: Cast) -> ScoredBranch:
    return ScoredBranch(cast, [], list(Client.objects.filter(branch=cast.home)))


def texts(who: Browser, notice: Notice) -> str:
    """Everything the advisor's own pages say: the three tabs and every own move."""
    page = reverse("allocation:my_notice", args=[notice.pk])
    told = [who.get(f"{page}?side={side}").content.decode() for side in ("leaving", "arriving", "put")]
    links = set(re.findall(rf"{page}moves/\d+/", "".join(told)))
    return "".join(told + [who.get(link).content.decode() for link in sorted(links)])


@pytest.mark.parametrize("who", ["advisor", "colleague"])
def test_an_advisor_reads_no_name_but_those_of_own_clients(ready: ScoredBranch, notice: Notice, who: str) -> None:
    own = set(Client.objects.filter(advisor__account=ready.cast.staff[who]).values_list("pk", flat=True))
    arrives = notice.plan.lines.exclude(before__account=ready.cast.staff[who])[0]
    arrives.proposed = arrives.after = Advisor.objects.get(account=ready.cast.staff[who])
    arrives.save()
    told = texts(browser(ready, who), notice)
    assert "客*" in told
    for client in ready.clients:
        if client.pk not in own:
            assert client.name not in told and client.client_no not in told


def test_losses_name_the_client_and_the_successor(ready: ScoredBranch, notice: Notice) -> None:
    line = notice.plan.lines.filter(before=ready.cast.advisor_profile).exclude(after=None).order_by("-value")[0]
    page = browser(ready, "advisor").get(reverse("allocation:my_notice", args=[notice.pk])).content.decode()
    assert line.client.name in page and line.after is not None and line.after.name in page


def test_the_card_is_the_advisors_own_column(ready: ScoredBranch, notice: Notice) -> None:
    line = notice.plan.lines.filter(before=ready.cast.advisor_profile, fit_before__isnull=False)[0]
    answer = browser(ready, "advisor").get(reverse("allocation:my_move", args=[notice.pk, line.pk]))
    assert answer.context["own"]["fit"] == pytest.approx(line.fit_before, abs=1e-6)
    assert set(answer.context["own"]) == {"terms", "fit", "hours"}


def test_a_colleagues_line_is_not_there(ready: ScoredBranch, notice: Notice) -> None:
    me = ready.cast.colleague_profile
    foreign = notice.plan.lines.exclude(before=me).exclude(proposed=me).exclude(after=me)[0]
    address = reverse("allocation:my_move", args=[notice.pk, foreign.pk])
    colleague = browser(ready, "colleague")
    assert colleague.get(address).status_code == 404
    assert colleague.post(address, {"ground": "load"}).status_code == 404
    assert not Objection.objects.exists()


def test_whom_the_plan_does_not_touch_sees_no_notice(ready: ScoredBranch, notice: Notice) -> None:
    me = ready.cast.colleague_profile
    lines = notice.plan.lines
    (lines.filter(before=me) | lines.filter(proposed=me) | lines.filter(after=me)).delete()
    colleague = browser(ready, "colleague")
    address = reverse("allocation:my_notice", args=[notice.pk])
    assert colleague.get(address).status_code == 404
    assert address not in colleague.get(reverse("allocation:my_notices")).content.decode()


def test_sums_add_up_and_the_branch_has_no_names(ready: ScoredBranch, notice: Notice) -> None:
    answer = browser(ready, "advisor").get(reverse("allocation:my_notice", args=[notice.pk]))
    own, counts = answer.context["standing"].own, answer.context["counts"]
    assert own.after.clients == own.before.clients - counts["leaving"] + counts["arriving"]
    for mix in (own.after.tiers, own.after.types, own.after.personas):
        assert sum(mix) == own.after.clients
    before, now = answer.context["standing"].value_per_hour
    assert before.people == now.people == 6 and before.own == pytest.approx(own.per_hour_before)


def test_four_advisors_are_too_few_for_a_distribution(cast: Cast) -> None:
    plan = solved_plan(adopted(cast, advisors=4))
    notice = open_notice(plan=plan, actor=cast.director, trading_days=1)
    small = ScoredBranch(cast, [], [])
    answer = browser(small, "advisor").get(reverse("allocation:my_notice", args=[notice.pk]))
    assert answer.context["standing"].value_per_hour is None


def test_the_page_leads_to_the_only_running_notice(ready: ScoredBranch, notice: Notice) -> None:
    advisor = browser(ready, "advisor")
    page = reverse("allocation:my_notices")
    assert advisor.get(page).headers["Location"] == reverse("allocation:my_notice", args=[notice.pk])
    assert advisor.get(f"{page}?all=1").status_code == 200


def test_the_path_of_an_objection(ready: ScoredBranch, notice: Notice) -> None:
    advisor, director = browser(ready, "advisor"), browser(ready, "director")
    line = notice.plan.lines.filter(before=ready.cast.advisor_profile)[0]
    address = reverse("allocation:my_move", args=[notice.pk, line.pk])
    assert advisor.post(address, {"ground": "other"}).status_code == 422
    advisor.post(address, {"ground": "other", "text": "其子女的账户也由我服务"})
    objection = Objection.objects.get()
    desk = director.get(reverse("allocation:notice", args=[notice.plan_id])).content.decode()
    assert line.client.name in desk and f'id="objection-{objection.pk}"' in desk
    answer = reverse("allocation:objection", args=[objection.pk])
    declined = director.post(answer, {"answer": "declined", "revision": 0}, headers=HTMX)
    assert declined.status_code == 422 and "field-errors" in declined.content.decode()
    granted = director.post(answer, {"answer": "granted", "revision": 0, "text": "同意"}, headers=HTMX)
    assert granted.status_code == 200 and "notice-tabs" in granted.content.decode()
    again = director.post(answer, {"answer": "granted", "revision": 0}, headers=HTMX)
    assert again.status_code == 409 and ready.cast.director.name in again.content.decode()
    assert "同意" in advisor.get(f"{reverse('allocation:my_notice', args=[notice.pk])}?side=put").content.decode()


def test_desk_filters(ready: ScoredBranch, notice: Notice) -> None:
    lines = notice.plan.lines.filter(before=ready.cast.advisor_profile).order_by("-value")[:2]
    for line, ground in zip(lines, ("load", "data"), strict=True):
        make_objection(notice, line, ground)
    desk, director = reverse("allocation:notice", args=[notice.plan_id]), browser(ready, "director")
    rows = director.get(desk).context["rows"]
    assert [row.line.pk for row in rows] == [line.pk for line in lines], "the most valuable first"
    for query, count in [("ground=load", 1), ("state=granted", 0), ("ground=nonsense", 2), ("after=x:y", 2)]:
        assert len(director.get(f"{desk}?{query}").context["rows"]) == count, query
    key = f"{rows[0].objection.worth!r}:{rows[0].objection.pk}"
    assert len(director.get(f"{desk}?after={key}").context["rows"]) == 1


def test_a_changed_move_is_marked(ready: ScoredBranch, notice: Notice) -> None:
    line = notice.plan.lines.filter(before=ready.cast.advisor_profile)[0]
    make_objection(notice, line, "load")
    desk, director = reverse("allocation:notice", args=[notice.plan_id]), browser(ready, "director")
    assert not director.get(desk).context["rows"][0].changed
    PlanLine.objects.filter(pk=line.pk).delete()
    assert director.get(desk).context["rows"][0].changed
    assert director.get(reverse("allocation:objection", args=[Objection.objects.get().pk])).status_code == 200


def make_objection(notice: Notice, line: PlanLine, ground: str) -> None:
    Objection.objects.create(
        notice=notice,
        advisor=line.before,
        client=line.client,
        before=line.before,
        proposed=line.after,
        ground=ground,
        made_by=line.before.account,  # type: ignore[union-attr]
    )


def test_segment_bids_end_in_redirections(ready: ScoredBranch, notice: Notice) -> None:
    advisor, director = browser(ready, "advisor"), browser(ready, "director")
    new = reverse("allocation:bid_new", args=[notice.pk])
    assert advisor.post(new, {"client_no": "1", "tier_from": "4", "tier_to": "5", "text": "x"}).status_code == 422
    advisor.post(new, {"tier_from": "1", "tier_to": "5", "types": ["asset", "commission"], "text": "擅长资产配置"})
    bid = notice.bids.get()
    director.post(reverse("allocation:bid", args=[bid.pk]), {"answer": "granted", "revision": 0})
    page = reverse("allocation:bid_moves", args=[bid.pk])
    moves = director.get(page).context["moves"]
    chosen = [line.pk for line in moves if line.before_id != bid.advisor_id][:2]
    director.post(page, {"pk": chosen, "revision": 0})
    redirected = notice.plan.lines.filter(pk__in=chosen, after=bid.advisor, decision="redirected")
    assert redirected.count() == len(chosen)


def test_opening_and_closing_by_page(cast: Cast) -> None:
    plan = solved_plan(adopted(cast))
    director = browser(ScoredBranch(cast, [], []), "director")
    opening = reverse("allocation:notice_opening", args=[plan.pk])
    assert director.get(opening).context["form"].initial == {"trading_days": 3}
    assert director.post(opening, {"trading_days": "0"}).status_code == 200
    director.post(opening, {"trading_days": "2", "note": "说明"})
    notice = Notice.objects.get()
    assert director.post(opening, {"trading_days": "2"}).status_code == 409
    closing = reverse("allocation:notice_closing", args=[notice.pk])
    assert director.post(closing, {"why": ""}).status_code == 422
    director.post(closing, {"why": "重新测算"})
    notice.refresh_from_db()
    assert notice.closed_why == "重新测算"
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DISCARDED)
    assert director.get(reverse("allocation:notice", args=[plan.pk])).status_code == 200


def test_the_api_tells_an_advisor_no_more_than_the_pages(ready: ScoredBranch, notice: Notice) -> None:
    advisor, colleague = browser(ready, "advisor"), browser(ready, "colleague")
    line = notice.plan.lines.filter(before=ready.cast.advisor_profile)[0]
    moves = advisor.get(f"/api/v1/notices/{notice.pk}/moves/").json()["moves"]
    assert line.pk in [move["move"] for move in moves] and all(move["client"] for move in moves)
    arriving = advisor.get(f"/api/v1/notices/{notice.pk}/moves/?side=arriving").json()["moves"]
    assert all(move["client"] is None for move in arriving)
    raised = advisor.post(
        "/api/v1/objections/", {"notice": notice.pk, "move": line.pk, "ground": "load"}, "application/json"
    )
    assert raised.status_code == 201
    address = f"/api/v1/objections/{raised.json()['id']}/"
    assert colleague.get(address).status_code == 404 and colleague.get("/api/v1/objections/").json()["results"] == []
    foreign = colleague.post(
        "/api/v1/objections/", {"notice": notice.pk, "move": line.pk, "ground": "load"}, "application/json"
    )
    assert foreign.status_code in (400, 403, 404)
    director = browser(ready, "director")
    answer = {"granted": False, "revision": notice.plan.revision}
    assert director.post(f"{address}answer/", answer, "application/json").status_code == 400
    done = director.post(f"{address}answer/", {**answer, "text": "不采纳"}, "application/json")
    assert (done.status_code, done.json()["answer"]) == (200, "declined")
    assert director.post(f"{address}answer/", {**answer, "granted": True}, "application/json").status_code == 409


def test_bids_over_the_api(ready: ScoredBranch, notice: Notice) -> None:
    advisor = browser(ready, "advisor")
    bid = {"notice": notice.pk, "segment": {"tier_from": 3, "types": ["asset"]}, "text": "擅长资产配置"}
    made = advisor.post("/api/v1/bids/", bid, "application/json")
    assert (made.status_code, made.json()["segment"]) == (201, {"tier_from": 3, "types": ["asset"]})
    for wrong in ({"segment": {"types": ["gold"]}}, {"segment": {}}, {"evidence": [10**9]}):
        assert advisor.post("/api/v1/bids/", {**bid, **wrong}, "application/json").status_code == 400, wrong
    withdrawn = advisor.post(f"/api/v1/bids/{made.json()['id']}/withdrawal/")
    assert withdrawn.json()["answer"] == "withdrawn"


def test_the_home_page_tells_of_a_running_notice(ready: ScoredBranch, notice: Notice) -> None:
    panel = browser(ready, "advisor").get(reverse("home_my_notices"), headers=HTMX).content.decode()
    assert reverse("allocation:my_notice", args=[notice.pk]) in panel
