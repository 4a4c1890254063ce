"""A proposal opened to the advisors it touches: the notice, their objections and bids, and the director's answers."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from allocation.models.plan import Plan, PlanLine, PlanLineQuerySet
from branch_crm.core.models import Role, Staff

#: Roles that read the whole record of a notice; an advisor sees what touches himself, nobody else sees any.
READERS = (Role.DIRECTOR, Role.ASSISTANT, Role.MANAGER, Role.COMPLIANCE)


class NoticeQuerySet(PlanLineQuerySet):
    def narrow(self, user: Staff) -> Self:
        """An advisor sees the notices of plans that touch him, and those in which he has put something forward."""
        if user.role != Role.ADVISOR:
            return self if user.role in READERS else self.none()
        lines = PlanLine.objects.filter(plan=OuterRef("plan"))
        own = lines.filter(Q(before__account=user) | Q(proposed__account=user) | Q(after__account=user))
        objections = Objection.objects.filter(notice=OuterRef("pk"), advisor__account=user)
        bids = Bid.objects.filter(notice=OuterRef("pk"), advisor__account=user)
        return self.filter(Q(Exists(own)) | Q(Exists(objections)) | Q(Exists(bids)))

    def running(self, day: date) -> Self:
        """Open on that day. A period ends with its last day, whether or not the night has closed it yet."""
        return self.filter(closed_at__isnull=True, ends__gte=day, plan__state=Plan.State.PROPOSED)


class Notice(models.Model):
    """A period in trading days during which a proposal lies open. A plan may be opened again after it was closed."""

    plan = models.ForeignKey("allocation.Plan", on_delete=models.CASCADE, related_name="notices")
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(auto_now_add=True)
    #: First and last trading day of the period, both included.
    starts = models.DateField(_("from"))
    ends = models.DateField(_("until"))
    note = models.CharField(_("note to the advisors"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    #: Required when a person closes it before its last day.
    closed_why = models.CharField(_("why it was closed early"), max_length=200, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("notice period")
        verbose_name_plural = _("notice periods")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_notice", fields=["plan"], condition=models.Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(name="notice_ends_after_start", condition=models.Q(ends__gte=models.F("starts"))),
        ]

    def __str__(self) -> str:
        return f"plan {self.plan_id}: {self.starts} to {self.ends}"

    def is_running(self, day: date) -> bool:
        """As `running`, for a notice whose plan is at hand."""
        return self.closed_at is None and self.ends >= day and self.plan.state == Plan.State.PROPOSED


class Answer(models.TextChoices):
    OPEN = "open", _("waits for an answer")
    GRANTED = "granted", _("granted")
    DECLINED = "declined", _("declined")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Answered(models.Model):
    """What an advisor put forward during a notice, and what the director answered. Both stay on record."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="%(class)ss")
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="+")
    text = models.CharField(_("in your own words"), max_length=500, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer.choices, default=Answer.OPEN)
    answer_text = models.CharField(_("answer in words"), max_length=500, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        abstract = True


class NoticedQuerySet(PlanLineQuerySet):
    branch_path = "notice__plan__branch_id"

    def narrow(self, user: Staff) -> Self:
        if user.role == Role.ADVISOR:
            return self.filter(advisor__account=user)
        return self if user.role in READERS else self.none()


class Objection(Answered):
    """An advisor's objection to one line that takes a client from him or brings him one."""

    class Ground(models.TextChoices):
        RELATION = "relation", _("long relation with the client")
        CLIENT_WISH = "client_wish", _("the client wishes otherwise")
        SKILL = "skill", _("skill or evidence not considered")
        LOAD = "load", _("hours would not suffice")
        DATA = "data", _("figures are wrong")
        PENDING = "pending", _("business with the client under way")
        OTHER = "other", _("another ground")

    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="+")
    #: The move objected to, as it stood: solving again may change the line.
    before = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    proposed = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    ground = models.CharField(_("ground"), max_length=12, choices=Ground.choices)

    objects = NoticedQuerySet.as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_objection_a_line",
                fields=["notice", "client", "advisor"],
                condition=~models.Q(answer="withdrawn"),
            )
        ]

    def __str__(self) -> str:
        return f"advisor {self.advisor_id} on client {self.client_id}"


class Bid(Answered):
    """Self-nomination for a client (by number) or a segment, with evidence. What is typed is kept as typed: whether a
    client of that number exists is for the director to see, not for the bidder."""

    client_no = models.CharField(_("client no."), max_length=32, blank=True)
    #: {"tier_from", "tier_to", "types", "personas", "core_only"} as in allocation.domain.scope; {} with a client no.
    segment = models.JSONField(default=dict)
    evidence = models.ManyToManyField("advisors.SkillEvidence", related_name="+", blank=True)

    objects = NoticedQuerySet.as_manager()

    class Meta:
        verbose_name = _("self-nomination")
        verbose_name_plural = _("self-nominations")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"advisor {self.advisor_id} asks for {self.client_no or 'a segment'}"
