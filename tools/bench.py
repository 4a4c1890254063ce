#!/usr/bin/env python
"""Run every benchmark in benchmarks/, in order of name, on the embedded servers; `bench.py allocation` runs those that match."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


def main(words: list[str]) -> int:
    from branch_crm.embedded import hold

    if hold.needed():
        hold.hold()
    failed = []
    for path in sorted((ROOT / "benchmarks").glob("[!_]*.py")):
        if words and not any(word in path.stem for word in words):
            continue
        print(f"== {path.stem}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{path.stem}"], cwd=ROOT, check=False).returncode:
            failed.append(path.stem)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
