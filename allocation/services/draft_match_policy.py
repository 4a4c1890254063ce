"""Write a draft of the match policy, or change one. No run uses it before it is published."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from allocation.domain.fit.policy import read_rules
from allocation.models import MatchPolicy
from allocation.services.ensure_match_policy import ensure_match_policy
from allocation.services.errors import PlanConflict
from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.services.policy_desk import mark_of


@transaction.atomic
def draft_match_policy(*, branch: Branch, rules: dict[str, Any], note: str = "", actor: Staff) -> MatchPolicy:
    """A new version, not yet in force. Raises RuleFault naming the field."""
    read_rules(rules)
    today = timezone.localdate()
    # Holds the branch's row, so that two drafts at once do not ask for the same version number.
    ensure_match_policy(branch=branch, on=today, actor=None)
    last = MatchPolicy.objects.filter(branch=branch).aggregate(last=Max("version"))["last"] or 0
    policy = MatchPolicy.objects.create(
        branch=branch,
        version=last + 1,
        state=MatchPolicy.State.DRAFT,
        rules=rules,
        valid_from=today,
        note=note.strip(),
        created_by=actor,
    )
    audit.record(
        action="allocation.policy_drafted",
        actor=actor,
        branch=branch,
        target=policy,
        detail={"version": policy.version},
    )
    return policy


@transaction.atomic
def change_match_policy(
    *, policy: MatchPolicy, rules: dict[str, Any], note: str, actor: Staff, seen: str
) -> MatchPolicy:
    """Change a draft. `seen`: the `mark_of` the draft that the editor's page showed.

    Raises RuleFault naming the field, or PlanConflict when it was published or changed by somebody else meanwhile.
    """
    read_rules(rules)
    fresh = MatchPolicy.objects.select_for_update(of=("self",)).select_related("branch").get(pk=policy.pk)
    if fresh.state != MatchPolicy.State.DRAFT:
        raise PlanConflict(
            _("Version %(version)s is published and cannot change. Draft a new one from it.")
            % {"version": fresh.version},
            code="published",
        )
    if (fresh.rules, fresh.note) == (rules, note.strip()):
        return fresh
    if seen != mark_of(fresh):
        raise PlanConflict(
            _("Somebody has changed this draft since you opened it. Nothing was saved; look again."), code="stale"
        )
    changed = sorted(name for name in rules if rules[name] != fresh.rules.get(name))
    fresh.rules, fresh.note = rules, note.strip()
    fresh.save(update_fields=["rules", "note"])
    audit.record(
        action="allocation.policy_changed",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"version": fresh.version, "sections": changed},
    )
    return fresh
