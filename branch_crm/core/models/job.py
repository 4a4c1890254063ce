"""The ledger of long work. A broker may lose or repeat a message; this row is what counts."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet


class JobRun(models.Model):
    """One piece of long work: asked for once (`key`), run under a lease, safe to run again.

    `done`/`total` count in units of the current step. `state` is `running` only while `lease_until` lies ahead;
    the watchdog puts runs with an expired lease back into the queue.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("waiting")
        RUNNING = "running", _("running")
        SUCCEEDED = "succeeded", _("finished")
        FAILED = "failed", _("failed")
        CANCELLED = "cancelled", _("cancelled")

    FINAL = (State.SUCCEEDED, State.FAILED, State.CANCELLED)

    branch = models.ForeignKey("core.Branch", null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(max_length=160, unique=True)
    params = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.QUEUED)
    step = models.CharField(_("step"), max_length=80, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    checkpoint = models.JSONField(default=dict)
    result = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["branch", "-id"], name="job_branch_recent"),
            models.Index(fields=["state", "lease_until"], name="job_unfinished"),
        ]
        constraints = [
            models.CheckConstraint(name="job_done_within_total", condition=models.Q(done__lte=models.F("total")))
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def is_final(self) -> bool:
        return self.state in self.FINAL

    @property
    def percent(self) -> int:
        if self.state == self.State.SUCCEEDED:
            return 100
        return int(100 * self.done / self.total) if self.total else 0
