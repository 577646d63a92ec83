"""What a check finds in a table before any case does."""

import random
from decimal import Decimal
from typing import Final

import pytest

from engine.decisions import axis, evaluation
from engine.decisions.errors import DecisionError
from engine.decisions.feel.names import Names
from engine.decisions.feel.parser import Parser
from engine.decisions.feel.tree import Constant
from engine.decisions.feel.values import Run
from engine.decisions.program import Column
from engine.decisions.types import ANY, Json
from engine.errors import Finding, ModelInvalidError
from models_bpmn import decisions
from tests import dmn

CHECKED: Final = {"overlap", "any-differs", "gap", "rule-never"}


def findings(content: bytes) -> list[Finding]:
    try:
        return list(decisions.load("a.dmn", content).findings)
    except ModelInvalidError as error:
        return list(error.findings)


def told(content: bytes) -> list[tuple[str, str]]:
    """Code and example of each finding about rules."""
    return [
        (one.code, getattr(one, "params", {}).get("example", ""))
        for one in findings(content)
        if one.code in CHECKED or one.code.startswith("check")
    ]


@pytest.mark.parametrize(
    ("kind", "cells", "expected"),
    [
        ("number", ["< 5", ">= 5"], []),
        ("number", ["<= 5", ">= 5"], [("overlap", "x = 5")]),
        ("number", ["< 5", "> 5"], [("gap", "x = 5")]),
        ("number", ["<= 5", ">= 6"], [("gap", "x = 5.5")]),
        ("integer", ["<= 5", ">= 6"], []),
        ("number", ["[0..10]", "(10..20]", "< 0", "> 20"], []),
        ("number", ["[0..10]", "[10..20]", "< 0", "> 20"], [("overlap", "x = 10")]),
        ("number", ["not(1)", "1"], []),
        ("number", ["-", "1"], [("overlap", "x = 1")]),
        ("number", ["1, 2", "not(1, 3)", "3"], [("overlap", "x = 2")]),
        ("boolean", ["true", "false"], []),
        ("boolean", ["true"], [("gap", "x = false")]),
        ("boolean", ["true", "not(false)", "false"], [("overlap", "x = true")]),
        ("string", ['"a"', 'not("a")'], []),
        ("string", ['"a"', '"b"'], [("gap", 'x ∉ {"a", "b"}')]),
        ("string", ['"a", "b"', 'not("a")'], [("overlap", 'x = "b"')]),
        ("string", ["null", 'not("a")', '"a"'], [("overlap", "x = null")]),
        (
            "date",
            ['<= date("2024-06-30")', '>= date("2024-07-01")'],
            [],
        ),
        (
            "date",
            ['< date("2024-06-30")', '>= date("2024-07-01")'],
            [("gap", "x = 2024-06-30")],
        ),
        (
            "time",
            ['< time("12:00:00")', '[time("12:00:00")..time("17:00:00")]'],
            [("gap", "x = 23:59:59.999999")],
        ),
        (
            "dayTimeDuration",
            ['<= duration("P5D")', '> duration("P6D")'],
            [("gap", "x = P5DT12H")],
        ),
        (
            "yearMonthDuration",
            ['<= duration("P1Y")', '> duration("P13M")'],
            [("gap", "x = P1Y1M")],
        ),
        ("number", ["< 5", "x + 1"], [("check-cells", "")]),
        ("", ["5", '"a"'], [("check-cells", "")]),
    ],
)
def test_overlaps_and_gaps_of_one_column(
    kind: str, cells: list[str], expected: list[tuple[str, str]]
) -> None:
    content = dmn.simple("UNIQUE", [(cell, "1") for cell in cells], kind)
    assert told(content) == expected


def test_overlaps_and_gaps_need_all_columns() -> None:
    inputs = [("age", "number", ""), ("risk", "string", '"low", "high"')]
    rules = [
        ("< 18", "-", "1"),
        (">= 18", '"low"', "2"),
        (">= 16", '"high"', "3"),
    ]
    logic = dmn.table("UNIQUE", inputs, [("", "", "")], rules)
    data = [dmn.given("age", "number"), dmn.given("risk", "string")]
    content = dmn.file(*data, dmn.decision("d", logic, "i_age", "i_risk"))
    assert told(content) == [("overlap", 'age = 16; risk = "high"')]
    content = content.replace(b">= 16", b"> 18").replace(b"&gt;= 16", b"&gt; 18")
    assert told(content) == [("gap", 'age = 18; risk = "high"')]


def test_a_rule_whose_value_is_not_allowed_never_matches() -> None:
    inputs = [("risk", "string", '"low", "high"')]
    rules = [('"low"', "1"), ('"hgih"', "2"), ("-", "3")]
    logic = dmn.table("FIRST", inputs, [("", "", "")], rules)
    content = dmn.file(dmn.given("risk", "string"), dmn.decision("d", logic, "i_risk"))
    found = [one for one in findings(content) if one.code == "rule-never"]
    assert [one.element for one in found] == ["r2"]


