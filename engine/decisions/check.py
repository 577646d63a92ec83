"""Looking at whole tables before any case does: overlaps, gaps, rules that never match.

DMN 1.5, 8.2.10: in a UNIQUE table no two rules may match the same case; in an ANY
table those that do must agree. Whether they can is worked out for columns whose cells
compare with literals; cells that compute are left out, and the report says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.decisions import model
from engine.decisions.axis import Axis, axis, constants, matching
from engine.decisions.errors import DecisionError, Flaw
from engine.decisions.feel import values
from engine.decisions.feel.tree import Constant
from engine.decisions.feel.values import Run
from engine.decisions.model import HitPolicy
from engine.decisions.program import Function, Grid, Program, Row, Step

#: Steps for all tables of a file; a table of 100 rules takes about 20,000.
_STEPS: Final = 300_000
_BITS_PER_STEP: Final = 2
_VISITS: Final = 20_000
_PAIRS: Final = 20


def check(program: Program) -> tuple[Flaw, ...]:
    """Tell what is wrong with the tables of a program whose texts are all right."""
    run = Run({}, _STEPS)
    flaws: list[Flaw] = []
    for owner, grid in program.tables():
        if grid.rows:
            try:
                flaws += _Table(owner, grid, run).flaws()
            except DecisionError:
                flaws.append(_flaw("check-size", owner))
    return tuple(flaws)


def _flaw(
    code: str, step: Step | Function, row: Row | None = None, **words: object
) -> Flaw:
    return Flaw(
        code=code,
        element=step.id if row is None else row.id,
        name=step.name,
        line=step.line if row is None else row.line,
        words=words,
    )


@dataclass(frozen=True, slots=True)
class _Line:
    """A column: its axis, and which samples each cell lets pass, as bits."""

    axis: Axis
    cells: Sequence[int]
    #: Which rules match at each sample, as bits.
    rules: Sequence[int]


class _Table:
    def __init__(self, step: Step | Function, grid: Grid, run: Run) -> None:
        self._step = step
        self._grid = grid
        self._run = run
        #: Bits of the rules whose every cell could be looked at.
        self._known = (1 << len(grid.rows)) - 1
        self._complete = True

    def flaws(self) -> Iterator[Flaw]:
        lines = [self._line(place) for place in range(len(self._grid.columns))]
        sure = [one for one in lines if one is not None]
        if len(sure) < len(lines):
            self._complete = False
        yield from self._unknown()
        yield from self._never(sure)
        policy = self._grid.policy
        if policy in {HitPolicy.UNIQUE, HitPolicy.ANY} and len(sure) == len(lines):
            yield from self._overlaps(sure)
        if policy in model.SINGLE and self._complete and not self._defaulted():
            yield from self._gap(sure)

    def _defaulted(self) -> bool:
        return any(one.default is not None for one in self._grid.results)

    def _line(self, place: int) -> _Line | None:
        column, rows = self._grid.columns[place], self._grid.rows
        cells = [row.tests[place] for row in rows]
        for number, one in enumerate(cells):
            if constants(one) is None:
                self._known &= ~(1 << number)
                self._complete = False
        different = {id(one): one for one in cells}.values()
        found = axis(column, different, self._run)
        if found is None:
            return None
        kept: dict[int, int] = {}
        bits: list[int] = []
        for one in cells:
            if id(one) not in kept:
                known = constants(one) is not None
                kept[id(one)] = matching(one, found, self._run) if known else 0
            bits.append(kept[id(one)])
        return _Line(found, bits, _transposed(bits, len(found.samples), self._run))

    def _unknown(self) -> Iterator[Flaw]:
        if not self._complete:
            yield _flaw("check-cells", self._step)

    def _never(self, lines: Sequence[_Line]) -> Iterator[Flaw]:
        for place, row in enumerate(self._grid.rows):
            for line in lines:
                if not line.cells[place] and self._known >> place & 1:
                    words = {"rule": row.number, "column": line.axis.label}
                    yield _flaw("rule-never", self._step, row, **words)
                    break

    def _overlaps(self, lines: Sequence[_Line]) -> Iterator[Flaw]:
        kept: list[Mapping[int, int]] = [_touching(line) for line in lines]
        told = 0
        for place, row in enumerate(self._grid.rows):
            if not self._known >> place & 1:
                continue
            beside = self._known & ~((2 << place) - 1)
            for line, touching in zip(lines, kept, strict=True):
                beside &= touching[line.cells[place]]
            while beside and told < _PAIRS:
                other = (beside & -beside).bit_length() - 1
                beside &= beside - 1
                flaw = self._overlap(lines, row, self._grid.rows[other])
                if flaw is not None:
                    told += 1
                    yield flaw

    def _overlap(self, lines: Sequence[_Line], one: Row, other: Row) -> Flaw | None:
        if self._grid.policy is HitPolicy.ANY and not self._differ(one, other):
            return None
        places = [
            line.cells[one.number - 1] & line.cells[other.number - 1] for line in lines
        ]
        return _flaw(
            "overlap" if self._grid.policy is HitPolicy.UNIQUE else "any-differs",
            self._step,
            other,
            first=one.number,
            second=other.number,
            example=_example(lines, [(one & -one).bit_length() - 1 for one in places]),
        )

    def _differ(self, one: Row, other: Row) -> bool:
        """Whether two rules surely give different results."""
        return any(
            isinstance(a, Constant)
            and isinstance(b, Constant)
            and values.equal(self._run, a.constant, b.constant) is not True
            for a, b in zip(one.results, other.results, strict=True)
        )

    def _gap(self, lines: Sequence[_Line]) -> Iterator[Flaw]:
        example = self._uncovered(lines)
        if example is not None:
            yield _flaw("gap", self._step, example=_example(lines, example))

    def _uncovered(self, lines: Sequence[_Line]) -> list[int] | None:
        """Samples, one a column, that no rule matches."""
        everything = (1 << len(self._grid.rows)) - 1
        full = [(1 << len(line.axis.samples)) - 1 for line in lines]
        # Rules that let everything pass from a column on.
        open_from = [0] * len(lines) + [everything]
        for place in range(len(lines) - 1, -1, -1):
            wide = sum(
                1 << rule
                for rule, bits in enumerate(lines[place].cells)
                if bits == full[place]
            )
            open_from[place] = open_from[place + 1] & wide
        seen: set[tuple[int, int]] = set()
        waiting: list[tuple[int, list[int]]] = [(everything, [])]
        visits = 0
        while waiting:
            alive, path = waiting.pop()
            depth = len(path)
            if not alive:
                return path
            if alive & open_from[depth] or (depth, alive) in seen:
                continue
            seen.add((depth, alive))
            visits += 1
            if visits > _VISITS:
                raise DecisionError("steps", limit=_VISITS)
            line = lines[depth]
            last = len(line.axis.samples) - (1 if line.axis.nothing else 0)
            waiting += [
                (alive & line.rules[sample], [*path, sample])
                for sample in reversed(range(last))
            ]
        return None


def _transposed(cells: Sequence[int], samples: int, run: Run) -> list[int]:
    together: dict[int, int] = {}
    for rule, bits in enumerate(cells):
        together[bits] = together.get(bits, 0) | 1 << rule
    rules = [0] * samples
    for bits, mask in together.items():
        run.charge(bits.bit_count() // _BITS_PER_STEP)
        for place in _places(bits):
            rules[place] |= mask
    return rules


def _places(bits: int) -> Iterator[int]:
    while bits:
        low = bits & -bits
        yield low.bit_length() - 1
        bits ^= low


def _touching(line: _Line) -> dict[int, int]:
    """For each set of samples that a cell lets pass, the rules that share one."""
    found: dict[int, int] = {}
    for bits in set(line.cells):
        rules = 0
        for place in _places(bits):
            rules |= line.rules[place]
        found[bits] = rules
    return found


def _example(lines: Sequence[_Line], samples: Sequence[int]) -> str:
    told = [
        f"{line.axis.label} {line.axis.shown[sample]}"
        for line, sample in zip(lines, samples, strict=False)
        if line.axis.shown[sample]
    ]
    return "; ".join(told) or "…"
