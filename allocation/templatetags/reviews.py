"""Words of service reviews in templates."""

from django import template

from allocation.models import ServiceReview
from allocation.wording_review import EXCUSES, finding_text, standard_text

register = template.Library()
register.filter("standard_text", standard_text)


@register.filter
def found_text(review: ServiceReview) -> str:
    return finding_text(review.finding, review.evidence)


@register.filter
def excuse_text(code: str) -> str:
    return str(EXCUSES.get(code, code))
