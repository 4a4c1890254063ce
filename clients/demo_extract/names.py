"""Personal and company names with the frequencies and the fashions of their decades."""

import numpy as np

from clients.demo_extract.draws import Bools, Ints, Rng, Texts, pick, texts
from clients.demo_extract.vocabulary import COMPANY_FIRST, COMPANY_SECOND, GIVEN, SURNAMES, TRADES


def surnames(rng: Rng, size: int) -> Texts:
    return pick(rng, list(SURNAMES), size, list(SURNAMES.values()))


def given_names(rng: Rng, birth_year: Ints, female: Bools) -> Texts:
    """One or two characters in the taste of the decade; single-character names were commonest around 1975 to 1995."""
    size = len(birth_year)
    era = np.searchsorted([row[0] for row in GIVEN], birth_year, side="right") - 1
    era = np.clip(era + rng.choice([-1, 0, 0, 0, 0, 1], size=size), 0, len(GIVEN) - 1)
    pool = texts([char for row in GIVEN for half in row[1:] for char in half]).reshape(len(GIVEN), 2, 20)
    sex = female.astype(np.int64)
    first = pool[era, sex, rng.integers(0, 20, size=size)]
    second = pool[era, sex, rng.integers(0, 20, size=size)]
    single = rng.random(size) < np.array([0.12, 0.30, 0.45, 0.25, 0.08])[era]
    return first + np.where(single, "", second)


def company_names(rng: Rng, size: int) -> Texts:
    heads = pick(rng, list(COMPANY_FIRST), size) + pick(rng, list(COMPANY_SECOND), size)
    suffix = pick(rng, ["有限公司", "有限责任公司", "合伙企业(有限合伙)"], size, [8, 1, 1])
    return np.array("江州", dtype=object) + heads + pick(rng, TRADES, size) + suffix
