"""Exports, and those of the client list: ask with a purpose, wait if it is long, download. For director, manager and compliance.

The file goes to whoever asked for it, and to compliance; managers see the other requests without their files.
"""

from __future__ import annotations

from pathlib import Path

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from clients.filter_words import chips
from clients.forms import ExportForm
from clients.list_state import ListState, chosen_rows
from clients.models import ExportRequest
from clients.queries.book import count
from clients.services.download_export import download_export, may_download
from clients.services.request_export import MOST_ROWS, ExportTooLarge, Wanted, request_export

RECENT = 50


@require_http_methods(["GET", "POST"])
@permission_required("clients.export", raise_exception=True)
def export(request: HttpRequest) -> HttpResponse:
    """The list's filter (address) and chosen rows (`pk`) come along; a post without a purpose only asks for one."""
    state = ListState(request)
    ids = chosen_rows(request)
    clients = state.clients if ids is None else state.clients.filter(pk__in=ids)
    rows = count(clients, limit=MOST_ROWS)
    form = ExportForm(request.POST if "purpose" in request.POST else None)
    if form.is_bound and form.is_valid() and state.branch:
        wanted = Wanted(state.query, str(state.order), [column.name for column in state.columns], ids)
        try:
            made = request_export(
                actor=request.user,
                branch=state.branch,
                wanted=wanted,
                rows=rows.number if rows.exact else rows.number + 1,
                purpose=form.cleaned_data["purpose"],
                file_format=form.cleaned_data["file_format"],
            )
        except ExportTooLarge:
            form.add_error(
                None, _("At most %(rows)s rows can be exported. Narrow the filter.") % {"rows": f"{MOST_ROWS:,}"}
            )
        else:
            return redirect("clients:export_detail", pk=made.pk)
    context = {"form": form, "state": state, "rows": rows, "ids": ids, "chips": chips(state), "columns": state.columns}
    return render(request, "clients/export.html", context)


@require_GET
@permission_required("clients.export", raise_exception=True)
def export_list(request: HttpRequest) -> HttpResponse:
    exports = ExportRequest.objects.visible_to(request.user).select_related("by", "job", "branch")[:RECENT]
    rows = [(each, may_download(each, request.user)) for each in exports]
    return render(request, "clients/export_list.html", {"exports": rows})


@require_GET
@permission_required("clients.export", raise_exception=True)
def export_detail(request: HttpRequest, pk: int) -> HttpResponse:
    made = _export_for(request, pk)
    return render(request, "clients/export_detail.html", {"export": made, "mine": may_download(made, request.user)})


@require_GET
@permission_required("clients.export", raise_exception=True)
def export_file(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    made = _export_for(request, pk)
    if not may_download(made, request.user) or not made.file_hash:
        raise Http404
    path = Path(made.path)
    if not made.path or not path.exists():
        messages.error(request, _("The file is no longer kept. Ask for the export again."))
        return redirect("clients:export_detail", pk=pk)
    download_export(export=made, actor=request.user)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=f"{made.subject}-{made.pk}.{made.format}")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _export_for(request: HttpRequest, pk: int) -> ExportRequest:
    return get_object_or_404(
        ExportRequest.objects.visible_to(request.user).select_related("by", "job", "branch"), pk=pk
    )
