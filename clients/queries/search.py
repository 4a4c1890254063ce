"""Finding clients by name, pinyin, initials, client no., fund account and phone tail (clients.domain.names)."""

from __future__ import annotations

import re

from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from clients.domain.names import PINYIN_LETTERS, normalise, query_tokens
from clients.models import Client
from clients.models.figures import NO_RANK

LIMIT = 10
_LATIN = re.compile(r"[a-z]+")


def matching(clients: QuerySet[Client], query: str) -> QuerySet[Client]:
    """The clients that every word of the query fits; none when the query holds nothing to search by."""
    tokens = query_tokens(query)
    if not tokens:
        return clients.none()
    found = clients.filter(search_tokens__contains=tokens)
    for word in normalise(query).split():
        if condition := _really(word):
            found = found.filter(condition)
    return found


def best_matches(clients: QuerySet[Client], query: str, *, limit: int = LIMIT) -> list[Client]:
    """The first few for the search box: a whole number or name, then beginnings, then the rest; the most valuable first."""
    text = normalise(query)
    whole = Q(client_no__iexact=text) | Q(fund_accounts__contains=[text]) | Q(fund_accounts__contains=[text.upper()])
    rank = Case(
        When(whole, then=0),
        When(Q(name__iexact=text) | Q(name_initials__iexact=text), then=1),
        When(Q(name__istartswith=text) | Q(client_no__istartswith=text), then=2),
        default=Value(3),
        output_field=IntegerField(),
    )
    ranked = matching(clients, query).annotate(rank=rank)
    return list(ranked.order_by("rank", Coalesce("figures__rank", Value(NO_RANK)), F("pk"))[:limit])


def _really(word: str) -> Q | None:
    """Tokens prove words of up to two or three characters; longer ones must stand together somewhere."""
    if _LATIN.fullmatch(word):
        if len(word) <= PINYIN_LETTERS:
            return None
        return Q(search_tokens__contains=[word[:PINYIN_LETTERS]])
    if any(character.isdigit() for character in word) and word.isascii():
        numbers = Q(client_no__icontains=word) | Q(fund_accounts__icontains=word)
        return numbers | Q(phone_masked__endswith=word) if len(word) <= 4 else numbers
    return Q(name__icontains=word) if len(word) > 2 else None
