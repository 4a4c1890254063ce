"""Where the rows of a dataset go: the model, the columns that find a row again, the columns that may differ."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

from django.db import connection
from django.db.models import Field, Model

from advisors.models import Advisor
from clients.models import AssetSnapshot, CashFlow, Client, IpoQuota, Position, Product, ProductOrder, Trade


@dataclass(frozen=True)
class Target:
    """`key` besides the branch. `kept` columns are left as they are where the stage holds nothing (sealed and derived data).

    `incomparable` columns never make a row a changed one: ciphertext differs each time.
    """

    model: type[Model]
    key: tuple[str, ...]
    kept: frozenset[str] = field(default_factory=frozenset)
    incomparable: frozenset[str] = field(default_factory=frozenset)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    @property
    def by_row_key(self) -> bool:
        return self.key == ("row_key",)

    @property
    def of_clients(self) -> bool:
        """Whether the rows are facts that hang on a client."""
        return "client_id" in self.key or self.by_row_key

    def field(self, column: str) -> Field[Any, Any]:
        name = column.removesuffix("_id") if column.endswith("_id") else column
        return cast("Field[Any, Any]", self.model._meta.get_field(name))

    def sql_type(self, column: str) -> str:
        return str(self.field(column).db_type(connection))

    def value(self, column: str) -> str:
        """The SQL for a staged value; where the model knows no NULL, the field's default stands for nothing."""
        field = self.field(column)
        default = default_of(field)
        if field.null or default is None or column in self.key:
            return f's."{column}"'
        return f'coalesce(s."{column}", {default})'


def default_of(field: Field[Any, Any]) -> str | None:
    """What stands for nothing in a column that knows no NULL, in SQL; None where the field must be given."""
    default = field.db_default if field.has_db_default() else field.get_default()
    if default is None:
        return None
    return "'{}'" if default == [] else f"'{default}'"


SEALED = frozenset({"phone_sealed", "email_sealed", "address_sealed", "id_sealed"})

TARGETS = {
    "staff": Target(Advisor, ("staff_no",), kept=frozenset({"phone_sealed"})),
    "products": Target(Product, ("code",)),
    "clients": Target(
        Client,
        ("client_no",),
        kept=SEALED | {"name_pinyin", "name_initials", "search_tokens"},
        incomparable=SEALED | {"name_pinyin", "name_initials", "search_tokens"},
    ),
    "assets": Target(AssetSnapshot, ("client_id", "day")),
    "trades": Target(Trade, ("row_key",)),
    "cash_flows": Target(CashFlow, ("row_key",)),
    "product_orders": Target(ProductOrder, ("row_key",)),
    "positions": Target(Position, ("client_id", "day", "security_code")),
    "ipo_quotas": Target(IpoQuota, ("client_id", "day", "market")),
}
