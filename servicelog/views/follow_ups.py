"""Follow-ups at work: the queue of whoever asks, the script on one page, reading over. The client's own advisor sees none."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from clients.list_state import as_number
from servicelog.domain.follow_up import read_follow_up_rules
from servicelog.follow_up_words import asked_lines
from servicelog.forms_follow_up import AnswerForm, AttemptForm, HandOverForm, VerdictForm
from servicelog.models import FollowUp
from servicelog.queries.follow_up_clients import people_who_ask
from servicelog.queries.follow_up_coverage import next_to_ask
from servicelog.services.assign_follow_ups import hand_over_follow_up
from servicelog.services.errors import ServiceLogError
from servicelog.services.follow_up_policies import current_follow_up_policy
from servicelog.services.record_follow_up import record_attempt, record_follow_up
from servicelog.services.review_follow_up import review_follow_up

PAGE = 100
State = FollowUp.State


def _seen(request: HttpRequest) -> QuerySet[FollowUp]:
    people = ("client", "client__branch", "client__figures", "branch", "executor", "reviewer", "policy", "plan")
    return FollowUp.objects.visible_to(request.user).select_related(*people)


def _views(request: HttpRequest) -> dict[str, tuple[str, Q]]:
    """Name of a view -> its words and its rows, as far as they are this person's business."""
    user, found = request.user, {}
    if user.has_perm("servicelog.ask_follow_ups"):
        found["mine"] = (_("Mine to ask"), Q(executor=user, state=State.OPEN))
    if user.has_perm("servicelog.read_over_follow_ups"):
        found["read"] = (_("To read over"), Q(state=State.ASKED) & ~Q(executor=user))
    if user.has_perm("servicelog.oversee_follow_ups"):
        found["trouble"] = (_("To clear up"), Q(state=State.PROBLEM))
        found["nobody"] = (_("Nobody to ask"), Q(state=State.OPEN, executor=None))
    return found | {"all": (_("All follow-ups"), Q())}


@require_GET
@permission_required("servicelog.view_follow_ups", raise_exception=True)
def follow_up_list(request: HttpRequest) -> HttpResponse:
    """`?view=`, and where figures lead: `?kind=`, `?state=`, `?year=`, `?month=`, `?executor=`. The oldest deadline first.

    Counter staff see what is theirs to ask; director, assistant, manager and compliance the branch, but never own clients.
    """
    rows, views = _seen(request), _views(request)
    narrowed = _narrowed(request)
    counts = FollowUp.objects.visible_to(request.user).aggregate(
        **{name: Count("pk", filter=part) for name, (_words, part) in views.items() if name != "all"}
    )
    at_first = next((name for name, number in counts.items() if number), next(iter(views)))
    view = request.GET.get("view", "all" if narrowed else at_first)
    view = view if view in views else at_first
    rows = rows.filter(views[view][1], narrowed).order_by("due_on", "pk")
    day, _dot, pk = request.GET.get("after", "").partition(".")
    if as_number(pk) and (after := _day(day)):
        rows = rows.filter(Q(due_on__gt=after) | Q(due_on=after, pk__gt=as_number(pk)))
    # The keys first: joined with client, figures and people, every follow-up of the branch would be sorted.
    keys = list(rows.select_related(None).values_list("pk", flat=True)[: PAGE + 1])
    shown = list(_seen(request).filter(pk__in=keys).order_by("due_on", "pk"))
    last = shown[PAGE - 1] if len(shown) > PAGE else None
    context = {
        "rows": shown[:PAGE],
        "tabs": [
            {"label": words, "url": f"?view={name}", "current": name == view, "count": counts.get(name)}
            for name, (words, _part) in views.items()
        ],
        "view": view,
        "narrowed": bool(narrowed),
        "today": timezone.localdate(),
        "after": f"{last.due_on:%Y-%m-%d}.{last.pk}" if last else "",
    }
    return render(request, "servicelog/follow_up_list.html", context)


