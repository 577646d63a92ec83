"""Decision tables: every hit policy, the data they take, and what they refuse."""

import json
from collections.abc import Sequence

import pytest

from engine.decisions import evaluation
from engine.decisions.errors import DecisionError
from engine.decisions.evaluation import Outcome
from engine.decisions.types import Json
from models_bpmn import decisions
from tests import dmn

#: Three rules over one number; the first two match 5, all match 7.
RULES = [(">= 5", '"b"'), ("< 9", '"a"'), ("7", '"c"')]
NUMBERS = [(">= 5", "10"), ("< 9", "2.5"), ("7", "-1")]
RANKED = [("", "string", '"a", "b", "c"')]


def decide(content: bytes, data: dict[str, Json], name: str = "d") -> Outcome:
    return evaluation.evaluate(decisions.load("a.dmn", content).program, name, data)


def refused(content: bytes, data: dict[str, Json], name: str = "d") -> str:
    with pytest.raises(DecisionError) as stopped:
        decide(content, data, name)
    return stopped.value.code


def table(
    policy: str,
    rules: Sequence[Sequence[str]],
    outputs: Sequence[dmn.Column] = (("", "", ""),),
) -> bytes:
    logic = dmn.table(policy, [("x", "number", "")], outputs, rules)
    return dmn.file(dmn.given("x", "number"), dmn.decision("d", logic, "i_x"))


@pytest.mark.parametrize(
    ("policy", "x", "result", "rules"),
    [
        ("FIRST", 5, "b", ["r1"]),
        ("FIRST", 1, "a", ["r2"]),
        ("PRIORITY", 5, "a", ["r2"]),
        ("PRIORITY", 7, "a", ["r2"]),
        ("PRIORITY", 9, "b", ["r1"]),
        ("RULE ORDER", 7, ["b", "a", "c"], ["r1", "r2", "r3"]),
        ("OUTPUT ORDER", 7, ["a", "b", "c"], ["r2", "r1", "r3"]),
        ("COLLECT", 7, ["b", "a", "c"], ["r1", "r2", "r3"]),
        ("COLLECT", 1, ["a"], ["r2"]),
        ("COLLECT COUNT", 7, 3, ["r1", "r2", "r3"]),
        ("COLLECT MIN", 7, "a", ["r1", "r2", "r3"]),
    ],
)
def test_a_hit_policy_chooses_its_rules(
    policy: str, x: int, result: Json, rules: list[str]
) -> None:
    outcome = decide(table(policy, RULES, RANKED), {"x": x})
    assert outcome.result == result
    assert list(outcome.rules) == rules


@pytest.mark.parametrize(
    ("policy", "x", "result"),
    [
        ("COLLECT SUM", 7, 11.5),
        ("COLLECT SUM", 5, 12.5),
        ("COLLECT MIN", 7, -1),
        ("COLLECT MAX", 7, 10),
        ("COLLECT COUNT", 5, 2),
    ],
)
def test_collect_aggregates_numbers(policy: str, x: int, result: Json) -> None:
    assert decide(table(policy, NUMBERS), {"x": x}).result == result


@pytest.mark.parametrize(
    ("policy", "result"),
    [
        *[("UNIQUE", None), ("FIRST", None), ("ANY", None), ("PRIORITY", None)],
        *[("COLLECT", None), ("COLLECT SUM", None), ("COLLECT COUNT", 0)],
        *[("RULE ORDER", None), ("OUTPUT ORDER", None)],
    ],
)
def test_no_rule_gives_nothing_and_no_rule_is_named(policy: str, result: Json) -> None:
    outcome = decide(table(policy, [("5", "1")], [("", "number", "1, 2")]), {"x": 4})
    assert outcome.result == result
    assert outcome.rules == ()


def test_a_sum_of_texts_is_refused() -> None:
    assert refused(table("COLLECT SUM", RULES), {"x": 7}) == "decision-hit-numbers"


def test_unique_takes_the_only_rule() -> None:
    outcome = decide(table("UNIQUE", [("< 5", "1"), (">= 5", "2")]), {"x": 5})
    assert (outcome.result, outcome.rules) == (2, ("r2",))


def test_unique_refuses_two_rules_that_only_a_case_can_show() -> None:
    content = table("UNIQUE", [("< x + 1", "1"), (">= x", "2")])
    assert refused(content, {"x": 5}) == "decision-hit-unique"


def test_any_takes_rules_that_agree_and_names_them_all() -> None:
    outcome = decide(table("ANY", [("< 9", '"a"'), ("> 1", '"a"')]), {"x": 5})
    assert (outcome.result, outcome.rules) == ("a", ("r1", "r2"))


