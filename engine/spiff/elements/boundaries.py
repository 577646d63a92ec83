"""Boundary events (BPMN 2.0.2, 13.5.3; rules 17, 18, 27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.model import EventKind, NodeKind
from engine.spiff import case
from engine.spiff.elements import events, registry
from engine.spiff.token import READY

if TYPE_CHECKING:
    from engine.spiff.token import Token


@registry.element(NodeKind.BOUNDARY_EVENT)
class Boundary(events.Waiting):
    """An event at an activity; its wait hangs on the activity's token."""

    def hear(self, activity: Token) -> None:
        """Begin, complete and leave, for an event that is never waited for."""
        token = activity.workflow.task_tree.place(self)
        token.occurrence = token.case.visit(self)
        token.move(READY)
        if self.node.interrupting or self.kind is not EventKind.ESCALATION:
            self._end(activity, token)
        token.case.attempt(token, token.run)

    def _on_complete_hook(self, my_task: Token) -> None:
        """Complete, write, then end the activity or wait again; then leave."""
        activity = my_task.host
        self.record(my_task)
        my_task.release()
        case.write(my_task, my_task.payload)
        if activity is not None:  # What was heard has dealt with it already.
            if self.node.interrupting:
                self._end(activity, my_task)
            else:
                self.wait_again(activity, my_task)
        self.leave(my_task)
        throw = my_task.resumes
        if throw is not None:
            throw.task_spec.handler_ended(throw)

    def _end(self, activity: Token, token: Token) -> None:
        """Cancel the activity; a handler that undoes has ended so, too (rule 32)."""
        if activity.task_spec.node.for_compensation:
            token.resumes = activity.host
        activity.cancel()
