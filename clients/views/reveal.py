"""Ask to see a masked field, see it, have it masked again: in its place, in the side panel, or on pages of its own.

For everybody in a branch who sees the client: advisors their own book, counter, director, assistant, manager, compliance all.
"""

from __future__ import annotations

from django.contrib.auth.decorators import permission_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from branch_crm.core.context import DRAWER
from clients.forms import RevealForm
from clients.models import Reveal
from clients.services.reveal_field import SEALED, SHOWN_FOR, TooManyReveals, reveal_field
from clients.templatetags.client_text import masked_value
from clients.views.detail import client_for


@require_http_methods(["GET", "POST"])
@permission_required("clients.reveal", raise_exception=True)
def reveal(request: HttpRequest, pk: int) -> HttpResponse:
    client = client_for(request, pk)
    asked = request.POST.get("field") or request.GET.get("field", "")
    if asked not in Reveal.Field.values:
        return HttpResponseBadRequest(_("Say which field: phone, id_no, email or address."))
    field = Reveal.Field(asked)
    if not getattr(client, SEALED[field]):
        raise Http404
    context = {"client": client, "field": field, "label": field.label, "masked": masked_value(client, field)}
    if request.GET.get("mask"):
        return render(request, "clients/_remasked.html", context)
    # In its place the value asks for itself; the side panel gets the whole page, as a phone does for a call.
    in_place = bool(request.htmx) and request.htmx.target != DRAWER
    form = RevealForm(request.POST or None, initial={"purpose": request.GET.get("purpose", "")})
    if request.method == "POST" and form.is_valid():
        try:
            shown = reveal_field(
                client=client,
                field=field,
                purpose=form.cleaned_data["purpose"],
                note=form.cleaned_data["note"],
                actor=request.user,
                address=request.META.get("REMOTE_ADDR"),
            )
        except TooManyReveals:
            form.add_error(None, _("You have looked at many clients within this hour. Ask compliance, or wait."))
        else:
            context |= {"shown": shown, "seconds": int(SHOWN_FOR.total_seconds())}
            return render(request, "clients/_revealed.html" if in_place else "clients/revealed.html", context)
    context["form"] = form
    # 422 lets htmx put the form with its errors back in place.
    status = 422 if form.errors else 200
    return render(request, "clients/_reveal_form.html" if in_place else "clients/reveal.html", context, status=status)
