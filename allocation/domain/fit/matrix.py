"""All terms together: the N x M fit, and any pair taken apart into the same terms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from allocation.domain.fit.terms import Term
from allocation.domain.tables import Floats

#: Fit of a pair about which nothing at all is known.
NEUTRAL = 0.5


@dataclass(frozen=True)
class TermShare:
    """One term of one pair: `share` of the weights, `score` 0-1, and share x score = what it adds to the fit."""

    code: str
    share: float
    score: float

    @property
    def adds(self) -> float:
        return self.share * self.score


def fit_matrix(terms: Sequence[Term]) -> npt.NDArray[np.float32]:
    """(N, M) fit in [0, 1]: two matrix products over all classes of all terms."""
    use = np.hstack([term.use for term in terms]).astype(np.float32)
    trust = np.vstack([term.trust for term in terms]).astype(np.float32)
    score = np.vstack([term.score for term in terms]).astype(np.float32)
    below = use @ trust
    above = use @ (trust * score)
    fit = np.full_like(below, NEUTRAL)
    np.divide(above, below, out=fit, where=below > 1e-9)
    return np.clip(fit, 0.0, 1.0, out=fit)


def take_apart(terms: Sequence[Term], client: int, advisor: int) -> list[TermShare]:
    """The terms that count for this pair; what they add is the pair's fit. Empty when nothing is known."""
    parts = [(term.code, term.use[client] * term.trust[:, advisor], term.score[:, advisor]) for term in terms]
    total = sum(float(weight.sum()) for _, weight, _ in parts)
    return [
        TermShare(code, float(weight.sum()) / total, float((weight * score).sum() / weight.sum()))
        for code, weight, score in parts
        if total > 1e-9 and weight.sum() > 0
    ]


def adds_of_pairs(terms: Sequence[Term], advisors: npt.NDArray[np.int64]) -> Floats:
    """(N, terms): what each term adds to the fit of client i with advisors[i]; agrees with `take_apart`."""
    weights = [term.use * term.trust[:, advisors].T for term in terms]
    total = np.sum([weight.sum(axis=1) for weight in weights], axis=0)
    adds = np.column_stack(
        [(weight * term.score[:, advisors].T).sum(axis=1) for weight, term in zip(weights, terms, strict=True)]
    )
    return np.divide(adds, total[:, None], out=np.zeros_like(adds), where=total[:, None] > 1e-9)
