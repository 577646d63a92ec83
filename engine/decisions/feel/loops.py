"""`for`, `some` and `every` (DMN 1.5, grammar rules 46 and 47)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from engine import limits
from engine.decisions.feel.signature import whole
from engine.decisions.feel.tree import Part
from engine.decisions.feel.values import Range, Run, Value


@dataclass(frozen=True, slots=True)
class Loop:
    """One `name in part` of `for`, `some` and `every`; `last` makes `part..last`."""

    name: str
    part: Part
    last: Part | None = None

    def elements(self, run: Run) -> list[Value] | None:
        """What the name stands for, one after the other; None when it is no list."""
        value = self.part.value(run)
        if self.last is not None:
            return _counted(run, whole(value), whole(self.last.value(run)))
        if isinstance(value, Range):
            return _counted(run, whole(value.low), whole(value.high))
        if value is None:
            return None
        found: list[Value] = value if isinstance(value, list) else [value]
        run.room(len(found))
        return found


def _counted(run: Run, first: int | None, last: int | None) -> list[Value] | None:
    if first is None or last is None:
        return None
    run.room(abs(last - first) + 1)
    step = 1 if first <= last else -1
    return [Decimal(one) for one in range(first, last + step, step)]


def _frames(
    run: Run, loops: tuple[Loop, ...], frame: dict[str, Value]
) -> Iterator[Mapping[str, Value] | None]:
    """Every combination of the loops' values, as a frame; None: one is no list."""
    loop, rest = loops[0], loops[1:]
    frame.pop(loop.name, None)
    elements = loop.elements(run)
    if elements is None:
        yield None
        return
    for one in elements:
        run.charge()
        frame[loop.name] = one
        if rest:
            yield from _frames(run, rest, frame)
        else:
            yield frame


@dataclass(frozen=True, slots=True)
class For:
    """`for a in list return part`."""

    loops: tuple[Loop, ...]
    part: Part

    def value(self, run: Run) -> Value:
        """Give the list of results."""
        run.charge()
        made: list[Value] = []
        frame: dict[str, Value] = {"partial": made}
        run.frames.append(frame)
        for one in _frames(run, self.loops, frame):
            if one is None:
                run.frames.pop()
                return None
            if len(made) >= limits.EXPRESSION_LIST:
                run.room(len(made) + 1)
            made.append(self.part.value(run))
        run.frames.pop()
        return made


@dataclass(frozen=True, slots=True)
class Quantified:
    """`some` (decisive True) or `every` (decisive False) `… satisfies part`."""

    decisive: bool
    loops: tuple[Loop, ...]
    part: Part

    def value(self, run: Run) -> Value:
        """Tell whether some or every combination satisfies the part."""
        run.charge()
        frame: dict[str, Value] = {}
        run.frames.append(frame)
        result: Value = not self.decisive
        for one in _frames(run, self.loops, frame):
            found = None if one is None else self.part.value(run)
            if found is self.decisive:
                result = self.decisive
                break
            result = result if isinstance(found, bool) else None
        run.frames.pop()
        return result
