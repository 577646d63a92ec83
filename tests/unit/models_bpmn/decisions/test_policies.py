"""Every hit policy and aggregation on generated tables, against a second way.

The second way is written as the standard says it (DMN 1.5, 8.2.10), one line a policy,
and shares nothing with the evaluator: cells are drawn as Python conditions at once.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from engine.decisions import evaluation
from engine.decisions.errors import DecisionError
from engine.decisions.types import Json
from models_bpmn import decisions
from models_bpmn.decisions import reader
from tests import dmn

POLICIES: Final = (
    *("UNIQUE", "FIRST", "ANY", "PRIORITY", "RULE ORDER", "OUTPUT ORDER", "COLLECT"),
    *("COLLECT SUM", "COLLECT MIN", "COLLECT MAX", "COLLECT COUNT"),
)
#: Output values, the most important first: neither in the order of size nor reversed.
RANKED: Final = (3, 1, 4, 2)
DRAWN: Final = 12
#: With halves: intervals may overlap between whole numbers only.
XS: Final = [half / 2 for half in range(-2, 17)]
REFUSED: Final = "refused"
Cell = tuple[str, Callable[[float], bool]]


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[Cell, Cell]
    output: int

    def matches(self, x: float, y: float) -> bool:
        return self.cells[0][1](x) and self.cells[1][1](y)


def cell(chance: random.Random) -> Cell:
    low = chance.randint(0, 6)
    high = chance.randint(low, 6)
    cells: list[Cell] = [
        ("-", lambda _: True),
        (str(low), lambda value: value == low),
        (f"< {low}", lambda value: value < low),
        (f">= {low}", lambda value: value >= low),
        (f"[{low}..{high}]", lambda value: low <= value <= high),
        (f"({low}..{high + 1}]", lambda value: low < value <= high + 1),
        (f"[{low}..{high + 1})", lambda value: low <= value < high + 1),
        (f"{low}, > {high}", lambda value: value == low or value > high),
        (f"not({low}, {high})", lambda value: value not in {low, high}),
    ]
    return chance.choice(cells)


def naive(policy: str, rows: list[Row], x: float, y: float) -> tuple[Json, list[int]]:
    """Result and numbers of the rules; REFUSED where the table contradicts itself."""
    hits = [(n, row.output) for n, row in enumerate(rows, 1) if row.matches(x, y)]
    ranked = sorted(hits, key=lambda hit: RANKED.index(hit[1]))
    found = [output for _, output in hits]
    numbers = [number for number, _ in hits]
    if policy == "COLLECT COUNT":
        return len(found), numbers
    if not hits:
        return None, []
    if policy == "UNIQUE":
        return (found[0], numbers) if len(found) == 1 else (REFUSED, [])
    if policy == "ANY":
        return (found[0], numbers) if len(set(found)) == 1 else (REFUSED, [])
    if policy == "OUTPUT ORDER":
        return [output for _, output in ranked], [number for number, _ in ranked]
    others: dict[str, tuple[Json, list[int]]] = {
        "FIRST": (found[0], numbers[:1]),
        "PRIORITY": (ranked[0][1], [ranked[0][0]]),
        "RULE ORDER": (found, numbers),
        "COLLECT": (found, numbers),
        "COLLECT SUM": (sum(found), numbers),
        "COLLECT MIN": (min(found), numbers),
        "COLLECT MAX": (max(found), numbers),
    }
    return others[policy]


def content(policy: str, rows: list[Row], namespace: str) -> bytes:
    inputs = [("x", "number", ""), ("y", "number", "")]
    outputs = [("", "number", ", ".join(map(str, RANKED)))]
    rules = [(*(text for text, _ in row.cells), str(row.output)) for row in rows]
    logic = dmn.table(policy, inputs, outputs, rules)
    return dmn.file(
        *(dmn.given(name, "number") for name in "xy"),
        dmn.decision("d", logic, "i_x", "i_y"),
        namespace=namespace,
    )


def made(program: decisions.Loaded, x: float, y: float) -> tuple[Json, list[int]]:
    try:
        found = evaluation.evaluate(program.program, "d", {"x": x, "y": y})
    except DecisionError:
        return REFUSED, []
    return found.result, [int(one.removeprefix("r")) for one in found.rules]


def codes(file: bytes) -> set[str]:
    """Why a file is refused; empty when it is accepted."""
    found = decisions.together({"a.dmn": file})
    return {one.code for one in found.refusals}


@pytest.mark.parametrize("policy", POLICIES)
def test_a_generated_table_decides_as_the_standard_says(policy: str) -> None:
    chance = random.Random(policy)  # noqa: S311 - repeatable, not secret
    spaces = sorted(reader.NAMESPACES)
    compared = refused = 0
    for number in range(DRAWN):
        rows = [
            Row((cell(chance), cell(chance)), chance.choice(RANKED))
            for _ in range(chance.randint(1, 5))
        ]
        file = content(policy, rows, spaces[number % len(spaces)])
        points = [(x, y) for x in XS for y in XS]
        wanted = {point: naive(policy, rows, *point) for point in points}
        told = codes(file)
        if told:
            # A table that can contradict itself is refused before any case meets it.
            assert told <= {"overlap", "any-differs"}
            assert (REFUSED, []) in wanted.values(), file.decode()
            refused += 1
            continue
        program = decisions.load("a.dmn", file)
        assert (REFUSED, []) not in wanted.values(), file.decode()
        for point in points:
            assert made(program, *point) == wanted[point], (point, file.decode())
            compared += 1
    assert compared > 2 * len(XS) ** 2
    assert bool(refused) is (policy in {"UNIQUE", "ANY"})
