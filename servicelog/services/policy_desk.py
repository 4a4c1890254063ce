"""The versions of the policies of the service log, from a draft to the day they come into force.

`MOT` says which moments ask for a contact, `SERVICE` how the branch serves and logs, `SCORECARD` how a month of service is
appraised, `FOLLOW_UP` whom compliance asks. All are drafted, changed and published alike; what differs is in their `Desk`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from branch_crm.core import audit
from branch_crm.core.models import Branch, Role, Staff
from servicelog.domain.follow_up import read_follow_up_rules
from servicelog.domain.mot.rules import read_mot_rules
from servicelog.domain.scorecard import read_scorecard_rules
from servicelog.domain.service_rules import DEFAULT_RULES, read_service_rules
from servicelog.models import FollowUpPolicy, MotPolicy, ScorecardPolicy, ServicePolicy
from servicelog.models.versioned import VersionedPolicy
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.follow_up_policies import ensure_follow_up_policy
from servicelog.services.mot_policies import ensure_mot_policy
from servicelog.services.scorecard_policies import ensure_scorecard_policy
from servicelog.services.service_policies import ensure_service_policy

Policy = VersionedPolicy


class Draft(Protocol):
    """What a draft says."""

    rules: Any
    note: Any


@dataclass(frozen=True)
class Shares:
    """Which sections are compliance's; all others are the desk's. `defaults` stand for sections a version does not have yet.

    `to_compliance`, `to_desk`: what each is told who touches the other's.
    """

    of_compliance: frozenset[str]
    defaults: Mapping[str, Any]
    to_compliance: str | Promise
    to_desk: str | Promise


@dataclass(frozen=True)
class Desk:
    """`drafted`, `changed`, `published`: actions of the audit. `read` raises a fault with the `field` that is wrong; `ensure`
    gives a branch its first version. `shares` None: all of it is everybody's who may draft."""

    drafted: str
    changed: str
    published: str
    model: type[VersionedPolicy]
    read: Callable[[Mapping[str, Any]], object]
    ensure: Callable[..., Policy]
    shares: Shares | None = None


MOT = Desk(
    "servicelog.mot_policy_drafted",
    "servicelog.mot_policy_changed",
    "servicelog.mot_policy_published",
    MotPolicy,
    read_mot_rules,
    ensure_mot_policy,
)
SERVICE = Desk(
    "servicelog.service_policy_drafted",
    "servicelog.service_policy_changed",
    "servicelog.service_policy_published",
    ServicePolicy,
    read_service_rules,
    ensure_service_policy,
    Shares(
        of_compliance=frozenset({"forbidden", "suitability"}),
        defaults=DEFAULT_RULES,
        to_compliance=gettext_lazy(
            "Compliance sets forbidden words and suitability; the director sets the rest in a version of its own."
        ),
        to_desk=gettext_lazy(
            "Forbidden words and suitability are set by compliance in a version of its own; leave them as in force."
        ),
    ),
)
SCORECARD = Desk(
    "servicelog.scorecard_policy_drafted",
    "servicelog.scorecard_policy_changed",
    "servicelog.scorecard_policy_published",
    ScorecardPolicy,
    read_scorecard_rules,
    ensure_scorecard_policy,
)
FOLLOW_UP = Desk(
    "servicelog.follow_up_policy_drafted",
    "servicelog.follow_up_policy_changed",
    "servicelog.follow_up_policy_published",
    FollowUpPolicy,
    read_follow_up_rules,
    ensure_follow_up_policy,
)


@transaction.atomic
def draft_policy(desk: Desk, *, branch: Branch, rules: dict[str, Any], note: str = "", actor: Staff) -> Policy:
    """A new version, not yet in force. Raises RuleFault, or ServiceLogError for sections that are not the actor's."""
    desk.read(rules)
    # Two drafts at once do not ask for the same version number.
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    in_force = desk.ensure(branch=branch, on=timezone.localdate())
    _refuse_foreign_sections(desk, in_force.rules, rules, actor)
    last = desk.model.objects.filter(branch=branch).aggregate(last=Max("version"))["last"] or 0
    policy = desk.model.objects.create(
        branch=branch, version=last + 1, rules=rules, note=note.strip(), created_by=actor
    )
    audit.record(
        action=desk.drafted,
        actor=actor,
        branch=branch,
        target=policy,
        detail={"version": policy.version},
    )
    return policy


