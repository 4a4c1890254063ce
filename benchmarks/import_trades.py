"""Import of a million trades against the raw limit: `python -m benchmarks.import_trades [--trades N] [--clients N]`.

In one run, on one scratch database: COPY of the file by the server alone (GB18030, no index, no check), the import as it is
used (keys, rejects, upsert, monthly sums), the same file once more (nothing changes), and a bulk_create loop over a sample.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import django

HEADER = (
    "成交编号",
    "客户号",
    "成交日期",
    "成交时间",
    "市场",
    "证券代码",
    "证券名称",
    "买卖方向",
    "成交数量",
    "成交价格",
    "成交金额",
    "佣金",
    "净佣金",
)
#: The same types as in the real table, as far as the words of the file allow.
RAW_COLUMNS = """number text, client text, day date, at time, market text, code text, name text, side text,
    quantity numeric(18, 2), price numeric(14, 4), amount numeric(18, 2), commission numeric(18, 2), net numeric(18, 2)"""
SECURITIES = [(f"{600000 + n}", "沪", f"证券{n:03d}") for n in range(300)] + [
    (f"{n + 1:06d}", "深", f"股份{n:03d}") for n in range(300)
]


def write_files(folder: Path, clients: int, trades: int, seed: int) -> Path:
    """One row in 500 has something wrong, as in real extracts."""
    draw = random.Random(seed)
    with (folder / "客户资料_20261123.csv").open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("客户号", "客户姓名"))
        writer.writerows((f"{n:012d}", f"客户{n}") for n in range(1, clients + 1))
    path = folder / "成交_20261123.csv"
    first = date(2025, 9, 1)
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(trades):
            code, market, name = draw.choice(SECURITIES)
            quantity, price = draw.randint(1, 90) * 100, draw.randint(300, 9000)
            amount = quantity * price
            client = draw.randint(1, clients)
            day = first + timedelta(days=number * 440 // trades)
            if number % 500 == 0:
                client = 10**11
            second = 34200 + number % 14000
            writer.writerow(
                (
                    f"T{number:014d}", f"{client:012d}", f"{day:%Y%m%d}",
                    f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}", market, code, name,
                    "买入" if number % 2 else "卖出", quantity, f"{price / 100:.2f}", f"{amount / 100:.2f}",
                    f"{max(amount * 3 // 10000, 500) / 100:.2f}", f"{amount * 2 // 10000 / 100:.2f}",
                )
            )  # fmt: skip
    return path


def raw_copy(path: Path) -> float:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE raw ({RAW_COLUMNS})")
        start = time.perf_counter()
        with path.open("rb") as file:
            cursor.copy_expert("COPY raw FROM STDIN WITH (FORMAT csv, HEADER true, ENCODING 'GB18030')", file)
        seconds = time.perf_counter() - start
        cursor.execute("DROP TABLE raw")
    return seconds


def bulk_create(path: Path, branch: object, rows: int) -> float:
    """The plain way: csv, model objects, bulk_create in batches, upsert by key."""
    from clients.models import Client, Trade

    clients = dict(Client.objects.filter(branch=branch).values_list("client_no", "pk"))
    start = time.perf_counter()
    with path.open(encoding="gb18030", newline="") as file:
        batch = []
        for number, row in enumerate(csv.DictReader(file)):
            if number >= rows:
                break
            if row["客户号"] not in clients:
                continue
            batch.append(
                Trade(
                    branch=branch,
                    client_id=clients[row["客户号"]],
                    row_key=row["成交编号"],
                    day=date(int(row["成交日期"][:4]), int(row["成交日期"][4:6]), int(row["成交日期"][6:])),
                    security_code=row["证券代码"],
                    security_name=row["证券名称"],
                    side="B" if row["买卖方向"] == "买入" else "S",
                    quantity=Decimal(row["成交数量"]),
                    price=Decimal(row["成交价格"]),
                    amount=Decimal(row["成交金额"]),
                    commission=Decimal(row["佣金"]),
                    net_commission=Decimal(row["净佣金"]),
                )
            )
        Trade.objects.bulk_create(
            batch, batch_size=5000, update_conflicts=True, unique_fields=["branch", "row_key"], update_fields=["amount"]
        )
    return time.perf_counter() - start


def measure(trades: int, clients: int, sample: int) -> None:
    from branch_crm.core.models import Branch
    from clients.services.import_extract import load_extract

    home = Branch.objects.create(code="BENCH", name="bench")
    other = Branch.objects.create(code="LOOP", name="loop")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_files(folder, clients, trades, seed=1)
        for branch in (home, other):
            load_extract(branch=branch, path=folder / "客户资料_20261123.csv", actor=None, source="command")
        copied = raw_copy(path)
        print(f"raw COPY            {copied:7.2f} s {trades / copied:10,.0f} rows/s   100.0 %")
        for label in ("import", "the same file again"):
            start = time.perf_counter()
            report = load_extract(branch=home, path=path, actor=None, source="command")
            seconds = time.perf_counter() - start
            row = report.datasets[0]
            share = copied / seconds
            counts = (
                f"{row.added:,} added, {row.changed:,} changed, {row.unchanged:,} unchanged, {row.rejected:,} rejected"
            )
            print(f"{label:<20}{seconds:7.2f} s {trades / seconds:10,.0f} rows/s   {share:6.1%}   {counts}")
        looped = bulk_create(path, other, sample)
        share = copied / trades * sample / looped
        print(f"bulk_create loop    {looped:7.2f} s {sample / looped:10,.0f} rows/s   {share:6.1%}   {sample:,} rows")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trades", type=int, default=1_000_000)
    parser.add_argument("--clients", type=int, default=50_000)
    parser.add_argument("--sample", type=int, default=50_000)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "branch_crm.settings")
    from branch_crm.embedded import hold

    if hold.needed():
        hold.hold()
    django.setup()
    from django.db import connection
    from django.test.utils import setup_databases, teardown_databases

    old = setup_databases(verbosity=0, interactive=False)
    try:
        connection.ensure_connection()
        measure(options.trades, options.clients, options.sample)
    finally:
        teardown_databases(old, verbosity=0)


if __name__ == "__main__":
    main()
