"""Whatever stands in a file: every row is counted, and a bad one says its number; never half, never a crash (trust.md row 6)."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clients.models import Client, ImportRun, Trade
from clients.services.import_extract.reasons import in_words
from tests.clients.importer.extracts import CLIENTS, TRADES, counts, load, rejects, write

EXAMPLES = int(os.environ.get("IMPORT_FUZZ_EXAMPLES", "50"))
ODD = [
    "", " ", "\0", "\x00\x01", "\u202e000001", "\ufeff", "1" * 100_000, "-5", "(5)", "9999-12-31", "99991231", "NaN", "inf",
    '"', '""', "a\nb", "a\rb", "=1+1", "@x", "１２", "١٢", "1e999", "--", "\\", "\\N", "\\.", "{}", "😀", "\ud83d", "null", "0",
]  # fmt: skip
cell = st.one_of(
    st.sampled_from(ODD), st.text(max_size=12), st.sampled_from([value for row in TRADES for value in row])
)
trade = st.one_of(
    st.sampled_from(TRADES[1:]), st.lists(cell, min_size=0, max_size=11), st.lists(cell, min_size=8, max_size=8)
)
encodings = st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "utf-16-le", "utf-16"])


@given(rows=st.lists(trade, max_size=12), encoding=encodings, raw_end=st.binary(max_size=40))
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_trades_file(branch, rows, encoding, raw_end):
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        folder = Path(name)
        write(folder / "clients.csv", CLIENTS)
        path = folder / "trades.csv"
        lines = [",".join(f'"{value.replace(chr(34), chr(34) * 2)}"' for value in row) for row in [TRADES[0], *rows]]
        path.write_bytes("\r\n".join(lines).encode(encoding, errors="replace") + raw_end)
        report = load(branch, folder)
        row = next(row for row in report.datasets if row.dataset == "trades")
        assert row.error != in_words("internal", {})
        assert report.run.state in {ImportRun.State.DONE, ImportRun.State.REJECTS}
        read, added, changed, unchanged, rejected = counts(row)
        assert read == added + changed + unchanged + rejected
        assert Trade.objects.count() == added
        if rejected:
            assert all(line[-1] for line in rejects(row)[1:])
        again = next(row for row in load(branch, folder).datasets if row.dataset == "trades")
        assert counts(again) == (read, 0, 0, read - rejected, rejected)
        transaction.set_rollback(True)


@given(
    names=st.lists(st.one_of(st.text(max_size=8), st.sampled_from(ODD)), max_size=8),
    numbers=st.lists(st.sampled_from(["1", "01", "１", "'1", '="1"', "2", ""]), max_size=8),
)
@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_clients_file(branch, names, numbers):
    with tempfile.TemporaryDirectory() as name, transaction.atomic():
        path = Path(name) / "clients.csv"
        path.write_bytes(
            "\n".join(
                [
                    "客户号,客户姓名,手机号码",
                    *(f'{no},"{who.replace(chr(34), "")}",138' for no, who in zip(numbers, names)),
                ]
            ).encode("utf-8", errors="replace")
        )
        row = load(branch, path).datasets[0]
        assert row.error != in_words("internal", {})
        assert row.read == row.added + row.changed + row.unchanged + row.rejected
        assert Client.objects.count() == row.added
        again = load(branch, path).datasets[0]
        assert (again.added, again.changed, again.rejected) == (0, 0, row.rejected)
        transaction.set_rollback(True)
