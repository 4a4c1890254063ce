"""No state of retention can hold a request back: whatever cases, parts and offers there are, it is done when asked for."""

from __future__ import annotations

import ast
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as trials
from hypothesis import strategies as st

from branch_crm.core.models import Role
from clients.models import Client
from retention.models import CaseTask, LeavingRequest, Offer, RetentionCase
from retention.services.receive_request import receive_request
from retention.services.work_on_request import complete_request, decline_talk
from tests.cast import Cast

#: Of the path of a request: what may be known there of retention is nothing.
PATH = ("receive_request", "work_on_request", "keep_clock", "watch_clocks")
UNKNOWN = {
    "RetentionCase",
    "CaseTask",
    "Offer",
    "Script",
    "ScriptVersion",
    "ScriptUse",
    "ClientRisk",
    "RiskRun",
    "WinBackConsent",
    "CompetitorMove",
}


@pytest.mark.parametrize("name", PATH)
def test_the_path_of_a_request_knows_nothing_of_retention(name: str) -> None:
    tree = ast.parse((Path(settings.BASE_DIR) / f"retention/services/{name}.py").read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported & UNKNOWN == set()


def test_no_column_of_a_request_points_at_retention() -> None:
    pointed = {field.related_model.__name__ for field in LeavingRequest._meta.fields if field.is_relation}
    assert pointed & UNKNOWN == set()


@given(
    case_open=st.booleans(),
    parts=st.lists(st.sampled_from(CaseTask.State.values), max_size=3, unique=True),
    offers=st.lists(st.sampled_from(Offer.State.values), max_size=3),
    declined=st.booleans(),
    from_request=st.booleans(),
)
@trials(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_it_is_done_whatever_retention_does(
    cast: Cast,
    client_of_home: Client,
    case_open: bool,
    parts: list[str],
    offers: list[str],
    declined: bool,
    from_request: bool,
) -> None:
    with transaction.atomic():
        request = receive_request(client=client_of_home, kind="closing", origin="counter", actor=cast.counter).request
        _retention(cast, request, case_open=case_open, parts=parts, offers=offers, from_request=from_request)
        if declined:
            decline_talk(request=request, actor=cast.counter)
        assert complete_request(request=request, actor=cast.counter).state == "done"
        transaction.set_rollback(True)


def _retention(
    cast: Cast, request: LeavingRequest, *, case_open: bool, parts: list[str], offers: list[str], from_request: bool
) -> None:
    now = timezone.now()
    case = RetentionCase.objects.create(
        branch=request.branch,
        client=request.client,
        source="request" if from_request else "signal",
        request=request if from_request else None,
        state="open" if case_open else "closed",
        outcome="" if case_open else "stays",
        closed_at=None if case_open else now,
    )
    roles = (Role.COUNTER, Role.ADVISOR, Role.DIRECTOR)
    for role, state in zip(roles, parts, strict=False):
        CaseTask.objects.create(case=case, role=role, called_at=now, answer_by=now + timedelta(minutes=5), state=state)
    for state in offers:
        Offer.objects.create(
            case=case,
            concession="rate",
            state=state,
            made_by=cast.director,
            yearly_cost=Decimal(1),
            yearly_revenue=Decimal(1),
        )
