"""Write the values of a run, all at once."""

from __future__ import annotations

import numpy as np
from django.db import connection

from branch_crm.core.bulk_copy import Column, write_rows
from clients.domain.value.score import Scores
from clients.domain.value.value_types import TYPES
from clients.models import ClientValue, ScoringRun
from clients.services.collect_facts import CollectedFacts

PART_FIELDS = ("commission_part", "purchase_part", "asset_part")


def write_values(run: ScoringRun, collected: CollectedFacts, scores: Scores) -> None:
    """One COPY; the money behind a part that is not known stays empty."""
    facts = collected.facts
    missing = np.isnan(scores.parts)
    parts = [
        Column(name, "float8", scores.parts[:, index], missing[:, index]) for index, name in enumerate(PART_FIELDS)
    ]
    columns = [
        Column("run_id", "bigint", run.pk),
        Column("client_id", "bigint", facts.client),
        Column("branch_id", "bigint", run.branch_id),
        Column("value", "float8", scores.value),
        *parts,
        Column("rank", "integer", scores.rank),
        Column("value_type", "text", scores.value_type, texts=TYPES),
        Column("tier", "smallint", scores.tiers.tier),
        Column("raw_tier", "smallint", scores.tiers.raw),
        Column("tier_hold_runs", "smallint", scores.tiers.hold),
        Column("is_core", "boolean", scores.core.is_core),
        Column("commission_money", "money", facts.commission_decayed, missing[:, 0]),
        Column("commission_12m", "money", facts.commission_12m),
        Column("purchase_money", "money", scores.purchase_money, missing[:, 1]),
        Column("asset_money", "money", facts.net_assets, missing[:, 2]),
        Column("offsystem_low", "money", scores.quota.low, np.isnan(scores.quota.low)),
        Column("quota_conflict", "boolean", scores.quota.data_check),
        Column("revenue_12m", "money", scores.revenue_12m),
        Column("last_trade_on", "date", collected.last_trade, np.isnat(collected.last_trade)),
    ]
    with connection.cursor() as cursor:
        write_rows(cursor, ClientValue._meta.db_table, columns, len(facts))
