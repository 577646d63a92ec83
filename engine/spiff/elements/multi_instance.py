"""Multi-instance activities (BPMN 2.0.2, 13.3.7; rules 20 to 22).

One token holds the activity, STARTED; the instances hang on it, each on a second spec
of the same node that has no flows and reports its end here.
"""

from __future__ import annotations

import bisect
import operator
from typing import TYPE_CHECKING

from engine import expressions, limits
from engine.domain import stops
from engine.domain.model import MultiInstance, Node
from engine.domain.run import Choice, Json
from engine.errors import IncidentError
from engine.spiff import case
from engine.spiff.elements import base
from engine.spiff.token import Many

if TYPE_CHECKING:
    from engine.spiff.token import Token


class MultiInstanceHost(base.Element):
    """The activity as a whole."""

    def __init__(
        self, wf_spec: object, node: Node, many: MultiInstance, each: base.Element
    ) -> None:
        super().__init__(wf_spec, node)
        self.many = many
        #: What every instance runs.
        self.each = each
        each.owner = self
        each.gathers = bool(many.output_collection)
        self.carries = each.carries

    def _run_hook(self, my_task: Token) -> bool | None:
        """Decide how many, arm the boundary events, place the first or all."""
        first = my_task.occurrence
        my_task.outcome = ""
        count = my_task.case.decide(
            Choice.INSTANCES, my_task, lambda: self._count(my_task)
        )
        my_task.many = Many(self._checked(count), first)
        if not count:
            return True
        self.arm_boundaries(my_task)
        for _ in range(1 if self.many.sequential else my_task.many.total):
            self._place(my_task, my_task.many)
        return None

    def record(self, token: Token) -> None:
        """End what is left of instances and armed events; only instances are visits."""
        base.disarm(token)

    # How many, and of what.

    def _count(self, token: Token) -> Json:
        if self.many.cardinality:
            text = self.many.cardinality
            return self._checked(expressions.compile(text).evaluate(case.view(token)))
        items = case.view(token).get(self.many.collection)
        if not isinstance(items, list):
            raise IncidentError(stops.NOT_A_LIST, element=self.node.id)
        return self._checked(len(items))

    def _checked(self, count: Json) -> int:
        if type(count) is not int or not 0 <= count <= limits.MULTI_INSTANCE_ITEMS:
            raise IncidentError(stops.NOT_A_NUMBER, element=self.node.id)
        return count

    def _place(self, token: Token, many: Many) -> None:
        """Number an instance and let it wait for its turn (rule 20)."""
        instance = token.place(self.each)
        # The first instance has the number under which the count was decided.
        first = not many.placed
        instance.occurrence = many.last if first else token.case.visit(self)
        instance.turn = many.placed + 1
        instance.frame = {"loopCounter": instance.turn}
        if self.many.item:
            items = case.view(token).get(self.many.collection)
            listed = items if isinstance(items, list) else []
            rest = listed[many.placed : instance.turn]
            instance.frame[self.many.item] = rest[0] if rest else None
        many.placed += 1
        self.each.arrive(instance)

    # An instance ends.

    def instance_ended(self, instance: Token) -> None:
        """Gather the result, then end the activity or go on (rules 21, 22)."""
        host = instance.host
        if host is None or host.many is None or instance.frame is None:
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        many = host.many
        many.completed += 1
        many.last = instance.occurrence
        if self.many.output_collection:
            self._gather(host, many, instance)
        if many.completed < many.total:
            if not self._done(instance, many):
                if self.many.sequential:
                    self._place(host, many)
                return
        elif self._stands_elsewhere(host, instance):
            return
        instance.release()
        host.occurrence, host.outcome = many.last, instance.outcome
        host.case.attempt(host, host.complete)

    def _stands_elsewhere(self, host: Token, instance: Token) -> bool:
        """Whether another instance stands, an incident of its completion condition."""
        return any(
            one.task_spec is self.each and one is not instance
            for one in host.offspring()
        )

    def _gather(self, host: Token, many: Many, instance: Token) -> None:
        own = instance.frame or {}
        result = (instance.turn, own.get(self.many.output_item))
        bisect.insort(many.results, result, key=operator.itemgetter(0))
        values: list[Json] = [value for _, value in many.results]
        case.write(host, {self.many.output_collection: values})
        host.case.changed()

    def _done(self, instance: Token, many: Many) -> bool:
        text = self.many.completion
        if not text:
            return False

        def evaluate() -> Json:
            seen = {**case.view(instance), **_counters(many)}
            return expressions.truth(
                expressions.compile(text).evaluate(seen), text=text
            )

        return instance.case.decide(Choice.DONE, instance, evaluate) is True


def _counters(many: Many) -> dict[str, Json]:
    """The counters that a completion condition sees (BPMN 2.0.2, table 10.31)."""
    active = many.placed - many.completed
    return {
        "numberOfInstances": many.total,
        "numberOfActiveInstances": active,
        "numberOfCompletedInstances": many.completed,
        "numberOfTerminatedInstances": 0,
        "nrOfInstances": many.total,
        "nrOfActiveInstances": active,
        "nrOfCompletedInstances": many.completed,
        "nrOfTerminatedInstances": 0,
    }
