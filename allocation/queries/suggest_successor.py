"""Who could serve a client that asks for another advisor, by the branch's runs and match policy as of today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from allocation.domain.fit.policy import DEFAULT_RULES, MatchRules, read_rules
from allocation.domain.successor import Books, Candidate, Succession, successions
from allocation.domain.tables import NOBODY, AdvisorTable
from allocation.models import ChangeRequest, MatchPolicy
from allocation.queries.policy import current_policy
from allocation.queries.snapshot import load_advisors, load_clients, refusals_of
from allocation.queries.standing import held_figures
from branch_crm.core.models import Branch
from clients.models import BehaviourRun, ScoringRun


@dataclass(frozen=True, eq=False)
class Suggestion:
    """`succession` in rows of `advisors`. `policy` is None where the branch has not yet one of its own: defaults count."""

    succession: Succession
    advisors: AdvisorTable
    policy: MatchPolicy | None
    scoring_run: ScoringRun | None

    @property
    def first(self) -> Candidate | None:
        return self.succession.first

    @property
    def first_name(self) -> str:
        first = self.first
        return self.advisors.names[first.advisor] if first else ""

    def rule_of(self, advisor: int) -> str:
        """The hard rule that keeps an advisor (id) from this client; empty when none does."""
        if advisor not in self.advisors.ids:
            return "not_serving"
        return dict(self.succession.ruled_out).get(self.advisors.ids.index(advisor), "")


def suggest(change: ChangeRequest, *, on: date) -> Suggestion:
    """For one request; the client is open."""
    return suggest_all([change], on=on)[change.pk]


def suggest_all(changes: Sequence[ChangeRequest], *, on: date) -> dict[int, Suggestion]:
    """By request id; closed accounts are left out. As many queries for a hundred requests as for one."""
    found: dict[int, Suggestion] = {}
    for branch in {change.branch_id: change.branch for change in changes}.values():
        found |= _of_branch(branch, [change for change in changes if change.branch_id == branch.pk], on)
    return found


def _of_branch(branch: Branch, changes: Sequence[ChangeRequest], on: date) -> dict[int, Suggestion]:
    policy = current_policy(branch, on=on)
    rules: MatchRules = read_rules(policy.rules if policy else DEFAULT_RULES)
    scoring = ScoringRun.objects.filter(branch=branch, is_current=True).first()
    advisors = load_advisors(branch, on=on, hours={})
    clients, _closing = load_clients(
        branch,
        on=on,
        scoring_run=scoring,
        behaviour_run=BehaviourRun.objects.filter(branch=branch, is_current=True).first(),
        advisor_ids=advisors.ids,
        client_ids=[change.client_id for change in changes],
    )
    held = held_figures(branch, advisors, rules)
    row = {pk: at for at, pk in enumerate(advisors.ids)}
    by_client = {change.client_id: change for change in changes}
    asking = [by_client[int(pk)] for pk in clients.ids]
    answers = successions(
        clients,
        advisors,
        refusals_of(branch),
        rules,
        Books(load=held["load"], value=held["value"]),
        leaving=[row.get(change.present_id or 0, NOBODY) for change in asking],
        wished=[row.get(change.wished_id or 0, NOBODY) for change in asking],
    )
    return {
        change.pk: Suggestion(answer, advisors, policy, scoring) for change, answer in zip(asking, answers, strict=True)
    }
