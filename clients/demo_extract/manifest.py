"""The manifest beside the files: what a careful importer must find in them."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class FileTally:
    """`rows` counts data rows, repeated and rejected ones included; title, total and repeated header lines are noise."""

    file: str
    rows: int
    rejected: int
    repeated: int
    cleanable_cells: int
    noise_lines: int
    reasons: dict[str, int]


@dataclass(frozen=True)
class Manifest:
    """What was written. `datasets` is keyed by the English dataset name."""

    seed: int
    as_of: str
    clients: int
    advisors: int
    months: int
    clean: bool
    datasets: dict[str, FileTally]


def write_manifest(folder: Path, manifest: Manifest) -> None:
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the branch in the folder. Raises ValueError when the file is somebody else's."""
    path = folder / MANIFEST
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        content["datasets"] = {key: FileTally(**tally) for key, tally in content["datasets"].items()}
        return Manifest(**content)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{path} does not describe a demo branch. Choose another folder.") from error


def remove_branch(folder: Path) -> None:
    """Delete the files of the branch written into the folder before, if any, and nothing else."""
    if not (folder / MANIFEST).exists():
        return
    for tally in read_manifest(folder).datasets.values():
        # Only the name counts: an altered manifest must not reach outside the folder.
        (folder / Path(tally.file).name).unlink(missing_ok=True)
    (folder / MANIFEST).unlink()
