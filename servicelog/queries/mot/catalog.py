"""Which query answers which moment."""

from collections.abc import Mapping

from servicelog.queries.mot import dates, holdings, money, relation

QUERIES: Mapping[str, str] = {
    "new_client": relation.NEW_CLIENT,
    "new_permission": relation.NEW_PERMISSION,
    "risk_expiring": dates.RISK_EXPIRING,
    "risk_expired": dates.RISK_EXPIRED,
    "large_outflow": money.LARGE_OUTFLOW,
    "large_inflow": money.LARGE_INFLOW,
    "new_share_win": money.NEW_SHARE_WIN,
    "margin_line": money.MARGIN_LINE,
    "id_expiring": dates.ID_EXPIRING,
    "complaint": relation.COMPLAINT,
    "product_maturing": dates.PRODUCT_MATURING,
    "closing": relation.CLOSING,
    "new_advisor": relation.NEW_ADVISOR,
    "after_transfer_7": relation.AFTER_TRANSFER.format(days=7),
    "after_transfer_30": relation.AFTER_TRANSFER.format(days=30),
    "after_transfer_90": relation.AFTER_TRANSFER.format(days=90),
    "risk_warning_holding": holdings.RISK_WARNING_HOLDING,
    "birthday": dates.BIRTHDAY,
    "anniversary": dates.ANNIVERSARY,
    "back_after_silence": relation.BACK_AFTER_SILENCE,
    "silent": relation.SILENT,
    "loss": money.LOSS,
    "gain": money.GAIN,
    "concentration": holdings.CONCENTRATION,
    "idle_cash": holdings.IDLE_CASH,
    "tier_up": relation.TIER_UP,
    "near_tier": relation.NEAR_TIER,
    "unused_quota": holdings.UNUSED_QUOTA,
    "wealth_elsewhere": holdings.WEALTH_ELSEWHERE,
    "dividend": money.DIVIDEND,
    "festival": dates.FESTIVAL,
    "market_shock": money.MARKET_SHOCK,
}
