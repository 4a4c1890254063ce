"""Words of the counter systems and the codes they stand for. Looked up without spaces, half-width and in lower case."""

from __future__ import annotations

import unicodedata

YES = {"是", "1", "y", "yes", "true", "t", "有", "开通", "已开通", "已开", "√", "✓", "正常"}
NO = {"否", "0", "n", "no", "false", "f", "无", "未开通", "未开", "×", "关闭", "已关闭", "销户", "没有"}
FLAGS = {**dict.fromkeys(YES, "t"), **dict.fromkeys(NO, "f")}

SEXES = {
    **dict.fromkeys(("男", "男性", "m", "male", "1"), "M"),
    **dict.fromkeys(("女", "女性", "f", "female", "2"), "F"),
    **dict.fromkeys(("未知", "不详", "未说明", "其他", "机构", "0", "9", "3"), ""),
}

#: advisors.models.Position
POSITIONS = {
    **dict.fromkeys(("客户经理", "客户服务经理", "财富经理", "理财经理", "财富顾问", "理财顾问"), "client_manager"),
    **dict.fromkeys(("投资顾问", "投顾", "证券投资顾问"), "investment_adviser"),
    **dict.fromkeys(("证券经纪人", "经纪人"), "broker"),
    **dict.fromkeys(("市场总监", "营销总监", "市场部总监", "市场部经理", "营销负责人"), "director"),
    **dict.fromkeys(("总监助理", "市场总监助理", "助理"), "assistant"),
    **dict.fromkeys(("柜台", "柜员", "柜台人员", "柜台经办", "运营", "综合柜员", "柜台复核"), "counter"),
    **dict.fromkeys(("合规", "合规专员", "合规风控", "合规风控专员", "合规管理", "合规岗"), "compliance"),
    **dict.fromkeys(("营业部总经理", "总经理", "营业部经理", "营业部负责人", "负责人", "副总经理"), "manager"),
}

#: advisors.models.Licence; the empty code is "none".
LICENCES = {
    **dict.fromkeys(
        ("证券投资顾问", "投资顾问", "投顾", "投资咨询业务(投资顾问)", "证券投资咨询(投资顾问)"), "adviser"
    ),
    **dict.fromkeys(("一般证券业务", "一般证券", "证券从业", "一般业务", "证券从业资格"), "general"),
    **dict.fromkeys(("证券经纪人", "证券经纪", "经纪人", "证券经纪业务营销", "证券经纪业务"), "broker"),
    **dict.fromkeys(("无", "未取得", "无资格", "none"), ""),
}

GONE = ("离职", "离司", "辞职", "退休", "解聘")

#: clients.models.ClientStatus
CLIENT_STATUSES = {
    **dict.fromkeys(("正常", "0", "normal", "有效", "合格"), "normal"),
    **dict.fromkeys(("休眠", "睡眠", "不活跃", "sleeping", "休眠户"), "sleeping"),
    **dict.fromkeys(
        ("冻结", "暂停", "中止交易", "中止", "锁定", "挂失", "异常", "限制", "suspended", "不合格"), "suspended"
    ),
    **dict.fromkeys(("销户中", "待销户", "预销户", "转户中", "closing"), "closing"),
    **dict.fromkeys(("销户", "已销户", "注销", "关闭", "closed", "3"), "closed"),
}

#: clients.models.RiskLevel. A missing or lapsed assessment is never turned into a level.
RISK_LEVELS = {
    **dict.fromkeys(("c0", "c1最低", "c1-最低", "最低", "最低类别", "c1(最低)", "风险承受能力最低", "最低风险"), "C0"),
    **dict.fromkeys(("c1", "保守型", "保守", "c1保守型", "1", "c1-保守型"), "C1"),
    **dict.fromkeys(("c2", "谨慎型", "谨慎", "相对保守型", "c2谨慎型", "2", "c2-谨慎型"), "C2"),
    **dict.fromkeys(("c3", "稳健型", "稳健", "c3稳健型", "3", "c3-稳健型"), "C3"),
    **dict.fromkeys(("c4", "积极型", "积极", "相对积极型", "c4积极型", "4", "c4-积极型"), "C4"),
    **dict.fromkeys(("c5", "激进型", "激进", "进取型", "c5激进型", "5", "c5-激进型"), "C5"),
    **dict.fromkeys(("未测评", "未评估", "无", "未知", "过期", "0"), ""),
}

PRODUCT_RISKS = {
    **dict.fromkeys(("r1", "低风险", "低", "1"), "R1"),
    **dict.fromkeys(("r2", "中低风险", "中低", "2"), "R2"),
    **dict.fromkeys(("r3", "中风险", "中", "中等风险", "3"), "R3"),
    **dict.fromkeys(("r4", "中高风险", "中高", "4"), "R4"),
    **dict.fromkeys(("r5", "高风险", "高", "5"), "R5"),
}

