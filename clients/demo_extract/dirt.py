"""What goes wrong in real extracts: rows that must be rejected, and cells that only need cleaning.

Every rejected row is an extra one, so the clean branch underneath stays whole. Cells are CSV-ready text.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from clients.demo_extract.draws import Rng
from clients.demo_extract.tables import Table

UNKNOWN_CLIENT = "999999999999"
FULL_WIDTH = str.maketrans("0123456789", "0123456789")
SPOILED_SHARE = 0.0008  # of the rows, for each way of spoiling one
CLEANABLE_SHARE = 0.002  # of the cells of a column
REPEATED_SHARE = 0.001  # rows that simply come twice

# Dataset: what is wrong, the column, the value put there.
NOBODY = ("unknown client", "客户号", UNKNOWN_CLIENT)
SPOILED: dict[str, tuple[tuple[str, str, str], ...]] = {
    "员工": (("no staff number", "工号", ""),),
    "客户资料": (("no client number", "客户号", ""), ("no name", "客户姓名", "")),
    "资产": (NOBODY, ("impossible date", "日期", "20260230"), ("not a number", "总资产", "N/A")),
    "成交": (
        NOBODY,
        ("impossible date", "成交日期", "20260231"),
        ("negative amount", "成交金额", "-12000.00"),
        ("not a number", "成交金额", "########"),
        ("no security code", "证券代码", ""),
    ),
    "资金流水": (NOBODY, ("impossible date", "日期", "2026/13/05"), ("no amount", "金额", "")),
    "产品订单": (NOBODY, ("impossible date", "日期", "2026-04-31"), ("no amount", "金额", "--")),
    "持仓": (NOBODY, ("no security code", "证券代码", "")),
    "新股额度": (NOBODY,),
}
OWN_NUMBER = {"成交": "成交编号", "资金流水": "流水号", "产品订单": "订单号"}


def _thousands(cell: str) -> str:
    return f'"{float(cell):,.2f}"'


def _long_date(cell: str) -> str:
    return f"{cell[:4]}年{int(cell[4:6])}月{int(cell[6:])}日"


CLEANABLE: dict[str, tuple[tuple[str, Callable[[str], str]], ...]] = {
    "客户资料": (
        ("客户姓名", lambda cell: f"{cell}\u3000"),
        ("手机号码", lambda cell: cell.translate(FULL_WIDTH)),
        ("出生日期", lambda cell: cell.replace("-0", "-").replace("-", "/")),
        ("职业", lambda _: "--"),
        ("客户号", lambda cell: f"'{cell}"),
    ),
    "资产": (("总资产", _thousands), ("融券负债", lambda _: "--")),
    "成交": (
        ("证券代码", lambda cell: f'="{cell}"'),
        ("成交金额", _thousands),
        ("成交日期", _long_date),
        ("成交时间", lambda cell: cell.replace(":", "").lstrip("0")),
        ("客户号", lambda cell: f"{cell}\u3000"),
    ),
    "资金流水": (("金额", _thousands), ("客户号", lambda cell: f" {cell} ")),
    "产品订单": (("金额", _thousands), ("手续费", lambda _: "--")),
    "持仓": (("证券代码", lambda cell: f'="{cell}"'), ("市值", _thousands)),
}


@dataclass
class Tally:
    """What one file holds: `rows` are its data rows, of which some repeat others and some must be rejected."""

    rows: int = 0
    repeated: int = 0
    cleanable_cells: int = 0
    noise_lines: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def soil(rng: Rng, dataset: str, table: Table, tally: Tally) -> list[list[str]]:
    """Dirty the table's cells in place and return the extra rows (spoiled and repeated ones), counting in the tally.

    The first table of a dataset gets at least one of everything.
    """
    size = len(next(iter(table.values())))
    least = 1 if tally.rows == 0 else 0
    if not size:
        return []
    headers = list(table)
    extra: list[list[str]] = []
    for column, change in CLEANABLE.get(dataset, ()):
        cells = table[column]
        for row in set(rng.integers(0, size, size=_count(rng, CLEANABLE_SHARE, size, least)).tolist()):
            if cells[row]:
                cells[row] = change(cells[row])
                tally.cleanable_cells += 1
    for row in rng.integers(0, size, size=_count(rng, REPEATED_SHARE, size, least)).tolist():
        repeat = [table[header][row] for header in headers]
        # Without a number of its own a second row is a second movement, not a repeat.
        if repeat[headers.index(OWN_NUMBER.get(dataset, headers[0]))] != "0":
            extra.append(repeat)
            tally.repeated += 1
    for reason, column, value in SPOILED.get(dataset, ()):
        for row in rng.integers(0, size, size=_count(rng, SPOILED_SHARE, size, least)).tolist():
            spoiled = [table[header][row] for header in headers]
            if dataset in OWN_NUMBER:
                number = headers.index(OWN_NUMBER[dataset])
                spoiled[number] = f"{spoiled[number]}9{len(extra):03d}"
            if reason == "no name":
                spoiled[headers.index("客户号")] = UNKNOWN_CLIENT
            spoiled[headers.index(column)] = value
            extra.append(spoiled)
            tally.rejected[reason] += 1
    return extra


def _count(rng: Rng, share: float, size: int, least: int) -> int:
    return max(least, int(rng.poisson(share * size)))
