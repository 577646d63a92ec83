import sys
import tracemalloc
from types import FrameType

import pytest

from engine import expressions, limits
from engine.errors import ExpressionError
from engine.expressions import JSON
from tests.unit.engine import expression_fuzz, hostile_expressions

ALL_HOSTILE = {**hostile_expressions.AT_UPLOAD, **hostile_expressions.AT_RUN}


def test_the_hostile_corpus_has_many_different_attacks() -> None:
    rows = [row for group in ALL_HOSTILE.values() for row in group.rows]

    assert len(set(rows)) >= 850


def test_every_code_is_reached() -> None:
    data = hostile_expressions.data()
    # These two have tests of their own below.
    seen = {"unexpected", "assignment"}
    for group in ALL_HOSTILE.values():
        seen |= {attempt(row, data).code for row in group.rows}

    assert seen == expressions.CODES


@pytest.mark.parametrize("name", hostile_expressions.AT_UPLOAD)
def test_an_attack_is_refused_before_anything_is_evaluated(name: str) -> None:
    group = hostile_expressions.AT_UPLOAD[name]

    for row in group.rows:
        with pytest.raises(ExpressionError) as caught:
            expressions.compile(row)
        assert caught.value.code in group.codes, row
        assert 0 <= caught.value.column <= len(row) + 1, row


@pytest.mark.parametrize("name", hostile_expressions.AT_RUN)
def test_an_attack_that_parses_is_stopped_and_changes_nothing(name: str) -> None:
    group = hostile_expressions.AT_RUN[name]
    data = hostile_expressions.data()
    before = repr(data)

    for row in group.rows:
        expression = expressions.compile(row)
        with pytest.raises(ExpressionError) as caught:
            expression.evaluate(data)
        assert caught.value.code in group.codes, row
        assert 0 <= caught.value.column <= len(row), row
        assert repr(data) == before, row


@pytest.mark.parametrize(("text", "value"), hostile_expressions.HARMLESS)
def test_what_only_looks_like_an_attack_is_ordinary(text: str, value: JSON) -> None:
    data = hostile_expressions.data()
    before = repr(data)

    result = expressions.compile(text).evaluate(data)

    assert result == value
    assert type(result) is type(value)
    assert repr(data) == before


@pytest.mark.parametrize("name", ALL_HOSTILE)
def test_no_attack_costs_more_than_bounded_work(name: str) -> None:
    # Function calls are counted instead of seconds: they do not depend on the machine.
    data = hostile_expressions.data()

    for row in ALL_HOSTILE[name].rows:
        assert calls_of(row, data) <= 30 * limits.EXPRESSION_STEPS, row


@pytest.mark.parametrize("name", ALL_HOSTILE)
def test_no_attack_takes_more_than_bounded_memory(name: str) -> None:
    data = hostile_expressions.data()

    for row in ALL_HOSTILE[name].rows:
        tracemalloc.start()
        attempt(row, data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak <= 2 * 1024 * 1024, row


def attempt(row: str, data: dict[str, JSON]) -> ExpressionError:
    with pytest.raises(ExpressionError) as caught:
        expressions.compile.__wrapped__(row).evaluate(data)
    return caught.value


def calls_of(row: str, data: dict[str, JSON]) -> int:
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        attempt(row, data)
    finally:
        sys.setprofile(before)
    return calls


def test_random_expressions_bring_no_surprise() -> None:
    found = expression_fuzz.search(seed=20261121, rounds=2_000)

    assert found.surprises == ()
    # A search that only writes refused texts would find nothing.
    assert found.refused > 1_500
    assert found.stopped > 300
    assert found.valued > 1_500


@pytest.mark.fuzz
@pytest.mark.parametrize("seed", range(20))
def test_long_random_search_brings_no_surprise(seed: int) -> None:
    assert expression_fuzz.search(seed, rounds=20_000).surprises == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1" * limits.EXPRESSION_CHARS, "number-too-big"),
        ("1" * (limits.EXPRESSION_CHARS + 1), "too-long"),
        ("[" + "1," * (limits.EXPRESSION_NODES - 1) + "]", ""),
        ("[" + "1," * limits.EXPRESSION_NODES + "]", "too-many-nodes"),
        ("abs(" * (limits.EXPRESSION_DEPTH - 1) + "1" + ")" * 24, ""),
        ("abs(" * limits.EXPRESSION_DEPTH + "1" + ")" * 25, "too-deep"),
        (str((1 << limits.EXPRESSION_INT_BITS) - 1), ""),
        (str(1 << limits.EXPRESSION_INT_BITS), "number-too-big"),
        ("longest + ''", ""),
        ("longest + 'x'", "string-too-long"),
        ("most + []", ""),
        ("most + [1]", "list-too-long"),
        ("len([1 for y in several])", ""),
        ("len([1 for y in more])", "too-many-steps"),
    ],
)
def test_each_limit_holds_exactly(text: str, code: str) -> None:
    data: dict[str, JSON] = {
        "longest": "x" * limits.EXPRESSION_STRING,
        "most": [0] * limits.EXPRESSION_LIST,
        # Two steps for each turn, one for each four elements of the list.
        "several": [0] * (limits.EXPRESSION_STEPS * 4 // 9 + 1),
        "more": [0] * (limits.EXPRESSION_STEPS * 4 // 9 + 2),
    }
    if code:
        assert attempt(text, data).code == code
    else:
        expressions.compile(text).evaluate(data)


def test_data_nested_beyond_reason_is_an_error_not_a_crash() -> None:
    deep: JSON = []
    for _ in range(100_000):
        deep = [deep]
    data = {"deep": deep, "same": [deep]}

    assert attempt("deep", data).code == "too-deep"
    assert attempt("deep == same", data).code == "too-deep"
    assert expressions.compile("len(deep)").evaluate(data) == 1
    while isinstance(deep, list) and deep:
        # Taken apart by hand: freeing it at once would recurse in C.
        deep = deep.pop()


def test_data_that_holds_itself_is_an_error_not_a_hang() -> None:
    ring: list[JSON] = []
    ring += [ring, ring]

    assert attempt("ring", {"ring": ring}).code in {"too-deep", "too-many-steps"}
