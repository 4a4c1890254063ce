"""Words for the codes of the skill taxonomy, and for what is wrong with a result."""

from django.utils.translation import gettext_lazy as _

SKILL_LABELS = {
    "stock_analysis": _("Stock analysis"),
    "asset_allocation": _("Asset allocation"),
    "product_knowledge": _("Product knowledge"),
    "margin_derivatives": _("Margin and derivatives"),
    "market_insight": _("Market insight"),
    "planning": _("Financial planning"),
    "patience": _("Patience"),
    "warmth": _("Warmth"),
    "plain_speech": _("Plain speech"),
    "teaching": _("Teaching"),
    "negotiation": _("Negotiation"),
    "digital": _("Digital service"),
}


def skill_label(code: str) -> str:
    """The label in the reader's language; a code that a branch added shows as it is."""
    return str(SKILL_LABELS.get(code, code))


#: Codes of advisors.domain.contest_scores.problems_of.
RESULT_PROBLEMS = {
    "not_finite": _("Enter a number."),
    "out_of_marks": _("The points must lie between 0 and the full marks."),
    "not_a_place": _("A place is a whole number from 1."),
    "beyond_the_field": _("The place lies behind the last. Enter the number of participants in all above."),
}
