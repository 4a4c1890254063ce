"""Contests: the list, one with its ranking, the page on which it is entered, and taking it back.

Director and assistant enter; manager and compliance read; advisors see the contests with their own result.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from advisors.contest_forms import ContestForm, ResultsForm
from advisors.labels import skill_label
from advisors.models import CONTEST_KINDS, Contest, EvidenceKind
from advisors.queries import active_policy
from advisors.queries.contests import contest_rows, contests_of_year, corrections, may_take_part, participation, ranking
from advisors.services.save_contest import ContestChanged, ResultsRefused, SavedContest, save_contest
from advisors.services.withdraw_contest import withdraw_contest
from advisors.views.asked import branch_of
from branch_crm.core.models import Branch, Role

CONTESTS_A_PAGE = 50
#: Participation is counted over two years: most contests are held once or twice a year.
LOOK_BACK = timedelta(days=730)
#: Years that the calendar turns to.
YEARS = frozenset(map(str, range(2000, 2100)))


@require_GET
@permission_required("advisors.view", raise_exception=True)
def contest_list(request: HttpRequest) -> HttpResponse:
    """`?year=2026` shows the twelve months of a year instead of the list."""
    contests = contest_rows(request.user)
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:60]
    year = request.GET.get("year", "")
    if year in YEARS:
        return _calendar(request, int(year), kind if kind in dict(CONTEST_KINDS) else "")
    if kind in dict(CONTEST_KINDS):
        contests = contests.filter(kind=kind)
    if words:
        contests = contests.filter(name__icontains=words)
    today = timezone.localdate()
    page = Paginator(contests, CONTESTS_A_PAGE).get_page(request.GET.get("page"))
    context: dict[str, Any] = {"page": page, "kinds": CONTEST_KINDS, "kind": kind, "words": words, "today": today}
    if request.user.role != Role.ADVISOR:
        codes = [code for code, _label in CONTEST_KINDS if code != EvidenceKind.ASSESSMENT]
        context["people"] = participation(branch_of(request), codes, since=today - LOOK_BACK, on=today)
        context["people_kinds"] = [dict(CONTEST_KINDS)[code] for code in codes]
        context["since"] = today - LOOK_BACK
    return render(request, "advisors/contest_list.html", context)


def _calendar(request: HttpRequest, year: int, kind: str) -> HttpResponse:
    today = timezone.localdate()
    context = {"year": year, "kind": kind, "kinds": CONTEST_KINDS, "today": today}
    context["months"] = contests_of_year(request.user, year, kind=kind)
    return render(request, "advisors/contest_year.html", context)


@require_GET
@permission_required("advisors.view", raise_exception=True)
def contest_detail(request: HttpRequest, pk: int) -> HttpResponse:
    contest = get_object_or_404(contest_rows(request.user).select_related("branch", "created_by"), pk=pk)
    policy = active_policy(contest.branch, on=timezone.localdate())
    results = list(ranking(contest, request.user))
    usual = policy.rules["kinds"].get(contest.kind, {}).get("skills", {})
    context: dict[str, Any] = {
        "contest": contest,
        "results": results,
        "corrections": list(corrections(contest, request.user)),
        "skills": [skill_label(code) for code in contest.skills or usual],
        "own_skills": bool(contest.skills),
        "policy": policy,
        "level_weight": policy.rules.get("levels", {}).get(contest.level, 1.0),
        "sees_all": request.user.role != Role.ADVISOR,
    }
    if context["sees_all"]:
        came = {result.advisor_id for result in results}
        context["absent"] = [who for who in may_take_part(contest.branch, on=contest.held_on) if who.pk not in came]
    return render(request, "advisors/contest_detail.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("advisors.record_evidence", raise_exception=True)
def contest_new(request: HttpRequest) -> HttpResponse:
    return _entry(request, branch_of(request), None)


@require_http_methods(["GET", "POST"])
@permission_required("advisors.record_evidence", raise_exception=True)
def contest_edit(request: HttpRequest, pk: int) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.visible_to(request.user).select_related("branch"), pk=pk)
    if contest.state == Contest.State.WITHDRAWN:
        messages.error(request, _("The contest has been withdrawn and can no longer be changed."))
        return redirect("advisors:contest_detail", pk=pk)
    return _entry(request, contest.branch, contest)


def _entry(request: HttpRequest, branch: Branch, contest: Contest | None) -> HttpResponse:
    """Head and results on one page, saved together."""
    stored = {row.advisor_id: row for row in ranking(contest, request.user)} if contest else {}
    figures = {pk: row.figure for pk, row in stored.items() if row.figure is not None}
    listed = list(may_take_part(branch, on=contest.held_on if contest else timezone.localdate()))
    listed += [row.advisor for pk, row in stored.items() if pk not in {who.pk for who in listed}]
    skills = active_policy(branch, on=timezone.localdate()).rules["skills"]
    sent = request.POST or None
    form = ContestForm(sent, instance=contest, branch=branch, skills=skills, initial=_suggested(request, contest))
    results = ResultsForm(sent, advisors=listed, stored=figures)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid() & results.is_valid():
            try:
                saved = save_contest(
                    branch=branch, head=form.head, entered=results.entered, actor=request.user, contest=contest,
                    revision=form.cleaned_data["revision"] if contest else None,
                )  # fmt: skip
            except ResultsRefused as refused:
                results.refuse(refused.problems)
            except ValidationError as error:
                form.add_error(None, error)
            except ContestChanged as changed:
                return _somebody_was_faster(request, changed.contest, results)
            else:
                messages.success(request, in_words(saved))
                return redirect("advisors:contest_detail", pk=saved.contest.pk)
    context = {"form": form, "results": results, "contest": contest, "rows": list(results.rows())}
    return render(request, "advisors/contest_form.html", context, status=status)


def _suggested(request: HttpRequest, contest: Contest | None) -> dict[str, Any]:
    """A link may name the kind of a new contest: the page of gaps does."""
    kind = request.GET.get("kind", "")
    return {"kind": kind} if contest is None and kind in dict(CONTEST_KINDS) else {}


def _somebody_was_faster(request: HttpRequest, contest: Contest, results: ResultsForm) -> HttpResponse:
    """What stands now beside what was typed; nothing has been written."""
    now = {row.advisor_id: row.figure for row in ranking(contest, request.user)}
    differing = [
        (who, now.get(who.pk), results.entered.get(who.pk))
        for who in results.advisors
        if now.get(who.pk) != results.entered.get(who.pk)
    ]
    context = {"contest": contest, "differing": differing}
    return render(request, "advisors/contest_conflict.html", context, status=409)


def in_words(saved: SavedContest) -> str:
    """What a save did, in one sentence."""
    written = saved.written
    if not written.changed:
        return _("The contest has been saved; no result changed.")
    return ngettext(
        "Saved: %(added)s new result, %(corrected)s corrected, %(withdrawn)s taken out.",
        "Saved: %(added)s new results, %(corrected)s corrected, %(withdrawn)s taken out.",
        written.added,
    ) % {"added": written.added, "corrected": written.corrected, "withdrawn": written.withdrawn}


@require_POST
@permission_required("advisors.record_evidence", raise_exception=True)
def contest_withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    contest = get_object_or_404(Contest.objects.visible_to(request.user), pk=pk)
    withdraw_contest(contest=contest, actor=request.user)
    messages.success(request, _("The contest no longer counts; it stays on record."))
    return redirect("advisors:contest_detail", pk=pk)