@transaction.atomic
def change_policy(desk: Desk, *, policy: Policy, rules: dict[str, Any], note: str, actor: Staff, seen: str) -> Policy:
    """Change a draft. `seen`: the `mark_of` the draft that the editor's page showed.

    Raises RuleFault, ServiceLogError for sections that are not the actor's, and PolicyConflict when the draft was
    published or changed by somebody else meanwhile.
    """
    desk.read(rules)
    fresh = _held(desk, policy)
    if fresh.state != desk.model.State.DRAFT:
        raise PolicyConflict(
            _("Version %(version)s is published and cannot change. Draft a new one from it.")
            % {"version": fresh.version}
        )
    if (fresh.rules, fresh.note) == (rules, note.strip()):
        return fresh
    if seen != mark_of(fresh):
        raise PolicyConflict(_("Somebody has changed this draft since you opened it. Nothing was saved; look again."))
    _refuse_foreign_sections(desk, fresh.rules, rules, actor)
    changed = changed_sections(fresh.rules, rules)
    fresh.rules, fresh.note = rules, note.strip()
    fresh.save(update_fields=["rules", "note"])
    audit.record(
        action=desk.changed,
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version, "sections": changed},
    )
    return fresh


@transaction.atomic
def publish_policy(
    desk: Desk, *, policy: Policy, actor: Staff, note: str, valid_from: date | None = None, today: date | None = None
) -> Policy:
    """In force from `valid_from` (today) on; publishing twice is publishing once.

    Raises ServiceLogError for a missing note, a past day or a section that is not the actor's, RuleFault, and
    PolicyConflict when a higher version has been published meanwhile.
    """
    day = today or timezone.localdate()
    fresh = _held(desk, policy)
    if fresh.state == desk.model.State.PUBLISHED:
        return fresh
    if not note.strip():
        raise ServiceLogError(
            _("Say in a sentence why the rules change; everybody who asks for them will read it."), field="note"
        )
    if valid_from is not None and valid_from < day:
        raise ServiceLogError(
            _("Choose today or a later day: what was raised and counted before keeps its rules."), field="valid_from"
        )
    newer = desk.model.objects.filter(
        branch=fresh.branch_id, state=desk.model.State.PUBLISHED, version__gt=fresh.version
    )
    if newer.exists():
        raise PolicyConflict(_("A newer version has been published meanwhile. Draft a new one from it."))
    desk.read(fresh.rules)
    _refuse_foreign_sections(desk, desk.ensure(branch=fresh.branch, on=day).rules, fresh.rules, actor)
    fresh.state, fresh.note, fresh.valid_from = desk.model.State.PUBLISHED, note.strip(), valid_from or day
    fresh.published_by, fresh.published_at = actor, timezone.now()
    fresh.save(update_fields=["state", "note", "valid_from", "published_by", "published_at"])
    audit.record(
        action=desk.published,
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version, "valid_from": fresh.valid_from.isoformat(), "note": fresh.note},
    )
    return fresh


def published_before(desk: Desk, policy: Policy) -> Policy | None:
    """The version that a published one replaced."""
    published = desk.model.objects.filter(branch=policy.branch_id, state=desk.model.State.PUBLISHED)
    return published.filter(version__lt=policy.version).order_by("-version").first()


def mark_of(policy: Draft) -> str:
    """A short mark of what a draft says; another text has another mark."""
    text = json.dumps([policy.rules, policy.note], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def changed_sections(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*before, *after} if before.get(name) != after.get(name))


def may_edit_section(desk: Desk, actor: Staff, section: str) -> bool:
    """Compliance sets its sections, the desk everything else."""
    return desk.shares is None or (actor.role == Role.COMPLIANCE) == (section in desk.shares.of_compliance)


def _refuse_foreign_sections(desk: Desk, before: Mapping[str, Any], after: Mapping[str, Any], actor: Staff) -> None:
    if desk.shares is None:
        return
    # A version from before a section existed counts with that section's defaults.
    before, after = {**desk.shares.defaults, **before}, {**desk.shares.defaults, **after}
    if not all(may_edit_section(desk, actor, section) for section in changed_sections(before, after)):
        told = desk.shares.to_compliance if actor.role == Role.COMPLIANCE else desk.shares.to_desk
        raise ServiceLogError(str(told))


def _held(desk: Desk, policy: Policy) -> Policy:
    """The branch first, as `draft_policy` takes it, then the version as it is now."""
    if policy.branch_id is None:
        raise PolicyConflict(_("This is the firm's version. Draft one of the branch from it."))
    Branch.objects.select_for_update(no_key=True).get(pk=policy.branch_id)
    return desk.model.objects.select_for_update(of=("self",)).select_related("branch").get(pk=policy.pk)
