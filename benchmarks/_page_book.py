"""A branch of any size for measuring pages: clients by COPY, facts and figures by INSERT ... SELECT."""

from __future__ import annotations

import csv
import io
import itertools
import json
import random
import time

from django.db import connection
from django.utils import timezone

from branch_crm.core.models import Branch
from clients.domain.names import search_tokens
from clients.models import ValuePolicy
from clients.services.refresh_figures import refresh_figures
from servicelog.models import ServicePolicy
from servicelog.services.mot_policies import ensure_mot_policy

SURNAMES = {
    "王": "wang", "李": "li", "张": "zhang", "刘": "liu", "陈": "chen", "杨": "yang", "赵": "zhao", "黄": "huang",
    "周": "zhou", "吴": "wu", "徐": "xu", "孙": "sun", "胡": "hu", "朱": "zhu", "高": "gao", "林": "lin", "何": "he",
}  # fmt: skip
GIVEN = {
    "伟": "wei", "芳": "fang", "娜": "na", "敏": "min", "静": "jing", "丽": "li", "强": "qiang", "磊": "lei", "军": "jun",
    "洋": "yang", "勇": "yong", "艳": "yan", "杰": "jie", "娟": "juan", "涛": "tao", "明": "ming", "超": "chao",
    "秀": "xiu", "英": "ying", "华": "hua", "慧": "hui", "建": "jian", "国": "guo", "文": "wen", "玉": "yu", "兰": "lan",
}  # fmt: skip
ADVISORS = 60

FACTS = """
INSERT INTO clients_clientvalue (run_id, client_id, branch_id, value, rank, value_type, tier, raw_tier, tier_hold_runs,
    is_core, commission_12m, revenue_12m, asset_money, offsystem_low, last_trade_on)
SELECT %(run)s, id, branch_id, 100 * power(random(), 3), row_number() OVER (),
    (ARRAY['commission','product','asset','balanced'])[1 + id %% 4],
    1 + floor(5 * power(random(), 3)), 1, 0, random() < 0.12, round((random() * 30000)::numeric, 2), 0, 0,
    CASE WHEN random() < 0.2 THEN 100000 END, DATE '2026-11-23' - (random() * 700)::int
FROM clients_client WHERE branch_id = %(branch)s;
INSERT INTO clients_clientvalue (run_id, client_id, branch_id, value, rank, value_type, tier, raw_tier, tier_hold_runs,
    is_core, commission_12m, revenue_12m)
SELECT %(earlier)s, client_id, branch_id, value, rank, value_type, tier, raw_tier, 0,
    CASE WHEN random() < 0.03 THEN NOT is_core ELSE is_core END, commission_12m, revenue_12m
FROM clients_clientvalue WHERE run_id = %(run)s;
INSERT INTO clients_clientbehaviour (run_id, client_id, branch_id, observed, observed_confidence, evidence, stated, persona,
    confidence, needs_talk)
SELECT %(behaviour)s, id, branch_id, 'PP', 0.6, '{}', '', (ARRAY['PP','FF','II','AA','mixed',''])[1 + id %% 6], random(), false
FROM clients_client WHERE branch_id = %(branch)s;
INSERT INTO clients_assetsnapshot (client_id, branch_id, day, total, stock_value, fund_value, product_value, cash)
SELECT c.id, c.branch_id, day::date, 1000 * exp(10 * random()), 500, 200, 100, 200
FROM clients_client c, generate_series(DATE '2026-08-31', DATE '2026-11-30', '1 month') day WHERE branch_id = %(branch)s;
INSERT INTO clients_monthlysum (client_id, branch_id, month, commission, net_commission, bought, sold, trades,
    products_bought, products_redeemed, product_fees, inflow, outflow)
SELECT c.id, c.branch_id, month::date, 100, 80, 1e5, 9e4, 5, 0, 0, 0, 1e4, 5e3
FROM clients_client c, generate_series(DATE '2026-06-01', DATE '2026-11-01', '1 month') month WHERE branch_id = %(branch)s;
INSERT INTO clients_trade (client_id, branch_id, row_key, day, market, security_code, security_name, side, amount)
SELECT c.id, c.branch_id, c.id || '-' || n, DATE '2026-11-20' - n, '', '600519', '', 'B', 1000
FROM clients_client c, generate_series(1, 3) n WHERE branch_id = %(branch)s;
INSERT INTO clients_cashflow (client_id, branch_id, row_key, day, kind, amount, is_external)
SELECT c.id, c.branch_id, c.id || '-' || n, DATE '2026-11-20' - 9 * n, '', 1000, true
FROM clients_client c, generate_series(0, 9) n WHERE branch_id = %(branch)s;
INSERT INTO allocation_assignment (branch_id, client_id, advisor_id, starts, reason, end_reason, created_at)
SELECT branch_id, id, advisor_id, DATE '2026-01-05', 'counter', '', now()
FROM clients_client WHERE branch_id = %(branch)s AND advisor_id IS NOT NULL;
INSERT INTO clients_importrun (branch_id, state, source, path, label, fingerprint, data_as_of, created_at, error, notes)
SELECT %(branch)s, 'done', 'night', '', '', '', DATE '2026-11-23', now(), '', '[]';
"""

