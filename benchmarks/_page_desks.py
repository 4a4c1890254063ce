"""What stands on the desks of a branch: follow-ups, leaving requests, cases, signs of leaving, reviews, changes of hands."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from branch_crm.core.models import Branch

#: Of a hundred clients: ten follow-ups, one leaving request in sixty (a fifth open) and as many cases, signs at every third,
#: two reviews; and a plan that moved one in twenty eighty days ago.
DESKS = """
INSERT INTO servicelog_followup (branch_id, client_id, kind, happening, due_on, executor_id, form, policy_id, answers, outcome,
    attempts, recording, asked_at, review_note, state)
SELECT branch_id, id, 'existing', 'year:2026', %(day)s::date + (id %% 60)::int - 20, %(author)s,
    CASE WHEN id %% 3 = 0 THEN 'phone' ELSE '' END, %(follow_up)s, '{}', '', 0, '', CASE WHEN id %% 3 = 0 THEN now() END, '',
    CASE WHEN id %% 3 = 0 THEN 'asked' ELSE 'open' END
FROM clients_client WHERE branch_id = %(branch)s AND id %% 10 = 0;
INSERT INTO retention_leavingrequest (branch_id, client_id, advisor_id, tier, kind, subject, origin, outside_no, applied_at,
    settled_at, due_at, policy_id, state, reason_id, reason_note, competitor, entered_by_id, entered_at, finished_at,
    finished_by_id, warned)
SELECT branch_id, id, advisor_id, 3, CASE WHEN id %% 2 = 0 THEN 'closing' ELSE 'transfer' END, '', 'counter', '',
    now() - (id %% 300) * interval '1 day', now() - (id %% 300) * interval '1 day',
    now() - (id %% 300 - 2) * interval '1 day',
    %(retention)s, CASE WHEN id %% 300 = 0 THEN 'precheck' ELSE 'done' END, (SELECT min(id) FROM retention_reason WHERE parent_id
    IS NOT NULL), '', '', %(author)s, now(), CASE WHEN id %% 300 = 0 THEN NULL ELSE now() END, %(author)s, 0
FROM clients_client WHERE branch_id = %(branch)s AND id %% 60 = 0;
INSERT INTO retention_retentioncase (branch_id, client_id, advisor_id, tier, source, request_id, likely, reason_id, opened_at,
    assets, revenue, state, outcome, outcome_note, closed_at, closed_by_id, check_30, check_90, checks)
SELECT branch_id, client_id, advisor_id, tier, 'request', id, '[]', reason_id, applied_at, 100000, 1000,
    CASE WHEN finished_at IS NULL THEN 'open' ELSE 'closed' END, CASE WHEN finished_at IS NULL THEN '' ELSE 'left' END, '',
    finished_at, CASE WHEN finished_at IS NULL THEN NULL ELSE %(author)s END, 'waiting', 'waiting', '{}'
FROM retention_leavingrequest WHERE branch_id = %(branch)s;
INSERT INTO retention_casetask (case_id, role, assignee_id, called_at, answer_by, state, note)
SELECT id, 'advisor', %(author)s, opened_at, opened_at + interval '1 day', 'called', '' FROM retention_retentioncase
WHERE branch_id = %(branch)s AND state = 'open';
INSERT INTO retention_clientrisk (run_id, branch_id, client_id, points, band, signals)
SELECT %(risk)s, branch_id, id, id %% 97, 1 + (id %% 97 > 40)::int + (id %% 97 > 80)::int, '{}'
FROM clients_client WHERE branch_id = %(branch)s AND id %% 3 = 0;
INSERT INTO allocation_servicereview (branch_id, advisor_id, client_id, finding, evidence, policy_id, found_on, noticed_on,
    cure_until, reply, asked_on, due_on, state, decision, decision_note)
SELECT branch_id, advisor_id, id, 'under_served', '{"held": 1, "wanted": 6, "days": 90}', %(service)s, %(day)s, %(day)s,
    %(day)s::date + 15, '', NULL, NULL, 'noticed', '', ''
FROM clients_client WHERE branch_id = %(branch)s AND advisor_id IS NOT NULL AND id %% 50 = 0;
UPDATE allocation_assignment SET ends = %(day)s::date - 80, end_reason = 'plan', end_plan_id = %(plan)s
WHERE branch_id = %(branch)s AND client_id %% 20 = 0;
INSERT INTO allocation_assignment (branch_id, client_id, advisor_id, starts, reason, end_reason, plan_id, created_at)
SELECT branch_id, client_id, (SELECT min(id) FROM advisors_advisor WHERE branch_id = %(branch)s) + (client_id / 20) %% 60,
    %(day)s::date - 80, 'plan', '', %(plan)s, now()
FROM allocation_assignment WHERE branch_id = %(branch)s AND end_plan_id = %(plan)s;
"""

ADDRESSES = {
    "follow-ups to ask": "/service/follow-ups/?view=all",
    "follow-ups of the year": "/service/follow-ups/year/",
    "scorecards": "/service/scorecards/",
    "exit console": "/retention/",
    "leaving requests": "/retention/requests/",
    "retention cases": "/retention/cases/",
    "signs of leaving": "/retention/signs/",
    "scripts": "/retention/scripts/",
    "reasons, figures": "/retention/reasons/figures/",
    "leavers, figures": "/retention/figures/",
    "service reviews": "/allocation/service-reviews/",
    "handover history": "/allocation/history/",
    "after-transfer watch": "/allocation/history/after-transfer/",
    "today, all of one book": "/service/today/?advisor={advisor}&all=1",
}


def fill_desks(branch: Branch, author: int) -> None:
    from allocation.models import Plan
    from allocation.services.ensure_match_policy import ensure_match_policy
    from clients.models import ScoringRun
    from retention.models import RiskRun
    from retention.services.ensure_policy import ensure_retention_policy
    from retention.services.risk_policies import ensure_risk_policy
    from servicelog.models import ServicePolicy
    from servicelog.services.follow_up_policies import ensure_follow_up_policy

    day = timezone.localdate()
    scoring = ScoringRun.objects.get(branch=branch, is_current=True)
    risk = RiskRun.objects.create(
        branch=branch, as_of=day, policy=ensure_risk_policy(branch=branch, on=day), is_current=True, clients=1
    )
    plan = Plan.objects.create(
        branch=branch, number=1, title="x", scope={"kind": "branch"}, options={}, state="published",
        approved_by_id=author, approved_at=timezone.now(), effective_on=day - timedelta(days=80),
        policy=ensure_match_policy(branch=branch, on=day, actor=None), scoring_run=scoring, data_as_of=day,
    )  # fmt: skip
    known: dict[str, Any] = {
        "branch": branch.pk, "author": author, "day": day, "risk": risk.pk, "plan": plan.pk,
        "service": ServicePolicy.objects.get(branch=branch).pk,
        "follow_up": ensure_follow_up_policy(branch=branch, on=day).pk,
        "retention": ensure_retention_policy(branch=branch, on=day).pk,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(DESKS, known)
        cursor.execute("VACUUM ANALYZE")
