"""Events of several definitions (BPMN 2.0.2, 10.5.7; rule 34).

A part is an element of its own. One that has happened and waits for its siblings stays
where it hung, COMPLETED, so that nothing else need be remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.model import EventKind, Node, NodeKind
from engine.spiff.elements import base, events, registry
from engine.spiff.token import COMPLETED, READY, cancel_all

if TYPE_CHECKING:
    from engine.spiff.token import Token


@registry.event(EventKind.MULTIPLE, NodeKind.CATCH_EVENT)
@registry.event(EventKind.MULTIPLE, NodeKind.BOUNDARY_EVENT)
@registry.event(EventKind.MULTIPLE, NodeKind.START_EVENT)
@registry.event(EventKind.PARALLEL_MULTIPLE, NodeKind.CATCH_EVENT)
@registry.event(EventKind.PARALLEL_MULTIPLE, NodeKind.BOUNDARY_EVENT)
@registry.event(EventKind.PARALLEL_MULTIPLE, NodeKind.START_EVENT)
class Whole(base.Element):
    """An event that any of its parts, or all of them, bring about."""

    def __init__(self, wf_spec: object, node: Node, name: str = "") -> None:
        super().__init__(wf_spec, node, name)
        self.parts: tuple[events.Waiting, ...] = ()
        #: Whether all parts must happen.
        self.needs_all = node.event.kind is EventKind.PARALLEL_MULTIPLE

    def _run_hook(self, my_task: Token) -> None:
        """Arm the parts; the token stays STARTED until enough of them happened."""
        self.arm(my_task)

    def arm(self, host: Token, flow: str = "") -> None:
        """Open the waits of the parts."""
        for part in self.parts:
            part.arm(host, flow)

    def arm_again(self, host: Token, last: Token) -> None:
        """Let all parts wait for the next time, if there is to be one for each."""
        spent = [one for one in self._hanging(host, last) if one.state == COMPLETED]
        had = {one.task_spec: one for one in (*spent, last)}
        for one in spent:
            one.forget()
        if any(part.fires_once() for part in self.parts):
            return
        armed: list[Token] = []
        for part in self.parts:
            again = part.arm_again(host, had[part])
            if again is None:
                cancel_all(tuple(armed))
                return
            armed.append(again)

    def lacks(self, token: Token) -> bool:
        """Whether siblings of a part that happens must still happen."""
        host = token.host or token.workflow.task_tree
        return self.needs_all and any(
            one.state != COMPLETED for one in self._hanging(host, token)
        )

    def _hanging(self, host: Token, part: Token) -> list[Token]:
        """The siblings of a part that hang with it."""
        return [
            one
            for one in host.offspring()
            if one.task_spec.whole is self and one is not part
        ]

    def happened(self, token: Token, event: Token) -> None:
        """Let a part happen that its own event has armed."""

    def follow(self, token: Token) -> None:
        """Begin with the token of a part, complete and leave."""
        token.task_spec = self
        self.number(token)
        self.record(token)
        self.leave(token)

    def take_over(self, host: Token) -> None:
        """Go on with the token that held the parts: its own or a gateway's."""
        if host.task_spec is not self:
            host.task_spec = self
            self.number(host)
        host.case.attempt(host, host.complete)


@registry.event(EventKind.MULTIPLE, NodeKind.THROW_EVENT, NodeKind.END_EVENT)
class Throw(base.Element):
    """An event that throws its parts, one after the other."""

    parts: tuple[base.Element, ...] = ()

    def _run_hook(self, my_task: Token) -> bool | None:
        for part in self.parts:
            thrown = my_task.place(part)
            part.number(thrown)
            thrown.move(READY)
            thrown.case.attempt(thrown, thrown.run)
            if thrown.alive or not my_task.alive:
                return None  # The part is an incident, or its signal ended the whole.
        return True


def connect(elements: dict[str, base.Element]) -> None:
    """Tell wholes their parts, and the other way round."""
    for whole in elements.values():
        parts = tuple(elements[one] for one in whole.node.parts)
        if isinstance(whole, Throw):
            whole.parts = parts
        elif isinstance(whole, Whole):
            whole.parts = tuple(one for one in parts if isinstance(one, events.Waiting))
            for part in whole.parts:
                part.whole = whole


def armed(elements: dict[str, base.Element], node: str) -> tuple[base.Element, ...]:
    """What is armed for a node: itself or its parts."""
    return tuple(elements[one] for one in elements[node].node.parts or (node,))
