"""Moved clients and comparable ones who stayed, read for the after-transfer watch: who, and what they did since."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import numpy as np
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, F, Max, OuterRef, Q, Subquery

from allocation.domain.after_transfer import (
    LEFT,
    NOBODY,
    Candidates,
    Curve,
    Estimate,
    Floats,
    Ints,
    beside,
    compare,
    curve,
    kept_share,
    match,
)
from allocation.models import Assignment, Handover
from allocation.queries.as_of import end_of
from allocation.queries.books_mark import KEPT, books_mark
from branch_crm.core.models import Branch
from clients.models import AssetSnapshot
from servicelog.models import Contact

#: Days after the move at which retention is told, and the points of the curve.
HORIZONS = (30, 90)
POINTS = np.arange(0, 95, 5, dtype=np.int64)
#: Moves that last: a cover is given back, a rollback and a return undo.
LASTING = (Assignment.Reason.PLAN, Assignment.Reason.REQUEST, Assignment.Reason.HANDOVER)
#: Holdings older than this say nothing of the day of the move.
STALE = 45
#: More moves than this are not asked for at once; clients who stayed are a sample by the seed, this many over all days.
MOST_MOVES = 3_000
POOL = 40_000
POOL_A_DAY = 4_000


@dataclass(frozen=True)
class Selection:
    """Which moves. `plan` is the number of a plan, `case` of a leaver case; days inclusive."""

    first: date
    last: date
    plan: int | None = None
    case: int | None = None
    giver: int | None = None
    taker: int | None = None


@dataclass(frozen=True)
class Moved:
    client: int
    day: date
    giver: int
    taker: int
    assignment: int
    acceptance: str | None


@dataclass(frozen=True)
class Readings:
    """Per client and day of the move: assets then (NaN = unknown), flows carried by each of POINTS, and per horizon the
    trading days and counted contacts."""

    assets: Floats
    flows: Floats
    trading: Floats
    contacts: Floats


@dataclass(frozen=True)
class Watch:
    """The comparison. Rows of `moved` and `read` go together; `matches` points into `pool` / `pool_read`.

    `measures`: horizon -> name -> Estimate. `waiting`: horizon -> moves whose day has not come.
    """

    as_of: date
    seed: int
    k: int
    moved: list[Moved]
    read: Readings
    pool: list[tuple[int, date]]
    pool_read: Readings
    matches: Ints
    measures: dict[int, dict[str, Estimate]]
    waiting: dict[int, int]
    curve: Curve | None
    unknown: int = 0
    unmatched: int = 0
    acceptance: dict[str, int] = field(default_factory=dict)


def data_day(branch: Branch) -> date | None:
    """The last day of which holdings are known: nothing later can have been seen."""
    day: date | None = AssetSnapshot.objects.filter(branch=branch).aggregate(day=Max("day"))["day"]
    return day


def moves_of(branch: Branch, wanted: Selection) -> list[Moved]:
    """The first lasting move of each client in the selection, from one advisor to another. One query."""
    before = Assignment.objects.filter(client=OuterRef("client_id"), ends=OuterRef("starts"), pk__lt=OuterRef("pk"))
    answer = Handover.objects.filter(assignment=OuterRef("pk")).values("acceptance")
    rows = Assignment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=F("starts")),
        branch=branch,
        reason__in=LASTING,
        starts__range=(wanted.first, wanted.last),
    )
    narrow = {"plan__number": wanted.plan, "case": wanted.case, "advisor": wanted.taker}
    rows = rows.filter(**{name: value for name, value in narrow.items() if value is not None})
    rows = rows.annotate(
        giver=Subquery(before.order_by("-pk").values("advisor_id")[:1]), acceptance=Subquery(answer[:1])
    ).filter(giver__isnull=False)
    if wanted.giver is not None:
        rows = rows.filter(giver=wanted.giver)
    told = rows.exclude(giver=F("advisor")).order_by("client_id", "starts", "pk").distinct("client_id")
    fields = ("client_id", "starts", "giver", "advisor_id", "pk", "acceptance")
    return [Moved(*row) for row in told.values_list(*fields)[:MOST_MOVES]]


def kept_watch(branch: Branch, wanted: Selection, *, as_of: date, seed: int, k: int) -> Watch:
    """`watch`, worked out once for the same books, holdings, answers and contacts, for everybody who asks.

    A contact whose counting is disputed afterwards is told anew with the next of these changes, the night's load at the latest.
    """
    late = Contact.objects.filter(branch=branch, held_at__lt=end_of(as_of)).aggregate(last=Max("pk"))["last"]
    answers = Handover.objects.filter(branch=branch).values_list("acceptance").order_by("acceptance")
    told = dict(answers.annotate(n=Count("pk")))
    key = hashlib.sha256(repr((books_mark(branch), wanted, as_of, seed, k, late, told)).encode()).hexdigest()
    found: Watch | None = cache.get(f"after-transfer:{key}")
    if found is None:
        found = watch(branch, wanted, as_of=as_of, seed=seed, k=k)
        cache.set(f"after-transfer:{key}", found, KEPT.total_seconds())
    return found


def watch(branch: Branch, wanted: Selection, *, as_of: date, seed: int, k: int) -> Watch:
    """The whole comparison; eight queries, whatever the number of moves."""
    moves = moves_of(branch, wanted)
    read = _readings([(move.client, move.day) for move in moves], as_of)
    known = np.flatnonzero(read.assets > 0)
    moved = [moves[at] for at in known]
    read = _chosen(read, known)
    pool = _stayed(
        branch, sorted({move.day for move in moved}), {move.client for move in moves}, as_of=as_of, seed=seed
    )
    pool_read = _readings(pool, as_of)
    there = np.flatnonzero(pool_read.assets > 0)
    pool, pool_read = [pool[at] for at in there], _chosen(pool_read, there)
    days = sorted({move.day for move in moved})
    cells = _cells(branch, days, {move.client for move in moved} | {client for client, _day in pool})
    matches = match(
        _candidates([(move.client, move.day) for move in moved], read, cells, missing=-1),
        _candidates(pool, pool_read, cells, missing=-2),
        k=k,
        seed=seed,
    )
    elapsed = np.array([(as_of - move.day).days for move in moved], dtype=np.int64)
    measures, line = _measured(read, pool_read, matches, elapsed, seed)
    answers = dict.fromkeys(Handover.Acceptance.values, 0)
    for move in moves:
        if move.acceptance:
            answers[move.acceptance] += 1
    return Watch(
        as_of, seed, k, moved, read, pool, pool_read, matches, measures,
        waiting={days: int((elapsed < days).sum()) for days in HORIZONS},
        curve=line,
        unknown=len(moves) - len(moved),
        unmatched=int((matches[:, 0] == NOBODY).sum()) if moved else 0,
        acceptance=answers,
    )  # fmt: skip


def _measured(
    read: Readings, pool: Readings, matches: Ints, elapsed: Ints, seed: int
) -> tuple[dict[int, dict[str, Estimate]], Curve | None]:
    matched = matches[:, 0] != NOBODY
    kept, kept_pool = kept_share(read.assets, read.flows), kept_share(pool.assets, pool.flows)
    measures: dict[int, dict[str, Estimate]] = {}
    for at, days in enumerate(HORIZONS):
        rows = matched & (elapsed >= days)
        point = int(np.searchsorted(POINTS, days))
        even, money = np.ones(int(rows.sum())), read.assets[rows]

        def both(values: Floats, others: Floats, weights: Floats, rows: Any = rows) -> Estimate:
            return compare(values[rows], beside(others, matches)[rows], weights, seed=seed)

        gone, gone_pool = (share[:, point] <= 1 - LEFT for share in (kept, kept_pool))
        measures[days] = {
            "kept": both(kept[:, point], kept_pool[:, point], money),
            "left": both(gone.astype(float), gone_pool.astype(float), even),
            "trading": both(read.trading[:, at], pool.trading[:, at], even),
            "active": both((read.trading[:, at] > 0) * 1.0, (pool.trading[:, at] > 0) * 1.0, even),
            "contacts": both(read.contacts[:, at], pool.contacts[:, at], even),
            "contacted": both((read.contacts[:, at] > 0) * 1.0, (pool.contacts[:, at] > 0) * 1.0, even),
        }
    if not matched.any():
        return measures, None
    seen = elapsed[matched][:, None] >= POINTS[None, :]
    drawn = curve(kept[matched], beside(kept_pool, matches)[matched], read.assets[matched], seen, POINTS, seed=seed)
    return measures, drawn


def _chosen(read: Readings, rows: Ints) -> Readings:
    return Readings(read.assets[rows], read.flows[rows], read.trading[rows], read.contacts[rows])


def _candidates(
    pairs: Sequence[tuple[int, date]], read: Readings, cells: dict[tuple[int, date], int], *, missing: int
) -> Candidates:
    """`missing` differs between the groups: whoever has no class is comparable with nobody."""
    return Candidates(
        day=np.array([day.toordinal() for _client, day in pairs], dtype=np.int64),
        cell=np.array([cells.get(pair, missing) for pair in pairs], dtype=np.int64),
        assets=read.assets,
    )


PAIRS = "unnest(%(clients)s::bigint[], %(days)s::date[]) WITH ORDINALITY AS m(client_id, day, n)"

#: Net assets by the last holdings before the move, with what was carried in or out since.
ASSETS = f"""
    SELECT m.n - 1, (s.net + coalesce((
        SELECT sum(f.amount) FROM clients_cashflow f
        WHERE f.client_id = m.client_id AND f.is_external AND f.day > s.day AND f.day <= m.day), 0))::float8
    FROM {PAIRS} CROSS JOIN LATERAL (
        SELECT day, total - coalesce(margin_debt, 0) - coalesce(short_debt, 0) AS net FROM clients_assetsnapshot a
        WHERE a.client_id = m.client_id AND a.day <= m.day AND a.day > m.day - {STALE}
        ORDER BY a.day DESC LIMIT 1
    ) s