def test_any_refuses_rules_that_differ() -> None:
    content = table("ANY", [("< 9", "x"), ("> 1", "x + 1")])
    assert refused(content, {"x": 5}) == "decision-hit-any"


def test_several_outputs_are_a_record_and_rank_column_by_column() -> None:
    outputs = [("grade", "string", '"A", "B"'), ("fee", "number", "10, 20, 30")]
    rules = [("> 0", '"B"', "10"), ("> 1", '"A"', "30"), ("> 2", '"A"', "20")]
    content = table("OUTPUT ORDER", rules, outputs)
    outcome = decide(content, {"x": 3})
    assert outcome.result == [
        {"grade": "A", "fee": 20},
        {"grade": "A", "fee": 30},
        {"grade": "B", "fee": 10},
    ]
    assert outcome.rules == ("r3", "r2", "r1")


@pytest.mark.parametrize(
    ("cell", "kind", "value", "matches"),
    [
        ("-", "number", None, True),
        ("", "number", None, True),
        ("5", "number", 5.0, True),
        ("5", "number", None, False),
        ("null", "number", None, True),
        ("null", "number", 0, False),
        ("not(null)", "number", 0, True),
        ("not(5)", "number", 5, False),
        ("not(5)", "number", 6, True),
        ("not(1, [3..5])", "number", 4, False),
        ("not(< 5)", "number", None, False),
        ("1, 3, > 7", "number", 8, True),
        ("1, 3, > 7", "number", 2, False),
        ("]1..5[", "number", 1, False),
        ("(1..5]", "number", 5, True),
        ("[1, 2, 3]", "number", 2, True),
        ("? > 1 and ? < 3", "number", 2, True),
        ("? > 1 and ? < 3", "number", 3, False),
        ("-5", "number", -5, True),
        ('"a", "b"', "string", "b", True),
        ('not("a", "b")', "string", "b", False),
        ('starts with(?, "HS")', "string", "HS-01", True),
        ("true", "boolean", True, True),
        ("true", "boolean", False, False),
        ("not(true)", "boolean", False, True),
        ('date("2024-01-31")', "date", "2024-01-31", True),
        ('> date("2024-01-31")', "date", "2024-02-01", True),
        ('[date("2024-01-01")..date("2024-12-31")]', "date", "2025-01-01", False),
        ('< time("17:00:00")', "time", "08:30:00", True),
        (
            '>= date and time("2024-01-01T00:00:00Z")',
            "dateTime",
            "2023-12-31T23:59:59Z",
            False,
        ),
        ('<= duration("P15D")', "dayTimeDuration", "P10D", True),
        ('> duration("P1Y")', "yearMonthDuration", "P13M", True),
    ],
)
def test_a_cell_matches(cell: str, kind: str, value: Json, *, matches: bool) -> None:
    outcome = decide(dmn.simple("FIRST", [(cell, "1")], kind), {"x": value})
    assert (outcome.rules == ("r1",)) is matches


def test_required_decisions_are_made_first_and_their_rules_are_named() -> None:
    low = dmn.table("UNIQUE", [("age", "number", "")], [("", "", "")], [("< 18", "0")])
    content = dmn.file(
        dmn.given("age", "number"),
        dmn.decision("fee", dmn.literal("if base = null then 5 else base"), "base"),
        dmn.decision("base", low, "i_age"),
    )
    outcome = decide(content, {"age": 17}, "fee")
    assert outcome.result == 0
    assert [(one.decision, one.rules) for one in outcome.fired] == [("base", ("r1",))]
    assert decide(content, {"age": 18}, "fee").result == 5


def test_a_decision_required_twice_is_made_once() -> None:
    parts = [dmn.decision("d0", dmn.literal("1"))]
    for place in range(1, 60):
        before = f"d{place - 1}"
        text = dmn.literal(f"{before} + {before}")
        parts.append(dmn.decision(f"d{place}", text, before, before))
    assert decide(dmn.file(*parts), {}, "d59").result == 2.0**59


