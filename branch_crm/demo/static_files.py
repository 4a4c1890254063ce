"""collectstatic takes seconds; do it only when a file or a package that brings files has changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.core.management import call_command


def ensure_collected() -> None:
    mark = settings.STATIC_ROOT.with_suffix(".digest")
    digest = _digest()
    if (settings.STATIC_ROOT / "staticfiles.json").exists() and mark.exists() and mark.read_text() == digest:
        return
    call_command("collectstatic", interactive=False, verbosity=0, clear=False)
    mark.write_text(digest)


def _digest() -> str:
    seen = hashlib.sha256(str(settings.STATIC_ROOT).encode())
    files = [path for folder in settings.STATICFILES_DIRS for path in Path(folder).rglob("*") if path.is_file()]
    for path in sorted([*files, settings.BASE_DIR / "uv.lock"]):
        state = path.stat()
        seen.update(f"{path}:{state.st_size}:{state.st_mtime_ns}\n".encode())
    return seen.hexdigest()
