"""The fair-share card: an advisor's own book against the branch, and the rule that says what is fair."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from advisors.models import Advisor
from allocation.queries.fair_share import fair_share_of
from allocation.wording_notice import mix_tables
from allocation.wording_policy import policy_sections


@require_GET
@permission_required("allocation.take_part", raise_exception=True)
def my_fair_share(request: HttpRequest) -> HttpResponse:
    """An advisor's way to the own card."""
    me = Advisor.objects.visible_to(request.user).filter(account=request.user).first()
    if me is None:
        raise PermissionDenied(_("This account is not linked to an advisor. The administrator can link it."))
    return redirect("allocation:fair_share", pk=me.pk)


@require_GET
@permission_required("allocation.view_notices", raise_exception=True)
def fair_share(request: HttpRequest, pk: int) -> HttpResponse:
    """Director, assistant, manager, compliance for any advisor of the branch; an advisor the own one."""
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk)
    today = timezone.localdate()
    share = fair_share_of(advisor, on=today)
    context = {
        "advisor": advisor,
        "share": share,
        "today": today,
        "is_own": advisor.account_id == request.user.pk,
        "mixes": mix_tables(share.own.after, share.branch, advisor) if share.own else [],
        "sections": policy_sections(share.rules),
    }
    return render(request, "allocation/fair_share.html", context)
