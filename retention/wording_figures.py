"""Words for the figures of keeping clients."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from advisors.models import Advisor
from branch_crm.core.models import Branch, Staff
from retention.domain.figures import Line, Share, share_of
from retention.models import Reason
from retention.wording_reasons import column_in_words, names_of

BY_LABELS: Mapping[str, str | Promise] = {
    "reason": gettext_lazy("Reason"),
    "tier": gettext_lazy("Tier"),
    "advisor": gettext_lazy("Advisor"),
    "month": gettext_lazy("Month"),
}
FIGURES: Mapping[str, str | Promise] = {
    "opened": gettext_lazy("Cases opened"),
    "talked": gettext_lazy("Client reached"),
    "stays": gettext_lazy("Said to stay"),
    "checked_30": gettext_lazy("Looked at again after 30 days"),
    "kept_30": gettext_lazy("Stayed, after 30 days"),
    "checked_90": gettext_lazy("Looked at again after 90 days"),
    "kept_90": gettext_lazy("Stayed, after 90 days"),
    "complained": gettext_lazy("Complained while the case ran"),
    "granted": gettext_lazy("Accepted an offer"),
    "requests": pgettext_lazy("figure", "Requests"),
    "finished": gettext_lazy("Requests done or past their deadline"),
    "in_time": gettext_lazy("Requests done in time"),
    "late": gettext_lazy("Requests done late or past their deadline"),
}


@dataclass(frozen=True)
class Rung:
    """A step from the case to having stayed. of: the figure it is a share of. money: assets of these clients, 元."""

    figure: str
    label: str | Promise
    share: Share
    of: str
    money: Decimal | None


@dataclass(frozen=True)
class Group:
    """A line of the breakdown. asked: query of the lists behind it."""

    line: Line
    name: str
    asked: str
    kept_30: Share
    kept_90: Share
    in_time: Share


def groups_of(
    lines: Sequence[Line], *, by: str, names: Mapping[str, str], asked: Mapping[str, str], least: int
) -> Sequence[Group]:
    return [
        Group(
            line,
            group_in_words(by, line.key, names),
            urlencode({**asked, "by": by, "key": line.key}),
            line.kept(30, least=least),
            line.kept(90, least=least),
            line.done_in_time(least=least),
        )
        for line in lines
    ]


def ladder(whole: Line, *, least: int) -> Sequence[Rung]:
    rungs = [Rung("opened", FIGURES["opened"], share_of(whole.opened, 0, least=least), "", whole.assets)]
    for figure in ("talked", "stays"):
        share = share_of(getattr(whole, figure), whole.opened, least=least)
        rungs.append(Rung(figure, FIGURES[figure], share, "opened", None))
    for days, assets in ((30, whole.assets_30), (90, whole.assets_90)):
        share = whole.kept(days, least=least)
        rungs.append(Rung(f"kept_{days}", FIGURES[f"kept_{days}"], share, f"checked_{days}", assets))
    return rungs


def group_names(user: Staff, branch: Branch, *, by: str) -> Mapping[str, str]:
    """Key -> name, where the key is not its own name."""
    if by == "reason":
        return names_of(Reason.objects.visible_to(user))
    if by == "advisor":
        advisors = Advisor.objects.visible_to(user).filter(branch=branch)
        return {str(pk): name for pk, name in advisors.values_list("pk", "name")}
    return {}


def group_in_words(by: str, key: str, names: Mapping[str, str]) -> str:
    return names.get(key) or column_in_words(by, key)


def trend(lines: Sequence[Line], months: Sequence[str]) -> dict[str, Any]:
    """Cases by the month in which they were opened, for static/js/charts.js."""
    by_month = {line.key: line for line in lines}
    shown = {"opened": "accent", "stays": "type-product", "kept_90": "type-asset"}
    return {
        "categories": list(months),
        "unit": _("cases"),
        "series": [
            {
                "name": str(FIGURES[figure]),
                "values": [getattr(by_month.get(month, Line(month)), figure) for month in months],
                "color": color,
            }
            for figure, color in shown.items()
        ],
    }
