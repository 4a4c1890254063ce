"""How people look at clients: saved views, reveals of personal data, exports. The last two are records, never changed."""

from __future__ import annotations

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff
from clients.models.client import ClientOwnedQuerySet


class SavedViewQuerySet(BranchOwnedQuerySet):
    def narrow(self, user: Staff) -> Self:
        return self.filter(Q(owner=user) | Q(is_shared=True))


class SavedView(models.Model):
    """A filter, sort and column choice of the client list, private or shared with the branch."""

    branch = models.ForeignKey("core.Branch", on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(_("name"), max_length=40)
    query = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    is_shared = models.BooleanField(_("shared with the branch"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(name="view_name_once_an_owner", fields=["owner", "name"])]

    def __str__(self) -> str:
        return self.name


class Reveal(models.Model):
    """Somebody looked at one masked field of one client, and said why."""

    class Field(models.TextChoices):
        PHONE = "phone", _("phone")
        ID_NO = "id_no", _("ID number")
        EMAIL = "email", _("e-mail")
        ADDRESS = "address", _("address")

    class Purpose(models.TextChoices):
        SERVICE_CALL = "service_call", _("Service call")
        CLIENT_REQUEST = "client_request", _("Client's own request")
        IDENTIFICATION = "identification", _("Identification at the counter")
        COMPLIANCE = "compliance", _("Compliance check")
        FOLLOW_UP = "follow_up", _("Compliance follow-up")
        DATA_FIX = "data_fix", _("Correcting data")

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    client = models.ForeignKey("clients.Client", on_delete=models.PROTECT, related_name="reveals")
    field = models.CharField(_("field"), max_length=10, choices=Field.choices)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("reveal")
        verbose_name_plural = _("reveals")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["by", "-at"], name="reveal_rate_of_person")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.field} of client {self.client_id}"


class ExportRequestQuerySet(BranchOwnedQuerySet):
    def narrow(self, user: Staff) -> Self:
        return (
            self.filter(by=user) if user.role in (Role.ADVISOR, Role.COUNTER, Role.DIRECTOR, Role.ASSISTANT) else self
        )


class ExportRequest(models.Model):
    """An export of a list: who, why, which rows, which file (hash), masked unless stated."""

    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    purpose = models.CharField(_("purpose"), max_length=200)
    #: Which list (clients.services.export_subjects); `query` and `columns` are of its own making.
    subject = models.CharField(max_length=30, default="clients", db_default="clients")
    query = models.JSONField(default=dict)
    columns = models.JSONField(default=list)
    format = models.CharField(max_length=4, default="xlsx")
    rows = models.PositiveIntegerField(default=0)
    file_hash = models.CharField(max_length=64, blank=True)
    path = models.TextField(blank=True)
    job = models.ForeignKey("core.JobRun", null=True, on_delete=models.PROTECT, related_name="+")

    objects = ExportRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"export {self.pk}"
