"""Words and small drawings of plans: reasons, rules, scopes, the dot in the fairness band, the mix of a book."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _

from allocation import labels
from allocation.models import Plan
from allocation.wording_approval import second_words
from branch_crm.core.templatetags.badges import PERSONAS, TIERS, VALUE_TYPES

register = template.Library()

register.filter("term_label", labels.term_label)
register.filter("rule_label", labels.rule_label)
register.filter("reason_label", labels.reason_label)
register.filter("class_label", labels.class_label)
register.filter("second_words", second_words)

STATE_MARKS = {
    Plan.State.SOLVING: "state-active",
    Plan.State.PROPOSED: "state-caution",
    Plan.State.WAITING: "state-caution",
    Plan.State.FAILED: "state-danger",
    Plan.State.SCHEDULED: "state-active",
    Plan.State.PUBLISHED: "state-done",
}
DECISION_MARKS = {
    "accepted": "state-done",
    "redirected": "state-active",
    "rejected": "state-danger",
    "locked": "state-caution",
}


#: Fill classes of the mix bars, in the order of the counts; the last of types and personas is "unknown".
MIX_FILLS = {
    "tier": ["fill-tier-1", "fill-tier-2", "fill-tier-3", "fill-tier-4", "fill-tier-5"],
    "type": ["fill-commission", "fill-product", "fill-asset", "fill-balanced", "fill-none"],
    "persona": ["fill-pp", "fill-ff", "fill-ii", "fill-aa", "fill-none"],
}
MIX_NAMES = {"tier": TIERS, "type": VALUE_TYPES, "persona": PERSONAS}


@register.filter
def mix_legend(kind: str) -> list[tuple[str, Any]]:
    """Fill class and name of each class in a mix bar."""
    return list(zip(MIX_FILLS[kind], [*MIX_NAMES[kind].values(), _("unknown")], strict=False))


@register.filter
def state_mark(plan: Plan) -> str:
    return STATE_MARKS.get(Plan.State(plan.state), "")


@register.filter
def decision_mark(decision: str) -> str:
    return DECISION_MARKS.get(decision, "")


@register.filter
def whole(number: float) -> str:
    """12,345: grouped by thousands in both languages (the Chinese locale of Django would group by four)."""
    return f"{number:,.0f}".replace("-", "−")


@register.filter
def at(rows: Any, index: int) -> Any:
    """rows[index]; for tables whose rows are named by number."""
    return rows[index] if index is not None and 0 <= index < len(rows) else ""


@register.filter
def of(table: Mapping[Any, Any], key: Any) -> Any:
    """table[key], empty where there is none."""
    return table.get(key, "")


@register.filter
def of_plan(figures: dict[int, int], pk: int) -> int:
    return figures.get(pk, 0)


@register.inclusion_tag("allocation/_band_dot.html")
def band_dot(value: float, capacity: float, band: list[float] | None, before: float | None = None) -> dict[str, Any]:
    """Value per hour as a dot on a scale from 0 to twice the middle of the band; a ring where it stood before."""
    per_hour = value / capacity if capacity else 0.0
    middle = sum(band) / 2 if band else 0.0
    scale = 50.0 / middle if middle else 0.0

    def place(figure: float) -> float:
        return round(min(max(figure * scale, 1.0), 99.0), 2)

    inside = band is None or band[0] - 1e-6 <= per_hour <= band[1] + 1e-6
    return {
        "per_hour": per_hour,
        "dot": place(per_hour),
        "ring": place(before / capacity) if before is not None and capacity else None,
        "low": place(band[0]) if band else None,
        "width": round(place(band[1]) - place(band[0]), 2) if band else None,
        "inside": inside,
    }


@register.inclusion_tag("allocation/_change_bar.html")
def change_bar(change: float, largest: float) -> dict[str, Any]:
    """A change as a bar to the right of the middle (more) or to its left (less); `largest` fills half of the width."""
    width = round(50 * min(abs(change) / largest, 1.0), 2) if largest else 0.0
    return {"start": 50.0 if change >= 0 else round(50.0 - width, 2), "width": width, "less": change < 0}


@register.inclusion_tag("allocation/_mix_bar.html")
def mix_bar(counts: list[int], kind: str) -> dict[str, Any]:
    """A book's mix as one thin bar. kind: tier (5, low to high), type (4 + unknown) or persona (4 + unknown)."""
    css = MIX_FILLS[kind]
    total = sum(counts)
    done, segments = 0.0, []
    for name, count in zip(css, counts, strict=True):
        width = 100 * count / total if total else 0.0
        segments.append({"css": name, "start": round(done, 2), "width": round(width, 2), "count": count})
        done += width
    return {"segments": segments, "title": " / ".join(str(count) for count in counts)}
