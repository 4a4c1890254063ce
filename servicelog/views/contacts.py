"""Log a contact, look at it, correct it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import trigger_client_event

from clients.list_state import as_number
from clients.models import Client, Product
from clients.queries.book import HEAVY
from clients.queries.search import best_matches
from servicelog.domain.screening import screen
from servicelog.forms import AmendForm
from servicelog.forms_contact import ContactForm
from servicelog.models import BulkContact, Contact, MotTask, Purpose
from servicelog.services.amend_contact import CORRECTABLE, amend_contact, is_open, open_until
from servicelog.services.errors import ForbiddenWording, ServiceLogError
from servicelog.services.log_contact import log_contact
from servicelog.services.recommend import assess_for
from servicelog.services.service_policies import service_rules
from servicelog.wording_contact import changed_fields, profile_labels
from servicelog.wording_fit import ground_words

#: Longer than any name or number that can be looked for.
LONGEST_QUERY = 60


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.log_contact", raise_exception=True)
def contact_new(request: HttpRequest) -> HttpResponse:
    """`?client=` whom, `?tasks=1,2` which MOT tasks it serves. Without a client: a search first.

    Advisors for their own book; director, assistant and counter staff for every client of the branch.
    """
    wanted = request.POST.get("client") or request.GET.get("client", "")
    clients = Client.objects.visible_to(request.user).select_related("branch", "figures", "advisor")
    if not wanted:
        return render(request, "servicelog/contact_whom.html", {"recent": _recent(request)})
    client = get_object_or_404(clients, pk=int(wanted) if wanted.isdecimal() else 0)
    form = ContactForm(request.POST or None, client=client, actor=request.user, initial=_initial(request, client))
    hits: tuple[Any, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            logged = log_contact(
                client=client, actor=request.user, token=form.cleaned_data["token"], draft=form.draft()
            )
        except ServiceLogError as error:
            hits = error.hits if isinstance(error, ForbiddenWording) else ()
            form.refuse(error)
        else:
            context = {
                "client": client,
                "contact": logged.contact,
                "closed": logged.closed,
                "linked": logged.linked,
                "learnt": profile_labels(logged.contact.learnt),
                "open_until": open_until(logged.contact),
            }
            if not request.htmx:
                messages.success(request, _("The contact has been logged."))
                return redirect("servicelog:contact_detail", pk=logged.contact.pk)
            response = render(request, "servicelog/contact_saved.html", context)
            return trigger_client_event(response, "contact-logged", {"token": str(logged.contact.token)})
    context = {"client": client, "form": form, "hits": hits}
    # A form that was sent comes back only with what is wrong.
    return render(request, "servicelog/contact_new.html", context, status=422 if form.is_bound else 200)


@require_GET
@permission_required("servicelog.log_contact", raise_exception=True)
def whom(request: HttpRequest) -> HttpResponse:
    """Clients to log a contact with, as a fragment of the search before the form."""
    query = request.GET.get("q", "").replace("\x00", "")[:LONGEST_QUERY].strip()
    clients = Client.objects.visible_to(request.user).select_related("figures", "advisor").defer(*HEAVY)
    found = best_matches(clients, query) if query else _recent(request)
    return render(request, "servicelog/_whom.html", {"clients": found, "query": query})


def _recent(request: HttpRequest) -> list[Client]:
    """The clients somebody logged last: the next log is often with one of them."""
    latest = list(
        Contact.objects.visible_to(request.user)
        .filter(author=request.user, bulk__isnull=True)
        .order_by("-pk")
        .values_list("client_id", flat=True)[:20]
    )
    order = list(dict.fromkeys(latest))[:5]
    clients = Client.objects.visible_to(request.user).select_related("figures").defer(*HEAVY).in_bulk(order)
    return [clients[pk] for pk in order if pk in clients]


def _initial(request: HttpRequest, client: Client) -> dict[str, Any]:
    """Tasks named in the address are ticked, and make the purpose; a client who called is logged as such."""
    named = [int(pk) for pk in request.GET.get("tasks", "").split(",") if pk.isdecimal()]
    open_tasks = MotTask.objects.visible_to(request.user).filter(state=MotTask.State.OPEN)
    tasks = list(open_tasks.filter(client=client, pk__in=named)) if named else []
    if tasks:
        return {"tasks": tasks, "purpose": Purpose.MOT}
    purpose = request.GET.get("purpose", "")
    return {"purpose": purpose} if purpose in Purpose.values else {}


@require_POST
@permission_required("servicelog.log_contact", raise_exception=True)
def screen_text(request: HttpRequest) -> HttpResponse:
    """Forbidden wording of what is being typed, as a fragment. Nothing is stored."""
    text = " ".join(request.POST.get(name, "")[:2000] for name in ("summary", "needs", "next_step", "text"))
    branch = request.user.branch
    hits = screen(text, service_rules(branch, on=timezone.localdate()).forbidden) if branch else []
    return render(request, "servicelog/_screened.html", {"words": list(dict.fromkeys(hit.word for hit in hits))})


@require_GET
@permission_required("servicelog.recommend", raise_exception=True)
def suitability(request: HttpRequest, pk: int) -> HttpResponse:
    """Whether the product just chosen in a line of the form may be spoken of, as a fragment. `?line=` is the prefix of its
    fields. Registered advisers; nothing is stored."""
    client = get_object_or_404(Client.objects.visible_to(request.user).select_related("branch"), pk=pk)
    line = f"{request.GET['line']}-" if request.GET.get("line") else ""
    chosen = as_number(request.GET.get(f"{line}product"))
    product = Product.objects.visible_to(request.user).filter(pk=chosen).first()
    context: dict[str, Any] = {"client": client, "product": product}
    if product is not None:
        asked = request.GET.get(f"{line}asked_by_client") == "on"
        verdict = assess_for(client, product, on=timezone.localdate(), staff_initiated=not asked)
        context |= {"result": verdict.result, "grounds": ground_words(verdict.grounds)}
    return render(request, "servicelog/_suitability.html", context)


@require_GET
@permission_required("servicelog.view_log", raise_exception=True)
def contact_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Everybody who sees the client."""
    contact = contact_for(request, pk)
    context = {
        "contact": contact,
        "client": contact.client,
        "amendments": [(each, changed_fields(each)) for each in contact.amendments.select_related("amended_by")],
        "tasks": contact.mot_tasks.all(),
        "promises": contact.promises.all(),
        "products": contact.recommendations.select_related("product"),
        "dispute": getattr(contact, "dispute", None),
        "own": contact.author_id == request.user.pk,
        "in_window": is_open(contact),
        "open_until": open_until(contact),
        "learnt": profile_labels(contact.learnt),
        "may_see_bulk": contact.bulk_id is not None
        and request.user.has_perm("servicelog.log_bulk")
        and BulkContact.objects.visible_to(request.user).filter(pk=contact.bulk_id).exists(),
    }
    return render(request, "servicelog/contact_detail.html", context)


