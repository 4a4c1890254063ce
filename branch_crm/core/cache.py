"""A cache that may disappear: the product must go on without it."""

from __future__ import annotations

from typing import Any

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


def _forgiving(method: str, fallback: Any) -> Any:
    def call(self: RedisCache, *args: Any, **kwargs: Any) -> Any:
        try:
            return getattr(RedisCache, method)(self, *args, **kwargs)
        except RedisError as error:
            log.warning("cache_unavailable", method=method, error=type(error).__name__)
            if method == "get":
                return kwargs.get("default", args[1] if len(args) > 1 else None)
            return fallback

    return call


class ForgivingRedisCache(RedisCache):
    """Answers with a miss, and forgets writes, while the server is away."""

    add = _forgiving("add", True)
    get = _forgiving("get", None)
    set = _forgiving("set", None)
    touch = _forgiving("touch", False)
    delete = _forgiving("delete", False)
    get_many = _forgiving("get_many", {})
    set_many = _forgiving("set_many", [])
    delete_many = _forgiving("delete_many", None)
    has_key = _forgiving("has_key", False)
    incr = _forgiving("incr", 1)
