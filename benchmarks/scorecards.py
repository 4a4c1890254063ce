"""The scorecards of a month: `python -m benchmarks.scorecards [--clients N]`.

One scratch database, filled as for benchmarks.mot, with books of 25 advisors and two contacts a client beside, dropped at the end.
The raw limit, in the same run: one pass over the rows that the figures are made of.
"""

from __future__ import annotations

from datetime import timedelta

from benchmarks._scratch import run, seconds
from benchmarks.mot import MOMENTS
from benchmarks.rescore import DAY, FILL

SERVICE = """
INSERT INTO advisors_advisor (branch_id, staff_no, name, name_pinyin, position, licence, licence_no, phone_sealed,
    monthly_hours, interests, wish, updated_at)
SELECT %(branch)s, 'B' || n, '客户经理' || n, '', 'investment_adviser', 'adviser', '', '', 132, '', '', now()
FROM generate_series(1, 25) n;
UPDATE clients_client SET advisor_id = (SELECT id FROM advisors_advisor a WHERE a.branch_id = %(branch)s
    AND a.staff_no = 'B' || 1 + clients_client.id %% 25) WHERE branch_id = %(branch)s;
INSERT INTO allocation_assignment (branch_id, client_id, advisor_id, starts, reason, end_reason, created_at)
SELECT branch_id, id, advisor_id, date %(day)s - 300, 'counter', '', now() FROM clients_client WHERE branch_id = %(branch)s;
INSERT INTO servicelog_contact (branch_id, client_id, advisor_id, author_id, token, held_at, channel, direction, reached, purpose,
    clas, summary, needs, next_step, advice_given, counts, count_reasons, flagged, learnt, logged_at)
SELECT branch_id, id, advisor_id, %(author)s, gen_random_uuid(), date %(day)s - (id * 7 %% 60)::int - n * 20 + time '10:00',
    'phone', 'out', true, 'care', '{I,C}', '与客户沟通持仓', '', '', false, id %% 9 > 0, '{}', '[]', '{}', now()
FROM clients_client, generate_series(0, 1) n WHERE branch_id = %(branch)s;
"""

RAW = (
    "SELECT count(*), sum(amount) FROM clients_cashflow WHERE branch_id = %(branch)s",
    "SELECT count(*), sum(total) FROM clients_assetsnapshot WHERE branch_id = %(branch)s",
    "SELECT count(*), sum(counts::int) FROM servicelog_contact WHERE branch_id = %(branch)s",
    "SELECT count(*), sum(at_stake) FROM servicelog_mottask WHERE branch_id = %(branch)s",
)


def measure(clients: int) -> None:
    from django.db import connection

    from branch_crm.core.models import Branch, Role, Staff
    from clients.services.score_branch import score_branch
    from servicelog.models import Scorecard
    from servicelog.services.raise_tasks import raise_tasks
    from servicelog.services.work_out_scorecards import work_out_scorecards

    branch = Branch.objects.create(code=f"S{clients}", name="benchmark")
    author = Staff.objects.create_user(
        username="author", password=None, name="author", role=Role.ADVISOR, branch=branch
    )
    names = {"branch": branch.pk, "clients": clients, "day": DAY.isoformat(), "author": author.pk}
    with connection.cursor() as cursor:
        cursor.execute(FILL.replace("% ", "%% "), names)
        cursor.execute(MOMENTS, names)
        cursor.execute(SERVICE, names)
        cursor.execute("VACUUM ANALYZE")
    score_branch(branch=branch, as_of=DAY)
    raise_tasks(branch=branch, day=DAY)

    def raw() -> None:
        with connection.cursor() as cursor:
            for statement in RAW:
                cursor.execute(statement, names)

    limit = seconds(raw)
    first = seconds(lambda: work_out_scorecards(branch=branch, month=DAY, as_of=DAY))
    again = seconds(lambda: work_out_scorecards(branch=branch, month=DAY, as_of=DAY))
    later = seconds(lambda: work_out_scorecards(branch=branch, month=DAY, as_of=DAY + timedelta(days=1)))
    print(f"\n{clients:,} clients, {Scorecard.objects.filter(branch=branch).count()} cards")
    for name, spent in (
        ("one pass over the rows", limit),
        ("the month", first),
        ("the same night again", again),
        ("the next night", later),
    ):
        print(f"  {name:<30} {spent:8.2f} s {spent / limit:7.1f} x")


if __name__ == "__main__":
    run(__doc__, measure)
