"""Drills of the demo: cards that were read, one from a case that waits for it, three drills behind, one planned."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from branch_crm.core.jobs import Progress
from branch_crm.core.models import Role, Staff
from branch_crm.demo.book import Book
from retention.domain.drill_rubric import ITEMS
from retention.domain.drill_steps import follow, read_steps
from retention.models import Drill, DrillCard, DrillPart, RetentionCase
from retention.services.anonymise_case import anonymise_case
from retention.services.bring_in_cards import bring_in_cards
from retention.services.check_card import check_card
from retention.services.schedule_drill import schedule_drill
from retention.services.score_drill import score_drill
from retention.services.step_drill import end_talk, start_drill, step_drill

Part = DrillPart.Role
#: reason of the card, who practises, who plays the client, days ago, whether a good answer is given, items of one point, note.
PAST = (
    ("rival_rate", Role.ADVISOR, Role.COUNTER, 12, False, ("listens", "true_reason"), "报价之前先问清楚比的是什么。"),
    ("rival_rate", Role.ADVISOR, Role.ASSISTANT, 9, True, ("true_reason",), "这次先受理再问，很好。"),
    ("service_slow", Role.COUNTER, Role.ADVISOR, 4, True, ("logs",), "答复日期要写进记录。"),
)


@transaction.atomic
def hold_drills(book: Book, progress: Progress) -> None:
    """The small branch, where nobody else reads them, has its cards as they came."""
    if DrillCard.objects.filter(branch=book.branch).exists():
        return
    progress.step(gettext_noop("Holding drills"))
    cards = {card.reason.code: card for card in bring_in_cards(branch=book.branch, actor=book.director)}
    people = {
        person.role: person for person in Staff.objects.filter(branch=book.branch, is_active=True).order_by("-pk")
    }
    if Role.COMPLIANCE not in people:
        return
    ready = {code: check_card(card=card, actor=people[Role.COMPLIANCE]) for code, card in cards.items()}
    case = RetentionCase.objects.filter(branch=book.branch, request__reason__isnull=False).order_by("pk").first()
    if case is not None:
        anonymise_case(case=case, actor=book.director)
    for code, staff, client, days, is_good, weak, note in PAST:
        drill = _played(ready[code], people[staff], people[client], is_good=is_good)
        marks = {item: 1 if item in weak else 2 for item in ITEMS}
        part = drill.parts.get(role=Part.CLIENT)
        score_drill(part=part, marks=marks, note=note, actor=part.person)
        then = timezone.now() - timedelta(days=days)
        Drill.objects.filter(pk=drill.pk).update(planned_for=then, started_at=then, finished_at=then)
    schedule_drill(
        branch=book.branch,
        card=ready["staff_unknown"],
        planned_for=timezone.localtime().replace(hour=16, minute=0, second=0) + timedelta(days=1),
        actor=people[Role.MANAGER],
        people={Part.STAFF: people[Role.ADVISOR], Part.CLIENT: people[Role.COUNTER]},
    )


def _played(card: DrillCard, staff: Staff, client: Staff, *, is_good: bool) -> Drill:
    """To its end, or to the first answer that fails it."""
    drill = schedule_drill(
        branch=staff.branch,
        card=card,
        planned_for=timezone.now(),
        actor=client,
        people={Part.STAFF: staff, Part.CLIENT: client},
        on_one_screen=True,
    )
    drill = start_drill(drill=drill, actor=client)
    steps = read_steps(drill.played["steps"])
    while (at := follow(steps, drill.path)[1]).choices:
        good = max(range(len(at.choices)), key=lambda number: at.choices[number].quality)
        bad = next((number for number, choice in enumerate(at.choices) if choice.fail), good)
        drill = step_drill(drill=drill, turn=len(drill.path), choice=good if is_good else bad, actor=staff)
    return end_talk(drill=drill, actor=client)


STEPS = (hold_drills,)
