"""No text of the pages is missing, fuzzy or untranslated, in either language."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import errors as engine_errors
from webui import errors, i18n, shell

ROOT = Path(i18n.__file__).parent
LANGUAGES = [code for code, _ in i18n.LANGUAGES]
_IN_TEMPLATE = re.compile(r"""\b_\(\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')""")
#: Functions of ours whose first argument is a message id.
_TRANSLATING = frozenset({"translate", "_"})


def in_templates() -> Iterator[str]:
    for path in sorted(ROOT.glob("templates/**/*.html")):
        for found in _IN_TEMPLATE.finditer(path.read_text("utf-8")):
            yield ast.literal_eval(found.group(1))


def in_python() -> Iterator[str]:
    for path in sorted([*ROOT.glob("*.py"), *ROOT.glob("jobs/*.py")]):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in _TRANSLATING:
                yield from _texts(node.args[0])


def in_tables() -> Iterator[str]:
    """Message ids that stand in tables and are translated where they are shown."""
    yield from errors.TEXTS.values()
    for pair in errors.PAGES.values():
        yield from pair
    yield from (name for _, _, name in shell.PAGES)
    for each in refusals(engine_errors.EngineError):
        yield errors.sentence_of(each)


def refusals(
    base: type[engine_errors.EngineError],
) -> Iterator[type[engine_errors.EngineError]]:
    yield base
    for each in base.__subclasses__():
        if each.__module__ == engine_errors.__name__:
            yield from refusals(each)


def used() -> set[str]:
    return {*in_templates(), *in_python(), *in_tables()}


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _texts(argument: ast.expr) -> Iterator[str]:
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        yield argument.value
    elif isinstance(argument, ast.IfExp):
        yield from _texts(argument.body)
        yield from _texts(argument.orelse)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_text_of_the_pages_is_translated(code: str) -> None:
    known = {
        message.id: message.string
        for path in i18n.files(code)
        for message in i18n.read(path)
    }
    assert sorted(text for text in used() if not known.get(text)) == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_translation_is_fuzzy_or_stands_twice(code: str) -> None:
    seen: set[str] = set()
    for path in i18n.files(code):
        for message in i18n.read(path):
            assert not message.fuzzy, (path.name, message.id)
            if message.id:
                assert message.id not in seen, (path.name, message.id)
                seen.add(str(message.id))


def test_both_languages_hold_the_same_texts() -> None:
    vi, en = (
        {message.id for path in i18n.files(code) for message in i18n.read(path)}
        for code in ("vi", "en")
    )
    assert vi == en


def test_translations_keep_the_placeholders() -> None:
    for code in LANGUAGES:
        for path in i18n.files(code):
            for message in i18n.read(path):
                if message.id:
                    told = _holes(str(message.string))
                    assert _holes(str(message.id)) == told, message.id


def _holes(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)[sd]", text))


def test_vietnamese_texts_are_vietnamese() -> None:
    same = {
        message.id
        for path in i18n.files("vi")
        for message in i18n.read(path)
        if message.id and message.id == message.string
    }
    assert same <= {"%(code)s", "API", "Quytrinh", "BPMN"}


def test_the_search_finds_texts_in_templates_and_python() -> None:
    assert {"Sign in", "Password"} <= set(in_templates())
    assert "Overdue by %(span)s" in set(in_python())
