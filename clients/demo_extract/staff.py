"""The branch's people: advisors with licences and skills, and the others who work with the CRM."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from advisors.domain.default_rules import SKILLS
from clients.demo_extract.draws import Floats, Ints, stream
from clients.demo_extract.identity import mobile_numbers
from clients.demo_extract.names import given_names, surnames
from clients.demo_extract.numbers import number_block
from clients.demo_extract.scene import Scene

HOUSE = ("营业部总经理", "市场总监", "总监助理", "柜员", "柜员", "合规")
LICENCE_CODES = {"证券经纪人": "04", "一般证券业务": "01", "证券投资顾问": "06"}
ADVISER_EVERY = 3
SERVED = 0.85  # share of clients with a serving advisor


@dataclass(frozen=True)
class Member:
    """One line of the staff file; `skills` (0..1, over SKILLS) is the truth that contests only hint at."""

    number: str
    name: str
    post: str
    licence: str
    licence_number: str
    licence_expiry: date | None
    joined: date
    left: date | None
    state: str
    phone: str
    skills: tuple[float, ...] = ()

    @property
    def is_advisor(self) -> bool:
        return bool(self.skills)


def hire_staff(*, seed: int, advisors: int, as_of: date) -> list[Member]:
    """The house first, then the advisors. From four advisors on, one has left; from eight on, one is on leave."""
    rng, block = stream(seed, "staff"), number_block(seed)
    posts = [*HOUSE, *("投资顾问" if place % ADVISER_EVERY == 0 else "客户经理" for place in range(advisors))]
    female = rng.random(len(posts)) < 0.5
    names = surnames(rng, len(posts)) + given_names(rng, rng.integers(1972, 2001, size=len(posts)), female)
    phones = mobile_numbers(rng, len(posts))
    skills = _skills(rng, advisors)
    days_here = rng.integers(500, 5000, size=len(posts))
    licence_days = rng.integers(200, 1000, size=len(posts))
    members = []
    for i, post in enumerate(posts):
        place = i - len(HOUSE)
        # Every fifth advisor is new; one licence has just run out and one soon will.
        joined = as_of - timedelta(days=int(days_here[i]) // (10 if place >= 0 and place % 5 == 0 else 1))
        expiry = as_of + timedelta(days={4: -12, 7: 18}.get(place, int(licence_days[i])))
        licence = _licence(post, place)
        gone = place == advisors - 1 and advisors >= 4
        away = place == advisors - 2 and advisors >= 8
        members.append(
            Member(
                number=f"{block}{i + 1:03d}",
                name=str(names[i]),
                post=post,
                licence=licence,
                licence_number=f"S1990{LICENCE_CODES[licence]}{joined:%y}{block[-3:]}{i + 1:03d}" if licence else "",
                licence_expiry=expiry if licence else None,
                joined=joined,
                left=as_of - timedelta(days=25) if gone else None,
                state="离职" if gone else "休假" if away else "在职",
                phone=str(phones[i]),
                skills=tuple(skills[place].tolist()) if place >= 0 else (),
            )
        )
    return members


def _licence(post: str, place: int) -> str:
    """The licence that goes with a post; tellers need none."""
    if post == "投资顾问":
        return "证券投资顾问"
    if post == "客户经理" and place % 6 == 1:
        return "证券经纪人"
    return "" if post == "柜员" else "一般证券业务"


def _skills(rng: np.random.Generator, advisors: int) -> Floats:
    """Everybody is good at something: two strong skills each, all skills in turn; licensed advisers at analysis or allocation."""
    skills = rng.beta(2.2, 3.2, size=(advisors, len(SKILLS)))
    for place in range(advisors):
        first = place // ADVISER_EVERY % 2 if place % ADVISER_EVERY == 0 else place * 5 % len(SKILLS)
        strong = [first, (first + 1 + place) % len(SKILLS)]
        skills[place, strong] = rng.uniform(0.72, 0.97, size=2)
    return skills


def serve(scene: Scene, advisors: int) -> tuple[Ints, Ints]:
    """The advisor (index, -1 none) who serves and the one who won each client.

    The books are uneven on purpose: a few hold several times the mean, one belongs to somebody who left,
    and the pairing knows nothing of anybody's skills.
    """
    shares = stream(scene.seed, "books").pareto(1.6, size=advisors) + 0.25
    shares = np.minimum(shares, 6 * np.median(shares))
    rng, people = scene.rng("service"), scene.people
    n = len(people)
    won = rng.choice(advisors, size=n, p=shares / shares.sum())
    moved = rng.choice(advisors, size=n, p=shares / shares.sum())
    served = np.where(rng.random(n) < 0.6, won, moved)
    unserved = rng.random(n) >= np.where(people.dormant, 0.5 * SERVED, 1.0 - (1.0 - SERVED) * 0.6)
    return np.where(unserved, -1, served), np.where(rng.random(n) < 0.3, -1, won)