#: A sixth of the book has a moment, a twentieth spoke within the last weeks, a hundredth was promised something.
SERVICE = """
INSERT INTO servicelog_mottask (branch_id, client_id, kind, happening, mandatory, aim, advisor_id, tier, raised_on, due_on,
    facts, at_stake, policy_id, state, lapse_reason)
SELECT branch_id, id, 'large_outflow', 'out:' || id, id %% 12 = 0, false, advisor_id, 3, %(day)s,
    %(day)s::date - 3 + (id %% 9)::int, '{"amount": -120000, "transfers": 1}', 120000, %(policy)s, 'open', ''
FROM clients_client WHERE branch_id = %(branch)s AND id %% 6 = 0;
INSERT INTO servicelog_contact (branch_id, client_id, advisor_id, author_id, token, held_at, channel, direction, reached, purpose,
    clas, summary, needs, next_step, advice_given, learnt, counts, count_reasons, flagged, logged_at)
SELECT branch_id, id, advisor_id, %(author)s, gen_random_uuid(), %(day)s::date - (id %% 40)::int, 'phone', 'out', true, 'care',
    '{}', 'x', '', '', false, '{}', true, '{}', '[]', now()
FROM clients_client WHERE branch_id = %(branch)s AND advisor_id IS NOT NULL AND id %% 20 < 2;
INSERT INTO servicelog_promise (branch_id, client_id, contact_id, text, due_on, state)
SELECT branch_id, client_id, id, 'x', %(day)s::date + (id %% 5)::int - 2, 'open'
FROM servicelog_contact WHERE branch_id = %(branch)s AND id %% 10 = 0;
"""

#: As far as the book overview reads it.
GROUP = {"clients": 1, "core": 1, "revenue": 1.0, "assets": 1.0}
SUMMARY = {
    "types": dict.fromkeys(("commission", "product", "asset", "balanced"), GROUP),
    "tiers": {str(tier): GROUP for tier in range(1, 6)},
    "core": {
        "size": 1,
        "clients": 2,
        "revenue": 1.0,
        "covered": 0.8,
        "cutoff": 1.0,
        "curve": [[0, 0], [0.5, 0.8], [1, 1]],
    },
}

#: Columns of the client table and what stands in them when the branch is made.
CLIENT_COLUMNS = (
    *("branch_id", "client_no", "name", "name_pinyin", "name_initials", "fund_accounts", "search_tokens"),
    *("sex", "is_institution", "id_kind", "id_sealed", "id_blind", "id_tail"),
    *("phone_sealed", "phone_blind", "phone_masked", "email_sealed", "address_sealed", "occupation", "education"),
    *("opened_on", "status", "risk_level", "investor_class"),
    *("has_margin", "has_options", "has_chinext", "has_star", "has_bse"),
    *("advisor_id", "counter_service_no", "counter_developer_no", "created_at", "updated_at"),
)


