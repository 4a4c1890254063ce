"""Whom the online channel may name: its signature speaks for a whole branch, and for no other."""

from __future__ import annotations

from branch_crm.core.models import Branch
from clients.models import Client


def client_of_channel(branch_code: str, *, client_no: str, fund_account: str) -> Client | None:
    """By number where one is given, else by fund account; None for an account the branch does not know."""
    branch = Branch.objects.filter(code=branch_code, is_active=True).first()
    clients = Client.objects.filter(branch=branch) if branch else Client.objects.none()
    return (
        clients.filter(client_no=client_no).first()
        if client_no
        else clients.filter(fund_accounts__contains=[fund_account]).first()
    )
