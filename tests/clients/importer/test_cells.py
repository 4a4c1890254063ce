from decimal import Decimal

import pytest

from branch_crm.core.tabular.cells import Bad
from clients.domain.extract.cells import ColumnReader
from clients.domain.extract.datasets import BY_CODE, Column, Kind


def read(kind: Kind, cell: str, factor: str = "1", limit: int = 20) -> str:
    return ColumnReader(Column("x", kind, ("x",), limit=limit), Decimal(factor)).read([cell])[0]


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        (Kind.CODE, '="600519"', "600519"),
        (Kind.CODE, "'000001", "000001"),
        (Kind.CODE, "\u3000０００００１ ", "000001"),
        (Kind.CODE, "600519.0", "600519"),
        (Kind.CODE, "--", ""),
        (Kind.TEXT, "张\u3000三\u200b ", "张 三"),
        (Kind.TEXT, "a\tb\nc", "a b c"),
        (Kind.TEXT, "\u202e张三", "张三"),
        (Kind.MONEY, "1,102.00", "1102.00"),
        (Kind.MONEY, "(1,102.00)", "-1102.00"),
        (Kind.MONEY, "－12.5", "-12.50"),
        (Kind.MONEY, "−12.5", "-12.50"),
        (Kind.MONEY, "¥ 12", "12.00"),
        (Kind.MONEY, "1.2E+05", "120000.00"),
        (Kind.MONEY, "12.345", "12.35"),
        (Kind.MONEY, "--", ""),
        (Kind.MONEY, "1.5万", "15000.00"),
        (Kind.MONEY, "１２．５", "12.50"),
        (Kind.PRICE, "11.2", "11.2000"),
        (Kind.DAY, "20260105", "2026-01-05"),
        (Kind.DAY, "2026/1/5", "2026-01-05"),
        (Kind.DAY, "2026-01-05 09:35:01", "2026-01-05"),
        (Kind.DAY, "2026年1月5日", "2026-01-05"),
        (Kind.DAY, "2026.1.5", "2026-01-05"),
        (Kind.DAY, "46027", "2026-01-05"),
        (Kind.DAY, "0", ""),
        (Kind.VALID_UNTIL, "长期", "2999-12-31"),
        (Kind.VALID_UNTIL, "9999-12-31", "2999-12-31"),
        (Kind.VALID_UNTIL, "20991231", "2099-12-31"),
        (Kind.TIME, "93501", "09:35:01"),
        (Kind.TIME, "1103", "11:03:00"),
        (Kind.TIME, "935", "09:35:00"),
        (Kind.TIME, "09350112", "09:35:01"),
        (Kind.TIME, "9:35", "09:35:00"),
        (Kind.TIME, "14:03:07", "14:03:07"),
        (Kind.TIME, "0.399316", "09:35:01"),
        (Kind.RATE, "0.00025", "0.000250"),
        (Kind.RATE, "0.25‰", "0.000250"),
        (Kind.RATE, "万2.5", "0.000250"),
        (Kind.RATE, "万分之2.5", "0.000250"),
        (Kind.RATE, "0.025%", "0.000250"),
        (Kind.FLAG, "是", "t"),
        (Kind.FLAG, "N", "f"),
        (Kind.RISK, "C1-最低", "C0"),
        (Kind.RISK, "稳健型", "C3"),
        (Kind.RISK, "未测评", ""),
        (Kind.SIDE, "融资买入", "B"),
        (Kind.SIDE, "卖券还款", "S"),
        (Kind.MARKET, "上海A股", "SH"),
        (Kind.MARKET, "zz", "ZZ"),
        (Kind.QUOTA_MARKET, "科创板", "STAR"),
        (Kind.ORDER_KIND, "认购", "buy"),
        (Kind.ORDER_KIND, "赎回", "redeem"),
        (Kind.LICENCE, "一般证券业务、证券投资顾问", "adviser"),
        (Kind.POSITION, "保洁", "other"),
        (Kind.CLIENT_STATUS, "休眠", "sleeping"),
        (Kind.ACCOUNTS, "61010001;61010002 61010001", "61010001,61010002"),
    ],
)
def test_a_cell_that_can_be_read(kind, cell, expected):
    value = read(kind, cell)
    assert value == expected
    assert type(value) is str


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        (Kind.CODE, "A\u202e01", "invisible"),
        (Kind.CODE, "A\x0001", "invisible"),
        (Kind.CODE, "x" * 21, "too_long"),
        (Kind.CODE, "<img>", "not_code"),
        (Kind.TEXT, "长" * 21, "too_long"),
        (Kind.TEXT, "张\ufffd", "undecodable"),
        (Kind.AMOUNT, "-0.01", "negative"),
        (Kind.AMOUNT, "(5)", "negative"),
        (Kind.MONEY, "########", "not_number"),
        (Kind.MONEY, "N/A", "not_number"),
        (Kind.MONEY, "١٢", "not_number"),
        (Kind.MONEY, "1e300", "too_large"),
        (Kind.MONEY, "NaN1", "not_number"),
        (Kind.MONEY, "Infinity", "not_number"),
        (Kind.DAY, "20260230", "not_day"),
        (Kind.DAY, "2026/13/05", "not_day"),
        (Kind.DAY, "today", "not_day"),
        (Kind.DAY, "9999-12-31", "day_out_of_range"),
        (Kind.DAY, "00010101", "day_out_of_range"),
        (Kind.TIME, "2560", "not_time"),
        (Kind.TIME, "noon", "not_time"),
        (Kind.RATE, "2.5", "not_rate"),
        (Kind.RISK, "C6", "unknown_word"),
        (Kind.SIDE, "观望", "unknown_word"),
    ],
)
def test_a_cell_that_cannot_be_read_names_the_reason(kind, cell, reason):
    value = read(kind, cell)
    assert isinstance(value, Bad)
    assert value == reason


def test_a_header_in_ten_thousands_multiplies():
    assert read(Kind.MONEY, "1.2345", factor="10000") == "12345.00"
    assert read(Kind.MONEY, "12.00", factor="10000") == "120000.00"


def test_an_empty_cell_of_a_required_column_is_a_fault():
    reader = ColumnReader(BY_CODE["trades"].column("amount"))
    assert isinstance(reader.read(["--"])[0], Bad)


def test_the_same_number_written_differently_is_the_same_text():
    assert (
        len({read(Kind.MONEY, cell) for cell in ("1100", "1,100.0", "1100.00", "１１００", "1.1e3", " 1100.000 ")}) == 1
    )
