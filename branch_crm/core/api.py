"""What every API view shares: paging by key, and the permission that asks `rules`."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import APIException
from rest_framework.pagination import CursorPagination
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView


class KeysetPagination(CursorPagination):
    """Pages by key, so that page 4,000 costs what page 1 costs."""

    ordering = "pk"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500


class NewestFirst(KeysetPagination):
    ordering = "-pk"


class Conflict(APIException):
    """Somebody else was faster."""

    status_code = 409


class HasPerm(BasePermission):
    """Asks `view.required_perm`, or `view.required_perms[action]` where a view has several deeds.

    A deed that names no permission is refused: whoever adds one must say who may do it. OPTIONS tells nothing of any row,
    and a method without a deed (`action` None) is answered with 405 by the view itself.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        if request.method == "OPTIONS" or getattr(view, "action", "") is None:
            return True
        perms: dict[str, Any] = getattr(view, "required_perms", {})
        perm = perms.get(getattr(view, "action", ""), getattr(view, "required_perm", None))
        return perm is not None and request.user.has_perm(perm)
