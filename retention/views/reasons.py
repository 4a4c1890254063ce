"""Why clients leave: the list of reasons, and what it adds up to."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.views.value import asked_branch
from retention.domain.reason_table import Leaver, tabulate
from retention.forms_reasons import FiguresForm, SavedReasonForm
from retention.models import Reason
from retention.queries.reason_figures import leavers_of
from retention.services.errors import RetentionError
from retention.services.save_reason import save_reason
from retention.wording_reasons import BY_LABELS, column_in_words, names_of

PAGE = 50


@require_GET
@permission_required("retention.view_reasons", raise_exception=True)
def reason_list(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance."""
    tops = Reason.objects.visible_to(request.user).filter(parent__isnull=True).prefetch_related("children", "scripts")
    return render(request, "retention/reason_list.html", {"tops": tops, "branch": request.user.branch_id})


@require_http_methods(["GET", "POST"])
@permission_required("retention.edit_reasons", raise_exception=True)
def reason_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager."""
    form = SavedReasonForm(request.POST or None, tops=_tops(request))
    return _save(request, form, lambda fields: save_reason(branch=asked_branch(request), actor=request.user, **fields))


@require_http_methods(["GET", "POST"])
@permission_required("retention.edit_reasons", raise_exception=True)
def reason_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager; reasons of the branch."""
    reason = get_object_or_404(Reason.objects.visible_to(request.user), pk=pk)
    form = SavedReasonForm(request.POST or None, instance=reason, tops=_tops(request))
    return _save(
        request,
        form,
        lambda fields: save_reason(branch=reason.branch, reason=reason, actor=request.user, **fields),
    )


def _save(request: HttpRequest, form: SavedReasonForm, save: Callable[[dict[str, Any]], Reason]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            saved = save(form.cleaned_data)
        except RetentionError as error:
            form.add_error(error.field or None, error.message)
        else:
            messages.success(request, _("“%(reason)s” is saved.") % {"reason": saved})
            return redirect("retention:reason_list")
    return render(request, "retention/reason_form.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@permission_required("retention.view_reasons", raise_exception=True)
def figures(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, compliance. `?reason=` and `?column=` open the leavers behind a figure."""
    form = FiguresForm(request.GET, today=timezone.localdate())
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        by = form.cleaned_data["by"]
        found = _leavers(request, form)
        names = names_of(Reason.objects.visible_to(request.user))
        table = tabulate(found, by=by)
        behind = [leaver for leaver in found if _is_behind(request, leaver, by)]
        context |= {
            "table": table,
            "columns": [(value, column_in_words(by, value)) for value in table.columns],
            "lines": [
                (line, names.get(line.reason or line.top, line.top), list(zip(table.columns, line.cells, strict=True)))
                for line in table.lines
            ],
            "page": Paginator(behind, PAGE).get_page(request.GET.get("page")),
            "names": names,
            "by_label": BY_LABELS[by],
            "narrowed": "reason" in request.GET or "column" in request.GET,
        }
    return render(request, "retention/reason_figures.html", context, status=200 if form.is_valid() else 422)


@require_GET
@permission_required("retention.view_reasons", raise_exception=True)
def figures_file(request: HttpRequest) -> HttpResponse:
    """The table as CSV: counts only, nobody's name but the advisors'."""
    form = FiguresForm(request.GET, today=timezone.localdate())
    if not form.is_valid():
        return render(request, "retention/reason_figures.html", {"form": form}, status=422)
    by = form.cleaned_data["by"]
    table = tabulate(_leavers(request, form), by=by)
    names = names_of(Reason.objects.visible_to(request.user))
    out = io.StringIO()
    writer = csv.writer(out)
    heads = [_("Reason"), _("More exactly"), _("Clients"), *(column_in_words(by, value) for value in table.columns)]
    writer.writerow([_plain(head) for head in heads])
    for line in table.lines:
        exactly = names.get(line.reason, line.reason) if line.reason else ""
        writer.writerow([_plain(names.get(line.top, line.top)), _plain(exactly), line.total, *line.cells])
    # With its mark, so that Excel reads it as UTF-8.
    response = HttpResponse("\ufeff" + out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="leavers.csv"'
    response["Cache-Control"] = "no-store"
    return response


def _leavers(request: HttpRequest, form: FiguresForm) -> list[Leaver]:
    period = {"since": form.cleaned_data["since"], "until": form.cleaned_data["until"]}
    return leavers_of(asked_branch(request), **period)


def _is_behind(request: HttpRequest, leaver: Leaver, by: str) -> bool:
    reason, column = request.GET.get("reason"), request.GET.get("column")
    fits = reason is None or reason in ({leaver.top, leaver.reason} if leaver.top else {""})
    return fits and (column is None or getattr(leaver, by) == column)


def _tops(request: HttpRequest) -> Any:
    return Reason.objects.visible_to(request.user).filter(parent__isnull=True, is_active=True)


def _plain(cell: str) -> str:
    """A name that begins like a formula must not become one in a spreadsheet."""
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
