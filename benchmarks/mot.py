"""Raising the tasks of a night against the raw limit: `python -m benchmarks.mot [--clients N]`.

One scratch database, filled as for benchmarks.rescore and with flows, trades, holdings and dates beside, dropped at the end. The
limit, in the same run: inserting the very tasks that the night raised, ready-made, into an empty table of the same shape with the
same indexes. Then the same night again, the next night, and the simulation of a month for a draft that changes one moment.
"""

from __future__ import annotations

import copy

from benchmarks._scratch import run, seconds
from benchmarks.rescore import DAY, FILL, NEXT_DAY, NIGHT

#: Beside the facts of a scoring: dates, tiers and the movements that moments are told from.
MOMENTS = """
UPDATE clients_client SET
    birth_date = date '1950-01-01' + (id * 37 %% 18000)::int, opened_on = date '2000-01-01' + (id * 13 %% 9800)::int,
    risk_valid_until = date '2026-06-01' + (id * 7 %% 730)::int, id_valid_until = date '2026-06-01' + (id * 11 %% 3650)::int
WHERE branch_id = %(branch)s;
UPDATE clients_clientfigures SET tier = 1 + (client_id %% 25 > 14)::int + (client_id %% 25 > 19)::int
    + (client_id %% 25 > 22)::int + (client_id %% 25 > 23)::int WHERE branch_id = %(branch)s;
INSERT INTO clients_cashflow (branch_id, client_id, row_key, day, kind, amount, is_external)
SELECT branch_id, id, 'f' || id || '-' || n, date %(day)s - n * 3, CASE (id + n) %% 9 WHEN 0 THEN '新股中签' ELSE '银行转取' END,
    CASE (id + n) %% 2 WHEN 0 THEN -1 ELSE 1 END * 1000 * (1 + id %% 300), (id + n) %% 9 <> 0
FROM clients_client, generate_series(0, 9) n WHERE branch_id = %(branch)s AND id %% 4 = 0;
INSERT INTO clients_trade (branch_id, client_id, row_key, day, market, security_code, security_name, side, amount)
SELECT branch_id, id, 't' || id || '-' || n, date %(day)s - (id %% 120)::int - n * 9, 'SH', '600519', '贵州茅台', 'B', 20000
FROM clients_client, generate_series(0, 19) n WHERE branch_id = %(branch)s;
INSERT INTO clients_position (branch_id, client_id, day, market, security_code, security_name, value)
SELECT branch_id, id, date %(day)s, 'SH', '6000' || n, CASE WHEN n = 3 AND id %% 50 = 0 THEN '*ST海航' ELSE '浦发银行' END,
    1000 * (1 + id %% 90) * (1 + n * (id %% 3))
FROM clients_client, generate_series(1, 4) n WHERE branch_id = %(branch)s;
INSERT INTO clients_productorder (branch_id, client_id, row_key, day, product_code, product_name, product_kind, risk_level,
    kind, amount, matures_on)
SELECT branch_id, id, 'o' || id, date %(day)s - 90, 'P1', '稳健一号', '', 'R2', 'buy', 50000, date %(day)s + (id %% 60)::int
FROM clients_client WHERE branch_id = %(branch)s AND id %% 5 = 0;
"""

#: What a simulation changes: one optional moment, for two more tiers.
CHANGED = {"uses": ["off", "may", "may", "may", "may"]}


def measure(clients: int) -> None:
    from django.db import connection

    from branch_crm.core.models import Branch
    from clients.services.score_branch import score_branch
    from servicelog.domain.mot.rules import default_rules
    from servicelog.models import MotPolicy, MotTask
    from servicelog.services.raise_tasks import raise_tasks
    from servicelog.services.simulate_tasks import simulate_tasks

    branch = Branch.objects.create(code=f"M{clients}", name="benchmark")
    names = {"branch": branch.pk, "clients": clients, "day": DAY.isoformat(), "next": NEXT_DAY.isoformat()}
    with connection.cursor() as cursor:
        cursor.execute(FILL.replace("% ", "%% "), names)
        cursor.execute(MOMENTS, names)
        cursor.execute("VACUUM ANALYZE")
    score_branch(branch=branch, as_of=DAY)
    rules = copy.deepcopy(default_rules())
    policy = MotPolicy.objects.create(
        branch=branch, version=1, state=MotPolicy.State.PUBLISHED, rules=rules, valid_from=DAY
    )
    night = seconds(lambda: raise_tasks(branch=branch, day=DAY, policy=policy))
    tasks = MotTask.objects.filter(branch=branch).count()
    limit = insert_alone()
    again = seconds(lambda: raise_tasks(branch=branch, day=DAY, policy=policy))
    with connection.cursor() as cursor:
        cursor.execute(NIGHT, names)
    next_night = seconds(lambda: raise_tasks(branch=branch, day=NEXT_DAY, policy=policy))
    rules["triggers"]["silent"] |= CHANGED
    draft = MotPolicy.objects.create(branch=branch, version=2, rules=rules)
    month = seconds(lambda: simulate_tasks(policy=draft, until=DAY))
    print(f"\n{clients:,} clients, {tasks:,} tasks raised by the first night")
    for name, spent in (
        ("inserting the ready-made tasks alone", limit),
        ("first night: 29 moments", night),
        ("the same night again", again),
        ("the next night", next_night),
        ("a month simulated, one moment changed", month),
    ):
        print(f"  {name:<45} {spent:8.2f} s {spent / limit:7.1f} x")


def insert_alone() -> float:
    """The tasks of the night, written once more into an empty table with the same indexes."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare (LIKE servicelog_mottask INCLUDING ALL)")
        spent = seconds(lambda: cursor.execute("INSERT INTO bare SELECT * FROM servicelog_mottask"))
        cursor.execute("DROP TABLE bare")
    return spent


if __name__ == "__main__":
    run(__doc__, measure)
