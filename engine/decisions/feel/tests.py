"""Unary tests: what stands in an input cell (DMN 1.5, clause 7.3.4 and 9)."""

from dataclasses import dataclass
from typing import Final

from engine.decisions.feel import values
from engine.decisions.feel.tree import Constant, Part
from engine.decisions.feel.values import Run, Value


@dataclass(frozen=True, slots=True)
class Compared:
    """`< part` and its like."""

    sign: str
    part: Part

    def holds(self, run: Run) -> bool | None:
        """Compare the value under test."""
        run.charge()
        return values.compare(run, self.sign, run.input, self.part.value(run))


@dataclass(frozen=True, slots=True)
class Among:
    """An expression: a value to equal, a list or interval to lie in, a condition."""

    part: Part
    #: Whether it says `?`: then its truth counts, and nothing else.
    asks: bool

    def holds(self, run: Run) -> bool | None:
        """Tell whether the value under test passes."""
        found = self.part.value(run)
        if self.asks:
            return found if isinstance(found, bool) else None
        if isinstance(found, bool) and not isinstance(run.input, bool | list):
            # A condition over other data; it says nothing about a missing value.
            return found if run.input is not None else None
        return values.member(run, run.input, found)


@dataclass(frozen=True, slots=True)
class Tests:
    """Tests of which one must hold; negated: none. No test lets everything pass."""

    parts: tuple[Compared | Among, ...] = ()
    negated: bool = False
    anything: bool = False

    def holds(self, run: Run) -> bool | None:
        """Tell whether the value under test passes."""
        if self.anything:
            run.charge()
            return True
        result: bool | None = False
        for part in self.parts:
            found = part.holds(run)
            if found is True:
                result = True
                break
            result = None if found is None else result
        return values.negated(result) if self.negated else result

    def matches(self, run: Run, value: Value) -> bool:
        """Tell whether `value` passes; neither true nor false does not."""
        run.input = value
        return self.holds(run) is True

    def constants(self) -> tuple[Value, ...] | None:
        """The literals that are tested against; None when there is more to it."""
        found: list[Value] = []
        for part in self.parts:
            if not isinstance(part.part, Constant):
                return None
            found.append(part.part.constant)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Membership:
    """`part in tests` inside an expression."""

    part: Part
    tests: Tests

    def value(self, run: Run) -> Value:
        """Tell whether the value passes."""
        run.charge()
        value, outer = self.part.value(run), run.input
        run.input = value
        found = self.tests.holds(run)
        run.input = outer
        return found


#: A cell that says nothing.
ANYTHING: Final = Tests(anything=True)
