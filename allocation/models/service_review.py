"""A doubt about how a client is served, and its due process: notice, time to cure or reply, decision, effect."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from advisors.models.leave import AdvisorOwnedQuerySet
from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff


class ServiceReviewQuerySet(AdvisorOwnedQuerySet):
    """Advisors see their own; what is thought of a colleague's service is not for counter staff, nor for the installation."""

    def narrow(self, user: Staff) -> Self:
        return self.none() if user.role in (Role.ADMIN, Role.COUNTER) else super().narrow(user)


class ServiceReview(models.Model):
    class Finding(models.TextChoices):
        UNDER_SERVED = "under_served", _("fewer contacts than the standard")
        PERFUNCTORY = "perfunctory", _("contacts that do not count, or only for form's sake")
        NO_OUTPUT = "no_output", _("contacts kept, and nothing comes of them")

    class State(models.TextChoices):
        NOTICED = "noticed", _("advisor told, time to cure or reply")
        #: The time is over, or the advisor has replied and asks for a decision.
        DUE = "due", _("to be decided by the director")
        CURED = "cured", _("cured in time")
        DISMISSED = "dismissed", _("dismissed")
        UPHELD = "upheld", _("upheld, for the next allocation run")
        #: A published plan has moved the client, or the lock stands in the books.
        APPLIED = "applied", pgettext_lazy("review", "in force")
        #: The client has another advisor by other ways, or the account is being closed.
        LAPSED = "lapsed", pgettext_lazy("review", "no longer applies")

    class Decision(models.TextChoices):
        DISMISS = "dismiss", _("dismiss")
        EXTEND = "extend", _("more time")
        #: Becomes a refusal: the next run gives the client to somebody else.
        REASSIGN = "reassign", _("another advisor at the next run")
        #: The client stays, by a lock with the reason.
        KEEP = "keep", _("stays with the advisor, under watch")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    advisor = models.ForeignKey("advisors.Advisor", on_delete=models.PROTECT, related_name="service_reviews")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="service_reviews")
    finding = models.CharField(_("finding"), max_length=14, choices=Finding.choices)
    #: Figures, periods and the ids of contacts and tasks they were counted from.
    evidence = models.JSONField(default=dict)
    policy = models.ForeignKey("servicelog.ServicePolicy", on_delete=models.PROTECT, related_name="+")
    found_on = models.DateField(_("found on"))
    noticed_on = models.DateField(_("advisor told on"))
    #: Last trading day to cure or reply.
    cure_until = models.DateField(_("time until"))
    reply = models.TextField(_("the advisor's reply"), max_length=1000, blank=True)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    replied_at = models.DateTimeField(null=True)
    #: Day on which the advisor asked, with the reply, not to wait for the end of the time.
    asked_on = models.DateField(null=True)
    #: First day on which it could be decided; null while the time runs.
    due_on = models.DateField(null=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.NOTICED)
    decision = models.CharField(_("decision"), max_length=10, choices=Decision.choices, blank=True)
    decision_note = models.CharField(_("grounds"), max_length=500, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True)
    refusal = models.ForeignKey("allocation.ClientRefusal", null=True, on_delete=models.PROTECT, related_name="+")
    lock = models.ForeignKey("allocation.AssignmentLock", null=True, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(null=True)

    objects = ServiceReviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("service review")
        verbose_name_plural = _("service reviews")
        ordering = ["cure_until", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_service_review",
                fields=["client", "advisor"],
                condition=Q(state__in=["noticed", "due", "upheld"]),
            ),
            # No step skipped: nothing is upheld without a person, a time, grounds and the end of the time to reply.
            models.CheckConstraint(
                name="decided_review_has_person_and_grounds",
                condition=~Q(state__in=["dismissed", "upheld", "applied"])
                | (Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decision_note="")),
            ),
            models.CheckConstraint(
                name="review_decided_after_time_or_reply",
                condition=Q(state__in=["noticed", "cured", "lapsed"])
                | Q(due_on__isnull=False) & (Q(due_on__gt=F("cure_until")) | Q(asked_on__isnull=False)),
            ),
            models.CheckConstraint(name="review_asked_with_a_reply", condition=Q(asked_on__isnull=True) | ~Q(reply="")),
            models.CheckConstraint(
                name="upheld_review_has_its_effect",
                condition=~Q(state__in=["upheld", "applied"])
                | Q(decision="reassign", refusal__isnull=False)
                | Q(decision="keep", lock__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["branch", "state", "cure_until"], name="service_review_queue"),
            models.Index(fields=["advisor", "-found_on"], name="service_review_of_advisor"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="begins_with_a_notice", operation=pgtrigger.Insert, condition=~pgtrigger.Q(new__state="noticed")
            ),
            # The ways of allocation.domain.service_review, so that no step can be skipped by other doors either.
            pgtrigger.FSM(
                name="steps_in_order",
                field="state",
                transitions=[
                    ("noticed", "cured"),
                    ("noticed", "due"),
                    ("noticed", "lapsed"),
                    ("due", "dismissed"),
                    ("due", "lapsed"),
                    ("due", "noticed"),
                    ("due", "upheld"),
                    ("upheld", "applied"),
                    ("upheld", "due"),
                    ("upheld", "lapsed"),
                    ("applied", "upheld"),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.finding}: client {self.client_id} with advisor {self.advisor_id}"


class ReviewStepQuerySet(BranchOwnedQuerySet):
    branch_path = "review__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(review__in=ServiceReview.objects.visible_to(user))


class ReviewStep(models.Model):
    """What was done, when and by whom. Only ever added to."""

    review = models.ForeignKey(ServiceReview, on_delete=models.PROTECT, related_name="steps")
    #: Codes of allocation.domain.service_review.
    step = models.CharField(_("step"), max_length=12)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=1000, blank=True)

    objects = ReviewStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a review")
        verbose_name_plural = _("steps of reviews")
        ordering = ["pk"]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.step} of review {self.review_id}"
