"""What every element does: take a token in, record its visit, send tokens on.

SpiffWorkflow drives it: `Task.run` calls `_run_hook`, then `Task.complete` calls
`_on_complete_hook`. Of its own behaviour three parts are switched off: prediction (a
token's children are the flows taken and nothing else), inheritance of data, and the
update of children on completion, which would move tokens out of turn (rule 3).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

from SpiffWorkflow.bpmn.specs.mixins import bpmn_spec_mixin

from engine import expressions
from engine.domain import stops
from engine.domain.model import EventKind, Flow, Node
from engine.domain.run import Choice, End, Json
from engine.errors import IncidentError
from engine.spiff import case, memory
from engine.spiff.token import cancel_all

if TYPE_CHECKING:
    from engine.spiff.elements.ad_hoc import AdHoc
    from engine.spiff.elements.boundaries import Boundary
    from engine.spiff.elements.loops import LoopHost
    from engine.spiff.elements.multi_instance import MultiInstanceHost
    from engine.spiff.elements.multiple import Whole
    from engine.spiff.token import Token


#: Events that are waited for.
ARMED: Final = frozenset(
    {EventKind.TIMER, EventKind.MESSAGE, EventKind.SIGNAL, EventKind.CONDITIONAL}
)
#: Events that find whoever catches them when they are thrown.
HEARD: Final = frozenset({EventKind.ERROR, EventKind.ESCALATION, EventKind.CANCEL})


@dataclass(frozen=True, slots=True)
class Exit:
    """A flow that leaves an element, with where it leads."""

    flow: Flow
    target: Element
    is_default: bool

    def holds(self, token: Token) -> bool:
        """Whether the flow has no condition or a true one."""
        condition = self.flow.condition
        return not condition or expressions.truth(
            expressions.compile(condition).evaluate(case.view(token)), text=condition
        )


class Element(bpmn_spec_mixin.BpmnSpecMixin):  # type: ignore[misc]
    """A flow node; the loader connects it before the first token comes."""

    #: True for work of a person.
    manual: bool = False
    #: True when the outcome that a person chose goes on with the token.
    carries: bool = False
    #: `timer`, `message`, `signal` or `conditional` for what waits, else empty.
    waits: str = ""
    #: Start events of event sub-processes: the scope in whose instances they wait.
    guards: str = ""
    #: The multiple event of which this is a part (rule 34).
    whole: Whole | None = None

    def __init__(self, wf_spec: object, node: Node, name: str = "") -> None:
        super().__init__(wf_spec, name or node.id, bpmn_name=node.name or None)
        self.manual = type(self).manual
        self.node = node
        #: Place in document order (rule 4).
        self.place = 0
        #: Under what the visits are counted: the index of the node's own element.
        self.counter = 0
        #: Place among all elements of the program, by which tokens are stored.
        self.index = 0
        self.flows_out: tuple[Exit, ...] = ()
        self.exits: dict[str, Exit] = {}
        #: Whether leaving is a choice (rule 6).
        self.chooses = False
        self.boundaries: tuple[Boundary, ...] = ()
        #: Boundary events that are not armed: errors, escalations, cancellation.
        self.hearing: tuple[Boundary, ...] = ()
        #: The activity of which this is one instance or iteration.
        self.owner: MultiInstanceHost | LoopHost | None = None
        #: The ad-hoc sub-process that may end when a visit completes (rule 36).
        self.within: AdHoc | None = None
        #: Whether it runs for a throw event only, to undo something (rule 32).
        self.undoes = node.for_compensation
        #: What undoes a completed visit; None: nothing does.
        self.undo: Element | None = None
        #: Whether completed visits are remembered (rule 32).
        self.remembers = False
        #: True when instances keep what is written inside them (rule 21).
        self.gathers = False

    def link(self, exits: tuple[Exit, ...], boundaries: tuple[Boundary, ...]) -> None:
        """Connect the element with what follows it and with its boundary events."""
        self.flows_out = exits
        self.exits = {one.flow.id: one for one in exits}
        self.chooses = any(one.flow.condition or one.is_default for one in exits)
        for one in exits:
            self.connect(one.target)
        self.boundaries = tuple(
            one for one in boundaries if one.node.event.kind in ARMED
        )
        self.hearing = tuple(one for one in boundaries if one.node.event.kind in HEARD)

    # A token comes in.

    def arrive(self, token: Token) -> None:
        """Queue a token that has just been put here."""
        token.case.arrived(token)

    def _predict(self, *_: object, **__: object) -> None:
        """Predict nothing: what has not happened has no token."""

    def _update_hook(self, my_task: Token) -> bool:
        """Begin the visit; True when it need not wait."""
        self.number(my_task)
        return True

    def number(self, token: Token) -> None:
        """Number the visit; an instance has its number since it was placed."""
        if self.owner is None:
            token.occurrence = token.case.visit(self)

    def _on_ready(self, my_task: Token) -> None:
        """Do nothing: there are no assignments to make."""

    def arm_boundaries(self, token: Token) -> None:
        """Arm the boundary events of an activity that begins to wait (rule 17)."""
        for boundary in self.boundaries:
            boundary.arm(token)

    # The visit ends.

    def _run_hook(self, my_task: Token) -> bool | None:
        """Do what the element does; None: it goes on until something ends it."""
        return True

    def _on_complete(self, my_task: Token) -> None:
        self._on_complete_hook(my_task)
        my_task.workflow._task_completed_notify(my_task)  # noqa: SLF001 - as the base

    def _on_complete_hook(self, my_task: Token) -> None:
        """Record that the visit is complete and send the token on."""
        self.record(my_task)
        self.leave(my_task)

    def record(self, token: Token) -> None:
        """Record that the visit is complete; what was armed for it ends (rule 17)."""
        token.case.effects.completed.append(self.node.id)
        token.close(End.COMPLETED)
        if self.boundaries:
            disarm(token)
        if self.remembers:
            memory.remember(token)

    def leave(self, token: Token) -> None:
        """Send the token on; an instance reports to its activity instead."""
        if self.owner is not None:
            self.owner.instance_ended(token)
        elif self.within is None or not self.within.ends_with(token):
            self.send(token, self.choose(token))
            if self.undoes:
                throw = token.host
                if throw is not None:
                    throw.task_spec.handler_ended(throw)

    def cancelled(self, token: Token) -> None:
        """Note that a token is being cancelled."""

    def _on_error_hook(self, my_task: Token) -> None:
        """Leave errors to the case, which makes them incidents."""

    def caught(self, token: Token) -> None:
        """Note that a boundary event catches the error that was thrown here."""

    # Tokens go out.

    def choose(self, token: Token) -> Sequence[Exit]:
        """Decide which flows take a token (rule 6)."""
        if not self.chooses:
            return self.flows_out
        return self.decide_flows(token)

    def decide_flows(self, token: Token) -> Sequence[Exit]:
        """Ask the decider which flows take a token.

        Raises:
            IncidentError: The record names a flow that does not leave this element.
        """
        ids = token.case.decide(Choice.FLOWS, token, lambda: self.fitting(token))
        if not isinstance(ids, list) or not ids:
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        try:
            return [self.exits[cast("str", one)] for one in ids]
        except (KeyError, TypeError) as error:
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id) from error

    def fitting(self, token: Token) -> Json:
        """Evaluate which flows take a token (rule 6).

        Raises:
            IncidentError: None does.
        """
        ids: list[Json] = []
        conditional = False
        for flow, one in self.exits.items():
            if not one.is_default and one.holds(token):
                ids.append(flow)
                conditional = conditional or bool(one.flow.condition)
        if not conditional and self.node.default in self.exits:
            ids.append(self.node.default)
        return self.at_least_one(ids)

    def at_least_one(self, ids: list[Json]) -> list[Json]:
        """Give the ids back.

        Raises:
            IncidentError: There are none.
        """
        if not ids:
            raise IncidentError(stops.NO_FLOW, element=self.node.id)
        return ids

    def send(self, token: Token, exits: Sequence[Exit]) -> None:
        """Send one token along each flow."""
        taken = token.case.effects.taken
        for one in exits:
            flow = one.flow.id
            taken.append(flow)
            child = token.place(one.target)
            child.flow = flow
            if token.outcome and self.carries:
                child.outcome = token.outcome  # To the next node, no further (rule 12).
            one.target.arrive(child)


def disarm(host: Token) -> None:
    """End everything that hangs on a token, cancelled."""
    offspring = host.offspring()
    if offspring:
        cancel_all(offspring)
