"""What the pages load is what the manifest says, and nothing reaches for another host."""

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import FileSystemStorage

STATIC = settings.BASE_DIR / "static"


@pytest.fixture(scope="module")
def vendor() -> ModuleType:
    spec = importlib.util.spec_from_file_location("vendor", settings.BASE_DIR / "tools" / "vendor.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_files_are_those_of_the_manifest(vendor: ModuleType) -> None:
    assert vendor.differences() == []


def test_a_changed_file_is_noticed(vendor: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = vendor.MANIFEST.read_text().replace('"sha256', '"x').replace("htmx.min.js", "htmx.other.js")
    (tmp_path / "MANIFEST.json").write_text(manifest)
    monkeypatch.setattr(vendor, "MANIFEST", tmp_path / "MANIFEST.json")
    assert any("htmx.other.js: missing" in line for line in vendor.differences())


def test_every_vendored_package_has_its_licence() -> None:
    folders = [path for path in (STATIC / "vendor").iterdir() if path.is_dir()]
    assert folders
    assert [folder.name for folder in folders if not (folder / "LICENSE").exists()] == []


def test_styles_load_nothing_from_elsewhere() -> None:
    outside = [
        (path.name, address)
        for path in STATIC.rglob("*.css")
        for address in re.findall(r"url\(\s*[\"']?([^\"')]+)", path.read_text(encoding="utf-8"))
        if not address.startswith(("data:", "#"))
    ]
    assert outside == []


def test_every_icon_used_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "icons" / "sprite.svg").read_text()))
    sources = [*(settings.BASE_DIR / "templates").rglob("*.html"), *(settings.BASE_DIR / "branch_crm").rglob("*.py")]
    used = {
        (path.name, name)
        for path in sources
        for name in re.findall(r'(?:\{%\s*icon|\bicon\()\s*"([a-z0-9-]+)"', path.read_text(encoding="utf-8"))
    }
    assert [pair for pair in sorted(used) if pair[1] not in drawn] == []


def test_hashed_names_can_be_made(tmp_path: Path) -> None:
    """collectstatic in production rewrites every reference; a dangling one would stop the deployment."""
    storage = ManifestStaticFilesStorage(location=str(tmp_path))
    source = FileSystemStorage(location=str(STATIC))
    found = {
        str(path.relative_to(STATIC)): (source, str(path.relative_to(STATIC)))
        for path in STATIC.rglob("*.*")
        if path.is_file()
    }
    for name in found:
        with source.open(name) as file:
            storage.save(name, file)
    problems = [error for _name, _new, error in storage.post_process(found) if isinstance(error, Exception)]
    assert problems == []
