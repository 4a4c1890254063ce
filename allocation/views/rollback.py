"""Undoing a published plan: what it would mean in numbers, then the deed. Director only."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from allocation.models import Plan
from allocation.services.errors import PlanConflict
from allocation.services.preview_rollback import rollback_effect
from allocation.services.roll_back_plan import roll_back_plan
from allocation.views.plans import plan_for


@require_http_methods(["GET", "POST"])
@permission_required("allocation.roll_back", raise_exception=True)
def rollback(request: HttpRequest, pk: int) -> HttpResponse:
    """Restores every former holder, or stops at the clients touched since and offers to leave these as they are."""
    plan = plan_for(request, pk)
    status = 200
    if request.method == "POST":
        try:
            done = roll_back_plan(
                plan=plan, actor=request.user, skip_conflicts=bool(request.POST.get("skip_conflicts"))
            )
        except PlanConflict as error:
            if not error.conflicts:
                return render(request, "allocation/conflict.html", {"plan": plan, "error": error}, status=409)
            status = 409
        else:
            text = _("Rolled back: %(count)d clients have their former advisor again.") % {"count": done.moved}
            messages.success(request, text if done.changed else _("This plan has been rolled back already."))
            return redirect("allocation:plan_detail", pk=plan.pk)
    if plan.state != Plan.State.PUBLISHED:
        return redirect("allocation:plan_detail", pk=plan.pk)
    context = {"plan": plan, "effect": rollback_effect(plan, on=timezone.localdate()), "refused": status == 409}
    return render(request, "allocation/rollback.html", context, status=status)
