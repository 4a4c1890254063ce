"""Names, ID numbers, phones and addresses. Region and exchange codes are ones nobody was ever given."""

from dataclasses import dataclass

import numpy as np

from clients.demo_extract.draws import Ints, Rng, Texts, pick, texts
from clients.demo_extract.names import company_names, given_names, surnames
from clients.demo_extract.population import Population
from clients.demo_extract.scene import Scene
from clients.demo_extract.vocabulary import (
    DISTRICTS,
    EDUCATIONS,
    ESTATES,
    MOBILE_PREFIXES,
    OCCUPATION_WEIGHTS,
    OCCUPATIONS,
    ROADS,
)

REGIONS = ["339901", "339902", "339903", "339904", "329921", "349922", "369931", "419941"]
ID_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
ID_CHECKS = texts(list("10X98765432"))
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CREDIT_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
EPOCH_YEAR = 1970


@dataclass(frozen=True)
class Identities:
    """Text columns over the clients of one chunk."""

    name: Texts
    id_number: Texts
    id_expiry: np.ndarray  # datetime64[D], NaT for "long term"
    phone: Texts
    email: Texts
    address: Texts
    occupation: Texts
    education: Texts


def build_identities(scene: Scene) -> Identities:
    """Give the population names and papers; families share an address, most of the time a surname, sometimes a phone."""
    rng, people, as_of = scene.rng("identity"), scene.people, np.datetime64(scene.timeline.as_of)
    n = len(people)
    birth_year = people.birth.astype("M8[Y]").astype(np.int64) + EPOCH_YEAR
    age = as_of.astype("M8[Y]").astype(np.int64) + EPOCH_YEAR - birth_year
    head = np.where(people.household >= 0, people.household, np.arange(n))
    family = surnames(rng, n)
    # Children and parents carry the head's name here; a spouse keeps her or his own.
    family = np.where(people.relation == 2, family[head], family)
    name = np.where(people.institution, company_names(rng, n), family + given_names(rng, birth_year, people.female))
    phone = mobile_numbers(rng, n)
    shared = (people.relation > 0) & (rng.random(n) < np.where(age > 70, 0.5, 0.06))
    phone = np.where(shared, phone[head], phone)
    return Identities(
        name=name,
        id_number=np.where(people.institution, credit_codes(rng, n), id_numbers(rng, people)),
        id_expiry=_expiry(rng, people, age, as_of),
        phone=_as_written(rng, phone),
        email=np.where(rng.random(n) < 0.3, texts([f"c{serial}@example.com" for serial in people.serial.tolist()]), ""),
        address=_addresses(rng, n)[head],
        occupation=np.where(people.institution, "", _occupations(rng, age)),
        education=np.where(people.institution, "", _educations(rng, birth_year)),
    )


def id_numbers(rng: Rng, people: Population) -> Texts:
    """18 digits that pass the check of GB 11643: region, birth date, order code (odd for men), check digit."""
    n = len(people)
    order = rng.integers(0, 500, size=n) * 2 + np.where(people.female, 0, 1)
    region = pick(rng, REGIONS, n)
    birth = [day.strftime("%Y%m%d") for day in people.birth.tolist()]
    stems = [f"{r}{b}{o:03d}" for r, b, o in zip(region, birth, order.tolist(), strict=True)]
    digits = np.frombuffer("".join(stems).encode(), dtype=np.uint8).reshape(n, 17).astype(np.int64) - ord("0")
    return texts(stems) + ID_CHECKS[digits @ ID_WEIGHTS % 11]


def credit_codes(rng: Rng, size: int) -> Texts:
    """Unified social credit codes with the check character of GB 32100."""
    codes = rng.integers(0, 10, size=(size, 17))
    codes[:, :3] = [9, 1, 3]
    codes[:, 3:5] = 9
    check = (31 - codes @ CREDIT_WEIGHTS % 31) % 31
    stems = ["".join(map(str, row)) for row in codes.tolist()]
    return texts(stems) + texts(list(CREDIT_ALPHABET))[check]


def mobile_numbers(rng: Rng, size: int) -> Texts:
    """Eleven digits with a real prefix and an area part that starts with 0, which is not handed out."""
    tail = rng.integers(0, 10_000_000, size=size)
    return pick(rng, MOBILE_PREFIXES, size) + texts([f"0{number:07d}" for number in tail.tolist()])


def _as_written(rng: Rng, phones: Texts) -> Texts:
    """As people at the counter typed them over thirty years."""
    how = rng.choice(7, size=len(phones), p=[0.90, 0.03, 0.02, 0.01, 0.015, 0.015, 0.01])
    landline = rng.integers(20_000_000, 89_999_999, size=len(phones)).tolist()
    shapes = (
        lambda p, _: p,
        lambda p, _: f"{p[:3]} {p[3:7]} {p[7:]}",
        lambda p, _: f"+86-{p}",
        lambda p, _: f"86{p}",
        lambda p, _: f"{p[:3]}-{p[3:7]}-{p[7:]}",
        lambda _, line: f"0571-{line}",
        lambda _, __: "",
    )
    return texts([shapes[h](p, line) for h, p, line in zip(how.tolist(), phones, landline, strict=True)])


def _expiry(rng: Rng, people: Population, age: Ints, as_of: np.datetime64) -> np.ndarray:
    """Cards hold ten or twenty years; a few have run out, some will within weeks; the old have one for life."""
    years = np.where(age < 26, 10, 20)
    left = (rng.beta(1.4, 1.4, size=len(people)) * 365 * years).astype(np.int64)
    run_out = rng.random(len(people)) < np.where(people.dormant, 0.35, 0.035)
    left = np.where(run_out, -rng.integers(1, 900, size=len(people)), left)
    soon = rng.random(len(people)) < 0.012
    left = np.where(soon, rng.integers(1, 90, size=len(people)), left)
    expiry = as_of + left.astype("m8[D]")
    expiry[(age >= 66) & (rng.random(len(people)) < 0.8)] = np.datetime64("NaT")
    return expiry


def _addresses(rng: Rng, size: int) -> Texts:
    numbers = rng.integers(1, [400, 30, 5, 26, 5], size=(size, 5)).tolist()
    places = zip(pick(rng, DISTRICTS, size), pick(rng, ROADS, size), pick(rng, ESTATES, size), numbers, strict=True)
    return texts([f"江州市{d}{r}{n[0]}号{e}{n[1]}幢{n[2]}单元{n[3]}0{n[4]}室" for d, r, e, n in places])


def _occupations(rng: Rng, age: Ints) -> Texts:
    working = pick(rng, OCCUPATIONS, len(age), OCCUPATION_WEIGHTS)
    return np.where(age >= 61, "离退休", np.where(age <= 22, "学生", working))


def _educations(rng: Rng, birth_year: Ints) -> Texts:
    older = pick(rng, EDUCATIONS, len(birth_year), (28, 40, 18, 13, 1))
    younger = pick(rng, EDUCATIONS, len(birth_year), (3, 14, 28, 43, 12))
    return np.where(birth_year < 1972, older, younger)
