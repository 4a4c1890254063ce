"""The reason card of a client in a plan, worked out again from what the plan keeps: the same today as on its day."""

from __future__ import annotations

from typing import Any

import numpy as np

from allocation.domain.fit.policy import read_rules
from allocation.domain.reasons import Prices, card
from allocation.domain.tables import NOBODY, AdvisorTable, ClientTable, Floats
from allocation.models import ClientRefusal, Plan, PlanLine
from allocation.queries.snapshot import load_client_of
from clients.models import Client


def card_of_line(plan: Plan, line: PlanLine) -> dict[str, Any]:
    """The card of a proposed move, to the last digit as the engine saw it."""
    advisors = AdvisorTable.from_json(plan.outcome["advisors"])
    client = ClientTable.from_rows([line.card["client"]])
    refused = [(line.client_id, pk) for pk in line.card.get("refused", ())]
    return _card(plan, client, advisors, refused, _row(advisors, line.proposed_id))


def card_of_client(plan: Plan, client: Client) -> dict[str, Any] | None:
    """Why a client was not moved: figures of the plan's runs, the client's own data as of now. None = not in the plan."""
    line = plan.lines.filter(client=client).first()
    if line is not None:
        return card_of_line(plan, line)
    advisors = AdvisorTable.from_json(plan.outcome["advisors"])
    table, _closing = load_client_of(plan, client, advisors)
    if not len(table):
        return None
    refused = ClientRefusal.objects.filter(client=client, withdrawn_at__isnull=True)
    pairs = list(refused.values_list("client_id", "advisor_id"))
    return _card(plan, table, advisors, pairs, int(table.holder[0]))


def _card(
    plan: Plan, client: ClientTable, advisors: AdvisorTable, refused: list[tuple[int, int]], chosen: int
) -> dict[str, Any]:
    outcome = plan.outcome
    pool_prices = outcome.get("pool_hour_price")
    penalty, move = plan.options["switch_penalty"], outcome.get("move_price", 0.0)
    if chosen == NOBODY and pool_prices:
        # Who waits was decided first, under prices of hours alone.
        prices = Prices(_array(pool_prices), np.zeros(len(advisors)), penalty, move)
    else:
        prices = Prices(_array(outcome["hour_price"]), _array(outcome["value_price"]), penalty, move)
    found = card(
        client,
        advisors,
        np.array(refused, dtype=np.int64).reshape(-1, 2),
        read_rules(plan.policy.rules),
        prices,
        chosen=chosen,
    )
    return {
        **found,
        "client": client.row(0),
        "names": advisors.names,
        "ids": advisors.ids,
        "staff_nos": advisors.staff_nos,
    }


def _row(advisors: AdvisorTable, pk: int | None) -> int:
    return advisors.ids.index(pk) if pk is not None else NOBODY


def _array(prices: list[float | None]) -> Floats:
    return np.array(prices, dtype=np.float64)
