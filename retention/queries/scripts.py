"""Scripts that may be used today, and those that fit a client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from branch_crm.core.models import Branch
from retention.domain.script_choice import Candidate, Wanted, choose
from retention.models import Reason, Script, ScriptVersion

#: Scripts beside a client at the counter.
SHOWN_SCRIPTS = 3


@dataclass(frozen=True)
class FittingScript:
    """version: the newest that may be used; versions: all of them, newest first. reason: the likely one it answers."""

    script: Script
    version: ScriptVersion
    versions: Sequence[ScriptVersion]
    reason: Reason | None
    why: tuple[str, ...]


def usable_versions(*, on: date) -> QuerySet[ScriptVersion]:
    """Approved, and the approval holds on that day."""
    return ScriptVersion.objects.filter(state=ScriptVersion.State.APPROVED, expires_on__gte=on).order_by("-version")


def usable_scripts(branch: Branch, *, on: date) -> QuerySet[Script]:
    """The branch's own and the firm's, with their usable versions as `usable`."""
    own = Script.objects.filter(Q(branch=branch) | Q(branch__isnull=True), is_active=True, reason__is_active=True)
    versions = Prefetch("versions", usable_versions(on=on), to_attr="usable")
    return (
        own.filter(versions__in=usable_versions(on=on)).distinct().select_related("reason").prefetch_related(versions)
    )


def fitting_scripts(
    *,
    branch: Branch,
    reasons: Sequence[tuple[Reason, float]],
    tier: int | None,
    persona: str | None,
    on: date,
) -> list[FittingScript]:
    """At most three, the closest first. reasons: likely ones with their weight; without any, what is said to everybody."""
    scripts = {script.pk: script for script in usable_scripts(branch, on=on)}
    parents = dict(Reason.objects.filter(parent__isnull=False).values_list("code", "parent__code"))
    by_code = {reason.code: reason for reason, _weight in reasons}
    wanted = Wanted({reason.code: weight for reason, weight in reasons}, parents, tier, persona or None)
    candidates = [
        Candidate(script.pk, script.reason.code, frozenset(script.tiers), frozenset(script.personas))
        for script in scripts.values()
    ]
    return [
        FittingScript(
            scripts[fit.key], scripts[fit.key].usable[0], scripts[fit.key].usable, by_code.get(fit.reason), fit.why
        )
        for fit in choose(candidates, wanted, most=SHOWN_SCRIPTS)
    ]
