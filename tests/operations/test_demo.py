"""`manage.py demo` as people meet it: it serves, keeps its data, ends cleanly however it ends."""

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest

from branch_crm import embedded
from branch_crm.embedded import hold
from tests.operations import processes
from tests.operations.test_embedded import forget


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("demo") / "data"
    yield folder
    for demo in Demo.started:
        if demo.process.poll() is None:
            demo.end(signal.SIGTERM)
    hold.release(folder)
    assert processes.wait_for(lambda: not processes.of(folder)), processes.of(folder)
    forget(folder)


class Demo:
    """A running `manage.py demo`."""

    started: ClassVar[list["Demo"]] = []

    def __init__(self, data_dir: Path, *arguments: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self.data_dir = data_dir
        self.output = data_dir.parent / "demo.out"
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(self.port), *arguments],
                cwd=processes.PROJECT,
                env=processes.bare_environment(data_dir),
                stdout=output,
                stderr=output,
            )
        self.started.append(self)

    def text(self) -> str:
        return self.output.read_text()

    def wait_until_up(self) -> "Demo":
        processes.wait_for(lambda: "Ctrl-C" in self.text() or self.process.poll() is not None, seconds=500)
        assert self.process.poll() is None, self.text()
        return self

    def log_in(self, username: str) -> str:
        """The first page after the login form."""
        password = re.search(r"password of every account: (\S+)", self.text())
        assert password, self.text()
        jar = http.cookiejar.CookieJar()
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
        address = f"http://127.0.0.1:{self.port}/accounts/login/"
        form = opener.open(address, timeout=20).read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
        assert token, form
        fields = {"login": username, "password": password[1], "csrfmiddlewaretoken": token[1]}
        request = urllib.request.Request(address, urllib.parse.urlencode(fields).encode(), {"Referer": address})
        return opener.open(request, timeout=20).read().decode()

    def pid_of(self, mark: str) -> int:
        return min(pid for pid, command in processes.of(self.data_dir).items() if mark in command)

    def end(self, how: signal.Signals) -> int:
        os.kill(self.process.pid, how)
        return self.process.wait(200)


def nothing_left(data_dir: Path) -> bool:
    return processes.wait_for(lambda: not processes.of(data_dir), seconds=30)


def test_a_life_of_the_demo(data_dir: Path) -> None:
    demo = Demo(data_dir, "--no-data").wait_until_up()
    assert "陈岚" in demo.log_in("director")

    # A command in a second terminal shares the servers of the running demo.
    made = processes.manage(data_dir, "create_branch", "6199", "宝鸡营业部", python=sys.executable)
    assert made.returncode == 0, made.stderr
    assert demo.end(signal.SIGTERM) == 0, demo.text()
    assert not processes.of(data_dir), "the servers, too, have stopped when the demo returns"

    # The second start keeps the data; the death of one program is the end of all, with the reason.
    demo = Demo(data_dir, "--no-data").wait_until_up()
    again = processes.manage(data_dir, "create_branch", "6199", "宝鸡营业部", python=sys.executable)
    assert again.returncode == 0, again.stderr
    os.kill(demo.pid_of("celery -A branch_crm worker"), signal.SIGKILL)
    assert demo.process.wait(200) == 1
    assert "worker ended with status -9" in demo.text()
    assert nothing_left(data_dir), processes.of(data_dir)

    # Even a killed supervisor leaves nothing behind.
    demo = Demo(data_dir, "--no-data").wait_until_up()
    demo.end(signal.SIGKILL)
    assert nothing_left(data_dir), processes.of(data_dir)


def test_a_taken_port_is_told_at_once(data_dir: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = processes.manage(data_dir, "demo", "--port", str(taken.getsockname()[1]), python=sys.executable)
    assert run.returncode == 1
    assert "is taken" in run.stderr
    assert "make demo PORT=" in run.stderr


def test_no_demo_accounts_on_a_database_of_your_own(tmp_path: Path) -> None:
    environment = {
        **processes.bare_environment(tmp_path),
        "DATABASE_URL": "postgres://crm@db.invalid/crm",
        "REDIS_URL": "redis://queue.invalid/0",
        "SECRET_KEY": "s" * 50,
        "FIELD_KEY": "f" * 50,
    }
    run = subprocess.run(
        [sys.executable, "manage.py", "demo"],
        cwd=processes.PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 1
    assert "known password" in run.stderr
    assert not embedded.socket_dir(tmp_path).exists()
