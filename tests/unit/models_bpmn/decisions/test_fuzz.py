"""Odd decision files: each is a program or a refusal in words, never anything else."""

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator

import pytest

from engine.decisions import evaluation
from engine.decisions.errors import DecisionError
from engine.decisions.types import Json
from engine.errors import Finding, ModelInvalidError
from models_bpmn import decisions
from tests import dmn, effort

#: Pieces of FEEL and of XML that are put where they do not belong.
PIECES = [
    *('"', "'", "(", ")", "[", "]", "{", "}", "..", ",", ":", "?", "@", "-", "**"),
    *("not(", "in (", "for i in ", " return i", "if ", " then ", " else ", "some "),
    *("null", "true", "1e999", "9" * 40, "0.0000001", "date(", '@"P1D"', "item", "x"),
    *("sum(", "max(", " between ", " instance of ", "//", "/*", "\\u", "\u00a0", "\t"),
    *("&lt;", "&gt;", "&amp;", "<", ">", "<rule/>", "</rule>", "<text/>", "]]>"),
    *("<inputEntry>", "UNIQUE", "COLLECT", "ANY", "string", "number", "boolean"),
    *("\ud7ff", "ệ", "e\u0323\u0302", "\u202e", "\x07"),
]


def seeds() -> list[bytes]:
    """Good files that hold everything."""
    person = (
        "<itemDefinition name='Person'><itemComponent name='full name'><typeRef>string"
        "</typeRef></itemComponent><itemComponent name='age'><typeRef>number</typeRef>"
        "<allowedValues><text>[0..150]</text></allowedValues></itemComponent>"
        "</itemDefinition>"
    )
    rules = [
        ("< 18", '"low", "mid"', "-", '"A"', "10"),
        ("[18..60)", 'not("low")', "true", '"B"', "x / 3"),
        (">= 60, null", "-", "not(true)", '"C"', "max(1, 2, x)"),
    ]
    inputs = [("x", "number", ""), ("level", "string", ""), ("flag", "boolean", "")]
    outputs = [("grade", "string", '"A", "B", "C"'), ("fee", "number", "")]
    data = [
        dmn.given("x", "number"),
        dmn.given("level", "string"),
        dmn.given("flag", "boolean"),
        dmn.given("person", "Person"),
        dmn.given("day", "date"),
    ]
    shape = (inputs, outputs, rules)
    needs = ("i_x", "i_level", "i_flag")
    tables = [
        dmn.decision(f"t{n}", dmn.table(policy, *shape, f"t{n}"), *needs)
        for n, policy in enumerate(
            ["UNIQUE", "FIRST", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"]
        )
    ]
    texts = [
        dmn.decision(
            "e0", dmn.literal("t1.fee + person.age * 2 ** 3"), "t1", "i_person"
        ),
        dmn.decision("e1", dmn.literal("t3[fee > 1].grade"), "t3"),
        dmn.decision("e2", dmn.literal('day + duration("P1M") - @"P3D"'), "i_day"),
        dmn.decision(
            "e3",
            dmn.literal(
                "for i in 1..x, j in [i] return if i > 2 then {a: j} else null"
            ),
            "i_x",
        ),
    ]
    sums = [
        dmn.simple(policy, [("< 5", "1"), ("[2..9]", "2.5"), ("-", "x")])
        for policy in ("COLLECT SUM", "COLLECT MIN", "COLLECT COUNT", "FIRST")
    ]
    return [
        dmn.file(person, *data, *tables[1:], *texts),
        dmn.file(person, *data, tables[0], texts[2]),
        *sums,
    ]


def mutants(seed: int, count: int) -> Iterator[bytes]:
    source = random.Random(seed)  # noqa: S311 - a seeded search
    goods = [one.decode() for one in seeds()]
    for _ in range(count):
        text = source.choice(goods)
        for _ in range(source.choice([1, 1, 2, 4])):
            text = _changed(text, source)
        yield text.encode("utf-8", "replace")


def _changed(text: str, source: random.Random) -> str:
    first = source.randrange(len(text))
    last = min(len(text), first + source.choice([0, 1, 1, 3, 10, 60]))
    how = source.choice([0, 1, 2, 3, 3, 3, 4, 4, 4, 4])
    if how == 0:
        return text[:first] + source.choice(PIECES) + text[last:]
    if how == 1:
        return text[:first] + text[last:]
    if how == 2:
        return text[:last] + text[first:last] * source.choice([1, 2, 30]) + text[last:]
    # Inside of a cell, where the XML stays whole.
    starts = [place for place in range(len(text)) if text.startswith("<text>", place)]
    if not starts:
        return text
    at = source.choice(starts) + len("<text>")
    end = text.find("<", at)
    if how == 4:
        other = source.choice(starts) + len("<text>")
        return text[:at] + text[other : text.find("<", other)] + text[end:]
    piece = source.choice(PIECES).replace("<", "&lt;")
    cut = source.randint(at, end)
    return text[:cut] + piece + text[source.choice([cut, end]) :]


DATA: list[dict[str, Json]] = [
    {
        "x": 7,
        "level": "low",
        "flag": True,
        "person": {"full name": "An", "age": 20},
        "day": "2024-01-31",
    },
    {"x": None, "level": None, "flag": None, "person": None, "day": None},
]


def outcomes(seed: int, count: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for content in mutants(seed, count):
        with effort.bounded():
            found.update(_outcome(content))
    return found


def _outcome(content: bytes) -> dict[str, int]:
    """What becomes of a file, with how often it decided."""
    loaded, findings = _loaded(content)
    for finding in findings:
        assert decisions.describe(finding, "vi")
    if loaded is None:
        assert any(one.severity == "refusal" for one in findings)
        return {"refused": 1}
    return {"accepted": 1, "decided": _decided(loaded)}


def _loaded(content: bytes) -> tuple[decisions.Loaded | None, tuple[Finding, ...]]:
    try:
        loaded = decisions.load("a.dmn", content)
    except ModelInvalidError as error:
        return None, error.findings
    return loaded, loaded.findings


def _decided(loaded: decisions.Loaded) -> int:
    count = 0
    for one in loaded.model.decisions:
        for data in DATA:
            with contextlib.suppress(DecisionError):
                evaluation.evaluate(loaded.program, one.id, data)
                count += 1
    return count


def test_the_seeds_themselves_are_accepted_and_decide() -> None:
    for content in seeds():
        loaded, findings = _loaded(content)
        assert loaded is not None, findings
        assert _decided(loaded)


def test_two_thousand_mutants_are_programs_or_refusals() -> None:
    found = outcomes(20_261_122, 2_000)
    # All happen often: the mutants reach behind the first check.
    assert found["accepted"] > 200, found
    assert found["refused"] > 500, found
    assert found["decided"] > 1_000, found


@pytest.mark.fuzz
def test_many_mutants_are_programs_or_refusals() -> None:
    seed = int(os.environ.get("QUYTRINH_FUZZ_SEED", "0")) or time.monotonic_ns()
    found = outcomes(seed, 50_000)
    assert found["decided"] > 1_000, f"QUYTRINH_FUZZ_SEED={seed}"
