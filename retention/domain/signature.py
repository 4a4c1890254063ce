"""Signatures of the online channel: HMAC-SHA256 over the time and the body, so that neither can be changed or sent late."""

from __future__ import annotations

import hashlib
import hmac

#: Seconds by which the sender's clock may differ, and a message be under way.
TOLERANCE = 300


def sign(secret: str, *, at: int, body: bytes) -> str:
    """Hex digest over `<at>.<body>`; `at` in seconds since 1970, UTC."""
    return hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()


def is_genuine(secret: str, *, stamp: str, signature: str, body: bytes, now: float) -> bool:
    """Whether the body was signed with the secret within the tolerance. Malformed headers are not genuine, never an error."""
    if not stamp.isascii() or not stamp.isdecimal() or len(stamp) > 12 or not secret:
        return False
    if abs(now - int(stamp)) > TOLERANCE:
        return False
    return hmac.compare_digest(
        sign(secret, at=int(stamp), body=body), signature.lower().encode("ascii", "ignore").decode()
    )
