"""Answers without a form: plain values with names that expressions can use."""

from typing import Any

import pytest

from engine import limits
from engine.errors import EngineError, TooLargeError
from engine.forms import plain

GOOD: tuple[dict[str, Any], ...] = (
    {},
    {"a": 1, "b_2": "x", "kết_quả": None},
    {"a": [1, 1.5, True, {"b": ["c"]}]},
    {"a": "dòng một\ndòng hai\t😀"},
    {"a" * 200: ""},
)
BAD: tuple[tuple[dict[Any, Any], str], ...] = (
    *(({name: 1}, "value-name") for name in ("", "1a", "_a", "a b", "a.b", "a:b")),
    *(
        ({name: 1}, "value-name")
        for name in ("a-b", "\U0001d49c", "a\U0001d49c", "a\n")
    ),
    ({"\ud800": 1}, "value-name"),
    *(({"a": value}, "value-kind") for value in (b"x", {1}, (1,), ...)),
    *(({"a": value}, "value-kind") for value in (float("nan"), [float("-inf")])),
    *(({"a": value}, "value-kind") for value in ("\x00", "\udc00", {"\x00": 1})),
    ({"a": {1: 2}}, "value-kind"),
)


@pytest.mark.parametrize("values", GOOD)
def test_plain_values_pass_as_they_are(values: dict[str, Any]) -> None:
    assert plain.check(values) is values


@pytest.mark.parametrize(("values", "code"), BAD, ids=repr)
def test_anything_else_is_refused_in_words(values: dict[str, Any], code: str) -> None:
    with pytest.raises(EngineError) as caught:
        plain.check(values)
    assert caught.value.code == code
    assert caught.value.message.encode()


def test_a_depth_that_no_form_gives_is_refused() -> None:
    value: Any = 1
    for _ in range(5_000):
        value = [value]
    with pytest.raises(EngineError) as caught:
        plain.check({"a": value})
    assert caught.value.code == "value-kind"


def test_values_may_be_as_large_as_answers_and_not_larger() -> None:
    frame = len('{"a": ""}')
    plain.check({"a": "x" * (limits.ANSWERS_BYTES - frame)})
    with pytest.raises(TooLargeError) as caught:
        plain.check({"a": "x" * (limits.ANSWERS_BYTES - frame + 1)})
    assert caught.value.params["limit"] == limits.ANSWERS_BYTES
