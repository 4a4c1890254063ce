"""Compile kernels once and keep them: the cache lives in .data/numba, or in a private temporary folder.

Import the decorators from here, never numba itself, so that the cache folder is set before the first kernel is defined.
Kernels compile at their first call, not at import: a web process that never solves never pays for them.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).resolve().parents[3]


def _cache_folder() -> str:
    """A folder only this account can write, for cached code is loaded without questions; "" = keep no cache."""
    private = Path(tempfile.gettempdir()) / f"branch_crm-numba-{os.getuid()}"
    for folder in (CHECKOUT / ".data" / "numba", private):
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK) and folder.stat().st_uid == os.getuid():
            return str(folder)
    return ""


os.environ.setdefault("NUMBA_CACHE_DIR", _cache_folder())

import numba  # noqa: E402 - numba reads the cache folder when it is imported


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile for arrays that may hold NaN."""
    return _compiled(function, {"nsz", "contract"})


def fast_kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile for arrays free of NaN, whose sums and maxima may be taken in vector order."""
    return _compiled(function, {"nnan", "nsz", "reassoc", "contract"})


def _compiled(function: Callable[..., Any], freedoms: set[str]) -> Callable[..., Any]:
    keep = bool(os.environ["NUMBA_CACHE_DIR"])
    made: Callable[..., Any] = numba.njit(cache=keep, nogil=True, fastmath=freedoms)(function)
    return made
