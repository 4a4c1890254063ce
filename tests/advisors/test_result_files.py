"""Files of results: what is read, what is refused with its row, and that nothing doubles."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from advisors.domain.result_rows import COLUMNS, HEADERS, RowProblem, read_row
from advisors.models import Contest, EvidenceKind, ResultUpload, SkillEvidence
from advisors.queries.result_file import judge
from advisors.result_words import COLUMN_LABELS, column_label, row_problem, skill_words
from advisors.services.apply_results import apply_results
from advisors.services.save_contest import ContestHead, save_contest
from branch_crm.core.tabular.cells import simple

TODAY = date(2026, 11, 24)
HEADER = "工号,姓名,比赛,举办日期,得分\n"


def csv_file(text: str, encoding: str = "utf-8-sig") -> SimpleUploadedFile:
    return SimpleUploadedFile("成绩.csv", text.encode(encoding))


def upload_of(cast, *rows: dict) -> ResultUpload:
    numbered = [{"row": at, **row} for at, row in enumerate(rows, start=2)]
    return ResultUpload.objects.create(branch=cast.home, file_name="成绩.csv", rows=numbered, created_by=cast.director)


def row(staff_no, points, contest="2026年演讲比赛", **cells):
    return {"staff_no": staff_no, "points": points, "contest": contest, "held_on": "2026-10-20", **cells}


def judged(upload: ResultUpload):
    return judge(upload, skill_words=skill_words(), today=TODAY)


def words_of(verdict) -> dict[int, str]:
    bad = [row for contest in verdict.contests for row in contest.rows if row.state == "bad"]
    return {row.row_no: row_problem(row) for row in (*verdict.unreadable, *bad)}


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_words_of_the_template_are_read_in_both_languages(language):
    with translation.override(language):
        known = {simple(name): field for name, field in HEADERS.items()}
        assert {code: known.get(simple(column_label(code))) for code in COLUMN_LABELS} == {
            code: code for code in COLUMNS
        }
        for kind, label in EvidenceKind.choices:
            if kind != EvidenceKind.SELF:
                cells = {"name": "李文", "contest": "x", "kind": str(label), "held_on": "2026-10-20"}
                assert read_row(1, cells, {}).kind == kind


@given(st.dictionaries(st.sampled_from(list(COLUMNS)), st.text(max_size=30)))
def test_no_row_breaks_the_reader(cells):
    try:
        result = read_row(5, cells, {"patience": "patience"})
    except RowProblem as problem:
        assert problem.code
    else:
        assert result.contest and result.kind and (result.staff_no or result.name)


@pytest.mark.django_db
class TestFiles:
    def test_a_file_is_looked_at_then_entered_and_loading_it_twice_doubles_nothing(self, client, cast, team):
        client.force_login(cast.assistant)
        text = (
            HEADER
            + "A001,李文,2026年演讲比赛,2026/10/20,88\nA002,王芳,2026年演讲比赛,2026年10月20日,91.5\n11,赵一,知识竞赛,20261101,70\n"
        )
        counts = []
        for encoding in ("utf-8-sig", "gb18030"):
            seen = client.post(reverse("advisors:result_file_new"), {"file": csv_file(text, encoding)})
            assert "王芳" in client.get(seen.url).content.decode()
            assert Contest.objects.count() == len(counts) * 2
            upload = ResultUpload.objects.latest("pk")
            client.post(reverse("advisors:result_file_application", args=[upload.pk]))
            counts.append(ResultUpload.objects.get(pk=upload.pk).outcome)
        assert counts == [{"new": 3}, {"same": 3}]
        assert SkillEvidence.objects.count() == 3
        # Spreadsheets eat leading zeros: 11 is 0011.
        assert SkillEvidence.objects.get(kind="quiz").advisor == team[2]

    def test_good_rows_are_kept_and_bad_rows_told_with_their_number(self, cast, team):
        upload = upload_of(
            cast,
            row("A001", "88"),
            row("9999", "70"),
            row("A002", "130"),
            row("A002", "77", name="李文"),
            row("0011", "viel"),
            row("0012", "60", held_on="2026-13-40"),
            row("0013", "60", held_on="2027-01-01"),
            row("0014", "60"),
            row("0014", "65"),
            row("", "50"),
            row("0013", "50", contest="拔河", kind="拔河"),
        )
        verdict = judged(upload)
        told = words_of(verdict)
        assert sorted(told) == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
        assert "9999" in told[3] and "满分" in told[4] and "王芳" in told[5] and "viel" in told[6]
        assert "第 10 行" in told[9] and "第 9 行" in told[10]
        apply_results(upload=upload, skill_words=skill_words(), actor=cast.director)
        assert [(e.advisor.staff_no, e.score) for e in SkillEvidence.objects.all()] == [("A001", 88)]
        upload.refresh_from_db()
        assert upload.outcome == {"new": 1, "bad": 10}

    def test_a_file_corrects_what_stands_and_leaves_the_rest(self, cast, team):
        head = ContestHead("2026年演讲比赛", "speech", date(2026, 10, 20), full_marks=50)
        save_contest(branch=cast.home, head=head, entered={team[0].pk: 40, team[1].pk: 30}, actor=cast.director)
        upload = upload_of(
            cast, row("A001", "45"), row("A002", "", place=""), row("0011", "99"), row("0012", "40", full_marks="100")
        )
        contest = judged(upload).contests[0]
        assert [row.state for row in contest.rows] == ["correction", "empty", "bad", "bad"]
        apply_results(upload=upload, skill_words=skill_words(), actor=cast.director)
        rows = SkillEvidence.objects.filter(withdrawn_at=None).order_by("advisor__staff_no")
        assert [(row.advisor_id, row.figure, row.score) for row in rows] == [(team[0].pk, 45, 90), (team[1].pk, 30, 60)]

    def test_a_contest_of_the_same_name_some_days_off_is_pointed_out(self, cast, team):
        head = ContestHead("2026年演讲比赛", "speech", date(2026, 10, 13))
        known = save_contest(branch=cast.home, head=head, entered={}, actor=cast.director).contest
        contest = judged(upload_of(cast, row("A001", "45"))).contests[0]
        assert (contest.warning, contest.other, contest.existing) == ("near", known, None)

    def test_a_row_that_falls_out_makes_places_behind_it_fall_out_too(self, cast, team):
        rows = [row(no, "", place=place) for no, place in (("A001", "1"), ("A002", "3"), ("x", "2"))]
        told = words_of(judged(upload_of(cast, *rows)))
        assert sorted(told) == [3, 4]

    def test_a_workbook_and_the_filled_in_template_are_read(self, client, cast, team):
        client.force_login(cast.director)
        head = ContestHead("2026年演讲比赛", "speech", date(2026, 10, 20))
        contest = save_contest(branch=cast.home, head=head, entered={team[0].pk: 40.0}, actor=cast.director).contest
        template = client.get(reverse("advisors:result_template"), {"contest": contest.pk}).content.decode("utf-8-sig")
        lines = [line.split(",") for line in template.splitlines()]
        assert len(lines) == 7
        at = lines[0].index("得分")
        for line, points in zip(lines[1:], (41, 82, 63, 74, 55, 66)):
            line[at] = points
        book = openpyxl.Workbook()
        for line in lines:
            book.active.append(line)
        content = BytesIO()
        book.save(content)
        client.post(reverse("advisors:result_file_new"), {"file": SimpleUploadedFile("表.xlsx", content.getvalue())})
        upload = ResultUpload.objects.latest("pk")
        apply_results(upload=upload, skill_words=skill_words(), actor=cast.director)
        upload.refresh_from_db()
        assert upload.outcome == {"new": 5, "correction": 1}

    @pytest.mark.parametrize(
        ("file", "words"),
        [
            (SimpleUploadedFile("x.csv", b""), ""),
            (csv_file("甲,乙\n1,2\n"), "比赛"),
            (csv_file("工号,得分\n1,2\n"), "举办日期"),
            (SimpleUploadedFile("x.xlsx", b"PK no book"), "Excel"),
            (SimpleUploadedFile("x.pdf", b"%PDF-1.7"), "CSV"),
        ],
        ids=["empty", "no header", "columns missing", "broken workbook", "another kind"],
    )
    def test_a_file_that_cannot_be_read_says_why(self, client, cast, file, words):
        client.force_login(cast.director)
        file.seek(0)
        answer = client.post(reverse("advisors:result_file_new"), {"file": file})
        assert answer.status_code == 422
        assert answer.context["form"].errors["file"]
        assert not ResultUpload.objects.exists()
