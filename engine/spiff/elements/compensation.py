"""Compensation and transactions (BPMN 2.0.2, 13.5.5; rules 32 and 33).

A throw event is STARTED while its handlers run, one after the other; they hang on it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import stops
from engine.domain.model import EventKind, NodeKind
from engine.errors import IncidentError
from engine.spiff import case, hearing, memory
from engine.spiff.elements import base, registry

if TYPE_CHECKING:
    from engine.spiff.elements.boundaries import Boundary
    from engine.spiff.token import Token


@registry.event(EventKind.COMPENSATION, NodeKind.THROW_EVENT, NodeKind.END_EVENT)
class Throw(base.Element):
    """An event that undoes what its scope instance remembers (rule 32)."""

    def _run_hook(self, my_task: Token) -> bool | None:
        memory.claim(my_task, self.node.event.activity)
        return None if self._undo_next(my_task) else True

    def _undo_next(self, token: Token) -> bool:
        """Let the next handler wait for its turn; False when there is none."""
        one = memory.latest(token)
        if one is None:
            return False
        handler = token.case.program.elements[one.handler]
        handler.arrive(token.place(handler))
        return True

    def handler_ended(self, token: Token) -> None:
        """Forget what is undone; go on with the next, or complete."""
        memory.forget_latest(token)
        if not self._undo_next(token):
            token.case.attempt(token, token.complete)

    def cancelled(self, token: Token) -> None:
        """Leave to others what has not been undone."""
        memory.release(token)


@registry.event(EventKind.CANCEL, NodeKind.END_EVENT)
class CancelEnd(Throw):
    """An end event that undoes and cancels its transaction (rule 33)."""

    def _run_hook(self, my_task: Token) -> bool | None:
        self._caught_by(my_task)
        case.empty(my_task.workflow, my_task)
        return super()._run_hook(my_task)

    def _on_complete_hook(self, my_task: Token) -> None:
        self.record(my_task)
        activity, boundary = self._caught_by(my_task)
        boundary.hear(activity)

    def _caught_by(self, token: Token) -> tuple[Token, Boundary]:
        """The transaction and its cancel boundary event.

        Raises:
            IncidentError: There is no such transaction.
        """
        host = token.workflow.host
        if host is not None and host.task_spec.node.transaction:
            activity = hearing.holder(host)
            for boundary in activity.task_spec.hearing:
                if boundary.kind is EventKind.CANCEL:
                    return activity, boundary
        raise IncidentError(stops.NO_CANCEL, element=self.node.id)


def connect(elements: dict[str, base.Element], inner: list[base.Element]) -> None:
    """Tell activities what undoes them, and whether to remember their visits."""
    undoing: dict[str, base.Element] = {}
    for element in elements.values():
        if element.undoes and element.node.triggered:
            undoing.setdefault(element.node.scope, element)
    for element in (*elements.values(), *inner):
        node = element.node
        nested = node.kind is NodeKind.SUB_PROCESS
        if nested:
            element.undo = undoing.get(node.body)
        for boundary in node.boundaries:
            if elements[boundary].node.event.kind is EventKind.COMPENSATION:
                element.undo = elements.get(elements[boundary].node.handler)
        element.remembers = not element.undoes and (nested or element.undo is not None)
