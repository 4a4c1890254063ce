"""Send what waits in the out-box: at least once, in order, slowly enough for WeCom, with longer and longer pauses."""

from __future__ import annotations

import json
from datetime import timedelta

import structlog
import urllib3
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branch_crm.core.models import Role, Staff
from branch_crm.core.notifications import notify
from branch_crm.wecom.address import Refused, Webhook, read_webhook, resolve
from branch_crm.wecom.models import WecomMessage

log = structlog.get_logger(__name__)

#: Minutes until the next attempt; after the last one a message is given up.
PAUSES = (1, 5, 15, 60, 240)
#: A robot may speak 20 times a minute.
MOST_AT_ONCE = 15
TIMEOUT = urllib3.Timeout(connect=5, read=10)


class Failed(Exception):
    """This attempt; the next may succeed."""


def deliver() -> dict[str, int]:
    """Send what is due; one failure ends the round, because the next message would meet the same."""
    sent = 0
    while settings.WECOM_WEBHOOK_URL and sent < MOST_AT_ONCE:
        message = _take()
        if message is None:
            break
        try:
            post(read_webhook(settings.WECOM_WEBHOOK_URL, settings.WECOM_ALLOWED_HOSTS), message.text)
        except (Refused, Failed) as error:
            _note_failure(message, str(error), final=isinstance(error, Refused))
            return {"sent": sent, "failed": 1}
        WecomMessage.objects.filter(pk=message.pk).update(
            state=WecomMessage.State.SENT, sent_at=timezone.now(), error=""
        )
        sent += 1
    return {"sent": sent, "failed": 0}


def post(webhook: Webhook, text: str) -> None:
    """One message to the address that was checked, under the host's own name and certificate; redirects are not followed.

    Raises Refused where nothing may be sent, Failed for everything that may pass. Neither says more than what kind of
    failure it was: texts of the library quote the address.
    """
    try:
        address = resolve(webhook)
        with _pool(webhook, address) as pool:
            answer = pool.request(
                "POST",
                webhook.target,
                body=json.dumps({"msgtype": "markdown", "markdown": {"content": text}}).encode(),
                headers={"Host": webhook.name, "Content-Type": "application/json"},
                redirect=False,
                retries=False,
            )
    except (OSError, urllib3.exceptions.HTTPError) as error:
        raise Failed(type(error).__name__) from error
    if 300 <= answer.status < 400:
        raise Refused(f"the host answers with a redirect ({answer.status})")
    if answer.status != 200:
        raise Failed(f"HTTP {answer.status}")
    try:
        code = int(answer.json()["errcode"])
    except (ValueError, TypeError, KeyError) as error:
        raise Failed("not an answer of WeCom") from error
    if code:
        raise Failed(f"errcode {code}")


def _pool(webhook: Webhook, address: str) -> urllib3.HTTPConnectionPool:
    if webhook.scheme == "http":
        return urllib3.HTTPConnectionPool(address, webhook.port, timeout=TIMEOUT)
    return urllib3.HTTPSConnectionPool(
        address, webhook.port, timeout=TIMEOUT, server_hostname=webhook.host, assert_hostname=webhook.host
    )


@transaction.atomic
def _take() -> WecomMessage | None:
    """The oldest that is due. Its next attempt is set before it is sent: a worker that dies leaves it to a later one."""
    now = timezone.now()
    due = WecomMessage.objects.filter(state=WecomMessage.State.WAITING, next_try_at__lte=now)
    message = due.select_for_update(skip_locked=True).order_by("pk").first()
    if message is not None:
        pause = PAUSES[min(message.attempts, len(PAUSES) - 1)]
        message.attempts, message.next_try_at = message.attempts + 1, now + timedelta(minutes=pause)
        message.save(update_fields=["attempts", "next_try_at"])
    return message


@transaction.atomic
def _note_failure(message: WecomMessage, error: str, *, final: bool) -> None:
    given_up = final or message.attempts > len(PAUSES)
    WecomMessage.objects.filter(pk=message.pk).update(
        state=WecomMessage.State.DEAD if given_up else WecomMessage.State.WAITING, error=error[:120]
    )
    log.warning("wecom_not_sent", message=message.pk, attempts=message.attempts, error=error, given_up=given_up)
    if given_up:
        notify(
            recipients=Staff.objects.filter(role=Role.ADMIN),
            kind="wecom.given_up",
            key=f"wecom:{message.pk}:{message.next_try_at:%Y-%m-%dT%H:%M}",
            branch=None,
            url=reverse("wecom:list"),
        )
