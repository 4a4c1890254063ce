"""The nine datasets of the counter extract: their columns, the headers these go by, their natural keys (docs/formats.md §1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath


class Kind(StrEnum):
    """How the cells of a column are read (clients.domain.extract.cells)."""

    CODE = "code"  # an identifier: text, leading zeros survive
    ACCOUNTS = "accounts"  # one or more identifiers
    TEXT = "text"
    DAY = "day"
    VALID_UNTIL = "valid_until"  # a day, or for ever
    TIME = "time"
    AMOUNT = "amount"  # money that cannot be negative
    MONEY = "money"  # money of either sign
    COUNT = "count"  # a number that is no money and cannot be negative
    PRICE = "price"
    RATE = "rate"
    FLAG = "flag"
    POSITION = "position"
    LICENCE = "licence"
    SEX = "sex"
    CLIENT_STATUS = "client_status"
    RISK = "risk"
    PRODUCT_RISK = "product_risk"
    INVESTOR = "investor"
    MARKET = "market"
    QUOTA_MARKET = "quota_market"
    SIDE = "side"
    ORDER_KIND = "order_kind"


MONEY_KINDS = frozenset({Kind.AMOUNT, Kind.MONEY})


@dataclass(frozen=True)
class Column:
    """`headers[0]` is the name of formats.md; the others are what other counter systems call it."""

    field: str
    kind: Kind
    headers: tuple[str, ...]
    required: bool = False
    limit: int = 0

    @property
    def title(self) -> str:
        return self.headers[0]


@dataclass(frozen=True)
class Dataset:
    """`own_key` is the column whose value alone is the natural key where present, `key` the fields that make one otherwise."""

    code: str
    title: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    own_key: str = ""

    def column(self, field: str) -> Column:
        return next(column for column in self.columns if column.field == field)

    @property
    def required(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.required)


def _code(field: str, *headers: str, required: bool = False, limit: int = 32) -> Column:
    return Column(field, Kind.CODE, headers, required, limit)


def _text(field: str, *headers: str, required: bool = False, limit: int = 60) -> Column:
    return Column(field, Kind.TEXT, headers, required, limit)


def _as(kind: Kind, field: str, *headers: str, required: bool = False) -> Column:
    return Column(field, kind, headers, required)


def _day(*headers: str) -> Column:
    return _as(Kind.DAY, "day", *headers, required=True)


CLIENT = _code(
    "client_no", "客户号", "客户编号", "客户代码", "client_id", "client_no", "KHH", "KHDM", "CUST_NO", required=True
)
MARKET = _as(Kind.MARKET, "market", "市场", "交易所", "交易市场", "市场类别", "exchange_type", "market", "JYS", "SCDM")
SECURITY = _code(
    "security_code", "证券代码", "股票代码", "stock_code", "security_code", "ZQDM", required=True, limit=12
)
SECURITY_NAME = _text("security_name", "证券名称", "股票名称", "证券简称", "stock_name", "ZQMC", limit=40)

STAFF = Dataset(
    "staff",
    "员工",
    (
        _code(
            "staff_no",
            "工号",
            "员工工号",
            "员工编号",
            "人员编号",
            "emp_no",
            "staff_no",
            "GH",
            "YGBH",
            required=True,
            limit=20,
        ),
        _text("name", "姓名", "员工姓名", "人员姓名", "emp_name", "staff_name", "name", "XM", required=True),
        _as(Kind.POSITION, "position", "岗位", "职务", "岗位名称", "人员类别", "position", "GW", required=True),
        _as(Kind.LICENCE, "licence", "执业资格", "从业资格", "执业岗位", "执业类别", "licence", "license", "ZYZG"),
        _code("licence_no", "执业编号", "执业证书编号", "登记编号", "licence_no", "license_no", "ZYBH", limit=40),
        _as(Kind.VALID_UNTIL, "licence_until", "执业到期日", "执业有效期", "资格到期日", "licence_until", "ZYDQR"),
        _as(Kind.DAY, "joined", "入职日期", "入司日期", "joined", "RZRQ"),
        _as(Kind.DAY, "left", "离职日期", "离司日期", "left", "LZRQ"),
        _text("state", "状态", "在职状态", "员工状态", "state", "status", "ZT", limit=20),
        _code("phone", "手机号码", "手机", "手机号", "联系电话", "移动电话", "mobile", "mobile_tel", "SJ", "SJHM"),
    ),
    key=("staff_no",),
    own_key="staff_no",
)

PRODUCTS = Dataset(
    "products",
    "产品目录",
    (
        _code("code", "产品代码", "产品编号", "prod_code", "product_code", "CPDM", required=True),
        _text("name", "产品名称", "产品简称", "prod_name", "product_name", "CPMC", required=True, limit=120),
        _as(Kind.PRODUCT_RISK, "risk_level", "产品风险等级", "风险等级", "prodrisk_level", "risk_level", "CPFXDJ",
            required=True),
        _text("kind", "产品类型", "产品类别", "prod_type", "product_type", "CPLX", limit=40),
        _text("term", "期限", "产品期限", "term", "CPQX", limit=40),
        _as(Kind.AMOUNT, "minimum", "起购金额", "起点金额", "认购起点", "min_amount", "QGJE"),
        _as(Kind.VALID_UNTIL, "matures_on", "到期日", "到期日期", "end_date", "DQR"),
        _as(Kind.FLAG, "on_sale", "在售", "是否在售", "on_sale", "ZS"),
    ),
    key=("code",),
    own_key="code",
)  # fmt: skip

CLIENTS = Dataset(
    "clients",
    "客户资料",
    (
        CLIENT,
        _text("name", "客户姓名", "客户名称", "姓名", "client_name", "name", "KHXM", "KHMC", required=True, limit=120),
        Column("fund_accounts", Kind.ACCOUNTS, ("资金账号", "资产账号", "资金帐号", "资金账户", "fund_account", "ZJZH"), limit=32),
        _as(Kind.SEX, "sex", "性别", "client_gender", "gender", "sex", "XB"),
        _as(Kind.DAY, "birth_date", "出生日期", "生日", "birthday", "birth_date", "CSRQ"),
        _text("id_kind", "证件类型", "证件类别", "id_kind", "ZJLB", limit=20),
        _code("id_no", "证件号码", "身份证号", "证件编号", "身份证号码", "id_no", "ZJBH", "ZJHM", limit=40),
        _as(Kind.VALID_UNTIL, "id_valid_until", "证件到期日", "证件有效期", "证件截止日期", "id_enddate", "ZJJZRQ"),
        _code("phone", "手机号码", "手机", "手机号", "移动电话", "联系电话", "mobile_tel", "mobile", "phone", "SJ", "SJHM"),
        _text("email", "电子邮箱", "邮箱", "电子邮件", "e_mail", "email", "DZYX", limit=120),
        _text("address", "联系地址", "通讯地址", "地址", "address", "LXDZ", "TXDZ", limit=300),
        _text("occupation", "职业", "profession_code", "occupation", "ZY", limit=60),
        _text("education", "学历", "degree_code", "education", "XL", limit=30),
        _as(Kind.DAY, "opened_on", "开户日期", "开户时间", "open_date", "KHRQ"),
        _as(Kind.CLIENT_STATUS, "status", "客户状态", "状态", "账户状态", "client_status", "status", "KHZT"),
        _as(Kind.RISK, "risk_level", "风险等级", "风险承受能力", "风险承受等级", "corp_risk_level", "FXDJ"),
        _as(Kind.DAY, "risk_assessed_on", "风险测评日期", "测评日期", "corp_begin_date", "FXCPRQ"),
        _as(Kind.VALID_UNTIL, "risk_valid_until", "风险测评有效期", "测评有效期", "风险测评到期日", "有效期",
            "corp_end_date", "FXCPYXQ"),
        _as(Kind.INVESTOR, "investor_class", "投资者类别", "投资者类型", "投资者分类", "prof_flag", "TZZLB"),
        _as(Kind.RATE, "commission_rate", "佣金率", "费率", "佣金比例", "fare_kind", "YJL"),
        _as(Kind.FLAG, "has_margin", "融资融券", "信用账户", "两融", "crdt_flag", "RZRQ", "XYZH"),
        _as(Kind.FLAG, "has_options", "期权", "股票期权", "opt_flag", "QQ"),
        _as(Kind.FLAG, "has_chinext", "创业板", "创业板权限", "gem_flag", "CYB"),
        _as(Kind.FLAG, "has_star", "科创板", "科创板权限", "star_flag", "KCB"),
        _as(Kind.FLAG, "has_bse", "北交所", "北交所权限", "bse_flag", "BJS"),
        _code("counter_service_no", "服务人员工号", "服务人员", "客户经理", "客户经理工号", "投资顾问", "服务关系",
              "broker_no", "KHJL", "FWRY", limit=20),
        _code("counter_developer_no", "开发人员工号", "开发人员", "经纪人", "关系人", "开发关系", "dev_no", "KFRY",
              limit=20),
    ),
    key=("client_no",),
    own_key="client_no",
)  # fmt: skip

ASSETS = Dataset(
    "assets",
    "资产",
    (
        CLIENT,
        _day("日期", "资产日期", "统计日期", "init_date", "business_date", "date", "RQ"),
        _as(Kind.MONEY, "total", "总资产", "资产总值", "净资产", "asset_balance", "total_asset", "ZZC", required=True),
        _as(Kind.MONEY, "stock_value", "股票市值", "证券市值", "总市值", "market_value", "ZQSZ"),
        _as(Kind.MONEY, "fund_value", "基金市值", "fund_value", "JJSZ"),
        _as(Kind.MONEY, "product_value", "理财市值", "理财产品市值", "场外资产", "金融产品保有", "prod_value", "LCSZ"),
        _as(Kind.MONEY, "cash", "资金余额", "可用资金", "保证金余额", "current_balance", "enable_balance", "ZJYE"),
        _as(Kind.MONEY, "margin_debt", "融资负债", "总负债", "fin_debt", "RZFZ"),
        _as(Kind.MONEY, "short_debt", "融券负债", "slo_debt", "RQFZ"),
        _as(Kind.COUNT, "margin_ratio", "维持担保比例", "担保比例", "assure_ratio", "WCDBBL"),
    ),
    key=("client_no", "day"),
)

TRADES = Dataset(
    "trades",
    "成交",
    (
        CLIENT,
        _day("成交日期", "交易日期", "日期", "business_date", "trade_date", "init_date", "CJRQ"),
        SECURITY,
        _as(Kind.SIDE, "side", "买卖方向", "买卖标志", "操作", "委托类别", "业务名称", "买卖类别", "entrust_bs", "side",
            "MMBZ", "WTLB", required=True),
        _as(Kind.AMOUNT, "amount", "成交金额", "business_balance", "amount", "CJJE", required=True),
        _as(Kind.TIME, "at", "成交时间", "交易时间", "business_time", "trade_time", "CJSJ"),
        MARKET,
        SECURITY_NAME,
        _as(Kind.COUNT, "quantity", "成交数量", "business_amount", "quantity", "CJSL"),
        _as(Kind.PRICE, "price", "成交价格", "成交均价", "成交价", "business_price", "price", "CJJG"),
        _as(Kind.MONEY, "commission", "佣金", "手续费", "fare0", "commission", "YJ"),
        _as(Kind.MONEY, "net_commission", "净佣金", "net_fare", "net_commission", "JYJ"),
        _code("own_no", "成交编号", "business_no", "business_id", "trade_no", "CJBH", limit=60),
    ),
    key=("client_no", "day", "at", "security_code", "side", "quantity", "price", "amount"),
    own_key="own_no",
)  # fmt: skip

CASH_FLOWS = Dataset(
    "cash_flows",
    "资金流水",
    (
        CLIENT,
        _day("日期", "发生日期", "交易日期", "init_date", "business_date", "date", "FSRQ", "RQ"),
        _text("kind", "业务类型", "业务名称", "摘要", "业务标志", "business_flag", "business_name", "YWLX", "YWMC",
              required=True, limit=40),
        _as(Kind.MONEY, "amount", "金额", "发生金额", "occur_balance", "amount", "FSJE", required=True),
        _code("own_no", "流水号", "资金流水号", "serial_no", "LSH", limit=60),
    ),
    key=("client_no", "day", "kind", "amount"),
    own_key="own_no",
)  # fmt: skip

PRODUCT_ORDERS = Dataset(
    "product_orders",
    "产品订单",
    (
        CLIENT,
        _day("日期", "交易日期", "申请日期", "确认日期", "init_date", "business_date", "date", "RQ"),
        _code("product_code", "产品代码", "基金代码", "prod_code", "product_code", "CPDM", required=True),
        _as(Kind.ORDER_KIND, "kind", "交易类型", "业务类型", "业务名称", "business_flag", "order_type", "JYLX",
            required=True),
        _as(Kind.AMOUNT, "amount", "金额", "成交金额", "确认金额", "发生金额", "amount", "business_balance", "JE",
            required=True),
        _text("product_name", "产品名称", "基金名称", "prod_name", "product_name", "CPMC", limit=120),
        _text("product_kind", "产品类型", "产品类别", "prod_type", "product_type", "CPLX", limit=40),
        _as(Kind.PRODUCT_RISK, "risk_level", "产品风险等级", "风险等级", "prodrisk_level", "risk_level", "CPFXDJ"),
        _as(Kind.MONEY, "fee", "手续费", "费用", "fare", "fee", "SXF"),
        _as(Kind.VALID_UNTIL, "matures_on", "到期日", "到期日期", "end_date", "DQR"),
        _code("own_no", "订单号", "委托编号", "申请编号", "order_no", "entrust_no", "DDH", limit=60),
    ),
    key=("client_no", "day", "product_code", "kind", "amount"),
    own_key="own_no",
)  # fmt: skip

POSITIONS = Dataset(
    "positions",
    "持仓",
    (
        CLIENT,
        _day("日期", "持仓日期", "统计日期", "init_date", "business_date", "date", "RQ"),
        SECURITY,
        _as(Kind.AMOUNT, "value", "市值", "证券市值", "持仓市值", "market_value", "SZ", "ZQSZ", required=True),
        MARKET,
        SECURITY_NAME,
        _as(Kind.COUNT, "quantity", "数量", "持仓数量", "证券数量", "current_amount", "quantity", "CCSL"),
        _as(Kind.MONEY, "cost_price", "成本价", "成本价格", "cost_price", "CBJ"),
    ),
    key=("client_no", "day", "security_code"),
)

IPO_QUOTAS = Dataset(
    "ipo_quotas",
    "新股额度",
    (
        CLIENT,
        _day("日期", "额度日期", "统计日期", "init_date", "business_date", "date", "RQ"),
        _as(Kind.QUOTA_MARKET, "market", "市场", "交易所", "交易市场", "exchange_type", "market", "JYS", required=True),
        _as(Kind.COUNT, "quota", "额度", "新股配售权益", "申购额度", "可申购数量", "配售权益", "quota", "enable_amount",
            "PSQY", required=True),
        _code("stock_account", "股东账号", "股东代码", "证券账号", "股东号", "stock_account", "GDDM", "GDH", limit=20),
    ),
    key=("client_no", "day", "market"),
)  # fmt: skip

#: In the order in which they are loaded: facts hang on clients.
DATASETS = (STAFF, PRODUCTS, CLIENTS, ASSETS, TRADES, CASH_FLOWS, PRODUCT_ORDERS, POSITIONS, IPO_QUOTAS)
BY_CODE = {dataset.code: dataset for dataset in DATASETS}


def dataset_of(file_name: str) -> Dataset | None:
    """The dataset whose Chinese or English name the file's stem begins with; the longest name wins."""
    stem = PurePath(file_name).stem.strip().casefold().replace("-", "_").replace(" ", "_")
    names = sorted(
        ((name, dataset) for dataset in DATASETS for name in (dataset.code, dataset.title)),
        key=lambda pair: -len(pair[0]),
    )
    return next((dataset for name, dataset in names if stem.startswith(name)), None)
