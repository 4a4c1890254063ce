"""One branch at one moment, frozen for the domain, in a handful of set-based queries whatever its size."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from advisors.models import Advisor, Leave, Licence
from advisors.models.advisor import SERVING_POSITIONS
from advisors.queries import skill_matrix
from allocation.domain.case import Case, Options
from allocation.domain.fit.policy import PERSONAS, VALUE_TYPES, MatchRules
from allocation.domain.fit.rules import AdvisorFacts, why_not_serving
from allocation.domain.tables import NOBODY, AdvisorTable, Bools, ClientTable, Ints, codes
from allocation.models import AssignmentLock, ClientRefusal, Plan
from branch_crm.core.models import Branch
from clients.models import BehaviourRun, Client, ClientStatus, RiskLevel, ScoringRun

CAUTIOUS = (RiskLevel.C0, RiskLevel.C1, RiskLevel.C2)
DAYS_A_YEAR = 365.25

CLIENT_SQL = """
    SELECT c.id, coalesce(v.value, 0), coalesce(v.tier, 1), coalesce(v.value_type, ''), coalesce(v.is_core, false),
           v.asset_money::float8, v.revenue_12m::float8, coalesce(b.persona, ''), coalesce(b.confidence, 0),
           CASE WHEN c.is_institution THEN NULL ELSE (%(on)s - c.birth_date) / %(year)s::float8 END,
           c.risk_level = ANY(%(cautious)s), c.has_margin OR c.has_options,
           c.has_chinext OR c.has_star OR c.has_bse, p.wished_skills, c.advisor_id,
           coalesce((%(on)s - a.starts) / %(year)s::float8, 0), c.status = %(closing)s
    FROM clients_client c
    LEFT JOIN clients_clientvalue v ON v.run_id = %(scoring)s AND v.client_id = c.id
    LEFT JOIN clients_clientbehaviour b ON b.run_id = %(behaviour)s AND b.client_id = c.id
    LEFT JOIN clients_clientprofile p ON p.client_id = c.id
    LEFT JOIN allocation_assignment a ON a.client_id = c.id AND a.ends IS NULL
    WHERE c.branch_id = %(branch)s AND c.status <> %(closed)s AND (%(all)s OR c.id = ANY(%(ids)s))
    ORDER BY c.id
"""


@dataclass(frozen=True, eq=False)
class Snapshot:
    """closing (N,): clients who are closing their account and must be left in peace."""

    clients: ClientTable
    closing: Bools
    advisors: AdvisorTable
    locks: Ints
    refusals: Ints

    def case(self, rules: MatchRules) -> Case:
        """The whole branch in scope, by these rules."""
        return Case(
            clients=self.clients,
            advisors=self.advisors,
            in_scope=np.ones(len(self.clients), dtype=np.bool_),
            locks=self.locks,
            refusals=self.refusals,
            rules=rules,
            options=Options(fairness=rules.fairness, switch_penalty=rules.switch_penalty),
        )


def load_branch(
    branch: Branch,
    *,
    on: date,
    scoring_run: ScoringRun,
    behaviour_run: BehaviourRun | None,
    hours: Mapping[int, float] | None = None,
    leaving: Collection[int] = (),
) -> Snapshot:
    """Everything a run needs. `hours` replaces the monthly hours of some advisors; 0 takes an advisor out of the run.

    leaving: ids of advisors who are to be thought away.
    """
    advisors = load_advisors(branch, on=on, hours=hours or {}, leaving=leaving)
    clients, closing = load_clients(
        branch, on=on, scoring_run=scoring_run, behaviour_run=behaviour_run, advisor_ids=advisors.ids
    )
    open_locks = AssignmentLock.objects.filter(branch=branch, withdrawn_at__isnull=True)
    locks = open_locks.filter(Q(until__isnull=True) | Q(until__gte=on)).order_by("pk")
    return Snapshot(
        clients,
        closing,
        advisors,
        locks=_pairs(list(locks.values_list("client_id", "advisor_id"))),
        refusals=refusals_of(branch),
    )


def load_client_of(plan: Plan, client: Client, advisors: AdvisorTable) -> tuple[ClientTable, Bools]:
    """One client as `load_clients` gives them, with the runs of the plan, so that the figures compare with the others'."""
    return load_clients(
        plan.branch,
        on=timezone.localdate(plan.created_at),
        scoring_run=plan.scoring_run,
        behaviour_run=plan.behaviour_run,
        advisor_ids=advisors.ids,
        client_ids=[client.pk],
    )


