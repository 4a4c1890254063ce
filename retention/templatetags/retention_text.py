"""Words of the retention pages that depend on data in two languages or on codes."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from retention.domain.rules import Concession
from retention.models import Block, Reason, RequestStep
from retention.wording import rate_in_words

register = template.Library()

STEPS = {
    "received": _("taken in"),
    "settled": _("account settled, the clock runs"),
    "block_noted": _("lawful ground noted"),
    "block_cleared": _("lawful ground has passed"),
    "declined_talk": _("client declined to talk"),
    "reason_noted": _("reason noted"),
    "warned": _("warning given"),
    "deadline_broken": _("deadline passed"),
    "done": _("completed"),
    "withdrawn": _("withdrawn by the client"),
}


@register.filter
def step_words(step: RequestStep) -> str:
    """A step in words, with the ground where it is about one."""
    words = str(STEPS.get(step.step, step.step))
    return f"{words}: {dict(Block.Ground.choices).get(step.note, step.note)}" if step.note else words


@register.filter
def named(concession: Concession) -> str:
    """Data of the policy, in the reader's language."""
    return concession.zh if (get_language() or "zh-hans").startswith("zh") else concession.en


@register.filter
def rate(share: Decimal) -> str:
    return rate_in_words(share)


@register.filter
def answer_of(reason: Reason) -> Reason:
    """Where the answer stands: at the reason itself, else at the one above it."""
    return reason if reason.answer or reason.never or reason.parent is None else reason.parent