#: clients.models.InvestorClass. A professional without a letter is classed by what it is: B for bodies, C for persons.
PROFESSIONAL = "pro"
INVESTOR_CLASSES = {
    **dict.fromkeys(("普通投资者", "普通", "ordinary", "0"), "ordinary"),
    **dict.fromkeys(
        ("专业投资者a", "a类专业投资者", "专业投资者a类", "a", "a类", "ⅰ类专业投资者", "i类专业投资者"), "pro_a"
    ),
    **dict.fromkeys(
        ("专业投资者b", "b类专业投资者", "专业投资者b类", "b", "b类", "ⅱ类专业投资者", "ii类专业投资者"), "pro_b"
    ),
    **dict.fromkeys(("专业投资者c", "c类专业投资者", "专业投资者c类", "c", "c类"), "pro_c"),
    **dict.fromkeys(("专业投资者", "专业", "professional", "1"), PROFESSIONAL),
}

MARKETS = {
    **dict.fromkeys(
        ("沪", "沪a", "沪市", "上海", "上交所", "上海a股", "上海证券交易所", "sh", "sse", "xshg", "1"), "SH"
    ),
    **dict.fromkeys(
        ("深", "深a", "深市", "深圳", "深交所", "深圳a股", "深圳证券交易所", "sz", "szse", "xshe", "2"), "SZ"
    ),
    **dict.fromkeys(("北", "北交所", "京", "北京", "北京证券交易所", "bj", "bse", "9"), "BJ"),
    **dict.fromkeys(("港", "沪港通", "深港通", "港股通", "沪港", "深港", "hk"), "HK"),
    **dict.fromkeys(("沪b", "上海b股", "d"), "SHB"),
    **dict.fromkeys(("深b", "深圳b股", "h"), "SZB"),
    **dict.fromkeys(("股转", "三板", "新三板", "neeq", "a"), "NEEQ"),
}
QUOTA_MARKETS = {
    **dict.fromkeys(("沪", "沪市", "沪a", "上海", "上交所", "上海主板", "沪市主板", "sh", "sse", "1"), "SH"),
    **dict.fromkeys(("深", "深市", "深a", "深圳", "深交所", "sz", "szse", "2"), "SZ"),
    **dict.fromkeys(("科创", "科创板", "star", "kcb"), "STAR"),
}

#: clients.models.Trade.Side
SIDES = {
    **dict.fromkeys(
        ("买入", "买", "b", "buy", "1", "证券买入", "融资买入", "担保品买入", "买券还券", "融资开仓", "配股缴款", "0b"),
        "B",
    ),
    **dict.fromkeys(
        ("卖出", "卖", "s", "sell", "2", "证券卖出", "融券卖出", "担保品卖出", "卖券还款", "融资平仓", "0s"), "S"
    ),
}

#: clients.models.ProductOrder.Kind
ORDER_KINDS = {
    **dict.fromkeys(("认购", "申购", "买入", "定投", "定期定额申购", "认购确认", "申购确认", "buy"), "buy"),
    **dict.fromkeys(
        ("赎回", "强制赎回", "强赎", "到期", "到期兑付", "兑付", "赎回确认", "卖出", "清盘", "redeem"), "redeem"
    ),
    **dict.fromkeys(("分红", "红利再投资", "转换", "转入", "转出", "撤单", "份额调整", "其他", "other"), "other"),
}

#: Money that crosses the branch's border, and the way it goes; what is not listed stays inside (dividends, interest, taxes).
INWARD = (
    "银行转存",
    "银转证",
    "银行转证券",
    "转托管入",
    "转托管转入",
    "指定交易转入",
    "资金存入",
    "存入",
    "现金存入",
    "转户转入",
)
OUTWARD = (
    "银行转取", "证转银", "证券转银行", "转托管出", "转托管转出", "撤销指定", "撤指定", "资金取出", "取出", "现金取出", "转户转出",
)  # fmt: skip

#: Money that leaves the account inside the branch.
SPENT = ("扣税", "补缴", "扣费", "手续费", "管理费", "罚息", "申购", "认购", "买入", "缴款", "利息扣", "还款", "还息")

TOTALS = ("合计", "总计", "小计", "共计", "本页合计", "累计", "汇总")

INSTITUTION_PAPERS = (
    "营业执照",
    "统一社会信用代码",
    "组织机构代码",
    "社会团体",
    "事业法人",
    "批文",
    "登记证书",
    "行政机关",
)


def spelled(cell: str) -> str:
    """The form in which a word is looked up."""
    return "".join(unicodedata.normalize("NFKC", cell).casefold().split())
