from decimal import Decimal

import pytest

from clients.domain.extract.datasets import DATASETS, dataset_of
from clients.domain.extract.headers import find_header, recognise

BY_TITLE = {dataset.title: dataset for dataset in DATASETS}


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.code)
def test_every_synonym_leads_to_its_field_when_it_stands_alone(dataset):
    for column in dataset.columns:
        for header in column.headers:
            assert list(recognise([header], dataset, {}).places) == [column.field], header


@pytest.mark.parametrize("dataset", DATASETS, ids=lambda dataset: dataset.code)
def test_no_header_means_two_fields(dataset):
    seen = {}
    for column in dataset.columns:
        for header in column.headers:
            assert seen.setdefault(header.casefold(), column.field) == column.field, header


@pytest.mark.parametrize(
    ("dataset", "headers", "fields"),
    [
        ("客户资料", "KHH KHXM ZJZH KHRQ ZJLB ZJBH FXDJ YJL KHJL",
         "client_no name fund_accounts opened_on id_kind id_no risk_level commission_rate counter_service_no"),
        ("客户资料", "client_id client_name fund_account open_date id_kind id_no corp_risk_level",
         "client_no name fund_accounts opened_on id_kind id_no risk_level"),
        ("客户资料", "客户编号 客户名称 资金帐号 开户时间 身份证号 风险承受能力 费率 客户经理",
         "client_no name fund_accounts opened_on id_no risk_level commission_rate counter_service_no"),
        ("资产", "客户代码 日期 净资产 证券市值 可用资金", "client_no day total stock_value cash"),
        ("资产", "KHH RQ ZZC ZQSZ ZJYE LCSZ RZFZ", "client_no day total stock_value cash product_value margin_debt"),
        ("成交", "客户号 成交日期 操作 证券代码 成交金额 手续费", "client_no day side security_code amount commission"),
        ("资金流水", "客户号 日期 摘要 发生金额 资金流水号", "client_no day kind amount own_no"),
        ("新股额度", "KHH RQ JYS PSQY GDDM", "client_no day market quota stock_account"),
    ],
)  # fmt: skip
def test_headers_of_other_counter_systems(dataset, headers, fields):
    found = recognise(headers.split(), BY_TITLE[dataset], {})
    assert [name for name, _ in sorted(found.places.items(), key=lambda pair: pair[1])] == fields.split()
    assert not found.missing(BY_TITLE[dataset])


def test_the_written_name_goes_before_a_synonym():
    found = recognise(["客户号", "日期", "净资产", "总资产"], BY_TITLE["资产"], {})
    assert found.places["total"] == 3
    assert found.unknown == ("净资产",)


def test_the_branches_own_mapping_goes_before_everything():
    found = recognise(["客户号", "客户姓名", "户主"], BY_TITLE["客户资料"], {"户主": "name"})
    assert found.places["name"] == 2


def test_units_are_read_from_the_header():
    found = recognise(["客户号", "日期", "总资产(万元)", "资金余额（元）"], BY_TITLE["资产"], {})
    assert found.factors == {"total": Decimal(10000)}
    assert recognise(["客户号", "客户姓名", "佣金率(‰)"], BY_TITLE["客户资料"], {}).factors == {
        "commission_rate": Decimal("0.001")
    }


def test_title_lines_may_stand_above_and_give_the_unit():
    rows = [
        (1, ["客户资产表"]),
        (2, ["单位：万元", "", ""]),
        (3, ["客户号", "日期", "总资产", "股票市值(元)"]),
        (4, ["1", "20260105", "2", "3"]),
    ]
    found = find_header(rows, BY_TITLE["资产"], {})
    assert found is not None
    assert found.row_no == 3
    assert found.factors == {"total": Decimal(10000)}


def test_missing_required_columns_are_named():
    found = recognise(["客户号", "日期"], BY_TITLE["资产"], {})
    assert [column.title for column in found.missing(BY_TITLE["资产"])] == ["总资产"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("客户资料_20261123.csv", "clients"),
        ("clients.csv", "clients"),
        ("Product_Orders-2026-11-23.XLSX", "product_orders"),
        ("products_20261123.dbf", "products"),
        ("产品订单.csv", "product_orders"),
        ("产品目录20261123.csv", "products"),
        ("cash flows.csv", "cash_flows"),
        ("资产20261123.xls", "assets"),
        ("readme.txt", None),
    ],
)
def test_the_file_name_says_the_dataset(name, code):
    found = dataset_of(name)
    assert (found.code if found else None) == code
