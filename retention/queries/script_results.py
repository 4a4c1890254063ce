"""What became of the episodes that were given a version of a script."""

from __future__ import annotations

from datetime import date, timedelta

from django.utils import timezone

from retention.domain.compare_scripts import AFTER_DAYS, Comparison, Given, compare
from retention.models import RetentionCase, Script, ScriptUse

Check = RetentionCase.Check


def script_results(script: Script, *, on: date) -> Comparison:
    """By version number; tier and reason as they were at the opening of the case. The script has been fetched through the
    user."""
    uses = ScriptUse.objects.filter(script=script).values_list(
        "version__version", "case__tier", "case__reason__code", "among", "spoken_at", "drawn_at",
        "case__check_90", "case__outcome",
    )  # fmt: skip
    return compare(
        Given(
            version,
            (tier, reason or ""),
            among,
            spoken is not None,
            _kept(check, outcome, timezone.localdate(drawn) <= on - timedelta(days=AFTER_DAYS)),
        )
        for version, tier, reason, among, spoken, drawn, check, outcome in uses
    )


def _kept(check: str, outcome: str, is_ripe: bool) -> bool | None:
    """Nobody is counted before the 90 days are over, so that those who leave early do not stand alone; whoever has left
    by then counts as not kept, also without a check."""
    if not is_ripe:
        return None
    if check == Check.WAITING:
        return False if outcome == RetentionCase.Outcome.LEFT else None
    return check == Check.KEPT
