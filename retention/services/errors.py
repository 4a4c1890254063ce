"""What a service of this app may refuse, in words for the person who asked."""

from __future__ import annotations


class RetentionError(Exception):
    """The request cannot be done as it stands. `message` is translated; `field` names the form field, if there is one."""

    def __init__(self, message: str, *, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Blocked(RetentionError):
    """Lawful grounds still stand; `grounds` are their codes. Nothing else may hold a request back."""

    def __init__(self, message: str, *, grounds: tuple[str, ...]) -> None:
        super().__init__(message)
        self.grounds = grounds
