"""Contests, exams and judgements about the advisors: the evidence from which their skills are computed.

There is no extract file for these; the demo loads the rows through the advisors' own service.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from advisors.domain.default_rules import DEFAULT_RULES, SKILLS
from clients.demo_extract.draws import Floats, Rng, stream
from clients.demo_extract.staff import Member, hire_staff


@dataclass(frozen=True)
class Evidence:
    """One person's result. `score` is out of 100; `rank` None where nobody is ranked; `skill` None where the kind decides.

    Staff number, kind, event and day together occur once.
    """

    staff_no: str
    kind: str
    event: str
    held_on: date
    score: float
    rank: int | None
    participants: int
    skill: str | None


# Kind, event, months ago, share of advisors who took part. What each measures stands in the skill policy.
RANKED = (
    ("simulated_trading", "模拟炒股大赛", (2, 14, 26), 0.7),
    ("essay", "内刊征文", (4, 10), 0.4),
    ("speech", "演讲比赛", (6, 18), 0.45),
    ("lecturer", "讲师大赛", (3, 15), 0.35),
    ("quiz", "产品知识竞赛", (1, 7, 13), 0.8),
    ("outside", "全国投顾大赛", (9,), 0.25),
)
EXAMS = (
    ("融资融券业务考试", 5, "margin_derivatives"),
    ("金融产品上岗考试", 8, "product_knowledge"),
    ("资产配置能力考试", 11, "asset_allocation"),
)
ASSESSED = {
    "patience": "耐心",
    "warmth": "亲和力",
    "plain_speech": "表达",
    "planning": "规划能力",
    "digital": "线上服务",
}


def hold_contests(*, seed: int, advisors: int, as_of: date) -> list[Evidence]:
    """Results of all events of the last 26 months, oldest first; noisy, so that no single event settles a skill.

    The arguments are those the branch was written with, so that the staff numbers agree.
    """
    members = [member for member in hire_staff(seed=seed, advisors=advisors, as_of=as_of) if member.is_advisor]
    return _results(stream(seed, "contests"), members, as_of)


def _results(rng: Rng, advisors: list[Member], as_of: date) -> list[Evidence]:
    truth = np.array([member.skills for member in advisors])
    rows: list[Evidence] = []
    for kind, event, months, turnout in RANKED:
        weights = DEFAULT_RULES["kinds"][kind]["skills"]
        measured = np.average(truth[:, _columns(weights)], axis=1, weights=list(weights.values()))
        for ago in months:
            day = _day(as_of, ago)
            came = rng.random(len(advisors)) < turnout
            here = [place for place, member in enumerate(advisors) if came[place] and member.joined <= day]
            scores = _scores(rng, measured[here])
            title = f"{day.year}年{event}"
            for place, score in zip(here, scores, strict=True):
                # Ties share the better rank.
                rank = 1 + sum(other > score for other in scores)
                rows.append(Evidence(advisors[place].number, kind, title, day, score, rank, len(here), None))
    rows += _exams(rng, advisors, truth, as_of)
    rows += _judgements(rng, advisors, truth, as_of)
    return sorted(rows, key=lambda row: (row.held_on, row.kind, row.event, row.staff_no))


def _exams(rng: Rng, advisors: list[Member], truth: Floats, as_of: date) -> list[Evidence]:
    rows = []
    for event, ago, skill in EXAMS:
        day = _day(as_of, ago)
        scores = _scores(rng, truth[:, SKILLS.index(skill)])
        for member, score in zip(advisors, scores, strict=True):
            if member.joined <= day:
                rows.append(Evidence(member.number, "exam", event, day, score, None, len(advisors), skill))
    return rows


def _judgements(rng: Rng, advisors: list[Member], truth: Floats, as_of: date) -> list[Evidence]:
    """The director on what no contest shows, twice a year; and what everybody believes to be best at."""
    rows = []
    for member, skills in zip(advisors, truth, strict=True):
        for ago in (1, 7):
            day = _day(as_of, ago)
            scores = _scores(rng, skills[_columns(ASSESSED)])
            for (skill, label), score in zip(ASSESSED.items(), scores, strict=True):
                event = f"市场总监评议:{label}"
                rows.append(Evidence(member.number, "director_assessment", event, day, score, None, 1, skill))
        best = int(np.argmax(skills + rng.normal(0, 0.15, size=len(SKILLS))))
        # People are a little too sure of themselves.
        score = round(min(100.0, 100 * float(skills[best]) + 8), 1)
        rows.append(
            Evidence(member.number, "self_nomination", "个人自荐", _day(as_of, 1), score, None, 1, SKILLS[best])
        )
    joined = {member.number: member.joined for member in advisors}
    return [row for row in rows if joined[row.staff_no] <= row.held_on]


def _columns(skills: Iterable[str]) -> list[int]:
    return [SKILLS.index(skill) for skill in skills]


def _scores(rng: Rng, skill: Floats) -> list[float]:
    return np.round((35 + 60 * skill + rng.normal(0, 7, size=len(skill))).clip(0, 100), 1).tolist()


def _day(as_of: date, months_ago: int) -> date:
    return as_of - timedelta(days=round(30.4 * months_ago) + 3)
