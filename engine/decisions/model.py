"""What a decision model holds, as it was drawn (DMN 1.5, clauses 6 to 8)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class HitPolicy(StrEnum):
    """Which of the matching rules count (DMN 1.5, 8.2.10)."""

    UNIQUE = "UNIQUE"
    FIRST = "FIRST"
    ANY = "ANY"
    PRIORITY = "PRIORITY"
    RULE_ORDER = "RULE ORDER"
    OUTPUT_ORDER = "OUTPUT ORDER"
    COLLECT = "COLLECT"


class Aggregation(StrEnum):
    """What COLLECT makes of the results."""

    SUM = "SUM"
    MIN = "MIN"
    MAX = "MAX"
    COUNT = "COUNT"


#: With these one rule gives the result.
SINGLE = frozenset(
    {HitPolicy.UNIQUE, HitPolicy.FIRST, HitPolicy.ANY, HitPolicy.PRIORITY}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemType:
    """A type of data: a basic one, one that has components, or a list of either."""

    #: Empty for a component of another type that needs no name.
    name: str
    #: A basic type or the name of another item type; empty with components.
    base: str = ""
    collection: bool = False
    components: tuple["ItemType", ...] = ()
    #: Unary tests that a value must pass; empty: any value.
    allowed: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """An input column."""

    id: str
    label: str
    expression: str
    type: str = ""
    #: Unary tests of the values that are expected.
    allowed: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """An output column."""

    id: str
    name: str
    label: str = ""
    type: str = ""
    #: The possible values, the most important first.
    allowed: str = ""
    #: Expression of the result when no rule matches; empty: nothing.
    default: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule: one cell a column."""

    id: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A decision table."""

    policy: HitPolicy
    aggregation: Aggregation | None
    inputs: tuple[Input, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A decision that is one expression."""

    text: str
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A named part of a boxed expression; without a name it is the result."""

    name: str
    type: str = ""
    logic: "Logic"
    line: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """Parts one after the other, each seeing those before it (DMN 1.5, 7.3.1)."""

    entries: tuple[Entry, ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Invocation:
    """A function that is called with values for its parameters (DMN 1.5, 7.3.6)."""

    function: str
    bindings: tuple[Entry, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True)
class Listing:
    """A list of expressions (DMN 1.5, 7.3.3)."""

    items: tuple["Logic", ...]
    line: int = 0


@dataclass(frozen=True, slots=True)
class Relation:
    """A list of records with the same columns (DMN 1.5, 7.3.4)."""

    columns: tuple[str, ...]
    rows: tuple[tuple["Logic", ...], ...]
    line: int = 0


#: What a decision or function is made by.
Logic: TypeAlias = Table | Literal | Context | Invocation | Listing | Relation


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A business knowledge model: logic over parameters, for decisions to call."""

    id: str
    name: str
    parameters: tuple[tuple[str, str], ...]
    #: Type of the result.
    type: str = ""
    logic: Logic
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class InputData:
    """Data that comes from outside."""

    id: str
    name: str
    type: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A decision; without logic somebody else makes it, and its result is given."""

    id: str
    name: str
    #: The name by which others read the result.
    variable: str
    type: str = ""
    logic: Logic | None = None
    #: Ids of the decisions and input data it requires.
    requires: tuple[str, ...] = ()
    line: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A decision model."""

    id: str
    name: str
    types: tuple[ItemType, ...] = ()
    inputs: tuple[InputData, ...] = ()
    decisions: tuple[Decision, ...] = ()
    functions: tuple[Function, ...] = ()
