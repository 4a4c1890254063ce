"""What a file of results would do, row by row, judged against what stands now. Nothing is written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from advisors.domain.contest_scores import Marking, problems_of
from advisors.domain.result_rows import ReadResult, RowProblem, read_row
from advisors.models import Advisor, Contest, ContestLevel, ResultUpload, Scoring, SkillEvidence
from branch_crm.core.models import Branch

#: A contest of the same name so near is probably the same one under another date.
NEAR = timedelta(days=45)
GOOD = ("new", "correction", "same")


@dataclass(frozen=True)
class JudgedRow:
    """state: new, correction, same, empty (no result given), repeated, bad. `problem` and `detail` say why a row is bad."""

    row_no: int
    who: str
    state: str = "bad"
    advisor: Advisor | None = None
    figure: float | None = None
    before: float | None = None
    problem: str = ""
    column: str = ""
    detail: str = ""


@dataclass
class JudgedContest:
    """`existing` None: the contest would be entered anew. `warning`: a code, with `other` as the contest it speaks of."""

    name: str
    kind: str
    held_on: date
    marking: Marking
    level: str
    skills: tuple[str, ...]
    note: str
    existing: Contest | None
    rows: list[JudgedRow] = field(default_factory=list)
    warning: str = ""
    other: Contest | None = None

    @property
    def entered(self) -> dict[int, float]:
        return {
            row.advisor.pk: row.figure
            for row in self.rows
            if row.advisor and row.figure is not None and row.state in GOOD
        }


@dataclass(frozen=True)
class Verdict:
    contests: tuple[JudgedContest, ...]
    unreadable: tuple[JudgedRow, ...]

    @property
    def counts(self) -> dict[str, int]:
        """Rows by state."""
        rows = [*self.unreadable, *(row for contest in self.contests for row in contest.rows)]
        return dict(Counter(row.state for row in rows))

    @property
    def good(self) -> int:
        return sum(self.counts.get(state, 0) for state in ("new", "correction"))


def judge(upload: ResultUpload, *, skill_words: Mapping[str, str], today: date) -> Verdict:
    """Read and judge every row. Five queries whatever the number of rows."""
    read: dict[tuple[str, str, date], list[ReadResult]] = defaultdict(list)
    unreadable: list[JudgedRow] = []
    for cells in upload.rows:
        row_no, who = cells["row"], cells.get("staff_no") or cells.get("name") or ""
        try:
            row = read_row(row_no, cells, skill_words)
        except RowProblem as problem:
            unreadable.append(JudgedRow(row_no, who, problem=problem.code, column=problem.column, detail=problem.cell))
            continue
        if row.held_on > today and row.figure is not None:
            unreadable.append(JudgedRow(row_no, who, problem="future", column="held_on", detail=str(row.held_on)))
        else:
            read[row.key].append(row)
    people = _People(upload.branch)
    known = {
        (contest.kind, contest.name, contest.held_on): contest
        for contest in Contest.objects.filter(branch=upload.branch).exclude(state=Contest.State.WITHDRAWN)
    }
    standing: dict[int, dict[int, float]] = defaultdict(dict)
    rows = SkillEvidence.objects.filter(contest__in=[known[key].pk for key in read if key in known], withdrawn_at=None)
    for contest_id, advisor_id, figure in rows.values_list("contest_id", "advisor_id", "figure"):
        standing[contest_id][advisor_id] = figure
    contests = [_judge_contest(group, known, standing, people) for group in read.values()]
    return Verdict(tuple(contests), tuple(unreadable))


def _judge_contest(
    group: list[ReadResult],
    known: Mapping[tuple[str, str, date], Contest],
    standing: Mapping[int, Mapping[int, float]],
    people: _People,
) -> JudgedContest:
    existing = known.get(group[0].key)
    judged = _head(group, existing)
    before = standing.get(existing.pk, {}) if existing else {}
    rows: list[JudgedRow] = []
    seen: dict[int, int] = {}
    for row in group:
        outcome = _judge_row(row, judged.marking, before, people)
        if outcome.advisor is not None and outcome.state in GOOD:
            earlier = seen.setdefault(outcome.advisor.pk, len(rows))
            if earlier != len(rows) and rows[earlier].figure == outcome.figure:
                outcome = replace(outcome, state="repeated", detail=str(rows[earlier].row_no))
            elif earlier != len(rows):
                # Which of the two is right, nobody here can know.
                rows[earlier] = replace(rows[earlier], state="bad", problem="twice", detail=str(outcome.row_no))
                outcome = replace(outcome, state="bad", problem="twice", detail=str(rows[earlier].row_no))
        rows.append(outcome)
    judged.rows = _marked(rows, judged.marking, before)
    if existing is None:
        near = [other for key, other in known.items() if _alike(group[0], other)]
        judged.other = min(near, key=lambda other: abs(other.held_on - judged.held_on), default=None)
        judged.warning = "near" if judged.other else ""
    return judged


def _head(group: list[ReadResult], existing: Contest | None) -> JudgedContest:
    """An existing contest keeps its head; a new one takes the first value that any of its rows names."""
    first = group[0]
    if existing is not None:
        marking = Marking(existing.scoring, existing.full_marks, existing.field_size)
        return JudgedContest(
            first.contest,
            first.kind,
            first.held_on,
            marking,
            existing.level,
            tuple(existing.skills),
            existing.note,
            existing,
        )
    scoring = next((row.scoring for row in group if row.scoring), Scoring.POINTS)
    full_marks = next((row.full_marks for row in group if row.full_marks), 100.0)
    field_size = (
        next((row.participants for row in group if row.participants), None) if scoring == Scoring.PLACE else None
    )
    level = next((row.level for row in group if row.level), ContestLevel.BRANCH)
    skills = next((row.skills for row in group if row.skills), ())
    note = next((row.note for row in group if row.note), "")
    return JudgedContest(
        first.contest, first.kind, first.held_on, Marking(scoring, full_marks, field_size), level, skills, note, None
    )


def _judge_row(row: ReadResult, marking: Marking, before: Mapping[int, float], people: _People) -> JudgedRow:
    who = " ".join(part for part in (row.staff_no, row.name) if part)
    advisor, problem, detail = people.find(row.staff_no, row.name)
    if advisor is None:
        return JudgedRow(row.row_no, who, problem=problem, detail=detail)
    outcome = JudgedRow(row.row_no, who, advisor=advisor, figure=row.figure, before=before.get(advisor.pk))
    if row.figure is None:
        return replace(outcome, state="empty")
    if row.scoring != marking.scoring:
        return replace(outcome, problem="other_scoring", detail=marking.scoring)
    if row.full_marks is not None and marking.scoring == Scoring.POINTS and row.full_marks != marking.full_marks:
        return replace(outcome, problem="other_full_marks", detail=f"{marking.full_marks:g}")
    if outcome.before is None:
        return replace(outcome, state="new")
    return replace(outcome, state="same" if outcome.before == row.figure else "correction")


def _marked(rows: list[JudgedRow], marking: Marking, before: Mapping[int, float]) -> list[JudgedRow]:
    """Figures that cannot be scored make their rows bad, until the rest can: a row that falls out shrinks the field."""
    while True:
        entered = {
            row.advisor.pk: row.figure for row in rows if row.advisor and row.figure is not None and row.state in GOOD
        }
        found = {pk: code for pk, code in problems_of({**before, **entered}, marking).items() if pk in entered}
        if not found:
            return rows
        rows = [
            replace(row, state="bad", problem=found[row.advisor.pk], detail=f"{row.figure:g}")
            if row.advisor and row.state in GOOD and row.advisor.pk in found
            else row
            for row in rows
        ]


def _alike(row: ReadResult, other: Contest) -> bool:
    same_name = other.name == row.contest and abs(other.held_on - row.held_on) <= NEAR
    return other.kind == row.kind and (same_name or other.held_on == row.held_on)


class _People:
    """The advisors of the branch by staff number, with or without leading zeros (spreadsheets eat them), and by name."""

    def __init__(self, branch: Branch) -> None:
        self.by_number: dict[str, Advisor] = {}
        self.by_short_number: dict[str, list[Advisor]] = defaultdict(list)
        self.by_name: dict[str, list[Advisor]] = defaultdict(list)
        for advisor in Advisor.objects.filter(branch=branch):
            self.by_number[advisor.staff_no] = advisor
            self.by_short_number[advisor.staff_no.lstrip("0")].append(advisor)
            self.by_name[advisor.name].append(advisor)

    def find(self, staff_no: str, name: str) -> tuple[Advisor | None, str, str]:
        """The advisor, or a code and its detail: unknown_staff, unknown_name, same_name, other_name."""
        if not staff_no:
            named = self.by_name.get(name, [])
            return (named[0], "", "") if len(named) == 1 else (None, "same_name" if named else "unknown_name", name)
        short = self.by_short_number.get(staff_no.lstrip("0"), [])
        found = self.by_number.get(staff_no) or (short[0] if len(short) == 1 else None)
        if found is None:
            return None, "unknown_staff", staff_no
        return (None, "other_name", found.name) if name and name != found.name else (found, "", "")
