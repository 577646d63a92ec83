"""Refusals on the command line have words by their code, in both languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from engine import errors
from engine.errors import EngineError, NotReadyError, TooLargeError
from tests.unit.webui import test_i18n
from webui import cli
from webui import errors as web
from webui.cli import refusals

ROOT = Path(engine.__file__).parent.parent
#: Codes in which a caller writes what it is about: its own sentence is the text.
FREE = frozenset({"duration"})


def codes() -> Iterator[str]:
    """Every code that a refusal is given where it is raised."""
    for package in ("engine", "storage", "models_bpmn", "webui"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _raises(node.func):
                    for word in node.keywords:
                        if word.arg == "code" and isinstance(word.value, ast.Constant):
                            yield str(word.value.value)


def _raises(function: ast.expr) -> bool:
    name = getattr(function, "attr", getattr(function, "id", ""))
    return str(name).endswith("Error")


def test_every_code_of_a_refusal_has_its_own_words() -> None:
    found = set(codes())
    assert {"days-order", "not-provable", "no-cases", "file", "sample-cases"} <= found
    assert {one for one in found - FREE if not refusals.has_words(one)} == set()


def test_the_words_of_the_command_line_differ_and_are_whole_sentences() -> None:
    for vietnamese, english in refusals.TEXTS.values():
        assert vietnamese != english
        assert re.search(r"[.…)]$", vietnamese)
        assert re.search(r"[.…)]$", english)
    said = [vietnamese for vietnamese, _ in refusals.TEXTS.values()]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    ("refusal", "vietnamese", "english"),
    [
        (NotReadyError(code="days-order"), "trước ngày đầu", "before the first"),
        (NotReadyError(code="not-provable"), "nhật ký", "signed head of the log"),
        (NotReadyError(code="no-cases"), "hồ sơ", "no such cases"),
        (TooLargeError(code="sample-cases", limit=500), "mẫu", "one sample"),
    ],
)
def test_a_refusal_says_what_its_code_means_and_not_what_its_class_says(
    refusal: EngineError, vietnamese: str, english: str
) -> None:
    told = cli.told(refusal)
    assert vietnamese in str(told["error"])
    assert english in str(told["english"])
    assert str(type(refusal).__doc__) not in told.values()
    assert told["code"] == refusal.code
    assert told.get("limit") == refusal.params.get("limit")


def test_what_is_named_in_one_refusal_is_told_in_both_sentences() -> None:
    told = cli.told(EngineError("a.xes: No such file.", code="file"))
    assert told["error"] == "Không đọc hoặc ghi được tệp. (a.xes: No such file.)"
    assert told["english"] == "a.xes: No such file."


@pytest.mark.parametrize(
    "kind", [*test_i18n.refusals(EngineError)], ids=lambda kind: str(kind.__name__)
)
def test_every_kind_of_refusal_is_told_in_both_languages(
    kind: type[errors.EngineError],
) -> None:
    refusal = kind.__new__(kind)
    EngineError.__init__(refusal)
    vietnamese, english = refusals.texts(refusal)
    assert vietnamese
    known = web.TEXTS.get(kind.code, web.sentence_of(kind))
    assert english == known
    assert vietnamese != english
