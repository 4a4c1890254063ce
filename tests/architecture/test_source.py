"""What the source itself must hold to: edges reach rows through the person who asks, files stay small enough to read.

Layers, formatting, types and translations have their own tools (`make check`).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

from branch_crm.core.access import BranchOwnedQuerySet
from branch_crm.core.jobs.registry import KINDS as REGISTERED
from branch_crm.core.templatetags.audit_words import ACTIONS
from branch_crm.core.templatetags.jobs import KINDS as JOB_NAMES

ROOT: Path = settings.BASE_DIR
PACKAGES = ("branch_crm", "advisors", "clients", "servicelog", "allocation", "retention")
#: Where requests arrive.
EDGES = ("views", "api", "views.py", "api_views.py", "context.py")
PYTHON_LINES, TEMPLATE_LINES = 400, 200
BY_HAND = ("tests", "tools", "benchmarks", *PACKAGES)


def sources(*folders: str) -> list[Path]:
    return [
        path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def edges() -> list[Path]:
    return [path for path in sources(*PACKAGES) if set(path.relative_to(ROOT).parts) & set(EDGES)]


def owned_models() -> set[str]:
    """Models whose rows belong to a branch."""
    return {
        model.__name__ for model in apps.get_models() if isinstance(model._default_manager.all(), BranchOwnedQuerySet)
    }


def chains(tree: ast.AST) -> Iterator[tuple[str, list[str], int]]:
    """Every `Model.objects.a(...).b(...)`: the model, the names after it in order, the line."""
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    inner |= {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    for node in ast.walk(tree):
        if id(node) in inner or not isinstance(node, ast.Attribute | ast.Call):
            continue
        names: list[str] = []
        part: ast.expr = node
        while isinstance(part, ast.Attribute | ast.Call):
            if isinstance(part, ast.Attribute):
                names.insert(0, part.attr)
                part = part.value
            else:
                part = part.func
        if isinstance(part, ast.Name) and names and names[0] in {"objects", "_default_manager", "_base_manager"}:
            yield part.id, names[1:], node.lineno


@pytest.mark.parametrize("path", edges(), ids=lambda path: str(path.relative_to(ROOT)))
def test_edges_reach_rows_through_the_person_who_asks(path: Path) -> None:
    owned = owned_models()
    around = [
        f"line {line}: {model}.objects.{'.'.join(names)}"
        for model, names, line in chains(ast.parse(path.read_text(encoding="utf-8")))
        if model in owned and (not names or names[0] not in {"visible_to", "none"})
    ]
    assert around == [], "begin with .visible_to(request.user)"


def test_the_search_for_ways_around_finds_them() -> None:
    tree = ast.parse("x = Client.objects.filter(pk=1).first()\ny = get(Client.objects.visible_to(u).all(), pk=2)")
    assert [(model, names) for model, names, _line in chains(tree)] == [
        ("Client", ["filter", "first"]),
        ("Client", ["visible_to", "all"]),
    ]
    assert {"Client", "Plan", "JobRun", "AuditEntry", "Advisor"} <= owned_models()


def test_edges_write_no_sql() -> None:
    """Raw statements know no access rule; the health check asks nothing but `SELECT 1`."""
    health = ROOT / "branch_crm/core/views/health.py"
    around = []
    for path in edges():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in {"cursor", "raw", "extra", "RawSQL"} and path != health:
                around.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert around == []


def recorded_actions() -> set[str]:
    """Every `action="..."` given to `audit.record`; one in a condition counts with both its words."""
    found: set[str] = set()
    for path in sources(*PACKAGES):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "record":
                for keyword in node.keywords:
                    if keyword.arg == "action":
                        texts = [part.value for part in ast.walk(keyword.value) if isinstance(part, ast.Constant)]
                        found |= {text for text in texts if isinstance(text, str)}
    return found


def test_the_audit_and_the_job_list_speak_in_words() -> None:
    assert len(recorded_actions()) > 40
    assert recorded_actions() - ACTIONS.keys() == set()
    product_kinds = {kind for kind in REGISTERED if not kind.startswith("tests.")}  # other tests register their own
    assert product_kinds - JOB_NAMES.keys() == set()


def test_python_files_stay_readable() -> None:
    long = {str(path.relative_to(ROOT)): lines for path in sources(*BY_HAND) if (lines := length(path)) > PYTHON_LINES}
    assert long == {}


def test_templates_stay_readable() -> None:
    paths = sorted((ROOT / "templates").rglob("*.html"))
    long = {str(path.relative_to(ROOT)): lines for path in paths if (lines := length(path)) > TEMPLATE_LINES}
    assert long == {}


def length(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def test_nobody_keeps_a_drawer_for_everything() -> None:
    drawers = {"utils.py", "helpers.py", "misc.py", "common.py"}
    assert [str(path.relative_to(ROOT)) for path in sources(*BY_HAND) if path.name in drawers] == []
