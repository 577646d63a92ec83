"""Run a model in memory, without a trace: for designers, scenarios and tests.

One `Player` holds one case. Commands and answers are plain JSON values, the same on the
command line (`quytrinh procedure play`) and on the page that runs a draft.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import cast

from engine import limits
from engine.domain import iso8601
from engine.domain.deciding import Evaluating
from engine.domain.model import EventKind, Model
from engine.domain.run import (
    Act,
    Begin,
    Complete,
    Continue,
    Fire,
    Incident,
    Json,
    Message,
    Open,
    Picture,
    Signal,
    Status,
    Wait,
)
from engine.errors import EngineError, NotReadyError, OutcomeRequiredError
from engine.ports import Context, Execution, Outside, Runtime, Services

#: Where the clock of a played case begins unless told otherwise.
BEGINNING = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_COMMANDS = ("open", "complete", "begin", "message", "signal", "advance", "state")
_EMPTY = Picture(status=Status.OPEN)
#: Timers that one command fires.
_FIRINGS = 1_000


class Player:
    """Plays one case of a model."""

    def __init__(
        self,
        runtime: Runtime,
        model: Model,
        outside: Services | Outside,
        now: datetime = BEGINNING,
    ) -> None:
        """Set the case up; functions alone stand for a model without decisions."""
        if not isinstance(outside, Outside):
            outside = Outside(services=outside)
        self._runtime = runtime
        self._model = model
        self._outside = outside
        self._begin = now
        self.now = now
        self._execution: Execution | None = None
        self._completed: list[str] = []
        self._taken: list[str] = []
        #: Set when the automatic steps of one command exceed the limit of a job.
        self._runaway: tuple[Incident, ...] = ()

    def command(self, command: Mapping[str, Json]) -> dict[str, Json]:
        """Do one command and describe the case after it; a refusal changes nothing."""
        before = self._execution.dump() if self._execution else None
        clock, runaway = self.now, self._runaway
        self._completed, self._taken = [], []
        error: str | None = None
        try:
            self._do(command)
        except EngineError as refusal:
            error = refusal.message
            self.now, self._runaway = clock, runaway
            self._completed, self._taken = [], []
            self._execution = (
                None if before is None else self._runtime.load(self._model, before)
            )
        return self._answer(error)

    def refuse(self, message: str) -> dict[str, Json]:
        """The answer to something that is not a command."""
        self._completed, self._taken = [], []
        return self._answer(message)

    def _do(self, command: Mapping[str, Json]) -> None:
        verb = next((name for name in _COMMANDS if name in command), None)
        if verb is None:
            raise EngineError(
                f"Unknown command; one of {', '.join(_COMMANDS)} is needed.",
                code="command",
            )
        closed = verb not in ("open", "state") and self._execution is None
        if closed and not (verb in ("message", "signal") and self._opened(command)):
            raise NotReadyError("No case is open; begin with the command open.")
        verbs = {
            "open": self._open,
            "complete": self._complete,
            "begin": self._begin_activity,
            "message": self._message,
            "signal": self._signal,
            "advance": self._advance,
            "state": self._state,
        }
        if not closed:
            verbs[verb](command)

    def _open(self, command: Mapping[str, Json]) -> None:
        data = _mapping(command["open"], "open")
        self._begun(Open(data, self._model.root.opening))

    def _begun(self, act: Open) -> None:
        self.now = self._begin
        self._runaway = ()
        self._execution = self._runtime.begin(self._model)
        self._act(act)

    def _opened(self, command: Mapping[str, Json]) -> bool:
        """Open a case at the start that a message or signal triggers, if one does."""
        kind = EventKind.MESSAGE if "message" in command else EventKind.SIGNAL
        name = _text(command[kind.value], kind.value)
        for start in self._model.root.triggers:
            event = self._model.nodes[start].event
            if (event.kind, event.name) == (kind, name):
                payload = _mapping(command.get("payload"), "payload")
                self._begun(Open(payload, start))
                return True
        return False

    def _complete(self, command: Mapping[str, Json]) -> None:
        element = _text(command["complete"], "complete")
        ready = [visit for visit in self.picture().ready if visit.element == element]
        if not ready:
            raise NotReadyError(f"“{element}” is not waiting to be done.")
        outcome = _text(command.get("outcome") or "", "outcome")
        self._act(
            Complete(
                element,
                ready[0].occurrence,
                _mapping(command.get("answers"), "answers"),
                outcome_of(self._model, element, outcome),
            )
        )

    def _begin_activity(self, command: Mapping[str, Json]) -> None:
        """Begin an activity in the oldest open ad-hoc sub-process that holds it."""
        activity = _text(command["begin"], "begin")
        nodes, scopes = self._model.nodes, self._model.scopes
        for visit in self.picture().ready:
            node = nodes[visit.element]
            if node.ad_hoc and activity in scopes[node.body].starts:
                self._act(Begin(visit.element, visit.occurrence, activity))
                return
        raise NotReadyError(f"“{activity}” cannot be begun now.")

    def _message(self, command: Mapping[str, Json]) -> None:
        name = _text(command["message"], "message")
        payload = _mapping(command.get("payload"), "payload")
        keys = _mapping(command.get("correlation"), "correlation")
        self._act(Message(name, payload, keys))

    def _signal(self, command: Mapping[str, Json]) -> None:
        name = _text(command["signal"], "signal")
        self._act(Signal(name, _mapping(command.get("payload"), "payload")))

    def _state(self, _: Mapping[str, Json]) -> None:
        """Nothing happens; the answer describes the case."""

    def _advance(self, command: Mapping[str, Json]) -> None:
        """Move the clock; what falls due on the way fires at its own instant."""
        span = iso8601.parse_duration(_text(command["advance"], "advance"))
        target = iso8601.add(self.now, span)
        for _ in range(_FIRINGS):
            due = [wait for wait in self.picture().waiting if _is_due(wait, target)]
            if not due:
                self.now = target
                return
            first = min(due, key=lambda wait: cast("datetime", wait.due))
            self.now = max(self.now, cast("datetime", first.due))
            self._act(Fire(first.element, first.occurrence))
        message = (
            f"More than {_FIRINGS} timers are due until then; go in smaller steps."
        )
        raise EngineError(message, code="command")

    def _act(self, act: Act) -> None:
        execution = cast("Execution", self._execution)
        for _ in range(limits.STEPS_PER_JOB // limits.STEPS_PER_TRANSACTION):
            context = Context(
                now=self.now,
                decider=Evaluating(),
                services=self._outside.services,
                decisions=self._outside.decisions,
            )
            advance = execution.act(act, context)
            self._completed += advance.completed
            self._taken += advance.taken
            if not advance.more:
                return
            act = Continue()
        element = self._completed[-1] if self._completed else ""
        self._runaway = (
            Incident(
                element, 0, "The case does not come to rest: automatic steps only."
            ),
        )

    def picture(self) -> Picture:
        """What is open now."""
        return self._execution.picture() if self._execution else _EMPTY

    def _answer(self, error: str | None) -> dict[str, Json]:
        picture = self.picture()
        incidents = picture.incidents + self._runaway
        status = Status.INCIDENT if incidents else picture.status
        if error is None and incidents:
            error = "; ".join(one.message for one in incidents)
            accepted = True
        else:
            accepted = error is None
        return {
            "ok": accepted,
            "error": error,
            "status": status.value,
            "ready": [
                {
                    "element": visit.element,
                    "name": self._model.nodes[visit.element].name,
                    "occurrence": visit.occurrence,
                }
                for visit in picture.ready
            ],
            "waiting": [_wait(wait) for wait in picture.waiting],
            "completed": list(self._completed),
            "taken": list(self._taken),
            "data": dict(picture.data),
        }


def outcome_of(model: Model, element: str, text: str) -> str:
    """The id of the outcome flow of a task that a text names, by id or by name.

    Raises:
        OutcomeRequiredError: The task offers outcomes and the text is none of them.
    """
    node = model.nodes.get(element)
    if node is None or not node.work.outcomes:
        return ""
    for flow in node.work.outcomes:
        if text in (flow, model.flows[flow].name):
            return flow
    names = ", ".join(f"“{model.flows[flow].name}”" for flow in node.work.outcomes)
    raise OutcomeRequiredError(f"Choose one of the outcomes {names}.", outcomes=names)


def _is_due(wait: Wait, target: datetime) -> bool:
    return wait.due is not None and wait.due <= target


def _wait(wait: Wait) -> dict[str, Json]:
    if wait.due is not None:
        return {"element": wait.element, "due": wait.due.isoformat()}
    return {"element": wait.element, wait.kind: wait.name}


def _text(value: Json, name: str) -> str:
    if not isinstance(value, str):
        raise EngineError(f"“{name}” must be a text.", code="command")
    return value


def _mapping(value: Json, name: str) -> Mapping[str, Json]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise EngineError(f"“{name}” must be an object.", code="command")
    return value
