"""Words for the codes of the persona rule: types, figures of behaviour, advice, questionnaire items."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

ADVICE: dict[str, Words] = {
    "safety_first": _("Begin with what is safe: principal, certainty, what can go wrong and what is done about it."),
    "family_and_goals": _("Talk about family and goals, not about products."),
    "small_steps": _("Suggest one small step at a time and leave time to think."),
    "calm_words": _("Stay with the big picture; feelings decide here more than figures."),
    "simple_facts": _("Explain with few, simple facts and check that they were understood."),
    "spread_risk": _("Show what spreading risk would have meant for this account."),
    "written_plan": _("Agree on a plan in writing and come back to it."),
    "ask_back": _("Have the client say in own words what was agreed; a quick yes may be politeness."),
    "regular_data": _("Bring data and sources, regularly."),
    "listen_first": _("Listen first; ask how the view came about."),
    "let_decide": _("Lay out the choices and let the client decide."),
    "alternatives": _("Show what speaks against the own view as well."),
    "lead_with_expertise": _("Be well prepared; respect is won by knowledge."),
    "limits_and_budget": _("Agree on limits and a budget for risk before the next trade."),
    "net_effect": _("Show the result after all costs, compared with holding still."),
    "be_punctual": _("Answer fast and keep what was promised to the minute."),
    "ask_goals": _("Ask about goals, experience and needs before anything else."),
    "fill_questionnaire": _("Fill in the questionnaire together; it takes five minutes."),
}

WARNINGS: dict[str, Words] = {
    "volatility_detail": _("Do not dwell on daily ups and downs."),
    "time_pressure": _("Do not press for a decision."),
    "hot_topics": _("Do not use hot topics to bring about trades; they are for education and suitable products only."),
    "take_yes_for_yes": _("Do not take the first yes for a decision."),
    "argue": _("Do not argue the client out of an own view."),
    "herd_argument": _("Do not say that everybody is doing it."),
    "flatter": _("Do not flatter."),
    "lend_to_chase": _("Do not offer credit to chase a rise."),
    "assume_type": _("Do not assume a type; it is not known yet."),
}

LIMITS: dict[str, Words] = {
    "never_above_risk_level": _("The persona never widens what the risk level allows."),
    "never_promise": _("Never promise returns or cover losses, in no words."),
    "never_induce_trades": _("Never bring about trades that the client does not need."),
}

#: Figure -> name, what it measures, unit ("percent", "number", "ratio").
PROXIES: dict[str, tuple[Words, Words, str]] = {
    "turnover": (_("Turnover a year"), _("half of purchases and sales, over the mean stock value"), "ratio"),
    "trades_a_month": (_("Trades a month"), _("mean of the last twelve months"), "number"),
    "concentration": (_("Concentration"), _("sum of squared shares of the holdings; 1 is a single security"), "ratio"),
    "crowd_share": (
        _("Crowd share"),
        _("share of traded value in the securities the branch trades most"),
        "percent",
    ),
    "limit_up_share": (
        _("Bought at a big rise"),
        _("share of purchases on days on which the security rose 9.5 % or more"),
        "percent",
    ),
    "momentum": (_("Momentum of purchases"), _("mean rise of what was bought over the 20 sessions before"), "percent"),
    "leverage": (_("Leverage"), _("margin debt over net assets"), "percent"),
    "disposition": (
        _("Disposition"),
        _("sells winners sooner than losers: share of gains realised minus share of losses realised"),
        "ratio",
    ),
    "product_share": (_("Product share"), _("funds and products over total assets"), "percent"),
    "cash_share": (_("Cash share"), _("cash over total assets"), "percent"),
}

ITEMS: dict[str, Words] = {
    "Q1": _("Most of my money came from salary, savings or family rather than from risks I took myself."),
    "Q2": _("I have put my own capital at risk in a business."),
    "Q3": _("My holdings fall by 20 % in a month. I would ..."),
    "Q4": _("Keeping what I have matters more to me than making more of it."),
    "Q5": _("A loss hurts me far more than a gain of the same size pleases me."),
    "Q6": _("I put off changes even when they seem sensible."),
    "Q7": _("I often buy after friends or the media have spoken of something."),
    "Q8": _("Looking back, most market moves could have been foreseen."),
    "Q9": _("I study a matter and form my own view before I act."),
    "Q10": _("Once I have formed a view I seldom change it."),
    "Q11": _("I can time purchases better than most."),
    "Q12": _("I find it hard to leave the market alone."),
    "Q13": _("A loss and a gain of the same size move me about equally."),
}

AGREE: tuple[tuple[int, Words], ...] = (
    (1, _("not at all")),
    (2, _("rather not")),
    (3, _("partly")),
    (4, _("mostly")),
    (5, _("fully")),
)
CHOICES: dict[str, tuple[tuple[int, Words], ...]] = {
    "Q3": ((1, _("sell everything")), (2, _("sell some")), (3, _("hold")), (4, _("buy more"))),
}


def choices_of(item: str) -> tuple[tuple[int, Words], ...]:
    """What may be answered to an item, in the order shown."""
    return CHOICES.get(item, AGREE)
