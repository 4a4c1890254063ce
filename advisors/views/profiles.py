"""Advisor list and profile."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from advisors.filters import AdvisorFilter
from advisors.forms import OwnWishForm, ProfileForm
from advisors.models import Advisor
from advisors.queries import advisor_rows, skills_with_reasons
from advisors.services.save_profile import save_profile
from advisors.views.asked import day_asked
from branch_crm.core.models import Role


@require_GET
@permission_required("advisors.view", raise_exception=True)
def advisor_list(request: HttpRequest) -> HttpResponse:
    """An advisor has one row, the own one: straight to it."""
    visible = Advisor.objects.visible_to(request.user)
    if request.user.role == Role.ADVISOR:
        own = get_object_or_404(visible)
        return redirect("advisors:detail", pk=own.pk)
    chosen = AdvisorFilter({"now": "serving", **request.GET.dict()}, queryset=visible.select_related("branch"))
    rows = advisor_rows(chosen.qs, on=timezone.localdate())
    return render(request, "advisors/list.html", {"rows": rows, "filter": chosen})


@require_GET
@permission_required("advisors.view", raise_exception=True)
def advisor_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """`?on=` shows the skills as they stood on that day; everything else is of today."""
    today = timezone.localdate()
    on, wrong_day = day_asked(request)
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch", "account"), pk=pk)
    policy, skills = skills_with_reasons(advisor, on=on)
    context = {
        "advisor": advisor,
        "policy": policy,
        "skills": skills,
        "serving": Advisor.objects.visible_to(request.user).serving(today).filter(pk=advisor.pk).exists(),
        "leaves": advisor.leaves.all()[:20],
        "evidence": advisor.evidence.select_related("entered_by", "contest", "corrected_by")[:50],
        "is_own": advisor.account_id == request.user.pk,
        "today": today,
        "on": on,
        "wrong_day": wrong_day,
        "day_text": on.isoformat(),
    }
    return render(request, "advisors/detail.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("advisors.view", raise_exception=True)
def advisor_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Director and assistant change hours, interests and wish; an advisor the latter two of the own profile."""
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user), pk=pk)
    if request.user.has_perm("advisors.edit"):
        form_class: type[ProfileForm] | type[OwnWishForm] = ProfileForm
    elif advisor.account_id == request.user.pk:
        form_class = OwnWishForm
    else:
        raise PermissionDenied
    form = form_class(request.POST or None, instance=advisor)
    if request.method == "POST" and form.is_valid():
        save_profile(advisor=advisor, changed=list(form.cleaned_data), actor=request.user)
        messages.success(request, _("The profile has been saved."))
        return redirect("advisors:detail", pk=advisor.pk)
    return render(request, "advisors/form.html", {"form": form, "advisor": advisor, "heading": _("Change the profile")})
