"""What must hold between the files, to the cent."""

from collections import defaultdict
from pathlib import Path

import pytest

from clients.demo_extract.ledger import commission, net_commission, taxes
from tests.clients.demo_extract.reading import Rows, fen, read

OPENING, LAST = "20250829", "20261124"


@pytest.fixture(scope="module")
def files(clean: Path) -> dict[str, Rows]:
    names = ("客户资料", "资产", "成交", "资金流水", "产品订单", "持仓", "新股额度", "产品目录", "员工")
    return {name: read(clean, name) for name in names}


def plain(day: str) -> str:
    return day.replace("-", "").replace("/", "")


def test_total_assets_are_the_sum_of_their_parts(files: dict[str, Rows]) -> None:
    for row in files["资产"]:
        assert fen(row["总资产"]) == sum(fen(row[part]) for part in ("股票市值", "基金市值", "理财市值", "资金余额"))
        assert fen(row["资金余额"]) >= 0


def test_positions_add_up_to_the_stock_value(files: dict[str, Rows]) -> None:
    """Shares under stock value; listed funds are part of the fund value."""
    shares: defaultdict[tuple[str, str], int] = defaultdict(int)
    for row in files["持仓"]:
        if row["证券代码"][:3] not in ("510", "159"):
            shares[row["客户号"], row["日期"]] += fen(row["市值"])
    checked = 0
    for row in files["资产"]:
        if row["日期"] in (OPENING, LAST):
            assert fen(row["股票市值"]) == shares[row["客户号"], row["日期"]]
            checked += 1
    assert checked > 3_000


def test_cash_can_be_replayed_from_the_first_snapshot_to_the_last(files: dict[str, Rows]) -> None:
    """Bank transfers, interest, dividends, dealing with its costs, products: nothing else moves cash but borrowed money."""
    cash = {row["客户号"]: fen(row["资金余额"]) for row in files["资产"] if row["日期"] == OPENING}
    end = {row["客户号"]: fen(row["资金余额"]) for row in files["资产"] if row["日期"] == LAST}
    on_margin = {row["客户号"] for row in files["客户资料"] if row["融资融券"] == "是"}
    for row in files["资金流水"]:
        if plain(row["日期"]) > OPENING and row["客户号"] in cash:
            cash[row["客户号"]] += fen(row["金额"]) * (-1 if row["业务类型"] == "银行转取" else 1)
    for row in files["成交"]:
        if row["成交日期"] > OPENING and row["客户号"] in cash:
            sale = row["买卖方向"] == "卖出"
            amount = fen(row["成交金额"])
            cash[row["客户号"]] += (amount if sale else -amount) - fen(row["佣金"]) - int(taxes(amount, sale=sale))
    for row in files["产品订单"]:
        if plain(row["日期"]) > OPENING and row["客户号"] in cash:
            out = row["交易类型"] == "赎回"
            cash[row["客户号"]] += fen(row["金额"]) * (1 if out else -1) - fen(row["手续费"])
    compared = [client for client in end if client in cash and client not in on_margin]
    assert len(compared) > 1_500
    assert [client for client in compared if cash[client] != end[client]] == []


def test_holdings_can_be_replayed_from_the_trades(files: dict[str, Rows]) -> None:
    held: defaultdict[tuple[str, str], int] = defaultdict(int)
    end: dict[tuple[str, str], int] = {}
    for row in files["持仓"]:
        if row["日期"] == OPENING:
            held[row["客户号"], row["证券代码"]] += int(row["数量"])
        else:
            end[row["客户号"], row["证券代码"]] = int(row["数量"])
    for row in files["成交"]:
        if row["成交日期"] > OPENING:
            sign = 1 if row["买卖方向"] in ("买入", "融资买入") else -1
            held[row["客户号"], row["证券代码"]] += sign * int(row["成交数量"])
    assert {key: quantity for key, quantity in held.items() if quantity} == end


def test_trades_multiply_and_pay_the_agreed_commission(files: dict[str, Rows]) -> None:
    rate = {row["客户号"]: float(row["佣金率"]) for row in files["客户资料"]}
    for row in files["成交"]:
        amount = fen(row["成交金额"])
        assert amount == int(row["成交数量"]) * fen(row["成交价格"])
        gross = int(commission(amount, rate[row["客户号"]]))
        assert fen(row["佣金"]) == gross >= 500
        assert fen(row["净佣金"]) == int(net_commission(gross, amount)) < gross


