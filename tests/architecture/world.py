"""One record of every kind at home, held by the advisor where a client is involved, and its twin in the other branch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
from django.utils import timezone

from advisors.models import Advisor, EvidenceKind, Leave, ResultUpload, SkillEvidence
from advisors.services.save_contest import ContestHead, save_contest
from allocation.domain.fit.policy import DEFAULT_RULES as MATCH_RULES
from allocation.models import (
    Assignment,
    Bid,
    ChangeRequest,
    ClientRefusal,
    LeaverCase,
    MatchPolicy,
    Notice,
    Objection,
    Plan,
    ReviewFlag,
    ServiceReview,
)
from allocation.services.open_notice import open_notice
from allocation.services.solve_plan import solve_plan
from allocation.services.start_run import start_run
from branch_crm.core.models import AuditEntry, Branch, JobRun, Notification, Staff
from branch_crm.core.sealing import blind, seal
from branch_crm.wecom.models import WecomMessage
from clients.domain.value.rules import DEFAULT_RULES
from clients.models import (
    Client,
    ClientBehaviour,
    ClientProfile,
    ClientValue,
    ColumnMapping,
    ExportRequest,
    ImportDataset,
    ImportRun,
    PersonaOverride,
    PersonaPolicy,
    QuestionnaireAnswer,
    SavedView,
    ScoringRun,
    ValuePolicy,
)
from servicelog.services.service_policies import ensure_service_policy
from tests.allocation.branch import give_skills, score
from tests.architecture.drill_records import DRILL_RECORDS
from tests.architecture.handover_records import handover
from tests.architecture.retention_records import RETENTION_RECORDS
from tests.architecture.script_records import SCRIPT_RECORDS
from tests.architecture.service_records import SERVICE_RECORDS
from tests.architecture.side import DAY, Arguments, Side
from tests.cast import Cast, make_cast

PHONE = "13987654321"


@dataclass(frozen=True)
class World:
    cast: Cast
    home: Side
    away: Side

    records: dict[str, tuple[Arguments, Arguments]]

    def arguments(self, record: str) -> tuple[Arguments, Arguments]:
        """The address's arguments for the record at home, and for its twin in the other branch."""
        return self.records[record] if record else ({}, {})


def make_world(files: Path) -> World:
    """`files` is a folder for what downloads hand out."""
    cast = make_cast()
    home = _side(cast.home, cast.director, cast.advisor_profile, files)
    away = _side(cast.away, cast.stranger, cast.stranger_profile, files)
    return World(cast, home, away, {name: (make(home), make(away)) for name, make in RECORDS.items()})


def _side(branch: Branch, director: Staff, advisor: Advisor, files: Path) -> Side:
    def client(number: str, name: str, holder: Advisor | None) -> Client:
        return Client.objects.create(
            branch=branch,
            client_no=number,
            name=name,
            advisor=holder,
            phone_sealed=seal(PHONE),
            phone_blind=blind(PHONE),
            phone_masked="139****4321",
        )

    held, newcomer = client("00000001", "卫国", advisor), client("00000002", "何新", None)
    score(branch, [held, newcomer], np.random.default_rng(1))
    return Side(branch, director, advisor, held, newcomer, files)


def _job(side: Side) -> Arguments:
    """A night."""
    params = {"branch_id": side.branch.pk, "day": DAY.isoformat()}
    return {
        "pk": JobRun.objects.create(
            key=f"test:{side.branch.code}", branch=side.branch, kind="night.run", params=params
        ).pk
    }


def _evidence(side: Side) -> Arguments:
    evidence = SkillEvidence.objects.create(
        advisor=side.advisor, kind=EvidenceKind.EXAM, event="考试", held_on=DAY, score=80
    )
    return {"pk": evidence.pk}


def _leave(side: Side) -> Arguments:
    return {"pk": Leave.objects.create(advisor=side.advisor, starts=DAY, ends=DAY).pk}


def _audit_entry(side: Side) -> Arguments:
    return {"pk": AuditEntry.objects.create(action="core.branch_created", actor=None, branch=side.branch).pk}


def _saved_view(side: Side) -> Arguments:
    """Shared, so that colleagues see it; changing it is its owner's."""
    view = SavedView.objects.create(branch=side.branch, owner=side.director, name="核心", is_shared=True)
    return {"pk": view.pk}


def _export(side: Side) -> Arguments:
    path = side.files / f"{side.branch.code}.csv"
    path.write_text("x")
    export = ExportRequest.objects.create(
        branch=side.branch, by=side.director, purpose="annual review", format="csv", file_hash="0" * 64, path=str(path)
    )
    return {"pk": export.pk}


def _persona_override(side: Side) -> Arguments:
    override = PersonaOverride.objects.create(
        branch=side.branch, client=side.client, persona="PP", reason="met", until=DAY, made_by=side.director
    )
    return {"pk": override.pk}


