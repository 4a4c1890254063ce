"""The business audit, newest first: who decided what."""

from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from branch_crm.core.filters import AuditFilter
from branch_crm.core.models import AuditEntry


@require_GET
@permission_required("core.view_audit", raise_exception=True)
def audit_list(request: HttpRequest) -> HttpResponse:
    entries = AuditEntry.objects.visible_to(request.user).select_related("actor", "branch")
    chosen = AuditFilter(request.GET, queryset=entries)
    page = Paginator(chosen.qs, 50).get_page(request.GET.get("page"))
    return render(request, "core/audit_list.html", {"page": page, "filter": chosen})
