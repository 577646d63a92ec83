"""Samples of cases that anybody can draw again (ISO 19011:2018, A.6).

Theory of operation. A case of weight w has w numbers, SHA-256 over seed, case and
1 to w; the largest is its key, and the cases with the largest keys are the sample. The
largest of w even draws lies above another case's with odds of w to the other's weight,
so this is weighted sampling without replacement (Efraimidis and Spirakis, 2006), in
whole numbers: no rounding, the same everywhere, checked with any SHA-256.

The population is named by a digest, so that a later draw proves that it drew from the
same cases with the same weights.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Final
from uuid import UUID

#: Names the rule above in the record.
METHOD: Final = "sha256-max/1"
#: More would only slow the draw: a case of this weight is drawn almost surely.
MOST_WEIGHT: Final = 64


class Basis(Enum):
    """What has to lie in the period for a case to belong to the population."""

    OPENED = "opened"
    CLOSED = "closed"


class Risk(Enum):
    """What may make a case more likely to be drawn."""

    #: The promised date was missed, or has passed.
    LATE = "late"
    #: A step was done after it was due.
    LATE_STEP = "late-step"
    #: A step was done more than once.
    REWORK = "rework"
    #: Open work was taken away by an event or an act.
    CANCELLED = "cancelled"
    #: A public value of the case reaches an amount.
    VALUE = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """Which cases a sample is drawn from, as the records stood at an instant."""

    basis: Basis
    #: First and last day of the period, in Vietnam, both included.
    first: date
    last: date
    #: What happened later counts for nothing.
    as_of: datetime
    #: Codes of procedures and agencies that handle; empty: all.
    procedures: tuple[str, ...] = ()
    agencies: tuple[UUID, ...] = ()
    #: Name of a whole-number value, and the amount from which it is high.
    value: str = ""
    amount: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A case of a population."""

    case: UUID
    code: str
    risks: frozenset[Risk] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A case of a sample."""

    case: UUID
    code: str
    weight: int
    risks: tuple[Risk, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What was drawn."""

    #: How many cases there were to draw from, and what names them.
    population: int
    digest: str
    chosen: tuple[Chosen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a sample is drawn."""

    query: Query
    seed: str
    size: int
    #: What each risk adds to the weight of 1 that every case has.
    weights: Mapping[Risk, int] = field(default_factory=dict)


def weight(member: Member, weights: Mapping[Risk, int]) -> int:
    """The weight of a case: 1 and what its risks add."""
    return min(1 + sum(weights.get(one, 0) for one in member.risks), MOST_WEIGHT)


def key(seed: str, case: UUID, of: int) -> bytes:
    """The key of a case: the largest of as many numbers as it weighs."""
    text = f"{seed}:{case.hex}:"
    return max(
        hashlib.sha256(f"{text}{number}".encode()).digest()
        for number in range(1, of + 1)
    )


def digest(weighed: Iterable[tuple[UUID, int]]) -> str:
    """What names a population: SHA-256, hex, over `<case> <weight>` lines by case."""
    lines = sorted(f"{case.hex} {of}\n" for case, of in weighed)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def draw(plan: Plan, population: Iterable[Member]) -> Sample:
    """Draw a sample; the order of the population does not matter."""
    members = {one.case: one for one in population}
    weighed = {case: weight(one, plan.weights) for case, one in members.items()}
    keys = {case: key(plan.seed, case, of) for case, of in weighed.items()}
    first = sorted(keys, key=lambda case: (keys[case], case.bytes), reverse=True)
    return Sample(
        population=len(members),
        digest=digest(weighed.items()),
        chosen=tuple(
            Chosen(
                case=case,
                code=members[case].code,
                weight=weighed[case],
                risks=tuple(one for one in Risk if one in members[case].risks),
            )
            for case in first[: plan.size]
        ),
    )
