"""Drills: what waits, planning and joining one, playing it on one screen or on several, scoring, and what it came to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from clients.list_state import as_number
from clients.views.value import asked_branch
from retention.forms_drills import DrillForm, JoinForm, ScoreForm
from retention.models import Drill, DrillPart
from retention.queries.drill_people import people_of_drills
from retention.queries.drill_stage import result_of, stage_of
from retention.queries.drills import done_drills, drill_rows, open_drills, proposals_for, ready_cards
from retention.services.errors import RetentionError
from retention.services.finish_drill import finish_drill
from retention.services.join_drill import come_to, join_drill
from retention.services.schedule_drill import cancel_drill, schedule_drill
from retention.services.score_drill import score_drill
from retention.services.step_drill import end_talk, start_drill, step_drill
from retention.wording_scripts import spoken_parts

State = Drill.State
PAGE = 20


@require_GET
@permission_required("retention.view_drills", raise_exception=True)
def drill_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch; advisors and the counter their own."""
    return _list(request)


def _list(request: HttpRequest, *, join: JoinForm | None = None) -> HttpResponse:
    done = done_drills(request.user)
    if after := as_number(request.GET.get("after")):
        done = done.filter(pk__lt=after)
    shown = list(done[: PAGE + 1])
    context = {
        "open": open_drills(request.user),
        "done": shown[:PAGE],
        "after": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "join": join or JoinForm(),
        "proposed": proposals_for(request.user, asked_branch(request), today=timezone.localdate()),
        "now": timezone.now(),
    }
    return render(request, "retention/drill_list.html", context, status=422 if join else 200)


@require_http_methods(["GET", "POST"])
@permission_required("retention.plan_drills", raise_exception=True)
def drill_new(request: HttpRequest) -> HttpResponse:
    """Director, assistant, manager, counter, advisors."""
    branch = asked_branch(request)
    cards, people = ready_cards(branch), people_of_drills(branch)
    initial = {
        "card": as_number(request.GET.get("card")),
        "planned_for": timezone.localtime(),
        "staff": request.user.pk,
    }
    form = DrillForm(request.POST or None, cards=cards, people=people, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            drill = schedule_drill(branch=branch, actor=request.user, **form.plan())
        except RetentionError as error:
            form.add_error(error.field or None, error.message)
        else:
            return redirect("retention:drill_detail", pk=drill.pk)
    context = {"form": form, "has_cards": cards.exists()}
    return render(request, "retention/drill_new.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_join(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch, by four digits."""
    form = JoinForm(request.POST)
    if form.is_valid():
        if request.user.branch is None:
            raise Http404
        try:
            drill = join_drill(branch=request.user.branch, actor=request.user, **form.cleaned_data)
        except RetentionError as error:
            form.add_error(error.field or None, error.message)
        else:
            return redirect("retention:drill_detail", pk=drill.pk)
    return _list(request, join=form)


@require_GET
@permission_required("retention.view_drills", raise_exception=True)
def drill_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; advisors and the counter their own. What is seen of a running one depends on the part."""
    return _page(request, _drill(request, pk))


@require_GET
@permission_required("retention.view_drills", raise_exception=True)
def drill_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that follows the others: nothing while it is as `?seen=`, the whole page anew when the drill has
    come to another state than `?state=`, unless somebody is writing (`?writing=1`)."""
    drill = _drill(request, pk)
    if str(drill.changes) == request.GET.get("seen"):
        return HttpResponse(status=204)
    if request.GET.get("state", drill.state) != drill.state and "writing" not in request.GET:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "retention/_drill_stage.html", {"stage": stage_of(drill, request.user), "drill": drill})


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_coming(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever was asked."""
    return _do(request, pk, come_to)


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever plays in it or has planned it."""
    return _do(request, pk, start_drill)


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever practises; on one screen whoever holds it."""
    turn, choice = as_number(request.POST.get("turn")), as_number(request.POST.get("choice"))
    if turn is None or choice is None:
        return redirect("retention:drill_detail", pk=_drill(request, pk).pk)
    return _do(request, pk, step_drill, turn=turn, choice=choice)


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_end(request: HttpRequest, pk: int) -> HttpResponse:
    """On to the scoring; whoever plays in it or has planned it."""
    return _do(request, pk, end_talk)


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_score(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Each who did not practise; on one screen whoever holds it."""
    drill = _drill(request, pk)
    found = get_object_or_404(DrillPart.objects.visible_to(request.user).select_related("drill"), pk=part, drill=drill)
    form = ScoreForm(request.POST)
    if not form.is_valid():
        return _page(request, drill, form=form, status=422)
    given = {"marks": form.marks(), "fails": form.cleaned_data["fails"], "note": form.cleaned_data["note"]}
    try:
        score_drill(part=found, actor=request.user, **given)
    except RetentionError as error:
        messages.error(request, error.message)
    return redirect("retention:drill_detail", pk=pk)


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_finish(request: HttpRequest, pk: int) -> HttpResponse:
    """Without waiting for who has not scored; whoever plays in it or has planned it."""
    return _do(request, pk, finish_drill)


@require_POST
@permission_required("retention.join_drills", raise_exception=True)
def drill_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever planned it; director, assistant, manager."""
    return _do(request, pk, cancel_drill)


def _drill(request: HttpRequest, pk: int) -> Drill:
    drills = drill_rows(request.user).select_related("card__branch", "script__script", "script__decided_by", "branch")
    return get_object_or_404(drills, pk=pk)


def _do(request: HttpRequest, pk: int, deed: Callable[..., object], **given: Any) -> HttpResponse:
    drill = _drill(request, pk)
    try:
        deed(drill=drill, actor=request.user, **given)
    except RetentionError as error:
        messages.error(request, error.message)
    return redirect("retention:drill_detail", pk=pk)


def _page(request: HttpRequest, drill: Drill, *, form: ScoreForm | None = None, status: int = 200) -> HttpResponse:
    stage = stage_of(drill, request.user)
    is_over = drill.state in (State.SCORING, State.DONE)
    context = {
        "drill": drill,
        "stage": stage,
        "form": form or ScoreForm(),
        "scored_part": stage.to_score[0] if drill.state == State.SCORING and stage.to_score else None,
        "result": result_of(drill) if drill.state == State.DONE else None,
        "script_parts": spoken_parts(drill.script) if is_over and drill.script else [],
        "may_cancel": drill.planned_by_id == request.user.pk or request.user.has_perm("retention.lead_drills"),
    }
    return render(request, "retention/drill_detail.html", context, status=status)
