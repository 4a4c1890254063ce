"""The facts of one chunk as the text columns of formats.md §1, datasets by their Chinese names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from clients.demo_extract.draws import Bools, Ints, Texts, texts
from clients.demo_extract.flows import DIVIDEND, KIND_TEXT, Flows
from clients.demo_extract.identity import Identities
from clients.demo_extract.ledger import commission, net_commission, subscription_fee
from clients.demo_extract.numbers import document_numbers
from clients.demo_extract.population import Story
from clients.demo_extract.products import Catalogue, Holdings
from clients.demo_extract.quotas import MARKETS, Quotas
from clients.demo_extract.scene import Scene
from clients.demo_extract.snapshots import Assets, Positions
from clients.demo_extract.staff import Member
from clients.demo_extract.timeline import Timeline
from clients.demo_extract.trading import Lots

Table = dict[str, list[str]]

DASHED, PLAIN, SLASHED = "-", "", "/"  # every file has its own way to write a date
PROFESSIONAL_WEALTH = 5e6
ASSESSMENT_DAYS = 730
FROZEN = 0.0015  # by a court, or for papers that ran out
RISK_LEVELS = ("", "C1-最低", "C1", "C2", "C3", "C4", "C5")
FOR_LIFE = "长期"  # an ID card without an end


@dataclass(frozen=True)
class Desk:
    """What every table of a chunk needs: who, in which branch, when."""

    scene: Scene
    numbers: Texts

    def client(self, index: Ints) -> list[str]:
        return self.numbers[index].tolist()

    def dates(self, sessions: Ints, separator: str) -> list[str]:
        return texts(self.scene.timeline.written(separator))[sessions].tolist()

    def documents(self, kind: str, size: int) -> list[str]:
        return document_numbers(self.scene.seed, kind, self.scene.chunk, size)


def money(fen: Ints) -> list[str]:
    """Yuan with two decimals; exact for every sum below 2**53 fen."""
    return list(map("%.2f".__mod__, (fen / 100).tolist()))


def yes_no(flags: Bools) -> list[str]:
    return np.where(flags, "是", "否").tolist()


def _days(days: np.ndarray) -> list[str]:
    return np.where(np.isnat(days), "", np.datetime_as_string(days)).tolist()


def staff_table(members: list[Member]) -> Table:
    def day(value: Any) -> str:
        return value.isoformat() if value else ""

    return {
        "工号": [m.number for m in members],
        "姓名": [m.name for m in members],
        "岗位": [m.post for m in members],
        "执业资格": [m.licence for m in members],
        "执业编号": [m.licence_number for m in members],
        "执业到期日": [day(m.licence_expiry) for m in members],
        "入职日期": [day(m.joined) for m in members],
        "离职日期": [day(m.left) for m in members],
        "状态": [m.state for m in members],
        "手机号码": [m.phone for m in members],
    }


def product_table(catalogue: Catalogue, timeline: Timeline) -> Table:
    on_sale = (catalogue.sale_from <= timeline.last) & (catalogue.sale_to >= timeline.last)
    return {
        "产品代码": catalogue.codes,
        "产品名称": catalogue.names,
        "产品类型": catalogue.kinds,
        "产品风险等级": [f"R{level}" for level in catalogue.risk.tolist()],
        "期限": [f"{days}天" if days else "" for days in catalogue.term_days.tolist()],
        "起购金额": money(catalogue.minimum * 100),
        "到期日": catalogue.maturity,
        "在售": yes_no(on_sale),
    }


def client_table(desk: Desk, who: Identities, served_by: list[str], won_by: list[str]) -> Table:
    people, as_of = desk.scene.people, np.datetime64(desk.scene.timeline.as_of)
    n = len(people)
    rng = desk.scene.rng("files")
    overdue = rng.random(n) < np.where(people.quiet, 0.35, 0.07)
    age = np.where(overdue, rng.integers(ASSESSMENT_DAYS + 1, 1500, size=n), rng.integers(0, ASSESSMENT_DAYS, size=n))
    assessed = np.maximum(as_of - age.astype("m8[D]"), people.opened)
    unknown = people.risk_level == 0
    assessed[unknown] = np.datetime64("NaT")
    birth = people.birth.astype("M8[D]").copy()
    birth[people.institution] = np.datetime64("NaT")
    state = np.select(
        [people.story == Story.CLOSED, people.dormant, rng.random(n) < FROZEN], ["销户", "休眠", "冻结"], "正常"
    )
    professional = (people.wealth > PROFESSIONAL_WEALTH) & (rng.random(n) < 0.5)
    return {
        "客户号": desk.numbers.tolist(),
        "客户姓名": who.name.tolist(),
        "资金账号": [f"{number[:5]}{number[6:]}0" for number in desk.numbers.tolist()],
        "性别": np.where(people.institution, "", np.where(people.female, "女", "男")).tolist(),
        "出生日期": _days(birth),
        "证件类型": np.where(people.institution, "营业执照", "身份证").tolist(),
        "证件号码": who.id_number.tolist(),
        "证件到期日": [text or FOR_LIFE for text in _days(who.id_expiry)],
        "手机号码": who.phone.tolist(),
        "电子邮箱": who.email.tolist(),
        "联系地址": who.address.tolist(),
        "职业": who.occupation.tolist(),
        "学历": who.education.tolist(),
        "开户日期": _days(people.opened),
        "客户状态": state.tolist(),
        "风险等级": texts(list(RISK_LEVELS))[
            np.where(people.lowest, 1, people.risk_level + (people.risk_level > 0))
        ].tolist(),
        "风险测评日期": _days(assessed),
        "风险测评有效期": _days(assessed + np.timedelta64(ASSESSMENT_DAYS, "D")),
        "投资者类别": np.where(professional, "专业投资者", "普通投资者").tolist(),
        "佣金率": list(map("%.5f".__mod__, people.rate.tolist())),
        "融资融券": yes_no(people.margin),
        "期权": yes_no(people.options),
        "创业板": yes_no(people.chinext),
        "科创板": yes_no(people.star),
        "北交所": yes_no(people.bse),
        "服务人员工号": served_by,
        "开发人员工号": won_by,
    }


def asset_tables(desk: Desk, assets: Assets) -> Iterator[Table]:
    """One table per snapshot, which bounds the memory of a large branch."""
    secured, total = assets.cash + assets.stock_total + assets.funds, assets.total
    for column, session in enumerate(desk.scene.timeline.snapshots.tolist()):
        here = np.flatnonzero(assets.present[:, column])
        debt = assets.debt[here, column]
        ratio = secured[here, column] / np.maximum(debt, 1) * 100
        yield {
            "客户号": desk.client(here),
            "日期": desk.dates(np.full(len(here), session), PLAIN),
            "总资产": money(total[here, column]),
            "股票市值": money(assets.stock_total[here, column]),
            "基金市值": money(assets.funds[here, column]),
            "理财市值": money(assets.products[here, column]),
            "资金余额": money(assets.cash[here, column]),
            "融资负债": money(debt),
            "融券负债": ["0.00"] * len(here),
            "维持担保比例": [f"{r:.2f}" if d else "" for r, d in zip(ratio.tolist(), debt.tolist(), strict=True)],
        }


def trade_table(desk: Desk, lots: Lots) -> Table:
    market = desk.scene.market
    bought, sold = np.flatnonzero(lots.fee_bought > 0), np.flatnonzero(lots.was_sold)
    lot = np.concatenate([bought, sold])
    sale = np.arange(len(lot)) >= len(bought)
    session = np.where(sale, lots.sold[lot], lots.bought[lot])
    second = np.where(sale, lots.second_sold[lot], lots.second_bought[lot])
    order = np.lexsort((lot, second, session))
    lot, sale, session, second = lot[order], sale[order], session[order], second[order]
    price = np.where(sale, lots.price_sold[lot], lots.price_bought[lot])
    amount = lots.quantity[lot] * price
    gross = commission(amount, desk.scene.people.rate[lots.client[lot]])
    words = texts(["买入", "融资买入", "卖出", "卖券还款"])
    security = lots.security[lot]
    return {
        "成交编号": desk.documents("T", len(lot)),
        "客户号": desk.client(lots.client[lot]),
        "成交日期": desk.dates(session, PLAIN),
        "成交时间": [f"{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in second.tolist()],
        "市场": texts(market.exchange)[security].tolist(),
        "证券代码": texts(market.codes)[security].tolist(),
        "证券名称": texts(market.names)[security].tolist(),
        "买卖方向": words[sale * 2 + lots.financed[lot]].tolist(),
        "成交数量": list(map(str, lots.quantity[lot].tolist())),
        "成交价格": money(price),
        "成交金额": money(amount),
        "佣金": money(gross),
        "净佣金": money(net_commission(gross, amount)),
    }


def flow_table(desk: Desk, flows: Flows) -> Table:
    moved = np.flatnonzero(flows.amount > 0)
    moved = moved[np.lexsort((flows.second[moved], flows.session[moved]))]
    numbers = desk.documents("F", len(moved))
    # Dividends come from the depository without a flow number of their own.
    numbers = [
        "0" if kind == DIVIDEND else number for kind, number in zip(flows.kind[moved].tolist(), numbers, strict=True)
    ]
    return {
        "流水号": numbers,
        "客户号": desk.client(flows.client[moved]),
        "日期": desk.dates(flows.session[moved], SLASHED),
        "业务类型": texts(list(KIND_TEXT))[flows.kind[moved]].tolist(),
        "金额": money(flows.amount[moved]),
    }


def order_table(desk: Desk, holdings: Holdings) -> Table:
    catalogue, last = desk.scene.catalogue, desk.scene.timeline.last
    bought = np.flatnonzero(holdings.amount > 0)
    redeemed = bought[holdings.sold[bought] <= last]
    which = np.concatenate([bought, redeemed])
    out = np.arange(len(which)) >= len(bought)
    session = np.where(out, holdings.sold[which], holdings.bought[which])
    order = np.lexsort((which, session))
    which, out, session = which[order], out[order], session[order]
    product = holdings.product[which]
    fee = np.where(out, 0, subscription_fee(holdings.amount[which], catalogue.fee_rate[product]))
    subscribed = np.where(catalogue.term_days[product] > 0, "认购", "申购")
    return {
        "订单号": desk.documents("P", len(which)),
        "客户号": desk.client(holdings.client[which]),
        "日期": desk.dates(session, DASHED),
        "产品代码": texts(catalogue.codes)[product].tolist(),
        "产品名称": texts(catalogue.names)[product].tolist(),
        "产品类型": texts(catalogue.kinds)[product].tolist(),
        "产品风险等级": [f"R{level}" for level in catalogue.risk[product].tolist()],
        "交易类型": np.where(out, "赎回", subscribed).tolist(),
        "金额": money(np.where(out, holdings.proceeds[which], holdings.amount[which])),
        "手续费": money(fee),
        "到期日": texts(catalogue.maturity)[product].tolist(),
    }


def position_table(desk: Desk, positions: Positions) -> Table:
    market, security = desk.scene.market, positions.security
    return {
        "客户号": desk.client(positions.client),
        "日期": desk.dates(np.full(len(security), positions.session), PLAIN),
        "市场": texts(market.exchange)[security].tolist(),
        "证券代码": texts(market.codes)[security].tolist(),
        "证券名称": texts(market.names)[security].tolist(),
        "数量": list(map(str, positions.quantity.tolist())),
        "成本价": money(positions.cost),
        "市值": money(positions.value),
    }


def quota_table(desk: Desk, quotas: Quotas) -> Table:
    account = [
        f"{'0' if market == 1 else 'A'}{number[-9:]}"
        for market, number in zip(quotas.market.tolist(), desk.client(quotas.client), strict=True)
    ]
    return {
        "客户号": desk.client(quotas.client),
        "日期": desk.dates(np.full(len(quotas.client), desk.scene.timeline.last), PLAIN),
        "市场": texts(list(MARKETS))[quotas.market].tolist(),
        "额度": list(map(str, quotas.shares.tolist())),
        "股东账号": account,
    }
