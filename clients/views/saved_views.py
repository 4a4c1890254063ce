"""Saved views of the client list: made, changed, deleted by their owner; shared by the director's desk."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from clients.columns import COLUMNS
from clients.filter_words import chips
from clients.forms import SavedViewForm
from clients.list_state import ListState
from clients.models import SavedView
from clients.services.save_view import choose_columns, delete_view, save_view


@require_http_methods(["GET", "POST"])
@permission_required("clients.view_book", raise_exception=True)
def view_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Name the filter, order and columns of the address as a view; with `pk`, one's own view takes them over."""
    state = ListState(request)
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk, owner=request.user) if pk else None
    form = SavedViewForm(request.POST or None, view=view, owner=request.user)
    if request.method == "POST" and form.is_valid():
        saved = save_view(
            view=view,
            owner=request.user,
            branch=state.branch,
            query={"filter": state.query, "sort": str(state.order)},
            columns=[column.name for column in state.columns],
            name=form.cleaned_data["name"],
            is_shared=form.cleaned_data.get("is_shared", False),
        )
        messages.success(request, _("The view “%(name)s” is saved.") % {"name": saved.name})
        return redirect(f"{reverse('clients:list')}?{state.address(view=saved.pk)}")
    return render(
        request, "clients/view_form.html", {"form": form, "view": view, "state": state, "chips": chips(state)}
    )


@require_POST
@permission_required("clients.view_book", raise_exception=True)
def view_delete(request: HttpRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.visible_to(request.user), pk=pk, owner=request.user)
    name = view.name
    delete_view(view=view)
    messages.success(request, _("The view “%(name)s” is deleted.") % {"name": name})
    return redirect("clients:list")


@require_POST
@permission_required("clients.view_book", raise_exception=True)
def columns(request: HttpRequest) -> HttpResponse:
    """Keep the chosen columns: in one's own view where it is open, else for one's plain list."""
    back = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        back = reverse("clients:list")
    state = ListState(request, QueryDict(back.partition("?")[2]))
    if state.branch:
        wanted = set(request.POST.getlist("columns"))
        choose_columns(
            owner=request.user,
            branch=state.branch,
            view=state.view if state.view and state.view.owner_id == request.user.pk else None,
            columns=[name for name in COLUMNS if name in wanted],
        )
    return HttpResponseRedirect(back)
