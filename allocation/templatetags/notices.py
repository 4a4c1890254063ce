"""Words and drawings of notice periods: answers, segments, masked names."""

from __future__ import annotations

from collections.abc import Mapping

from django import template

from allocation.models import Answer
from allocation.wording_notice import book_address, segment_text
from clients.domain.names import masked_name

register = template.Library()

register.filter("segment_words", segment_text)
register.filter("masked_name", masked_name)

ANSWER_MARKS: Mapping[str, str] = {
    Answer.OPEN: "state-caution",
    Answer.GRANTED: "state-done",
    Answer.DECLINED: "state-danger",
}


register.simple_tag(book_address, name="book_url")


@register.filter
def answer_mark(answer: str) -> str:
    return ANSWER_MARKS.get(answer, "")
