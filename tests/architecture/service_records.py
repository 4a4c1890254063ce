"""Records of the service log, one of each kind on each side of the world of the access tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import uuid4

from django.utils import timezone

from clients.models import (
    Product,
)
from servicelog.domain.mot.rules import default_rules
from servicelog.domain.scorecard import DEFAULT_RULES as SCORECARD_RULES
from servicelog.domain.scorecard import Counted, card_of, read_scorecard_rules
from servicelog.domain.service_rules import DEFAULT_RULES as SERVICE_RULES
from servicelog.models import (
    BulkContact,
    Complaint,
    Contact,
    CountDispute,
    FigureRecords,
    MotPolicy,
    MotTask,
    Recommendation,
    Scorecard,
    ScorecardDispute,
    ScorecardPolicy,
    ServicePolicy,
)
from servicelog.services.mot_policies import ensure_mot_policy
from servicelog.services.scorecard_policies import ensure_scorecard_policy
from servicelog.services.work_out_scorecards import figures_as_stored
from tests.architecture.follow_up_records import FOLLOW_UP_RECORDS
from tests.architecture.side import DAY, Arguments, Side


def _complaint(side: Side) -> Arguments:
    complaint = Complaint.objects.create(
        branch=side.branch, client=side.client, received_on=DAY, channel="phone", about="fees", text="佣金偏高",
        entered_by=side.director,
    )  # fmt: skip
    return {"pk": complaint.pk}


def _product(side: Side) -> Arguments:
    return {"pk": _product_of(side).pk}


def _client_product(side: Side) -> Arguments:
    return {"pk": side.client.pk, "product": _product_of(side).pk}


def _product_of(side: Side) -> Product:
    found, _made = Product.objects.get_or_create(branch=side.branch, code="F1", name="诺恒纯债A", risk_level="R2")
    return found


def _recommendation(side: Side) -> Arguments:
    made = Recommendation.objects.create(
        branch=side.branch, client=side.client, product=_product_of(side), made_by=side.director, staff_initiated=True,
        result="blocked", grounds={"codes": ["no_level"]},
    )  # fmt: skip
    return {"pk": made.pk}


def _contact(side: Side) -> Arguments:
    return {"pk": _contact_of(side).pk}


def _dispute(side: Side) -> Arguments:
    dispute = CountDispute.objects.create(contact=_contact_of(side), text="夫妻二人同一次面谈", made_by=side.director)
    return {"pk": dispute.pk}


def _contact_of(side: Side) -> Contact:
    return Contact.objects.create(
        branch=side.branch,
        client=side.client,
        author=side.director,
        token=uuid4(),
        held_at=timezone.now(),
        channel="phone",
        purpose="care",
        summary="与客户沟通了三季度持仓情况",
        counts=False,
        count_reasons=["copy"],
    )


def _bulk(side: Side) -> Arguments:
    """Of the director: advisors see only their own messages."""
    bulk = BulkContact.objects.create(
        branch=side.branch,
        token=uuid4(),
        author=side.director,
        channel="wechat",
        purpose="education",
        held_at=timezone.now(),
        text="新规则下周起施行，请查阅交易所公告",
    )
    return {"pk": bulk.pk}


def _mot_task(side: Side) -> Arguments:
    policy = ensure_mot_policy(branch=side.branch, on=DAY)
    task = MotTask.objects.create(
        branch=side.branch,
        client=side.client,
        kind="risk_expired",
        happening="risk:2026-11-01",
        mandatory=True,
        tier=3,
        raised_on=DAY,
        due_on=DAY,
        facts={"valid_until": "2026-11-01"},
        policy=policy,
    )
    return {"pk": task.pk}


def _mot_policy(side: Side) -> Arguments:
    """A draft."""
    return {"pk": MotPolicy.objects.create(branch=side.branch, version=9, rules=default_rules()).pk}


def _service_policy(side: Side) -> Arguments:
    """A draft."""
    return {"pk": ServicePolicy.objects.create(branch=side.branch, version=9, rules=SERVICE_RULES).pk}


def _scorecard_of(side: Side) -> Scorecard:
    """A running one of October with a figure that cost points."""
    policy = ensure_scorecard_policy(branch=side.branch, on=DAY)
    counted = {code: Counted(1, 2) for code in ("coverage", "mandatory", "logs")}
    defaults = {
        "branch": side.branch,
        "policy": policy,
        "figures": figures_as_stored(card_of(counted, read_scorecard_rules(policy.rules))),
        "points": 20.0,
        "until": date(2026, 10, 31),
        "computed_at": timezone.now(),
    }
    card, made = Scorecard.objects.get_or_create(advisor=side.advisor, month=date(2026, 10, 1), defaults=defaults)
    if made:
        rows = [[_contact_of(side).pk, side.client.pk, 0, 1, 1]]
        FigureRecords.objects.create(scorecard=card, indicator="logs", rows=rows)
    return card


def _scorecard(side: Side) -> Arguments:
    return {"pk": _scorecard_of(side).pk}


def _scorecard_figure(side: Side) -> Arguments:
    return {"pk": _scorecard_of(side).pk, "indicator": "logs"}


def _scorecard_dispute(side: Side) -> Arguments:
    dispute, _made = ScorecardDispute.objects.get_or_create(
        scorecard=_scorecard_of(side),
        indicator="coverage",
        defaults={"text": "出差期间由同事代为服务", "made_by": side.director},
    )
    return {"pk": dispute.pk}


def _scorecard_policy(side: Side) -> Arguments:
    """A draft."""
    return {"pk": ScorecardPolicy.objects.create(branch=side.branch, version=9, rules=SCORECARD_RULES).pk}


SERVICE_RECORDS: dict[str, Callable[[Side], Arguments]] = {
    **FOLLOW_UP_RECORDS,
    "bulk": _bulk,
    "complaint": _complaint,
    "client_product": _client_product,
    "contact": _contact,
    "dispute": _dispute,
    "mot_policy": _mot_policy,
    "mot_task": _mot_task,
    "product": _product,
    "recommendation": _recommendation,
    "scored_month": lambda side: {"year": 2026, "month": 10},
    "scorecard": _scorecard,
    "scorecard_dispute": _scorecard_dispute,
    "scorecard_figure": _scorecard_figure,
    "scorecard_policy": _scorecard_policy,
    "service_policy": _service_policy,
}
