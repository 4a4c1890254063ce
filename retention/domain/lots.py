"""Which of several approved versions an episode is given: by lot, the same however often it is asked.

Only what is said may vary: a lot never decides whether or when somebody is served (domain knowledge §7.4).
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection


def drawn(case: int, script: int, versions: Collection[int]) -> int:
    """The primary key of the version for this episode. Raises ValueError without any.

    Versions are drawn by the highest hash, so that one that joins or leaves moves only the episodes it gains or loses.
    """
    if not versions:
        raise ValueError("a lot needs at least one version")
    return max(versions, key=lambda version: (_hash(case, script, version), version))


def _hash(case: int, script: int, version: int) -> bytes:
    return hashlib.sha256(f"{case}:{script}:{version}".encode()).digest()