def test_prices_are_shared_and_nobody_deals_outside_the_permissions(files: dict[str, Rows]) -> None:
    permission = {row["客户号"]: row for row in files["客户资料"]}
    prices: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for row in files["成交"]:
        prices[row["证券代码"], row["成交日期"]].append(fen(row["成交价格"]))
        code, who = row["证券代码"], permission[row["客户号"]]
        if code.startswith("688"):
            assert who["科创板"] == "是"
        if code.startswith("30"):
            assert who["创业板"] == "是"
        if code.startswith(("83", "92")):
            assert who["北交所"] == "是"
    assert all(max(day) <= min(day) * 1.65 for day in prices.values())


def test_product_orders_agree_with_the_shelf(files: dict[str, Rows]) -> None:
    shelf = {row["产品代码"]: row for row in files["产品目录"]}
    level = {row["客户号"]: row["风险等级"] for row in files["客户资料"]}
    above = 0
    bought = [row for row in files["产品订单"] if row["交易类型"] != "赎回"]
    for row in bought:
        product = shelf[row["产品代码"]]
        for column in ("产品名称", "产品类型", "产品风险等级", "到期日"):
            assert row[column] == product[column]
        assert fen(row["金额"]) >= fen(product["起购金额"])
        is_above = row["产品风险等级"][1] > (level[row["客户号"]] or "C1")[1]
        assert not (is_above and level[row["客户号"]] == "C1-最低")
        above += is_above
    assert 0 < above < 0.02 * len(bought)


def test_quotas_are_the_average_value_here_and_elsewhere(files: dict[str, Rows]) -> None:
    """Ten yuan a share; never below what is held here, and for a good part of the clients clearly above it."""
    sessions = sorted({row["日期"] for row in files["资产"]})[-22:-2]
    here: defaultdict[str, float] = defaultdict(float)
    for row in files["资产"]:
        if row["日期"] in sessions:
            here[row["客户号"]] += fen(row["股票市值"]) / 100 / 20
    quota: defaultdict[str, int] = defaultdict(int)
    for row in files["新股额度"]:
        assert int(row["额度"]) % 500 == 0
        if row["市场"] in ("沪", "深"):
            quota[row["客户号"]] += int(row["额度"])
    beijing = {row["客户号"] for row in files["客户资料"] if row["北交所"] == "是"}
    for client, shares in quota.items():
        # Each market may lose up to one step, and below 10,000 yuan there is no quota.
        assert client in beijing or shares * 10 > here[client] - 20_000
    elsewhere = [client for client, shares in quota.items() if shares * 10 > 1.2 * here[client] + 20_000]
    assert 0.2 < len(elsewhere) / len(quota) < 0.6
    star = {row["客户号"]: row["额度"] for row in files["新股额度"] if row["市场"] == "科创"}
    shanghai = {row["客户号"]: row["额度"] for row in files["新股额度"] if row["市场"] == "沪"}
    assert star
    assert all(shanghai[client] == shares for client, shares in star.items())


def test_margin_debt_comes_with_its_ratio(files: dict[str, Rows]) -> None:
    on_margin = {row["客户号"] for row in files["客户资料"] if row["融资融券"] == "是"}
    owing = [row for row in files["资产"] if fen(row["融资负债"])]
    assert owing
    for row in owing:
        assert row["客户号"] in on_margin
        secured = fen(row["总资产"]) - fen(row["理财市值"])
        assert float(row["维持担保比例"]) == pytest.approx(100 * secured / fen(row["融资负债"]), abs=0.006)
    assert all(not row["维持担保比例"] for row in files["资产"] if not fen(row["融资负债"]))


def test_every_row_belongs_to_a_client_and_every_book_to_a_colleague(files: dict[str, Rows]) -> None:
    clients = {row["客户号"] for row in files["客户资料"]}
    staff = {row["工号"] for row in files["员工"]}
    for name in ("资产", "成交", "资金流水", "产品订单", "持仓", "新股额度"):
        assert {row["客户号"] for row in files[name]} <= clients
    assert {row["服务人员工号"] for row in files["客户资料"]} - {""} <= staff
