"""Write notifications in the caller's transaction: what was rolled back was told to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.db.models import QuerySet

from branch_crm.core.models import Branch, MutedKind, Notification, Role, Staff
from branch_crm.core.notifications.registry import KINDS

Param = int | str | None

#: Codes, dates and short lists of them; no name fits, and no number of a telephone or an ID card.
CODE = re.compile(r"(?!.*\d{7})[A-Za-z0-9_.:/-]{0,60}")
#: A path of this product: nobody is led elsewhere by a notification.
PATH = re.compile(r"/(?!/)[^\s\\]*")


def people_of(branch: Branch, *roles: Role) -> QuerySet[Staff]:
    """The accounts of a branch in these roles, for `recipients`."""
    return Staff.objects.filter(branch=branch, role__in=roles)


def notify(
    *,
    recipients: Iterable[Staff | None],
    kind: str,
    key: str,
    branch: Branch | None,
    url: str,
    actor: Staff | None = None,
    **params: Param,
) -> None:
    """Tell the recipients the same. None among them is passed over: an advisor without an account. See `notify_each`."""
    people = {person.pk: params for person in recipients if person is not None}
    notify_each(params_of=people, kind=kind, key=key, branch=branch, url=url, actor=actor)


def notify_each(
    *,
    params_of: Mapping[int, Mapping[str, Param]],
    kind: str,
    key: str,
    branch: Branch | None,
    url: str,
    actor: Staff | None = None,
) -> None:
    """Tell each recipient (primary key of an account) figures of one's own; two queries, however many they are.

    Left out are `actor`, who did it, closed accounts, who muted the kind, and who has been told `key` before. Raises
    ValueError for an unknown kind, an address elsewhere or a param that is no number, code or date, TypeError when the
    kind's text does not take the params.
    """
    if kind not in KINDS:
        raise ValueError(f"unknown notification kind {kind}")
    if not PATH.fullmatch(url):
        raise ValueError(f"{url!r} is no path of this product")
    for params in params_of.values():
        KINDS[kind].check(params)
        for name, value in params.items():
            if isinstance(value, str) and not CODE.fullmatch(value):
                raise ValueError(f"{kind}: {name} may hold numbers, codes and dates only")
    wanted = set(params_of) - ({actor.pk} if actor else set())
    if not wanted:
        return
    muted = MutedKind.objects.filter(kind=kind).values("staff")
    told = Staff.objects.filter(pk__in=wanted, is_active=True).exclude(pk__in=muted).values_list("pk", flat=True)
    Notification.objects.bulk_create(
        [
            Notification(recipient_id=pk, branch=branch, kind=kind, key=key, url=url, params=dict(params_of[pk]))
            for pk in told
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
