"""Log one contact: the record, whether it counts, what it closes, and what was promised, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from advisors.models import Advisor
from branch_crm.core import audit, trading_calendar
from branch_crm.core.models import Staff
from clients.models import Client, Product
from servicelog.domain.log_quality import Log, judge
from servicelog.domain.screening import Hit, screen
from servicelog.domain.service_rules import ServiceRules
from servicelog.models import BulkContact, Complaint, Contact, MotTask, Promise, Purpose, Recommendation
from servicelog.services.errors import ForbiddenWording, ServiceLogError, Unsuitable
from servicelog.services.learn_profile import learn_profile
from servicelog.services.recommend import recommend, record_refused_attempt
from servicelog.services.service_policies import service_rules

#: Fields of a draft that go into the record as they are.
PLAIN = (
    "held_at",
    "minutes",
    "channel",
    "direction",
    "reached",
    "purpose",
    "clas",
    "summary",
    "needs",
    "next_step",
    "next_on",
    "advice_given",
)
#: Promises, or products, of one talk.
MOST_LINES = 10
#: Texts that are screened for forbidden wording.
SCREENED = ("summary", "needs", "next_step")


@dataclass(frozen=True)
class PromiseDraft:
    text: str
    due_on: date


@dataclass(frozen=True)
class ProductTalk:
    """`staff_initiated`: we spoke of it first. `confirmation`: number of the client's written confirmation, where one is needed."""

    product: Product
    staff_initiated: bool = True
    confirmation: str = ""


@dataclass(frozen=True)
class ContactDraft:
    """What the author typed. `tasks`: ids of MOT tasks it serves; `kept`: ids of promises it fulfils.

    `learnt`: answers for empty fields of the client's profile (clients.queries.profile_gaps.ASKED). `quoted`: the author
    confirms that flagged wording is the client's own or a denial.
    """

    held_at: datetime
    channel: str
    purpose: str
    summary: str
    direction: str = "out"
    reached: bool = True
    minutes: int | None = None
    clas: Sequence[str] = ()
    needs: str = ""
    next_step: str = ""
    next_on: date | None = None
    advice_given: bool = False
    tasks: Sequence[int] = ()
    kept: Sequence[int] = ()
    promises: Sequence[PromiseDraft] = ()
    products: Sequence[ProductTalk] = field(default_factory=tuple)
    learnt: Mapping[str, Any] = field(default_factory=dict)
    quoted: bool = False


@dataclass(frozen=True)
class Logged:
    """`created` False: this draft had been logged before, nothing was written again. `linked`: recommendations that the
    author had recorded for this client on the day of the talk, and that now belong to it."""

    contact: Contact
    created: bool
    closed: int = 0
    linked: int = 0


def log_contact(*, client: Client, actor: Staff, token: UUID, draft: ContactDraft) -> Logged:
    """Write a contact once, however often its draft arrives.

    Raises ServiceLogError naming the field: ForbiddenWording when the text promises what nobody may promise, Unsuitable when a
    product may not be recommended (that attempt is kept, the contact is not).
    """
    try:
        return _log(client, actor, token, draft)
    except Unsuitable as refused:
        product = next(talk.product for talk in draft.products if talk.product.pk == refused.product_id)
        record_refused_attempt(client=client, product=product, actor=actor)
        raise


@transaction.atomic
def _log(client: Client, actor: Staff, token: UUID, draft: ContactDraft) -> Logged:
    Client.objects.select_for_update(no_key=True).get(pk=client.pk)
    known = Contact.objects.filter(token=token).first()
    if known is not None:
        if known.author_id != actor.pk or known.client_id != client.pk:
            raise ServiceLogError(_("This draft belongs to another contact. Open a new one."))
        return Logged(known, created=False)
    now = timezone.now()
    rules = service_rules(client.branch, on=timezone.localdate(now))
    advisor = Advisor.objects.filter(account=actor).first()
    _check(draft, advisor, now)
    hits = _screened(draft, rules)
    reasons = reasons_not_to_count(
        actor=actor, held_at=draft.held_at, logged_at=now, text=draft.summary, reached=draft.reached, rules=rules
    )
    contact = Contact.objects.create(
        branch=client.branch,
        client=client,
        advisor=advisor,
        author=actor,
        token=token,
        counts=not reasons,
        count_reasons=list(reasons),
        flagged=[{"word": hit.word, "at": hit.start, "overridden_by": actor.pk} for hit in hits],
        **{name: getattr(draft, name) for name in PLAIN if name != "clas"},
        clas=list(draft.clas),
    )
    for promised in draft.promises:
        Promise.objects.create(
            branch=client.branch, client=client, contact=contact, text=promised.text, due_on=promised.due_on
        )
    # Before the products of the draft: one that was recorded ahead of the log is not written twice.
    linked = _link(contact)
    for at, talk in enumerate(draft.products):
        _recommend(contact, talk, at, actor)
    if learnt := learn_profile(contact=contact, answers=draft.learnt, actor=actor):
        contact.learnt = learnt
        contact.save(update_fields=["learnt"])
    closed = _close(contact, draft, actor)
    audit.record(
        action="servicelog.contact_logged",
        actor=actor,
        branch=client.branch,
        target=contact,
        detail={
            "client": client.pk, "counts": contact.counts, "closed": closed, "flagged": len(hits), "linked": linked,
            "learnt": contact.learnt,
        },
    )  # fmt: skip
    return Logged(contact, created=True, closed=closed, linked=linked)