def test_any_may_overlap_where_the_results_agree() -> None:
    assert told(dmn.simple("ANY", [("<= 5", "1"), (">= 5", "1.0")])) == []
    found = told(dmn.simple("ANY", [("<= 5", "1"), (">= 5", "2")]))
    assert found == [("any-differs", "x = 5")]


@pytest.mark.parametrize("policy", ["FIRST", "PRIORITY", "COLLECT", "RULE ORDER"])
def test_other_policies_may_overlap(policy: str) -> None:
    rules = [("-", '"a"'), ("5", '"b"')]
    logic = dmn.table(policy, [("x", "number", "")], [("", "", '"a", "b"')], rules)
    content = dmn.file(dmn.given("x", "number"), dmn.decision("d", logic, "i_x"))
    assert told(content) == []


def test_a_default_leaves_no_gap() -> None:
    content = dmn.simple("UNIQUE", [("5", "1")]).decode()
    default = "<defaultOutputEntry><text>0</text></defaultOutputEntry></output>"
    assert told(content.encode()) == [("gap", "x = 4")]
    assert told(content.replace("</output>", default).encode()) == []


def cell(source: random.Random) -> str:
    """A cell over small numbers."""
    one, other = sorted(source.choices(range(8), k=2))
    shapes = [
        *("-", f"< {one}", f"<= {one}", f"> {one}", f">= {one}", f"{one}"),
        *(f"{one}, {other}", f"[{one}..{other}]", f"({one}..{other})"),
        *(f"not({one})", f"not([{one}..{other}))", f"< {one}, > {other}"),
        *(f"]{one}..{other}], {other + 1}", "null", f"= {one}", f"!= {one}"),
    ]
    return source.choice(shapes)


def test_the_quick_way_agrees_with_the_evaluator() -> None:
    source = random.Random(3)  # noqa: S311 - a seeded search
    run = Run({}, 10**9)
    column = Column(
        label="x", part=Constant(None), type=ANY, allowed=None, allowed_text=""
    )
    for _ in range(300):
        tests = [Parser(cell(source), Names()).tests() for _ in range(4)]
        line = axis.axis(column, tests, run)
        assert line is not None
        for one in tests:
            slowly = sum(
                1 << place
                for place, value in enumerate(line.samples)
                if one.matches(run, value)
            )
            assert axis.matching(one, line, run) == slowly


def test_random_tables_are_told_the_truth() -> None:
    """What is found can be shown; where nothing is found, no value shows any."""
    source = random.Random(7)  # noqa: S311 - a seeded search
    kinds = {"overlap": 0, "gap": 0, "none": 0}
    for _ in range(400):
        cells = [cell(source) for _ in range(source.randint(1, 3))]
        rules = [(one, "1") for one in cells]
        first = decisions.load("a.dmn", dmn.simple("COLLECT COUNT", rules))
        hits: dict[float | None, Json] = {
            number: evaluation.evaluate(first.program, "d", {"x": number}).result
            for number in [n / 4 for n in range(-6, 42)] + [None]
        }
        found = dict(told(dmn.simple("UNIQUE", rules)))
        overlapping = any(isinstance(n, int) and n > 1 for n in hits.values())
        assert ("overlap" in found) is overlapping, cells
        for code in ("overlap", "gap"):
            if code in found:
                kinds[code] += 1
                # A table whose cells name no value is shown by any.
                text = found[code].removeprefix("x = ")
                named = text not in {"x ≠ null", "…"}
                value = float(Decimal(text)) if named and text != "null" else 0.0
                shown = hits[None if text == "null" else value]
                assert isinstance(shown, int)
                assert shown == 0 if code == "gap" else shown > 1, cells
        if not overlapping:
            gaps = any(n == 0 for x, n in hits.items() if x is not None)
            assert ("gap" in found) is gaps, cells
            kinds["none"] += not gaps
    assert min(kinds.values()) >= 10, kinds


def test_a_check_that_would_take_too_long_says_so() -> None:
    inputs = [(f"x + {n}", "number", "") for n in range(20)]
    source = random.Random(1)  # noqa: S311 - a seeded search
    rules = [
        [source.choice(["-", f"< {n % 9}", f"> {n % 7}"]) for n in range(20)] + ["1"]
        for _ in range(90)
    ]
    wide = [["-"] * 19 + [one, "1"] for one in ("< 5", ">= 5")]
    logic = dmn.table("FIRST", inputs, [("", "", "")], [*rules, *wide])
    content = dmn.file(dmn.given("x"), dmn.decision("d", logic, "i_x"))
    assert [code for code, _ in told(content)] in (["check-size"], [])


def test_a_budget_that_is_spent_stops_the_evaluator() -> None:
    tests = Parser("1, 2, 3", Names()).tests()
    with pytest.raises(DecisionError):
        tests.matches(Run({}, 2), Decimal(3))
