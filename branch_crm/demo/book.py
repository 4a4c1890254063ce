"""One branch of the demo, and the steps that fill it: each through the product's own services, each safe to run again."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from django.conf import settings
from django.db import transaction
from django.db.models import Count
from django.utils.translation import gettext_noop

from advisors.models import Advisor, Contest, ContestLevel, EvidenceKind, Scoring
from advisors.services.record_evidence import record_evidence
from advisors.services.save_contest import ContestHead, save_contest
from allocation.services.adopt_counter_holders import adopt_counter_holders
from branch_crm.core import trading_calendar
from branch_crm.core.jobs import Progress
from branch_crm.core.models import Branch, Role, Staff
from clients.demo_extract.branch import advisors_for, write_branch
from clients.demo_extract.contests import Evidence, hold_contests
from clients.demo_extract.interviews import Interview, hold_interviews
from clients.models import Client, ImportRun
from clients.services.import_extract import load_extract
from clients.services.read_behaviour import read_behaviour
from clients.services.record_questionnaire import record_questionnaire
from clients.services.rescore import rescore
from clients.services.save_client_profile import save_client_profile, version_of
from clients.services.score_branch import score_branch
from retention.services.evaluate_risk import evaluate_risk
from retention.services.score_risk import score_risk

#: How long the present advisors have served.
SERVED = timedelta(days=210)
#: Rows entered in one transaction, between two signs of life.
BATCH = 50
Row = TypeVar("Row")


@dataclass(frozen=True)
class Book:
    """`told` is how many of the interviews are entered: each takes about 10 ms."""

    code: str
    clients: int
    seed: int
    told: int
    as_of: date

    @property
    def branch(self) -> Branch:
        return Branch.objects.get(code=self.code)

    @property
    def director(self) -> Staff:
        return Staff.objects.filter(branch__code=self.code, role=Role.DIRECTOR).order_by("pk")[0]

    @property
    def folder(self) -> Path:
        return Path(settings.DATA_DIR) / "demo" / self.code


def write_files(book: Book, progress: Progress) -> None:
    progress.step(gettext_noop("Writing the counter extract of the demo"))
    write_branch(book.folder, as_of=book.as_of, clients=book.clients, seed=book.seed)


def import_files(book: Book, progress: Progress) -> None:
    """Some rows are dirty on purpose: their reject files are there to be looked at."""
    report = load_extract(
        branch=book.branch, path=book.folder, actor=book.director, source=ImportRun.Source.COMMAND, progress=progress
    )
    if report.changed_nothing:
        raise RuntimeError(report.run.error)


def adopt_holders(book: Book, progress: Progress) -> None:
    """As if on a day long past: who serves today has served for a while, as in any branch."""
    adopt_counter_holders(branch=book.branch, on=book.as_of - SERVED, actor=book.director)


@transaction.atomic
def seat_the_advisor(book: Book, progress: Progress) -> None:
    """The advisor's account belongs to the serving advisor with the largest book."""
    account = Staff.objects.filter(branch__code=book.code, role=Role.ADVISOR, advisor=None).first()
    if account is None:
        return
    serving = Advisor.objects.serving(book.as_of).filter(branch=book.branch, account=None)
    advisor = serving.annotate(book_size=Count("clients")).order_by("-book_size", "staff_no")[0]
    account.name, account.staff_no = advisor.name, advisor.staff_no
    account.save(update_fields=["name", "staff_no"])
    advisor.account = account
    advisor.save(update_fields=["account"])


