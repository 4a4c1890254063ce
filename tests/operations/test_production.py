"""The programs of docker-compose.yml, with its commands and its environment, on servers named by URL."""

import os
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from branch_crm import embedded
from branch_crm.embedded import children, hold
from tests.operations import processes
from tests.operations.test_embedded import forget

SERVICES: dict[str, Any] = yaml.safe_load((processes.PROJECT / "docker-compose.yml").read_text())["services"]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """What compose gives to web, with the placeholders filled in."""
    folder = tmp_path_factory.mktemp("production")
    servers = folder / "servers"
    hold.hold(servers)
    given = {
        **{name: str(value) for name, value in SERVICES["web"]["environment"].items() if "${" not in str(value)},
        "DATABASE_URL": embedded.database_url(servers),
        "REDIS_URL": embedded.redis_url(servers),
        "SECRET_KEY": "s" * 48,
        "FIELD_KEY": "f" * 48,
        "ALLOWED_HOSTS": "crm.example.cn",
        "DATA_DIR": str(folder / "data"),
        "EXTRACT_DROP_DIR": str(folder / "data" / "extracts"),
        "UPLOAD_DIR": str(folder / "data" / "uploads"),
        "STATIC_ROOT": str(folder / "static"),
        "HOST": "127.0.0.1",
        "PORT": str(free_port()),
        "PATH": f"{BIN}:{os.environ['PATH']}",
    }
    for command in (SERVICES["migrate"]["command"], ["python", "manage.py", "collectstatic", "--noinput", "-v0"]):
        done = run(command, given)
        assert done.returncode == 0, done.stderr
    yield given
    hold.release(servers)
    forget(servers)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def run(command: list[str], environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, cwd=processes.PROJECT, env=environment, capture_output=True, text=True, timeout=500, check=False
    )


def get(environment: dict[str, str], path: str, **headers: str) -> tuple[int, Any]:
    """Status and headers, redirects not followed."""

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: Any, **kwargs: Any) -> None:
            return None

    request = urllib.request.Request(f"http://127.0.0.1:{environment['PORT']}{path}", headers=headers)
    try:
        with urllib.request.build_opener(Stay).open(request, timeout=10) as answer:
            return answer.status, answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.headers
    except OSError:
        return 0, {}


def test_web_is_healthy_and_insists_on_https(environment: dict[str, str], tmp_path: Path) -> None:
    with (tmp_path / "web.log").open("wb") as log:
        web = children.spawn(
            ["gunicorn", "-c", "branch_crm/gunicorn.py", "branch_crm.wsgi"],
            log=log,
            cwd=processes.PROJECT,
            env=environment,
        )
    try:
        host = {"Host": "crm.example.cn"}
        healthy = processes.wait_for(lambda: get(environment, "/healthz/", **host)[0] == 200, seconds=300)
        assert healthy, (tmp_path / "web.log").read_text()
        check = [
            part.replace(":8000", f":{environment['PORT']}") for part in SERVICES["web"]["healthcheck"]["test"][1:]
        ]
        assert run(check, environment).returncode == 0

        status, headers = get(environment, "/accounts/login/", **host)
        assert (status, headers["Location"]) == (301, "https://crm.example.cn/accounts/login/")
        status, headers = get(environment, "/accounts/login/", **host, **{"X-Forwarded-Proto": "https"})
        assert status == 200
        assert "Secure" in headers["Set-Cookie"]
        assert "max-age=" in headers["Strict-Transport-Security"]
        assert get(environment, "/healthz/", Host="elsewhere.example.cn")[0] == 400
        assert not (Path(environment["DATA_DIR"]) / "run").exists(), "no servers of its own"
    finally:
        children.stop([web])


def test_worker_answers_its_health_check(environment: dict[str, str], tmp_path: Path) -> None:
    command = [part.replace("${WORKER_CONCURRENCY:-2}", "1") for part in SERVICES["worker"]["command"]]
    with (tmp_path / "worker.log").open("wb") as log:
        worker = children.spawn(command, log=log, cwd=processes.PROJECT, env=environment)
    try:
        ready = processes.wait_for(lambda: b" ready." in (tmp_path / "worker.log").read_bytes(), seconds=300)
        assert ready, (tmp_path / "worker.log").read_text()
        check = SERVICES["worker"]["healthcheck"]["test"][1].replace("$$HOSTNAME", socket.gethostname())
        answer = run(["sh", "-c", check], environment)
        assert answer.returncode == 0, answer.stdout + answer.stderr
    finally:
        children.stop([worker])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY"),
        ("FIELD_KEY", "f" * 40 + ",short", "FIELD_KEY"),
        ("REDIS_URL", None, "REDIS_URL"),
        ("HTTPS", "perhaps", "HTTPS"),
        ("STATEMENT_TIMEOUT_MS", "15s", "STATEMENT_TIMEOUT_MS"),
        ("NIGHT_AT", "half past one", "NIGHT_AT"),
        ("WECOM_WEBHOOK_URL", "https://example.com/send?key=secret", "WECOM_WEBHOOK_URL"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(
    environment: dict[str, str], name: str, value: str | None, message: str
) -> None:
    wrong = {key: text for key, text in {**environment, name: value}.items() if text is not None}
    check = run(["python", "manage.py", "check"], wrong)
    assert check.returncode != 0
    assert message in check.stderr.splitlines()[-1], check.stderr
