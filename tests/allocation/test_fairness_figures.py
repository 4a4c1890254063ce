"""The figures of evenness: known values, their bounds, and what does not change them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation.domain.fairness import gini, max_over_median, spread

FIGURES = st.lists(st.floats(0, 1e6, allow_subnormal=False), min_size=1, max_size=30).map(
    lambda figures: [round(figure, 3) for figure in figures]
)


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ([], None),
        ([7.0], 0.0),
        ([0.0, 0.0], 0.0),
        ([3.0, 3.0, 3.0], 0.0),
        ([0.0, 10.0], 0.5),
        ([0.0, 0.0, 0.0, 8.0], 0.75),
        # Mean absolute difference 4/3 (pairs 1-2, 1-3, 2-3 and themselves: 8/9) over twice the mean 2.
        ([1.0, 2.0, 3.0], 2 / 9),
    ],
)
def test_gini_of_known_books(figures: list[float], expected: float | None) -> None:
    assert gini(figures) == (None if expected is None else pytest.approx(expected))


@pytest.mark.parametrize(
    ("figures", "expected"), [([], None), ([0.0, 0.0, 5.0], None), ([2.0], 1.0), ([1.0, 2.0, 6.0], 3.0)]
)
def test_most_over_the_middle(figures: list[float], expected: float | None) -> None:
    assert max_over_median(figures) == expected


def test_ends_as_shares_of_the_mean() -> None:
    assert spread([]) is None
    assert spread([0.0, 0.0]) is None
    assert spread([1.0, 3.0]) == (0.5, 1.5)
    # 100 hours at 1 and 300 at 3: the branch has 1,000 over 400 hours.
    assert spread([1.0, 3.0], hours=[100, 300]) == (0.4, 1.2)
    assert spread([1.0, 3.0, 99.0], hours=[100, 300, 0]) == (0.4, 1.2)


@pytest.mark.parametrize("figures", [[-1.0, 2.0], [math.nan], [math.inf, 1.0], [[1.0], [2.0]]])
@pytest.mark.parametrize("figure", [gini, max_over_median, spread])
def test_what_is_no_figure_of_a_person_is_refused(figure: object, figures: list[float]) -> None:
    with pytest.raises(ValueError, match="at least zero"):
        figure(figures)  # type: ignore[operator]


def test_hours_must_match() -> None:
    with pytest.raises(ValueError, match="hours"):
        spread([1.0, 2.0], hours=[1.0])


@given(FIGURES, st.floats(0.01, 100))
def test_a_common_factor_changes_nothing_and_order_neither(figures: list[float], factor: float) -> None:
    found = gini(figures)
    assert found is not None and 0 <= found <= (len(figures) - 1) / len(figures) + 1e-9
    assert gini(np.array(figures) * factor) == pytest.approx(found, abs=1e-9)
    assert gini(figures[::-1]) == pytest.approx(found, abs=1e-12)


@given(FIGURES)
def test_gini_is_half_the_relative_mean_difference(figures: list[float]) -> None:
    values = np.array(figures)
    if values.sum() > 0:
        pairs = np.abs(values[:, None] - values[None, :]).mean()
        assert gini(figures) == pytest.approx(pairs / (2 * values.mean()), abs=1e-9)


@given(FIGURES, st.data())
def test_giving_from_the_richer_to_the_poorer_never_makes_it_less_even(
    figures: list[float], data: st.DataObject
) -> None:
    rich, poor = int(np.argmax(figures)), int(np.argmin(figures))
    part = data.draw(st.floats(0, 0.5)) * (figures[rich] - figures[poor])
    after = list(figures)
    after[rich] -= part
    after[poor] += part
    before = gini(figures)
    assert before is not None
    assert (gini(after) or 0.0) <= before + 1e-9


@given(FIGURES)
def test_ends_lie_around_the_mean(figures: list[float]) -> None:
    ends = spread(figures)
    if ends is None:
        assert not any(figures)
    else:
        assert ends[0] <= 1 + 1e-9 and ends[1] >= 1 - 1e-9
    ratio = max_over_median(figures)
    assert ratio is None or ratio >= 1
