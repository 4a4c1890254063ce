"""The kinds of notification, by name: whom they concern, and their words."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext

from branch_crm.core.models import Role, Staff

Text = Callable[..., str]


@dataclass(frozen=True)
class Kind:
    """`text` makes the words from the params, under the reader's language; `roles` find the kind in their settings."""

    code: str
    label: str | Promise
    roles: tuple[Role, ...]
    text: Text

    def check(self, params: Mapping[str, Any]) -> None:
        """Raises TypeError when the text could not be made of `params`: the writer learns it, not the reader."""
        inspect.signature(self.text).bind(**params)


KINDS: dict[str, Kind] = {}


def notification_kind(code: str, *, label: str | Promise, roles: tuple[Role, ...]) -> Callable[[Text], Text]:
    """Register a text under `<app>.<what happened>`. A later version of a text gives new params a default."""

    def register(text: Text) -> Text:
        if code in KINDS and KINDS[code].text is not text:
            raise ValueError(f"notification kind {code} is registered twice")
        KINDS[code] = Kind(code, label, roles, text)
        return text

    return register


def kinds_for(user: Staff) -> list[Kind]:
    """What a person of this role may be told of, in the order of registration."""
    return [kind for kind in KINDS.values() if user.role in kind.roles]


def text_of(kind: str, params: Mapping[str, Any]) -> str:
    """The words in the reader's language. One of a kind that no longer exists still stands in the list."""
    known = KINDS.get(kind)
    if known is None:
        return gettext("Something happened that this version has no words for.")
    return known.text(**params)