def _link(contact: Contact) -> int:
    """What the author recommended to this client on the day of the talk, before he wrote it down, was said in it. Who was
    not reached has been told nothing."""
    if not contact.reached:
        return 0
    made = Recommendation.objects.filter(
        client=contact.client_id,
        made_by=contact.author_id,
        contact=None,
        made_at__date=timezone.localdate(contact.held_at),
    )
    return made.exclude(result=Recommendation.Result.BLOCKED).update(contact=contact)


def _recommend(contact: Contact, talk: ProductTalk, at: int, actor: Staff) -> None:
    try:
        recommend(
            client=contact.client,
            product=talk.product,
            actor=actor,
            contact=contact,
            staff_initiated=talk.staff_initiated,
            confirmation=talk.confirmation,
        )
    except ServiceLogError as error:
        error.at = at
        raise


def reasons_not_to_count(
    *,
    actor: Staff,
    held_at: datetime,
    logged_at: datetime,
    text: str,
    reached: bool,
    rules: ServiceRules,
    without: Contact | None = None,
) -> tuple[str, ...]:
    """Codes of what speaks against counting, judged beside the author's other logs; `without` leaves one of them out."""
    since = min(held_at, logged_at) - timedelta(days=rules.counting.copy_days)
    own = Contact.objects.filter(author=actor, held_at__gte=since, bulk__isnull=True)
    if without is not None:
        own = own.exclude(pk=without.pk)
    others = [
        Log(text=row[0], held_at=timezone.localtime(row[1]), logged_at=timezone.localtime(row[2]))
        for row in own.values_list("summary", "held_at", "logged_at")
    ]
    sent = BulkContact.objects.filter(author=actor, held_at__gte=since)
    others += [
        Log(text=row[0], held_at=timezone.localtime(row[1]), logged_at=timezone.localtime(row[2]), bulk=True)
        for row in sent.values_list("text", "held_at", "logged_at")
    ]
    held_on, logged_on = timezone.localdate(held_at), timezone.localdate(logged_at)
    late = trading_calendar.load().count(held_on, logged_on) if held_on < logged_on else 0
    log = Log(
        text=text,
        held_at=timezone.localtime(held_at),
        logged_at=timezone.localtime(logged_at),
        reached=reached,
        sessions_late=late,
    )
    return judge(log, others, rules.counting)


def _check(draft: ContactDraft, advisor: Advisor | None, now: datetime) -> None:
    if not draft.summary.strip():
        raise ServiceLogError(_("Say in a few words what was spoken of."), field="summary")
    if draft.held_at > now + timedelta(minutes=5):
        raise ServiceLogError(_("The contact lies in the future."), field="held_at")
    if draft.advice_given and (advisor is None or not advisor.may_advise(timezone.localdate(now))):
        raise ServiceLogError(
            _("Only a registered investment adviser may give investment advice. Hand the client to one."),
            field="advice_given",
        )
    if draft.next_on is not None and draft.next_on < timezone.localdate(draft.held_at):
        raise ServiceLogError(_("The next contact lies before this one."), field="next_on")
    for at, promised in enumerate(draft.promises):
        if not promised.text.strip():
            raise ServiceLogError(_("Say what was promised."), field="promises", at=at)


def _screened(draft: ContactDraft, rules: ServiceRules) -> list[Hit]:
    """The hits the author has answered for. Raises ForbiddenWording for hits he has not."""
    found: list[Hit] = []
    texts = [(name, 0, getattr(draft, name)) for name in SCREENED]
    texts += [("promises", at, promised.text) for at, promised in enumerate(draft.promises)]
    for name, at, text in texts:
        hits = screen(text, rules.forbidden)
        if hits and not draft.quoted:
            raise ForbiddenWording(
                _("Wording that may not be used with clients: %(words)s. Rewrite it, or confirm that it is quoted.")
                % {"words": "、".join(dict.fromkeys(hit.word for hit in hits))},
                field=name,
                hits=hits,
                at=at,
            )
        found += hits
    return found


def _close(contact: Contact, draft: ContactDraft, actor: Staff) -> int:
    """Tasks and promises that a talk settles. Who was not reached has settled nothing."""
    if not contact.reached:
        return 0
    day = timezone.localdate(contact.held_at)
    tasks = MotTask.objects.filter(client=contact.client_id, pk__in=draft.tasks, state=MotTask.State.OPEN)
    closed = tasks.update(state=MotTask.State.DONE, contact=contact, closed_on=day, closed_by=actor)
    promises = Promise.objects.filter(client=contact.client_id, pk__in=draft.kept, state=Promise.State.OPEN)
    promises.update(state=Promise.State.KEPT, closed_contact=contact, closed_by=actor, closed_on=day)
    if contact.purpose == Purpose.COMPLAINT:
        complaints = Complaint.objects.filter(client=contact.client_id, state=Complaint.State.OPEN)
        complaints.update(state=Complaint.State.ANSWERED, answered_on=day)
    return int(closed)