def test_a_decision_without_logic_is_given_by_somebody() -> None:
    content = dmn.file(
        dmn.decision("opinion", "", kind="string"),
        dmn.decision("d", dmn.literal('opinion + "!"'), "opinion"),
    )
    assert decide(content, {"opinion": "tốt"}).result == "tốt!"
    assert refused(content, {}) == "decision-input-missing"
    assert refused(content, {"opinion": 1}) == "decision-input-type"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "decision-input-missing"),
        ({"x": "5"}, "decision-input-type"),
        ({"x": True}, "decision-input-type"),
        ({"x": [5]}, "decision-input-type"),
        ({"x": float("inf")}, "decision-number-size"),
        ({"x": 10**80}, "decision-number-size"),
        ({"x": "\ud800"}, "decision-half-character"),
        ({"x": "a" * 10_001}, "decision-text-size"),
        ({"x": [0] * 10_001}, "decision-list-size"),
        ({"x": json.loads("[" * 60 + "]" * 60)}, "decision-too-deep"),
    ],
)
def test_data_that_does_not_fit_is_refused(data: dict[str, Json], code: str) -> None:
    assert refused(table("FIRST", [("-", "1")]), data) == code


def test_a_decision_that_is_not_there_is_refused() -> None:
    content = table("FIRST", [("-", "1")])
    assert refused(content, {"x": 1}, "e") == "decision-decision-unknown"


def test_allowed_values_hold_for_data_columns_and_results() -> None:
    kind = (
        "<itemDefinition name='Level'><typeRef>string</typeRef><allowedValues>"
        '<text>"xã", "tỉnh"</text></allowedValues></itemDefinition>'
    )
    logic = dmn.table(
        "FIRST", [("level", "Level", "")], [("", "", "")], [('"xã"', "level + suffix")]
    )
    content = dmn.file(
        kind,
        dmn.given("level", "Level"),
        dmn.given("suffix", "string"),
        dmn.decision("d", logic, "i_level", "i_suffix", kind="Level"),
    )
    assert decide(content, {"level": "xã", "suffix": ""}).result == "xã"
    assert refused(content, {"level": "x", "suffix": ""}) == "decision-input-value"
    assert refused(content, {"level": "xã", "suffix": "!"}) == "decision-result-value"


def test_records_are_typed_inside() -> None:
    kind = (
        "<itemDefinition name='Person'>"
        "<itemComponent name='born on'><typeRef>date</typeRef></itemComponent>"
        "<itemComponent name='children' isCollection='true'><typeRef>number</typeRef>"
        "</itemComponent></itemDefinition>"
    )
    text = dmn.literal("person.born on.year + sum(person.children)")
    content = dmn.file(
        kind, dmn.given("person", "Person"), dmn.decision("d", text, "i_person")
    )
    good: Json = {"born on": "2000-05-01", "children": [1, 2]}
    assert decide(content, {"person": good}).result == 2003
    wrong: Json = {"born on": "hôm qua", "children": [1, 2]}
    assert refused(content, {"person": wrong}) == "decision-input-type"


def test_a_result_becomes_its_type_or_is_refused() -> None:
    rules = [("-", "x")]
    for kind, result in [("number", 1), ("string", None)]:
        logic = dmn.table("FIRST", [("x", "", "")], [("", "", "")], rules)
        content = dmn.file(dmn.given("x"), dmn.decision("d", logic, "i_x", kind=kind))
        if result is None:
            assert refused(content, {"x": 1}) == "decision-result-type"
        else:
            assert decide(content, {"x": [1]}).result == result


def test_defaults_stand_in_when_no_rule_matches() -> None:
    logic = dmn.table("FIRST", [("x", "number", "")], [("", "", "")], [("5", "1")])
    default = "<defaultOutputEntry><text>x + 1</text></defaultOutputEntry></output>"
    logic = logic.replace("</output>", default)
    content = dmn.file(dmn.given("x", "number"), dmn.decision("d", logic, "i_x"))
    outcome = decide(content, {"x": 7})
    assert (outcome.result, outcome.rules) == (8, ())


def test_dates_and_durations_come_back_as_text() -> None:
    text = '{due: day + duration("P10D"), long: duration("P1Y2M"), at: @"08:00:00"}'
    content = dmn.file(
        dmn.given("day", "date"), dmn.decision("d", dmn.literal(text), "i_day")
    )
    expected = {"due": "2024-03-05", "long": "P1Y2M", "at": "08:00:00"}
    assert decide(content, {"day": "2024-02-24"}).result == expected


def test_an_interval_is_no_result() -> None:
    content = dmn.file(dmn.decision("d", dmn.literal("[1..2]")))
    assert refused(content, {}) == "decision-not-data"


def test_the_data_is_left_as_it_is() -> None:
    data: dict[str, Json] = {"x": [3, 1, 2]}
    text = dmn.literal("[median(x), append(x, 4), reverse(x), concatenate(x, x)]")
    decide(dmn.file(dmn.given("x"), dmn.decision("d", text, "i_x")), data)
    assert data == {"x": [3, 1, 2]}
