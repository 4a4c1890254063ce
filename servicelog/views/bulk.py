"""One message to many: chosen rows of the client list or a whole filter, the number shown before it is logged."""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from clients.filter_words import chips
from clients.list_state import ListState, chosen_rows
from clients.models import Client
from servicelog.forms import BulkForm
from servicelog.models import BulkContact
from servicelog.services.errors import ForbiddenWording, ServiceLogError
from servicelog.services.log_bulk import MOST_CLIENTS, log_bulk, wanting_marketing


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.log_bulk", raise_exception=True)
def bulk_new(request: HttpRequest) -> HttpResponse:
    """The list's filter (address) and chosen rows (`pk`) come along; a post without a text only asks for one.

    Advisors for their own book; director, assistant for every client of the branch. The answer carries the number that was
    shown: another one by then is asked about again.
    """
    state = ListState(request)
    ids = chosen_rows(request)
    clients = state.clients if ids is None else state.clients.filter(pk__in=ids)
    meant = Client.objects.visible_to(request.user).filter(pk__in=clients.values("pk"))
    count = wanting_marketing(meant).count()
    asked = request.POST if "text" in request.POST else None
    form = BulkForm(asked)
    counted_otherwise = asked is not None and asked.get("expected") != str(count)
    hits: tuple[object, ...] = ()
    if form.is_bound and form.is_valid() and state.branch and not counted_otherwise:
        try:
            logged = log_bulk(
                branch=state.branch,
                clients=meant,
                actor=request.user,
                token=form.cleaned_data["token"],
                message=form.message(),
            )
        except ServiceLogError as error:
            hits = error.hits if isinstance(error, ForbiddenWording) else ()
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            return redirect("servicelog:bulk_detail", pk=logged.bulk.pk)
    context = {
        "form": form,
        "state": state,
        "ids": ids,
        "chips": chips(state),
        "count": count,
        "left_out": meant.filter(profile__marketing_opt_out=True).order_by("client_no"),
        "most": MOST_CLIENTS,
        "counted_otherwise": counted_otherwise,
        "hits": hits,
    }
    return render(request, "servicelog/bulk_new.html", context, status=422 if form.errors else 200)


@require_GET
@permission_required("servicelog.log_bulk", raise_exception=True)
def bulk_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Who sent it, and the desk."""
    bulk = get_object_or_404(BulkContact.objects.visible_to(request.user).select_related("author"), pk=pk)
    return render(request, "servicelog/bulk_detail.html", {"bulk": bulk, "count": bulk.contacts.count()})
