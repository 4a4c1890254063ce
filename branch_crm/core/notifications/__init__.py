"""What people are told inside the product.

An app says in its notifications.py what it tells, to whom, in which words::

    @notification_kind("allocation.notice_opened", label=_("A plan is open for objections"), roles=(Role.ADVISOR,))
    def notice_opened(*, plan: int, until: str) -> str:
        return gettext("Plan %(plan)d is open to you until %(until)s.") % {"plan": plan, "until": until}

and a service tells it in its own transaction::

    notify(
        recipients=people_of(branch, Role.ADVISOR), kind="allocation.notice_opened", key=f"notice:{notice.pk}",
        branch=branch, url=reverse("allocation:my_notice", args=[plan.pk]), actor=actor, plan=plan.number, until="2026-12-01",
    )

Telling the same `key` again tells nothing; who has muted the kind is not told; `actor` knows already. The words are made
when they are read, in the reader's language.
"""

from branch_crm.core.notifications import kinds as _core_kinds  # noqa: F401  The core's own kinds.
from branch_crm.core.notifications.registry import KINDS, Kind, kinds_for, notification_kind, text_of
from branch_crm.core.notifications.send import notify, notify_each, people_of

__all__ = ["KINDS", "Kind", "kinds_for", "notification_kind", "notify", "notify_each", "people_of", "text_of"]
