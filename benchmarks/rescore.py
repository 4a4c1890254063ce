"""Scoring a branch against the raw limit: `python -m benchmarks.rescore [--clients N] [--large]`.

In one run, on one scratch database that is dropped at the end: COPY of the result rows alone into a table without keys or
indexes, and the scoring as it is used (facts to arrays, scores, rows with their indexes, summary, audit, switch to the new run).
--large measures a million clients as well and compares the two sizes (some ten minutes to fill, 10 GB of disk).
"""

from __future__ import annotations

import argparse
import copy
import io
import resource
from dataclasses import dataclass
from datetime import date

from benchmarks._scratch import SMALL, migrated, seconds

LARGE = 1_000_000
DAY, NEXT_DAY = date(2026, 11, 23), date(2026, 11, 24)

#: Heavy-tailed money: a client's place in it follows from a hash of the id, so that months and days agree.
FILL = """
INSERT INTO clients_client (branch_id, client_no, name, name_pinyin, name_initials, fund_accounts, search_tokens, sex,
    is_institution, id_kind, id_sealed, id_blind, id_tail, phone_sealed, phone_blind, phone_masked, email_sealed,
    address_sealed, occupation, education, status, risk_level, investor_class, has_margin, has_options, has_chinext,
    has_star, has_bse, counter_service_no, counter_developer_no, created_at, updated_at)
SELECT %(branch)s, lpad(n::text, 12, '0'), '客户' || n, '', '', '{}', '{}', '', false, '', '', '', '', '', '', '', '', '', '',
    '', 'normal', '', 'ordinary', false, false, false, false, false, '', '', now(), now()
FROM generate_series(1, %(clients)s) n;

INSERT INTO clients_monthlysum (branch_id, client_id, month, commission, net_commission, bought, sold, trades,
    products_bought, products_redeemed, product_fees, inflow, outflow, last_trade_on)
SELECT branch_id, id, month::date, net * 1.25, net, net * 900, net * 900, 4,
    CASE WHEN (id + extract(month FROM month)::int) % 17 = 0 THEN net * 400 ELSE 0 END, 0, 0, 0, 0, month::date + 12
FROM (SELECT branch_id, id, month, round(exp((hashint8(id) & 65535) / 8192.0 * (0.8 + 0.4 * random()))::numeric, 2) AS net
      FROM clients_client, generate_series(date '2025-11-01', date '2026-11-01', '1 month') month
      WHERE branch_id = %(branch)s) f;

INSERT INTO clients_assetsnapshot (branch_id, client_id, day, total, stock_value, fund_value, product_value, cash, margin_debt)
SELECT branch_id, id, day::date, total, total * 0.6, total * 0.1, total * 0.1, total * 0.2, 0
FROM (SELECT branch_id, id, day, round(exp(6 + (hashint8(id + 7) & 65535) / 7000.0 + random() / 9)::numeric, 2) AS total
      FROM generate_series(date '2026-10-23', date %(day)s, '1 day') day, clients_client
      WHERE branch_id = %(branch)s AND extract(isodow FROM day) < 6) f;

INSERT INTO clients_ipoquota (branch_id, client_id, day, market, stock_account, quota)
SELECT branch_id, id, date '2026-11-20', market, '', 500 * (id % 400)
FROM clients_client, (VALUES ('SH'), ('SZ'), ('STAR')) m (market) WHERE branch_id = %(branch)s AND id % 3 = 0;
"""

#: What one night brings: a day of assets, and the running month of every client.
NIGHT = """
INSERT INTO clients_assetsnapshot (branch_id, client_id, day, total, stock_value, fund_value, product_value, cash, margin_debt)
SELECT branch_id, client_id, date %(next)s, total * 1.01, stock_value, fund_value, product_value, cash, 0
FROM clients_assetsnapshot WHERE branch_id = %(branch)s AND day = date %(day)s;
UPDATE clients_monthlysum SET net_commission = net_commission + 1 WHERE branch_id = %(branch)s AND month = date '2026-11-01';
"""


