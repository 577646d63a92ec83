"""Figures of cases and steps: on time, rework, hand-overs, queues, variants.

Every figure is a numerator over a denominator, grouped by procedure, unit, step and
month (ISO 9001:2015, 9.1.3). Nothing is an average of averages: groups are added up
from their counts.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which records figures are made of."""

    #: First and last day, in Vietnam, both included.
    first: date
    last: date
    #: Code of a procedure; empty: all.
    procedure: str = ""
    #: Agencies that handle; None: all.
    agencies: frozenset[UUID] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What a row is about; a part that a grouping leaves out is empty."""

    procedure: str = ""
    agency: UUID | None = None
    element: str = ""
    step: str = ""
    #: `yyyy-mm`.
    month: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cases:
    """Cases that closed."""

    key: Key
    closed: int = 0
    #: Of them with a promised date, and of those on time.
    due: int = 0
    on_time: int = 0

    def plus(self, other: "Cases", key: Key) -> "Cases":
        """Both together."""
        return Cases(
            key=key,
            closed=self.closed + other.closed,
            due=self.due + other.due,
            on_time=self.on_time + other.on_time,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """Steps that were done."""

    key: Key
    done: int = 0
    #: Of them with a due instant, and of those on time.
    due: int = 0
    on_time: int = 0
    #: Done again in the same case.
    again: int = 0
    #: Done by another person than the step before in the case.
    handed: int = 0
    #: Working minutes from the opening to the end, added up; 0 where nobody counted.
    minutes: int = 0

    def plus(self, other: "Steps", key: Key) -> "Steps":
        """Both together."""
        return Steps(
            key=key,
            done=self.done + other.done,
            due=self.due + other.due,
            on_time=self.on_time + other.on_time,
            again=self.again + other.again,
            handed=self.handed + other.handed,
            minutes=self.minutes + other.minutes,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """Work that is open now, by how long it has been."""

    key: Key
    #: Under 1 day, 1 to 3, 3 to 7, and over 7 days.
    ages: tuple[int, int, int, int] = (0, 0, 0, 0)
    late: int = 0

    @property
    def open(self) -> int:
        """All of it."""
        return sum(self.ages)

    def plus(self, other: "Queue", key: Key) -> "Queue":
        """Both together."""
        a, b = self.ages, other.ages
        ages = (a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3])
        return Queue(key=key, ages=ages, late=self.late + other.late)


Row = TypeVar("Row", Cases, Steps, Queue)
#: The part of a key that a grouping keeps.
Part = Callable[[Key], Key]

#: Groupings by name.
PARTS: Mapping[str, Part] = {
    "procedure": lambda key: Key(procedure=key.procedure),
    "unit": lambda key: Key(agency=key.agency),
    "step": lambda key: Key(
        procedure=key.procedure, element=key.element, step=key.step
    ),
    "month": lambda key: Key(month=key.month),
}


def grouped(rows: Iterable[Row], part: Part) -> tuple[Row, ...]:
    """Rows added up by a part of their key, in the order of that part."""
    made: dict[Key, Row] = {}
    for row in rows:
        key = part(row.key)
        before = made.get(key)
        empty = type(row)(key=key)
        made[key] = (before or empty).plus(row, key)
    order = sorted(
        made,
        key=lambda key: (key.month, key.procedure, key.agency or UUID(int=0), key.step),
    )
    return tuple(made[key] for key in order)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A case that closed, with the head of its record."""

    case: UUID
    code: str
    procedure: str
    closed_at: datetime
    #: Leaf hash of its last event: another one, and there is something new to judge.
    head: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The steps of a closed case, in the order in which they were done."""

    procedure: str
    case: UUID
    code: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """Cases that took the same steps, and where they first leave the usual way."""

    procedure: str
    steps: tuple[str, ...]
    cases: int
    #: One of them, the first by its code.
    example: UUID
    code: str
    #: Number of the first step (from 1) that is not the usual one; 0: the usual way.
    at: int = 0
    #: The step there, and the usual one; empty: the case ends, or has ended, there.
    instead: str = ""
    usual: str = ""


def variants(paths: Iterable[Path]) -> tuple[Variant, ...]:
    """Ways through each procedure; the usual one, that most cases took, comes first."""
    counts: dict[str, Counter[tuple[str, ...]]] = {}
    examples: dict[tuple[str, tuple[str, ...]], Path] = {}
    for path in paths:
        counts.setdefault(path.procedure, Counter())[path.steps] += 1
        kept = examples.setdefault((path.procedure, path.steps), path)
        if path.code < kept.code:
            examples[path.procedure, path.steps] = path
    made = []
    for procedure in sorted(counts):
        ways = sorted(counts[procedure].items(), key=lambda one: (-one[1], one[0]))
        for steps, cases in ways:
            example = examples[procedure, steps]
            at, instead, usual = _parting(steps, ways[0][0])
            made.append(
                Variant(
                    procedure=procedure,
                    steps=steps,
                    cases=cases,
                    example=example.case,
                    code=example.code,
                    at=at,
                    instead=instead,
                    usual=usual,
                )
            )
    return tuple(made)


def _parting(steps: tuple[str, ...], usual: tuple[str, ...]) -> tuple[int, str, str]:
    """Where a way first differs from the usual one."""
    for at in range(max(len(steps), len(usual))):
        here = steps[at] if at < len(steps) else ""
        there = usual[at] if at < len(usual) else ""
        if here != there:
            return at + 1, here, there
    return 0, "", ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A case behind a figure."""

    id: UUID
    code: str
    procedure: str
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
