"""Raise the follow-ups that events ask for: once for each event, however often the night runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import connection, transaction

from advisors.models import Advisor
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.domain.follow_up import FollowUpRules, read_follow_up_rules
from servicelog.models import FollowUp
from servicelog.notifications import tell_behind
from servicelog.queries.follow_up_coverage import progress_of
from servicelog.queries.follow_up_events import EVENTS
from servicelog.services.assign_follow_ups import assign_follow_ups
from servicelog.services.follow_up_policies import ensure_follow_up_policy

RAISE = """
    INSERT INTO servicelog_followup (branch_id, client_id, kind, happening, due_on, form, policy_id, answers, outcome, attempts,
                                     recording, review_note, state)
    SELECT %(branch)s, h.client_id, %(kind)s, h.happening, h.due_on, '', %(policy)s, '{{}}', '', 0, '', '', 'open'
    FROM ({query}) AS h(client_id, happening, due_on)
    JOIN clients_client c ON c.id = h.client_id AND c.branch_id = %(branch)s AND c.status <> 'closed'
    ON CONFLICT DO NOTHING
"""


@transaction.atomic
def raise_follow_ups(*, branch: Branch, day: date) -> dict[str, int]:
    """What happened up to `day` and is not too long ago, by kind; then everything open gets somebody who asks.

    Returns new follow-ups per kind, and under `assigned` and `nobody` what `assign_follow_ups` did.
    """
    policy = ensure_follow_up_policy(branch=branch, on=day)
    rules = read_follow_up_rules(policy.rules)
    raised: dict[str, int] = {}
    with connection.cursor() as cursor:
        for event in EVENTS:
            within = rules.days[event.days]
            if not within:
                continue
            given: dict[str, int | str | date] = {
                "branch": branch.pk,
                "policy": policy.pk,
                "kind": event.kind,
                "day": day,
                "within": within,
                "first_day": day - timedelta(days=within),
                "year": day.year,
            }
            cursor.execute(RAISE.format(query=event.query), given)
            if cursor.rowcount > 0:
                raised[event.kind] = raised.get(event.kind, 0) + cursor.rowcount
    if raised:
        audit.record(
            action="servicelog.follow_ups_raised",
            actor=None,
            branch=branch,
            detail={"day": day.isoformat(), **raised},
        )
    _warn_if_behind(branch, rules, day)
    return raised | assign_follow_ups(branch=branch, today=day)


def _warn_if_behind(branch: Branch, rules: FollowUpRules, day: date) -> None:
    """Once a month, while a sample is drawn and fewer are asked than an even pace wants."""
    progress = progress_of(branch, year=day.year, rules=rules, today=day)
    if progress.drawn and progress.is_behind:
        tell_behind(branch, done=progress.done, expected=progress.expected, day=day)


@transaction.atomic
def raise_leaver_follow_ups(
    *, branch: Branch, advisor: Advisor, clients: Sequence[int], on: date, actor: Staff | None = None
) -> int:
    """Ask the clients of somebody who left on `on`; the night would find them too, and neither asks twice. Returns how many
    are new."""
    policy = ensure_follow_up_policy(branch=branch, on=on)
    within = read_follow_up_rules(policy.rules).days["leaver"]
    if not within:
        return 0
    happening = f"leaver:{advisor.pk}"
    known = set(
        FollowUp.objects.filter(client__in=clients, kind=FollowUp.Kind.LEAVER, happening=happening).values_list(
            "client_id", flat=True
        )
    )
    new = [
        FollowUp(
            branch=branch,
            client_id=client,
            kind=FollowUp.Kind.LEAVER,
            happening=happening,
            due_on=on + timedelta(days=within),
            policy=policy,
        )
        for client in dict.fromkeys(clients)
        if client not in known
    ]
    FollowUp.objects.bulk_create(new, ignore_conflicts=True, batch_size=2000)
    if new:
        audit.record(
            action="servicelog.follow_ups_raised",
            actor=actor,
            branch=branch,
            target=advisor,
            detail={"day": on.isoformat(), "leaver": len(new)},
        )
        assign_follow_ups(branch=branch, today=on, actor=actor)
    return len(new)
