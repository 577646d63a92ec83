"""Event sub-processes and triggered starts (BPMN 2.0.2, 13.5.4; rules 30 and 31).

An armed start is a token of the start event in the scope instance that it guards. When
its event happens it moves into the scope instance of the sub-process that it begins.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from engine.domain.model import EventKind, Node, NodeKind
from engine.domain.run import End
from engine.spiff import case
from engine.spiff.elements import ad_hoc, base, events, registry, scopes
from engine.spiff.token import READY, STARTED

if TYPE_CHECKING:
    from engine.spiff.case import Scope, ScopeInstance
    from engine.spiff.program import ScopeSpec
    from engine.spiff.token import Token


@registry.choice(NodeKind.SUB_PROCESS)
def sub_process(node: Node) -> type[base.Element]:
    """The class of a sub-process."""
    if node.ad_hoc is not None:
        return ad_hoc.AdHoc
    return EventSubProcess if node.triggered else scopes.Scoped


class EventSubProcess(scopes.Scoped):
    """A sub-process that its start event begins; no flow leads to it."""

    #: The start event with which it begins when it undoes something (rule 38).
    begins_with: Start

    def _run_hook(self, my_task: Token) -> None:
        """Undo, as a handler does that a throw event has begun."""
        inner = my_task.case.create_subprocess(my_task, self.node.body)
        self.begins_with.begin_in(inner)

    def begin(self, scope: Scope) -> ScopeInstance:
        """Begin the visit, with a scope instance without tokens."""
        token = scope.task_tree.place(self)
        self.number(token)
        token.move(STARTED)
        return token.case.create_subprocess(token, self.node.body)


@registry.choice(NodeKind.START_EVENT)
def start(node: Node) -> type[base.Element]:
    """The class of a start event."""
    return events.Passing if node.event.kind is EventKind.NONE else Start


class Start(events.Waiting):
    """A start event with an event: of an event sub-process, or of a process."""

    #: The event sub-process that it begins, where it `guards` a scope.
    begins: EventSubProcess

    def _update_hook(self, my_task: Token) -> bool:
        """Begin the visit of the start event by which the process was opened."""
        self.number(my_task)
        return True

    def hear(self, scope: Scope) -> None:
        """Begin the sub-process, for an event that is never waited for."""
        if self.node.interrupting or self.kind is EventKind.ERROR:
            case.empty(scope)
        self.begin_in(self.begins.begin(scope))

    def begin_in(self, inner: ScopeInstance) -> None:
        """Begin, complete and leave in the scope instance of the sub-process."""
        token = inner.task_tree.place(self)
        self.number(token)
        token.move(READY)
        scopes.arm_starts(inner)
        token.case.attempt(token, token.run)

    def _on_complete_hook(self, my_task: Token) -> None:
        if self.guards == my_task.workflow.spec.name:
            self._happen(my_task)
        self.record(my_task)
        self.leave(my_task)

    def _happen(self, token: Token) -> None:
        """Make way for the sub-process, or wait again, and move into it."""
        scope = token.workflow
        token.close(End.COMPLETED)
        case.write(token, token.payload)
        if self.node.interrupting:
            case.empty(scope, token)
        else:
            self.wait_again(scope.task_tree, token)
        inner = self.begins.begin(scope)
        token.move_into(inner)
        scopes.arm_starts(inner)


def guard(spec: ScopeSpec, pairs: Iterable[tuple[base.Element, base.Element]]) -> None:
    """Let start events wait in a scope for the sub-processes that they begin."""
    armed: list[Start] = []
    heard: list[Start] = []
    for handler, start in pairs:
        if not isinstance(handler, EventSubProcess) or not isinstance(start, Start):
            continue
        if start.kind is EventKind.COMPENSATION:
            handler.begins_with, handler.undoes = start, True
        else:
            start.guards, start.begins = str(spec.name), handler
            (armed if start.kind in base.ARMED else heard).append(start)
    spec.armed, spec.hearing = tuple(armed), tuple(heard)
