"""The gaps of the team in figures alone, for pages that tell of them in passing: worked out once for the same team and book."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count, Max

from allocation.queries.books_mark import KEPT, books_mark
from allocation.queries.policy import current_policy
from allocation.queries.skill_gaps import load_gaps
from allocation.queries.snapshot import load_advisors
from branch_crm.core.models import Branch
from clients.models import BehaviourRun, ClientProfile


@dataclass(frozen=True)
class GapFigures:
    """One class that the team's skills do not reach: its clients, those without an equal advisor, hours missing a month."""

    term: str
    name: str
    skills: tuple[str, ...]
    clients: int
    open_clients: int
    open_hours: float


def lacking_skills(branch: Branch, *, on: date) -> list[GapFigures]:
    """The classes with uncovered clients, the most uncovered value first; empty before the first scoring."""
    key = f"lacking-skills:{_mark(branch, on)}"
    found: list[GapFigures] | None = cache.get(key)
    if found is None:
        report = load_gaps(branch, on=on)
        found = [
            GapFigures(gap.term, gap.name, gap.skills, gap.clients, gap.open_clients, gap.open_hours)
            for gap in (report.gaps if report else [])
            if gap.open_clients
        ]
        cache.set(key, found, KEPT.total_seconds())
    return found


def _mark(branch: Branch, on: date) -> str:
    """All that `load_gaps` reads: the books and runs, the rules, wishes, and the team as it serves and knows on that day."""
    policy = current_policy(branch, on=on)
    behaviour = BehaviourRun.objects.filter(branch=branch, is_current=True).values_list("pk", flat=True).first()
    wishes = ClientProfile.objects.filter(branch=branch).aggregate(at=Max("updated_at"), n=Count("pk"))
    wished = wishes["at"] and wishes["at"].timestamp()
    team = load_advisors(branch, on=on, hours={})
    skills = team.skills
    facts = hashlib.sha256(repr((team.ids, team.status, team.hours.tolist(), team.adviser.tolist())).encode())
    facts.update(repr((skills.skills, skills.policy_version, on)).encode())
    facts.update(skills.scores.tobytes() + skills.weight.tobytes())
    return f"{books_mark(branch)}:{policy and policy.pk}:{behaviour}:{wished}:{wishes['n']}:{facts.hexdigest()}"
