"""Words for files of results: their columns, and what is wrong with a row and how to mend it."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from advisors.labels import RESULT_PROBLEMS, SKILL_LABELS, skill_label
from advisors.queries.result_file import JudgedRow

#: Names of the columns (advisors.domain.result_rows knows them in both languages, and others besides).
COLUMN_LABELS: dict[str, Promise] = {
    "staff_no": _("staff no"),
    "name": _("name"),
    "contest": _("contest"),
    "kind": _("kind"),
    "held_on": _("held on"),
    "points": _("points"),
    "full_marks": _("full marks"),
    "place": _("place"),
    "participants": _("participants"),
    "figure": _("return"),
    "level": _("level"),
    "skills": _("skills"),
    "note": _("note"),
}

ROW_PROBLEMS: dict[str, Promise] = {
    "no_person": _("The row names nobody. Give the staff no. or the name."),
    "missing": _("%(column)s is empty. Fill it in."),
    "not_day": _("%(column)s “%(detail)s” is no date. Write 2026-06-30."),
    "day_out_of_range": _("%(column)s “%(detail)s” is no date of our time. Write 2026-06-30."),
    "not_number": _("%(column)s “%(detail)s” is no number."),
    "not_positive": _("%(column)s “%(detail)s” must be a number above 0."),
    "unknown_word": _("%(column)s “%(detail)s” is not known. Use one of the words of the template."),
    "future": _("The contest is held on %(detail)s, a day to come: it has no results yet."),
    "unknown_staff": _("Nobody of this branch has the staff no. %(detail)s."),
    "unknown_name": _("Nobody of this branch is called %(detail)s. Give the staff no."),
    "same_name": _("Several people are called %(detail)s. Give the staff no."),
    "other_name": _("This staff no. belongs to %(detail)s. Correct the number or the name."),
    "twice": _("Row %(detail)s gives the same person another result in this contest. Keep the right one."),
    "other_scoring": _("The other results of this contest are given otherwise (%(detail)s). Give this one likewise."),
    "other_full_marks": _("The full marks of this contest are %(detail)s. Correct them or the points."),
    **RESULT_PROBLEMS,
}
UNREADABLE_CELL = _("%(column)s “%(detail)s” cannot be read.")


def column_label(code: str) -> str:
    return str(COLUMN_LABELS.get(code, code))


def row_problem(row: JudgedRow) -> str:
    """What is wrong with a row, and what to do."""
    detail = column_label(row.detail) if row.problem == "other_scoring" else row.detail
    words = {"column": column_label(row.column), "detail": detail}
    return str(ROW_PROBLEMS.get(row.problem, UNREADABLE_CELL)) % words


def skill_words() -> dict[str, str]:
    """Code, and label in the language of the person, -> code: what may stand in the column of skills."""
    codes = {code: code for code in SKILL_LABELS}
    return codes | {skill_label(code).casefold(): code for code in SKILL_LABELS}
