"""FEEL: what an expression gives, and what a text is refused for (DMN 1.5, 10.3)."""

import datetime as dt
import itertools
from decimal import Decimal

import pytest

from engine import limits
from engine.decisions import types
from engine.decisions.errors import DecisionError, FeelError
from engine.decisions.feel import arithmetic
from engine.decisions.feel.functions import FUNCTIONS
from engine.decisions.feel.names import Names
from engine.decisions.feel.parser import Parser
from engine.decisions.feel.values import KINDS, Months, Run, Value, compare
from engine.decisions.types import Json

DATA: dict[str, Value] = {
    "Base Vacation Days": Decimal(22),
    "Teacher's Evaluation": "tốt",
    "a-b": Decimal(3),
    "x": [Decimal(1), Decimal(2), Decimal(3)],
    "people": [
        {"name": "An", "age": Decimal(17)},
        {"name": "Bình", "age": Decimal(30)},
    ],
    "nothing": None,
    "day": dt.date(2024, 1, 31),
    "noon": dt.time(12, 0, tzinfo=dt.UTC),
    "plain noon": dt.time(12, 0),
}
NAMES = Names(DATA)
#: The first instant of the calendar, without an offset.
EARLIEST = dt.datetime.combine(dt.date.min, dt.time())
#: 16 characters, made six times longer four times.
DOUBLING = (
    '{a: "xxxxxxxxxxxxxxxx", b: a+a+a+a+a+a, c: b+b+b+b+b+b, d: c+c+c+c+c+c,'
    " e: d+d+d+d+d+d}.e"
)


def value_of(text: str) -> Value:
    return Parser(text, NAMES).expression().value(Run(DATA, limits.DECISION_STEPS))


