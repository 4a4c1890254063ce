"""The service log: one uniform record of every contact with a client (paper, row 15)."""

from __future__ import annotations

from typing import Self

import pghistory
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff
from clients.models.client import ClientOwnedQuerySet


class Channel(models.TextChoices):
    PHONE = "phone", pgettext_lazy("channel", "Phone")
    VISIT = "visit", _("Visit to the client")
    MEETING = "meeting", _("Meeting at the branch")
    COUNTER = "counter", _("At the counter")
    WECHAT = "wechat", _("Enterprise WeChat")
    MESSAGE = "message", _("Text message")
    EMAIL = "email", pgettext_lazy("channel", "E-mail")
    EVENT = "event", _("Event")


class Direction(models.TextChoices):
    OUT = "out", _("we contacted the client")
    IN = "in", _("the client contacted us")


class Purpose(models.TextChoices):
    """Exactly one a contact; the tags say the rest."""

    CARE = "care", _("Care")
    REVIEW = "review", _("Account review")
    MOT = "mot", _("MOT task")
    PRODUCT = "product", _("Product")
    BUSINESS = "business", _("Business or permission")
    RISK = "risk", _("Risk warning")
    EDUCATION = "education", _("Investor education")
    COMPLAINT = "complaint", _("Complaint")
    HANDOVER = "handover", _("Introduction after a change of advisor")
    RETENTION = "retention", _("Retention")


class Clas(models.TextChoices):
    """I-CLAS, the frame of a contact (domain.md §5)."""

    INVESTMENT = "I", _("Investment performance")
    CLIENT = "C", _("Client focus")
    LEADERSHIP = "L", _("Leadership")
    ATTENTION = "A", _("Attention")
    SHARED = "S", _("Shared values")


class BulkContactQuerySet(BranchOwnedQuerySet):
    """Advisors and counter staff see what they sent themselves: the numbers left out may be of other books."""

    def narrow(self, user: Staff) -> Self:
        if user.role in (Role.ADVISOR, Role.COUNTER):
            return self.filter(author=user)
        return self.none() if user.role == Role.ADMIN else self


class BulkContact(models.Model):
    """One message to many: logged as such, never as so many contacts."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    token = models.UUIDField(unique=True)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    held_at = models.DateTimeField(_("sent at"))
    text = models.TextField(_("text"), max_length=1000)
    #: Numbers of clients who wish no marketing: the message was not for them.
    left_out = ArrayField(models.CharField(max_length=32), default=list, blank=True, verbose_name=_("not sent to"))
    logged_at = models.DateTimeField(auto_now_add=True)

    objects = BulkContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("message to many")
        verbose_name_plural = _("messages to many")
        ordering = ["-held_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.channel} of {self.held_at:%Y-%m-%d}"


@pghistory.track()
class Contact(models.Model):
    """One contact. Changed freely for a short window, afterwards only amended: the original stays (`ContactAmendment`)."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="contacts")
    #: Who logged it, as an advisor; null for counter staff and others without a profile.
    advisor = models.ForeignKey("advisors.Advisor", null=True, on_delete=models.PROTECT, related_name="contacts")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    #: Made by the page that logs: the same draft sent twice is one contact.
    token = models.UUIDField(unique=True)
    held_at = models.DateTimeField(_("held at"))
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True)
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction.choices, default=Direction.OUT)
    #: False: nobody answered. Kept, and never counted.
    reached = models.BooleanField(_("reached"), default=True)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    clas = ArrayField(
        models.CharField(max_length=1, choices=Clas.choices), default=list, blank=True, verbose_name=_("I-CLAS")
    )
    summary = models.TextField(_("what was said"), max_length=2000)
    needs = models.CharField(_("needs found"), max_length=500, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_on = models.DateField(_("next contact on"), null=True, blank=True)
    #: Investment advice was given: only a registered investment adviser may (公告〔2010〕27号).
    advice_given = models.BooleanField(_("investment advice given"), default=False)
    #: Names of the fields of the client's profile that this talk filled in.
    learnt = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    bulk = models.ForeignKey(BulkContact, null=True, on_delete=models.PROTECT, related_name="contacts")
    #: Whether it counts towards contact frequency, and the codes of what speaks against it (servicelog.domain.log_quality).
    counts = models.BooleanField(_("counts"), default=True)
    count_reasons = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    #: Forbidden wording found while saving: [{"word", "at", "overridden_by"}].
    flagged = models.JSONField(default=list, blank=True)
    logged_at = models.DateTimeField(_("logged at"), auto_now_add=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        ordering = ["-held_at", "-pk"]
        indexes = [
            models.Index(fields=["client", "-held_at"], name="contact_of_client"),
            models.Index(fields=["author", "-held_at"], name="contact_of_author"),
            models.Index(
                fields=["branch", "client", "-held_at"], condition=models.Q(counts=True), name="contact_counted"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.channel} with client {self.client_id} at {self.held_at:%Y-%m-%d %H:%M}"


class ContactOwnedQuerySet(BranchOwnedQuerySet):
    """Rows that hang on a contact: visible when the client is."""

    branch_path = "contact__branch_id"

    def narrow(self, user: Staff) -> Self:
        return self.filter(contact__in=Contact.objects.visible_to(user))


class ContactAmendment(models.Model):
    """A correction after the window. `before` and `after` hold the fields that changed."""

    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="amendments")
    before = models.JSONField()
    after = models.JSONField()
    why = models.CharField(_("why"), max_length=200)
    amended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    amended_at = models.DateTimeField(auto_now_add=True)

    objects = ContactOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("amendment")
        verbose_name_plural = _("amendments")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"amendment of contact {self.contact_id}"


class CountDispute(models.Model):
    """The author's objection to "does not count", and the director's answer."""

    class State(models.TextChoices):
        OPEN = "open", _("waits for an answer")
        GRANTED = "granted", _("counts after all")
        DECLINED = "declined", _("does not count")

    contact = models.OneToOneField(Contact, on_delete=models.PROTECT, related_name="dispute")
    text = models.CharField(_("why it should count"), max_length=300)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.OPEN)
    answer = models.CharField(_("answer"), max_length=300, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = ContactOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("dispute of a log")
        verbose_name_plural = _("disputes of logs")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"dispute of contact {self.contact_id}"
