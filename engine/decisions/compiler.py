"""From a drawn model to a program: texts parsed, names and types resolved."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from engine.decisions import model
from engine.decisions.boxes import Builder, names_in
from engine.decisions.errors import Flaw
from engine.decisions.feel.names import Names, normal
from engine.decisions.feel.tree import Constant, Name
from engine.decisions.program import Box, Function, Grid, Program, Step
from engine.decisions.resolver import Resolver, names_of
from engine.decisions.tables import Tables
from engine.decisions.texts import Spot, Texts
from engine.decisions.types import Type


@dataclass(frozen=True, slots=True, kw_only=True)
class Compiled:
    """A program and what was found on the way; with a refusal it must not be used."""

    program: Program
    flaws: tuple[Flaw, ...]


def compile(drawn: model.Model) -> Compiled:  # noqa: A001 - used as compiler.compile
    """Make a model ready to decide, and tell everything that is wrong with it."""
    return _Compiler(drawn).compiled()


class _Compiler:
    def __init__(self, drawn: model.Model) -> None:
        self._drawn = drawn
        self._flaws: list[Flaw] = []
        self._decisions = {one.id: one for one in drawn.decisions}
        self._inputs = {one.id: one for one in drawn.inputs}
        self._by_variable = {normal(one.variable): one for one in drawn.decisions}
        self._by_name = {normal(one.name): one for one in drawn.inputs}
        self._functions = {normal(one.name): one for one in drawn.functions}
        counts = {name: len(one.parameters) for name, one in self._functions.items()}
        self._texts = Texts(Names(self._known()), counts, self._flaws)
        self._types = Resolver(drawn.types, self._texts, self._flaws)
        declared = {name: one.type for name, one in self._by_variable.items()}
        declared |= {name: one.type for name, one in self._by_name.items()}
        self._tables = Tables(self._texts, self._types, declared, self._flaws)
        self._builder = Builder(self._texts, self._types, self._functions, self._flaws)

    def _known(self) -> Iterator[str]:
        yield from self._by_variable
        yield from self._by_name
        yield from names_of(self._drawn.types)
        yield from self._functions
        for one in self._drawn.functions:
            yield from (name for name, _ in one.parameters)
            yield from names_in(one.logic)
        for decision in self._drawn.decisions:
            yield from names_in(decision.logic)

    def compiled(self) -> Compiled:
        self._name_twice()
        functions = self._made_functions()
        steps = {one.id: self._step(one) for one in self._drawn.decisions}
        self._flaws += circles(steps)
        program = Program(
            steps=MappingProxyType(steps), functions=MappingProxyType(functions)
        )
        return Compiled(program=program, flaws=tuple(self._flaws))

    def _name_twice(self) -> None:
        seen: dict[str, str] = {}
        named = [(one.name, one.id, one.line) for one in self._drawn.inputs]
        named += [(one.variable, one.id, one.line) for one in self._drawn.decisions]
        named += [(one.name, one.id, one.line) for one in self._drawn.functions]
        for name, identity, line in named:
            first = seen.setdefault(normal(name), identity)
            if first != identity:
                spot = Spot(element=identity, name=name, line=line)
                self._flaws.append(spot.flaw("data-name-twice", first=first))

    def _made_functions(self) -> dict[str, Function]:
        """The functions that can be called; one that calls itself is refused."""
        made: dict[str, Function] = {}
        calls: dict[str, frozenset[str]] = {}
        for name, one in self._functions.items():
            self._texts.called = set()
            made[name] = self._function(one)
            calls[name] = frozenset(self._texts.called)
        for name in _circling(calls):
            one = self._functions[name]
            spot = Spot(element=one.id, name=one.name, line=one.line)
            self._flaws.append(spot.flaw("function-circle"))
        return made

    def _function(self, one: model.Function) -> Function:
        spot = Spot(element=one.id, name=one.name, line=one.line)
        declared = {normal(name): kind for name, kind in one.parameters}
        logic = self._builder.box(one, one.logic, self._tables.among(declared))
        sure, _ = self._texts.taken()
        for name in sorted(sure - declared.keys()):
            # DMN 1.5, 10.3.2.10.1: a function sees its parameters and nothing else.
            self._flaws.append(spot.flaw("function-name", name=name))
        parameters = (
            (name, self._types.type(kind, spot)) for name, kind in declared.items()
        )
        return Function(
            id=one.id,
            name=one.name,
            line=one.line,
            parameters=tuple(parameters),
            type=self._types.type(one.type, spot),
            logic=Constant(None) if logic is None else logic,
        )

    def _step(self, one: model.Decision) -> Step:
        spot = Spot(element=one.id, name=one.name, line=one.line)
        kind = self._types.type(one.type, spot)
        logic = self._logic(one, spot)
        sure, maybe = self._texts.taken()
        known = self._by_variable.keys() | self._by_name.keys()
        read = _Read(one, spot, {}, {})
        for identity in one.requires:
            self._require(read, identity)
        for name in sorted(sure | (maybe & known)):
            self._resolve(read, name)
        return Step(
            id=one.id,
            name=one.name,
            line=one.line,
            variable=normal(one.variable),
            type=kind,
            logic=logic,
            decisions=tuple(read.decisions.values()),
            inputs=MappingProxyType(_typed(read.inputs, logic)),
        )

    def _logic(self, one: model.Decision, spot: Spot) -> Box | None:
        if one.logic is None:
            self._flaws.append(spot.flaw("decision-given"))
            return None
        return self._builder.box(one, one.logic, self._tables)

    def _require(self, read: "_Read", identity: str) -> None:
        if identity in self._decisions:
            name = normal(self._decisions[identity].variable)
            read.decisions[name] = identity
        elif identity in self._inputs:
            one = self._inputs[identity]
            spot = Spot(element=one.id, name=one.name, line=one.line)
            read.inputs[normal(one.name)] = self._types.type(one.type, spot)
        else:
            self._flaws.append(read.spot.flaw("requirement-unknown", id=identity))

    def _resolve(self, read: "_Read", name: str) -> None:
        """Find what a name reads; what was not drawn as required is remarked."""
        if name in read.decisions or name in read.inputs:
            return
        decision, data = self._by_variable.get(name), self._by_name.get(name)
        found = decision if decision is not None else data
        if found is not None and found.id != read.decision.id:
            self._flaws.append(read.spot.flaw("requirement-missing", name=name))
            self._require(read, found.id)
            return
        self._flaws.append(read.spot.flaw("name-undeclared", name=name))
        read.inputs[name] = Type()


@dataclass(frozen=True, slots=True)
class _Read:
    """What a decision reads: ids of decisions and types of data, by name."""

    decision: model.Decision
    spot: Spot
    decisions: dict[str, str]
    inputs: dict[str, Type]


def _typed(inputs: Mapping[str, Type], logic: Box | None) -> dict[str, Type]:
    """Take the type of a column for data that has none and fills the column."""
    found = dict(inputs)
    if isinstance(logic, Grid):
        for column in logic.columns:
            part = column.part
            if (
                isinstance(part, Name)
                and found.get(part.name, column.type).kind == "any"
            ):
                found[part.name] = column.type
    return found


def _circling(calls: Mapping[str, frozenset[str]]) -> list[str]:
    """The functions that can come back to themselves."""
    left = {name: set(inner) & calls.keys() for name, inner in calls.items()}
    while free := [name for name, inner in left.items() if not inner]:
        for name in free:
            del left[name]
        for inner in left.values():
            inner -= set(free)
    return list(left)


def circles(steps: Mapping[str, Step]) -> list[Flaw]:
    """A flaw for each circle of decisions that require each other."""
    flaws: list[Flaw] = []
    done: set[str] = set()
    for start in steps:
        path: list[str] = []
        on_path: set[str] = set()
        waiting = [(start, False)]
        while waiting:
            one, leaving = waiting.pop()
            if leaving:
                done.add(path.pop())
                on_path.discard(one)
            elif one in on_path:
                names = [steps[each].name for each in path[path.index(one) :]]
                step = steps[one]
                flaws.append(
                    Flaw(
                        code="requirement-circle",
                        element=step.id,
                        name=step.name,
                        words={"circle": " → ".join([*names[:10], step.name])},
                    )
                )
            elif one not in done:
                path.append(one)
                on_path.add(one)
                waiting.append((one, True))
                waiting += [(each, False) for each in steps[one].decisions]
    return flaws