def _narrowed(request: HttpRequest) -> Q:
    """Values that do not exist narrow nothing."""
    part, asked = Q(), request.GET
    if asked.get("kind") in FollowUp.Kind.values:
        part &= Q(kind=asked["kind"])
    if asked.get("state") in State.values:
        part &= Q(state=asked["state"])
    for name, path in (
        ("year", "due_on__year"),
        ("month", "due_on__month"),
        ("executor", "executor"),
        ("plan", "plan"),
    ):
        if number := as_number(asked.get(name)):
            part &= Q(**{path: min(number, 9999)})
    return part


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_GET
@permission_required("servicelog.view_follow_ups", raise_exception=True)
def follow_up_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The script for the executor, the verdict for whoever reads over, the answers for all who see it."""
    return _page(request, get_object_or_404(_seen(request), pk=pk))


def _page(request: HttpRequest, follow_up: FollowUp, status: int = 200, **forms: Any) -> HttpResponse:
    """`forms`: those that were sent and refused."""
    user, is_open = request.user, follow_up.state == State.OPEN
    policy = current_follow_up_policy(follow_up.branch, on=timezone.localdate()) or follow_up.policy
    rules = read_follow_up_rules(policy.rules)
    context: dict[str, Any] = {
        "follow_up": follow_up,
        "client": follow_up.client,
        "today": timezone.localdate(),
        "asked": asked_lines(follow_up),
    }
    if is_open and follow_up.executor_id == user.pk and user.has_perm("servicelog.ask_follow_ups"):
        context |= {"form": AnswerForm(policy=policy, rules=rules), "attempt_form": AttemptForm(auto_id="attempt_%s")}
        context["may_give_up"] = follow_up.attempts + 1 >= rules.attempts
    elif follow_up.state in (State.ASKED, State.PROBLEM) and user.has_perm("servicelog.read_over_follow_ups"):
        context["is_own"] = follow_up.executor_id == user.pk
        context["verdict_form"] = VerdictForm()
    if is_open and user.has_perm("servicelog.assign_follow_ups"):
        people = people_who_ask(follow_up.branch, rules).exclude(pk=follow_up.executor_id)
        context["hand_over_form"] = HandOverForm(people=people)
    return render(request, "servicelog/follow_up_detail.html", context | forms, status=status)


@require_POST
@permission_required("servicelog.ask_follow_ups", raise_exception=True)
def follow_up_answers(request: HttpRequest, pk: int) -> HttpResponse:
    """The executor alone; then on to the next client of the queue."""
    follow_up = get_object_or_404(_seen(request).filter(executor=request.user), pk=pk)
    today = timezone.localdate()
    policy = current_follow_up_policy(follow_up.branch, on=today) or follow_up.policy
    form = AnswerForm(request.POST, policy=policy, rules=read_follow_up_rules(policy.rules))
    if form.is_valid():
        try:
            record_follow_up(follow_up=follow_up, actor=request.user, talk=form.talk(), today=today)
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _onward(request, _("The follow-up of %(name)s is recorded.") % {"name": follow_up.client.name})
    return _page(request, follow_up, status=422, form=form)


@require_POST
@permission_required("servicelog.ask_follow_ups", raise_exception=True)
def follow_up_attempt(request: HttpRequest, pk: int) -> HttpResponse:
    """The executor alone: nobody was reached."""
    follow_up = get_object_or_404(_seen(request).filter(executor=request.user), pk=pk)
    form = AttemptForm(request.POST, auto_id="attempt_%s")
    if form.is_valid():
        given = {"note": form.cleaned_data["note"], "give_up": form.cleaned_data["give_up"]}
        try:
            record_attempt(follow_up=follow_up, actor=request.user, today=timezone.localdate(), **given)
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return _onward(request, _("The attempt to reach %(name)s is noted.") % {"name": follow_up.client.name})
    return _page(request, follow_up, status=422, attempt_form=form)


def _onward(request: HttpRequest, text: str) -> HttpResponse:
    messages.success(request, text)
    following = next_to_ask(request.user)
    return redirect("servicelog:follow_up_detail", pk=following) if following else redirect("servicelog:follow_up_list")


@require_POST
@permission_required("servicelog.read_over_follow_ups", raise_exception=True)
def follow_up_review(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance and manager, never the executor."""
    follow_up = get_object_or_404(_seen(request), pk=pk)
    form = VerdictForm(request.POST)
    if form.is_valid():
        try:
            review_follow_up(follow_up=follow_up, actor=request.user, **form.cleaned_data)
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("The verdict is recorded."))
            return redirect("servicelog:follow_up_list")
    return _page(request, follow_up, status=422, verdict_form=form, is_own=follow_up.executor_id == request.user.pk)


@require_POST
@permission_required("servicelog.assign_follow_ups", raise_exception=True)
def follow_up_hand_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Compliance."""
    follow_up = get_object_or_404(_seen(request), pk=pk)
    today = timezone.localdate()
    policy = current_follow_up_policy(follow_up.branch, on=today) or follow_up.policy
    form = HandOverForm(request.POST, people=people_who_ask(follow_up.branch, read_follow_up_rules(policy.rules)))
    if form.is_valid():
        try:
            hand_over_follow_up(follow_up=follow_up, actor=request.user, today=today, **form.cleaned_data)
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("Somebody else asks now."))
            return redirect("servicelog:follow_up_detail", pk=pk)
    return _page(request, follow_up, status=422, hand_over_form=form)
