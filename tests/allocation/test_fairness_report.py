"""The report agrees with the books: before, as proposed, as decided, after publishing; and nobody else sees it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from allocation.domain.case import weights
from allocation.domain.fairness import gini
from allocation.domain.fit.policy import read_rules
from allocation.models import Plan
from allocation.queries.fairness import fairness_now, fairness_of, locks_at
from allocation.services.decide_lines import decide_lines
from allocation.services.lock_client import lock_client
from allocation.services.publish_plan import publish_plan
from branch_crm.core.models import Staff
from clients.models import Client
from clients.services.refresh_figures import refresh_figures
from tests.allocation.branch import ScoredBranch, solved_plan

TODAY = timezone.localdate()


def browser(person: Staff) -> Browser:
    client = Browser()
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def decide(plan: Plan, actor: Staff, decision: str, lines: list[int], **options: object) -> None:
    plan.refresh_from_db()
    decide_lines(plan=plan, line_ids=lines, decision=decision, actor=actor, seen_revision=plan.revision, **options)  # type: ignore[arg-type]


def test_as_proposed_is_the_engines_balance(ready: ScoredBranch, plan: Plan) -> None:
    report = fairness_of(plan, basis="proposed")
    balance = {row["advisor"]: row for row in plan.balance}
    for row in report.rows:
        for side, book in (("before", row.before), ("after", row.after)):
            expected = balance[row.advisor][side]
            assert (book.clients, book.tiers, book.types, book.personas) == (
                expected["clients"],
                expected["tiers"],
                expected["types"],
                expected["personas"],
            )
            assert book.value == pytest.approx(expected["value"], abs=1e-3)
            assert book.load == pytest.approx(expected["load"], abs=1e-3)
    assert report.after.pool == plan.outcome["pool_after"] and report.before.pool == plan.outcome["pool_before"]
    assert report.after.value.gini == pytest.approx(
        gini([row.after.value / row.hours for row in report.rows if row.counts])
    )
    assert report.after.value.spread == pytest.approx(plan.outcome["spread_after"], abs=1e-3)


def test_rejected_moves_stay_and_redirected_ones_count_where_they_go(ready: ScoredBranch, plan: Plan) -> None:
    first, second, *_ = plan.lines.exclude(before=None).exclude(proposed=None).order_by("pk")
    other = next(a for a in ready.advisors if a.pk not in (second.before_id, second.proposed_id))
    decide(plan, ready.cast.director, "rejected", [first.pk])
    decide(plan, ready.cast.director, "redirected", [second.pk], advisor=other)
    decided = {row.advisor: row for row in fairness_of(plan, basis="decided").rows}
    proposed = {row.advisor: row for row in fairness_of(plan, basis="proposed").rows}
    gained = {pk: decided[pk].after.clients - proposed[pk].after.clients for pk in decided}
    expected = dict.fromkeys(decided, 0)
    for pk, step in ((first.proposed_id, -1), (first.before_id, 1), (second.proposed_id, -1), (other.pk, 1)):
        expected[pk] += step
    assert gained == expected
    assert sum(row.lost for row in decided.values()) == plan.lines.exclude(before=None).count() - 1
    row = decided[other.pk]
    assert row.change == pytest.approx(row.gained_value - row.lost_value)


def test_after_publishing_the_report_is_the_books(ready: ScoredBranch, plan: Plan) -> None:
    some = list(plan.lines.exclude(proposed=None).values_list("pk", flat=True)[:5])
    decide(plan, ready.cast.director, "accepted", some)
    publish_plan(plan=plan, actor=ready.cast.director, effective_on=TODAY)
    plan.refresh_from_db()
    refresh_figures(branch=ready.branch)
    report = fairness_of(plan, basis="decided")
    rules = read_rules(plan.policy.rules)
    now = fairness_now(ready.branch, rules, on=TODAY)
    assert sum(row.gained for row in report.rows) == 5
    today = {row.advisor: row.after for row in now.rows}
    for row in report.rows:
        assert row.after.clients == Client.objects.filter(advisor=row.advisor).count()
        assert row.after.tiers == today[row.advisor].tiers and row.after.types == today[row.advisor].types
        assert row.after.value == pytest.approx(today[row.advisor].value, abs=1e-3)
        assert row.after.load == pytest.approx(today[row.advisor].load, abs=1e-3)
    assert report.after.pool == now.after.pool == Client.objects.filter(branch=ready.branch, advisor=None).count()
    assert report.after.value.gini == pytest.approx(now.after.value.gini, abs=1e-6)


def test_the_weights_of_today_are_the_engines(ready: ScoredBranch) -> None:
    refresh_figures(branch=ready.branch)
    rules = read_rules(solved_plan(ready).policy.rules)
    report = fairness_now(ready.branch, rules, on=TODAY)
    for row in report.rows:
        values = Client.objects.filter(advisor=row.advisor).values_list("figures__value", flat=True)
        assert row.after.value == pytest.approx(sum(float(weights(value, rules)) for value in values))
    assert report.band is not None and report.band[0] < report.band[1]


def test_queries_do_not_grow_with_the_moves(ready: ScoredBranch, plan: Plan) -> None:
    with CaptureQueriesContext(
        connection,
    ) as seen:
        fairness_of(plan, basis="decided")
    assert len(seen) == 2


def test_locks_of_that_day_are_counted(ready: ScoredBranch) -> None:
    client = Client.objects.filter(branch=ready.branch).exclude(advisor=None).first()
    before = solved_plan(ready)
    lock_client(client=client, actor=ready.cast.director, reason="family")
    assert locks_at(before) == 0 and locks_at(solved_plan(ready)) == 1


def test_the_pages(ready: ScoredBranch, plan: Plan) -> None:
    manager = browser(ready.cast.manager)
    page = manager.get(reverse("allocation:fairness", args=[plan.pk]))
    text = page.content.decode()
    row = next(row for row in page.context["report"].rows if row.gained)
    assert f"{reverse('allocation:plan_detail', args=[plan.pk])}?receiver={row.advisor}" in text
    assert f"v{plan.policy.version}" in text
    assert "±" not in page.context["run_words"][1]
    english = manager.get(reverse("allocation:fairness", args=[plan.pk]), headers={"Accept-Language": "en"})
    assert english.status_code == 200
    why = manager.get(reverse("allocation:fairness_why", args=[plan.pk, row.advisor]))
    assert sum(term["value"] for term in why.context["terms"]) == pytest.approx(row.per_hour)
    assert manager.get(reverse("allocation:fairness_why", args=[plan.pk, 10**6])).status_code == 404
    assert manager.get(reverse("allocation:fairness_now")).status_code == 200
    Plan.objects.filter(pk=plan.pk).update(outcome={}, state=Plan.State.FAILED)
    assert manager.get(reverse("allocation:fairness", args=[plan.pk])).status_code == 404


def test_a_gain_or_loss_opens_exactly_its_moves_redirected_ones_included(ready: ScoredBranch, plan: Plan) -> None:
    first, second, *_ = plan.lines.exclude(before=None).exclude(proposed=None).order_by("pk")
    other = next(a for a in ready.advisors if a.pk not in (second.before_id, second.proposed_id))
    decide(plan, ready.cast.director, "rejected", [first.pk])
    decide(plan, ready.cast.director, "redirected", [second.pk], advisor=other)
    moves, manager = reverse("allocation:plan_detail", args=[plan.pk]), browser(ready.cast.manager)
    for state in (Plan.State.PROPOSED, Plan.State.DISCARDED):
        Plan.objects.filter(pk=plan.pk).update(state=state)
        plan.refresh_from_db()
        report = fairness_of(plan, basis="decided")
        assert any(row.gained for row in report.rows) and any(row.lost for row in report.rows)
        for row in report.rows:
            for name, count in (("receiver", row.gained), ("giver", row.lost)):
                page = manager.get(moves, {name: row.advisor})
                assert page.context["total"] == count, (state, name, row.name)
    for row in fairness_of(plan, basis="proposed").rows:
        assert manager.get(moves, {"to": row.advisor}).context["total"] == row.gained
    assert f"实际转至 {other.name}" in manager.get(moves, {"receiver": other.pk}).content.decode()


@pytest.mark.parametrize("amount", ["value", "load"])
@pytest.mark.parametrize("measure", ["gini", "max_over_median", "spread"])
def test_every_measure_says_what_it_is_made_of(ready: ScoredBranch, plan: Plan, amount: str, measure: str) -> None:
    refresh_figures(branch=ready.branch)
    manager, asked = browser(ready.cast.manager), {"of": amount, "measure": measure}
    for url, report_url in (
        (reverse("allocation:fairness_measure", args=[plan.pk]), reverse("allocation:fairness", args=[plan.pk])),
        (reverse("allocation:fairness_measure_now"), reverse("allocation:fairness_now")),
    ):
        report = manager.get(report_url)
        assert f"{url}?of={amount}&amp;measure={measure}" in report.content.decode()
        why = manager.get(url, asked)
        parts = why.context["parts"]
        figures = [part.per_hour for part in parts]
        worked_out = {
            "gini": gini(figures),
            "max_over_median": max(figures) / why.context["middle"],
            "spread": (parts[-1].of_mean, parts[0].of_mean),
        }
        assert why.context["figure"] == pytest.approx(worked_out[measure])
        text = why.content.decode()
        assert all(part.href.replace("&", "&amp;") in text for part in parts) and "匹配规则" in text
        for nonsense in ({}, {**asked, "measure": "x"}, {**asked, "of": "x"}):
            assert manager.get(url, nonsense).status_code == 404


def test_the_api(ready: ScoredBranch, plan: Plan) -> None:
    manager, url = browser(ready.cast.manager), reverse("api:plan-fairness", args=[plan.pk])
    answer = manager.get(f"{url}?as=proposed").json()
    assert answer["after"]["value"]["gini"] == fairness_of(plan, basis="proposed").after.value.gini
    assert len(answer["advisors"]) == len(plan.balance)
    assert manager.get(f"{url}?as=guess").status_code == 400
    assert browser(ready.cast.advisor).get(url).status_code == 403
