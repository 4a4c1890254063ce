"""Keep the branch's list of reasons: add, rename, switch off. A reason in use is never deleted."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from retention.models import Reason
from retention.services.errors import RetentionError

#: What whoever keeps the list may change.
FIELDS = ("name_zh", "name_en", "answer_zh", "answer_en", "never_zh", "never_en", "is_active")


def save_reason(
    *,
    branch: Branch | None,
    actor: Staff,
    reason: Reason | None = None,
    parent: Reason | None = None,
    code: str = "",
    **fields: object,
) -> Reason:
    """A new reason, or one of the branch changed. fields: see FIELDS; others are a TypeError.

    Raises RetentionError for the firm's reasons changed in a branch, a third level, and a code that is taken.
    """
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"a reason has no {', '.join(sorted(unknown))}")
    if reason is not None and reason.branch_id is None and not actor.is_firm_level:
        raise RetentionError(_("This reason is the firm's; add one of your branch."))
    if parent is not None and (parent.parent_id is not None or parent == reason):
        raise RetentionError(_("There are two levels: choose a reason of the upper one."), field="parent")
    target = reason or Reason(branch=branch, code=code, parent=parent, place=_last_place(branch) + 1)
    for name, value in fields.items():
        setattr(target, name, value)
    try:
        with transaction.atomic():
            target.save()
            audit.record(
                action="retention.reason_saved",
                actor=actor,
                branch=branch,
                target=target,
                detail={"code": target.code, "in_use": target.is_active},
            )
    except IntegrityError as error:
        raise RetentionError(_("There is a reason with this code already."), field="code") from error
    return target


def _last_place(branch: Branch | None) -> int:
    """A branch's own reasons stand behind the firm's."""
    last = Reason.objects.filter(branch=branch).order_by("-place").first()
    return last.place if last else 1000
