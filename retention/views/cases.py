"""Retention cases: whose part is waited for, one case with its countdowns, and every step of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from branch_crm.core.models import Staff
from clients.models import Client
from retention.forms_cases import HandOnForm, OfferForm, OutcomeForm, TalkForm
from retention.models import CaseTask, Reason, RetentionCase
from retention.queries.cases import case_rows, may_answer, parts_of
from retention.queries.figures import CASE_FIGURES, cases_behind, cases_of
from retention.queries.offers import offers_of, priced_for
from retention.services.close_case import close_case
from retention.services.ensure_policy import retention_rules
from retention.services.errors import RetentionError
from retention.services.finish_part import finish_part
from retention.services.open_case import open_by_hand
from retention.services.take_part import hand_on, take_part, who_may_have
from retention.views.behind import behind_figure
from retention.wording_cases import (
    checks_of,
    concession_names,
    likely_in_words,
    not_offered,
    offer_choices,
    offer_in_words,
)
from servicelog.services.errors import ServiceLogError

PAGE = 50


@require_GET
@permission_required("retention.view_cases", raise_exception=True)
def case_list(request: HttpRequest) -> HttpResponse:
    """Everybody of the branch; advisors those of their own clients. `?figure=` those behind a figure, open and ended."""
    behind = behind_figure(request, CASE_FIGURES)
    ended = request.GET.get("tab") == "ended" or behind is not None
    rows = case_rows(request.user)
    if behind:
        cases = cases_of(request.user, behind.branch, behind.period)
        rows = rows.filter(pk__in=cases_behind(cases, **behind.which).values("pk"))
    else:
        rows = rows.filter(state=RetentionCase.State.CLOSED if ended else RetentionCase.State.OPEN)
    if request.GET.get("after", "").isdecimal():
        rows = rows.filter(pk__lt=int(request.GET["after"][:18]))
    shown = list(rows[: PAGE + 1])
    context = {
        "rows": shown[:PAGE],
        "after": shown[PAGE - 1].pk if len(shown) > PAGE else None,
        "behind": behind,
        "ended": ended,
        "mine": [] if ended else parts_of(request.user)[:PAGE],
        "now": timezone.now(),
    }
    return render(request, "retention/case_list.html", context)


@require_GET
@permission_required("retention.view_cases", raise_exception=True)
def client_case(request: HttpRequest, pk: int) -> HttpResponse:
    """A card of the client's console and of a request: the case, or the button that opens one."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    cases = case_rows(request.user).filter(client=client)
    context = {"client": client, "case": cases.filter(state=RetentionCase.State.OPEN).first(), "last": cases.first()}
    return render(request, "retention/_client_case.html", context)


@require_POST
@permission_required("retention.work_on_case", raise_exception=True)
def case_open(request: HttpRequest, pk: int) -> HttpResponse:
    """By hand. Director, assistant, manager, counter, advisors for their own clients."""
    client = get_object_or_404(Client.objects.visible_to(request.user), pk=pk)
    try:
        case = open_by_hand(client=client, actor=request.user)
    except RetentionError as error:
        messages.error(request, error.message)
        return redirect("retention:client_console", pk=pk)
    return redirect("retention:case_detail", pk=case.pk)


@require_GET
@permission_required("retention.view_cases", raise_exception=True)
def case_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody of the branch; advisors those of their own clients."""
    return _page(request, _case(request, pk))


@require_POST
@permission_required("retention.work_on_case", raise_exception=True)
def part_taken(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """Whoever is called, or director and assistant in the place of each."""
    return _do(request, pk, take_part, _("The part is yours."), part=_part(request, pk, part))


@require_POST
@permission_required("retention.work_on_case", raise_exception=True)
def part_handed_on(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """To somebody who sees the client."""
    case = _case(request, pk)
    form = HandOnForm(request.POST, people=who_may_have(case))
    if not form.is_valid():
        return _page(request, case, hand_on=form, status=422)
    return _do(request, pk, hand_on, _("Called."), part=_part(request, pk, part), to=form.cleaned_data["to"])


@require_http_methods(["GET", "POST"])
@permission_required("retention.work_on_case", raise_exception=True)
def part_talk(request: HttpRequest, pk: int, part: int) -> HttpResponse:
    """The talk of a part, by whoever has taken it; it stands in the client's service log, too."""
    found = _part(request, pk, part)
    form = TalkForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = finish_part(part=found, actor=request.user, **form.cleaned_data)
        except (RetentionError, ServiceLogError) as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            reached = done.state == CaseTask.State.DONE
            messages.success(request, _("Noted.") if reached else _("Noted; the part stays open for another try."))
            return redirect("retention:case_detail", pk=pk)
    context = {"form": form, "part": found, "case": found.case, "client": found.case.client}
    return render(request, "retention/case_talk.html", context, status=422 if form.errors else 200)


@require_POST
@permission_required("retention.work_on_case", raise_exception=True)
def case_end(request: HttpRequest, pk: int) -> HttpResponse:
    """By whoever works on it. The client's request goes on whatever is noted here."""
    case = _case(request, pk)
    form = OutcomeForm(request.POST, reasons=Reason.objects.visible_to(request.user))
    if not form.is_valid():
        return _page(request, case, outcome=form, status=422)
    return _do(request, pk, close_case, _("The case has ended."), case=case, **form.cleaned_data)


def _case(request: HttpRequest, pk: int) -> RetentionCase:
    cases = case_rows(request.user).select_related(
        "branch",
        "client",
        "client__figures",
        "client__advisor",
        "advisor",
        "request",
        "reason",
        "opened_by",
        "closed_by",
    )
    return get_object_or_404(cases, pk=pk)


def _part(request: HttpRequest, pk: int, part: int) -> CaseTask:
    parts = CaseTask.objects.visible_to(request.user).select_related("case", "case__client", "assignee")
    return get_object_or_404(parts, pk=part, case=pk)


def _do(request: HttpRequest, pk: int, deed: Callable[..., object], said: str, **given: Any) -> HttpResponse:
    """One step of a case, and back to its page with what came of it."""
    try:
        deed(actor=request.user, **given)
    except RetentionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("retention:case_detail", pk=pk)


def _page(request: HttpRequest, case: RetentionCase, *, status: int = 200, **forms: Any) -> HttpResponse:
    going_on = case.state == RetentionCase.State.OPEN and not (case.talk_declined or case.has_left)
    works = going_on and request.user.has_perm("retention.work_on_case")
    parts = list(case.tasks.select_related("assignee", "called_first", "contact").order_by("pk"))
    rules = retention_rules(case.branch, on=timezone.localdate())
    names, priced = concession_names(rules), priced_for(case.client, rules)
    context = {
        "case": case,
        "client": case.client,
        "offers": [(row, offer_in_words(row.offer, names)) for row in offers_of(case)],
        "offer_form": OfferForm(choices=offer_choices(priced)),
        "not_offered": not_offered(priced),
        "going_on": going_on,
        "works": works,
        "parts": [(part, works and may_answer(request.user, part)) for part in parts],
        "checks": checks_of(case),
        "likely": likely_in_words(case, Reason.objects.visible_to(request.user)),
        "hand_on": HandOnForm(people=who_may_have(case) if works else Staff.objects.none()),
        "outcome": OutcomeForm(reasons=Reason.objects.visible_to(request.user)),
        "now": timezone.now(),
        **forms,
    }
    return render(request, "retention/case_detail.html", context, status=status)
