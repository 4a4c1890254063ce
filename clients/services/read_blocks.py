"""Facts of a branch by period, from the blocks; missing ones are built from the fact tables and kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction

from branch_crm.core.bulk_copy import read_blobs, read_columns
from branch_crm.core.models import Branch
from clients.models import FACTS_LOCK, FactBlock
from clients.queries.value_facts import BLOCKS

Ints = npt.NDArray[np.int64]


def read_blocks(branch: Branch, kind: FactBlock.Kind, periods: Sequence[date]) -> list[dict[str, Ints]]:
    """One dict of equally long columns (see BLOCKS) per period, in the order given; a period without facts has none."""
    with transaction.atomic():
        present = _present(branch, kind, periods)
        missing = [period for period in periods if period not in present]
        if missing:
            hold_facts(branch)
            present = _present(branch, kind, periods)
            for period in missing:
                if period not in present:
                    _build(branch, kind, period)
        with connection.cursor() as cursor:
            query = cursor.mogrify(
                "SELECT payload FROM clients_factblock WHERE branch_id = %s AND kind = %s AND period = ANY(%s::date[])"
                " ORDER BY array_position(%s::date[], period)",
                (branch.pk, kind.value, list(periods), list(periods)),
            ).decode()
            blobs = read_blobs(cursor, query)
    names = BLOCKS[kind][1]
    return [dict(zip(names, np.frombuffer(blob, dtype="<i8").reshape(len(names), -1), strict=True)) for blob in blobs]


def hold_facts(branch: Branch) -> None:
    """Until the end of the transaction nobody writes the branch's facts and nobody else scores it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [FACTS_LOCK, branch.pk])


def _present(branch: Branch, kind: FactBlock.Kind, periods: Sequence[date]) -> set[date]:
    blocks = FactBlock.objects.filter(branch=branch, kind=kind, period__in=periods)
    return set(blocks.values_list("period", flat=True))


def _build(branch: Branch, kind: FactBlock.Kind, period: date) -> None:
    query, names = BLOCKS[kind]
    with connection.cursor() as cursor:
        rendered: Any = cursor.mogrify(query, (branch.pk, period))
        columns = read_columns(cursor, rendered.decode(), dict.fromkeys(names, "bigint"))
    matrix = np.stack([columns[name] for name in names]).astype("<i8")
    FactBlock.objects.create(branch=branch, kind=kind, period=period, rows=matrix.shape[1], payload=matrix.tobytes())
