"""A client of 李文's book, and drafts of what was spoken of."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone

from clients.models import Client, Product, RiskLevel
from servicelog.models import MotPolicy, MotTask
from servicelog.services.log_contact import ContactDraft, Logged, log_contact
from servicelog.services.mot_policies import ensure_mot_policy
from tests.cast import Cast

TALK = "与客户沟通了三季度持仓情况，客户希望年底前降低权益仓位"


def client_of(cast: Cast, number: str = "80000001", name: str = "张建国", **fields: Any) -> Client:
    fields = {
        "risk_level": RiskLevel.C3,
        "risk_valid_until": date(2099, 1, 1),
        "advisor": cast.advisor_profile,
        **fields,
    }
    return Client.objects.create(branch=cast.home, client_no=number, name=name, **fields)


def product(cast: Cast, level: str = "R2", code: str = "", **fields: Any) -> Product:
    return Product.objects.create(
        branch=cast.home, code=code or f"P{level}", name=f"稳健{level}号", risk_level=level, **fields
    )


def at_ten(days_ago: int = 0) -> datetime:
    """The last ten o'clock in the morning: a time at which people talk, and never ahead, whenever the tests run."""
    now = timezone.localtime()
    ten = now.replace(hour=10, minute=0, second=0, microsecond=0)
    return ten - timedelta(days=days_ago + (ten > now))


def draft(**fields: Any) -> ContactDraft:
    return ContactDraft(**{"held_at": at_ten(), "channel": "phone", "purpose": "care", "summary": TALK, **fields})


def log(cast: Cast, client: Client, token: UUID | None = None, **fields: Any) -> Logged:
    return log_contact(client=client, actor=cast.advisor, token=token or uuid4(), draft=draft(**fields))


def task(cast: Cast, client: Client, kind: str = "large_outflow", **fields: Any) -> MotTask:
    today = timezone.localdate()
    policy: MotPolicy = ensure_mot_policy(branch=cast.home, on=today)
    fields = {
        "happening": f"{kind}:test",
        "mandatory": True,
        "tier": 3,
        "raised_on": today,
        "due_on": today,
        "advisor": client.advisor,
        **fields,
    }
    return MotTask.objects.create(branch=cast.home, client=client, kind=kind, policy=policy, **fields)
