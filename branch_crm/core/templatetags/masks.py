"""Personal data as it may stand on a page before anybody asked to see it."""

from django import template

register = template.Library()


@register.filter
def mask_phone(number: str | None) -> str:
    """138****5678; shorter numbers keep only their last two digits."""
    text = (number or "").strip()
    if not text:
        return "–"
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else f"****{text[-2:]}"


@register.filter
def mask_id(number: str | None) -> str:
    """Only the last four: more, next to a birthday, gives the whole number away."""
    text = (number or "").strip()
    return f"****{text[-4:]}" if text else "–"


@register.filter
def mask_account(number: str | None) -> str:
    """Bank and fund accounts outside the own book: ****1234"""
    return mask_id(number)


@register.filter
def mask_name(name: str | None) -> str:
    """Surname and one star per further character: 张*, 王**"""
    text = (name or "").strip()
    return text[:1] + "*" * (len(text) - 1) if text else "–"
