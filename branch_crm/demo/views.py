"""The piece of a page that shows how far the demo data has come."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import trigger_client_event

from branch_crm.demo import progress


def loading(request: HttpRequest) -> HttpResponse:
    """htmx polls this; status 286 ends the polling. Shown to everybody: it names a step and a share, no client.

    Fires `demo-loaded` in the page at the end, so that the panels load again.
    """
    job = progress.current()
    response = render(request, "demo/_loading.html", {"job": job})
    if job is None or job.is_final:
        response.status_code = 286
        trigger_client_event(response, "demo-loaded")
    return response
