"""The out-box of the WeCom robot: what left the house, what was given up, send it again."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from branch_crm.wecom.address import read_webhook
from branch_crm.wecom.models import WecomMessage
from branch_crm.wecom.outbox import is_on, put, send_again

TEST = gettext_lazy("Test message: the robot of the customer system can speak here.")


@require_GET
@permission_required("wecom.view", raise_exception=True)
def message_list(request: HttpRequest) -> HttpResponse:
    """Administrator and compliance. The host is shown, the key of the robot never."""
    found = WecomMessage.objects.visible_to(request.user).select_related("branch")
    state = request.GET.get("state", "")
    if state in WecomMessage.State.values:
        found = found.filter(state=state)
    host = read_webhook(settings.WECOM_WEBHOOK_URL, settings.WECOM_ALLOWED_HOSTS).host if is_on() else ""
    context = {
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "state": state,
        "states": WecomMessage.State.choices,
        "host": host,
    }
    return render(request, "wecom/list.html", context)


@require_POST
@permission_required("wecom.send", raise_exception=True)
def test_message(request: HttpRequest) -> HttpResponse:
    if put(branch=None, key=f"test:{uuid.uuid4()}", title=TEST, counts=(), path="/") is None:
        messages.error(request, _("The robot is off: WECOM_WEBHOOK_URL is not set."))
    else:
        messages.success(request, _("The test message leaves within a minute."))
    return redirect("wecom:list")


@require_POST
@permission_required("wecom.send", raise_exception=True)
def again(request: HttpRequest, pk: int) -> HttpResponse:
    message = get_object_or_404(WecomMessage.objects.visible_to(request.user), pk=pk)
    if send_again(message=message, actor=request.user):
        messages.success(request, _("The message leaves again within a minute."))
    else:
        messages.info(request, _("This message has not been given up; nothing was changed."))
    return redirect("wecom:list")
