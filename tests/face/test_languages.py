"""Both languages are complete: every text of the source has its Chinese, none is fuzzy, none is shadowed by another package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.template import Context, Engine, Node, Template, TemplateSyntaxError
from django.template.base import FilterExpression
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils import translation
from django.utils.translation import trans_real

ROOT: Path = settings.BASE_DIR
SKIP = {".venv", "node_modules", ".data", ".git", "tests", "staticfiles"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|(?<!%)%[sd]\b")
MARKERS = {"gettext", "gettext_lazy", "gettext_noop", "_"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy"}
PLURALS = {"ngettext", "ngettext_lazy"}


def files(pattern: str) -> list[Path]:
    return [path for path in sorted(ROOT.rglob(pattern)) if not SKIP & set(path.relative_to(ROOT).parts)]


def catalogues() -> list[Path]:
    return files("LC_MESSAGES/*.po")


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_is_untranslated_or_fuzzy(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    assert [entry.msgid for entry in catalogue.untranslated_entries()] == []
    assert [entry.msgid for entry in catalogue if entry.fuzzy] == []


@pytest.mark.parametrize("path", catalogues(), ids=lambda path: str(path.relative_to(ROOT)))
def test_placeholders_survive_translation(path: Path) -> None:
    wrong = []
    for entry in polib.pofile(str(path)):
        said = entry.msgstr or entry.msgstr_plural.get(0, "")
        wanted = {match.group(0) for match in PLACEHOLDER.finditer(entry.msgid_plural or entry.msgid)}
        if {match.group(0) for match in PLACEHOLDER.finditer(said)} != wanted:
            wrong.append(entry.msgid)
    assert wrong == []


def python_texts() -> Iterator[tuple[Path, str]]:
    for path in files("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            if (name in MARKERS and len(texts) == 1 and len(node.args) == 1) or (name in PLURALS and len(texts) == 2):
                yield path, texts[0]
            elif name in WITH_CONTEXT and len(texts) == 2:
                yield path, f"{texts[0]}{trans_real.CONTEXT_SEPARATOR}{texts[1]}"


def nodes_of(template: Template) -> Iterator[Node]:
    waiting: list[Node] = list(template.nodelist)
    while waiting:
        node = waiting.pop()
        yield node
        for name in (*node.child_nodelists, "nodelist_loop", "nodelist_empty"):
            waiting.extend(getattr(node, name, None) or [])
        for _condition, inner in getattr(node, "conditions_nodelists", []):
            waiting.extend(inner)


@pytest.fixture(scope="module")
def engine() -> Engine:
    return Engine.get_default()


def template_texts(engine: Engine) -> Iterator[tuple[Path, str]]:
    for path in files("templates/**/*.html"):
        try:
            template = engine.from_string(path.read_text(encoding="utf-8"))
        except TemplateSyntaxError as error:
            raise AssertionError(f"{path}: {error}") from error
        for node in nodes_of(template):
            if isinstance(node, TranslateNode):
                said = node.filter_expression.var
                literal = said if isinstance(said, str) else getattr(said, "literal", None)
                if literal:
                    yield path, with_context(str(literal), node.message_context)
            elif isinstance(node, BlockTranslateNode):
                yield path, with_context(node.render_token_list(node.singular)[0], node.message_context)


def with_context(text: str, context: FilterExpression | None) -> str:
    return text if context is None else f"{context.resolve(Context())}{trans_real.CONTEXT_SEPARATOR}{text}"


def known(text: str) -> bool:
    translation.activate("zh-hans")
    catalogue = trans_real.translation("zh-hans")._catalog
    return catalogue.get(text) is not None or catalogue.get((text, 0)) is not None


def test_every_text_in_python_has_its_chinese() -> None:
    assert [(str(path.relative_to(ROOT)), text) for path, text in python_texts() if not known(text)] == []


def test_every_text_in_templates_has_its_chinese(engine: Engine) -> None:
    assert [(str(path.relative_to(ROOT)), text) for path, text in template_texts(engine) if not known(text)] == []


def test_no_translation_is_shadowed() -> None:
    """The same English text says the same in every catalogue; a package of others must not answer first."""
    translation.activate("zh-hans")
    catalogue = trans_real.translation("zh-hans")._catalog
    shadowed = []
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            if entry.msgid_plural or not entry.msgstr:
                continue
            key = f"{entry.msgctxt}{trans_real.CONTEXT_SEPARATOR}{entry.msgid}" if entry.msgctxt else entry.msgid
            if catalogue.get(key) != entry.msgstr:
                shadowed.append((str(path.relative_to(ROOT)), entry.msgid, entry.msgstr, catalogue.get(key)))
    assert shadowed == []


def test_templates_hold_no_chinese() -> None:
    """Chinese lives in the catalogues, so that English pages are English."""
    assert [
        str(path.relative_to(ROOT)) for path in files("templates/**/*.html") if CHINESE.search(path.read_text())
    ] == []
