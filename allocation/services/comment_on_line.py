"""Say something about a move to the other reviewers. Words stay with plan and client when the plan is solved again."""

from __future__ import annotations

from django.utils.translation import gettext as _

from allocation.models import LineComment, PlanLine
from allocation.services.errors import AllocationError
from branch_crm.core.models import Staff

LONGEST = 500


def comment_on_line(*, line: PlanLine, author: Staff, text: str) -> LineComment:
    """Raises AllocationError for an empty or too long text. The same words twice in a row are one comment: a double click."""
    words = text.replace("\x00", "").strip()
    if not words:
        raise AllocationError(_("Write what the others should know."), field="text")
    if len(words) > LONGEST:
        raise AllocationError(
            _("A comment has %(longest)d characters at most; this one has %(count)d.")
            % {"longest": LONGEST, "count": len(words)},
            field="text",
        )
    last = LineComment.objects.filter(plan_id=line.plan_id, client_id=line.client_id).last()
    if last is not None and (last.author_id, last.text) == (author.pk, words):
        return last
    return LineComment.objects.create(plan_id=line.plan_id, client_id=line.client_id, author=author, text=words)
