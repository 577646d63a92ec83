"""A decision model made ready to decide: every text parsed, every name resolved."""

from collections.abc import Mapping
from dataclasses import dataclass

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
    logic: Grid | Part | None
    #: Ids of required decisions and names of required data, with the type of each.
    decisions: tuple[str, ...]
    inputs: Mapping[str, Type]


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Every decision of a model, by id."""

    steps: Mapping[str, Step]
