"""Words of the service log in templates."""

from collections.abc import Mapping

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from servicelog.labels import moment_label
from servicelog.models import Clas
from servicelog.wording import why_now
from servicelog.wording_scorecard import name_of, value_text

register = template.Library()
register.filter("moment_label", moment_label)
register.filter("why_now", why_now)

#: Codes of servicelog.domain.log_quality.
COUNT_REASONS: Mapping[str, str | Promise] = {
    "not_reached": _("the client was not reached"),
    "bulk": _("a message to many"),
    "short": _("the text is too short"),
    "copy": _("nearly the same text as another of your logs"),
    "burst": _("one of more logs within minutes than anybody holds talks"),
    "hours": _("outside the hours at which clients are talked to"),
    "late": _("logged too many trading days later"),
    "future": _("held later than it was logged"),
}


@register.filter
def count_reason(code: str) -> str | Promise:
    return COUNT_REASONS.get(code, code)


@register.filter
def clas_name(letter: str) -> str:
    return f"{letter} {Clas(letter).label}" if letter in Clas.values else letter


@register.filter
def figure_name(code: str) -> str:
    """A figure of a scorecard: servicelog.domain.scorecard."""
    return name_of(code)


@register.filter
def figure_value(value: float | None, code: str) -> str:
    """`{{ value|figure_value:figure }}`; points with one decimal."""
    if code == "points":
        return "–" if value is None else f"{value:.1f}"
    return value_text(code, value)