def enter_contests(book: Book, progress: Progress) -> None:
    """Contests and exams with all their results at once, what the director and the people themselves say one by one."""
    advisors = {advisor.staff_no: advisor for advisor in Advisor.objects.filter(branch=book.branch)}
    results = hold_contests(seed=book.seed, advisors=advisors_for(book.clients), as_of=book.as_of)
    progress.step(gettext_noop("Entering results of contests and exams"), total=len(results))
    held: dict[tuple[str, str, date], list[Evidence]] = defaultdict(list)
    for result in in_batches(results, progress):
        if result.rank is not None or result.kind == EvidenceKind.EXAM:
            held[result.kind, result.event, result.held_on].append(result)
        else:
            record_evidence(
                advisor=advisors[result.staff_no],
                kind=result.kind,
                event=result.event,
                held_on=result.held_on,
                score=result.score,
                skills=[result.skill] if result.skill else [],
                actor=book.director,
            )
    for (kind, event, held_on), came in held.items():
        skill, ranked = came[0].skill, came[0].rank is not None
        figures = {advisors[result.staff_no].pk: float(result.rank or 0) if ranked else result.score for result in came}
        save_contest(
            branch=book.branch,
            head=ContestHead(
                event,
                kind,
                held_on,
                level=ContestLevel.OUTSIDE if kind == EvidenceKind.OUTSIDE else ContestLevel.BRANCH,
                scoring=Scoring.PLACE if ranked else Scoring.POINTS,
                skills=[skill] if skill else [],
            ),
            entered=figures,
            contest=Contest.objects.filter(branch=book.branch, kind=kind, name=event, held_on=held_on).first(),
            actor=book.director,
        )


def enter_interviews(book: Book, progress: Progress) -> None:
    """Those who have been talked to already, by an earlier attempt, are left out."""
    director = book.director
    told = hold_interviews(seed=book.seed, clients=book.clients, as_of=book.as_of)[: book.told]
    untold = Client.objects.filter(branch=book.branch, profile=None).select_related("branch")
    clients = {client.client_no: client for client in untold.filter(client_no__in=[row.client_no for row in told])}
    talks = [row for row in told if row.client_no in clients]
    progress.step(gettext_noop("Entering talks and questionnaires"), total=len(talks))
    for talk in in_batches(talks, progress):
        enter_interview(clients[talk.client_no], talk, director)


def enter_interview(client: Client, talk: Interview, director: Staff) -> None:
    values = {
        "experience_years": talk.experience_years,
        "wealth_source": talk.wealth_source,
        "main_investments": talk.main_investments,
        "distribution": talk.distribution,
        "wishes": talk.wishes,
        "goal_return_note": talk.goal_return_note,
        "liquidity_need": talk.liquidity_need,
        "wished_skills": list(talk.wished_skills),
        "preferred_channel": talk.preferred_channel,
        "marketing_opt_out": talk.marketing_opt_out,
    }
    save_client_profile(client=client, values=values, seen=version_of(None), actor=director)
    if talk.answers is not None:
        record_questionnaire(client=client, answers=talk.answers, answered_on=talk.held_on, actor=director)


def read_personas(book: Book, progress: Progress) -> None:
    progress.step(gettext_noop("Reading behaviour"))
    read_behaviour(branch=book.branch, as_of=book.as_of, progress=progress)


def score_earlier_days(book: Book, progress: Progress) -> None:
    """The end of last month and a week ago: what the home page compares the core set with."""
    sessions = trading_calendar.load()
    month_end = sessions.on_or_before(book.as_of.replace(day=1) - timedelta(days=1))
    week_ago = sessions.on_or_before(book.as_of - timedelta(days=7))
    for day in sorted({month_end, week_ago}):
        score_branch(branch=book.branch, as_of=day, progress=progress)


def score_values(book: Book, progress: Progress) -> None:
    rescore(branch=book.branch, as_of=book.as_of, progress=progress)


def read_signs_of_leaving(book: Book, progress: Progress) -> None:
    run = score_risk(branch=book.branch, as_of=book.as_of, progress=progress)
    evaluate_risk(branch=book.branch, policy=run.policy, as_of=book.as_of)


STEPS = (
    write_files,
    import_files,
    adopt_holders,
    seat_the_advisor,
    enter_contests,
    enter_interviews,
    read_personas,
    score_earlier_days,
    score_values,
    read_signs_of_leaving,
)


def in_batches(rows: Sequence[Row], progress: Progress) -> Iterator[Row]:
    """Every row, BATCH of them in one transaction."""
    for start in range(0, len(rows), BATCH):
        with transaction.atomic():
            yield from rows[start : start + BATCH]
        progress.advance_to(min(start + BATCH, len(rows)))
