"""Sealing of personal data at rest (phone and ID numbers), and blind look-up of sealed values.

JR/T 0171-2020 C2 data: encrypted where it lies, found again only through a keyed hash, shown masked.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings


@lru_cache(maxsize=1)
def _box() -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(hashlib.sha256(key.encode()).digest())) for key in settings.FIELD_KEYS]
    )


def seal(plain: str) -> str:
    """Encrypt; the empty string stays empty."""
    return _box().encrypt(plain.encode()).decode() if plain else ""


def unseal(sealed: str) -> str:
    """Decrypt. Raises cryptography.fernet.InvalidToken when no configured key fits."""
    return _box().decrypt(sealed.encode()).decode() if sealed else ""


def blind(plain: str) -> str:
    """A keyed hash for equality look-ups (hex, 32 characters); empty for the empty string."""
    if not plain:
        return ""
    key = hashlib.sha256(b"blind:" + settings.FIELD_KEYS[-1].encode()).digest()
    return hmac.new(key, plain.encode(), hashlib.sha256).hexdigest()[:32]
