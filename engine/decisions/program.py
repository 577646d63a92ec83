"""A decision model made ready to decide: every text parsed, every name resolved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TypeAlias

from engine.decisions.feel.tests import Tests
from engine.decisions.feel.tree import Part
from engine.decisions.model import Aggregation, HitPolicy
from engine.decisions.types import Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """An input column."""

    label: str
    part: Part
    type: Type
    allowed: Tests | None
    allowed_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """An output column."""

    name: str
    type: Type
    #: The possible values, the most important first.
    ranked: tuple[Part, ...]
    default: Part | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A rule."""

    id: str
    number: int
    tests: tuple[Tests, ...]
    results: tuple[Part, ...]
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A decision table."""

    policy: HitPolicy
    aggregation: Aggregation | None
    columns: tuple[Column, ...]
    results: tuple[Result, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Boxes:
    """A boxed context: names, types and logic; without a name the result."""

    entries: tuple[tuple[str, Type, "Box"], ...]


@dataclass(frozen=True, slots=True)
class Invoked:
    """A boxed invocation: the function's name and its arguments in order."""

    function: str
    arguments: tuple["Box", ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """A boxed list, or a relation as a list of records."""

    items: tuple["Box", ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A row of a relation; no cell sees another."""

    entries: tuple[tuple[str, "Box"], ...]


Box: TypeAlias = Grid | Boxes | Invoked | Listed | Record | Part


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A function that decisions call."""

    id: str
    name: str
    line: int
    parameters: tuple[tuple[str, Type], ...]
    type: Type
    logic: Box


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A decision with what it reads."""

    id: str
    name: str
    line: int
    #: The name by which others read the result.
    variable: str
    type: Type
    #: None: somebody else makes it; its result is given.
    logic: Box | None
    #: Ids of required decisions and names of required data, with the type of each.
    decisions: tuple[str, ...]
    inputs: Mapping[str, Type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Every decision of a model, by id."""

    steps: Mapping[str, Step]
    #: By name.
    functions: Mapping[str, Function] = field(
        default_factory=lambda: MappingProxyType({})
    )

    def tables(self) -> Iterator[tuple[Step | Function, Grid]]:
        """Every decision table with the decision or function that it stands in."""
        owners: list[Step | Function] = [*self.steps.values()]
        for one in (*owners, *self.functions.values()):
            if one.logic is not None:
                yield from ((one, grid) for grid in _grids(one.logic))


def _grids(box: Box) -> Iterator[Grid]:
    waiting: list[Box] = [box]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Grid):
            yield one
        elif isinstance(one, Boxes | Record):
            waiting += reversed([entry[-1] for entry in one.entries])
        elif isinstance(one, Invoked):
            waiting += reversed(one.arguments)
        elif isinstance(one, Listed):
            waiting += reversed(one.items)
