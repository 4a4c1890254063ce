"""What a client wants done: close, move, give up a permission. The clock runs; nothing of retention stands in its way."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Staff
from clients.models.client import ClientOwnedQuerySet


class LeavingRequest(models.Model):
    class Kind(models.TextChoices):
        CLOSING = "closing", _("close the account")
        TRANSFER = "transfer", _("move the account to another firm or branch")
        CUSTODY = "custody", _("move the custody of securities")
        DESIGNATION = "designation", _("withdraw the designated trading")
        PERMISSION = "permission", _("close a trading permission")

    class Origin(models.TextChoices):
        COUNTER = "counter", pgettext_lazy("origin of a request", "counter")
        PHONE = "phone", pgettext_lazy("origin of a request", "phone")
        ONLINE = "online", pgettext_lazy("origin of a request", "online")

    class State(models.TextChoices):
        RECEIVED = "received", pgettext_lazy("leaving request", "received")
        PRECHECK = "precheck", _("being checked")
        SETTLING = "settling", _("waits for settlement")
        READY = "ready", _("ready to be done")
        DONE = "done", pgettext_lazy("leaving request", "done")
        WITHDRAWN = "withdrawn", _("withdrawn by the client")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="leaving_requests")
    #: Who was serving then; null = nobody.
    advisor = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="+")
    #: Tier of that day, for the figures.
    tier = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(_("what is wanted"), max_length=12, choices=Kind.choices)
    #: Fund account or permission, where it is not everything.
    subject = models.CharField(_("account or permission"), max_length=40, blank=True)
    origin = models.CharField(_("came by"), max_length=8, choices=Origin.choices)
    #: Number of the online channel: the same message sent twice is one request.
    outside_no = models.CharField(_("number of the online channel"), max_length=64, blank=True)
    applied_at = models.DateTimeField(_("applied at"))
    #: When the account's settlement was finished; null = not yet, the clock has not started.
    settled_at = models.DateTimeField(_("settlement finished at"), null=True, blank=True)
    #: Close of the last trading day, worked out when the clock starts; null before.
    due_at = models.DateTimeField(_("to be done by"), null=True, blank=True)
    policy = models.ForeignKey("retention.RetentionPolicy", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.RECEIVED)
    #: Optional for the client, always.
    reason = models.ForeignKey(
        "retention.Reason", null=True, blank=True, on_delete=models.PROTECT, related_name="requests"
    )
    reason_note = models.CharField(_("in the client's words"), max_length=300, blank=True)
    competitor = models.CharField(_("goes to"), max_length=60, blank=True)
    #: What that firm offers, share of traded value, where the client tells.
    competitor_rate = models.DecimalField(
        _("rate offered there"), max_digits=8, decimal_places=6, null=True, blank=True
    )
    #: The client does not want to talk about it: everything of retention ends at this moment.
    declined_talk_at = models.DateTimeField(_("declined to talk at"), null=True, blank=True)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(_("finished at"), null=True)
    finished_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    #: Highest warning given so far (retention.domain.clock), so that each is given once.
    warned = models.PositiveSmallIntegerField(default=0)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("leaving request")
        verbose_name_plural = _("leaving requests")
        ordering = ["-applied_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_leaving_request",
                fields=["client", "kind", "subject"],
                condition=~Q(state__in=["done", "withdrawn"]),
            ),
            models.UniqueConstraint(
                name="outside_request_once", fields=["branch", "outside_no"], condition=~Q(outside_no="")
            ),
            models.CheckConstraint(
                name="finished_leaving_request_has_time",
                condition=~Q(state__in=["done", "withdrawn"]) | Q(finished_at__isnull=False),
            ),
            models.CheckConstraint(
                name="clock_starts_with_settlement",
                condition=Q(due_at__isnull=True) | Q(settled_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(
                fields=["branch", "due_at"], condition=~Q(state__in=["done", "withdrawn"]), name="leaving_open"
            ),
            models.Index(fields=["branch", "-applied_at"], name="leaving_by_day"),
            models.Index(fields=["client", "-applied_at"], name="leaving_of_client"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of client {self.client_id}"

    @property
    def is_open(self) -> bool:
        return self.state not in (self.State.DONE, self.State.WITHDRAWN)


class RequestRowsQuerySet(BranchOwnedQuerySet):
    """Rows that hang on a request: visible when the request is."""

    branch_path = "request__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(request__in=LeavingRequest.objects.visible_to(user))


class Block(models.Model):
    """A lawful ground why it cannot be done yet. The list is closed; there is no "other", and nothing of retention on it."""

    class Ground(models.TextChoices):
        HOLDINGS = "holdings", _("securities are still in the account")
        CASH = "cash", _("cash is still in the account")
        ORDERS = "orders", _("orders of today are pending")
        UNSETTLED = "unsettled", _("trades are not settled yet")
        SUBSCRIPTION = "subscription", _("won new shares wait for payment or listing")
        MARGIN_DEBT = "margin_debt", _("margin debt is not repaid")
        LINKED_ACCOUNT = "linked_account", _("margin or option account must be closed first")
        CASH_PRODUCT = "cash_product", _("cash management product is still on")
        IN_TRANSIT = "in_transit", _("funds or products in transit")
        PLEDGE = "pledge", _("pledged securities")
        FREEZE = "freeze", _("judicial freeze")
        IDENTITY = "identity", _("identity or authority is not proven")

    request = models.ForeignKey(LeavingRequest, on_delete=models.PROTECT, related_name="blocks")
    ground = models.CharField(_("lawful ground"), max_length=14, choices=Ground.choices)
    note = models.CharField(_("what the client has to do"), max_length=200, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    noted_at = models.DateTimeField(auto_now_add=True)
    cleared_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    cleared_at = models.DateTimeField(null=True)

    objects = RequestRowsQuerySet.as_manager()

    class Meta:
        verbose_name = _("lawful obstacle")
        verbose_name_plural = _("lawful obstacles")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_block_a_ground", fields=["request", "ground"], condition=Q(cleared_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"{self.ground} of request {self.request_id}"


class RequestStep(models.Model):
    """What was done with a request, when and by whom. Only ever added to."""

    request = models.ForeignKey(LeavingRequest, on_delete=models.PROTECT, related_name="steps")
    step = models.CharField(_("step"), max_length=20)
    at = models.DateTimeField(auto_now_add=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = RequestRowsQuerySet.as_manager()

    class Meta:
        verbose_name = _("step of a leaving request")
        verbose_name_plural = _("steps of leaving requests")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.step} of request {self.request_id}"
