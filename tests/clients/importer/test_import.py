"""What an import does to the book: added, changed, unchanged, rejected, and never half."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from advisors.models import Advisor
from branch_crm.core.models import AuditEntry, Branch
from branch_crm.core.sealing import blind, unseal
from clients.models import (
    AssetSnapshot,
    CashFlow,
    Client,
    ImportRun,
    IpoQuota,
    MonthlySum,
    Product,
    ProductOrder,
    Trade,
)
from clients.services import import_extract
from clients.services.import_extract import bulk_indexes, continue_run, load_dataset
from clients.services.import_extract import run as running
from tests.clients.importer.extracts import CLIENTS, TRADES, by_dataset, counts, load, rejects, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "extract"
    write(folder / "客户资料_20261123.csv", CLIENTS)
    write(folder / "成交_20261123.csv", TRADES)
    return folder


def test_a_first_load_adds_everything(branch, folder):
    report = load(branch, folder)
    assert by_dataset(report) == {"clients": (3, 3, 0, 0, 0), "trades": (3, 3, 0, 0, 0)}
    assert report.run.state == ImportRun.State.DONE
    assert report.run.data_as_of == date(2026, 11, 23)
    assert AuditEntry.objects.filter(action="clients.extract_imported", branch=branch).count() == 1


def test_the_same_again_changes_nothing(branch, folder):
    load(branch, folder)
    before = list(Client.objects.order_by("pk").values()) + list(Trade.objects.order_by("pk").values())
    assert by_dataset(load(branch, folder)) == {"clients": (3, 0, 0, 3, 0), "trades": (3, 0, 0, 3, 0)}
    assert list(Client.objects.order_by("pk").values()) + list(Trade.objects.order_by("pk").values()) == before


def test_a_corrected_row_replaces_the_row_and_its_months(branch, folder):
    load(branch, folder)
    corrected = [list(row) for row in TRADES]
    corrected[2][1:5] = ["20260301", "600519", "卖出", "99.00"]
    write(folder / "成交_20261123.csv", corrected)
    assert by_dataset(load(branch, folder))["trades"] == (3, 0, 1, 2, 0)
    sums = {
        (row.client.client_no, row.month): (row.bought, row.sold, row.trades)
        for row in MonthlySum.objects.select_related("client")
    }
    assert sums == {
        ("000001", date(2026, 1, 1)): (Decimal("169000.00"), Decimal(0), 1),
        ("000001", date(2026, 2, 1)): (Decimal(0), Decimal(0), 0),
        ("000001", date(2026, 3, 1)): (Decimal(0), Decimal("99.00"), 1),
        ("000002", date(2026, 1, 1)): (Decimal("1100.00"), Decimal(0), 1),
    }


def test_later_trades_join_the_sums_of_their_month(branch, folder):
    load(branch, folder)
    write(
        folder / "成交_20261123.csv",
        [TRADES[0], ["000001", "20260106", "600519", "买入", "1.00", "0.50", "0.25", "T9"]],
    )
    assert by_dataset(load(branch, folder))["trades"] == (1, 1, 0, 0, 0)
    january = MonthlySum.objects.get(client__client_no="000001", month=date(2026, 1, 1))
    assert (january.bought, january.trades, january.commission) == (Decimal("169001.00"), 2, Decimal("42.75"))
    assert january.last_trade_on == date(2026, 1, 6)


def test_bad_rows_go_to_the_reject_file_with_row_column_and_reason(branch, folder):
    bad = [
        ["999999", "20260105", "600519", "买入", "1.00", "", "", "B1"],
        ["000001", "20260230", "600519", "买入", "1.00", "", "", "B2"],
        ["000001", "20260105", "", "观望", "-5", "", "", "B3"],
        ["000001", "20260105", "600519", "买入", "1.00"],
    ]
    write(folder / "成交_20261123.csv", [*TRADES, *bad])
    report = load(branch, folder)
    row = next(row for row in report.datasets if row.dataset == "trades")
    assert counts(row) == (7, 3, 0, 0, 4)
    assert report.run.state == ImportRun.State.REJECTS
    lines = rejects(row)
    assert lines[0] == [*TRADES[0], "错误"]
    errors = {line[7]: line[-1] for line in lines[1:]}
    assert all(str(number) in errors[key] for key, number in (("B1", 5), ("B2", 6), ("B3", 7), ("", 8)))
    assert "客户号" in errors["B1"]
    assert "成交日期" in errors["B2"]
    assert all(column in errors["B3"] for column in ("证券代码", "买卖方向", "成交金额"))


def test_rejected_cells_are_no_formulas(branch, folder):
    write(
        folder / "客户资料_20261123.csv",
        [["客户号", "客户姓名"], ["", "=cmd|' /C calc'!A0"], ["", "@SUM(1)"], ["", "+1+1"]],
    )
    row = load(branch, folder).datasets[0]
    assert [line[1] for line in rejects(row)[1:]] == ["'=cmd|' /C calc'!A0", "'@SUM(1)", "'+1+1"]


def test_equal_rows_with_the_same_number_are_one_row(branch, folder):
    write(folder / "成交_20261123.csv", [*TRADES, TRADES[1]])
    assert by_dataset(load(branch, folder))["trades"] == (4, 3, 0, 1, 0)


def test_of_different_rows_with_the_same_number_the_last_one_counts(branch, folder):
    other = [*TRADES[1][:4], "5.00", *TRADES[1][5:]]
    write(folder / "成交_20261123.csv", [*TRADES, other])
    for expected in ((4, 3, 0, 0, 1), (4, 0, 0, 3, 1)):
        row = load(branch, folder).datasets[1]
        assert counts(row) == expected
        assert rejects(row)[1][:8] == TRADES[1]
        assert "5" in rejects(row)[1][8]
        assert Trade.objects.get(row_key="T1").amount == Decimal("5.00")


@pytest.mark.parametrize("own_number", ["", "0", "000000"])
def test_rows_without_a_number_are_told_apart_by_content_and_occurrence(branch, folder, own_number):
    twice = ["000001", "20260105", "600519", "买入", "100.00", "5.00", "4.00", own_number]
    write(folder / "成交_20261123.csv", [TRADES[0], twice, twice, [*twice[:4], "200.00", *twice[5:]]])
    assert by_dataset(load(branch, folder))["trades"] == (3, 3, 0, 0, 0)
    assert by_dataset(load(branch, folder))["trades"] == (3, 0, 0, 3, 0)
    corrected = [*twice[:5], "7.00", "6.00", own_number]
    write(folder / "成交_20261123.csv", [TRADES[0], twice, corrected, [*twice[:4], "200.00", *twice[5:]]])
    assert by_dataset(load(branch, folder))["trades"] == (3, 0, 1, 2, 0)


def test_columns_that_are_missing_leave_what_is_there(branch, folder):
    load(branch, folder)
    write(folder / "客户资料_20261123.csv", [["客户号", "客户姓名"], ["000001", "曾伟"]])
    assert by_dataset(load(branch, folder))["clients"] == (1, 0, 0, 1, 0)
    client = Client.objects.get(client_no="000001")
    assert (client.phone_masked, client.risk_level, client.counter_service_no) == ("138****5678", "C3", "A001")


def test_a_blank_cell_of_a_present_column_empties_the_field(branch, folder):
    load(branch, folder)
    blank = [list(row) for row in CLIENTS]
    blank[1][2] = blank[1][5] = ""
    write(folder / "客户资料_20261123.csv", blank)
    assert by_dataset(load(branch, folder))["clients"] == (3, 0, 1, 2, 0)
    client = Client.objects.get(client_no="000001")
    assert (client.phone_masked, client.phone_blind, client.risk_level) == ("", "", "")


def test_personal_data_is_sealed_and_found_by_its_blind(branch, folder):
    load(branch, folder)
    client = Client.objects.get(client_no="000001")
    assert unseal(client.phone_sealed) == "13812345678"
    assert unseal(client.id_sealed) == "610103198001011234"
    assert client.id_tail == "1234"
    assert Client.objects.get(phone_blind=blind("13812345678")) == client
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(c::text, '') FROM clients_client c")
        everything = cursor.fetchone()[0]
    assert "13812345678" not in everything
    assert "610103198001011234" not in everything


def test_clients_are_found_by_pinyin_initials_and_phone_tail(branch, folder):
    from clients.domain.names import query_tokens

    load(branch, folder)
    for query in ("曾伟", "zengwei", "ceng", "zw", "5678", "000001"):
        found = Client.objects.filter(search_tokens__contains=query_tokens(query))
        assert [client.client_no for client in found] == ["000001"], query


def test_only_the_files_branch_is_touched(branch, folder):
    other = Branch.objects.create(code="6102", name="咸阳人民路营业部")
    load(other, folder)
    load(branch, folder)
    assert Client.objects.filter(branch=branch).count() == Client.objects.filter(branch=other).count() == 3
    assert set(Trade.objects.values_list("branch_id", "client__branch_id")) == {
        (branch.pk, branch.pk),
        (other.pk, other.pk),
    }


def test_a_dry_run_reports_and_keeps_nothing(branch, folder):
    report = load(branch, folder, dry_run=True)
    assert by_dataset(report) == {"clients": (3, 3, 0, 0, 0), "trades": (3, 3, 0, 0, 0)}
    assert not Client.objects.exists()
    assert not ImportRun.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_missing_required_column_stops_that_dataset_only(branch, folder):
    write(folder / "资产_20261123.csv", [["客户号", "总资产"], ["000001", "5"]])
    report = load(branch, folder)
    stopped = next(row for row in report.datasets if row.dataset == "assets")
    assert "日期" in stopped.error
    assert counts(stopped) == (0, 0, 0, 0, 0)
    assert report.run.state == ImportRun.State.REJECTS
    assert Trade.objects.count() == 3


def test_unknown_columns_are_listed_and_left_out(branch, folder):
    write(folder / "成交_20261123.csv", [[*row, "x"] if at else [*row, "备注"] for at, row in enumerate(TRADES)])
    row = load(branch, folder).datasets[1]
    assert row.unknown_columns == ["备注"]
    assert row.rejected == 0


def test_totals_titles_blank_lines_and_repeated_headers_are_no_rows(branch, folder):
    rows = [
        ["成交明细"],
        [],
        TRADES[0],
        TRADES[1],
        [],
        TRADES[0],
        TRADES[2],
        ["合计", "", "", "", "341000.00", "", "", ""],
        TRADES[3],
    ]
    write(folder / "成交_20261123.csv", rows)
    row = load(branch, folder).datasets[1]
    assert counts(row) == (3, 3, 0, 0, 0)
    assert row.notes == [["skipped", {"rows": 2}]]


@pytest.mark.django_db(transaction=True)
def test_a_run_that_died_between_two_files_goes_on_from_there(branch, folder, monkeypatch):
    real = load_dataset.load_dataset

    def die(**arguments):
        if arguments["table"].dataset.code == "trades":
            raise KeyboardInterrupt
        return real(**arguments)

    monkeypatch.setattr(running, "load_dataset", die)
    with pytest.raises(KeyboardInterrupt):
        load(branch, folder)
    assert Client.objects.count() == 3
    assert not Trade.objects.exists()
    monkeypatch.setattr(running, "load_dataset", real)
    run = ImportRun.objects.get()
    first = run.datasets.get(dataset="clients").applied_at
    report = continue_run(run=run)
    assert report.run.state == ImportRun.State.DONE
    assert by_dataset(report) == {"clients": (3, 3, 0, 0, 0), "trades": (3, 3, 0, 0, 0)}
    assert run.datasets.get(dataset="clients").applied_at == first


def test_an_error_of_the_program_undoes_its_file_and_spares_the_others(branch, folder, monkeypatch):
    def break_down(*_arguments, **_options):
        raise ZeroDivisionError

    monkeypatch.setattr(load_dataset, "refresh_sums", break_down)
    write(folder / "持仓.csv", [["客户号", "日期", "证券代码", "市值"], ["000001", "20261123", "600519", "5"]])
    monkeypatch.setattr(
        load_dataset, "refresh_sums", lambda cursor, dataset, *a, **k: break_down() if dataset == "trades" else 0
    )
    report = load(branch, folder)
    assert by_dataset(report) == {"clients": (3, 3, 0, 0, 0), "trades": (0, 0, 0, 0, 0), "positions": (1, 1, 0, 0, 0)}
    assert not Trade.objects.exists()


def test_every_dataset_of_the_format(branch, tmp_path):
    folder = tmp_path / "all"
    write(folder / "客户资料.csv", CLIENTS)
    write(
        folder / "员工.csv",
        [
            ["工号", "姓名", "岗位", "执业资格", "执业到期日", "离职日期", "状态", "手机号码"],
            ["A001", "单雄信", "投资顾问", "证券投资顾问", "2027-01-01", "", "在职", "13900000001"],
            ["A002", "王芳", "客户经理", "一般证券业务", "", "2026-10-30", "离职", ""],
        ],
    )
    write(
        folder / "产品目录.csv",
        [["产品代码", "产品名称", "产品风险等级", "起购金额(万元)", "在售"], ["000123", "稳健一号", "R2", "1", "是"]],
    )
    write(
        folder / "资产.csv",
        [
            ["客户号", "日期", "总资产(万元)", "融资负债"],
            ["000001", "20261120", "100.5", "--"],
            ["000001", "20261123", "101", "5"],
        ],
    )
    write(
        folder / "资金流水.csv",
        [
            ["客户号", "日期", "业务类型", "金额", "流水号"],
            ["000001", "2026/1/5", "银行转存", "1,000.00", "F1"],
            ["000001", "2026/1/6", "银行转取", "300", "F2"],
            ["000001", "2026/1/7", "股息红利扣税", "3", "F3"],
            ["000001", "2026/1/7", "红利入账", "30", "0"],
        ],
    )
    write(
        folder / "产品订单.csv",
        [
            ["客户号", "日期", "产品代码", "交易类型", "金额", "手续费"],
            ["000001", "2026-01-05", "000123", "认购", "10000", "10"],
            ["000001", "2026-02-05", "000123", "赎回", "4000", ""],
        ],
    )
    write(
        folder / "新股额度.csv",
        [
            ["客户号", "日期", "市场", "额度"],
            ["000001", "20261123", "沪", "5000"],
            ["000001", "20261123", "科创", "3000"],
        ],
    )
    report = load(branch, folder)
    assert report.run.state == ImportRun.State.DONE, [row.error for row in report.datasets]
    assert all(row.added == row.read for row in report.datasets)
    assert report.run.data_as_of == date(2026, 11, 23)
    adviser = Advisor.objects.get(staff_no="A001")
    assert (adviser.position, adviser.licence, adviser.name_pinyin) == ("investment_adviser", "adviser", "shanxiongxin")
    assert unseal(adviser.phone_sealed) == "13900000001"
    assert Advisor.objects.get(staff_no="A002").left == date(2026, 10, 30)
    assert Product.objects.get(code="000123").minimum == Decimal(10000)
    snapshot = AssetSnapshot.objects.get(day=date(2026, 11, 23))
    assert (snapshot.total, snapshot.margin_debt) == (Decimal(1010000), Decimal(5))
    assert list(CashFlow.objects.order_by("day", "amount").values_list("amount", "is_external")) == [
        (Decimal(1000), True),
        (Decimal(-300), True),
        (Decimal(-3), False),
        (Decimal(30), False),
    ]
    assert set(ProductOrder.objects.values_list("kind", "amount")) == {
        ("buy", Decimal(10000)),
        ("redeem", Decimal(4000)),
    }
    assert set(IpoQuota.objects.values_list("market", "quota")) == {("SH", Decimal(5000)), ("STAR", Decimal(3000))}
    january = MonthlySum.objects.get(month=date(2026, 1, 1))
    assert (january.inflow, january.outflow, january.products_bought) == (Decimal(1000), Decimal(300), Decimal(10000))
    again = load(branch, folder)
    assert all(row.unchanged == row.read for row in again.datasets)


def test_a_large_first_load_ends_with_the_same_indexes(branch, folder, monkeypatch):
    def indexes():
        with connection.cursor() as cursor:
            cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'clients_trade' ORDER BY 1")
            return cursor.fetchall()

    before = indexes()
    monkeypatch.setattr(bulk_indexes, "FROM_ROWS", 1)
    write(folder / "成交_20261123.csv", [*TRADES, TRADES[1]])
    assert by_dataset(load(branch, folder))["trades"] == (4, 3, 0, 1, 0)
    assert indexes() == before
    assert by_dataset(load(branch, folder))["trades"] == (4, 0, 0, 4, 0)


def test_the_package_keeps_its_interface(branch, folder):
    run = import_extract.import_path(branch=branch, path=folder, actor=None, source="night")
    assert isinstance(run, ImportRun)
    assert run.state == ImportRun.State.DONE