def fill(branch: Branch, clients: int) -> float:
    """Fills an empty branch and returns the seconds that refreshing its figures took."""
    _advisors(branch)
    _clients(branch, clients)
    with connection.cursor() as cursor:
        policy = ValuePolicy.objects.create(branch=branch, version=1, state=ValuePolicy.State.PUBLISHED, rules={}).pk
        runs = []
        for day, current in (("2026-10-30", False), ("2026-11-23", True)):
            cursor.execute(
                "INSERT INTO clients_scoringrun"
                " (branch_id, as_of, policy_id, inputs_hash, is_current, summary, clients, created_at)"
                " VALUES (%s, %s, %s, 'x', %s, %s, 0, now()) RETURNING id",
                [branch.pk, day, policy, current, json.dumps(SUMMARY)],
            )
            runs.append(cursor.fetchone()[0])
        earlier, run = runs
        cursor.execute(
            "INSERT INTO clients_personapolicy (branch_id, version, rules, valid_from, note)"
            " VALUES (%s, 1, '{}', DATE '2026-01-01', '') RETURNING id",
            [branch.pk],
        )
        persona = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO clients_behaviourrun (branch_id, as_of, policy_id, inputs_hash, is_current, summary, created_at)"
            " VALUES (%s, DATE '2026-11-23', %s, 'x', true, '{}', now()) RETURNING id",
            [branch.pk, persona],
        )
        behaviour = cursor.fetchone()[0]
        cursor.execute(FACTS, {"run": run, "earlier": earlier, "behaviour": behaviour, "branch": branch.pk})
        start = time.perf_counter()
        refresh_figures(branch=branch)
        seconds = time.perf_counter() - start
        cursor.execute("VACUUM ANALYZE")
    return seconds


def fill_service_log(branch: Branch, author: int) -> None:
    """The moments, talks and promises of today, in a branch without quiet hours: Today shows all of it at any hour."""
    day = timezone.localdate()
    rules = {"quiet_hours": {"from": "00:00", "until": "00:00"}}
    ServicePolicy.objects.create(branch=branch, version=1, state="published", rules=rules, valid_from=day)
    policy = ensure_mot_policy(branch=branch, on=day)
    with connection.cursor() as cursor:
        cursor.execute(SERVICE, {"branch": branch.pk, "author": author, "policy": policy.pk, "day": day})
        cursor.execute("VACUUM ANALYZE servicelog_mottask, servicelog_contact, servicelog_promise")


def _advisors(branch: Branch) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO advisors_advisor (branch_id, staff_no, name, name_pinyin, position, licence, licence_no, phone_sealed,"
            " monthly_hours, interests, wish, updated_at)"
            " SELECT %s, 'A' || lpad(n::text, 3, '0'), '客户经理' || n, '', 'client_manager', 'general', '', '', 120, '', '', now()"
            " FROM generate_series(1, %s) n",
            [branch.pk, ADVISORS],
        )


def _clients(branch: Branch, clients: int) -> None:
    draw = random.Random(branch.code)
    surnames, given = list(SURNAMES.items()), list(GIVEN.items())
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM advisors_advisor WHERE branch_id = %s ORDER BY id", [branch.pk])
        advisors = itertools.cycle([row[0] for row in cursor.fetchall()])
        buffer = io.StringIO()
        rows = csv.writer(buffer)
        for number in range(clients):
            (family, first), (one, second), (two, third) = draw.choice(surnames), draw.choice(given), draw.choice(given)
            syllables = [first, second, third] if draw.random() < 0.6 else [first, second]
            name = family + one + (two if len(syllables) == 3 else "")
            client_no, account, tail = f"6101{number:08}", f"88{number:08}", f"{draw.randrange(10_000):04}"
            initials = "".join(syllable[0] for syllable in syllables)
            tokens = search_tokens(
                name=name, readings=[" ".join(syllables)], initials=initials, client_no=client_no,
                fund_accounts=[account], phone_tail=tail,
            )  # fmt: skip
            rows.writerow(
                [
                    branch.pk, client_no, name, " ".join(syllables), initials, f"{{{account}}}", "{" + ",".join(tokens) + "}",
                    "F", False, "", "x" * 100, "", tail, "x" * 100, "", f"138****{tail}", "", "", "", "",
                    f"20{draw.randrange(10, 26)}-0{draw.randrange(1, 10)}-11", "normal", f"C{draw.randrange(1, 6)}",
                    "ordinary", draw.random() < 0.1, False, True, False, False,
                    "" if draw.random() < 0.05 else next(advisors), "", "", "2026-01-01", "2026-01-01",
                ]
            )  # fmt: skip
        buffer.seek(0)
        names = ", ".join(CLIENT_COLUMNS)
        cursor.copy_expert(
            f"COPY clients_client ({names}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({_texts()}))", buffer
        )


def _texts() -> str:
    """An empty cell of these columns is an empty text, of the others a null."""
    nullable = {"advisor_id", "opened_on"}
    return ", ".join(name for name in CLIENT_COLUMNS if name not in nullable)
