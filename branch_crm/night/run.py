"""Start a night, once a branch and day, and walk its steps from the last one finished."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from branch_crm.core import audit, trading_calendar
from branch_crm.core.jobs import Progress, enqueue
from branch_crm.core.jobs.ledger import publish
from branch_crm.core.models import Branch, JobRun, Staff
from branch_crm.night.steps import STEPS, Night

KIND = "night.run"


def night_key(branch: Branch, day: date) -> str:
    return f"night:{branch.code}:{day.isoformat()}"


def business_day(now: datetime) -> date:
    """Before noon a night still belongs to the day before; the counter's extract of a day comes in the evening."""
    local = timezone.localtime(now)
    return local.date() - timedelta(days=local.hour < 12)


def start_night(*, branch: Branch, day: date, actor: Staff | None = None) -> JobRun:
    """The branch's night of that day; asking twice gives the same one."""
    return enqueue(
        KIND, key=night_key(branch, day), branch=branch, actor=actor, branch_id=branch.pk, day=day.isoformat()
    )


@transaction.atomic
def repeat_night(*, branch: Branch, day: date, actor: Staff | None = None, send: bool = True) -> JobRun:
    """The same night once more, all steps, for an extract that came late or was corrected. A night under way is left alone."""
    job = JobRun.objects.select_for_update().filter(key=night_key(branch, day)).first()
    if job is None:
        return start_night(branch=branch, day=day, actor=actor)
    if job.is_final:
        job.state, job.checkpoint, job.error, job.attempts = JobRun.State.QUEUED, {}, "", 0
        job.published_at = job.finished_at = None
        job.save()
        audit.record(action="night.repeated", actor=actor, branch=branch, target=job, detail={"day": day.isoformat()})
        if send:
            transaction.on_commit(lambda: publish(job.pk))
    return job


def start_due_nights(now: datetime) -> list[JobRun]:
    """Give every active branch its night once NIGHT_AT has passed; called often, so a machine that slept catches up."""
    local = timezone.localtime(now)
    if not time.fromisoformat(settings.NIGHT_AT) <= local.time() < time(12):
        return []
    day = business_day(now)
    return [start_night(branch=branch, day=day) for branch in Branch.objects.filter(is_active=True)]


def walk(progress: Progress, *, branch_id: int, day: str) -> dict[str, Any]:
    """All steps in order. What is finished stands in the checkpoint, so a killed worker's successor goes on from there."""
    branch = Branch.objects.get(pk=branch_id)
    business = date.fromisoformat(day)
    books_on = min(business + timedelta(days=1), timezone.localdate())
    night = Night(branch, business, trading_calendar.load().on_or_before(business), books_on, progress)
    for code, name, step in STEPS:
        if code in progress.checkpoint:
            continue
        progress.step(name)
        progress.save_checkpoint(**{code: step(night)})
    return dict(progress.checkpoint)
