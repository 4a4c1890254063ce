"""What the search box finds a client by. Tokens are stored per client (a GIN index), a query asks for all of its tokens.

Chinese pieces are 1- and 2-grams, so that two-character names use the index (trigrams begin at three). Pinyin is found from the
start of any syllable, initials from any of them, numbers by any three characters in a row.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

#: Pinyin is indexed up to this many letters from where a syllable starts, and from the first syllables of long names only.
PINYIN_LETTERS = 12
PINYIN_STARTS = 6

_LATIN = re.compile(r"[a-z]+")
_NUMBER = re.compile(r"[0-9a-z]*[0-9][0-9a-z]*")


def normalise(text: str) -> str:
    """Half-width, lower case, without control characters; spaces collapse."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def masked_name(name: str) -> str:
    """The first character and one star, however long the name is: enough to tell two rows apart, not to know a person."""
    return f"{name.strip()[:1]}*"


def search_tokens(
    *,
    name: str,
    readings: Sequence[str] = (),
    initials: str = "",
    client_no: str = "",
    fund_accounts: Iterable[str] = (),
    phone_tail: str = "",
) -> list[str]:
    """Everything one client may be found by, sorted, without repeats.

    `readings` are the name's pinyin, syllables separated by spaces, one entry per way to read it ("zeng wei", "ceng wei").
    `phone_tail` is the last four digits, the only part of the number that is ever searched.
    """
    tokens = set(_grams(normalise(name).replace(" ", "")))
    tokens.update(_prefixes(initials.casefold()[:PINYIN_LETTERS]))
    for reading in readings:
        syllables = normalise(reading).split()
        letters = "".join(syllable[0] for syllable in syllables)[:PINYIN_LETTERS]
        for start in range(min(len(syllables), PINYIN_STARTS)):
            tokens.update(_prefixes("".join(syllables[start:])[:PINYIN_LETTERS]))
            tokens.update(_prefixes(letters[start:]))
    for number in (client_no, *fund_accounts, phone_tail):
        tokens.update(_number_tokens(normalise(number)))
    return sorted(tokens)


def query_tokens(query: str) -> list[str]:
    """The tokens a client must all have to match; empty when the query holds nothing to search by."""
    tokens: list[str] = []
    for word in normalise(query).split():
        if _NUMBER.fullmatch(word):
            tokens.extend([word] if len(word) < 3 else _windows(word, 3))
        elif _LATIN.fullmatch(word):
            tokens.append(word[:PINYIN_LETTERS])
        else:
            tokens.extend([word] if len(word) == 1 else _windows(word, 2))
    return sorted(set(tokens))


def _windows(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(len(text) - size + 1)]


def _grams(text: str) -> list[str]:
    return [*text, *_windows(text, 2)]


def _prefixes(text: str) -> list[str]:
    return [text[:size] for size in range(1, len(text) + 1)]


def _number_tokens(number: str) -> list[str]:
    return [number[:1], number[:2], *_windows(number, 3)] if number else []
