"""What the pages of a notice period read: is it open, what was put forward, what became of it."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, FloatField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from allocation.models import Answer, Bid, Notice, Objection, Plan, PlanLine

ROWS = 50


def open_notice_of(plan: Plan) -> Notice | None:
    """The notice that runs today; None before, between and after."""
    return Notice.objects.filter(plan=plan).running(timezone.localdate()).first()


def blocks_publication(plan: Plan) -> str:
    """Why the plan may not be published yet, in words: a notice that runs, or something nobody has answered. Empty = free."""
    notice = open_notice_of(plan)
    if notice is not None:
        return _("The plan lies open to the advisors until %(day)s.") % {"day": notice.ends.isoformat()}
    waiting = put_forward(plan)[Answer.OPEN]
    if waiting:
        return _("%(count)d objections and self-nominations still wait for an answer.") % {"count": waiting}
    return ""


def counts_of(plan: Plan) -> dict[str, dict[str, int]]:
    """{"objections" | "bids": {answer: number, "all": number}} over all notices of the plan. Two queries."""
    counts = {}
    for name, model in (("objections", Objection), ("bids", Bid)):
        rows = model._default_manager.filter(notice__plan=plan).order_by().values_list("answer").annotate(n=Count("pk"))
        found = dict.fromkeys(Answer.values, 0) | dict(rows)
        counts[name] = {**found, "all": sum(found.values())}
    return counts


def put_forward(plan: Plan) -> dict[str, int]:
    """Objections and self-nominations together: {answer: number, "all": number}."""
    objections, bids = counts_of(plan).values()
    return {name: objections[name] + bids[name] for name in objections}


def touched_by(plan: Plan) -> QuerySet[Advisor]:
    """The advisors whose clients a plan moves, or to whom it moves some."""
    lines = plan.lines.order_by()
    ids = lines.values_list("before").union(lines.values_list("after"))
    return Advisor.objects.filter(pk__in=[pk for (pk,) in ids if pk is not None]).order_by("staff_no")


@dataclass(frozen=True)
class Raised:
    """An objection beside the move it is about, as that stands now (None: the plan no longer moves the client).

    leaving: it would take the client from the advisor; else bring him. changed: an unanswered objection whose move is no
    longer what it was when it was raised.
    """

    objection: Objection
    line: PlanLine | None

    @property
    def leaving(self) -> bool:
        return bool(self.objection.before_id == self.objection.advisor_id)

    @property
    def changed(self) -> bool:
        then = (self.objection.before_id, self.objection.proposed_id)
        now = (self.line.before_id, self.line.after_id) if self.line else None
        return self.objection.answer == Answer.OPEN and then != now


def page_of_objections(plan: Plan, query: Mapping[str, Any]) -> tuple[list[Raised], str]:
    """Objections narrowed by `state`, `ground`, `advisor`, the most valuable client first, from the key `after` on; and the
    key of the next page. Three queries at most."""
    worth = PlanLine.objects.filter(plan=plan, client=OuterRef("client")).values("value")[:1]
    people = ("advisor", "client", "before", "proposed", "answered_by", "notice")
    rows = Objection.objects.filter(notice__plan=plan).select_related(*people)
    rows = rows.annotate(worth=Coalesce(Subquery(worth), Value(0.0), output_field=FloatField()))
    value, _colon, pk = str(query.get("after", "")).partition(":")
    with contextlib.suppress(ValueError):
        rows = rows.filter(Q(worth__lt=float(value)) | Q(worth=float(value), pk__gt=int(pk)))
    found = list(_narrow(rows, query).order_by("-worth", "pk")[: ROWS + 1])
    more, found = len(found) > ROWS, found[:ROWS]
    return with_lines(plan, found), f"{found[-1].worth!r}:{found[-1].pk}" if more else ""


def page_of_bids(plan: Plan, query: Mapping[str, Any]) -> tuple[list[Bid], str]:
    """Self-nominations narrowed by `state` and `advisor`, as they came, from the key `after` on; and the next key."""
    rows = Bid.objects.filter(notice__plan=plan).select_related("advisor", "answered_by", "notice")
    if str(query.get("after", "")).isdecimal():
        rows = rows.filter(pk__gt=int(query["after"]))
    found = list(_narrow(rows, query).order_by("pk")[: ROWS + 1])
    more, found = len(found) > ROWS, found[:ROWS]
    return found, str(found[-1].pk) if more else ""


def _narrow(rows: QuerySet[Any], query: Mapping[str, Any]) -> QuerySet[Any]:
    if query.get("state") in Answer.values:
        rows = rows.filter(answer=query["state"])
    if query.get("ground") in Objection.Ground.values and rows.model is Objection:
        rows = rows.filter(ground=query["ground"])
    if str(query.get("advisor", "")).isdecimal():
        rows = rows.filter(advisor=int(query["advisor"]))
    return rows


def with_lines(plan: Plan, objections: Sequence[Objection]) -> list[Raised]:
    """Each objection with its move; one query."""
    lines = plan.lines.filter(client__in=[objection.client_id for objection in objections])
    by_client = {line.client_id: line for line in lines.select_related("before", "after", "proposed")}
    return [Raised(objection, by_client.get(objection.client_id)) for objection in objections]


def moves_in_segment(plan: Plan, segment: Mapping[str, Any], *, besides: Advisor) -> QuerySet[PlanLine]:
    """The moves whose client belongs to a segment and that do not go to `besides` yet, the most valuable first."""
    lines = plan.lines.filter(tier__gte=segment.get("tier_from", 1), tier__lte=segment.get("tier_to", 5)).exclude(
        Q(after=besides) & Q(after__isnull=False)
    )
    if segment.get("types"):
        lines = lines.filter(value_type__in=segment["types"])
    if segment.get("personas"):
        lines = lines.filter(persona__in=segment["personas"])
    if segment.get("core_only"):
        lines = lines.filter(card__client__core=True)
    return lines.select_related("client", "before", "after").order_by("-value", "pk")
