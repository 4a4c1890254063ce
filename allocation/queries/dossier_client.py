"""The parts of a dossier that come from the counter and from what was worked out of it: for many clients at a time.

Every function takes the clients' ids and the day, reads once, and gives client id -> part; who has nothing of it is missing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Max, Q, Sum

from allocation.domain.dossier import amount, figure, iso
from branch_crm.core.models import Branch
from clients.models import (
    BehaviourRun,
    Client,
    ClientBehaviour,
    ClientProfile,
    ClientValue,
    MonthlySum,
    PersonaOverride,
    ProductOrder,
    QuestionnaireAnswer,
    ScoringRun,
)

Ids = Sequence[int]
Part = dict[str, Any]
Parts = dict[int, Part]
Rows = dict[int, list[Part]]

PERMISSIONS = ("has_margin", "has_options", "has_chinext", "has_star", "has_bse")
#: Months of trading, the day's own among them.
MONTHS = 12
#: Largest securities that are named; the others are counted.
NAMED_HOLDINGS = 10
MONEY = ("commission", "net_commission", "bought", "sold", "products_bought", "products_redeemed", "inflow", "outflow")


def people(ids: Ids) -> Parts:
    """Who the client is, the risk level, permissions and rate. The year of birth only, the telephone masked, no document."""
    kept = Client.objects.filter(pk__in=ids).only(
        "client_no", "name", "sex", "birth_date", "is_institution", "phone_masked", "occupation", "education", "opened_on",
        "status", "risk_level", "risk_assessed_on", "risk_valid_until", "investor_class", "commission_rate", *PERMISSIONS,
    )  # fmt: skip
    return {
        client.pk: {
            "who": {
                "name": client.name,
                "client_no": client.client_no,
                "phone": client.phone_masked,
                "sex": client.sex,
                "born": client.birth_date.year if client.birth_date else None,
                "institution": client.is_institution,
                "occupation": client.occupation,
                "education": client.education,
                "opened_on": iso(client.opened_on),
                "status": client.status,
            },
            "risk": {
                "level": client.risk_level,
                "assessed_on": iso(client.risk_assessed_on),
                "valid_until": iso(client.risk_valid_until),
                "investor_class": client.investor_class,
            },
            "permissions": [name for name in PERMISSIONS if getattr(client, name)],
            "commission_rate": amount(client.commission_rate),
        }
        for client in kept
    }


def assets(ids: Ids, on: date) -> Parts:
    """Holdings of the newest snapshot up to the day, and the largest securities of the newest day that names any."""
    found = _rows(
        """
        SELECT c.id AS client_id, s.day, s.total, s.cash, s.stock_value, s.fund_value, s.product_value, s.margin_debt,
               s.short_debt, s.margin_ratio
        FROM unnest(%(ids)s::bigint[]) AS c(id)
        JOIN LATERAL (
            SELECT * FROM clients_assetsnapshot a WHERE a.client_id = c.id AND a.day <= %(on)s ORDER BY a.day DESC LIMIT 1
        ) s ON true
        """,
        ids,
        on,
    )
    named = _holdings(ids, on)
    parts: Parts = {}
    for row in found:
        client, day = row.pop("client_id"), row.pop("day")
        parts[client] = {"on": iso(day), **{name: amount(value) for name, value in row.items()}}
    for client, rows in named.items():
        parts.setdefault(client, {"on": None})["holdings"] = rows
    return parts


def _holdings(ids: Ids, on: date) -> Parts:
    found = _rows(
        """
        SELECT client_id, day, security_code AS code, security_name AS name, value, place, held FROM (
            SELECT p.*, row_number() OVER largest AS place, count(*) OVER (PARTITION BY p.client_id) AS held
            FROM unnest(%(ids)s::bigint[]) AS c(id)
            JOIN LATERAL (
                SELECT max(day) AS day FROM clients_position WHERE client_id = c.id AND day <= %(on)s
            ) newest ON true
            JOIN clients_position p ON p.client_id = c.id AND p.day = newest.day AND p.value > 0
            WINDOW largest AS (PARTITION BY p.client_id ORDER BY p.value DESC, p.security_code)
        ) ranked
        WHERE place <= %(named)s ORDER BY client_id, place
        """,
        ids,
        on,
        named=NAMED_HOLDINGS,
    )
    parts: Parts = {}
    for row in found:
        part = parts.setdefault(row["client_id"], {"on": iso(row["day"]), "rows": [], "more": 0})
        part["rows"].append({"code": row["code"], "name": row["name"], "value": amount(row["value"])})
        part["more"] = max(row["held"] - NAMED_HOLDINGS, 0)
    return parts


def trading(ids: Ids, on: date) -> Parts:
    """The last twelve months, month by month and in all, and the day of the last trade."""
    newest = on.replace(day=1)
    first = date(newest.year - 1 + newest.month // 12, newest.month % 12 + 1, 1)
    sums = MonthlySum.objects.filter(client_id__in=ids, month__lte=newest)
    last = sums.order_by().values("client_id").annotate(last=Max("last_trade_on"))
    parts: Parts = {
        row["client_id"]: {"from": iso(first), "months": [], "last_trade_on": iso(row["last"])} for row in last
    }
    for month in sums.filter(month__gte=first).order_by("client_id", "month"):
        row = {"month": iso(month.month), "trades": month.trades}
        parts[month.client_id]["months"].append(row | {name: amount(getattr(month, name)) for name in MONEY})
    return parts


def products(ids: Ids, on: date) -> Rows:
    """Every product ever ordered: bought, redeemed, the rest at cost, and when it matures; what is still held first."""
    orders = ProductOrder.objects.filter(client_id__in=ids, day__lte=on).order_by()
    kinds = {"bought": ProductOrder.Kind.BUY, "redeemed": ProductOrder.Kind.REDEEM}
    summed = orders.values("client_id", "product_code").annotate(
        **{name: Sum("amount", filter=Q(kind=kind), default=0) for name, kind in kinds.items()},
        name=Max("product_name"),
        level=Max("risk_level"),
        matures=Max("matures_on"),
        last=Max("day"),
    )
    found: Rows = defaultdict(list)
    for row in summed.order_by("client_id", "-last", "product_code"):
        rest = row["bought"] - row["redeemed"]
        held = rest > 0 and (row["matures"] is None or row["matures"] >= on)
        found[row["client_id"]].append(
            {
                "code": row["product_code"],
                "name": row["name"],
                "level": row["level"],
                "bought": amount(row["bought"]),
                "rest": amount(rest) if held else "0",
                "held": held,
                "last_on": iso(row["last"]),
                "matures_on": iso(row["matures"]),
            }
        )
    return {client: sorted(rows, key=lambda row: not row["held"]) for client, rows in found.items()}


def values(branch: Branch, ids: Ids, on: date) -> Parts:
    """The value of the newest scoring up to the day, with its policy version: what the figure was worked out by."""
    runs = ScoringRun.objects.filter(branch=branch, as_of__lte=on).order_by("-as_of", "-pk")
    run = runs.select_related("policy").first()
    if run is None:
        return {}
    return {
        row.client_id: {
            "as_of": iso(run.as_of),
            "policy": run.policy.version,
            "value": figure(row.value),
            "rank": row.rank,
            "of": run.clients,
            "value_type": row.value_type,
            "tier": row.tier,
            "core": row.is_core,
            "commission_12m": amount(row.commission_12m),
            "revenue_12m": amount(row.revenue_12m),
            "assets": amount(row.asset_money),
            "elsewhere": amount(row.offsystem_low),
        }
        for row in ClientValue.objects.filter(run=run, client_id__in=ids)
    }


def personas(branch: Branch, ids: Ids, on: date) -> Parts:
    """The persona of the newest reading with its evidence, the newest form, and a person's word on top."""
    runs = BehaviourRun.objects.filter(branch=branch, as_of__lte=on).order_by("-as_of", "-pk")
    run = runs.select_related("policy").first()
    parts: Parts = {}
    for row in ClientBehaviour.objects.filter(run=run, client_id__in=ids) if run else ():
        parts[row.client_id] = {
            "as_of": iso(run.as_of),
            "policy": run.policy.version,
            "persona": row.persona,
            "confidence": figure(row.confidence),
            "observed": row.observed,
            "stated": row.stated,
            "needs_talk": row.needs_talk,
            "trades": row.evidence.get("trades", 0),
            "figures": [
                [name, figure(row.evidence[name][0]), figure(row.evidence[name][1])]
                for name in run.policy.rules["proxies"]
                if name in row.evidence
            ],
        }
    forms = QuestionnaireAnswer.objects.filter(client_id__in=ids, answered_on__lte=on)
    for client, day in forms.order_by().values_list("client_id").annotate(Max("answered_on")):
        parts.setdefault(client, {"persona": ""})["questionnaire_on"] = iso(day)
    words = PersonaOverride.objects.filter(client_id__in=ids, withdrawn_at__isnull=True, until__gte=on)
    for word in words.select_related("made_by"):
        said = {"persona": word.persona, "reason": word.reason, "until": iso(word.until), "by": word.made_by.name}
        parts.setdefault(word.client_id, {}).update({"persona": word.persona, "said": said})
    return parts


def profiles(ids: Ids) -> Parts:
    """What the branch has learnt by talking, as it is kept."""
    texts = ("experience_note", "main_investments", "wishes", "goal_return_note", "liquidity_note")
    codes = ("experience_years", "wealth_source", "liquidity_need", "preferred_channel", "marketing_opt_out")
    return {
        row.client_id: {
            **{name: getattr(row, name) for name in (*texts, *codes)},
            "distribution": row.distribution,
            "wished_skills": row.wished_skills,
        }
        for row in ClientProfile.objects.filter(client_id__in=ids)
    }


def _rows(statement: str, ids: Ids, on: date, **more: Any) -> list[Part]:
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": list(ids), "on": on, **more})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