def _questionnaire(side: Side) -> Arguments:
    answer = QuestionnaireAnswer.objects.create(
        branch=side.branch,
        client=side.client,
        policy=PersonaPolicy.objects.get(branch=side.branch),
        answered_on=DAY,
        answers={},
    )
    return {"pk": answer.pk}


def _profile(side: Side) -> Arguments:
    ClientProfile.objects.create(branch=side.branch, client=side.client, wishes="退休")
    return {"client_id": side.client.pk}


def _plan(side: Side) -> Arguments:
    """A real proposal: the newcomer goes to the branch's advisor."""
    give_skills(list(Advisor.objects.filter(branch=side.branch)), np.random.default_rng(1))
    scope, options = {"kind": "branch"}, {"fairness": None, "switch_penalty": 0.02}
    plan = start_run(branch=side.branch, actor=side.director, title="Q4", scope=scope, options=options)
    assert solve_plan(plan_id=plan.pk).state == Plan.State.PROPOSED
    return {"pk": plan.pk}


def _plan_of(side: Side) -> Plan:
    return Plan.objects.get(branch=side.branch)


def _move(side: Side) -> Arguments:
    return {"pk": _plan_of(side).lines.get(client=side.newcomer).pk}


def _notice(side: Side) -> Arguments:
    """The plan lies open: it brings the newcomer to the branch's advisor, who keeps his client."""
    own = _plan_of(side).lines.filter(client__in=[side.newcomer, side.client])
    own.update(proposed=side.advisor, after=side.advisor)
    return {"pk": open_notice(plan=_plan_of(side), actor=side.director, trading_days=3).pk}


def _notice_of(side: Side) -> Notice:
    return Notice.objects.get(plan=_plan_of(side))


def _objection(side: Side) -> Arguments:
    objection = Objection.objects.create(
        notice=_notice_of(side),
        advisor=side.advisor,
        client=side.newcomer,
        proposed=side.advisor,
        ground=Objection.Ground.LOAD,
        made_by=side.advisor.account or side.director,
    )
    return {"pk": objection.pk}


def _bid(side: Side) -> Arguments:
    bid = Bid.objects.create(
        notice=_notice_of(side),
        advisor=side.advisor,
        segment={"tier_from": 3},
        made_by=side.advisor.account or side.director,
    )
    return {"pk": bid.pk}


def _assignment(side: Side) -> Arguments:
    held = Assignment.objects.filter(client=side.client, ends__isnull=True).first()
    if held is None:
        held = Assignment.objects.create(
            branch=side.branch, client=side.client, advisor=side.advisor, starts=DAY, reason=Assignment.Reason.COUNTER
        )
    return {"pk": held.pk}


def _review_flag(side: Side) -> Arguments:
    flag = ReviewFlag.objects.create(
        branch=side.branch, kind=ReviewFlag.Kind.POOR_FIT, client=side.client, first_seen=DAY, last_seen=DAY
    )
    return {"pk": flag.pk}


def _service_review(side: Side) -> Arguments:
    """The advisor has been told."""
    made = {"branch": side.branch, "client": side.client, "advisor": side.advisor, "finding": "under_served"}
    days = {"found_on": DAY, "noticed_on": DAY, "cure_until": DAY}
    figures = dict.fromkeys(("days", "wanted", "held", "held_lately", "logs", "formal", "talks", "outputs"), 1)
    evidence = {"on": str(DAY), "since": str(DAY), "tier": 4, "standard": {"contacts": 2, "days": 30}, "contacts": []}
    policy = ensure_service_policy(branch=side.branch, on=DAY)
    review = ServiceReview.objects.create(**made, **days, policy=policy, evidence=evidence | figures)
    return {"pk": review.pk}


def _refusal(side: Side) -> Arguments:
    refusal = ClientRefusal.objects.create(branch=side.branch, client=side.client, advisor=side.advisor, since=DAY)
    return {"pk": refusal.pk}


def _contest(side: Side) -> Arguments:
    head = ContestHead("演讲比赛", "speech", DAY)
    saved = save_contest(branch=side.branch, head=head, entered={side.advisor.pk: 88.0}, actor=side.director)
    return {"pk": saved.contest.pk}


def _result_file(side: Side) -> Arguments:
    rows = [{"row": 2, "staff_no": side.advisor.staff_no, "contest": "演讲比赛", "held_on": str(DAY), "points": "90"}]
    upload = ResultUpload.objects.create(branch=side.branch, file_name="成绩.csv", rows=rows, created_by=side.director)
    return {"pk": upload.pk}


def _change_request(side: Side) -> Arguments:
    change = ChangeRequest.objects.create(
        branch=side.branch,
        client=side.client,
        origin=ChangeRequest.Origin.CLIENT,
        present=side.advisor,
        asked_on=DAY,
        due_on=DAY,
        entered_by=side.director,
    )
    return {"pk": change.pk}


