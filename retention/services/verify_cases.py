"""After 30 and 90 days: is a client who said to stay still there, with assets and activity? Said is not stayed."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from branch_crm.core import audit
from branch_crm.core.models import Branch
from clients.models import CashFlow, ClientStatus, ProductOrder, Trade
from retention.domain.rules import Verify
from retention.domain.verify import Seen, judge, share_left
from retention.models import LeavingRequest, RetentionCase
from retention.queries.cases import LEAVING
from retention.services.ensure_policy import retention_rules
from servicelog.models import Contact, Direction

#: The columns of the two checks, in the order of the policy's days.
COLUMNS = ("check_30", "check_90")


def verify_cases(*, branch: Branch, on: date) -> int:
    """The checks whose day has come, by the data up to `on`; returns how many. Each is made once."""
    rules = retention_rules(branch, on=on).verify
    return sum(
        _check(pk, column, days, rules, on)
        for column, days in zip(COLUMNS, rules.days, strict=True)
        for pk in _due(branch, column, on - timedelta(days=days))
    )


def _due(branch: Branch, column: str, ended: date) -> list[int]:
    said = RetentionCase.objects.filter(branch=branch, outcome=RetentionCase.Outcome.STAYS)
    due = said.filter(**{column: RetentionCase.Check.WAITING}, closed_at__date__lte=ended)
    return list(due.order_by("pk").values_list("pk", flat=True))


@transaction.atomic
def _check(pk: int, column: str, days: int, rules: Verify, on: date) -> bool:
    cases = RetentionCase.objects.select_for_update(of=("self",), no_key=True)
    case = cases.select_related("branch", "client").get(pk=pk)
    if getattr(case, column) != RetentionCase.Check.WAITING or case.closed_at is None:
        return False
    ended = timezone.localdate(case.closed_at)
    until = min(on, ended + timedelta(days=days))
    seen = _seen(case, ended, until)
    found, share = judge(seen, rules), share_left(seen)
    setattr(case, column, found)
    case.checks[column] = {
        "until": until.isoformat(),
        "net_flow": str(seen.net_flow),
        "share": None if share is None else str(share),
        "least_share": str(rules.least_assets_share),
        "active_days": seen.active_days,
        "least_activity": rules.least_activity,
    }
    case.save(update_fields=[column, "checks"])
    audit.record(
        action="retention.case_checked",
        actor=None,
        branch=case.branch,
        target=case,
        detail={"client": case.client_id, "check": column, "found": found},
    )
    return True


def _seen(case: RetentionCase, ended: date, until: date) -> Seen:
    opened = timezone.localdate(case.opened_at)
    flows = CashFlow.objects.filter(client=case.client_id, is_external=True, day__gt=opened, day__lte=until)
    gone = LeavingRequest.objects.filter(
        client=case.client_id, kind__in=LEAVING, state=LeavingRequest.State.DONE, finished_at__gte=case.opened_at
    )
    return Seen(
        still_client=case.client.status != ClientStatus.CLOSED
        and not gone.filter(finished_at__date__lte=until).exists(),
        assets=case.assets,
        net_flow=flows.aggregate(net=Sum("amount"))["net"] or Decimal(0),
        active_days=len(_active_days(case, ended, until)),
    )


def _active_days(case: RetentionCase, ended: date, until: date) -> set[date]:
    """Days after the end on which the client did something: traded, ordered a product, or came to us."""
    within = {"client": case.client_id, "day__gt": ended, "day__lte": until}
    days = set(Trade.objects.filter(**within).values_list("day", flat=True))
    days |= set(ProductOrder.objects.filter(**within).values_list("day", flat=True))
    own = Contact.objects.filter(client=case.client_id, direction=Direction.IN, counts=True)
    came = own.filter(held_at__date__gt=ended, held_at__date__lte=until)
    return days | {timezone.localdate(held) for held in came.values_list("held_at", flat=True)}
