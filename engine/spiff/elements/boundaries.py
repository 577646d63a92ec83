"""Boundary events (BPMN 2.0.2, 13.5.3; rule 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.model import EventKind, NodeKind, TimerKind
from engine.spiff import case
from engine.spiff.elements import events, registry

if TYPE_CHECKING:
    from engine.spiff.token import Token


@registry.element(NodeKind.BOUNDARY_EVENT)
class Boundary(events.Waiting):
    """An event at an activity; its wait hangs on the activity's token."""

    def _on_complete_hook(self, my_task: Token) -> None:
        """Complete, write, then end the activity or wait again; then leave."""
        activity = my_task.host
        self.record(my_task)
        my_task.release()
        case.write(my_task, my_task.payload)
        if activity is not None:  # An error boundary's activity has been ended already.
            if self.node.interrupting:
                activity.cancel()
            else:
                self._arm_again(activity, my_task)
        self.leave(my_task)

    def _arm_again(self, activity: Token, token: Token) -> None:
        """Wait for the next time, if there is to be one (rule 15)."""
        timer = self.node.event.timer
        if self.kind is not EventKind.TIMER:
            self.arm(activity)
        elif timer is not None and timer.kind is TimerKind.CYCLE:
            self.arm(activity, fired=token.fired + 1, due=token.due)
