"""Why a skill stands where it stands, and the results behind it."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advisors.forms import EvidenceForm, SelfNominationForm
from advisors.labels import skill_label
from advisors.models import Advisor, EvidenceKind, SkillEvidence
from advisors.queries import active_policy, skills_with_reasons
from advisors.services.record_evidence import record_evidence
from advisors.services.withdraw_evidence import withdraw_evidence
from advisors.views.asked import day_asked


@require_GET
@permission_required("advisors.view", raise_exception=True)
def skill_why(request: HttpRequest, pk: int, skill: str) -> HttpResponse:
    """The results behind one skill, each with its fading and its share of the score."""
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk)
    on, wrong_day = day_asked(request)
    policy, scores = skills_with_reasons(advisor, on=on)
    score = next((item for item in scores if item.skill == skill), None)
    if score is None:
        raise Http404
    results = SkillEvidence.objects.visible_to(request.user).in_bulk([c.evidence.pk for c in score.contributions])
    rows = [(contribution, results[contribution.evidence.pk]) for contribution in score.contributions]
    context = {
        "advisor": advisor,
        "on": on,
        "wrong_day": wrong_day,
        "policy": policy,
        "score": score,
        "label": skill_label(skill),
        "rows": rows,
        "prior_share": score.prior_share * 100,
        "prior_score": policy.rules["prior_score"],
    }
    return render(request, "advisors/skill_why.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("advisors.record_evidence", raise_exception=True)
def evidence_new(request: HttpRequest, pk: int) -> HttpResponse:
    advisor = get_object_or_404(Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk)
    skills = active_policy(advisor.branch, on=timezone.localdate()).rules["skills"]
    form = EvidenceForm(request.POST or None, skills=skills)
    if request.method == "POST" and form.is_valid():
        try:
            record_evidence(advisor=advisor, actor=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The result has been entered."))
            return redirect("advisors:detail", pk=advisor.pk)
    return render(request, "advisors/form.html", {"form": form, "advisor": advisor, "heading": _("Enter a result")})


@require_http_methods(["GET", "POST"])
@permission_required("advisors.nominate_self", raise_exception=True)
def nominate_self(request: HttpRequest, pk: int) -> HttpResponse:
    """An advisor names own strengths; that counts a little, until results stand beside it."""
    advisor = get_object_or_404(
        Advisor.objects.visible_to(request.user).select_related("branch"), pk=pk, account=request.user
    )
    today = timezone.localdate()
    form = SelfNominationForm(request.POST or None, skills=active_policy(advisor.branch, on=today).rules["skills"])
    if request.method == "POST" and form.is_valid():
        record_evidence(
            advisor=advisor, kind=EvidenceKind.SELF, event=_("Self-nomination"), held_on=today, score=80.0,
            actor=request.user, skills=form.cleaned_data["skills"], note=form.cleaned_data["note"],
        )  # fmt: skip
        messages.success(request, _("Your self-nomination has been entered."))
        return redirect("advisors:detail", pk=advisor.pk)
    return render(request, "advisors/form.html", {"form": form, "advisor": advisor, "heading": _("Name own strengths")})


@require_POST
@permission_required("advisors.record_evidence", raise_exception=True)
def evidence_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    evidence = get_object_or_404(SkillEvidence.objects.visible_to(request.user), pk=pk)
    try:
        withdraw_evidence(evidence=evidence, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("advisors:contest_detail", pk=evidence.contest_id)
    messages.success(request, _("The result no longer counts; it stays on record."))
    return redirect("advisors:detail", pk=evidence.advisor_id)
