"""The lists that can be exported; an app above registers its own. Purpose, watermark and harmless cells are the same for all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from clients.models import ExportRequest

CLIENTS = "clients"


@dataclass(frozen=True)
class Table:
    """`rows` is read once, row by row: cells are texts, numbers, dates or None, and only what the request's owner may see."""

    heads: list[str]
    rows: Iterable[list[Any]]


#: Name of the subject -> the table of a request, read in the language of the person who asked.
SUBJECTS: dict[str, Callable[[ExportRequest], Table]] = {}


def register_subject(name: str, table: Callable[[ExportRequest], Table]) -> None:
    SUBJECTS[name] = table
