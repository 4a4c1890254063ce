"""Facts about a client in words: risk level and its state, tenure, permissions, data notes, masked fields."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from branch_crm.core.templatetags.badges import NOTHING
from clients.models import Client, Reveal
from clients.queries.data_notes import Note

register = template.Library()

PERMISSIONS = ("has_margin", "has_options", "has_chinext", "has_star", "has_bse")

NOTES: dict[str, tuple[str | Promise, str | Promise]] = {
    "no_risk_level": (
        _("No risk level."),
        _("Nothing may be recommended until the client has done the risk assessment."),
    ),
    "no_risk_end": (_("The risk level has no end date."), _("Ask the counter to enter until when it holds.")),
    "risk_expired": (
        _("The risk level expired on %(day)s."),
        _("Nothing may be recommended until it is assessed again."),
    ),
    "risk_ends_soon": (_("The risk level ends on %(day)s."), _("Ask the client to repeat the assessment in time.")),
    "no_id": (_("No ID number in the counter data."), _("Have the counter complete it at the next visit.")),
    "id_expired": (_("The ID document expired on %(day)s."), _("Ask the client to bring the new one to the counter.")),
    "id_ends_soon": (_("The ID document ends on %(day)s."), _("Remind the client to renew it.")),
    "no_phone": (_("No phone number."), _("The client can only be reached at the counter; ask for a number there.")),
    "no_opening_day": (_("No opening date."), _("Tenure cannot be told; the counter system should have it.")),
    "no_assets": (_("No assets were ever reported."), _("See whether the extract holds this client's assets.")),
    "not_scored": (_("Not scored yet."), _("The client came after the last scoring, or scoring has not run.")),
    "no_behaviour": (_("Behaviour not read yet."), _("The next night reads it.")),
    "no_advisor": (_("Nobody serves this client."), _("The market director can assign an advisor.")),
    "counter_disagrees": (
        _("The counter system names another advisor."),
        _("The book here counts; have the counter system corrected."),
    ),
}


@register.simple_tag
def note_text(note: Note) -> SafeString:
    what, todo = NOTES[note.code]
    day = f"{note.day:%Y-%m-%d}" if note.day else ""
    return format_html("<strong>{}</strong> {}", str(what) % {"day": day}, todo)


@register.simple_tag
def risk_state(client: Client) -> SafeString:
    """`C3 steady, until 2027-03-01`, with a warning where it is missing or over."""
    if not client.risk_level:
        return format_html('<span class="state state-caution">{}</span>', gettext("missing"))
    until = client.risk_valid_until
    if until is None:
        return format_html("{}", client.get_risk_level_display())
    if until < timezone.localdate():
        return format_html(
            '{} <span class="state state-danger">{}</span>',
            client.get_risk_level_display(),
            gettext("expired on %(day)s") % {"day": f"{until:%Y-%m-%d}"},
        )
    return format_html(
        '{} <span class="quiet">{}</span>',
        client.get_risk_level_display(),
        gettext("until %(day)s") % {"day": f"{until:%Y-%m-%d}"},
    )


@register.filter
def tenure(opened_on: date) -> str:
    """Whole years, below one year months."""
    today = timezone.localdate()
    months = (today.year - opened_on.year) * 12 + today.month - opened_on.month - (today.day < opened_on.day)
    if months >= 12:
        return ngettext("%(years)d year", "%(years)d years", months // 12) % {"years": months // 12}
    return ngettext("%(months)d month", "%(months)d months", max(months, 0)) % {"months": max(months, 0)}


@register.filter
def permissions(client: Client) -> str:
    """What the client may trade, in words."""
    return " · ".join(str(client._meta.get_field(flag).verbose_name) for flag in PERMISSIONS if getattr(client, flag))


def masked_value(client: Client, field: str) -> str:
    """What may be shown to everybody who sees the client. Of an ID number only the last four: see domain.md §1.5."""
    match Reveal.Field(field):
        case Reveal.Field.PHONE:
            return client.phone_masked
        case Reveal.Field.ID_NO:
            return f"****{client.id_tail}" if client.id_tail else ""
        case Reveal.Field.EMAIL:
            return "****" if client.email_sealed else ""
        case Reveal.Field.ADDRESS:
            return "****" if client.address_sealed else ""


@register.inclusion_tag("components/_masked.html", takes_context=True)
def masked_field(context: template.Context, client: Client, field: str, purpose: str = "") -> dict[str, Any]:
    """The masked value with the button that asks to see it, for those who may. `purpose`: chosen beforehand."""
    value = masked_value(client, field)
    may = context["request"].user.has_perm("clients.reveal")
    asked = {"field": field} | ({"purpose": purpose} if purpose else {})
    return {
        "value": value or NOTHING,
        "label": Reveal.Field(field).label,
        "reveal_url": f"{reverse('clients:reveal', args=[client.pk])}?{urlencode(asked)}" if value and may else "",
    }
