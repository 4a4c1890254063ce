"""The client (one 客户号 of one branch). What the counter system says about a person; derived figures live elsewhere."""

from __future__ import annotations

from datetime import date
from typing import Self

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.models import Role, Staff


class ClientStatus(models.TextChoices):
    NORMAL = "normal", _("Normal")
    SLEEPING = "sleeping", _("Sleeping")
    SUSPENDED = "suspended", _("Suspended")
    CLOSING = "closing", _("Closing")
    CLOSED = "closed", _("Closed")


class RiskLevel(models.TextChoices):
    """Risk-bearing level of the suitability rules; C0 is C1 with lowest tolerance. The firm's own names are labels only."""

    C0 = "C0", _("C1 lowest")
    C1 = "C1", _("C1 conservative")
    C2 = "C2", _("C2 cautious")
    C3 = "C3", _("C3 steady")
    C4 = "C4", _("C4 active")
    C5 = "C5", _("C5 aggressive")


class InvestorClass(models.TextChoices):
    ORDINARY = "ordinary", _("Ordinary investor")
    PROFESSIONAL_A = "pro_a", _("Professional investor A")
    PROFESSIONAL_B = "pro_b", _("Professional investor B")
    PROFESSIONAL_C = "pro_c", _("Professional investor C")


class ClientQuerySet(BranchOwnedQuerySet):
    def narrow(self, user: Staff) -> Self:
        """Advisors see their present book. The firm administrator runs the installation and sees no clients."""
        if user.role == Role.ADVISOR:
            return self.filter(advisor__account=user)
        return self.none() if user.role == Role.ADMIN else self


class ClientOwnedQuerySet(BranchOwnedQuerySet):
    """Rows that hang on a client: visible exactly when the client is."""

    def narrow(self, user: Staff) -> Self:
        if user.role == Role.ADVISOR:
            return self.filter(client__advisor__account=user)
        return self.none() if user.role == Role.ADMIN else self


@pghistory.track(exclude=["search_tokens", "name_pinyin", "name_initials", "contact_digest"])
class Client(models.Model):
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="clients")
    client_no = models.CharField(_("client no."), max_length=32)
    name = models.CharField(_("name"), max_length=120)
    name_pinyin = models.CharField(max_length=240, blank=True)
    name_initials = models.CharField(max_length=60, blank=True)
    fund_accounts = ArrayField(
        models.CharField(max_length=32), default=list, blank=True, verbose_name=_("fund accounts")
    )
    #: What the search box may meet: pieces of name, pinyin, initials, numbers and phone tail (clients.domain.names).
    search_tokens = ArrayField(models.TextField(), default=list, blank=True, editable=False)

    sex = models.CharField(_("sex"), max_length=1, blank=True, choices=[("M", _("male")), ("F", _("female"))])
    birth_date = models.DateField(_("date of birth"), null=True, blank=True)
    is_institution = models.BooleanField(_("institution"), default=False)
    id_kind = models.CharField(_("ID kind"), max_length=20, blank=True)
    id_sealed = models.TextField(blank=True, default="", editable=False)
    id_blind = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    id_tail = models.CharField(max_length=4, blank=True, editable=False)
    id_valid_until = models.DateField(_("ID valid until"), null=True, blank=True)
    phone_sealed = models.TextField(blank=True, default="", editable=False)
    phone_blind = models.CharField(max_length=32, blank=True, db_index=True, editable=False)
    #: Masked form for display, such as 138****5678; empty when there is no phone.
    phone_masked = models.CharField(_("phone"), max_length=20, blank=True, editable=False)
    email_sealed = models.TextField(blank=True, default="", editable=False)
    address_sealed = models.TextField(blank=True, default="", editable=False)
    #: Keyed hash over ID number, phone, e-mail and address: an import seals again only what has changed.
    contact_digest = models.CharField(max_length=32, blank=True, db_default="", editable=False)
    occupation = models.CharField(_("occupation"), max_length=60, blank=True)
    education = models.CharField(_("education"), max_length=30, blank=True)

    opened_on = models.DateField(_("account opened"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=ClientStatus.choices, default=ClientStatus.NORMAL)
    risk_level = models.CharField(_("risk level"), max_length=2, choices=RiskLevel.choices, blank=True)
    risk_assessed_on = models.DateField(_("risk assessed on"), null=True, blank=True)
    risk_valid_until = models.DateField(_("risk level valid until"), null=True, blank=True)
    investor_class = models.CharField(
        _("investor class"), max_length=10, choices=InvestorClass.choices, default=InvestorClass.ORDINARY
    )
    #: Share of traded value, e.g. 0.000250 = 万2.5.
    commission_rate = models.DecimalField(_("commission rate"), max_digits=8, decimal_places=6, null=True, blank=True)
    has_margin = models.BooleanField(_("margin trading"), default=False)
    has_options = models.BooleanField(_("options"), default=False)
    has_chinext = models.BooleanField(_("ChiNext"), default=False)
    has_star = models.BooleanField(_("STAR market"), default=False)
    has_bse = models.BooleanField(_("Beijing exchange"), default=False)

    #: Present holder. Written only by allocation's services, together with the Assignment interval.
    advisor = models.ForeignKey(
        "advisors.Advisor",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="clients",
        verbose_name=_("advisor"),
    )
    #: As the counter system sees it (服务人员 / 开发人员 工号); the first import turns the former into assignments.
    counter_service_no = models.CharField(max_length=20, blank=True)
    counter_developer_no = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ClientQuerySet.as_manager()

    class Meta:
        verbose_name = _("client")
        verbose_name_plural = _("clients")
        ordering = ["branch_id", "client_no"]
        constraints = [models.UniqueConstraint(name="client_no_once_a_branch", fields=["branch", "client_no"])]
        indexes = [
            # The client list sorted by name, and by number within the branch.
            models.Index(fields=["branch", "name_pinyin", "id"], name="client_by_pinyin"),
            # An advisor's book.
            models.Index(fields=["advisor", "id"], name="client_by_advisor"),
            # How many are open, whose they are and what they weigh: the home page reads no more of a branch than this.
            models.Index(fields=["branch", "status", "advisor", "id"], name="client_open"),
            # The client list sorted by the day the account was opened; without a day counts as oldest.
            models.Index(
                F("branch"), Coalesce("opened_on", Value(date(1900, 1, 1))), F("id"), name="client_by_opening"
            ),
            # The search box.
            GinIndex(fields=["search_tokens"], name="client_search"),
        ]
        triggers = [
            # Accounts are closed, never deleted (Securities Law: 20 years); facts refer to clients without a constraint.
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            # Lists join the figures of a client; a client without that row would be invisible.
            pgtrigger.Trigger(
                name="make_figures_row",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="arrived"),
                func="""
                    INSERT INTO clients_clientfigures (client_id, branch_id)
                    SELECT id, branch_id FROM arrived ON CONFLICT DO NOTHING;
                    RETURN NULL;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.client_no}"
