"""Compliance follow-up: its rules, who may ask whom, and the sample drawn by lot.

Source of the defaults: 公告〔2010〕11号 as read in secondary pages (domain knowledge §1.1); each figure carries a citation that
compliance edits, because whether an article still stands is theirs to say.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np

from branch_crm.core.domain.rule_table import RuleTable

#: What a sample may be stratified by.
STRATA = ("tier", "risk_level")
#: Roles that may ask; whoever serves clients is never among them.
EXECUTOR_ROLES = ("counter", "compliance", "assistant", "manager")
#: Who may be left out of the yearly sample and of the number it is measured against.
STATUSES = ("sleeping", "suspended", "closing", "closed")
FORMS = ("face", "phone", "letter", "mail", "questionnaire")
#: The five compulsory questions; others may stand beside them, none of these may go.
COMPULSORY = ("identity", "account", "traded", "risk", "mandate")
ANSWERS = ("yes", "no", "unsure")
#: Figures that carry a citation.
CITED = (
    "ratio",
    "new_client_days",
    "permission_days",
    "leaver_days",
    "advised_days",
    "unusual_days",
    "questions",
    "executors",
)

DEFAULT_RULES: dict[str, Any] = {
    # Share of last year-end's clients to be asked within the year, and the day by which the sample is to be done (MM-DD).
    "ratio": 0.10,
    "finish_by": "11-30",
    "strata": ["tier", "risk_level"],
    "left_out": ["sleeping", "suspended", "closed"],
    # Calendar days after the event within which the client is asked. 0 = this event asks for nothing.
    "new_client_days": 30,
    "permission_days": 30,
    "leaver_days": 30,
    "advised_days": 90,
    "unusual_days": 14,
    # Whoever served the client within so many months does not ask.
    "apart_months": 12,
    "executors": {"roles": ["counter"], "staff_nos": []},
    # Attempts after which a client that cannot be reached may be given up.
    "attempts": 3,
    "recording_needed": ["phone"],
    "questions": [
        {
            "code": "identity",
            "text": "请核对：您是账户本人，证件和联系方式与登记的一致吗？",
            "good": "yes",
            "alarm": False,
        },
        {
            "code": "account",
            "text": "账户近期的变动（开通权限、修改资料、转托管等）都是您本人办理的吗？",
            "good": "yes",
            "alarm": True,
        },
        {
            "code": "traded",
            "text": "是否有我公司工作人员代您操作过账户、保管过您的密码或账户资料？",
            "good": "no",
            "alarm": True,
        },
        {
            "code": "risk",
            "text": "工作人员是否向您充分揭示了业务和产品的风险？",
            "good": "yes",
            "alarm": False,
        },
        {
            "code": "mandate",
            "text": "您是否把账户全权委托给我公司工作人员，或者与其约定过收益分成、亏损补偿？",
            "good": "no",
            "alarm": True,
        },
    ],
    "citations": {
        "ratio": "公告〔2010〕11号：上年末客户总数（不含休眠、中止交易账户）的10%；现行比例以实施细则为准，由合规核定",
        "new_client_days": "公告〔2010〕11号：新开户客户一个月内完成回访",
        "permission_days": "《证券经纪业务管理办法》：新开通交易权限三十日内回访",
        "leaver_days": "公司回访制度：离职前台业务人员客户回访",
        "advised_days": "《证券投资顾问业务暂行规定》第二十一条",
        "unusual_days": "公司回访制度：异常业务回访",
        "questions": "公告〔2010〕11号：身份核实、账户变动、是否代客操作、风险揭示、全权委托",
        "executors": "《证券投资顾问业务暂行规定》第二十一条：由专门人员独立实施",
    },
}  # fmt: skip


@dataclass(frozen=True)
class Question:
    """`good`: the answer that is in order, yes or no. `alarm`: any other is told to compliance and manager at once."""

    code: str
    text: str
    good: str
    alarm: bool


@dataclass(frozen=True)
class FollowUpRules:
    ratio: float
    finish_by: tuple[int, int]
    strata: tuple[str, ...]
    left_out: tuple[str, ...]
    days: Mapping[str, int]
    apart_months: int
    executor_roles: tuple[str, ...]
    executor_staff_nos: tuple[str, ...]
    attempts: int
    recording_needed: tuple[str, ...]
    questions: tuple[Question, ...]
    citations: Mapping[str, str]

    def last_day_of(self, year: int) -> date:
        month, day = self.finish_by
        return date(year, month, day)

    def apart_since(self, today: date) -> date:
        """Whoever has served the client on or after this day does not ask."""
        return today - timedelta(days=round(self.apart_months * 30.44))


@dataclass(frozen=True)
class Draw:
    """`chosen`: ids in the order of the lot. `strata`: name -> clients that could be drawn, and that were."""

    chosen: tuple[int, ...]
    strata: Mapping[str, tuple[int, int]]


def read_follow_up_rules(raw: Mapping[str, Any]) -> FollowUpRules:
    """Check a stored policy and freeze it; what is missing counts with its default. Raises RuleFault."""
    whole = RuleTable({**DEFAULT_RULES, **raw})
    executors, citations = whole.table("executors"), whole.table("citations")
    if not all(isinstance(text, str) for text in citations.rules.values()):
        raise whole.fault("citations", "must be a table of texts")
    rules = FollowUpRules(
        ratio=whole.number("ratio", 0, 1),
        finish_by=_month_and_day(whole),
        strata=whole.among("strata", STRATA),
        left_out=whole.among("left_out", STATUSES),
        days={
            kind: whole.whole(f"{kind}_days", 0, 366)
            for kind in ("new_client", "permission", "leaver", "advised", "unusual")
        },
        apart_months=whole.whole("apart_months", 1, 60),
        executor_roles=executors.among("roles", EXECUTOR_ROLES),
        executor_staff_nos=tuple(dict.fromkeys(executors.texts("staff_nos"))),
        attempts=whole.whole("attempts", 1, 20),
        recording_needed=whole.among("recording_needed", FORMS),
        questions=_questions(whole),
        citations={name: str(citations.rules.get(name, "")) for name in CITED},
    )
    if not rules.executor_roles and not rules.executor_staff_nos:
        raise executors.fault("roles", "somebody must ask: name a role or a staff number")
    return rules


def _questions(whole: RuleTable) -> tuple[Question, ...]:
    found = [_question(row) for row in whole.rows("questions")]
    if not 1 <= len(found) <= 20:
        raise whole.fault("questions", "must be a list of 1 to 20 questions")
    codes = [question.code for question in found]
    if len(set(codes)) < len(codes):
        raise whole.fault("questions", "every code may stand once")
    for code in COMPULSORY:
        if code not in codes:
            raise whole.fault("questions", f"the compulsory question {code} is missing")
    return tuple(found)


def _question(row: RuleTable) -> Question:
    code = row.text("code", most=20)
    if not code.isidentifier():
        raise row.fault("code", "must be a short word of letters, digits and underscores")
    return Question(code, row.text("text", most=300), row.one_of("good", ("yes", "no")), bool(row.get("alarm")))


def _month_and_day(whole: RuleTable) -> tuple[int, int]:
    try:
        # A year without 29 February: the day must exist in all of them.
        day = date.fromisoformat(f"2027-{whole.get('finish_by')}")
    except ValueError:
        raise whole.fault("finish_by", "must be a month and a day such as 11-30") from None
    return day.month, day.day


def wanted(ratio: float, clients: int) -> int:
    """How many must be asked so that the share is reached; a fraction of a client counts as one."""
    return math.ceil(round(ratio * clients, 6))


def draw(clients: Iterable[tuple[int, str]], *, count: int, seed: int) -> Draw:
    """A stratified sample of `count` out of pairs (id, stratum), each stratum by its share within one client.

    The same seed over the same clients gives the same sample in whatever order they come.
    """
    groups: dict[str, list[int]] = {}
    for pk, stratum in sorted(clients):
        groups.setdefault(stratum, []).append(pk)
    quotas = _shares({name: len(ids) for name, ids in groups.items()}, count)
    lot = np.random.default_rng(seed)
    taken = [pk for name in sorted(groups) for pk in _some(groups[name], quotas[name], lot)]
    order = lot.permutation(len(taken))
    return Draw(
        chosen=tuple(taken[at] for at in order),
        strata={name: (len(groups[name]), quotas[name]) for name in sorted(groups)},
    )


def _some(ids: Sequence[int], count: int, lot: np.random.Generator) -> list[int]:
    return [ids[at] for at in sorted(lot.choice(len(ids), size=count, replace=False))]


def _shares(sizes: Mapping[str, int], count: int) -> dict[str, int]:
    """`count` parted by size: the whole part first, the rest to the largest remainders, ties by name."""
    total = sum(sizes.values())
    count = min(count, total)
    if total == 0:
        return dict.fromkeys(sizes, 0)
    quotas = {name: count * size // total for name, size in sizes.items()}
    left = count - sum(quotas.values())
    by_remainder = sorted(sizes, key=lambda name: (-(count * sizes[name] % total), name))
    for name in by_remainder[:left]:
        quotas[name] += 1
    return quotas


def due_days(count: int, *, first: date, last: date) -> list[date]:
    """Deadlines spread evenly from `first` to `last`, both included."""
    span = max((last - first).days, 0)
    return [first + timedelta(days=round(span * (at + 1) / count)) for at in range(count)]


def not_in_order(questions: Iterable[Question], answers: Mapping[str, str]) -> list[Question]:
    """Questions whose answer is not the good one. An answer that is missing is not there to judge."""
    return [question for question in questions if answers.get(question.code, question.good) != question.good]


def share_out(
    work: Sequence[tuple[int, frozenset[int]]], *, people: Sequence[int], load: Mapping[int, int]
) -> dict[int, int | None]:
    """Give each piece of work (id, people who may not do it) to the least loaded who may; None where nobody may.

    Pieces with the fewest possible people are given first, so that an even share does not fail on them.
    """
    carried = {person: load.get(person, 0) for person in people}
    given: dict[int, int | None] = {}
    # Stable: what is due first stays first among equals.
    for pk, barred in sorted(work, key=lambda piece: -len(piece[1] & carried.keys())):
        possible = [person for person in people if person not in barred]
        chosen = min(possible, key=lambda person: (carried[person], person), default=None)
        given[pk] = chosen
        if chosen is not None:
            carried[chosen] += 1
    return given


def expected_by(today: date, *, year: int, last: date, count: int) -> int:
    """How many should be done by today at an even pace from the first of January to the last day."""
    begin = date(year, 1, 1)
    if today >= last:
        return count
    return max(0, math.floor(count * (today - begin).days / (last - begin).days))