def result_of(text: str) -> Json:
    return types.plain(value_of(text), Run({}, limits.DECISION_STEPS))


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("10 - 4 - 3", 3),
        ("2 ** 3 ** 2", 64),
        ("-2 ** 2", 4),
        ("2 ** -1", 0.5),
        ("0.1 + 0.2 = 0.3", True),
        ("1.10", 1.1),
        (".5", 0.5),
        ("1e3", 1000),
        ("7 / 2", 3.5),
        ("1 / 0", None),
        ("1 + null", None),
        ('"a" + "b"', "ab"),
        ('"a" + 1', None),
        ("- null", None),
        ("Base Vacation Days + 1", 23),
        ("Base  Vacation\n Days+1", 23),
        ("Teacher's Evaluation", "tốt"),
        ("a-b - 1", 2),
        ("1 // a remark\n + 1", 2),
        ("1 /* a remark */ + 1", 2),
        ('"\\u00e9\\n\\"\\\\"', 'é\n"\\'),
        ('"\\ud83d"', "\ufffd"),
    ],
)
def test_arithmetic_texts_and_names(text: str, result: Json) -> None:
    assert result_of(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("null = null", True),
        ("1 = null", False),
        ("null != 1", True),
        ('1 = "1"', None),
        ("true = 1", None),
        ("1 < null", None),
        ('1 < "2"', None),
        ("true and null", None),
        ("false and null", False),
        ("null and false", False),
        ("true or null", True),
        ("null or true", True),
        ("false or null", None),
        ("1 and true", None),
        ("not(null)", None),
        ("not(true)", False),
        ('not("a")', None),
        ("if null then 1 else 2", 2),
        ("if 1 then 1 else 2", 2),
        ("null between 1 and 2", None),
        ("2 between 1 and 2", True),
        ("null in (1, 2)", False),
        ("null in [1..2]", None),
        ("[1, 2] = [1, 2]", True),
        ("[1, 2] = [2, 1]", False),
        ("{a: 1} = {a: 1}", True),
        ("noon = plain noon", None),
        ("some i in [1, null] satisfies i > 1", None),
        ("some i in [2, null] satisfies i > 1", True),
        ("every i in [1, null] satisfies i > 1", False),
        ("every i in [2, null] satisfies i > 1", None),
        ("every i in [] satisfies i > 1", True),
    ],
)
def test_nothing_is_neither_true_nor_false(text: str, result: Json) -> None:
    assert result_of(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("5 in [1..5]", True),
        ("5 in [1..5)", False),
        ("1 in (1..5]", False),
        ("1 in ]1..5]", False),
        ("5 in [1..5[", False),
        ("5 in (< 3, > 4)", True),
        ("5 in < 3", False),
        ("5 in (1..6)", True),
        ("5 in [3-16]", False),
        ('"b" in ("a", "b")', True),
        ('"c" in ["a".."d"]', True),
        ("5 in ([1..5), [5..6])", True),
        ("[1..3].end", 3),
    ],
)
def test_membership(text: str, result: Json) -> None:
    assert result_of(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("x[1]", 1),
        ("x[-1]", 3),
        ("x[4]", None),
        ("x[0]", None),
        ("x[item > 1]", [2, 3]),
        ("people[age >= 18].name", ["Bình"]),
        ("people.age", [17, 30]),
        ("people[1].name", "An"),
        ('people[name = "An"][1].age', 17),
        ("5[1]", 5),
        ("{a: 1, b: a + 1}.b", 2),
        ("{a: 1}.c", None),
        ('{"a": 1}.a', 1),
        ("for i in 1..3 return i * i", [1, 4, 9]),
        ("for i in 3..1 return i", [3, 2, 1]),
        ("for i in [1, 2], j in [i] return i + j", [2, 4]),
        ("for i in null return i", None),
        ("1 instance of number", True),
        ("null instance of number", False),
        ('"1" instance of number', False),
    ],
)
def test_lists_contexts_and_loops(text: str, result: Json) -> None:
    assert result_of(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ('date("2024-01-31") + duration("P1M")', "2024-02-29"),
        ('date("2024-03-31") - duration("P1M")', "2024-02-29"),
        ('date("2024-01-31") + duration("P1D")', "2024-02-01"),
        ('date("2024-03-01") - date("2024-02-01")', "P29D"),
        ('@"2024-02-29" < @"2024-03-01"', True),
        ("date(2024, 2, 27 + x[3])", None),
        ("date(2024, 2, 26 + x[3])", "2024-02-29"),
        ("day.year", 2024),
        ("day.weekday", 3),
        ("day.hour", None),
        ('time("10:00:00") + duration("PT15H")', "01:00:00"),
        ('time("10:00:00Z") = time("17:00:00+07:00")', True),
        (
            'date and time("2024-01-01T00:00:00Z") - duration("PT1S")',
            "2023-12-31T23:59:59Z",
        ),
        ('date and time("2024-01-01")', "2024-01-01T00:00:00"),
        ('duration("P1Y2M") = duration("P14M")', True),
        ('duration("P1Y") = duration("P365D")', None),
        ('duration("PT36H")', "P1DT12H"),
        ('duration("PT36H").hours', 12),
        ('-duration("P3M")', "-P3M"),
        ('duration("PT1H") * 1.5', "PT1H30M"),
        ('duration("P1D") / duration("PT6H")', 4),
        ('years and months duration(day, date("2025-03-30"))', "P1Y1M"),
        ('day of week(date("2024-01-01"))', "Monday"),
        ('day of year(date("2024-12-31"))', 366),
        ('@"9999-12-31" + @"P1D"', None),
    ],
)
def test_dates_times_and_durations(text: str, result: Json) -> None:
    assert result_of(text) == result


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("max(1, 3, 2)", 3),
        ("max([1, 3, 2])", 3),
        ("max([])", None),
        ('max(1, "a")', None),
        ("min([3, 1])", 1),
        ("sum([1, 2.5])", 3.5),
        ("sum([])", None),
        ('sum([1, "a"])', None),
        ("mean(1, 2)", 1.5),
        ("median([3, 1, 2])", 2),
        ("product(2, 3)", 6),
        ("count([1, null])", 2),
        ("count(null)", None),
        ("all([true, null])", None),
        ("all([false, null])", False),
        ("any([true, null])", True),
        ('flatten([["w", "x"], "y", [["z"]]])', ["w", "x", "y", "z"]),
        ("append([1], 2)", [1, 2]),
        ("concatenate([1], [2])", [1, 2]),
        ("insert before([1, 3], 2, 2)", [1, 2, 3]),
        ("remove([1, 2, 3], 2)", [1, 3]),
        ("reverse([1, 2])", [2, 1]),
        ("index of([1, 2, 1], 1)", [1, 3]),
        ("sublist([1, 2, 3], 2)", [2, 3]),
        ("sublist([1, 2, 3], -2, 1)", [2]),
        ("distinct values([1, 2, 1])", [1, 2]),
        ("union([1, 2], [2, 3])", [1, 2, 3]),
        ("list contains([1, null], null)", True),
        ('string join(["a", null, "b"], "-")', "a-b"),
        ("string(1.10)", "1.1"),
        ("string(1e3)", "1000"),
        ("string(null)", None),
        ("string(true)", "true"),
        ('string(date("2024-01-01"))', "2024-01-01"),
        ('number("1 000,5", " ", ",")', 1000.5),
        ('number("x")', None),
        ("decimal(2.345, 2)", 2.34),
        ("decimal(2.5, 0)", 2),
        ("floor(-1.5)", -2),
        ("ceiling(-1.5)", -1),
        ("round half up(2.5, 0)", 3),
        ("round half down(2.5, 0)", 2),
        ("round up(1.01, 1)", 1.1),
        ("modulo(-12, 5)", 3),
        ("modulo(1, 0)", None),
        ("abs(-1)", 1),
        ("sqrt(16)", 4),
        ("sqrt(-1)", None),
        ("even(2)", True),
        ("odd(2)", False),
        ('substring("foobar", 3)', "obar"),
        ('substring("foobar", -2, 1)', "a"),
        ('string length("Đà Nẵng")', 7),
        ('upper case("đơn")', "ĐƠN"),
        ('lower case("ĐƠN")', "đơn"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring after("foobar", "ob")', "ar"),
        ('contains("foobar", "of")', False),
        ('starts with("foobar", "fo")', True),
        ('ends with("foobar", "r")', True),
        ('get value({a: 1}, "a")', 1),
        ("get entries({a: 1})", [{"key": "a", "value": 1}]),
        ('is(@"10:00:00Z", @"17:00:00+07:00")', False),
    ],
)
def test_functions(text: str, result: Json) -> None:
    assert result_of(text) == result


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_function_fails_on_no_values_whatever_they_are(name: str) -> None:
    """DMN 1.5, 10.3.4: arguments of a wrong kind give nothing, never an error."""
    one, run = FUNCTIONS[name], Run({}, limits.DECISION_STEPS)
    odd: list[Value] = [
        *(None, True, Decimal("1e6144"), Decimal("-1e-6143"), Decimal(0), "", "ộ"),
        *(dt.date.max, EARLIEST, dt.time.max, dt.timedelta.max, Months(-1)),
        value_of("[]"),
        value_of("[null]"),
        value_of("[[1]]"),
        value_of("{}"),
        value_of("{a: null}"),
        value_of("[1..2]"),
    ]
    for count in range(one.least, min(one.most, 3) + 1):
        for values in itertools.product(odd, repeat=count):
            run.steps = limits.DECISION_STEPS
            result = one.act(run, values)
            assert type(result) in KINDS


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "end"),
        ("1 +", "end"),
        ("a b", "unexpected"),
        ("Extra days", "unexpected"),
        ("1 2", "unexpected"),
        ("1x", "unexpected"),
        ("[1", "end-before"),
        ("[1..", "end"),
        ('[1.."a"]', "span"),
        ('"open', "end-before"),
        ("f(1)", "call"),
        ("today()", "call"),
        ("now()", "call"),
        ('matches("a", "(a+)+")', "call"),
        ("sum()", "arguments"),
        ('substring(string: "a", start position: 1)', "named"),
        ("function(a) a", "function"),
        ('date("2024-02-30")', "literal"),
        ('@"noon"', "literal"),
        ("1 instance of thing", "type"),
        ("if 1 then 2", "end-before"),
        ("for i 1 return i", "unexpected"),
        ("a\x00", "character"),
        ("a\u202eb", "character"),
        ("1" + "+1" * 200, "too-many"),
        ("(" * 30 + "1" + ")" * 30, "too-deep"),
        ("]" * 300, "too-deep"),
        ("[" * 300, "too-deep"),
        ("{a:" * 300, "too-deep"),
        ("-" * 900 + "1", "too-many"),
        ("1 in (" * 20 + "1" + "..2)" * 20, "too-many"),
        (" " * 1_001, "too-long"),
    ],
)
def test_what_is_not_in_the_language_is_refused(text: str, reason: str) -> None:
    with pytest.raises(FeelError) as refused:
        value_of(text)
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("for i in 1..9999, j in 1..9999 return i", "decision-list-size"),
        ("count(for i in 1..999 return for j in 1..999 return j)", "decision-steps"),
        ("distinct values(for i in 1..9999 return i)", "decision-steps"),
        (DOUBLING, "decision-text-size"),
    ],
)
def test_what_would_grow_is_stopped(text: str, code: str) -> None:
    with pytest.raises(DecisionError) as stopped:
        value_of(text)
    assert stopped.value.code == code


