"""Reading the signs of leaving of a night: `python -m benchmarks.risk [--clients N]`.

One scratch database, filled as for benchmarks.mot and with month-ends, transfers and quotas of the past beside, dropped at the end.
The raw limit, in the same run: one pass over the rows that the signs are read from. Then the same night again, the next night, a
draft of the rule tried on the measures that are kept, one that has the facts read anew, and the rule held against the past.
"""

from __future__ import annotations

import copy
from datetime import timedelta

from benchmarks._scratch import run, seconds
from benchmarks.mot import MOMENTS
from benchmarks.rescore import DAY, FILL

#: Month-ends of a year and a half before the daily holdings; one client in forty takes everything out in the last half year.
PAST = """
UPDATE clients_client SET commission_rate = 0.0002 + (id %% 20) * 0.00004 WHERE branch_id = %(branch)s;
INSERT INTO clients_assetsnapshot (branch_id, client_id, day, total, stock_value, fund_value, product_value, cash, margin_debt)
SELECT branch_id, id, (month - interval '1 day')::date, total, total * 0.6, 0, 0, total * 0.4, 0
FROM (SELECT branch_id, id, month, round(exp(6 + (hashint8(id + 7) & 65535) / 7000.0 + random() / 5)::numeric, 2) AS total
      FROM generate_series(date '2025-06-01', date '2026-10-01', '1 month') month, clients_client
      WHERE branch_id = %(branch)s) f;
INSERT INTO clients_cashflow (branch_id, client_id, row_key, day, kind, amount, is_external)
SELECT s.branch_id, s.client_id, 'g' || s.client_id, date %(day)s - 20 - (s.client_id %% 150)::int, '银行转取', -s.total, true
FROM clients_assetsnapshot s WHERE s.branch_id = %(branch)s AND s.client_id %% 40 = 0 AND s.day = date '2026-04-30';
DELETE FROM clients_assetsnapshot WHERE branch_id = %(branch)s AND client_id %% 40 = 0
    AND day > date %(day)s - 20 - (client_id %% 150)::int;
INSERT INTO clients_ipoquota (branch_id, client_id, day, market, stock_account, quota)
SELECT branch_id, id, date '2026-07-20', 'SH', '', 400 * (id %% 400) FROM clients_client
WHERE branch_id = %(branch)s AND id %% 3 = 0;
"""
RAW = (
    "SELECT count(*), sum(total) FROM clients_assetsnapshot WHERE branch_id = %(branch)s",
    "SELECT count(*), sum(amount) FROM clients_cashflow WHERE branch_id = %(branch)s",
    "SELECT count(*), sum(amount) FROM clients_trade WHERE branch_id = %(branch)s",
    "SELECT count(*), sum(amount) FROM clients_productorder WHERE branch_id = %(branch)s",
    "SELECT count(*), sum(quota) FROM clients_ipoquota WHERE branch_id = %(branch)s",
    "SELECT count(*), max(pgh_created_at) FROM clients_clientevent WHERE branch_id = %(branch)s",
)


def measure(clients: int) -> None:
    from django.db import connection

    from branch_crm.core.models import Branch
    from retention.domain.risk.rules import DEFAULT_RULES
    from retention.models import ClientRisk
    from retention.services.evaluate_risk import evaluate_risk
    from retention.services.score_risk import score_risk
    from retention.services.try_risk_rule import try_risk_rule

    branch = Branch.objects.create(code=f"R{clients}", name="benchmark")
    names = {"branch": branch.pk, "clients": clients, "day": DAY.isoformat()}
    with connection.cursor() as cursor:
        cursor.execute(FILL.replace("% ", "%% "), names)
        cursor.execute(MOMENTS, names)
        cursor.execute(PAST, names)
        cursor.execute("VACUUM ANALYZE")

    def raw() -> None:
        with connection.cursor() as cursor:
            for statement in RAW:
                cursor.execute(statement, names)

    shifted, wider = copy.deepcopy(DEFAULT_RULES), copy.deepcopy(DEFAULT_RULES)
    shifted["bands"]["high"], wider["windows"]["recent_days"] = 30, 60
    raw()
    limit = min(seconds(raw) for _time in range(3))
    night = seconds(lambda: score_risk(branch=branch, as_of=DAY))
    again = seconds(lambda: score_risk(branch=branch, as_of=DAY))
    later = seconds(lambda: score_risk(branch=branch, as_of=DAY + timedelta(days=1)))
    tried = min(seconds(lambda: try_risk_rule(branch=branch, rules=shifted)) for _time in range(3))
    anew = seconds(lambda: try_risk_rule(branch=branch, rules=wider))
    run = ClientRisk.objects.filter(branch=branch, run__is_current=True)
    policy = run.select_related("run__policy")[0].run.policy
    past = seconds(lambda: evaluate_risk(branch=branch, policy=policy, as_of=DAY))
    print(f"\n{clients:,} clients, {run.count():,} with signs")
    for name, spent in (
        ("one pass over the rows", limit),
        ("the night: eleven signs, explained", night),
        ("the same night again", again),
        ("the next night", later),
        ("a draft tried on kept measures", tried),
        ("a draft with other windows tried", anew),
        ("the rule held against the past", past),
    ):
        print(f"  {name:<36} {spent:8.2f} s {spent / limit:7.1f} x")


if __name__ == "__main__":
    run(__doc__, measure)