def _leaver_case(side: Side) -> Arguments:
    """Long leave of the advisor, the account not yet narrowed: what others test with it goes on."""
    case = LeaverCase.objects.create(
        branch=side.branch, advisor=side.advisor, kind="long_leave", announced_on=DAY, last_day=date(2030, 1, 1),
        returns_on=date(2030, 3, 1), opened_by=side.director,
    )  # fmt: skip
    return {"pk": case.pk}


def _import(side: Side) -> Arguments:
    """An upload that waits for its start."""
    return {"pk": ImportRun.objects.create(branch=side.branch, source="page", path="/nowhere").pk}


def _import_dataset(side: Side) -> Arguments:
    run = ImportRun.objects.create(branch=side.branch, source="page", path="/nowhere")
    return {"pk": ImportDataset.objects.create(run=run, dataset="clients", file_name="clients.csv").pk}


def _column_mapping(side: Side) -> Arguments:
    mapping, _created = ColumnMapping.objects.get_or_create(
        branch=side.branch, dataset="clients", header="户主", defaults={"field": "name"}
    )
    return {"pk": mapping.pk}


def _match_policy(side: Side) -> Arguments:
    """A draft."""
    draft = {"state": MatchPolicy.State.DRAFT, "rules": MATCH_RULES, "valid_from": DAY}
    return {"pk": MatchPolicy.objects.create(branch=side.branch, version=9, **draft).pk}


def _value_policy(side: Side) -> Arguments:
    policy = ValuePolicy.objects.create(branch=side.branch, version=9, rules=DEFAULT_RULES)
    return {"pk": policy.pk}


def _notification(side: Side) -> Arguments:
    told = {"kind": "core.job_finished", "params": {"work": "clients.rescore"}, "key": "job:1", "url": "/"}
    return {"pk": Notification.objects.create(recipient=side.director, branch=side.branch, **told).pk}


def _wecom_message(side: Side) -> Arguments:
    """Given up."""
    key = f"morning:{side.branch.code}"
    given = {"text": "2", "state": WecomMessage.State.DEAD, "next_try_at": timezone.now()}
    return {"pk": WecomMessage.objects.create(branch=side.branch, key=key, **given).pk}


#: Kind of record -> arguments of its address, in the order in which they can be made.
RECORDS: dict[str, Callable[[Side], Arguments]] = {
    **RETENTION_RECORDS,
    **DRILL_RECORDS,
    **SCRIPT_RECORDS,
    **SERVICE_RECORDS,
    "account": lambda side: {"pk": side.director.pk},
    "advisor": lambda side: {"pk": side.advisor.pk},
    "audit_entry": _audit_entry,
    "change_request": _change_request,
    "client": lambda side: {"pk": side.client.pk},
    "client_trades": lambda side: {"pk": side.client.pk, "kind": "trades"},
    "evidence": _evidence,
    "contest": _contest,
    "handover": handover,
    "gap": lambda side: {"term": "value_type", "name": "commission"},
    "result_file": _result_file,
    "column_mapping": _column_mapping,
    "export": _export,
    "import": _import,
    "import_dataset": _import_dataset,
    "job": _job,
    "leave": _leave,
    "leaver_case": _leaver_case,
    "match_policy": _match_policy,
    "persona_override": _persona_override,
    "behaviour": lambda side: {"pk": ClientBehaviour.objects.get(client=side.client).pk},
    "persona_policy": lambda side: {"pk": PersonaPolicy.objects.get(branch=side.branch).pk},
    "profile": _profile,
    "questionnaire": _questionnaire,
    "plan": _plan,
    "plan_client": lambda side: {"pk": _plan_of(side).pk, "client": side.client.pk},
    "line": lambda side: {"pk": _plan_of(side).pk, "line": _plan_of(side).lines.get(client=side.newcomer).pk},
    "plan_advisor": lambda side: {"pk": _plan_of(side).pk, "advisor": side.advisor.pk},
    "move": _move,
    "notice": _notice,
    "notice_line": lambda side: {"pk": _notice_of(side).pk, "line": _plan_of(side).lines.get(client=side.newcomer).pk},
    "notification": _notification,
    "wecom_message": _wecom_message,
    "objection": _objection,
    "bid": _bid,
    "assignment": _assignment,
    "review_flag": _review_flag,
    "service_review": _service_review,
    "refusal": _refusal,
    "saved_view": _saved_view,
    "scoring_run": lambda side: {"pk": ScoringRun.objects.get(branch=side.branch).pk},
    "skill": lambda side: {"pk": side.advisor.pk, "skill": "patience"},
    "trading_day": lambda side: {"pk": "2026-11-23"},
    "value": lambda side: {"pk": ClientValue.objects.get(client=side.client).pk},
    "value_policy": _value_policy,
}
