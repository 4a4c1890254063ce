"""The rank of products: nothing unsuitable is ever in it, and its points add up."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from branch_crm.core.domain.rule_table import RuleFault
from servicelog.domain.product_fit import Crowd, blocks, count_fits, limits_of, scores, sensible, shelf_of
from servicelog.domain.service_rules import CLIENT_LEVELS, DEFAULT_RULES, read_service_rules
from servicelog.domain.suitability import ClientSide, ProductSide, assess, days_of_term

RULES = read_service_rules({})
ON = date(2026, 11, 24)
KINDS = ("", "公募", "私募")

sides = st.builds(
    ClientSide,
    level=st.sampled_from([*CLIENT_LEVELS, ""]),
    valid_until=st.sampled_from([None, date(2026, 11, 23), ON, date(2028, 1, 1)]),
    professional=st.booleans(),
    liquidity=st.sampled_from(["", "low", "medium", "high"]),
    kinds=st.frozensets(st.sampled_from(KINDS[1:])),
    active=st.booleans(),
    opted_out=st.booleans(),
)
products = st.builds(
    ProductSide,
    level=st.sampled_from(["R1", "R2", "R3", "R4", "R5", ""]),
    on_sale=st.booleans(),
    term_days=st.sampled_from([None, 0, 90, 91, 365, 366]),
    kind=st.sampled_from(KINDS),
)
unknown = st.one_of(st.just(np.nan), st.floats(0, 1e9))


@st.composite
def markets(draw):
    clients, shelf = draw(st.lists(sides, min_size=1, max_size=8)), draw(st.lists(products, min_size=1, max_size=8))
    n, p = len(clients), len(shelf)

    def column(each):
        return np.array(draw(st.lists(each, min_size=n, max_size=n)))

    held = sorted(draw(st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, p - 1)), max_size=6)))
    crowd = Crowd(
        **vars(limits_of(clients, KINDS, RULES.suitability, on=ON)),
        persona=column(st.integers(-1, 3)),
        confidence=column(st.floats(0, 1)),
        liquidity=column(st.integers(-1, 2)),
        value_type=column(st.integers(-1, 3)),
        total=column(unknown),
        cash=column(unknown),
        free=column(unknown),
        stock_share=column(st.one_of(st.just(np.nan), st.floats(0, 1))),
        kind_share=np.array([[draw(st.floats(0, 2)) for _kind in KINDS] for _client in range(n)]),
        held=np.array(held, dtype=int).reshape(len(held), 2),
    )
    minimums = draw(st.lists(st.sampled_from([0.0, 100.0, 1e6]), min_size=p, max_size=p))
    return clients, shelf, crowd, shelf_of(shelf, minimums, KINDS)


@given(markets())
def test_exactly_what_is_suitable_and_sensible_is_ranked(market):
    clients, products, crowd, shelf = market
    ranked = np.concatenate([block.score for block in blocks(crowd, shelf, RULES.fit)]) >= 0
    makes_sense = sensible(crowd, shelf)
    for row, client in enumerate(clients):
        for at, product in enumerate(products):
            suits = assess(client, product, RULES.suitability, on=ON).result == "match"
            assert ranked[row, at] == (suits and makes_sense[row, at]), (client, product)


@given(markets())
def test_points_add_up_and_stay_within_their_weights(market):
    _clients, _products, crowd, shelf = market
    for block in blocks(crowd, shelf, RULES.fit):
        offered = block.score >= 0
        assert np.allclose(sum(block.points.values())[offered], block.score[offered], atol=1e-9)
        assert (block.score[offered] <= 100).all()
        for term, points in block.points.items():
            assert not np.isnan(points).any()
            assert ((points >= 0) & (points <= RULES.fit.weights[term])).all(), term


@given(markets())
def test_one_product_alone_scores_as_among_all_and_counts_agree(market):
    _clients, _products, crowd, shelf = market
    whole = np.concatenate([block.score for block in blocks(crowd, shelf, RULES.fit)])
    for at in range(len(shelf)):
        assert (scores(crowd, shelf, at, RULES.fit) == whole[:, at]).all()
    counts = count_fits(crowd, shelf, RULES.fit, best=2)
    assert counts.fitting.tolist() == (whole >= 0).sum(axis=0).tolist()
    groups = [{(shelf.kind[at], shelf.level[at]) for at in np.flatnonzero(row >= 0)} for row in whole]
    assert counts.among_best.sum() == sum(min(len(each), 2) for each in groups)


def test_blocks_make_no_difference(monkeypatch):
    rng, n, p = np.random.default_rng(3), 50, 7
    clients = [ClientSide(level, None) for level in rng.choice(CLIENT_LEVELS, n)]
    shelf = shelf_of([ProductSide(f"R{at % 5 + 1}", kind="公募") for at in range(p)], [100.0] * p, KINDS)
    held = np.stack([np.arange(n), rng.integers(0, p, n)], axis=1)
    shares = rng.random((6, n))
    crowd = Crowd(
        **vars(limits_of(clients, KINDS, RULES.suitability, on=ON)),
        persona=rng.integers(-1, 4, n), confidence=shares[0], liquidity=rng.integers(-1, 3, n),
        value_type=rng.integers(-1, 4, n), total=shares[1] * 1e6, cash=shares[2] * 1e5, free=shares[3] * 1e5,
        stock_share=shares[4], kind_share=rng.random((n, len(KINDS))), held=held,
    )  # fmt: skip
    whole = count_fits(crowd, shelf, RULES.fit, best=3)
    monkeypatch.setattr("servicelog.domain.product_fit.BLOCK", 7)
    parts = count_fits(crowd, shelf, RULES.fit, best=3)
    assert (whole.fitting == parts.fitting).all()
    assert (whole.among_best == parts.among_best).all()
    assert whole.fitting.sum() > 0


@pytest.mark.parametrize(
    ("text", "matures_on", "days"),
    [
        ("364天", None, 364),
        ("12个月", None, 360),
        ("1年", None, 365),
        ("91 days", None, 91),
        ("", None, None),
        ("开放式", None, None),
        ("364天", date(2026, 12, 1), 7),
        ("", date(2026, 11, 1), 0),
    ],
)
def test_a_term_is_read_as_written_where_there_is_no_day(text, matures_on, days):
    assert days_of_term(text, matures_on, on=ON) == days


@pytest.mark.parametrize(
    ("client", "ground", "when_asked"),
    [
        (ClientSide("C3", None, kinds=frozenset({"公募"})), "kind", "client_initiated"),
        (ClientSide("C3", None, liquidity="high"), "term", "client_initiated"),
        (ClientSide("C2", None), "above_level", "client_initiated"),
        (ClientSide("C0", None), "lowest_class", "blocked"),
        (ClientSide("C3", None, active=False), "not_active", "blocked"),
        (ClientSide("C3", date(2026, 11, 23)), "expired", "blocked"),
        (ClientSide("C3", None, opted_out=True), "opted_out", "match"),
    ],
)
def test_what_a_client_may_ask_for_is_not_what_we_may_bring_up(client, ground, when_asked):
    note = ProductSide("R3", term_days=180, kind="私募")
    ours = assess(client, note, RULES.suitability, on=ON)
    assert (ours.result, ours.grounds) == ("blocked", (ground,))
    assert assess(client, note, RULES.suitability, on=ON, staff_initiated=False).result == when_asked


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"weights": {**DEFAULT_RULES["fit"]["weights"], "cash": 21}}, "fit.weights"),
        ({"persona": {**DEFAULT_RULES["fit"]["persona"], "FF": [1, 1]}}, "fit.persona.FF"),
        ({"value_type": {**DEFAULT_RULES["fit"]["value_type"], "asset": [1, 1, 1, 1, 2]}}, "fit.value_type.asset.R5"),
        ({"idle_share": 0}, "fit.idle_share"),
    ],
)
def test_a_wrong_ranking_names_its_field(change, field):
    with pytest.raises(RuleFault) as error:
        read_service_rules({"fit": {**DEFAULT_RULES["fit"], **change}})
    assert error.value.field == field
