"""Import pages: upload, look, start, follow, read the result.

Director, assistant and administrator import; manager and compliance read the counts.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.domain.extract.datasets import BY_CODE
from clients.import_forms import MappingForm, UploadForm
from clients.models import ColumnMapping, ImportDataset, ImportRun
from clients.services.download_rejects import download_rejects
from clients.services.import_extract.preview import preview_extract
from clients.services.import_extract.reasons import cell_in_words, in_words
from clients.services.map_column import forget_column, map_column
from clients.services.receive_upload import receive_upload
from clients.services.start_import import discard_upload, start_import

RUNS_A_PAGE = 40


@require_GET
@permission_required("clients.view_imports", raise_exception=True)
def import_list(request: HttpRequest) -> HttpResponse:
    runs = ImportRun.objects.visible_to(request.user).select_related("branch", "created_by")
    page = Paginator(runs.prefetch_related("datasets"), RUNS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "clients/import_list.html", {"page": page})


@require_http_methods(["GET", "POST"])
@permission_required("clients.import_extract", raise_exception=True)
def import_new(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        run = receive_upload(branch=form.chosen_branch, files=form.cleaned_data["files"], actor=request.user)
        return redirect("clients:import_detail", pk=run.pk)
    return render(request, "clients/import_new.html", {"form": form}, status=422 if form.errors else 200)


@require_GET
@permission_required("clients.view_imports", raise_exception=True)
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Before the start the preview, during the run its progress, afterwards what became of every file."""
    run = _run(request, pk)
    rows = list(run.datasets.all())
    context: dict[str, Any] = {
        "run": run,
        "waits": run.state == ImportRun.State.UPLOADED and run.job is None,
        "works": run.job is not None and not run.job.is_final,
        "rows": [_explained(row) for row in rows],
        "notes": [in_words(code, params) for code, params in run.notes],
        "total": {name: sum(getattr(row, name) for row in rows) for name in COUNTS},
    }
    return render(request, "clients/import_detail.html", context)


COUNTS = ("read", "added", "changed", "unchanged", "rejected")


def _explained(row: ImportDataset) -> dict[str, Any]:
    dataset = BY_CODE[row.dataset]
    return {
        "row": row,
        "title": dataset.title,
        "reasons": [(cell_in_words(dataset, name, code), rows) for name, code, rows in row.reject_summary],
        "notes": [in_words(code, params) for code, params in row.notes],
    }


@require_GET
@permission_required("clients.import_extract", raise_exception=True)
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the page above, loaded after it: opening a ZIP of workbooks takes seconds."""
    run = _run(request, pk)
    if not request.htmx or run.job is not None:
        return redirect("clients:import_detail", pk=pk)
    return render(request, "clients/_import_preview.html", {"run": run, "preview": preview_extract(run)})


@require_POST
@permission_required("clients.import_extract", raise_exception=True)
def import_start(request: HttpRequest, pk: int) -> HttpResponse:
    start_import(run=_run(request, pk), actor=request.user)
    return redirect("clients:import_detail", pk=pk)


@require_POST
@permission_required("clients.import_extract", raise_exception=True)
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    if discard_upload(run=_run(request, pk), actor=request.user):
        messages.success(request, _("The upload was discarded and its files removed."))
        return redirect("clients:import_list")
    messages.error(request, _("This import has been started and can no longer be discarded."))
    return redirect("clients:import_detail", pk=pk)


@require_GET
@permission_required("clients.import_extract", raise_exception=True)
def import_rejects(request: HttpRequest, pk: int) -> HttpResponse | FileResponse:
    datasets = ImportDataset.objects.visible_to(request.user).select_related("run__branch")
    dataset = get_object_or_404(datasets, pk=pk)
    path = download_rejects(dataset=dataset, actor=request.user)
    if path is None:
        messages.error(request, _("The rejected rows are no longer kept. Load the extract again to get them."))
        return redirect("clients:import_detail", pk=dataset.run_id)
    name = f"rejects-{dataset.run_id}-{dataset.dataset}.csv"
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type="text/csv; charset=utf-8")
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_http_methods(["GET", "POST"])
@permission_required("clients.import_extract", raise_exception=True)
def import_mapping(request: HttpRequest) -> HttpResponse:
    """The branch's own headers. A header left out of an import arrives here filled in."""
    suggested = {"header": request.GET.get("header", "")[:60], "target": f"{request.GET.get('dataset', '')}:"}
    form = MappingForm(request.POST or None, user=request.user, initial=suggested)
    if request.method == "POST" and form.is_valid():
        dataset, field = form.dataset_and_field
        header = form.cleaned_data["header"]
        map_column(branch=form.chosen_branch, dataset=dataset, header=header, field=field, actor=request.user)
        messages.success(request, _("From the next import on, %(header)s is read.") % {"header": header})
        return redirect("clients:import_mapping")
    mappings = ColumnMapping.objects.visible_to(request.user).select_related("branch", "updated_by")
    rows = [
        (mapping, BY_CODE[mapping.dataset].title, BY_CODE[mapping.dataset].column(mapping.field).title)
        for mapping in mappings.order_by("branch_id", "dataset", "header")
    ]
    status = 422 if form.errors else 200
    return render(request, "clients/import_mapping.html", {"form": form, "rows": rows}, status=status)


@require_POST
@permission_required("clients.import_extract", raise_exception=True)
def import_mapping_delete(request: HttpRequest, pk: int) -> HttpResponse:
    mapping = get_object_or_404(ColumnMapping.objects.visible_to(request.user).select_related("branch"), pk=pk)
    forget_column(mapping=mapping, actor=request.user)
    return redirect("clients:import_mapping")


def _run(request: HttpRequest, pk: int) -> ImportRun:
    runs = ImportRun.objects.visible_to(request.user).select_related("branch", "created_by", "job")
    return get_object_or_404(runs, pk=pk)
