"""Settings, compose file, example file and manual name the same variables; images are pinned and servers guarded."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

PROJECT = Path(__file__).resolve().parent.parent.parent
#: Read by the compose file only, to build the values of others.
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "VALKEY_PASSWORD", "WEB_BIND", "WORKER_CONCURRENCY"}


def read_by(path: str) -> set[str]:
    """Names in env.x("NAME"), os.environ["NAME"] and os.environ.get("NAME")."""
    names = set()
    for node in ast.walk(ast.parse((PROJECT / path).read_text())):
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            if re.fullmatch(r"env\.\w+|os\.environ\.get", ast.unparse(node.func)):
                names.add(node.args[0].value)
        elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
            assert isinstance(node.slice, ast.Constant)
            names.add(node.slice.value)
    return names


@pytest.fixture(scope="module")
def product() -> set[str]:
    return (
        read_by("branch_crm/settings.py") | read_by("branch_crm/gunicorn.py") | read_by("branch_crm/embedded/hold.py")
    )


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text())


def test_the_search_finds_the_variables(product: set[str]) -> None:
    assert {"DATABASE_URL", "FIELD_KEY", "SECRET_KEY", "WEB_WORKERS", "NIGHT_AT"} <= product


def test_the_containers_get_every_variable(product: set[str], compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in ("worker", "beat", "migrate"):
        assert set(services[name]["environment"]) == product - {"HOST", "PORT", "WEB_WORKERS"}, name
    assert set(services["web"]["environment"]) == product


def test_the_manual_explains_every_variable(product: set[str]) -> None:
    manual = (PROJECT / "docs" / "operations.md").read_text()
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", manual, re.MULTILINE))
    assert table == product | COMPOSE_ONLY


def test_the_example_names_what_compose_asks_for(compose: dict[str, Any]) -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    asked = set(re.findall(r"\$\{([A-Z_]+):\?\}", text))
    offered = set(re.findall(r"\$\{([A-Z_]+):-[^}]*\}", text))
    example = (PROJECT / ".env.example").read_text()
    assert set(re.findall(r"^([A-Z_]+)=$", example, re.MULTILINE)) == asked
    assert set(re.findall(r"^#([A-Z_]+)=", example, re.MULTILINE)) == offered


def test_secrets_have_no_default(compose: dict[str, Any]) -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    for name in ("SECRET_KEY", "FIELD_KEY", "POSTGRES_PASSWORD", "VALKEY_PASSWORD"):
        assert re.findall(rf"\$\{{{name}[^}}]*\}}", text) == [f"${{{name}:?}}"] * text.count(f"${{{name}")


def test_every_program_is_healthy_guarded_and_unprivileged(compose: dict[str, Any]) -> None:
    services = compose["services"]
    for name in ("web", "worker", "postgres", "valkey"):
        assert "healthcheck" in services[name], name
    for name in ("web", "worker", "beat"):
        assert services[name]["restart"] == "unless-stopped"
        assert services[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
        assert services[name]["read_only"] is True
    for name in ("postgres", "valkey"):
        assert "ports" not in services[name], f"{name} must not listen on the host"
        assert ":" in services[name]["image"]
    assert services["postgres"]["environment"]["POSTGRES_INITDB_ARGS"] == "--locale=C.UTF-8 --encoding=UTF8"
    dockerfile = (PROJECT / "Dockerfile").read_text()
    assert re.search(r"^USER (?!root)\w+$", dockerfile, re.MULTILINE)
    mounted = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", [])}
    assert mounted == set(compose["volumes"])


def test_programs_named_in_compose_exist(compose: dict[str, Any]) -> None:
    assert compose["services"]["migrate"]["command"][1] == "manage.py"
    assert (PROJECT / "manage.py").exists()
    assert 'CMD ["gunicorn", "-c", "branch_crm/gunicorn.py", "branch_crm.wsgi"]' in (PROJECT / "Dockerfile").read_text()
    assert (PROJECT / "branch_crm" / "gunicorn.py").exists()
