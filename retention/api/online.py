"""The online channel's door: signed messages, one a request, safe to send again. See docs/retention.md."""

from __future__ import annotations

import json
import time
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework import serializers

from retention.domain.signature import is_genuine
from retention.models import LeavingRequest
from retention.queries.online_channel import client_of_channel
from retention.services.errors import RetentionError
from retention.services.keep_clock import deadline_of
from retention.services.receive_request import receive_request
from retention.services.work_on_request import decline_talk

#: A request is a few lines.
LARGEST = 16 * 1024


class OnlineSerializer(serializers.Serializer):
    """`number` is the channel's own: the same number is the same request. One of `client_no` and `fund_account`."""

    number = serializers.CharField(max_length=64)
    client_no = serializers.CharField(max_length=32, default="")
    fund_account = serializers.CharField(max_length=32, default="")
    kind = serializers.ChoiceField(choices=LeavingRequest.Kind.choices)
    subject = serializers.CharField(max_length=40, default="", allow_blank=True)
    applied_at = serializers.DateTimeField()
    settled_at = serializers.DateTimeField(default=None, allow_null=True)
    declines_talk = serializers.BooleanField(default=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given["client_no"] and not given["fund_account"]:
            raise serializers.ValidationError({"client_no": _("Name the client by client_no or by fund_account.")})
        return given


@csrf_exempt
@login_not_required
@require_POST
def online_request(request: HttpRequest, branch: str) -> HttpResponse:
    """No session: whoever holds the branch's secret is the online channel. 201 taken in, 200 known already.

    401 without a genuine signature (and for a branch without a secret), 400 with the fields, 404 unknown account, 409 for
    an account that is closed already.
    """
    body = request.read(LARGEST + 1)
    if len(body) > LARGEST:
        return JsonResponse({"detail": _("The message is too long.")}, status=413)
    genuine = is_genuine(
        settings.ONLINE_REQUEST_SECRETS.get(branch, ""),
        stamp=request.headers.get("X-Timestamp", ""),
        signature=request.headers.get("X-Signature", ""),
        body=body,
        now=time.time(),
    )
    if not genuine:
        return JsonResponse({"detail": _("The signature or its time is not valid.")}, status=401)
    try:
        given = OnlineSerializer(data=json.loads(body))
    except ValueError:
        return JsonResponse({"detail": _("The message is not JSON.")}, status=400)
    if not given.is_valid():
        return JsonResponse(given.errors, status=400)
    return _take_in(branch, given.validated_data)


def _take_in(code: str, given: dict[str, Any]) -> JsonResponse:
    client = client_of_channel(code, client_no=given["client_no"], fund_account=given["fund_account"])
    if client is None:
        return JsonResponse(
            {
                "detail": _(
                    "This branch knows no such account. Check client_no or fund_account, and the branch of the address."
                )
            },
            status=404,
        )
    try:
        received = receive_request(
            client=client,
            kind=given["kind"],
            origin=LeavingRequest.Origin.ONLINE,
            actor=None,
            subject=given["subject"],
            outside_no=given["number"],
            applied_at=given["applied_at"],
            settled_at=given["settled_at"],
        )
    except RetentionError as error:
        closed = error.field == "client_no"
        return JsonResponse({error.field or "detail": [error.message]}, status=409 if closed else 400)
    if given["declines_talk"]:
        decline_talk(request=received.request, actor=None)
    request, deadline = received.request, deadline_of(received.request)
    answer = {
        "id": request.pk,
        "state": request.state,
        "due_at": request.due_at,
        "due_provisional": deadline is not None and deadline.provisional,
    }
    return JsonResponse(answer, status=201 if received.created else 200)
