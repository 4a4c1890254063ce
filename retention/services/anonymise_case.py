"""A drill card out of a case: what happened, without whom it happened to. A second person reads it before it is played."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from advisors.models import Advisor
from branch_crm.core import audit
from branch_crm.core.models import Staff
from branch_crm.core.templatetags.badges import PERSONAS
from retention.domain.anonymise import redact
from retention.domain.drill_steps import read_text
from retention.models import DrillCard, Reason, RetentionCase
from retention.services.bring_in_cards import first_set
from retention.services.errors import RetentionError
from retention.services.write_card import write_card
from retention.wording_drills import story_of, title_of_case

#: Of the talks of a case, the latest ones are taken over.
TALKS = 3
CODES = {"zh": "zh-hans", "en": "en"}


@transaction.atomic
def anonymise_case(*, case: RetentionCase, actor: Staff) -> DrillCard:
    """A draft; asked twice for the same case, the first one while it is unchanged. Only the audit knows of which case it is.

    Raises RetentionError where neither the client nor the record gives a reason to practise.
    """
    reason = _reason(case)
    if reason is None:
        raise RetentionError(_("This case has no reason that could be practised."))
    names = list(_names(case))
    said = [redact(text, names=names) for text in _texts(case)]
    text: dict[str, Any] = {}
    titles: dict[str, str] = {}
    for language, code in CODES.items():
        with override(code):
            text[language] = story_of(case, reason, said)
            titles[language] = title_of_case(case, reason)
    same = DrillCard.objects.filter(
        branch=case.branch, source=DrillCard.Source.CASE, state=DrillCard.State.DRAFT, text=read_text(text)
    ).first()
    if same is not None:
        return same
    card = write_card(
        branch=case.branch,
        actor=actor,
        reason=reason,
        title_zh=_free_title(case, reason, titles["zh"]),
        title_en=titles["en"],
        tier=case.tier,
        persona=persona if (persona := case.client.figures.persona) in PERSONAS else "",
        text=text,
        steps=_skeleton(reason),
        source=DrillCard.Source.CASE,
    )
    audit.record(
        action="retention.drill_card_from_case", actor=actor, branch=case.branch, target=card, detail={"case": case.pk}
    )
    return card


def _reason(case: RetentionCase) -> Reason | None:
    """What was found out, else what the client told, else the likeliest."""
    if case.reason:
        return case.reason
    if case.request and case.request.reason:
        return case.request.reason
    codes = [guess["reason"] for guess in case.likely]
    return Reason.objects.filter(branch__isnull=True, code__in=codes[:1]).first()


def _names(case: RetentionCase) -> Iterator[str]:
    """Of everybody who may be spoken of: the client, the branch's people, and the firm the client goes to."""
    yield case.client.name
    yield case.branch.name
    yield from Advisor.objects.filter(branch=case.branch).values_list("name", flat=True)
    yield from Staff.objects.filter(branch=case.branch).values_list("name", flat=True)
    if case.request:
        yield case.request.competitor


def _texts(case: RetentionCase) -> Sequence[str]:
    parts = case.tasks.filter(contact__isnull=False).select_related("contact").order_by("-ended_at", "-pk")[:TALKS]
    noted = [case.request.reason_note if case.request else "", case.outcome_note]
    return [text for text in (*noted, *(part.contact.summary for part in parts)) if text]


def _skeleton(reason: Reason) -> Sequence[Any]:
    """The talk of the first set's card for this reason, to be rewritten; else the first one."""
    codes = {reason.code, reason.parent.code if reason.parent else ""}
    found: Sequence[Any] = next(
        (card["steps"] for card in first_set() if card["reason"] in codes), first_set()[0]["steps"]
    )
    return found


def _free_title(case: RetentionCase, reason: Reason, title: str) -> str:
    """With a number behind it, where the branch has a card of that title."""
    cards = DrillCard.objects.filter(branch=case.branch, reason=reason).exclude(state=DrillCard.State.RETIRED)
    taken = set(cards.filter(title_zh__startswith=title).values_list("title_zh", flat=True))
    number = next(n for n in range(1, len(taken) + 2) if _numbered(title, n) not in taken)
    return _numbered(title, number)


def _numbered(title: str, number: int) -> str:
    return title if number == 1 else f"{title} {number}"