@dataclass(frozen=True)
class Figures:
    clients: int
    copy: float
    first: float
    rescore: float
    night: float
    again: float
    lists: float


def measure(clients: int, repetitions: int) -> Figures:
    from django.db import connection

    from branch_crm.core.models import Branch
    from clients.domain.value.rules import DEFAULT_RULES
    from clients.models import ScoringRun, ValuePolicy
    from clients.services.refresh_figures import refresh_figures
    from clients.services.score_branch import score_branch

    branch = Branch.objects.create(code=f"B{clients}", name="benchmark")
    names = {"branch": branch.pk, "clients": clients, "day": DAY.isoformat(), "next": NEXT_DAY.isoformat()}
    with connection.cursor() as cursor:
        filled = seconds(lambda: cursor.execute(FILL.replace("% ", "%% "), names))
        cursor.execute("VACUUM ANALYZE")
    print(f"{clients:,} clients filled in {filled:.0f} s", flush=True)

    def policy(number: int) -> ValuePolicy:
        """Another share of the core each time: the same work, another outcome."""
        rules = copy.deepcopy(DEFAULT_RULES) | {"core_share": 0.8 + number / 1000}
        return ValuePolicy.objects.create(branch=branch, version=number, state="published", rules=rules)

    policies = [policy(number) for number in range(1, repetitions + 2)]
    first = seconds(lambda: score_branch(branch=branch, as_of=DAY, policy=policies[0]))
    rescores, copies = [], []
    for each in policies[1:]:
        rescores.append(seconds(lambda each=each: score_branch(branch=branch, as_of=DAY, policy=each)))
        copies.append(copy_rows(ScoringRun.objects.get(branch=branch, policy=each).pk))
    again = seconds(lambda: score_branch(branch=branch, as_of=DAY, policy=policies[-1]))
    with connection.cursor() as cursor:
        cursor.execute(NIGHT, names)
    night = seconds(lambda: score_branch(branch=branch, as_of=NEXT_DAY, policy=policies[-1]))
    lists = seconds(lambda: refresh_figures(branch=branch))
    # The fastest of each: other work on the machine only ever adds.
    return Figures(clients, min(copies), first, min(rescores), night, again, lists)


def copy_rows(run_id: int) -> float:
    """The rows of a run, already text in memory, into a table without keys, checks and indexes."""
    from django.db import connection

    rows = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT * FROM clients_clientvalue WHERE run_id = {run_id}) TO STDOUT", rows)
        cursor.execute("CREATE TABLE bare AS SELECT * FROM clients_clientvalue LIMIT 0")
        rows.seek(0)
        spent = seconds(lambda: cursor.copy_expert("COPY bare FROM STDIN", rows))
        cursor.execute("DROP TABLE bare")
    return spent


def report(figures: Figures) -> None:
    lines = (
        ("COPY of the result rows alone", figures.copy),
        ("rescore by another policy, facts present", figures.rescore),
        ("the next night: one day of assets, one month changed", figures.night),
        ("first scoring, every block of facts built", figures.first),
        ("the same night again, nothing to write", figures.again),
        ("lists brought up to date afterwards", figures.lists),
    )
    print(f"\n{figures.clients:,} clients")
    for name, spent in lines:
        print(f"  {name:<55}{spent:8.3f} s {spent / figures.copy:7.1f} x COPY")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--clients", type=int, default=SMALL)
    options.add_argument("--large", action="store_true", help=f"also {LARGE:,} clients")
    chosen = options.parse_args()
    with migrated():
        small = measure(chosen.clients, repetitions=5)
        report(small)
        if chosen.large:
            large = measure(LARGE, repetitions=2)
            report(large)
            print(
                f"\n{LARGE / small.clients:.0f} times the clients: {large.rescore / small.rescore:.1f} times the rescore"
            )
    print(f"\npeak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main()
