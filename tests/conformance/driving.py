"""Drives one case through an interpreter and says in words where it stands.

After every act the state is dumped and loaded again, and a second execution follows the
record of the act without evaluating anything: both must give the same effect and state.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from engine.domain import run
from engine.domain.deciding import Decider, Evaluating, Following
from engine.domain.model import Model
from engine.domain.run import Json
from engine.errors import IncidentError, NotReadyError
from engine.ports import Context, Execution, Ruled, Runtime

NOW = datetime(2026, 1, 31, 1, 0, tzinfo=UTC)


@dataclass
class Functions:
    """Registered functions for service tasks."""

    functions: Mapping[str, Callable[[Mapping[str, Json]], Json]]

    def names(self) -> frozenset[str]:
        """The functions that exist."""
        return frozenset(self.functions)

    def call(self, name: str, parameters: Mapping[str, Json]) -> Json:
        """Call a function."""
        return self.functions[name](parameters)


@dataclass
class Tables:
    """Decisions for business rule tasks."""

    tables: Mapping[str, Callable[[Mapping[str, Json]], Ruled]]

    def decide(self, decision: str, data: Mapping[str, Json]) -> Ruled:
        """Ask a decision."""
        if decision not in self.tables:
            raise IncidentError("There is no such decision.")
        return self.tables[decision](data)


class Case:
    """One case, driven by short names: `a` is the first visit, `a#2` the second."""

    def __init__(self, runtime: Runtime, model: Model) -> None:
        self.runtime = runtime
        self.model = model
        self.now = NOW
        self.budget = 100_000
        #: False: neither reload nor follow, for tests of size.
        self.careful = True
        self.services = Functions({})
        self.decisions = Tables({})
        self.execution: Execution = runtime.begin(model)
        self.follower: Execution = runtime.begin(model)
        self.advance = run.Advance(status=run.Status.OPEN)

    # Acts.

    def open(self, **data: Json) -> "Case":
        """Begin the case."""
        return self.act(run.Open(data))

    def do(self, visit: str, outcome: str = "", **answers: Json) -> "Case":
        """Complete work."""
        element, occurrence = split(visit)
        return self.act(run.Complete(element, occurrence, answers, outcome))

    def begin(self, visit: str, activity: str) -> "Case":
        """Begin an activity in an ad-hoc sub-process."""
        return self.act(run.Begin(*split(visit), activity))

    def fire(self, visit: str) -> "Case":
        """Let a timer fire at its due instant."""
        element, occurrence = split(visit)
        for wait in self.execution.picture().waiting:
            if (wait.element, wait.occurrence) == (element, occurrence) and wait.due:
                self.now = max(self.now, wait.due)
        return self.act(run.Fire(element, occurrence))

    def message(self, name: str, **payload: Json) -> "Case":
        """A message without correlation arrives."""
        return self.act(run.Message(name, payload))

    def signal(self, name: str, **payload: Json) -> "Case":
        """A signal is broadcast."""
        return self.act(run.Signal(name, payload))

    def go_on(self) -> "Case":
        """Go on with what the budget left."""
        return self.act(run.Continue())

    def act(self, act: run.Act) -> "Case":
        """Apply an act; then reload and follow."""
        self.advance = self.execution.act(act, self._context(Evaluating()))
        if self.careful:
            state = self.execution.dump()
            following = Following(self.advance.decisions, self.advance.incidents)
            again = self.follower.act(act, self._context(following))
            assert again == self.advance
            assert self.follower.dump() == state
            picture = self.execution.picture()
            self.execution = self.runtime.load(self.model, state)
            self.follower = self.runtime.load(self.model, state)
            assert self.execution.dump() == state
            assert self.execution.picture() == picture
        return self

    def _context(self, decider: Decider) -> Context:
        return Context(
            now=self.now,
            decider=decider,
            services=self.services,
            decisions=self.decisions,
            budget=self.budget,
        )

    def later(self, **length: float) -> "Case":
        """Let time pass."""
        self.now += timedelta(**length)
        return self

    # Where it stands.

    @property
    def ready(self) -> str:
        """Work for people: `a b#2`."""
        return join(
            (one.element, one.occurrence) for one in self.execution.picture().ready
        )

    @property
    def waiting(self) -> str:
        """Open waits."""
        return join(
            (one.element, one.occurrence) for one in self.execution.picture().waiting
        )

    @property
    def incidents(self) -> str:
        """Elements that stopped."""
        return join(
            (one.element, one.occurrence) for one in self.execution.picture().incidents
        )

    @property
    def data(self) -> Mapping[str, Json]:
        """The values of the case."""
        return self.execution.picture().data

    @property
    def status(self) -> str:
        """The state of the case."""
        return self.execution.picture().status.value

    @property
    def taken(self) -> str:
        """Flows of the last act."""
        return " ".join(self.advance.taken)

    @property
    def completed(self) -> str:
        """Elements completed by the last act."""
        return " ".join(self.advance.completed)

    @property
    def opened(self) -> str:
        """Work that the last act opened."""
        return join((one.element, one.occurrence) for one in self.advance.opened)

    @property
    def closed(self) -> str:
        """Visits that the last act ended: `a+` completed, `b#2-` cancelled."""
        return " ".join(
            name((one.element, one.occurrence))
            + ("+" if one.end is run.End.COMPLETED else "-")
            for one in self.advance.closed
        )

    @property
    def decided(self) -> list[tuple[str, str, Json]]:
        """Choices of the last act: kind, visit, value."""
        return [
            (one.choice.value, name((one.element, one.occurrence)), one.value)
            for one in self.advance.decisions
        ]

    @property
    def thrown(self) -> str:
        """What the last act threw, by the visits that did."""
        return join((one.element, one.occurrence) for one in self.advance.thrown)

    def due(self, visit: str) -> str:
        """When a waiting timer is due, in UTC."""
        (when,) = (
            wait.due
            for wait in self.execution.picture().waiting
            if (wait.element, wait.occurrence) == split(visit)
        )
        assert when is not None
        return when.strftime("%Y-%m-%d %H:%M")


def send(c: Case, visit: str, target: str) -> Case:
    """A person sends a visit elsewhere (rule 42)."""
    return c.act(run.Redirect(*split(visit), target))


def refuses(c: Case, visit: str, target: str) -> None:
    """A visit cannot be sent there, and nothing changes."""
    before = c.execution.dump()
    with pytest.raises(NotReadyError):
        send(c, visit, target)
    assert c.execution.dump() == before


def split(visit: str) -> tuple[str, int]:
    """The element and occurrence of a short name."""
    element, _, occurrence = visit.partition("#")
    return element, int(occurrence or 1)


def name(visit: tuple[str, int]) -> str:
    """The short name of a visit."""
    return visit[0] if visit[1] == 1 else f"{visit[0]}#{visit[1]}"


def join(visits: Iterable[tuple[str, int]]) -> str:
    """Short names in a row."""
    return " ".join(name(visit) for visit in visits)
