"""One record of every kind at home, held by the advisor where a client is involved, and its twin in the other branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from advisors.models import Advisor, EvidenceKind, Leave, SkillEvidence
from branch_crm.core.models import AuditEntry, Branch, JobRun, Role
from clients.models import Client, ExportRequest, SavedView
from tests.cast import Cast, make_cast

DAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Side:
    """What a record of one branch hangs on."""

    branch: Branch
    advisor: Advisor
    client: Client


@dataclass(frozen=True)
class World:
    cast: Cast
    home: Side
    away: Side

    def arguments(self, record: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """The address's arguments for the record at home, and for its twin in the other branch."""
        if not record:
            return {}, {}
        make = RECORDS[record]
        return make(self.home), make(self.away)


def make_world() -> World:
    cast = make_cast()

    def side(branch: Branch, advisor: Advisor) -> Side:
        client = Client.objects.create(branch=branch, client_no="00000001", name="卫国", advisor=advisor)
        return Side(branch, advisor, client)

    return World(cast, side(cast.home, cast.advisor_profile), side(cast.away, cast.stranger_profile))


def _job(side: Side) -> dict[str, Any]:
    key = f"test:{side.branch.code}"
    job, _created = JobRun.objects.get_or_create(key=key, defaults={"branch": side.branch, "kind": "night.run"})
    return {"pk": job.pk}


def _evidence(side: Side) -> dict[str, Any]:
    evidence, _created = SkillEvidence.objects.get_or_create(
        advisor=side.advisor, kind=EvidenceKind.EXAM, event="考试", held_on=DAY, defaults={"score": 80}
    )
    return {"pk": evidence.pk}


def _leave(side: Side) -> dict[str, Any]:
    """Made afresh where a cancellation has removed it."""
    leave, _created = Leave.objects.get_or_create(advisor=side.advisor, starts=DAY, ends=DAY)
    return {"pk": leave.pk}


def _audit_entry(side: Side) -> dict[str, Any]:
    return {"pk": AuditEntry.objects.create(action="core.branch_created", actor=None, branch=side.branch).pk}


def _saved_view(side: Side, *, is_shared: bool) -> dict[str, Any]:
    director = side.branch.staff.get(role=Role.DIRECTOR)
    view, _created = SavedView.objects.get_or_create(
        branch=side.branch, owner=director, name="重点客户", defaults={"is_shared": is_shared}
    )
    return {"pk": view.pk}


def _export(side: Side) -> dict[str, Any]:
    """Asked for by the director; its file is gone."""
    director = side.branch.staff.get(role=Role.DIRECTOR)
    export, _created = ExportRequest.objects.get_or_create(
        branch=side.branch, by=director, purpose="测试", defaults={"file_hash": "0" * 64, "path": "/nowhere"}
    )
    return {"pk": export.pk}


#: Kind of record -> arguments of its address. Each is made once a side and reused.
RECORDS: dict[str, Callable[[Side], dict[str, Any]]] = {
    "account": lambda side: {"pk": side.branch.staff.order_by("pk").first().pk},
    "advisor": lambda side: {"pk": side.advisor.pk},
    "audit_entry": _audit_entry,
    "client": lambda side: {"pk": side.client.pk},
    "client_rows": lambda side: {"pk": side.client.pk, "kind": "trades"},
    "evidence": _evidence,
    "export": _export,
    "job": _job,
    "leave": _leave,
    "saved_view": lambda side: _saved_view(side, is_shared=False),
    "shared_view": lambda side: _saved_view(side, is_shared=True),
    "skill": lambda side: {"pk": side.advisor.pk, "skill": "patience"},
    "trading_day": lambda side: {"pk": "2026-11-23"},
}
