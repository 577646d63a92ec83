"""Events: start, end, throw and catch (BPMN 2.0.2, 13.5; rules 14, 15, 18, 19)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine import expressions
from engine.domain import iso8601, stops
from engine.domain.model import EventKind, Node, NodeKind, Timer, TimerKind
from engine.domain.run import Choice, Json, Thrown
from engine.errors import IncidentError
from engine.spiff import case, delivery
from engine.spiff.elements import base, registry
from engine.spiff.errors import BpmnError
from engine.spiff.token import WAITING

if TYPE_CHECKING:
    from engine.spiff.token import Token


def evaluated(token: Token, texts: Mapping[str, str]) -> dict[str, Json]:
    """Evaluate named expressions for a visit."""
    seen = case.view(token)
    return {
        name: expressions.compile(text).evaluate(seen) for name, text in texts.items()
    }


class Passing(base.Element):
    """An event that only passes the token on."""


class Naming(base.Element):
    """What evaluates named expressions: keys and payloads."""

    def decided(
        self, token: Token, choice: Choice, texts: Mapping[str, str]
    ) -> Mapping[str, Json]:
        """Decide the values of named expressions.

        Raises:
            IncidentError: One of them fails, or the record names something else.
        """
        values = token.case.decide(choice, token, lambda: evaluated(token, texts))
        if not isinstance(values, dict):
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        return values


class Throwing(Naming):
    """An event or task that sends a message or a signal (rule 14)."""

    kind: EventKind = EventKind.NONE

    def _run_hook(self, my_task: Token) -> bool:
        event = self.node.event
        correlation: Mapping[str, Json] = {}
        if event.correlation and self.kind is EventKind.MESSAGE:
            correlation = self.decided(my_task, Choice.KEYS, event.correlation)
        my_task.payload = {}
        if event.payload:
            my_task.payload = self.decided(my_task, Choice.PAYLOAD, event.payload)
        my_task.case.effects.thrown.append(
            Thrown(
                self.kind.value,
                self.node.id,
                my_task.occurrence,
                event.name,
                my_task.payload,
                event.partner,
                correlation,
            )
        )
        return True

    def _on_complete_hook(self, my_task: Token) -> None:
        self.record(my_task)
        if self.kind is EventKind.SIGNAL:
            delivery.signal(my_task.case, self.node.event.name, my_task.payload)
            if not my_task.alive:
                return
        self.leave(my_task)


class ThrowingMessage(Throwing):
    """A message throw or end event."""

    kind = EventKind.MESSAGE


class ThrowingSignal(Throwing):
    """A signal throw or end event."""

    kind = EventKind.SIGNAL


class ErrorEnd(base.Element):
    """An end event that throws an error (rule 18)."""

    def _run_hook(self, my_task: Token) -> bool:
        raise BpmnError(self.node.event.name)

    def caught(self, token: Token) -> None:
        """Complete: the error has found its boundary event."""
        self.record(token)


class TerminateEnd(base.Element):
    """An end event that ends every other token of its scope instance (rule 19)."""

    def _on_complete_hook(self, my_task: Token) -> None:
        self.record(my_task)
        case.empty(my_task.workflow, my_task)


_THROWING = {
    EventKind.MESSAGE: ThrowingMessage,
    EventKind.SIGNAL: ThrowingSignal,
    EventKind.ERROR: ErrorEnd,
    EventKind.TERMINATE: TerminateEnd,
}


@registry.choice(NodeKind.END_EVENT, NodeKind.THROW_EVENT)
def throwing(node: Node) -> type[base.Element]:
    """The class of an end or throw event."""
    return _THROWING.get(node.event.kind, Passing)


class Waiting(Naming):
    """Something that waits for a timer, message or signal (rule 15).

    A token on it that hangs on another one was armed: behind an event-based gateway or,
    as boundary event, at an activity.
    """

    kind: EventKind = EventKind.NONE

    def __init__(self, wf_spec: object, node: Node, name: str = "") -> None:
        super().__init__(wf_spec, node, name)
        if self.kind is EventKind.NONE:
            self.kind = node.event.kind
        self.waits = self.kind.value

    def _update_hook(self, my_task: Token) -> bool:
        """Open the wait; boundary events of a receive task are armed after it."""
        self.number(my_task)
        self.open_wait(my_task)
        self.arm_boundaries(my_task)
        return False

    def arm(
        self, host: Token, flow: str = "", *, fired: int = 0, due: str = ""
    ) -> Token | None:
        """Open a wait that hangs on an activity or an event-based gateway.

        A wait that cannot be opened is an incident beside what it hangs on; none: the
        repetitions of its cycle are used.
        """
        token = host.place(self)
        token.occurrence = token.case.visit(self)
        token.flow, token.fired, token.due = flow, fired, due
        token.case.attempt(token, lambda: self.open_wait(token))
        return token if token.alive else None

    def wait_again(self, host: Token, token: Token) -> None:
        """Arm what waits for the next time: itself, or all with which it happened."""
        if self.whole is not None and self.whole.needs_all:
            self.whole.arm_again(host, token)
        else:
            self.arm_again(host, token)

    def arm_again(self, host: Token, token: Token) -> Token | None:
        """Wait for the next time, if there is to be one (rule 15)."""
        if self.fires_once():
            return None
        if self.kind is not EventKind.TIMER:
            return self.arm(host)
        return self.arm(host, fired=token.fired + 1, due=token.due)

    def fires_once(self) -> bool:
        """Whether it is a timer without cycle."""
        timer = self.node.event.timer
        return timer is not None and timer.kind is not TimerKind.CYCLE

    def open_wait(self, token: Token) -> None:
        """Fix what the visit waits for."""
        event = self.node.event
        if self.kind is EventKind.TIMER:
            if not self._set_due(token):
                token.forget()
                return
        elif self.kind is EventKind.MESSAGE and event.correlation:
            token.keys = self.decided(token, Choice.KEYS, event.correlation)
        token.move(WAITING)
        token.open()

    def _set_due(self, token: Token) -> bool:
        """Fix the instant; False when the repetitions of the cycle are used."""
        timer = self.node.event.timer
        if timer is None:
            raise IncidentError(stops.NOT_A_TIME, element=self.node.id)
        due = token.case.decide(Choice.DUE, token, lambda: _due(token, timer))
        if due is None and token.fired:
            return False
        if not isinstance(due, str):
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        token.due = iso8601.instant_text(iso8601.parse_instant(due))
        return True

    def catch(self, token: Token, payload: Mapping[str, Json]) -> None:
        """Let the wait end: what it waited for has happened."""
        token.payload = payload
        token.case.attempt(token, token.proceed)

    def _on_complete(self, my_task: Token) -> None:
        """Complete; a part stays until its siblings have happened, too (rule 34)."""
        if self.whole is not None and self.whole.lacks(my_task):
            self.record(my_task)
            case.write(my_task, my_task.payload)
        else:
            super()._on_complete(my_task)

    def _on_complete_hook(self, my_task: Token) -> None:
        armed = self.owner is None and not self.node.for_compensation
        host = my_task.host if armed else None
        if host is not None:
            host.task_spec.happened(host, my_task)
        self.record(my_task)
        case.write(my_task, my_task.payload)
        if host is not None:
            my_task.release()
            base.disarm(host)
            if self.whole is not None:
                self.whole.take_over(host)
                return
            host.forget()
        self.leave(my_task)

    def leave(self, token: Token) -> None:
        """Send the token on; that of a part goes on as the whole."""
        if self.whole is None:
            super().leave(token)
        else:
            self.whole.follow(token)


def _due(token: Token, timer: Timer) -> Json:
    """Compute when a timer is due, first or again."""
    text: Json = timer.text
    if not timer.literal:
        text = expressions.compile(timer.text).evaluate(case.view(token))
    if not isinstance(text, str):
        raise IncidentError(stops.NOT_A_TIME, element=token.task_spec.node.id)
    if token.fired:
        again = iso8601.next_due(text, token.fired, delivery.instant(token.due))
        return None if again is None else iso8601.instant_text(again)
    first = iso8601.first_due(timer.kind, text, token.case.context.now)
    return iso8601.instant_text(first)


@registry.choice(NodeKind.CATCH_EVENT)
def catching(node: Node) -> type[base.Element]:
    """The class of a catch event; one without definition only passes the token on."""
    return Waiting if node.event.kind in base.ARMED else Passing
