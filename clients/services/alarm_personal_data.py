"""Tell those who answer for it when somebody looks at, or takes out, more personal data than the work explains."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from advisors.models import Advisor
from branch_crm.core import audit
from branch_crm.core.models import AuditEntry, Branch, Role, Staff
from branch_crm.core.notifications import notify, people_of
from clients.models import Reveal

#: Days before the one looked at that tell what is usual for a person, and how many times the usual is a spike.
USUAL_OVER = 30
TIMES_USUAL = 3
SPIKE = "clients.reveal_spike"


def alarm_threshold(person: Staff) -> int:
    """Reveals within an hour at which the branch is told; somebody who has given notice needs fewer."""
    return settings.LEAVER_REVEAL_ALARM_AT if person.is_leaving else settings.REVEAL_ALARM_AT


def tell_of(person: Staff, *, branch: Branch, kind: str, key: str, count: int) -> None:
    """Director, manager and compliance of the branch, except the person. Inside the caller's transaction."""
    advisor = Advisor.objects.filter(account=person).first()
    notify(
        recipients=people_of(branch, Role.DIRECTOR, Role.MANAGER, Role.COMPLIANCE),
        kind=kind,
        key=key,
        branch=branch,
        url=reverse("advisors:detail", args=[advisor.pk]) if advisor else reverse("home"),
        actor=person,
        count=count,
    )


@transaction.atomic
def find_spikes(branch: Branch, day: date) -> int:
    """People who leave and have looked at far more than usual on that day. Once a person and day; returns how many."""
    people = Staff.objects.filter(branch=branch, is_active=True, narrowed_on__isnull=False)
    looks = Reveal.objects.filter(by__in=people).order_by()
    of_day = dict(looks.filter(at__date=day).values_list("by").annotate(Count("pk")))
    earlier = looks.filter(at__date__lt=day, at__date__gte=day - timedelta(days=USUAL_OVER))
    usual = dict(earlier.values_list("by").annotate(Count("pk")))
    found = 0
    for person in people.filter(pk__in=of_day).order_by("pk"):
        count, mean = of_day[person.pk], usual.get(person.pk, 0) / USUAL_OVER
        known = AuditEntry.objects.filter(action=SPIKE, actor=person, detail__day=day.isoformat()).exists()
        if known or count < settings.LEAVER_REVEAL_ALARM_AT or count <= TIMES_USUAL * mean:
            continue
        audit.record(
            action=SPIKE,
            actor=person,
            branch=branch,
            detail={"day": day.isoformat(), "looks": count, "usual": round(mean, 2)},
        )
        tell_of(person, branch=branch, kind=SPIKE, key=f"spike:{person.pk}:{day.isoformat()}", count=count)
        found += 1
    return found


def alarm_of_export(person: Staff, *, branch: Branch, rows: int, export: int) -> None:
    """An export by somebody who leaves is told of every time, whatever its size."""
    if not person.is_leaving:
        return
    audit.record(action="clients.leaver_export", actor=person, branch=branch, detail={"rows": rows, "export": export})
    tell_of(person, branch=branch, kind="clients.leaver_export", key=f"leaver-export:{export}", count=rows)


def alarm_of_reveals(person: Staff, *, branch: Branch, within_hour: int, stops_at: int) -> None:
    """At the very reveal that reaches the threshold; the next hour may ring again."""
    if within_hour != alarm_threshold(person):
        return
    line = audit.record(
        action="clients.reveal_rate",
        actor=person,
        branch=branch,
        detail={"within_hour": within_hour, "stops_at": stops_at, "leaving": person.is_leaving},
    )
    hour = timezone.localtime(line.at).strftime("%Y%m%d%H")[2:]
    tell_of(person, branch=branch, kind="clients.reveal_rate", key=f"reveals:{person.pk}:{hour}", count=within_hour)
