"""How allauth treats staff: accounts are made by the firm administrator, nobody signs up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse

from branch_crm.core.models import Staff


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_login(self, request: HttpRequest, user: Staff, **kwargs: Any) -> HttpResponse | None:
        """Whose last day has passed is turned away as if deactivated, also while things still need a home."""
        if user.is_shut:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)


def attempted_username(request: HttpRequest | None, credentials: dict[str, str] | None = None) -> str:
    """Under which name axes counts a wrong password: allauth hands `username` over, its form posts `login`."""
    asked = credentials or {}
    posted = request.POST if request is not None else {}
    return asked.get("username") or posted.get("login") or posted.get("username") or ""
