"""The extract as a whole: a folder or a ZIP, and which of its files are which dataset."""

from __future__ import annotations

import contextlib
import re
import shutil
import stat
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from branch_crm.core.tabular.problems import ExtractProblem
from clients.domain.extract.datasets import DATASETS, Dataset, dataset_of

SUFFIXES = {".csv", ".txt", ".tsv", ".xlsx", ".xls", ".xlsm", ".xlsb", ".dbf", ".htm", ".html"}
MAX_ENTRIES = 200
MAX_UNPACKED = 8 << 30
MAX_RATIO = 100
RATIO_FROM = 16 << 20
_DATE = re.compile(r"(20\d{2})[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")


@dataclass(frozen=True)
class Part:
    """One file of the extract. `name` is what people call it, `path` where it lies."""

    dataset: Dataset
    name: str
    path: Path


@dataclass(frozen=True)
class Bundle:
    parts: tuple[Part, ...]
    ignored: tuple[str, ...]

    @property
    def data_as_of(self) -> date | None:
        """The latest date in the names of the files."""
        return max((day for part in self.parts if (day := day_in_name(part.name))), default=None)


def day_in_name(name: str) -> date | None:
    found = _DATE.search(name)
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def open_bundle(path: Path, workspace: Path) -> Bundle:
    """List the extract's files; a ZIP is unpacked into `workspace` under names of our own.

    Raises ExtractProblem when there is nothing, when the ZIP is hostile, or when no file is a dataset.
    """
    if not path.exists():
        raise ExtractProblem("no_path")
    if path.is_dir():
        files = [(child.name, child) for child in sorted(path.iterdir()) if child.is_file() and not child.is_symlink()]
    elif path.suffix.casefold() == ".zip":
        files = _unpack(path, workspace)
    else:
        files = [(path.name, path)]
    parts: list[Part] = []
    ignored: list[str] = []
    for name, file in files:
        if name.startswith((".", "~$")):
            continue
        dataset = dataset_of(name) if Path(name).suffix.casefold() in SUFFIXES else None
        if dataset is None:
            ignored.append(name)
        else:
            parts.append(Part(dataset, name, file))
    if not parts:
        raise ExtractProblem("no_dataset", names=[f"{dataset.title}/{dataset.code}" for dataset in DATASETS])
    parts.sort(key=lambda part: (DATASETS.index(part.dataset), part.name))
    return Bundle(tuple(parts), tuple(ignored))


def _unpack(path: Path, workspace: Path) -> list[tuple[str, Path]]:
    try:
        with ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check(entries)
            files: list[tuple[str, Path]] = []
            for number, entry in enumerate(entries):
                inner = PurePosixPath(entry_name(entry))
                if "__MACOSX" in inner.parts:
                    continue
                target = workspace / f"{number:03d}{inner.suffix.casefold()}"
                with archive.open(entry) as packed, target.open("wb") as plain:
                    shutil.copyfileobj(packed, plain, 1 << 20)
                files.append((inner.name, target))
            names = [name for name, _ in files]
            if len(set(names)) < len(names):
                raise ExtractProblem("zip_twice", name=next(name for name in names if names.count(name) > 1))
            return sorted(files)
    except (BadZipFile, EOFError, NotImplementedError, OSError, RuntimeError):
        raise ExtractProblem("bad_zip") from None


def _check(entries: list[ZipInfo]) -> None:
    """zipfile stops at the announced size of an entry, so that the announced sizes are what must be bounded."""
    if len(entries) > MAX_ENTRIES:
        raise ExtractProblem("zip_too_many", most=MAX_ENTRIES)
    if sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise ExtractProblem("zip_too_big", gigabytes=MAX_UNPACKED >> 30)
    for entry in entries:
        name = entry_name(entry)
        inner = PurePosixPath(name)
        if inner.is_absolute() or ".." in inner.parts or re.match(r"[A-Za-z]:", name):
            raise ExtractProblem("zip_path")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise ExtractProblem("zip_path")
        if entry.flag_bits & 1:
            raise ExtractProblem("zip_encrypted")
        if entry.file_size > RATIO_FROM and entry.file_size > MAX_RATIO * max(entry.compress_size, 1):
            raise ExtractProblem("zip_bomb", name=inner.name, ratio=entry.file_size // max(entry.compress_size, 1))


def entry_name(entry: ZipInfo) -> str:
    """Windows packs Chinese names in GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & 0x800:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("gb18030")
    return name.replace("\\", "/")
