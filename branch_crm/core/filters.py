"""Filters of the core lists, shared by page and API."""

import django_filters
from django.apps import apps
from django.utils.translation import gettext_lazy as _

from branch_crm.core.models import AuditEntry, JobRun, Notification
from branch_crm.core.templatetags.audit_words import ACTIONS


def audited_actions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Every action in words under the part of the product it belongs to; a part's first choice is all of it."""
    parts: dict[str, list[tuple[str, str]]] = {}
    for action, words in ACTIONS.items():
        part = action.split(".")[0]
        parts.setdefault(part, [(f"{part}.", f"{part_name(part)} · {_('everything')}")]).append((action, str(words)))
    return [(part_name(part), choices) for part, choices in parts.items()]


def part_name(part: str) -> str:
    return str(apps.get_app_config(part).verbose_name)


class AuditFilter(django_filters.FilterSet):
    action = django_filters.ChoiceFilter(choices=audited_actions, lookup_expr="startswith", label=_("Action"))
    actor = django_filters.CharFilter(field_name="actor__username", label=_("Account"))
    since = django_filters.DateFilter(field_name="at", lookup_expr="date__gte", label=_("From"))
    until = django_filters.DateFilter(field_name="at", lookup_expr="date__lte", label=_("To"))
    target = django_filters.CharFilter(field_name="target_type", label=_("Object"))
    target_id = django_filters.CharFilter(label=_("Object no."))

    class Meta:
        model = AuditEntry
        fields: list[str] = []


class JobFilter(django_filters.FilterSet):
    class Meta:
        model = JobRun
        fields = ["kind", "state"]


class NotificationFilter(django_filters.FilterSet):
    unread = django_filters.BooleanFilter(field_name="read_at", lookup_expr="isnull", label=_("Unread"))

    class Meta:
        model = Notification
        fields = ["kind"]
