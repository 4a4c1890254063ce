#!/usr/bin/env python
"""Every text of the product has its Chinese: collects the texts anew in a copy and compares with the .po files here.

The English is the source text itself, so a complete Chinese catalogue makes both languages complete.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
COLLECT = ["makemessages", "-l", "zh_Hans", "--no-location", "--no-obsolete", "--ignore=tests"]


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py", "*.html", "*.txt", "*.po"],
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )
        for name in listed.stdout.splitlines():
            if (ROOT / name).exists():
                (copy / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(ROOT / name, copy / name)
        # Texts of a package without a folder for them would be an error of makemessages, not of the texts.
        (copy / "locale").mkdir(exist_ok=True)
        environment = {**os.environ, "DATA_DIR": str(copy / ".data")}
        collected = subprocess.run(
            [sys.executable, "manage.py", *COLLECT],
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if collected.returncode:
            print(collected.stdout + collected.stderr)
            return 1
        translated, problems = committed_texts()
        for fresh in sorted(copy.rglob("LC_MESSAGES/django.po")):
            for entry in polib.pofile(str(fresh)):
                if (entry.msgctxt, entry.msgid) not in translated:
                    problems.append(f"missing: {entry.msgid!r}")
    print("\n".join(problems))
    if problems:
        print(f"{len(problems)} texts without Chinese. `make messages` collects them into the .po files.")
    return bool(problems)


def committed_texts() -> tuple[set[tuple[str | None, str]], list[str]]:
    """What has Chinese in any catalogue here (they are one at run time), and what is wrong with the catalogues."""
    translated: set[tuple[str | None, str]] = set()
    problems = []
    for path in sorted(ROOT.rglob("zh_Hans/LC_MESSAGES/django.po")):
        if ".venv" in path.relative_to(ROOT).parts:
            continue
        name = path.relative_to(ROOT)
        form = subprocess.run(
            ["msgfmt", "-c", "-o", os.devnull, str(path)], capture_output=True, text=True, check=False
        )
        if form.returncode:
            problems.append(form.stderr.strip())
        for entry in polib.pofile(str(path)):
            if entry.translated() and not entry.fuzzy:
                translated.add((entry.msgctxt, entry.msgid))
            elif not entry.obsolete:
                problems.append(f"{name}: untranslated: {entry.msgid!r}")
    return translated, problems


if __name__ == "__main__":
    sys.exit(main())