def load_clients(
    branch: Branch,
    *,
    on: date,
    scoring_run: ScoringRun | None,
    behaviour_run: BehaviourRun | None,
    advisor_ids: Sequence[int],
    client_ids: Sequence[int] | None = None,
) -> tuple[ClientTable, Bools]:
    """All open clients of the branch, or some of them, with the figures of the given runs; and who is closing."""
    with connection.cursor() as cursor:
        cursor.execute(
            CLIENT_SQL,
            {
                "on": on,
                "year": DAYS_A_YEAR,
                "cautious": [str(level) for level in CAUTIOUS],
                "scoring": scoring_run.pk if scoring_run else None,
                "behaviour": behaviour_run.pk if behaviour_run else None,
                "branch": branch.pk,
                "closed": ClientStatus.CLOSED,
                "closing": ClientStatus.CLOSING,
                "all": client_ids is None,
                "ids": list(client_ids or ()),
            },
        )
        rows = cursor.fetchall()
    columns = list(zip(*rows, strict=True)) if rows else [()] * 17
    row = {pk: at for at, pk in enumerate(advisor_ids)}
    table = ClientTable(
        ids=np.array(columns[0], dtype=np.int64),
        value=np.array(columns[1], dtype=np.float64),
        tier=np.array(columns[2], dtype=np.int64),
        value_type=codes(columns[3], VALUE_TYPES),
        core=np.array(columns[4], dtype=np.bool_),
        assets=np.array(columns[5], dtype=np.float64),
        revenue=np.array(columns[6], dtype=np.float64),
        persona=codes(columns[7], PERSONAS),
        confidence=np.array(columns[8], dtype=np.float64),
        age=np.array(columns[9], dtype=np.float64),
        cautious=np.array(columns[10], dtype=np.bool_),
        leverage=np.array(columns[11], dtype=np.bool_),
        growth_boards=np.array(columns[12], dtype=np.bool_),
        wishes=tuple(_codes_of(wished) for wished in columns[13]),
        holder=np.array([row.get(pk, NOBODY) for pk in columns[14]], dtype=np.int64),
        tenure=np.maximum(np.array(columns[15], dtype=np.float64), 0.0),
    )
    return table, np.array(columns[16], dtype=np.bool_)


def load_advisors(
    branch: Branch, *, on: date, hours: Mapping[int, float], leaving: Collection[int] = ()
) -> AdvisorTable:
    """Who serves on that day, and who still holds clients; with the name of the rule that keeps the latter from more."""
    serving = set(Advisor.objects.filter(branch=branch).serving(on).values_list("pk", flat=True))
    away = set(
        Leave.objects.filter(advisor__branch=branch, starts__lte=on, ends__gte=on).values_list("advisor_id", flat=True)
    )
    everybody = Advisor.objects.filter(branch=branch).order_by("staff_no", "pk")
    holders = Client.objects.filter(branch=branch, advisor__isnull=False).values("advisor")
    people = list(everybody.filter(Q(pk__in=serving) | Q(pk__in=holders)))
    status = []
    for person in people:
        facts = AdvisorFacts(
            serving=person.pk in serving,
            serving_position=person.position in SERVING_POSITIONS,
            licensed=person.licence != Licence.NONE and (person.licence_until is None or person.licence_until >= on),
            joined=person.joined,
            left=person.left,
            on_leave=person.pk in away,
        )
        planned = hours.get(person.pk, float(person.monthly_hours))
        scenario = "leaving" if person.pk in leaving else "" if planned > 0 else "no_hours"
        status.append(why_not_serving(facts, on=on) or scenario)
    return AdvisorTable(
        names=tuple(person.name for person in people),
        staff_nos=tuple(person.staff_no for person in people),
        status=tuple(status),
        hours=np.array([hours.get(person.pk, float(person.monthly_hours)) for person in people], dtype=np.float64),
        adviser=np.array([person.licence == Licence.ADVISER for person in people], dtype=np.bool_),
        skills=skill_matrix(branch, on=on, advisor_ids=[person.pk for person in people]),
    )


def refusals_of(branch: Branch) -> Ints:
    """(R, 2) client id, advisor id: refusals that stand."""
    rows = ClientRefusal.objects.filter(branch=branch, withdrawn_at__isnull=True).order_by("pk")
    return _pairs(list(rows.values_list("client_id", "advisor_id")))


def _pairs(rows: Sequence[tuple[int, int]]) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def _codes_of(wished: object) -> tuple[str, ...]:
    """Raw cursors give jsonb as text or as objects, depending on the driver's registration."""
    if isinstance(wished, str):
        wished = json.loads(wished)
    return tuple(str(code) for code in wished) if isinstance(wished, (list, tuple)) else ()