@require_http_methods(["GET", "POST"])
@permission_required("servicelog.log_contact", raise_exception=True)
def contact_amend(request: HttpRequest, pk: int) -> HttpResponse:
    """Only who logged it: within the window the record changes, afterwards an amendment keeps what stood."""
    contact = get_object_or_404(Contact.objects.visible_to(request.user).select_related("client", "branch"), pk=pk)
    if contact.author_id != request.user.pk:
        messages.error(request, _("Only who logged a contact may correct it."))
        return redirect("servicelog:contact_detail", pk=contact.pk)
    initial = {name: getattr(contact, name) for name in CORRECTABLE}
    form = AmendForm(request.POST or None, in_window=is_open(contact), initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        changes = {name: data[name] for name in CORRECTABLE if name in data}
        try:
            amend_contact(
                contact=contact,
                actor=request.user,
                changes=changes,
                why=data.get("why", ""),
                quoted=request.POST.get("quoted") == "on",
            )
        except ServiceLogError as error:
            form.add_error(error.field if error.field in form.fields else None, error.message)
        else:
            messages.success(request, _("The contact has been corrected."))
            return redirect("servicelog:contact_detail", pk=contact.pk)
    context = {"contact": contact, "client": contact.client, "form": form}
    return render(request, "servicelog/contact_amend.html", context, status=422 if form.errors else 200)


def contact_for(request: HttpRequest, pk: int) -> Contact:
    """The contact through the user's eyes, or 404."""
    people = ("client__figures", "client__advisor", "author", "advisor", "branch", "dispute__answered_by")
    return get_object_or_404(Contact.objects.visible_to(request.user).select_related(*people), pk=pk)
