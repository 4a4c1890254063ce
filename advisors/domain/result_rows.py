"""One row of a file of results, read: whose result, in which contest, what was reached; with the synonyms of both languages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from branch_crm.core.tabular.cells import Bad, decimal_of, half_width, is_nothing, read_code, read_day, read_text

#: Field -> names of its column; the first two are those of the template, in Chinese and English.
COLUMNS: dict[str, tuple[str, ...]] = {
    "staff_no": ("工号", "staff no", "员工编号", "员工号", "客户经理编号", "人员编号", "employee no", "staff_no"),
    "name": ("姓名", "name", "客户经理", "员工姓名", "参赛人", "选手"),
    "contest": ("比赛", "contest", "比赛名称", "活动", "活动名称", "赛事", "赛事名称", "考试名称", "event"),
    "kind": ("类别", "kind", "类型", "比赛类别", "活动类别", "type"),
    "held_on": ("举办日期", "held on", "日期", "比赛日期", "考试日期", "date", "held_on"),
    "points": ("得分", "points", "分数", "成绩", "总分", "score", "marks"),
    "full_marks": ("满分", "full marks", "full_marks"),
    "place": ("名次", "place", "排名", "rank"),
    "participants": ("参赛人数", "participants", "参加人数", "总人数"),
    "figure": ("收益率", "figure", "收益率%", "return", "数值"),
    "level": ("范围", "level", "级别", "比赛级别", "层级"),
    "skills": ("体现的能力", "skills", "能力", "体现能力"),
    "note": ("备注", "note", "说明"),
}
HEADERS = {header: name for name, headers in COLUMNS.items() for header in headers}
#: Without these nobody can say what a row means.
REQUIRED = ("contest", "held_on")

KINDS: dict[str, tuple[str, ...]] = {
    "simulated_trading": (
        "模拟炒股比赛",
        "模拟炒股",
        "模拟交易",
        "炒股大赛",
        "simulated trading contest",
        "simulated trading",
    ),
    "essay": ("征文", "征文比赛", "文章", "论文", "essay"),
    "speech": ("演讲比赛", "演讲", "speech contest", "speech"),
    "lecturer": ("讲师大赛", "讲师", "讲课", "授课", "lecturer contest", "lecture"),
    "quiz": ("知识竞赛", "竞赛", "知识问答", "产品知识竞赛", "quiz"),
    "outside": ("外部赛事", "外部比赛", "全国投顾大赛", "投顾大赛", "outside event", "outside"),
    "exam": ("考试", "上岗考试", "业务考试", "测试", "exam"),
    "director_assessment": ("总监评价", "总监评议", "评价", "评议", "director's assessment", "assessment"),
}
LEVELS: dict[str, tuple[str, ...]] = {
    "branch": ("营业部", "营业部内", "部门", "within the branch", "branch", "内部"),
    "firm": ("公司", "公司内", "分公司", "全公司", "within the firm", "firm"),
    "outside": ("公司外", "全国", "省级", "行业", "外部", "beyond the firm", "national", "outside"),
}

#: The text of one column of the row.
Cell = Callable[[str], str]


@dataclass(frozen=True)
class ReadResult:
    """`scoring` and `figure` empty: the row names a person without a result, as an unfilled template does."""

    row_no: int
    staff_no: str
    name: str
    contest: str
    kind: str
    held_on: date
    scoring: str = ""
    figure: float | None = None
    full_marks: float | None = None
    participants: int | None = None
    level: str = ""
    skills: tuple[str, ...] = ()
    note: str = ""

    @property
    def key(self) -> tuple[str, str, date]:
        """Rows with the same key belong to one contest."""
        return (self.kind, self.contest, self.held_on)


class RowProblem(Exception):
    """`code` says what is wrong, `column` names the field and `cell` is what stands there (advisors.labels has the words)."""

    def __init__(self, code: str, column: str = "", cell: str = "") -> None:
        super().__init__(code, column)
        self.code, self.column, self.cell = code, column, cell[:40]


def read_row(row_no: int, cells: Mapping[str, str], skill_words: Mapping[str, str]) -> ReadResult:
    """`skill_words`: code or label -> skill code. Raises RowProblem for the first cell that cannot be read."""

    def cell(name: str) -> str:
        return cells.get(name, "")

    person = (
        _clean("staff_no", read_code(cell("staff_no"), limit=20), cell),
        _clean("name", read_text(cell("name"), limit=60), cell),
    )
    if not any(person):
        raise RowProblem("no_person")
    contest = _clean("contest", read_text(cell("contest"), limit=120), cell)
    if not contest:
        raise RowProblem("missing", "contest")
    day = _clean("held_on", read_day(cell("held_on")), cell)
    if not day:
        raise RowProblem("missing", "held_on")
    kind = _word("kind", cell("kind"), KINDS) or _kind_in_name(contest)
    if not kind:
        raise RowProblem("missing", "kind")
    scoring, figure = _reached(cell)
    full_marks, participants = _number("full_marks", cell), _number("participants", cell)
    if full_marks is not None and full_marks <= 0:
        raise RowProblem("not_positive", "full_marks", cell("full_marks"))
    if participants is not None and (participants < 1 or participants != int(participants)):
        raise RowProblem("not_positive", "participants", cell("participants"))
    return ReadResult(
        row_no,
        *person,
        contest,
        kind,
        date.fromisoformat(day),
        scoring,
        figure,
        full_marks,
        None if participants is None else int(participants),
        _word("level", cell("level"), LEVELS),
        _skills(cell("skills"), skill_words),
        _clean("note", read_text(cell("note"), limit=500), cell),
    )


def _clean(name: str, value: str, cell: Cell) -> str:
    if isinstance(value, Bad):
        raise RowProblem(value, name, cell(name))
    return value


def _number(name: str, cell: Cell) -> float | None:
    text: str = cell(name)
    try:
        number = decimal_of(half_width(text).removesuffix("%").removesuffix("分"))
    except ArithmeticError:
        raise RowProblem("not_number", name, text) from None
    return None if number is None else float(number)


def _reached(cell: Cell) -> tuple[str, float | None]:
    """A return before points, points before a place: who gives points and place means the points."""
    for name in ("figure", "points", "place"):
        number = _number(name, cell)
        if number is not None:
            return name, number
    return "", None


def _word(name: str, cell: str, meanings: Mapping[str, tuple[str, ...]]) -> str:
    text = half_width(cell).casefold()
    if is_nothing(text):
        return ""
    for code, words in meanings.items():
        if text == code or text in words:
            return code
    raise RowProblem("unknown_word", name, cell)


def _kind_in_name(contest: str) -> str:
    """Most contests say in their name what they are: 2026年演讲比赛. The longest word found decides."""
    found = [(len(word), code) for code, words in KINDS.items() for word in words if word in contest.casefold()]
    return max(found, default=(0, ""))[1]


def _skills(cell: str, skill_words: Mapping[str, str]) -> tuple[str, ...]:
    parts = [part.strip() for part in half_width(cell).replace("、", ",").replace(";", ",").split(",")]
    codes = []
    for part in parts:
        if not part:
            continue
        if part.casefold() not in skill_words:
            raise RowProblem("unknown_word", "skills", part)
        codes.append(skill_words[part.casefold()])
    return tuple(dict.fromkeys(codes))
