"""Wishes to leave, retention cases and what was offered, as part of the client's timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from branch_crm.core.models import Staff
from clients.models import Client
from retention.models import LeavingRequest, Offer, RetentionCase
from retention.services.ensure_policy import retention_rules
from retention.wording_cases import concession_names, offer_in_words
from servicelog.timeline import Event, register


def requests(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    """Taken in, and finished."""
    rows = LeavingRequest.objects.visible_to(user).filter(client=client).select_related("entered_by", "finished_by")
    came = rows.filter(applied_at__lt=before).order_by("-applied_at", "-pk")[:limit]
    ended = rows.filter(finished_at__lt=before).order_by("-finished_at", "-pk")[:limit]
    events = [
        Event(
            row.applied_at,
            "leaving",
            _("Wants: %(what)s") % {"what": row.get_kind_display()},
            str(row.get_origin_display()),
            row.entered_by.name if row.entered_by else "",
            reverse("retention:request_detail", args=[row.pk]),
        )
        for row in came
    ]
    events += [
        Event(
            row.finished_at,
            "leaving",
            f"{row.get_kind_display()} · {row.get_state_display()}",
            by=row.finished_by.name if row.finished_by else "",
            href=reverse("retention:request_detail", args=[row.pk]),
        )
        for row in ended
    ]
    return _newest(events, limit)


def cases(user: Staff, client: Client, before: datetime, limit: int) -> Sequence[Event]:
    """Opened, ended, and each offer at the moment of the last word on it."""
    rows = RetentionCase.objects.visible_to(user).filter(client=client).select_related("opened_by", "closed_by")
    events = [
        Event(
            row.opened_at,
            "staying",
            _("Retention case opened"),
            str(row.get_source_display()),
            row.opened_by.name if row.opened_by else "",
            _address(row.pk),
        )
        for row in rows.filter(opened_at__lt=before)[:limit]
    ]
    events += [
        Event(
            row.closed_at,
            "staying",
            _("Retention case ended"),
            str(row.get_outcome_display()),
            row.closed_by.name if row.closed_by else "",
            _address(row.pk),
        )
        for row in rows.filter(closed_at__lt=before).order_by("-closed_at", "-pk")[:limit]
    ]
    return _newest(events + _offers(user, client, before, limit), limit)


def _offers(user: Staff, client: Client, before: datetime, limit: int) -> list[Event]:
    offers = Offer.objects.visible_to(user).filter(case__client=client).select_related("made_by")
    dated = offers.annotate(at=Coalesce("answered_at", "approved_at", "made_at")).filter(at__lt=before)
    rows = list(dated.order_by("-at", "-pk")[:limit])
    names = concession_names(retention_rules(client.branch, on=timezone.localdate())) if rows else {}
    return [
        Event(
            row.at,
            "staying",
            _("Offer: %(what)s") % {"what": offer_in_words(row, names)},
            str(row.get_state_display()),
            row.made_by.name,
            _address(row.case_id),
        )
        for row in rows
    ]


def _newest(events: list[Event], limit: int) -> list[Event]:
    return sorted(events, key=lambda event: event.at, reverse=True)[:limit]


def _address(case: int) -> str:
    return reverse("retention:case_detail", args=[case])


def register_all() -> None:
    register("leaving", requests)
    register("staying", cases)
