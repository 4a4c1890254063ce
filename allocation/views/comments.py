"""Comments on a move, beside its reason card."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from allocation.queries.review import comments_on, marks_of
from allocation.services.comment_on_line import comment_on_line
from allocation.services.errors import AllocationError
from allocation.views.moves import line_of, plan_of


@require_POST
@permission_required("allocation.comment", raise_exception=True)
def line_comments(request: HttpRequest, pk: int, line: int) -> HttpResponse:
    """Say something about a move. Director, assistant, manager, compliance."""
    plan = plan_of(request, pk)
    move = line_of(plan, line)
    text, problem = request.POST.get("text", ""), ""
    try:
        comment_on_line(line=move, author=request.user, text=text)
        text = ""
    except AllocationError as error:
        problem = error.message
    if not request.htmx:
        if problem:
            messages.error(request, problem)
        return redirect("allocation:line_card", pk=plan.pk, line=move.pk)
    context = {
        "plan": plan,
        "line": move,
        "comments": comments_on(move),
        "mark": marks_of(plan, [move.client_id])[move.client_id],
        "text": text,
        "problem": problem,
        "answer": True,
    }
    return render(request, "allocation/_comments.html", context, status=422 if problem else 200)
