"""The night of the reviews: tell advisors what was found, close what they have cured, hand over what is due. Moves nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from django.db import transaction

from advisors.models import Advisor
from allocation.domain import service_review as process
from allocation.domain.service_review import Finding, Standing, find, kinds_found, to_notify
from allocation.models import ReviewStep, ServiceReview
from allocation.notifications_review import tell_due, tell_notices
from allocation.queries.service_findings import evidence_of, standings
from allocation.services.apply_reviews import apply_reviews
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Branch
from clients.models import ClientStatus
from servicelog.domain.service_rules import ServiceRules, read_service_rules
from servicelog.models import ServicePolicy
from servicelog.services.service_policies import ensure_service_policy

State = ServiceReview.State
#: Accounts whose service is no longer a question.
GOING = (ClientStatus.CLOSING, ClientStatus.CLOSED)


@transaction.atomic
def find_service_reviews(branch: Branch, on: date) -> dict[str, int]:
    """Returns how many advisors' notices were given, wait for room, were cured, became due or lapsed. A second call on the same
    day writes nothing; a night run again for an earlier day leaves alone what was told later."""
    policy = ensure_service_policy(branch=branch, on=on)
    rules = read_service_rules(policy.rules)
    effects = apply_reviews(branch, on)
    known = {(each.client, each.advisor): each for each in standings(branch, on=on, rules=rules)}
    counts = Counter(_bring_up_to_date(branch, on, known, rules))
    told, waiting = _new_findings(branch, on, known.values(), rules)
    given = _give_notices(branch, told, on, policy, rules)
    advisors = Advisor.objects.filter(pk__in=[each.advisor_id for each in given], account__isnull=False)
    tell_notices(branch, given, advisors.values_list("pk", "account_id"))
    if counts[process.TIME_OVER]:
        tell_due(branch, counts[process.TIME_OVER], str(on))
    counts[process.NOTICE] = len(told)
    taken = (process.NOTICE, process.CURE, process.TIME_OVER, process.LAPSE)
    done = {"waiting": waiting, **{step: counts[step] for step in taken}}
    if sum(counts.values()):
        audit.record(
            action="allocation.service_reviews_found", actor=None, branch=branch, detail={"on": on.isoformat(), **done}
        )
    return done | {step: effects[step] + done.get(step, 0) for step in effects}


def _bring_up_to_date(
    branch: Branch, on: date, known: Mapping[tuple[int, int], Standing], rules: ServiceRules
) -> list[str]:
    """The steps that reviews under way have taken by themselves."""
    running = ServiceReview.objects.select_for_update(of=("self",), no_key=True).select_related("client")
    steps = []
    for review in running.filter(branch=branch, state__in=[State.NOTICED, State.DUE], noticed_on__lte=on).order_by(
        "pk"
    ):
        step = _step_of(review, known.get((review.client_id, review.advisor_id)), on, rules)
        if step:
            review.state = process.after(
                review.state, step, on=on, cure_until=review.cure_until, has_reply=bool(review.reply)
            )
            review.due_on = on if step == process.TIME_OVER else review.due_on
            review.closed_on = on if review.state in (State.CURED, State.LAPSED) else None
            review.save(update_fields=["state", "due_on", "closed_on"])
            steps.append((review, step))
    ReviewStep.objects.bulk_create(ReviewStep(review=review, step=step) for review, step in steps)
    return [step for _review, step in steps]


def _step_of(review: ServiceReview, standing: Standing | None, on: date, rules: ServiceRules) -> str:
    """Cured when what was found no longer holds. While something takes the case off the advisor's account his time does not
    end: a leave or a complaint is not his fault. What waits for the director is left to the director."""
    if review.client.advisor_id != review.advisor_id or review.client.status in GOING:
        return process.LAPSE
    if review.state == State.DUE:
        return ""
    if standing is None or rules.reviews.use_of(review.finding) == "off":
        return process.LAPSE
    if standing.excused:
        return ""
    if review.finding not in kinds_found(standing, rules):
        return process.CURE
    return process.TIME_OVER if on > review.cure_until else ""


def _new_findings(
    branch: Branch, on: date, known: Iterable[Standing], rules: ServiceRules
) -> tuple[list[Finding], int]:
    """Without pairs that have a review under way, told later, or closed within the days of grace."""
    peace = on - timedelta(days=rules.reviews.grace_days)
    reviews = ServiceReview.objects.filter(branch=branch)
    rested = set(reviews.filter(closed_on__gt=peace).values_list("client_id", "advisor_id"))
    later = set(reviews.filter(found_on__gt=on).values_list("client_id", "advisor_id"))
    running = list(reviews.filter(state__in=process.OPEN).values_list("client_id", "advisor_id", "state"))
    passed = rested | later | {(client, advisor) for client, advisor, _state in running}
    open_now = Counter(advisor for _client, advisor, state in running if state != State.UPHELD)
    found = [each for each in find(known, rules) if (each.standing.client, each.standing.advisor) not in passed]
    return to_notify(found, open_now=open_now, most_open=rules.reviews.most_open)


def _give_notices(
    branch: Branch, told: Sequence[Finding], on: date, policy: ServicePolicy, rules: ServiceRules
) -> list[ServiceReview]:
    evidence = evidence_of(told, on=on, rules=rules)
    until = trading_calendar.load().shift(on, rules.reviews.cure_sessions)
    reviews = ServiceReview.objects.bulk_create(
        ServiceReview(
            branch=branch,
            advisor_id=finding.standing.advisor,
            client_id=finding.standing.client,
            finding=finding.kind,
            evidence=evidence[finding.standing.client],
            policy=policy,
            found_on=on,
            noticed_on=on,
            cure_until=until,
        )
        for finding in told
    )
    ReviewStep.objects.bulk_create(ReviewStep(review=review, step=process.NOTICE) for review in reviews)
    return reviews
