"""Words for the codes of the exit console: what speaks for a reason, and why something may not be offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from branch_crm.core.templatetags.dates import short_day
from branch_crm.core.templatetags.money import money_full
from retention.domain.concessions import Priced
from retention.domain.likely_reasons import Likely, Sign

Facts = Mapping[str, Any]


def rate_in_words(rate: Any) -> str:
    """Share of traded value as the trade says it, in ten-thousandths: 0.00025 -> 万2.5."""
    return _("%(rate)s per 10,000") % {"rate": f"{float(rate) * 10_000:.3g}"}


def _on(facts: Facts) -> str:
    return short_day(facts["on"])


WORDS: Mapping[str, Callable[[Facts], str]] = {
    "complaint_service": lambda facts: _("complaint about service, %(on)s") % {"on": _on(facts)},
    "complaint_conduct": lambda facts: _("complaint about staff, %(on)s") % {"on": _on(facts)},
    "complaint_business": lambda facts: _("complaint about how business was handled, %(on)s") % {"on": _on(facts)},
    "complaint_fees": lambda facts: _("complaint about commission and fees, %(on)s") % {"on": _on(facts)},
    "complaint_product": lambda facts: _("complaint about a product or loss, %(on)s") % {"on": _on(facts)},
    "complaint_system": lambda facts: _("complaint about the trading system, %(on)s") % {"on": _on(facts)},
    "promise_overdue": lambda facts: (
        _("promised for %(due)s and not kept: %(text)s") % {"due": short_day(facts["due"]), "text": facts["text"]}
    ),
    "rate_above_peers": lambda facts: (
        _("pays %(rate)s, the median of this tier is %(median)s")
        % {"rate": rate_in_words(facts["rate"]), "median": rate_in_words(facts["median"])}
    ),
    "advisor_changed": lambda facts: (
        _("another advisor since %(on)s, before: %(before)s") % {"on": _on(facts), "before": facts["before"]}
    ),
    "advisor_left": lambda facts: (
        _("the former advisor %(before)s has left the branch, change on %(on)s")
        % {"on": _on(facts), "before": facts["before"]}
    ),
    "quiet": lambda facts: _("last contact that counts: %(on)s") % {"on": _on(facts)},
    "never_contacted": lambda facts: _("no contact on record"),
    "loss": lambda facts: _("marked loss noticed on %(on)s") % {"on": _on(facts)},
    "large_outflow": lambda facts: _("large outflow noticed on %(on)s") % {"on": _on(facts)},
    "wealth_elsewhere": lambda facts: _("more wealth elsewhere than here, noticed on %(on)s") % {"on": _on(facts)},
    "unused_quota": lambda facts: _("new-share quota unused, noticed on %(on)s") % {"on": _on(facts)},
    "silent": lambda facts: _("has not traded for long, noticed on %(on)s") % {"on": _on(facts)},
    "idle_assets": lambda facts: _("only ¥%(assets)s in the account") % {"assets": money_full(facts["assets"])},
}


def sign_in_words(sign: Sign) -> str:
    return WORDS[sign.code](sign.facts)


def signs_in_words(likely: Likely) -> list[str]:
    return [sign_in_words(sign) for sign in likely.signs]


def why_not_in_words(offer: Priced) -> str:
    """Empty where it may be offered."""
    return {
        "": "",
        "rate_unknown": _("the present rate is not known"),
        "under_the_table": _("below the approved table"),
        "not_lower": _("the client pays no more than that already"),
        "brings_too_little": _("needs a yearly revenue of ¥%(least)s")
        % {"least": money_full(offer.concession.least_revenue)},
    }[offer.why_not]
