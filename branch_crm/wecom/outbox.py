"""Put messages into the out-box, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from branch_crm.wecom.models import WecomMessage

#: WeCom's own limit for one message.
MOST_BYTES = 2048


def is_on() -> bool:
    return bool(settings.WECOM_WEBHOOK_URL)


def put(
    *, branch: Branch | None, key: str, title: str | Promise, counts: Sequence[tuple[str | Promise, int]], path: str
) -> WecomMessage | None:
    """One message a `key`: a title of ours, counts with their words, a link. Nothing else gets in, so no personal data can.

    Written in the language of the installation: a group has no language of its own. None while the robot is off.
    """
    if not is_on():
        return None
    if not all(type(count) is int for _words, count in counts):
        raise ValueError("a WeCom message holds whole numbers only")
    with translation.override(settings.LANGUAGE_CODE):
        where = f"{branch.name} · " if branch else ""
        lines = [f"**{where}{title}**", *(f"> {words}: **{count}**" for words, count in counts)]
        if settings.SITE_URL:
            lines.append(f"[{gettext('Open the system')}]({settings.SITE_URL.rstrip('/')}{path})")
    text = "\n".join(lines)
    if len(text.encode()) > MOST_BYTES:
        raise ValueError(f"a WeCom message holds at most {MOST_BYTES} bytes")
    message, _created = WecomMessage.objects.get_or_create(
        key=key, defaults={"branch": branch, "text": text, "next_try_at": timezone.now()}
    )
    return message


@transaction.atomic
def send_again(*, message: WecomMessage, actor: Staff) -> bool:
    """Give a message that was given up a new set of attempts; False when it is not given up (any more)."""
    fresh = WecomMessage.objects.select_for_update(of=("self",)).select_related("branch").get(pk=message.pk)
    if fresh.state != WecomMessage.State.DEAD:
        return False
    fresh.state, fresh.attempts, fresh.error = WecomMessage.State.WAITING, 0, ""
    fresh.next_try_at = timezone.now()
    fresh.save()
    audit.record(action="wecom.sent_again", actor=actor, branch=fresh.branch, target=fresh)
    return True
