"""Standard loops (BPMN 2.0.2, 13.3.6; rule 28).

As with instances, one token holds the activity, STARTED, and the iteration that runs
hangs on it, on a second spec of the same node.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine import expressions, limits
from engine.domain import stops
from engine.domain.model import Loop, Node
from engine.domain.run import Choice, Json
from engine.errors import IncidentError
from engine.spiff import case
from engine.spiff.elements import base
from engine.spiff.token import Many

if TYPE_CHECKING:
    from engine.spiff.token import Token


class LoopHost(base.Element):
    """The activity as a whole."""

    def __init__(
        self, wf_spec: object, node: Node, loop: Loop, each: base.Element
    ) -> None:
        super().__init__(wf_spec, node)
        self.loop = loop
        #: What every iteration runs.
        self.each = each
        each.owner = self
        self.carries = each.carries

    def _run_hook(self, my_task: Token) -> bool | None:
        """Begin the first iteration, unless its condition says no."""
        first = my_task.occurrence
        my_task.outcome = ""
        many = my_task.many = Many(0, first)
        if self.loop.test_before and not self._again(my_task, my_task, 1):
            return True
        self.arm_boundaries(my_task)
        self._begin(self._placed(my_task, first), many)
        return None

    def record(self, token: Token) -> None:
        """End what is left of armed events; only iterations are visits."""
        base.disarm(token)

    def _placed(self, token: Token, occurrence: int) -> Token:
        """The token of an iteration that may begin."""
        iteration = token.place(self.each)
        iteration.occurrence = occurrence
        return iteration

    def _begin(self, iteration: Token, many: Many) -> None:
        """Let an iteration wait for its turn."""
        many.placed += 1
        iteration.turn = many.placed
        iteration.frame = {"loopCounter": iteration.turn}
        self.each.arrive(iteration)

    def _held(self, iteration: Token) -> tuple[Token, Many]:
        """The activity that an iteration belongs to, and how far it has come."""
        host = iteration.host
        if host is None or host.many is None:
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        return host, host.many

    def instance_ended(self, iteration: Token) -> None:
        """Begin the next iteration or end the activity."""
        host, many = self._held(iteration)
        many.completed, many.last = many.placed, iteration.occurrence
        maximum = self.loop.maximum
        if maximum and many.completed >= maximum:
            self._end(iteration)
            return
        # Whatever fails now stands at the iteration that would begin.
        following = self._placed(host, host.case.visit(self))
        host.case.attempt(following, partial(self._go_on, iteration, following))

    def _go_on(self, iteration: Token, following: Token) -> None:
        """Begin the following iteration, or forget it and end the activity.

        Raises:
            IncidentError: There have been as many as there may be.
        """
        host, many = self._held(iteration)
        counter = many.placed + 1 if self.loop.test_before else many.placed
        if not self._again(host, following, counter):
            following.forget()
            self._end(iteration)
        elif many.placed >= limits.CYCLE_REPETITIONS:
            raise IncidentError(stops.TOO_MANY_ITERATIONS, element=self.node.id)
        else:
            self._begin(following, many)

    def _end(self, iteration: Token) -> None:
        """Complete the activity after its last iteration."""
        host, many = self._held(iteration)
        iteration.release()
        host.occurrence, host.outcome = many.last, iteration.outcome
        host.case.attempt(host, host.complete)

    def _again(self, host: Token, asked: Token, counter: int) -> bool:
        """Ask the condition, for the iteration whose number `asked` has."""
        text = self.loop.condition
        if not text:
            return True

        def evaluate() -> Json:
            seen = {**case.view(host), "loopCounter": counter}
            return expressions.truth(
                expressions.compile(text).evaluate(seen), text=text
            )

        return host.case.decide(Choice.LOOP, asked, evaluate) is True
