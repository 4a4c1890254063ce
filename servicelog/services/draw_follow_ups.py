"""The yearly sample: looked at before it is drawn, drawn by a stored seed, due evenly until the policy's last day."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from servicelog.domain.follow_up import Draw, FollowUpRules, draw, due_days, read_follow_up_rules, wanted
from servicelog.models import FollowUp, FollowUpPlan
from servicelog.queries.follow_up_clients import sample_population
from servicelog.services.assign_follow_ups import assign_follow_ups
from servicelog.services.errors import PolicyConflict, ServiceLogError
from servicelog.services.follow_up_policies import current_follow_up_policy, ensure_follow_up_policy

#: Seeds fit what a browser's number field can hold exactly.
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Preview:
    """What drawing now would give. `base` clients x ratio = `wanted`; `standing` of them are drawn and not given up."""

    year: int
    seed: int
    base: int
    wanted: int
    standing: int
    draw: Draw
    first_due: date
    last_due: date

    @property
    def mark(self) -> str:
        """Another mark = another sample: the clients have changed since."""
        text = f"{self.year} {self.seed} {self.base} {self.draw.chosen}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def preview_draw(*, branch: Branch, seed: int, today: date) -> Preview:
    """The sample of this year as `draw_follow_ups` would draw it. Reads only."""
    policy = current_follow_up_policy(branch, on=today)
    return _preview(branch, seed, today, read_follow_up_rules(policy.rules if policy else {}))


@transaction.atomic
def draw_follow_ups(*, branch: Branch, seed: int, actor: Staff, today: date, seen: str = "") -> FollowUpPlan:
    """Draw what this year's sample still lacks and give it to those who ask. The same seed twice is the same sample.

    `seen`: mark of the preview that was looked at; "" where nobody looked. Raises ServiceLogError when the sample is complete,
    PolicyConflict when the clients have changed since the preview.
    """
    # One lot at a time: the next one sees whom this one has drawn.
    Branch.objects.select_for_update(no_key=True).get(pk=branch.pk)
    policy = ensure_follow_up_policy(branch=branch, on=today)
    known = FollowUpPlan.objects.filter(branch=branch, year=today.year, seed=seed).first()
    if known is not None:
        return known
    preview = _preview(branch, seed, today, read_follow_up_rules(policy.rules))
    if not preview.draw.chosen:
        raise ServiceLogError(_("The sample of this year is complete: there is nobody left to draw."))
    if seen and seen != preview.mark:
        raise PolicyConflict(_("The clients have changed since the preview. Look again before you draw."))
    plan = FollowUpPlan.objects.create(
        branch=branch,
        year=preview.year,
        policy=policy,
        seed=seed,
        strata={name: list(counts) for name, counts in preview.draw.strata.items()},
        eligible=preview.base,
        drawn=len(preview.draw.chosen),
        made_by=actor,
    )
    days = due_days(plan.drawn, first=preview.first_due, last=preview.last_due)
    FollowUp.objects.bulk_create(
        [
            FollowUp(
                branch=branch,
                client_id=client,
                plan=plan,
                kind=FollowUp.Kind.EXISTING,
                happening=f"sample:{preview.year}",
                due_on=day,
                policy=policy,
            )
            for client, day in zip(preview.draw.chosen, days, strict=True)
        ],
        batch_size=2000,
    )
    audit.record(
        action="servicelog.follow_ups_drawn",
        actor=actor,
        branch=branch,
        target=plan,
        detail={"year": plan.year, "seed": seed, "clients_that_count": plan.eligible, "drawn": plan.drawn},
    )
    assign_follow_ups(branch=branch, today=today, actor=actor)
    return plan


def _preview(branch: Branch, seed: int, today: date, rules: FollowUpRules) -> Preview:
    population = sample_population(branch, year=today.year, rules=rules)
    drawn = dict(
        FollowUp.objects.filter(branch=branch, happening=f"sample:{today.year}").values_list("client_id", "state")
    )
    standing = sum(state != FollowUp.State.GIVEN_UP for state in drawn.values())
    aim = wanted(rules.ratio, population.base)
    left = [pair for pair in population.pairs if pair[0] not in drawn]
    last = rules.last_day_of(today.year)
    # Drawn after the last day: what is left of the year.
    last = last if last > today else date(today.year, 12, 31)
    return Preview(
        year=today.year,
        seed=seed,
        base=population.base,
        wanted=aim,
        standing=standing,
        draw=draw(left, count=max(aim - standing, 0), seed=seed),
        first_due=min(today + timedelta(days=1), last),
        last_due=last,
    )
