"""Escalation: told outward, with or without an end (BPMN 2.0.2, 13.5.1; rule 27)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.model import EventKind, NodeKind
from engine.spiff import hearing
from engine.spiff.elements import base, registry

if TYPE_CHECKING:
    from engine.spiff.token import Token


@registry.event(EventKind.ESCALATION, NodeKind.THROW_EVENT, NodeKind.END_EVENT)
class Throw(base.Element):
    """An event that escalates, and goes on unless the catcher interrupts it."""

    def _on_complete_hook(self, my_task: Token) -> None:
        self.record(my_task)
        hear = hearing.catcher(my_task, EventKind.ESCALATION, self.node.event.name)
        if hear is not None:
            hear()
        if my_task.alive:
            self.leave(my_task)
