"""The columns of the client list: one definition for the table, the column chooser, saved views and exports."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from branch_crm.core.templatetags.badges import NOTHING, persona_badge, tier_badge, value_type_badge
from branch_crm.core.templatetags.dates import day
from branch_crm.core.templatetags.money import money
from clients.models import Client, ClientStatus
from clients.templatetags.client_text import permissions

Cell = SafeString | str


@dataclass(frozen=True)
class Column:
    """`cell` draws it on the page; `text` is what an export writes: text, number or date, never unmasked."""

    name: str
    label: str | Promise
    cell: Callable[[Client], Cell]
    text: Callable[[Client], object]
    sort: str = ""
    numeric: bool = False
    usual: bool = True


def _name(client: Client) -> Cell:
    link = format_html('<a class="row-link" href="{}">{}</a>', reverse("clients:detail", args=[client.pk]), client.name)
    if client.status == ClientStatus.NORMAL:
        return link
    return format_html('{} <span class="state">{}</span>', link, client.get_status_display())


def _value(client: Client) -> Cell:
    value = client.figures.value
    return NOTHING if value is None else format_html('<span class="num">{}</span>', f"{value:.1f}")


def _persona_text(client: Client) -> str:
    return client.figures.get_persona_display() if client.figures.persona is not None else ""


def _core(client: Client) -> Cell:
    return format_html('<span class="state state-active">{}</span>', gettext("core")) if client.figures.is_core else ""


def _risk(client: Client) -> Cell:
    return str(client.get_risk_level_display()) if client.risk_level else NOTHING


COLUMNS = {
    column.name: column
    for column in (
        Column("name", _("Client name"), _name, lambda c: c.name, sort="name"),
        Column("client_no", _("Client no."), lambda c: c.client_no, lambda c: c.client_no, sort="client_no"),
        Column(
            "tier",
            _("Tier"),
            lambda c: tier_badge(c.figures.tier),
            lambda c: c.figures.get_tier_display() if c.figures.tier else "",
            sort="tier",
        ),
        Column("value", _("Value"), _value, lambda c: c.figures.value, sort="value", numeric=True),
        Column(
            "value_type",
            _("Value type"),
            lambda c: value_type_badge(c.figures.value_type),
            lambda c: c.figures.get_value_type_display() if c.figures.value_type else "",
        ),
        Column(
            "persona",
            _("Persona"),
            lambda c: persona_badge(c.figures.persona, c.figures.confidence),
            _persona_text,
        ),
        Column("core", pgettext_lazy("column", "Core"), _core, lambda c: gettext("core") if c.figures.is_core else ""),
        Column(
            "assets",
            _("Total assets"),
            lambda c: money(c.figures.total_assets),
            lambda c: c.figures.total_assets,
            sort="assets",
            numeric=True,
        ),
        Column(
            "commission",
            _("Net commission, 12 months"),
            lambda c: money(c.figures.commission_12m),
            lambda c: c.figures.commission_12m,
            sort="commission",
            numeric=True,
        ),
        Column(
            "last_trade",
            _("Last trade"),
            lambda c: day(c.figures.last_trade_on),
            lambda c: c.figures.last_trade_on,
            sort="last_trade",
        ),
        Column(
            "advisor",
            _("Advisor"),
            lambda c: c.advisor.name if c.advisor else format_html('<span class="quiet">{}</span>', gettext("nobody")),
            lambda c: c.advisor.name if c.advisor else "",
        ),
        Column(
            "phone",
            _("phone"),
            lambda c: c.phone_masked or NOTHING,
            lambda c: c.phone_masked,
            usual=False,
        ),
        Column("risk", _("risk level"), _risk, lambda c: c.get_risk_level_display() if c.risk_level else ""),
        Column(
            "risk_until",
            _("Risk level valid until"),
            lambda c: day(c.risk_valid_until),
            lambda c: c.risk_valid_until,
            usual=False,
        ),
        Column(
            "opened",
            _("Account opened"),
            lambda c: day(c.opened_on),
            lambda c: c.opened_on,
            sort="opened",
            usual=False,
        ),
        Column(
            "status",
            _("status"),
            lambda c: str(c.get_status_display()),
            lambda c: c.get_status_display(),
            usual=False,
        ),
        Column(
            "offsystem",
            _("Off-system wealth, at least"),
            lambda c: money(c.figures.offsystem_low),
            lambda c: c.figures.offsystem_low,
            numeric=True,
            usual=False,
        ),
        Column("permissions", _("Permissions"), permissions, permissions, usual=False),
    )
}
USUAL = tuple(column.name for column in COLUMNS.values() if column.usual)


def frames(columns: Iterable[Column]) -> list[tuple[Column, str, str]]:
    """Each column with the markup before and after its cells, the label in the reader's language."""
    return [(column, *_frame(column)) for column in columns]


def _frame(column: Column) -> tuple[str, str]:
    if column.name == "name":
        return '<th scope="row" class="card-head cell-long">', "</th>"
    opening = '<td class="num" data-label="{}">' if column.numeric else '<td data-label="{}">'
    return format_html(opening, column.label), "</td>"


def draw_cells(client: Client, framed: Iterable[tuple[Column, str, str]]) -> SafeString:
    """The cells of a row. Made here and not in the template, where 50 rows of 12 columns took most of the page's time."""
    return mark_safe(
        "".join(f"{before}{conditional_escape(column.cell(client))}{after}" for column, before, after in framed)
    )


def choose(names: Iterable[str]) -> list[Column]:
    """The named columns in their fixed order, the name always among them; the usual ones when none is known."""
    wanted = {name for name in names if name in COLUMNS} or set(USUAL)
    return [column for column in COLUMNS.values() if column.name in wanted or column.name == "name"]
