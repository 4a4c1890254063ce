#!/usr/bin/env python
"""Copy the front-end files the product serves from node_modules into static/, so that nobody but a maintainer needs Node.

    npm ci && python tools/vendor.py

Writes static/vendor/<name>-<version>/, static/vendor/MANIFEST.json (version, licence and sha256 of every file) and
static/icons/sprite.svg. `python tools/vendor.py --check` compares the committed files with the manifest.
"""

import argparse
import hashlib
import json
import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
SPRITE = ROOT / "static" / "icons" / "sprite.svg"
ICON_LIST = ROOT / "tools" / "icons.txt"

#: npm package -> (folder name, files to take)
PACKAGES = {
    "@tabler/core": ("tabler", ["dist/css/tabler.min.css", "dist/js/tabler.min.js"]),
    "htmx.org": ("htmx", ["dist/htmx.min.js"]),
    "@alpinejs/csp": ("alpinejs-csp", ["dist/cdn.min.js"]),
    "echarts": ("echarts", ["dist/echarts.common.min.js"]),
    "tinykeys": ("tinykeys", ["dist/tinykeys.umd.js"]),
}
#: Packages whose archive carries no licence text of its own.
LICENCE_ELSEWHERE = {"@tabler/core": "@tabler/icons", "@alpinejs/csp": None}
ALPINE_LICENCE = """MIT License

Copyright (c) 2019-2026 Caleb Porzio and contributors

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES
OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE
LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR
IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""
#: ManifestStaticFilesStorage follows these comments and fails on the map files nobody ships.
SOURCE_MAP = re.compile(rb"(?:/\*|//)[#@]\s*sourceMappingURL=[^\s*]*(?:\s*\*/)?\s*$", re.M)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def licence_text(package: str) -> str:
    source = LICENCE_ELSEWHERE.get(package, package)
    if source is None:
        return ALPINE_LICENCE
    return next((MODULES / source).glob("LICENSE*")).read_text()


def copy_packages() -> list[dict[str, object]]:
    entries: list[dict[str, object]] = []
    for package, (name, files) in PACKAGES.items():
        facts = json.loads((MODULES / package / "package.json").read_text())
        target = VENDOR / f"{name}-{facts['version']}"
        target.mkdir(parents=True)
        (target / "LICENSE").write_text(licence_text(package))
        for file in files:
            (target / Path(file).name).write_bytes(SOURCE_MAP.sub(b"", (MODULES / package / file).read_bytes()))
        entries.append(
            {
                "package": package,
                "version": facts["version"],
                "licence": facts["license"],
                "files": {str(path.relative_to(ROOT)): sha256(path) for path in sorted(target.iterdir())},
            }
        )
    return entries


def icon_names() -> list[str]:
    lines = (line.strip() for line in ICON_LIST.read_text().splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def build_sprite() -> dict[str, object]:
    symbols = []
    for name in icon_names():
        svg = (MODULES / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
        shapes = re.findall(r"<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*/>", svg)
        drawn = "".join(shape for shape in shapes if 'stroke="none"' not in shape)
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{drawn}</symbol>')
    SPRITE.parent.mkdir(exist_ok=True)
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")
    shutil.copyfile(MODULES / "@tabler/icons/LICENSE", SPRITE.parent / "LICENSE")
    facts = json.loads((MODULES / "@tabler/icons/package.json").read_text())
    return {
        "package": "@tabler/icons",
        "version": facts["version"],
        "licence": facts["license"],
        "files": {str(path.relative_to(ROOT)): sha256(path) for path in (SPRITE.parent / "LICENSE", SPRITE)},
    }


def differences() -> list[str]:
    """Files that differ from the manifest, are missing, or are not in it."""
    listed = {file: digest for entry in json.loads(MANIFEST.read_text()) for file, digest in entry["files"].items()}
    present = {str(path.relative_to(ROOT)) for path in VENDOR.rglob("*") if path.is_file() and path != MANIFEST}
    wrong = [f"{file}: not in MANIFEST.json" for file in sorted(present - listed.keys())]
    for file, digest in listed.items():
        path = ROOT / file
        if not path.exists():
            wrong.append(f"{file}: missing")
        elif sha256(path) != digest:
            wrong.append(f"{file}: differs from MANIFEST.json")
    return wrong


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare the committed files with the manifest")
    if parser.parse_args().check:
        wrong = differences()
        sys.stderr.writelines(f"{line}\n" for line in wrong)
        return 1 if wrong else 0
    shutil.rmtree(VENDOR, ignore_errors=True)
    entries = [*copy_packages(), build_sprite()]
    MANIFEST.write_text(json.dumps(entries, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
