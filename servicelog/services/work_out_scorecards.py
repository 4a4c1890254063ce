"""Work out the scorecards of a month, or of those that still run; harmless when run again.

A month is worked out anew every night until it is frozen: what is logged late, judged later or granted since still counts.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from branch_crm.core import audit
from branch_crm.core.models import Branch
from servicelog.domain.scorecard import Card, Figure, card_of, read_scorecard_rules
from servicelog.models import FigureRecords, Scorecard, ScorecardPolicy
from servicelog.queries.scorecard.figures import Month, Row, figures_of_month, month_of
from servicelog.services.scorecard_policies import ensure_scorecard_policy
from servicelog.services.service_policies import service_rules


def work_out_running_months(*, branch: Branch, as_of: date) -> dict[str, int]:
    """The month of `as_of` and the one before it, each unless it is frozen. Month -> cards that changed."""
    this = as_of.replace(day=1)
    before = (this - timedelta(days=1)).replace(day=1)
    return {f"{month:%Y-%m}": work_out_scorecards(branch=branch, month=month, as_of=as_of) for month in (before, this)}


@transaction.atomic
def work_out_scorecards(*, branch: Branch, month: date, as_of: date) -> int:
    """`month`: any day of it. Returns how many cards are new or differ; 0 for a frozen month. Raises ValueError for one to come."""
    span = month_of(month, as_of)
    lock_scorecards(branch)
    cards = Scorecard.objects.filter(branch=branch, month=span.first)
    # An earlier night that is run late does not take over.
    if cards.filter(Q(state=Scorecard.State.FROZEN) | Q(until__gt=span.last)).exists():
        return 0
    policy = ensure_scorecard_policy(branch=branch, on=span.first)
    rules = read_scorecard_rules(policy.rules)
    found = figures_of_month(branch, span, rules=rules, standards=service_rules(branch, on=span.last))
    held = {card.advisor_id: card for card in cards}
    records = _held_records(held)
    changed = 0
    for advisor, figures in found.items():
        card = card_of({code: counted for code, (counted, _rows) in figures.items()}, rules)
        rows = {code: rows for code, (_counted, rows) in figures.items() if rows}
        former = held.pop(advisor, None)
        if former is None or _differs(former, card, policy, span.last) or records.get(former.pk, {}) != rows:
            _write(branch, advisor, span, policy, card, rows)
            changed += 1
    gone, _per_model = Scorecard.objects.filter(pk__in=[card.pk for card in held.values()], disputes=None).delete()
    if changed or gone:
        audit.record(
            action="servicelog.scorecards_worked_out",
            actor=None,
            branch=branch,
            target=policy,
            detail={"month": f"{span.first:%Y-%m}", "until": span.last.isoformat(), "cards": changed},
        )
    return changed


def lock_scorecards(branch: Branch) -> None:
    """One writer of scorecards at a time for a branch; held to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [6202, branch.pk])


def figures_as_stored(card: Card) -> dict[str, dict[str, Any]]:
    return {figure.code: _stored(figure) for figure in card.figures}


def _stored(figure: Figure) -> dict[str, Any]:
    row = asdict(figure)
    row |= row.pop("counted")
    del row["code"]
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in row.items()}


def _held_records(held: dict[int, Scorecard]) -> dict[int, dict[str, list[Row]]]:
    found: dict[int, dict[str, list[Row]]] = {}
    rows = FigureRecords.objects.filter(scorecard__in=[card.pk for card in held.values()])
    for pk, code, records in rows.values_list("scorecard_id", "indicator", "rows"):
        found.setdefault(pk, {})[code] = records
    return found


def _differs(former: Scorecard, card: Card, policy: ScorecardPolicy, until: date) -> bool:
    return (
        former.figures != figures_as_stored(card)
        or former.points != _rounded(card.points)
        or former.cap != card.cap
        or former.policy_id != policy.pk
        or former.until != until
    )


def _rounded(points: float | None) -> float | None:
    return None if points is None else round(points, 2)


def _write(
    branch: Branch, advisor: int, month: Month, policy: ScorecardPolicy, card: Card, rows: dict[str, list[Row]]
) -> None:
    written, _made = Scorecard.objects.update_or_create(
        advisor_id=advisor,
        month=month.first,
        defaults={
            "until": month.last,
            "branch": branch,
            "policy": policy,
            "figures": figures_as_stored(card),
            "points": _rounded(card.points),
            "cap": card.cap,
            "computed_at": timezone.now(),
        },
    )
    FigureRecords.objects.filter(scorecard=written).delete()
    FigureRecords.objects.bulk_create(
        FigureRecords(scorecard=written, indicator=code, rows=records) for code, records in rows.items()
    )
