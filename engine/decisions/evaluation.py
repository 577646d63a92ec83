"""Making a decision: the required ones first, then the rules that match.

Where the standard gives nothing for a broken table (two rules of UNIQUE match, a value
is not allowed), the decision is refused instead: an agency must not act on nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from engine import limits
from engine.decisions import types
from engine.decisions.errors import DecisionError
from engine.decisions.feel import lists, values
from engine.decisions.feel.names import normal
from engine.decisions.feel.values import Run, Value, kind
from engine.decisions.model import Aggregation, HitPolicy
from engine.decisions.program import (
    Box,
    Boxes,
    Function,
    Grid,
    Invoked,
    Listed,
    Program,
    Record,
    Row,
    Step,
)
from engine.decisions.types import Json

_LISTED: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Fired:
    """The rules of one table that gave its result."""

    decision: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What was decided, and by which rules."""

    result: Json
    #: One entry a table, required decisions before those that require them.
    fired: tuple[Fired, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of all rules that gave a result."""
        return tuple(rule for one in self.fired for rule in one.rules)


def evaluate(program: Program, name: str, data: Mapping[str, Json]) -> Outcome:
    """Make the decision of this name or id from the data of a case.

    Raises:
        DecisionError: There is no such decision, the data does not fit, rules
            contradict each other, or a limit is exceeded. No other error is raised.
    """
    step = _named(program, name)
    run = Run({}, limits.DECISION_STEPS)
    fired: list[Fired] = []
    run.invoke = _Calls(program, run, fired).call
    given = {normal(key): value for key, value in data.items()}
    results: dict[str, Value] = {}
    try:
        for one in ordered(program, step):
            results[one.id] = _decided(program, one, _Case(run, given, results, fired))
        return Outcome(result=types.plain(results[step.id], run), fired=tuple(fired))
    except RecursionError:
        raise DecisionError("too-deep") from None


@dataclass(frozen=True, slots=True)
class _Case:
    """What is known while the decisions are made, one after the other."""

    run: Run
    data: Mapping[str, Json]
    results: Mapping[str, Value]
    fired: list[Fired]


def _named(program: Program, name: str) -> Step:
    wanted = normal(name)
    for step in program.steps.values():
        if name == step.id or wanted in {normal(step.name), step.variable}:
            return step
    known = ", ".join(f"“{one.name}”" for one in program.steps.values())
    raise DecisionError("decision-unknown", name=name[:80], known=known[:400])


def ordered(program: Program, last: Step) -> Iterator[Step]:
    """The decisions that one requires, each after those it requires; then itself."""
    done: set[str] = set()
    waiting = [(last, False)]
    while waiting:
        step, ready = waiting.pop()
        if ready:
            yield step
        elif step.id not in done:
            done.add(step.id)
            waiting.append((step, True))
            required = [program.steps[one] for one in reversed(step.decisions)]
            waiting += [(one, False) for one in required]


def _decided(program: Program, step: Step, case: _Case) -> Value:
    run = case.run
    if step.logic is None:
        return _given(step.variable, step.type, case)
    variables: dict[str, Value] = {
        name: _given(name, wanted, case) for name, wanted in step.inputs.items()
    }
    for one in step.decisions:
        variables[program.steps[one].variable] = case.results[one]
    run.frames = [variables]
    run.input = None
    value = _Making(step, run, case.fired).made(step.logic)
    return types.coerced(value, step.type, step.name, run)


@dataclass(frozen=True, slots=True)
class _Making:
    """Evaluates the boxes of one decision or function."""

    owner: Step | Function
    run: Run
    fired: list[Fired]

    def made(self, box: Box) -> Value:
        """The value of a box, seen from the frames of the run."""
        self.run.charge()
        match box:
            case Grid():
                return self._decided(box)
            case Boxes():
                return self._context(box)
            case Invoked():
                arguments = [self.made(one) for one in box.arguments]
                return _called(self.run, box.function, arguments)
            case Listed():
                return [self.made(one) for one in box.items]
            case Record():
                return {name: self.made(one) for name, one in box.entries}
            case _:
                return box.value(self.run)

    def _decided(self, grid: Grid) -> Value:
        self.run.input = None
        matched = _matching(grid, self.run)
        chosen, value = _Hits(self.owner.name, grid, self.run).settle(matched)
        rules = tuple(one.id for one in chosen)
        self.fired.append(Fired(decision=self.owner.id, rules=rules))
        return value

    def _context(self, boxes: Boxes) -> Value:
        """The entries one after the other, or the result that stands last."""
        made: dict[str, Value] = {}
        self.run.frames.append(made)
        for name, wanted, box in boxes.entries:
            value = self.made(box)
            value = types.coerced(value, wanted, name or self.owner.name, self.run)
            if not name:
                self.run.frames.pop()
                return value
            made[name] = value
        self.run.frames.pop()
        return made


def _called(run: Run, function: str, arguments: list[Value]) -> Value:
    return None if run.invoke is None else run.invoke(function, arguments)


@dataclass(frozen=True, slots=True)
class _Calls:
    """Calls the functions of a program: each sees its parameters and nothing else."""

    program: Program
    run: Run
    fired: list[Fired]

    def call(self, name: str, arguments: list[Value]) -> Value:
        """The result of a function of the model.

        Raises:
            DecisionError: An argument or the result is not of its type.
        """
        run, function = self.run, self.program.functions[name]
        frames, tested = run.frames, run.input
        run.frames = [
            {
                parameter: types.coerced(value, wanted, parameter, run)
                for (parameter, wanted), value in zip(
                    function.parameters, arguments, strict=True
                )
            }
        ]
        value = _Making(function, run, self.fired).made(function.logic)
        run.frames, run.input = frames, tested
        return types.coerced(value, function.type, function.name, run)


def _given(name: str, wanted: types.Type, case: _Case) -> Value:
    if name not in case.data:
        raise DecisionError("input-missing", name=name)
    return types.admit(case.data[name], wanted, name, case.run)


def _matching(grid: Grid, run: Run) -> Iterator[Row]:
    inputs: list[Value] = []
    for column in grid.columns:
        value = column.part.value(run)
        types.checked(value, column.type, column.label, run)
        if value is not None and column.allowed is not None:
            within = value if column.type.collection else [value]
            if not all(
                column.allowed.matches(run, one)
                for one in (within if isinstance(within, list) else [within])
            ):
                words = {"name": column.label, "allowed": column.allowed_text}
                raise DecisionError("input-value", **words)
        inputs.append(value)
    for row in grid.rows:
        run.charge()
        if all(
            test.matches(run, value)
            for test, value in zip(row.tests, inputs, strict=True)
        ):
            yield row


class _Hits:
    """The hit policy of one table (DMN 1.5, 8.2.10)."""

    def __init__(self, name: str, grid: Grid, run: Run) -> None:
        self._name = name
        self._grid = grid
        self._run = run

    def settle(self, matching: Iterator[Row]) -> tuple[Sequence[Row], Value]:
        """The rules that give the result, and the result."""
        policy = self._grid.policy
        if policy is HitPolicy.FIRST:
            first = next(matching, None)
            return self._single([first] if first is not None else [])
        rows = list(matching)
        if policy is HitPolicy.UNIQUE and len(rows) > 1:
            raise DecisionError("hit-unique", name=self._name, rules=_listed(rows))
        if policy is HitPolicy.UNIQUE:
            return self._single(rows)
        if policy is HitPolicy.ANY:
            return self._any(rows)
        found = [(row, self._result(row)) for row in rows]
        if policy in {HitPolicy.PRIORITY, HitPolicy.OUTPUT_ORDER}:
            found.sort(key=lambda one: self._rank(one[1]))
        if policy is HitPolicy.PRIORITY:
            found = found[:1]
            return [row for row, _ in found], (
                self._shown(found[0][1]) if found else self._default()
            )
        return self._several(found)

    def _single(self, rows: list[Row]) -> tuple[Sequence[Row], Value]:
        value = self._shown(self._result(rows[0])) if rows else self._default()
        return rows, value

    def _any(self, rows: list[Row]) -> tuple[Sequence[Row], Value]:
        results = [self._result(row) for row in rows]
        for one in results[1:]:
            if values.equal(self._run, results[0], one) is not True:
                rules = _listed(rows)
                raise DecisionError("hit-any", name=self._name, rules=rules)
        return rows, self._shown(results[0]) if results else self._default()

    def _several(
        self, found: list[tuple[Row, list[Value]]]
    ) -> tuple[Sequence[Row], Value]:
        rows = [row for row, _ in found]
        aggregation = self._grid.aggregation
        if aggregation is Aggregation.COUNT:
            return rows, Decimal(len(rows))
        if not found:
            return rows, self._default()
        shown = [self._shown(one) for _, one in found]
        if aggregation is None:
            return rows, shown
        return rows, self._aggregated(aggregation, shown, rows)

    def _aggregated(
        self, aggregation: Aggregation, shown: list[Value], rows: list[Row]
    ) -> Value:
        kinds = {kind(one) for one in shown}
        if aggregation is Aggregation.SUM:
            added = lists.TABLE["sum"].act(self._run, [shown])
            needed = "numbers"
        else:
            name = aggregation.value.lower()
            added = lists.TABLE[name].act(self._run, [shown])
            needed = "of one kind that has an order"
        if added is None or len(kinds) > 1:
            words = {"rules": _listed(rows), "needed": needed}
            raise DecisionError("hit-numbers", name=self._name, **words)
        return added

    def _result(self, row: Row) -> list[Value]:
        run, name = self._run, self._name
        run.input = None
        return [
            types.coerced(part.value(run), one.type, one.name or name, run)
            for part, one in zip(row.results, self._grid.results, strict=True)
        ]

    def _shown(self, result: list[Value]) -> Value:
        """One column as its value, several as a context."""
        if len(result) == 1:
            return result[0]
        names = [one.name for one in self._grid.results]
        return dict(zip(names, result, strict=True))

    def _default(self) -> Value:
        found = [
            None if one.default is None else one.default.value(self._run)
            for one in self._grid.results
        ]
        return None if all(one is None for one in found) else self._shown(found)

    def _rank(self, result: list[Value]) -> list[int]:
        """The place of a result in the order of the output values, column by column."""
        places: list[int] = []
        for value, one in zip(result, self._grid.results, strict=True):
            ranked = [part.value(self._run) for part in one.ranked]
            same = (
                place
                for place, other in enumerate(ranked)
                if values.equal(self._run, value, other) is True
            )
            places.append(next(same, len(ranked)))
        return places


def _listed(rows: Sequence[Row]) -> str:
    text = ", ".join(str(row.number) for row in rows[:_LISTED])
    return f"{text}, …" if len(rows) > _LISTED else text
