"""Facts from the counter extract. Written only by the importer (COPY, set-based), never edited by hand.

Amounts are NUMERIC(18,2) 元. `row_key` is the natural key of formats.md §1: the counter's own number where there is one,
else a fingerprint with an occurrence index.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from branch_crm.core.access import BranchOwnedQuerySet
from clients.models.client import ClientOwnedQuerySet
from clients.models.fact_block import FactBlock, forget_blocks


class Fact(models.Model):
    """The two references have no database constraint: checked row by row they took a third of the time of a large import.

    What stands in their place: the importer, the only writer, takes every client's key from the branch's clients in the
    same transaction, and the database refuses to delete a client (see Client.Meta.triggers).
    """

    branch = models.ForeignKey(
        "core.Branch", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )
    client = models.ForeignKey(
        "clients.Client", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )

    objects = ClientOwnedQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.pk}"


def money(label: str, **options: object) -> models.DecimalField:
    return models.DecimalField(label, max_digits=18, decimal_places=2, **options)


def row_key_field() -> models.CharField:
    """Compared byte by byte: keys are never sorted for people."""
    return models.CharField(max_length=64, db_collation="C")


class AssetSnapshot(Fact):
    """One client's holdings on one day. Net assets = total - margin_debt - short_debt."""

    day = models.DateField(_("day"))
    total = money(_("total assets"))
    stock_value = money(_("stock value"), null=True)
    fund_value = money(_("fund value"), null=True)
    product_value = money(_("product value"), null=True)
    cash = money(_("cash"), null=True)
    margin_debt = money(_("margin debt"), null=True)
    short_debt = money(_("short debt"), null=True)
    #: 维持担保比例, per cent.
    margin_ratio = models.DecimalField(_("margin ratio"), max_digits=12, decimal_places=2, null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="asset_once_a_day", fields=["client", "day"])]
        indexes = [models.Index(fields=["branch", "day"], name="asset_by_day")]
        triggers = forget_blocks(FactBlock.Kind.HOLDINGS, "day")


class Trade(Fact):
    class Side(models.TextChoices):
        BUY = "B", _("buy")
        SELL = "S", _("sell")

    row_key = row_key_field()
    day = models.DateField(_("day"))
    at = models.TimeField(_("time"), null=True)
    market = models.CharField(_("market"), max_length=4, blank=True)
    security_code = models.CharField(_("security code"), max_length=12)
    security_name = models.CharField(_("security name"), max_length=40, blank=True)
    side = models.CharField(_("side"), max_length=1, choices=Side.choices)
    quantity = money(_("quantity"), null=True)
    price = models.DecimalField(_("price"), max_digits=14, decimal_places=4, null=True)
    amount = money(_("amount"))
    commission = money(_("commission"), null=True)
    net_commission = money(_("net commission"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="trade_once", fields=["branch", "row_key"])]
        indexes = [models.Index(fields=["client", "-day"], name="trade_of_client")]


class CashFlow(Fact):
    """Money in (positive) or out (negative); `kind` as the counter names it, `direction` is what counts."""

    row_key = row_key_field()
    day = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=40)
    amount = money(_("amount"))
    #: Whether it is a transfer across the branch's border (bank transfer, custody transfer), not dividends or interest.
    is_external = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(name="flow_once", fields=["branch", "row_key"])]
        indexes = [models.Index(fields=["client", "-day"], name="flow_of_client")]


class Product(models.Model):
    branch = models.ForeignKey("core.Branch", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(_("product code"), max_length=32)
    name = models.CharField(_("product name"), max_length=120)
    #: R1 to R5.
    risk_level = models.CharField(_("risk level"), max_length=2)
    kind = models.CharField(_("kind"), max_length=40, blank=True)
    term = models.CharField(_("term"), max_length=40, blank=True)
    minimum = money(_("minimum purchase"), null=True)
    matures_on = models.DateField(_("matures on"), null=True)
    on_sale = models.BooleanField(_("on sale"), default=True)

    objects = BranchOwnedQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [models.UniqueConstraint(name="product_code_once_a_branch", fields=["branch", "code"])]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class ProductOrder(Fact):
    class Kind(models.TextChoices):
        BUY = "buy", _("purchase")
        REDEEM = "redeem", _("redemption")
        OTHER = "other", _("other")

    row_key = row_key_field()
    day = models.DateField(_("day"))
    product_code = models.CharField(_("product code"), max_length=32)
    product_name = models.CharField(_("product name"), max_length=120, blank=True)
    product_kind = models.CharField(_("product kind"), max_length=40, blank=True)
    risk_level = models.CharField(_("risk level"), max_length=2, blank=True)
    kind = models.CharField(_("order kind"), max_length=8, choices=Kind.choices)
    amount = money(_("amount"))
    fee = money(_("fee"), null=True)
    matures_on = models.DateField(_("matures on"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="order_once", fields=["branch", "row_key"])]
        indexes = [models.Index(fields=["client", "-day"], name="order_of_client")]


class Position(Fact):
    day = models.DateField(_("day"))
    market = models.CharField(_("market"), max_length=4, blank=True)
    security_code = models.CharField(_("security code"), max_length=12)
    security_name = models.CharField(_("security name"), max_length=40, blank=True)
    quantity = money(_("quantity"), null=True)
    cost_price = models.DecimalField(_("cost price"), max_digits=14, decimal_places=4, null=True)
    value = money(_("market value"))

    class Meta:
        constraints = [models.UniqueConstraint(name="position_once", fields=["client", "day", "security_code"])]


class IpoQuota(Fact):
    """New-share quota of one market on one day; 10 元 of 20-day average value per share of quota (domain.md §2.4)."""

    day = models.DateField(_("day"))
    #: SH, SZ, STAR
    market = models.CharField(_("market"), max_length=4)
    stock_account = models.CharField(max_length=20, blank=True)
    quota = money(_("quota (shares)"))

    class Meta:
        constraints = [models.UniqueConstraint(name="quota_once", fields=["client", "day", "market"])]
        indexes = [models.Index(fields=["branch", "day"], name="quota_by_day")]
        triggers = forget_blocks(FactBlock.Kind.QUOTAS, "day")


class MonthlySum(Fact):
    """Running sums of one client and month, kept by the importer for the months it touched; scoring reads these only."""

    month = models.DateField(_("month"), help_text=_("first day of the month"))
    commission = money(_("commission"), default=0)
    net_commission = money(_("net commission"), default=0)
    bought = money(_("bought"), default=0)
    sold = money(_("sold"), default=0)
    trades = models.PositiveIntegerField(_("trades"), default=0)
    #: Day of the month's last trade; null when the month has none.
    last_trade_on = models.DateField(_("last trade"), null=True)
    products_bought = money(_("products bought"), default=0)
    products_redeemed = money(_("products redeemed"), default=0)
    product_fees = money(_("product fees"), default=0)
    inflow = money(_("inflow"), default=0)
    outflow = money(_("outflow"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(name="monthly_sum_once", fields=["client", "month"])]
        indexes = [models.Index(fields=["branch", "month"], name="monthly_sum_of_branch")]
        triggers = forget_blocks(FactBlock.Kind.FLOWS, "month")
