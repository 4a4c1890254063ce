"""Records of the counter and of retention, one of each kind on each side of the world of the access tests."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from django.utils import timezone

from retention.domain.risk.rules import DEFAULT_RULES as RISK_RULES
from retention.domain.rules import DEFAULT_RULES
from retention.models import (
    Block,
    CaseTask,
    ClientRisk,
    CompetitorMove,
    LeavingRequest,
    Offer,
    RetentionCase,
    RetentionPolicy,
    RiskEvaluation,
    RiskPolicy,
    RiskRun,
    WinBackConsent,
)
from retention.services.ensure_policy import ensure_retention_policy
from retention.services.risk_policies import ensure_risk_policy
from tests.architecture.side import DAY, Arguments, Side


def _request_of(side: Side) -> LeavingRequest:
    return LeavingRequest.objects.create(
        branch=side.branch,
        client=side.client,
        kind="permission",
        subject=uuid4().hex[:12],
        origin="counter",
        applied_at=timezone.now(),
        policy=ensure_retention_policy(branch=side.branch, on=DAY),
        entered_by=side.director,
    )


def _leaving_request(side: Side) -> Arguments:
    return {"pk": _request_of(side).pk}


def _obstacle(side: Side) -> Arguments:
    request = _request_of(side)
    block = Block.objects.create(request=request, ground="holdings", noted_by=side.director)
    return {"pk": request.pk, "block": block.pk}


def _policy(side: Side) -> Arguments:
    """A draft."""
    return {"pk": RetentionPolicy.objects.create(branch=side.branch, version=9, rules=DEFAULT_RULES).pk}


def _case_of(side: Side) -> RetentionCase:
    """A client has one open case at a time."""
    case, _created = RetentionCase.objects.get_or_create(
        branch=side.branch, client=side.client, state="open", defaults={"source": "signal", "opened_by": side.director}
    )
    return case


def _retention_case(side: Side) -> Arguments:
    return {"pk": _case_of(side).pk}


def _case_part(side: Side) -> Arguments:
    case, now = _case_of(side), timezone.now()
    part, _created = CaseTask.objects.get_or_create(
        case=case, role="advisor", state="called", defaults={"called_at": now, "answer_by": now}
    )
    return {"pk": case.pk, "part": part.pk}


def _case_offer(side: Side) -> Arguments:
    offer = Offer.objects.create(
        case=_case_of(side), concession="vip_line", yearly_cost=200, yearly_revenue=900, made_by=side.director
    )
    return {"pk": offer.case_id, "offer": offer.pk}


def _part_alone(side: Side) -> Arguments:
    """As the API names it."""
    return {"pk": _case_part(side)["part"]}


def _offer_alone(side: Side) -> Arguments:
    return {"pk": _case_offer(side)["offer"]}


def _client_risk(side: Side) -> Arguments:
    """A branch has one current run."""
    policy = ensure_risk_policy(branch=side.branch, on=DAY)
    run, _created = RiskRun.objects.get_or_create(
        branch=side.branch, is_current=True, defaults={"as_of": DAY, "policy": policy, "clients": 1}
    )
    row, _created = ClientRisk.objects.get_or_create(
        run=run, client=side.client, defaults={"branch": side.branch, "points": 45, "band": 3}
    )
    return {"pk": row.pk}


def _risk_policy(side: Side) -> Arguments:
    """A draft."""
    return {"pk": RiskPolicy.objects.create(branch=side.branch, version=9, rules=RISK_RULES).pk}


def _risk_evaluation(side: Side) -> Arguments:
    evaluation = RiskEvaluation.objects.create(
        branch=side.branch,
        policy=ensure_risk_policy(branch=side.branch, on=DAY),
        as_of=DAY,
        inputs_hash=uuid4().hex,
        is_telling=False,
        outcome={"rules": RISK_RULES, "days": []},
    )
    return {"pk": evaluation.pk}


def _win_back_consent(side: Side) -> Arguments:
    """A client has one standing at a time."""
    policy = ensure_retention_policy(branch=side.branch, on=DAY)
    consent, _created = WinBackConsent.objects.get_or_create(
        client=side.client,
        withdrawn_at=None,
        defaults={"branch": side.branch, "channel": "phone", "policy": policy, "recorded_by": side.director},
    )
    return {"pk": consent.pk}


def _competitor_move(side: Side) -> Arguments:
    move = CompetitorMove.objects.create(
        branch=side.branch, broker="甲证券", what="gift", seen_on=DAY, source="网页", entered_by=side.director
    )
    return {"pk": move.pk}


RETENTION_RECORDS: dict[str, Callable[[Side], Arguments]] = {
    "case_offer": _case_offer,
    "case_part": _case_part,
    "client_risk": _client_risk,
    "competitor_move": _competitor_move,
    "leaving_request": _leaving_request,
    "obstacle": _obstacle,
    "offer_alone": _offer_alone,
    "part_alone": _part_alone,
    "retention_policy": _policy,
    "retention_case": _retention_case,
    "risk_evaluation": _risk_evaluation,
    "risk_policy": _risk_policy,
    "win_back_consent": _win_back_consent,
}
