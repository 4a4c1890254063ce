"""How allauth treats staff: accounts are made by the firm administrator, nobody signs up."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class StaffAccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


def attempted_username(request: HttpRequest | None, credentials: dict[str, str] | None = None) -> str:
    """Under which name axes counts a wrong password: allauth hands `username` over, its form posts `login`."""
    asked = credentials or {}
    posted = request.POST if request is not None else {}
    return asked.get("username") or posted.get("login") or posted.get("username") or ""
