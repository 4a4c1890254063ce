"""`{% icon "phone" %}`: one drawing of the sprite. Decorative by default; give `label` when it stands alone."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """`name` is a line of tools/icons.txt; `label` is read aloud; `css` adds classes such as `icon-sm`."""
    href = f"{static('icons/sprite.svg')}#{name}"
    classes = f"icon {css}".strip()
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', classes, label, href
        )
    return format_html('<svg class="{}" aria-hidden="true"><use href="{}"></use></svg>', classes, href)
