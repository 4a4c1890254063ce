"""Keep, change and drop saved views of the client list."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from branch_crm.core import audit
from branch_crm.core.models import Branch, Staff
from clients.models import SavedView


@transaction.atomic
def save_view(
    *,
    view: SavedView | None,
    owner: Staff,
    branch: Branch,
    name: str,
    query: dict[str, Any],
    columns: list[str],
    is_shared: bool,
) -> SavedView:
    """Make a view, or let an own view take over name, filter and columns. Saving under a name again replaces that view."""
    saved = view or SavedView.objects.filter(owner=owner, name=name).first() or SavedView(owner=owner, branch=branch)
    saved.branch = branch
    saved.name = name
    saved.query = query
    saved.columns = columns
    saved.is_shared = is_shared
    saved.save()
    audit.record(action="clients.view_saved", actor=owner, branch=branch, target=saved, detail={"shared": is_shared})
    return saved


@transaction.atomic
def choose_columns(*, owner: Staff, branch: Branch, view: SavedView | None, columns: list[str]) -> SavedView:
    """Remember columns in a view of one's own, or (view None) for one's plain list: the view without a name."""
    saved = view
    if saved is None:
        saved, _created = SavedView.objects.get_or_create(owner=owner, name="", defaults={"branch": branch})
    saved.branch = branch
    saved.columns = columns
    saved.save(update_fields=["branch", "columns"])
    return saved


@transaction.atomic
def delete_view(*, view: SavedView) -> None:
    audit.record(action="clients.view_deleted", actor=view.owner, branch=view.branch, target=view)
    view.delete()
