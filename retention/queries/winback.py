"""Clients who have left and may be asked back: only with their consent, and only after a time of rest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from branch_crm.core.models import Branch, Staff
from clients.models import Client, ClientStatus
from retention.models import LeavingRequest, WinBackConsent
from retention.queries.cases import FINISHED, LEAVING
from servicelog.models import Contact, Purpose

CONSENTED = Q(consented_at__isnull=False)
UNWANTED = Q(profile__marketing_opt_out=True)


@dataclass(frozen=True)
class LostCounts:
    """lost: who left and has not come back. The rest of them: listed, resting, unwilling (no marketing), silent (no consent)."""

    lost: int
    listed: int
    resting: int
    unwilling: int
    silent: int


def lost_clients(user: Staff, branch: Branch) -> QuerySet[Client]:
    """Closed, or moved away by a request that is done; whoever asks for something right now is not lost.

    Adds `left_at` (null: not known), `consented_at` (null: no standing consent) and `rested_at`, from which the rest counts:
    the leaving or the last contact about it, whichever is later.
    """
    requests = LeavingRequest.objects.filter(client=OuterRef("pk"), kind__in=LEAVING)
    done = requests.filter(state=LeavingRequest.State.DONE).order_by("-finished_at")
    consents = WinBackConsent.objects.filter(client=OuterRef("pk"), withdrawn_at=None)
    contacts = Contact.objects.filter(client=OuterRef("pk"), purpose=Purpose.RETENTION).order_by().values("client")
    clients = Client.objects.visible_to(user).filter(branch=branch)
    gone = clients.filter(Q(status=ClientStatus.CLOSED) | Exists(done)).exclude(
        Exists(requests.exclude(state__in=FINISHED))
    )
    return gone.annotate(
        left_at=Subquery(done.values("finished_at")[:1]),
        consented_at=Subquery(consents.values("recorded_at")[:1]),
        rested_at=Greatest(
            Coalesce("left_at", "consented_at"), Subquery(contacts.annotate(last=Max("held_at")).values("last"))
        ),
    )


def _rested(on: date, rest_days: int) -> Q:
    return Q(rested_at__date__lte=on - timedelta(days=rest_days))


def to_win_back(user: Staff, branch: Branch, *, on: date, rest_days: int) -> QuerySet[Client]:
    """Those who may be contacted on that day, who left last on top."""
    listed = lost_clients(user, branch).filter(CONSENTED, _rested(on, rest_days)).exclude(UNWANTED)
    return listed.select_related("advisor", "figures").order_by("-left_at", "-pk")


def lost_counts(user: Staff, branch: Branch, *, on: date, rest_days: int) -> LostCounts:
    """One statement: everybody who has left, in exactly one of the four."""
    willing, rested = CONSENTED & ~UNWANTED, _rested(on, rest_days)
    counts = lost_clients(user, branch).aggregate(
        lost=Count("pk"),
        listed=Count("pk", filter=willing & rested),
        resting=Count("pk", filter=willing & ~rested),
        unwilling=Count("pk", filter=CONSENTED & UNWANTED),
        silent=Count("pk", filter=~CONSENTED),
    )
    return LostCounts(**counts)
