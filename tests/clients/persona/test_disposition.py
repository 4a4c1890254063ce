"""Odean's count on the worked example of Barber and Odean's chapter, and its edges."""

import numpy as np
import pytest

from clients.domain.persona.disposition import count_gains_and_losses, disposition

A, B, C, D, E, F, G, H = range(8)
BUY_DAY, MONDAY, WEDNESDAY = 0, 1, 3
UP, DOWN = 11.0, 9.0


def book(*rows):
    client, session, security, is_buy, price = (np.array(column) for column in zip(*rows))
    return {
        "client": client.astype(np.int64),
        "session": session.astype(np.int64),
        "security": security.astype(np.int64),
        "is_buy": is_buy.astype(bool),
        "quantity": np.full(len(rows), 100.0),
        "price": price.astype(float),
    }


def prices(day, moves):
    securities = np.array(sorted(moves), dtype=np.int64)
    return {
        "price_security": securities,
        "price_session": np.full(len(securities), day, dtype=np.int64),
        "price_value": np.array([moves[s] for s in securities]),
    }


def test_the_worked_example():
    """One client holds A-E (A, B up) and sells A and C; another holds F-H (F, G up) and sells F: PGR 1/2, PLR 1/4."""
    first = count_gains_and_losses(
        **book(
            *[(0, BUY_DAY, s, True, 10.0) for s in (A, B, C, D, E)],
            (0, MONDAY, A, False, UP),
            (0, MONDAY, C, False, DOWN),
        ),
        clients=1,
        **prices(MONDAY, {A: UP, B: UP, C: DOWN, D: DOWN, E: DOWN}),
    )
    second = count_gains_and_losses(
        **book(*[(0, BUY_DAY, s, True, 10.0) for s in (F, G, H)], (0, WEDNESDAY, F, False, UP)),
        clients=1,
        **prices(WEDNESDAY, {F: UP, G: UP, H: DOWN}),
    )
    pooled = (first + second)[0]
    assert pooled[0] / (pooled[0] + pooled[2]) == 1 / 2
    assert pooled[1] / (pooled[1] + pooled[3]) == 1 / 4


def test_average_cost_moves_with_further_purchases():
    counts = count_gains_and_losses(
        **book((0, 0, A, True, 10.0), (0, 1, A, True, 20.0), (0, 2, A, False, 14.0)),
        clients=1,
        **prices(2, {A: 14.0}),
    )
    assert counts.tolist() == [[0, 1, 0, 0]]  # cost 15, sold at 14


def test_selling_what_was_never_bought_here_counts_nothing():
    counts = count_gains_and_losses(**book((0, 1, A, False, 14.0)), clients=1, **prices(1, {A: 14.0}))
    assert counts.sum() == 0


def test_too_few_observations_give_no_figure():
    counts = np.array([[9, 5, 0, 5], [5, 2, 5, 8]])
    figure = disposition(counts, minimum=10)
    assert np.isnan(figure[0])
    assert figure[1] == pytest.approx(0.5 - 0.2)
