"""Log lines: one JSON object each, on standard error, through the standard library, without personal data."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import structlog

Event = MutableMapping[str, Any]


def without_query(_logger: object, _method: str, event: Event) -> Event:
    """What somebody searched for may be a name or a number; the path says enough."""
    if isinstance(event.get("request"), str):
        event["request"] = event["request"].partition("?")[0]
    return event


#: For lines of structlog and of the standard library alike. Tracebacks are plain: no values of local variables.
SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso"),
    without_query,
    structlog.processors.format_exc_info,
]


def configure() -> None:
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def formatter() -> structlog.stdlib.ProcessorFormatter:
    """For settings.LOGGING."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
