"""The parts of a FEEL expression, each with its value (DMN 1.5, 10.3.2).

Every part costs a step; what a stranger writes can neither run long nor name anything
but data and the functions of `functions`.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from engine.decisions.feel import arithmetic, temporal, values
from engine.decisions.feel.signature import Function, whole
from engine.decisions.feel.values import Range, Run, Value


class Part(Protocol):
    """A part of an expression."""

    def value(self, run: Run) -> Value:
        """Evaluate the part."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or a call that gives the same whenever it is made."""

    constant: Value

    def value(self, run: Run) -> Value:
        """Give the literal."""
        run.charge()
        return self.constant


@dataclass(frozen=True, slots=True)
class Name:
    """A variable."""

    name: str

    def value(self, run: Run) -> Value:
        """Give what the name stands for."""
        run.charge()
        return run.lookup(self.name)


@dataclass(frozen=True, slots=True)
class Tested:
    """The value under test: `?`."""

    def value(self, run: Run) -> Value:
        """Give the value under test."""
        run.charge()
        return run.input


@dataclass(frozen=True, slots=True)
class Negation:
    """`-part`."""

    part: Part

    def value(self, run: Run) -> Value:
        """Give the negative of a number or duration."""
        run.charge()
        return arithmetic.negate(self.part.value(run))


@dataclass(frozen=True, slots=True)
class Calculation:
    """`left sign right`."""

    sign: str
    left: Part
    right: Part

    def value(self, run: Run) -> Value:
        """Calculate."""
        run.charge()
        left = self.left.value(run)
        return arithmetic.calculate(run, self.sign, left, self.right.value(run))


@dataclass(frozen=True, slots=True)
class Comparison:
    """`left sign right`."""

    sign: str
    left: Part
    right: Part

    def value(self, run: Run) -> Value:
        """Compare."""
        run.charge()
        left = self.left.value(run)
        return values.compare(run, self.sign, left, self.right.value(run))


@dataclass(frozen=True, slots=True)
class Logic:
    """`and` (decisive False) or `or` (decisive True) of several parts."""

    decisive: bool
    parts: tuple[Part, ...]

    def value(self, run: Run) -> Value:
        """Decide with three values; anything but yes or no counts as neither."""
        run.charge()
        known = True
        for part in self.parts:
            value = part.value(run)
            if value is self.decisive:
                return self.decisive
            known = known and isinstance(value, bool)
        return not self.decisive if known else None


@dataclass(frozen=True, slots=True)
class Between:
    """`part between low and high`."""

    part: Part
    low: Part
    high: Part

    def value(self, run: Run) -> Value:
        """Tell whether the value lies in the closed interval."""
        run.charge()
        value = self.part.value(run)
        above = values.compare(run, ">=", value, self.low.value(run))
        return values.both(
            above, values.compare(run, "<=", value, self.high.value(run))
        )


@dataclass(frozen=True, slots=True)
class If:
    """`if test then yes else no`."""

    test: Part
    yes: Part
    no: Part

    def value(self, run: Run) -> Value:
        """Choose; only true is true."""
        run.charge()
        return (self.yes if self.test.value(run) is True else self.no).value(run)


@dataclass(frozen=True, slots=True)
class Span:
    """An interval."""

    low: Part
    high: Part
    low_closed: bool
    high_closed: bool

    def value(self, run: Run) -> Value:
        """Give the interval; nothing where the ends do not belong together."""
        run.charge()
        low, high = self.low.value(run), self.high.value(run)
        if low is None and high is None:
            return None
        if low is not None and high is not None and not values.comparable(low, high):
            return None
        return Range(
            low=low,
            high=high,
            low_closed=self.low_closed,
            high_closed=self.high_closed,
        )


@dataclass(frozen=True, slots=True)
class Listing:
    """`[a, b, c]`."""

    parts: tuple[Part, ...]

    def value(self, run: Run) -> Value:
        """Give the list."""
        run.charge()
        return [part.value(run) for part in self.parts]


@dataclass(frozen=True, slots=True)
class Context:
    """`{a: 1, b: a + 1}`; an entry sees those before it."""

    entries: tuple[tuple[str, Part], ...]

    def value(self, run: Run) -> Value:
        """Give the context."""
        run.charge()
        made: dict[str, Value] = {}
        run.frames.append(made)
        for key, part in self.entries:
            made[key] = part.value(run)
        run.frames.pop()
        return made


@dataclass(frozen=True, slots=True)
class Path:
    """`part.name`; over a list, of every element."""

    part: Part
    name: str

    def value(self, run: Run) -> Value:
        """Give the entry or property; nothing where there is none."""
        run.charge()
        value = self.part.value(run)
        if isinstance(value, list):
            run.room(len(value))
            return [self._of(one) for one in value]
        return self._of(value)

    def _of(self, value: Value) -> Value:
        if isinstance(value, dict):
            return value.get(self.name)
        if isinstance(value, Range):
            return {
                "start": value.low,
                "end": value.high,
                "start included": value.low_closed,
                "end included": value.high_closed,
            }.get(self.name)
        return temporal.part(value, self.name)


@dataclass(frozen=True, slots=True)
class Filter:
    """`part[index]` or `part[condition]`; the condition sees `item` and its entries."""

    part: Part
    test: Part

    def value(self, run: Run) -> Value:
        """Give the element of this position, or the elements that fit."""
        run.charge()
        value = self.part.value(run)
        if value is None:
            return []
        elements: list[Value] = value if isinstance(value, list) else [value]
        run.room(len(elements))
        if isinstance(self.test, Constant | Negation):
            place = self.test.value(run)
            if isinstance(place, Decimal):
                return _at(elements, place)
        return self._fitting(run, elements)

    def _fitting(self, run: Run, elements: list[Value]) -> Value:
        kept: list[Value] = []
        for one in elements:
            frame = dict(one) if isinstance(one, dict) else {}
            run.charge(len(frame))
            frame.setdefault("item", one)
            run.frames.append(frame)
            found = self.test.value(run)
            run.frames.pop()
            if isinstance(found, Decimal):
                # An index that is reckoned does not depend on the element.
                return _at(elements, found)
            if found is True:
                kept.append(one)
        return kept


def _at(elements: list[Value], place: Decimal) -> Value:
    index = whole(place)
    if not index or abs(index) > len(elements):
        return None
    return elements[index - 1 if index > 0 else index]


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a built-in function."""

    function: Function
    arguments: tuple[Part, ...]

    def value(self, run: Run) -> Value:
        """Call with the values of the arguments."""
        run.charge()
        return self.function.act(run, [one.value(run) for one in self.arguments])


@dataclass(frozen=True, slots=True)
class Invocation:
    """A call of a function that the model defines."""

    function: str
    arguments: tuple[Part, ...]

    def value(self, run: Run) -> Value:
        """Call with the values of the arguments; nothing where there is no model."""
        run.charge()
        arguments = [one.value(run) for one in self.arguments]
        return None if run.invoke is None else run.invoke(self.function, arguments)


@dataclass(frozen=True, slots=True)
class Instance:
    """`part instance of type`."""

    part: Part
    kind: str

    def value(self, run: Run) -> Value:
        """Tell whether the value is of the type; nothing is of none but Null."""
        run.charge()
        value = self.part.value(run)
        if self.kind == "Any":
            return value is not None
        return values.kind(value).lower() == self.kind.lower()
