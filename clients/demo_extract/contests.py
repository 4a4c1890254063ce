"""Contests, exams and judgements about the advisors: the evidence from which their skills are computed.

There is no extract file for these; the demo loads the rows through the advisors' own service.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from clients.demo_extract.draws import stream
from clients.demo_extract.staff import SKILLS, Member, hire_staff


@dataclass(frozen=True)
class Evidence:
    """One person's result. `score` is out of 100; `rank` is None where nobody is ranked; `skill` None where the event decides."""

    staff_no: str
    kind: str
    event: str
    held_on: date
    score: float
    rank: int | None
    participants: int
    skill: str | None


# Kind, event, months ago, share of advisors who took part, what it measures (weights over SKILLS).
RANKED = (
    ("simulated_trading", "模拟炒股大赛", (2, 14, 26), 0.7, {"stock_analysis": 0.8, "margin_derivatives": 0.2}),
    ("essay", "内刊征文", (4, 10), 0.4, {"asset_allocation": 0.6, "plain_speech": 0.4}),
    ("speech", "演讲比赛", (6, 18), 0.45, {"plain_speech": 0.6, "warmth": 0.4}),
    ("lecturer", "讲师大赛", (3, 15), 0.35, {"teaching": 0.7, "plain_speech": 0.3}),
    ("quiz", "产品知识竞赛", (1, 7, 13), 0.8, {"product_knowledge": 0.8, "asset_allocation": 0.2}),
    ("outside", "全国投顾大赛", (9,), 0.25, {"asset_allocation": 0.7, "stock_analysis": 0.3}),
)
EXAMS = (
    ("融资融券业务考试", 5, "margin_derivatives"),
    ("金融产品上岗考试", 8, "product_knowledge"),
    ("资产配置能力考试", 11, "asset_allocation"),
)
ASSESSED = ("patience", "warmth", "plain_speech", "teaching")


def hold_contests(*, seed: int, advisors: int, as_of: date) -> list[Evidence]:
    """Results of all events of the last 26 months, oldest first; noisy, so that no single event settles a skill.

    The arguments are those the branch was written with, so that the staff numbers agree.
    """
    members = [member for member in hire_staff(seed=seed, advisors=advisors, as_of=as_of) if member.is_advisor]
    return _results(stream(seed, "contests"), members, as_of)


def _results(rng: np.random.Generator, advisors: list[Member], as_of: date) -> list[Evidence]:
    truth = np.array([member.skills for member in advisors])
    rows: list[Evidence] = []
    for kind, event, months, turnout, weights in RANKED:
        measured = sum(truth[:, SKILLS.index(skill)] * weight for skill, weight in weights.items())
        for ago in months:
            day = _day(as_of, ago)
            here = [
                i for i in np.flatnonzero(rng.random(len(advisors)) < turnout).tolist() if advisors[i].joined <= day
            ]
            scores = _scores(rng, np.asarray(measured)[here])
            # Ties share the better rank.
            ranks = [1 + int((scores > score).sum()) for score in scores]
            rows += [
                Evidence(advisors[i].number, kind, f"{day.year}年{event}", day, float(score), rank, len(here), None)
                for i, score, rank in zip(here, scores, ranks, strict=True)
            ]
    for event, ago, skill in EXAMS:
        day = _day(as_of, ago)
        scores = _scores(rng, truth[:, SKILLS.index(skill)])
        rows += [
            Evidence(member.number, "exam", event, day, float(score), None, len(advisors), skill)
            for member, score in zip(advisors, scores, strict=True)
            if member.joined <= day
        ]
    rows += _judgements(rng, advisors, truth, as_of)
    return sorted(rows, key=lambda row: (row.held_on, row.kind, row.staff_no, row.skill or ""))


def _judgements(rng: np.random.Generator, advisors: list[Member], truth: np.ndarray, as_of: date) -> list[Evidence]:
    rows = []
    for place, member in enumerate(advisors):
        for skill in ASSESSED:
            for ago in (1, 7):
                score = float(_scores(rng, truth[place : place + 1, SKILLS.index(skill)])[0])
                day = _day(as_of, ago)
                if member.joined <= day:
                    rows.append(
                        Evidence(member.number, "director_assessment", "市场总监评议", day, score, None, 1, skill)
                    )
        # People name what they believe they are best at, and are a little too sure of it.
        best = int(np.argmax(truth[place] + rng.normal(0, 0.15, size=len(SKILLS))))
        score = round(min(100.0, 100 * float(truth[place, best]) + 8), 1)
        rows.append(
            Evidence(member.number, "self_nomination", "个人自荐", _day(as_of, 2), score, None, 1, SKILLS[best])
        )
    return rows


def _scores(rng: np.random.Generator, skill: np.ndarray) -> np.ndarray:
    return np.round((35 + 60 * skill + rng.normal(0, 7, size=len(skill))).clip(0, 100), 1)


def _day(as_of: date, months_ago: int) -> date:
    return as_of - timedelta(days=round(30.4 * months_ago) + 3)
