"""What a dataset's columns say together: signs of flows, zeros that codes lost, keys of rows without a number of their own."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from hashlib import md5

from clients.domain.extract import words
from clients.domain.extract.datasets import BY_CODE

Columns = dict[str, list[str]]

#: Marks a key made from the row's content, as against a number given by the counter system.
FINGERPRINT = "~"


@lru_cache(maxsize=4096)
def flow_meaning(kind: str) -> tuple[int, bool]:
    """(sign, crosses the branch's border) of a business word; sign 0 = as written."""
    if any(word in kind for word in words.OUTWARD):
        return -1, True
    if any(word in kind for word in words.INWARD):
        return 1, True
    if any(word in kind for word in words.SPENT):
        return -1, False
    return 0, False


def flows(columns: Columns) -> None:
    meanings = [flow_meaning(kind) for kind in columns["kind"]]
    columns["is_external"] = ["t" if external else "f" for _, external in meanings]
    columns["amount"] = [
        amount
        if not sign
        else amount.lstrip("-")
        if sign > 0 or amount.startswith("0.00")
        else "-" + amount.lstrip("-")
        for (sign, _), amount in zip(meanings, columns["amount"])
    ]
    row_keys("cash_flows", columns)


def trades(columns: Columns) -> None:
    whole_codes(columns)
    row_keys("trades", columns)


def orders(columns: Columns) -> None:
    row_keys("product_orders", columns)


def whole_codes(columns: Columns) -> None:
    """A spreadsheet makes 000001 a 1; with the market known the code has six digits."""
    codes, markets = columns["security_code"], columns.get("market")
    if markets is not None and min(map(len, codes), default=6) < 6:
        columns["security_code"] = [
            code.zfill(6) if len(code) < 6 and market in {"SH", "SZ"} and code.isdigit() else code
            for code, market in zip(codes, markets)
        ]


def row_keys(dataset: str, columns: Columns) -> None:
    """`row_key`: the row's own number, else a fingerprint of what makes it up.

    A number of zeros only is none: some systems write that for movements the depository sends.
    """
    count = len(columns["client_no"])
    own = columns.pop("own_no", None) or [""] * count
    lacking = [at for at, number in enumerate(own) if not number.strip("0")]
    if lacking:
        blank = [""] * count
        parts = [columns.get(name, blank) for name in BY_CODE[dataset].key]
        own = list(own)
        for at in lacking:
            text = "|".join([part[at] for part in parts])
            own[at] = FINGERPRINT + md5(text.encode(), usedforsecurity=False).hexdigest()
    columns["row_key"] = own


DERIVE: dict[str, Callable[[Columns], None]] = {
    "trades": trades,
    "cash_flows": flows,
    "product_orders": orders,
    "positions": whole_codes,
}
