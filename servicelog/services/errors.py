"""What a service of this app may refuse, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Sequence

from servicelog.domain.screening import Hit


class ServiceLogError(Exception):
    """The request cannot be done as it stands. `message` is translated; `field` names the form field, if there is one, and
    `at` the place in a list of promises or products, from 0."""

    def __init__(self, message: str, *, field: str = "", at: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.at = at


class ForbiddenWording(ServiceLogError):
    """The text holds wording that may not be used with clients; the author must rewrite it, or confirm that it is quoted."""

    def __init__(self, message: str, *, field: str, hits: Sequence[Hit], at: int = 0) -> None:
        super().__init__(message, field=field, at=at)
        self.hits = tuple(hits)


class NotRegistered(ServiceLogError):
    """Advice is for registered investment advisers alone (证券投资顾问业务暂行规定)."""


class Unsuitable(ServiceLogError):
    """The product may not be spoken of with this client. The attempt itself is kept (`record_refused_attempt`)."""

    def __init__(self, message: str, *, product_id: int, grounds: Sequence[str]) -> None:
        super().__init__(message, field="products")
        self.product_id = product_id
        self.grounds = tuple(grounds)


class PolicyConflict(ServiceLogError):
    """Somebody else was faster: the version is no longer what the page showed."""