"""
FLOWS = f"""
    SELECT m.n - 1, f.day - m.day, sum(f.amount)::float8 FROM {PAIRS} JOIN clients_cashflow f ON f.client_id = m.client_id
        AND f.is_external AND f.day > m.day AND f.day <= least(m.day + %(longest)s, %(as_of)s::date)
    GROUP BY 1, 2
"""
TRADING = f"""
    SELECT m.n - 1, t.day - m.day, 1 FROM {PAIRS} JOIN clients_trade t ON t.client_id = m.client_id
        AND t.day > m.day AND t.day <= least(m.day + %(longest)s, %(as_of)s::date)
    GROUP BY 1, 2
"""
CONTACTS = f"""
    SELECT m.n - 1, (c.held_at AT TIME ZONE 'Asia/Shanghai')::date - m.day, count(*) FROM {PAIRS}
    JOIN servicelog_contact c ON c.client_id = m.client_id AND c.counts
        AND (c.held_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN m.day AND least(m.day + %(longest)s, %(as_of)s::date)
    GROUP BY 1, 2
"""


def _readings(pairs: Sequence[tuple[int, date]], as_of: date) -> Readings:
    """Four queries. What happened on the day of a move counts before it, but for contacts: the successor's first call."""
    n = len(pairs)
    assets, flows = np.full(n, np.nan), np.zeros((n, len(POINTS)))
    trading, contacts = np.zeros((n, len(HORIZONS))), np.zeros((n, len(HORIZONS)))
    params = {
        "clients": [client for client, _day in pairs],
        "days": [day for _client, day in pairs],
        "longest": int(max(HORIZONS)),
        "as_of": as_of,
    }
    with connection.cursor() as cursor:
        cursor.execute(ASSETS, params)
        for at, amount in cursor.fetchall():
            assets[at] = amount
        cursor.execute(FLOWS, params)
        for at, after, amount in cursor.fetchall():
            flows[at, np.searchsorted(POINTS, after) :] += amount
        for query, counts in ((TRADING, trading), (CONTACTS, contacts)):
            cursor.execute(query, params)
            for at, after, number in cursor.fetchall():
                counts[at] += [number if after <= days else 0 for days in HORIZONS]
    return Readings(assets, flows, trading, contacts)


def _stayed(
    branch: Branch, days: Sequence[date], without: set[int], *, as_of: date, seed: int
) -> list[tuple[int, date]]:
    """A sample, by the seed, of those whom one advisor served from before a day to the end of its longest horizon."""
    if not days:
        return []
    rows = Assignment.objects.filter(
        Q(ends__isnull=True) | Q(ends__gt=days[0] + timedelta(days=max(HORIZONS))) | Q(ends__gt=as_of),
        branch=branch,
        starts__lt=days[-1],
    )
    held = rows.order_by("client_id", "starts").values_list("client_id", "starts", "ends")
    stayed = [row for row in held if row[0] not in without]
    random = np.random.default_rng(seed)
    a_day = min(POOL_A_DAY, POOL // len(days))
    pairs: list[tuple[int, date]] = []
    for day in days:
        end = min(day + timedelta(days=max(HORIZONS)), as_of)
        able = [client for client, starts, ends in stayed if starts < day and (ends is None or ends > end)]
        if len(able) > a_day:
            able = [able[at] for at in sorted(random.choice(len(able), a_day, replace=False))]
        pairs += [(client, day) for client in able]
    return pairs


#: Class by the runs nearest before the move, or the first there are: (client, day) -> tier, type, persona as one number.
CELLS = """
    WITH days AS (SELECT unnest(%(days)s::date[]) AS day), runs AS (
        SELECT day,
            (SELECT id FROM clients_scoringrun WHERE branch_id = %(branch)s
             ORDER BY as_of > day, CASE WHEN as_of > day THEN as_of - day ELSE day - as_of END, id DESC LIMIT 1) AS scored,
            (SELECT id FROM clients_behaviourrun WHERE branch_id = %(branch)s
             ORDER BY as_of > day, CASE WHEN as_of > day THEN as_of - day ELSE day - as_of END, id DESC LIMIT 1) AS read
        FROM days
    )
    SELECT v.client_id, runs.day, v.tier, v.value_type, coalesce(b.persona, '')
    FROM runs JOIN clients_clientvalue v ON v.run_id = runs.scored AND v.client_id = ANY(%(clients)s)
    LEFT JOIN clients_clientbehaviour b ON b.run_id = runs.read AND b.client_id = v.client_id
"""


def _cells(branch: Branch, days: Sequence[date], clients: set[int]) -> dict[tuple[int, date], int]:
    if not days:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CELLS, {"branch": branch.pk, "days": list(days), "clients": sorted(clients)})
        rows = cursor.fetchall()
    numbers: dict[tuple[Any, ...], int] = {}
    return {(row[0], row[1]): numbers.setdefault(row[2:], len(numbers)) for row in rows}
