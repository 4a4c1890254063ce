"""Reading the environment strictly: a wrong value stops the start with a message that names the variable."""

import os
from datetime import time
from typing import Any

import environ
from django.core.exceptions import ImproperlyConfigured

YES_NO = {"true", "yes", "on", "1", "false", "no", "off", "0"}
KINDS = {int: "a whole number", bool: "true or false"}


class Environment(environ.Env):
    """`django-environ` takes every unknown word for false and does not say which number it could not read."""

    def get_value(self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, *args: Any, **more: Any) -> Any:
        text = os.environ.get(var)
        if cast is bool and text is not None and text.strip().lower() not in YES_NO:
            raise ImproperlyConfigured(f"{var} must be {KINDS[bool]}, not {text!r}.")
        try:
            return super().get_value(var, cast, default, *args, **more)
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must be {KINDS.get(cast, 'something else')}, not {text!r}.") from error

    def clock(self, var: str, *, default: str) -> str:
        """A time of day, hours and minutes."""
        text = str(self.str(var, default=default))
        try:
            return time.fromisoformat(text).strftime("%H:%M")
        except ValueError as error:
            raise ImproperlyConfigured(f"{var} must be a time like 01:30, not {text!r}.") from error
