"""From a branch to a proposal: hard rules hold, scopes move only their own, reasons are the engine's own."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from allocation.domain.balance import balance, head_figures
from allocation.domain.case import Case
from allocation.domain.fit.rules import AdvisorFacts, forbidden_pairs, why_forbidden, why_not_serving
from allocation.domain.held import NoProposal
from allocation.domain.proposal import propose
from allocation.domain.reasons import Prices, card, gains_of, reason_codes
from allocation.domain.scope import read_scope, select
from allocation.domain.tables import NOBODY
from branch_crm.core.domain.rule_table import RuleFault
from tests.allocation.tables import advisors, case, clients, pairs, rules

TODAY = date(2026, 11, 24)
GOOD = {"stock_analysis": 90.0, "market_insight": 90.0, "margin_derivatives": 90.0}
POOR = {"stock_analysis": 10.0, "market_insight": 10.0, "margin_derivatives": 10.0}
TRADER = {"value_type": "commission", "value": 80.0, "tier": 4}


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"serving": True}, ""),
        ({"left": TODAY}, "left"),
        ({"serving_position": False}, "not_serving"),
        ({"joined": date(2026, 12, 1)}, "not_serving"),
        ({"on_leave": True}, "on_leave"),
        ({"licensed": False}, "licence"),
        ({"licensed": False, "on_leave": True}, "licence"),
        ({"left": TODAY, "on_leave": True, "licensed": False}, "left"),
    ],
)
def test_why_an_advisor_takes_nobody(facts: dict[str, Any], code: str) -> None:
    plain = AdvisorFacts(serving=False, serving_position=True, licensed=True, joined=None, left=None, on_leave=False)
    assert why_not_serving(AdvisorFacts(**{**plain.__dict__, **facts}), on=TODAY) == code


def test_hard_rules_forbid_by_name() -> None:
    people = advisors({"status": "on_leave"}, {}, {"adviser": True})
    table = clients({"tier": 5}, {"tier": 1})
    strict = rules(adviser_required={"from_tier": 4})
    refusals = pairs((2, 103), (2, 999), (77, 102))
    assert forbidden_pairs(table, people, refusals, strict).tolist() == [[True, True, False], [True, False, True]]
    assert why_forbidden(table.take(np.array([0])), people, refusals, strict) == ["on_leave", "adviser_required", ""]
    assert why_forbidden(table.take(np.array([1])), people, refusals, strict) == ["on_leave", "", "refusal"]


def test_a_trader_goes_to_the_analyst_and_the_reason_says_so() -> None:
    branch = case(clients({**TRADER, "holder": 0}), advisors(POOR, GOOD))
    found = propose(branch)
    assert found.after.tolist() == [1]
    assert reason_codes(branch, found, np.array([0])) == ["value_type"]
    assert gains_of(branch, found, np.array([0]))[0] > 0


@pytest.mark.parametrize("status", ["left", "licence", "not_serving", "no_hours"])
def test_a_book_without_its_advisor_is_handed_on(status: str) -> None:
    branch = case(clients({**TRADER, "holder": 0}), advisors({**GOOD, "status": status}, POOR), switch_penalty=0.9)
    found = propose(branch)
    assert found.after.tolist() == [1]
    assert reason_codes(branch, found, np.array([0])) == [status]


def test_locks_hold_and_refusals_are_obeyed() -> None:
    table = clients({**TRADER, "holder": 0}, {**TRADER, "holder": 0}, {**TRADER, "holder": 0})
    branch = case(table, advisors(POOR, GOOD), locks=pairs((1, 101)), refusals=pairs((2, 102)))
    assert propose(branch).after.tolist() == [0, 0, 1]


def test_a_lock_to_somebody_who_may_not_serve_is_reported_and_ignored() -> None:
    branch = case(clients({**TRADER, "holder": 0}), advisors({**POOR, "status": "left"}, GOOD), locks=pairs((1, 101)))
    found = propose(branch)
    assert found.after.tolist() == [1]
    assert [note.code for note in found.notes] == ["locks_ignored"]


def test_clients_outside_the_scope_stay_and_count() -> None:
    table = clients(*[{**TRADER, "holder": 0}] * 40, {**TRADER}, {**TRADER})
    scope = np.array([False] * 40 + [True] * 2)
    # 40 platinum clients fill 80 of 83 hours of the better advisor: only one of the two newcomers fits.
    branch = case(table, advisors({**GOOD, "hours": 83.0}, POOR), in_scope=scope)
    found = propose(branch)
    assert found.after[:40].tolist() == [0] * 40
    assert sorted(found.after[40:].tolist()) == [0, 1]
    moved = np.flatnonzero(found.after != table.holder)
    assert reason_codes(branch, found, moved) == ["unserved", "unserved"]


def test_a_book_outside_the_scope_that_is_too_heavy_is_noted_not_fatal() -> None:
    table = clients(*[{**TRADER, "holder": 0}] * 10, TRADER)
    branch = case(table, advisors({**GOOD, "hours": 5.0}, POOR), in_scope=np.array([False] * 10 + [True]))
    found = propose(branch)
    assert found.after.tolist() == [0] * 10 + [1]
    (note,) = found.notes
    assert (note.code, note.params["advisor"], note.params["load"]) == ("overloaded_book", 101, 20.0)


def test_a_partial_scope_widens_the_band_only_as_far_as_it_must() -> None:
    table = clients(*[{**TRADER, "holder": 0}] * 10, *[{**TRADER, "holder": 1}] * 6, TRADER)
    scope = np.array([False] * 16 + [True])
    found = propose(case(table, advisors(GOOD, POOR), in_scope=scope, fairness=0.1))
    assert [note.code for note in found.notes] == ["band_widened"]
    assert found.fairness is not None and 0.1 < found.fairness <= 0.4


def test_short_hours_serve_the_greatest_value_and_pool_the_rest() -> None:
    table = clients(*[{"tier": 2, "value": 10.0 + at} for at in range(40)])
    found = propose(case(table, advisors({"hours": 3.0}), fairness=0.15))
    served = np.flatnonzero(found.after >= 0)
    assert served.tolist() == list(range(20, 40))
    assert found.notes[0].code == "pool_first" and found.pool_hour_price is not None


@pytest.mark.parametrize(
    ("branch", "code"),
    [
        (case(clients(TRADER), advisors({"status": "left"})), "nobody_serves"),
        (case(clients(TRADER), advisors({"hours": 1.0})), "load_too_large"),
        (case(clients(TRADER, TRADER, TRADER), advisors({"hours": 5.0})), "capacity_total"),
        (case(clients(TRADER), advisors(GOOD), refusals=pairs((1, 101))), "no_advisor"),
    ],
    ids=["nobody", "one client", "all clients", "refused"],
)
def test_what_cannot_be_done_is_named(branch: Case, code: str) -> None:
    with pytest.raises(NoProposal) as refused:
        propose(branch)
    assert refused.value.reason.code == code


def test_balance_counts_every_client_once() -> None:
    table = clients(*[{**TRADER, "holder": at % 2} for at in range(10)], {"tier": 1}, {"tier": 1, "persona": "PP"})
    branch = case(table, advisors(GOOD, POOR))
    found = propose(branch)
    rows = balance(branch, found)
    for when in ("before", "after"):
        held = sum(row[when]["clients"] for row in rows)
        assert held == int(((table.holder if when == "before" else found.after) >= 0).sum())
        for row in rows:
            for mix in ("tiers", "types", "personas"):
                assert sum(row[when][mix]) == row[when]["clients"]
    head = head_figures(branch, found)
    assert head["match_after"] >= head["match_before"]
    assert head["moves"] == int((found.after != table.holder).sum())


def test_the_card_names_runner_up_binding_constraint_and_flip() -> None:
    table = clients(*[{**TRADER, "value": 60.0 + at} for at in range(6)])
    people = advisors({**GOOD, "hours": 6.0}, {**POOR, "hours": 120.0}, {"status": "left"})
    branch = case(table, people)
    found = propose(branch)
    prices = Prices(found.hour_price, found.value_price, 0.0)
    # The three of most value fill the better advisor; the next one is kept out by the hours, at their price.
    kept_out = 2
    assert found.after.tolist() == [1, 1, 1, 0, 0, 0]
    told = card(table.take(np.array([kept_out])), people, pairs(), branch.rules, prices, chosen=1)
    assert told["runner_up"]["advisor"] == 0
    price = found.hour_price[0]
    assert (told["binding"]["advisor"], told["binding"]["constraint"]) == (0, "capacity")
    assert (told["binding"]["price"], told["binding"]["costs"]) == pytest.approx((price, 2 * price))
    assert told["forbidden"] == [{"advisor": 2, "rule": "left"}]
    # Raising the runner-up's match by the flip would make the two worth the same.
    fit = told["runner_up"]["fit"] + told["flip"]["fit"]
    assert told["weight"] * fit - told["runner_up"]["hours"] == pytest.approx(told["chosen"]["worth"], abs=1e-6)
    for name in ("chosen", "runner_up"):
        assert sum(term["adds"] for term in told[name]["terms"]) == pytest.approx(told[name]["fit"], abs=1e-5)


SCOPE_CLIENTS = clients(
    {"holder": 0, "tier": 5, "core": True, "value_type": "asset", "persona": "PP"},
    {"holder": 0, "tier": 2, "value_type": "product"},
    {"holder": 1, "tier": 3, "value_type": "asset", "persona": "AA"},
    {"holder": 2, "tier": 4},
    {"holder": NOBODY, "tier": 1},
)


@pytest.mark.parametrize(
    ("raw", "rows"),
    [
        ({"kind": "branch"}, [0, 1, 2, 4]),
        ({"kind": "unassigned"}, [4]),
        ({"kind": "advisor", "advisor": 101}, [0, 1]),
        # An advisor on leave keeps the book, unless the director asks for that very book.
        ({"kind": "advisor", "advisor": 103}, [3]),
        ({"kind": "filter", "query": {"tier_from": 3}}, [0, 2]),
        ({"kind": "filter", "query": {"tier_from": 2, "tier_to": 3}}, [1, 2]),
        ({"kind": "filter", "query": {"types": ["asset"]}}, [0, 2]),
        ({"kind": "filter", "query": {"personas": ["PP", ""]}}, [0, 1, 4]),
        ({"kind": "filter", "query": {"core_only": True}}, [0]),
        ({"kind": "filter", "query": {"holders": [102]}}, [2]),
    ],
)
def test_scopes(raw: dict[str, Any], rows: list[int]) -> None:
    people = advisors({}, {}, {"status": "on_leave"})
    assert np.flatnonzero(select(read_scope(raw), SCOPE_CLIENTS, people)).tolist() == rows


@pytest.mark.parametrize(
    ("raw", "field"),
    [
        ({}, "kind"),
        ({"kind": "galaxy"}, "kind"),
        ({"kind": "advisor"}, "advisor"),
        ({"kind": "filter", "query": {"tier_from": 4, "tier_to": 2}}, "tier_from"),
        ({"kind": "filter", "query": {"types": ["gold"]}}, "types"),
        ({"kind": "filter", "query": {"personas": ["XX"]}}, "personas"),
    ],
)
def test_a_wrong_scope_names_its_field(raw: dict[str, Any], field: str) -> None:
    with pytest.raises(RuleFault) as refused:
        read_scope(raw)
    assert refused.value.field == field


def test_decisions_hold_against_guard_and_better_matches() -> None:
    """Accepted, redirected, rejected and pooled: each client gets exactly what was decided."""
    table = clients(*[{**TRADER, "holder": 0}] * 3, {"tier": 1, "holder": 0}, {"tier": 1}, {**TRADER, "holder": 0})
    branch = case(
        table,
        advisors(POOR, GOOD, POOR),
        pins=pairs((1, 102), (2, 103), (3, 101), (4, -1), (5, -1), (999, 101)),
        guarded=np.ones(6, dtype=np.bool_),
    )
    found = propose(branch)
    assert found.after.tolist() == [1, 2, 0, NOBODY, NOBODY, 0]
    assert {note.code for note in found.notes} == {"guarded", "decisions_left_out"}


def test_a_decision_to_stay_stands_where_no_new_pair_would_be_formed() -> None:
    """The client refuses the present advisor, but the reviewer keeps him there; a leaver's client waits with the leaver."""
    table = clients({**TRADER, "holder": 0}, {**TRADER, "holder": 1})
    people = advisors(POOR, {**POOR, "status": "left"}, GOOD)
    found = propose(case(table, people, refusals=pairs((1, 101)), pins=pairs((1, 101), (2, 102))))
    assert found.after.tolist() == [0, 1]


@pytest.mark.parametrize(("advisor", "code"), [(102, "pinned_forbidden"), (999, "pinned_gone")])
def test_a_decision_that_a_rule_forbids_by_now_is_named(advisor: int, code: str) -> None:
    table = clients({**TRADER, "holder": 0})
    with pytest.raises(NoProposal) as refused:
        propose(case(table, advisors(POOR, GOOD), refusals=pairs((1, 102)), pins=pairs((1, advisor))))
    assert (refused.value.reason.code, refused.value.reason.params["client"]) == (code, 0)


def test_the_guard_keeps_whom_somebody_can_keep() -> None:
    """Guarded clients stay; those of a leaver, of nobody, and those who refuse their advisor go on."""
    table = clients(*[{**TRADER, "holder": 0}] * 2, {**TRADER, "holder": 1}, TRADER)
    people = advisors(POOR, {**POOR, "status": "left"}, GOOD)
    branch = case(table, people, refusals=pairs((2, 101)), guarded=np.ones(4, dtype=np.bool_))
    assert propose(branch).after.tolist() == [0, 2, 2, 2]