def test_numbers_keep_34_digits_and_no_more() -> None:
    third = value_of("1 / 3")
    assert third == Decimal("0." + "3" * 34)
    assert value_of("10 ** 6144 * 10") is None
    assert value_of('duration("P1M") * 10 ** 20') is None
    assert value_of('-duration("P1M")') == Months(-1)


def test_signs_fail_on_no_values_whatever_they_are() -> None:
    odd: list[Value] = [
        *(None, True, Decimal("9e6144"), Decimal("-1e-6143"), Decimal(0), "a"),
        *(dt.date.max, dt.date.min, dt.datetime.max.replace(tzinfo=dt.UTC)),
        *(EARLIEST, dt.time.max, dt.time.min.replace(tzinfo=dt.UTC)),
        *(dt.timedelta.max, dt.timedelta.min, Months(10**9), Months(-(10**9)), [], {}),
    ]
    run = Run({}, limits.DECISION_STEPS)
    for one, other in itertools.product(odd, repeat=2):
        for sign in ("+", "-", "*", "/", "**"):
            assert type(arithmetic.calculate(run, sign, one, other)) in KINDS
        for sign in ("=", "!=", "<", "<=", ">", ">="):
            assert compare(run, sign, one, other) in {True, False, None}
        assert type(arithmetic.negate(one)) in KINDS
