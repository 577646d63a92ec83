"""Every reason that judging gives has a text, and every name that the text asks for."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine import judging
from engine.judging.deviations import TABLE
from engine.judging.ruling import Kind, Question, Verdict, deviates
from webui import i18n, verdict_words, verdicts

SOURCES = sorted(Path(judging.__path__[0]).glob("*.py"))
MAKERS = frozenset({"passes", "fails", "unknown", "deviates"})
_NAMED = re.compile(r"%\((\w+)\)s")


def given() -> Iterator[tuple[str, frozenset[str]]]:
    """Codes with the parameters that stand beside them."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            if isinstance(node.func, ast.Name) and node.func.id in MAKERS:
                names = frozenset(one.arg for one in node.keywords if one.arg)
                for code in texts(node.args[0]):
                    yield code, names


def texts(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)


#: Codes that are chosen before the call, with what the call gives them.
CHOSEN = {
    **dict.fromkeys(
        (
            *("other-flows", "other-elements", "other-work", "other-closed"),
            *("other-decisions", "other-thrown", "other-incidents"),
            *("other-status", "other-rest"),
        ),
        frozenset({"allowed", "recorded"}),
    ),
    **dict.fromkeys(("other-result", "other-return"), frozenset()),
    **dict.fromkeys(
        ("other-choice", "other-rules"),
        frozenset({"element", "occurrence", "recorded", "evaluated"}),
    ),
}


def test_every_reason_has_a_text_and_every_text_a_reason() -> None:
    found = {code for code, _ in given()} | CHOSEN.keys()
    assert found == verdict_words.REASON.keys()


def test_a_text_asks_for_nothing_that_its_reason_does_not_give() -> None:
    for code, names in (*given(), *CHOSEN.items()):
        asked = set(_NAMED.findall(verdict_words.REASON[code]))
        assert asked <= names, code


def test_the_chosen_codes_are_those_that_the_sources_name() -> None:
    written = "".join(path.read_text("utf-8") for path in SOURCES)
    assert [code for code in CHOSEN if f'"{code}"' not in written] == []


@pytest.mark.parametrize(
    ("letter", "text"),
    [("7/XLGH", verdict_words.REASON["extended"]), ("", verdict_words.UNNUMBERED)],
)
def test_an_extension_names_its_letter_only_when_it_has_a_number(
    letter: str, text: str
) -> None:
    ruling = deviates("extended", due="2026-11-20T10:00:00Z", letter=letter)
    assert verdict_words.reason(ruling) == text


def test_every_value_has_a_word() -> None:
    assert verdict_words.VERDICT.keys() == set(Verdict)
    assert verdict_words.QUESTION.keys() == set(Question)
    assert verdict_words.KIND.keys() == set(Kind) == set(TABLE.values())


@pytest.mark.parametrize("code", ["vi", "en"])
def test_every_word_is_translated_with_the_same_names(code: str) -> None:
    every = [one for path in i18n.files(code) for one in i18n.read(path)]
    known = {str(one.id): str(one.string) for one in every}
    for text in (*verdict_words.messages(), *verdicts.ANSWERS.values()):
        assert known.get(text), text
        assert set(_NAMED.findall(known[text])) == set(_NAMED.findall(text))
