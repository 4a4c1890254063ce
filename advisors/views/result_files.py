"""Results of many people at once: a template to fill in, a file to look at, a decision. Director and assistant only."""

from __future__ import annotations

import csv
import io
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advisors.contest_forms import ResultFileForm
from advisors.models import Contest, EvidenceKind, ResultUpload
from advisors.queries.contests import may_take_part, ranking
from advisors.queries.result_file import judge
from advisors.result_words import COLUMN_LABELS, column_label, row_problem, skill_words
from advisors.services.apply_results import apply_results
from advisors.services.receive_results import receive_results
from advisors.views.asked import branch_of
from branch_crm.core.tabular.problems import FileProblem
from branch_crm.core.tabular.words import file_in_words

SHOWN_UPLOADS = 10


@require_http_methods(["GET", "POST"])
@permission_required("advisors.record_evidence", raise_exception=True)
def result_file_new(request: HttpRequest) -> HttpResponse:
    form = ResultFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            upload = receive_results(branch=branch_of(request), file=form.cleaned_data["file"], actor=request.user)
        except FileProblem as problem:
            if isinstance(columns := problem.params.get("columns"), list):
                problem.params["columns"] = [column_label(code) for code in columns]
            form.add_error("file", file_in_words(problem))
        else:
            return redirect("advisors:result_file", pk=upload.pk)
    uploads = ResultUpload.objects.visible_to(request.user).select_related("created_by").defer("rows")[:SHOWN_UPLOADS]
    context = {"form": form, "uploads": uploads, "columns": COLUMN_LABELS.values()}
    return render(request, "advisors/result_file_new.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required("advisors.record_evidence", raise_exception=True)
def result_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the decision what the file would do; afterwards what became of it, and its bad rows once more."""
    upload = get_object_or_404(
        ResultUpload.objects.visible_to(request.user).select_related("branch", "created_by"), pk=pk
    )
    verdict = judge(upload, skill_words=skill_words(), today=timezone.localdate())
    labels = dict(EvidenceKind.choices)
    contests = [
        {
            "contest": contest,
            "kind": labels.get(contest.kind, contest.kind),
            "rows": [(row, row_problem(row) if row.problem else "") for row in contest.rows if row.state != "bad"],
        }
        for contest in verdict.contests
    ]
    bad = [row for contest in verdict.contests for row in contest.rows if row.state == "bad"]
    context: dict[str, Any] = {
        "upload": upload,
        "verdict": verdict,
        "contests": contests,
        "bad": sorted(
            ((row, row_problem(row)) for row in (*verdict.unreadable, *bad)), key=lambda pair: pair[0].row_no
        ),
    }
    return render(request, "advisors/result_file.html", context)


@require_POST
@permission_required("advisors.record_evidence", raise_exception=True)
def result_file_application(request: HttpRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(ResultUpload.objects.visible_to(request.user), pk=pk)
    upload = apply_results(upload=upload, skill_words=skill_words(), actor=request.user)
    counts = upload.outcome
    messages.success(
        request,
        _("The file has been entered: %(new)s new, %(corrected)s corrected, %(same)s as before, %(bad)s left out.")
        % {
            "new": counts.get("new", 0),
            "corrected": counts.get("correction", 0),
            "same": counts.get("same", 0) + counts.get("repeated", 0) + counts.get("empty", 0),
            "bad": counts.get("bad", 0),
        },
    )
    return redirect("advisors:result_file", pk=pk)


@require_GET
@permission_required("advisors.record_evidence", raise_exception=True)
def result_template(request: HttpRequest) -> HttpResponse:
    """A CSV to fill in, with everybody who may take part; `?contest=` fills in that contest and what stands there."""
    wanted = request.GET.get("contest", "")
    contest = None
    if wanted:
        number = int(wanted) if wanted.isdecimal() and len(wanted) < 19 else 0
        contest = get_object_or_404(Contest.objects.visible_to(request.user).select_related("branch"), pk=number)
    figures = {row.advisor_id: row.figure for row in ranking(contest, request.user)} if contest else {}
    day = contest.held_on if contest else timezone.localdate()
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([column_label(code) for code in COLUMN_LABELS])
    for advisor in may_take_part(contest.branch if contest else branch_of(request), on=day):
        cells: dict[str, Any] = {"staff_no": advisor.staff_no, "name": advisor.name}
        if contest:
            cells |= {"contest": contest.name, "kind": contest.get_kind_display(), "held_on": day.isoformat()}
            cells[contest.scoring] = "" if figures.get(advisor.pk) is None else f"{figures[advisor.pk]:.10g}"
        writer.writerow([_plain(cells.get(code, "")) for code in COLUMN_LABELS])
    # With its mark, so that Excel reads it as UTF-8.
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="contest-results.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _plain(cell: str) -> str:
    """A name that begins like a formula must not become one in a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
