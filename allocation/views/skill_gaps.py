"""What the team lacks against what the book asks for. Director, assistant, manager, compliance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from advisors.labels import skill_label
from advisors.models import Contest, EvidenceKind
from advisors.views.asked import branch_of
from allocation.domain.skill_gaps import TRAINED_SCORE, Gap
from allocation.labels import gap_class_label
from allocation.queries.skill_gaps import GapReport, load_gaps
from clients.models import Client

#: Clients listed on the page of one class; the list of clients has the rest.
LISTED = 200
KINDS = dict(EvidenceKind.choices)


@dataclass(frozen=True)
class Person:
    """An advisor in the words of a gap: `note` is what is missing."""

    pk: int
    name: str
    staff_no: str
    score: float | None = None
    trust: float | None = None
    weakest: str = ""


@dataclass(frozen=True)
class GapCard:
    """A gap with its words, people and links."""

    gap: Gap
    label: str
    skills: str
    able: list[Person]
    nearest: list[Person]
    trained: list[Person]
    remedy_kind: str
    list_url: str
    announced: Contest | None

    @property
    def share(self) -> float:
        return 100 * self.gap.covered / self.gap.clients


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def skill_gap_list(request: HttpRequest) -> HttpResponse:
    report = load_gaps(branch_of(request), on=timezone.localdate())
    context: dict[str, Any] = {"report": report, "trained": TRAINED_SCORE}
    if report is not None:
        cards = [gap_card(request, report, gap) for gap in report.gaps]
        context["lacking"] = [card for card in cards if card.gap.open_clients]
        context["enough"] = [card for card in cards if not card.gap.open_clients]
    return render(request, "allocation/skill_gap_list.html", context)


@require_GET
@permission_required("allocation.view_plans", raise_exception=True)
def skill_gap(request: HttpRequest, term: str, name: str) -> HttpResponse:
    """The clients of one class: those whose need finds nobody, and those who are with somebody not equal to them."""
    report = load_gaps(branch_of(request), on=timezone.localdate())
    gap = report.find(term, name) if report else None
    if report is None or gap is None:
        raise Http404
    listed = (gap.rows[gap.covered :] if gap.open_clients else gap.rows)[:LISTED]
    keys = report.clients.ids[listed].tolist()
    people = Client.objects.visible_to(request.user).select_related("advisor", "figures").in_bulk(keys)
    able = {report.advisors.ids[row] for row in gap.able}
    rows = [
        (people[pk], report.clients.revenue[row], people[pk].advisor_id in able)
        for pk, row in zip(keys, listed, strict=True)
        if pk in people
    ]
    context = {
        "report": report,
        "card": gap_card(request, report, gap),
        "rows": rows,
        "listed": LISTED,
    }
    return render(request, "allocation/skill_gap.html", context)


def gap_card(request: HttpRequest, report: GapReport, gap: Gap) -> GapCard:
    kind = gap.remedy.kind if gap.remedy else ""
    announced = None
    if kind:
        to_come = Contest.objects.visible_to(request.user).filter(kind=kind, held_on__gte=report.on)
        announced = to_come.filter(state=Contest.State.ANNOUNCED).order_by("held_on").first()
    return GapCard(
        gap=gap,
        label=gap_class_label(gap.term, gap.name),
        skills=_("、").join(skill_label(code) for code in gap.skills),
        able=[_person(report, row) for row in gap.able],
        nearest=[_person(report, near.advisor, near.score, near.trust, near.weakest) for near in gap.nearest],
        trained=[_person(report, row) for row in (gap.remedy.advisors if gap.remedy else ())],
        remedy_kind=str(KINDS.get(kind, kind)),
        list_url=_list_url(gap, report),
        announced=announced,
    )


def _person(
    report: GapReport, row: int, score: float | None = None, trust: float | None = None, weakest: str = ""
) -> Person:
    advisors = report.advisors
    return Person(
        advisors.ids[row],
        advisors.names[row],
        advisors.staff_nos[row],
        score,
        trust,
        skill_label(weakest) if weakest else "",
    )


def _list_url(gap: Gap, report: GapReport) -> str:
    """The client list with the same people, where its filter can say the class; empty where it cannot."""
    query = {"value_type": f"value_type={gap.name}", "persona": f"persona={gap.name}"}.get(gap.term, "")
    return f"{reverse('clients:list')}?{query}" if query else ""
