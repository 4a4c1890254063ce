"""The first of the two commands of the README, in a fresh clone, with nothing in the environment."""

import os
import signal
import socket
import subprocess
import time
import urllib.request
from pathlib import Path

import pytest

from tests.operations import processes
from tests.operations.test_embedded import forget

#: From nothing to a served page, on two cores (the demo's data go on loading behind it).
LIMIT = 120


@pytest.mark.clone
def test_make_demo_in_a_fresh_clone(tmp_path: Path) -> None:
    clone = tmp_path / "branch_crm"
    subprocess.run(["git", "clone", "--quiet", str(processes.PROJECT), str(clone)], check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = processes.bare_environment(clone / ".data")
    del environment["DATA_DIR"]
    output = tmp_path / "output"
    begun = time.monotonic()
    with output.open("wb") as file:
        make = subprocess.Popen(
            ["make", "demo", f"PORT={port}"], cwd=clone, env=environment, stdout=file, stderr=file, process_group=0
        )
    try:
        up = processes.wait_for(lambda: "Ctrl-C" in output.read_text() or make.poll() is not None, seconds=4 * LIMIT)
        seconds = time.monotonic() - begun
        assert up, output.read_text()
        assert make.poll() is None, output.read_text()
        page = urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/", timeout=20).read().decode()
        assert 'lang="zh-Hans"' in page
        assert "登录" in page, "the texts are compiled"
        status = subprocess.run(
            ["git", "status", "--porcelain"], cwd=clone, capture_output=True, text=True, check=True
        ).stdout
        assert status == "", "the demo writes into ignored folders only"
        os.kill(make.pid, signal.SIGTERM)
        make.wait(200)
        assert processes.wait_for(lambda: not processes.of(clone / ".data")), processes.of(clone / ".data")
    finally:
        if make.poll() is None:
            os.killpg(make.pid, signal.SIGKILL)
            make.wait()
        forget(clone / ".data")
    # A machine that is busy with other tests may take its time; one that is idle may not.
    assert seconds < LIMIT * max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)), f"{seconds:.0f} s"
