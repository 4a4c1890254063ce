"""Who asks: independent of the client, evenly shared out, and passed on when independence is lost."""

from __future__ import annotations

from collections import Counter
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.domain.follow_up import FollowUpRules, read_follow_up_rules, share_out
from servicelog.models import FollowUp
from servicelog.notifications import tell_assigned
from servicelog.queries.follow_up_clients import not_independent, people_who_ask
from servicelog.services.errors import ServiceLogError
from servicelog.services.follow_up_policies import ensure_follow_up_policy


@transaction.atomic
def assign_follow_ups(*, branch: Branch, today: date, actor: Staff | None = None) -> dict[str, int]:
    """Give every open follow-up an executor who may ask; whoever may no longer (left, moved, serves the client) loses it.

    Returns how many were given out, and how many nobody may ask. Run again, it changes nothing.
    """
    rules = read_follow_up_rules(ensure_follow_up_policy(branch=branch, on=today).rules)
    people = list(people_who_ask(branch, rules).values_list("pk", flat=True))
    queue = FollowUp.objects.select_for_update().filter(branch=branch, state=FollowUp.State.OPEN)
    open_ones = list(queue.order_by("due_on", "pk"))
    barred = not_independent([one.client_id for one in open_ones], since=rules.apart_since(today))
    homeless = [one for one in open_ones if one.executor_id not in people or one.executor_id in barred[one.client_id]]
    moving = {one.pk for one in homeless}
    load: dict[int, int] = {}
    for one in open_ones:
        if one.pk not in moving and one.executor_id is not None:
            load[one.executor_id] = load.get(one.executor_id, 0) + 1
    given = share_out([(one.pk, barred[one.client_id]) for one in homeless], people=people, load=load)
    changed = [one for one in homeless if one.executor_id != given[one.pk]]
    for one in changed:
        one.executor_id = given[one.pk]
    FollowUp.objects.bulk_update(changed, ["executor"], batch_size=1000)
    outcome = {
        "assigned": sum(one.executor_id is not None for one in changed),
        "nobody": sum(person is None for person in given.values()),
    }
    if changed:
        audit.record(action="servicelog.follow_ups_assigned", actor=actor, branch=branch, detail=outcome)
        counts = Counter(one.executor_id for one in changed if one.executor_id is not None)
        tell_assigned(branch, counts, today=today, actor=actor)
    return outcome


@transaction.atomic
def hand_over_follow_up(*, follow_up: FollowUp, executor: Staff, actor: Staff, today: date) -> FollowUp:
    """Another person asks. Raises ServiceLogError when it is no longer open, or when that person may not ask this client."""
    fresh = FollowUp.objects.select_for_update(of=("self",)).select_related("branch", "policy").get(pk=follow_up.pk)
    if fresh.state != FollowUp.State.OPEN:
        raise ServiceLogError(_("This follow-up has been asked already."))
    if fresh.executor_id == executor.pk:
        return fresh
    rules = read_follow_up_rules(ensure_follow_up_policy(branch=fresh.branch, on=today).rules)
    if not people_who_ask(fresh.branch, rules).filter(pk=executor.pk).exists():
        raise ServiceLogError(
            _("%(name)s is not among those who ask by the policy.") % {"name": executor.name}, field="executor"
        )
    refuse_the_dependent(fresh, executor, rules, today)
    before, fresh.executor = fresh.executor_id, executor
    fresh.save(update_fields=["executor"])
    audit.record(
        action="servicelog.follow_up_handed_over",
        actor=actor,
        branch=fresh.branch,
        target=fresh,
        detail={"before": before, "after": executor.pk},
    )
    return fresh


def refuse_the_dependent(follow_up: FollowUp, person: Staff, rules: FollowUpRules, today: date) -> None:
    """Raises ServiceLogError when this person serves, has lately served or opened the client's account."""
    if person.pk in not_independent([follow_up.client_id], since=rules.apart_since(today))[follow_up.client_id]:
        raise ServiceLogError(
            _(
                "%(name)s serves this client, has served it within %(months)s months or opened its account: somebody else asks."
            )
            % {"name": person.name, "months": rules.apart_months},
            field="executor",
        )
