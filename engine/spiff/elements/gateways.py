"""Gateways that do not wait for other tokens (BPMN 2.0.2, 13.4; rules 7, 8, 11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import stops
from engine.domain.model import NodeKind
from engine.domain.run import Json
from engine.errors import IncidentError
from engine.spiff.elements import base, events, multiple, registry

if TYPE_CHECKING:
    from engine.spiff.elements.boundaries import Boundary
    from engine.spiff.token import Token


class Choosing(base.Element):
    """A gateway that chooses before it completes, so that it can fail to."""

    def link(
        self, exits: tuple[base.Exit, ...], boundaries: tuple[Boundary, ...]
    ) -> None:
        """Connect; one flow without condition is no choice."""
        super().link(exits, boundaries)
        self.chooses = len(exits) > 1 or any(one.flow.condition for one in exits)

    def _run_hook(self, my_task: Token) -> bool:
        my_task.chosen = self.choose(my_task)
        return True

    def leave(self, token: Token) -> None:
        """Send tokens along the flows that were chosen."""
        self.send(token, token.chosen)


@registry.element(NodeKind.EXCLUSIVE_GATEWAY)
class Exclusive(Choosing):
    """One flow of several; merges without waiting (rule 7)."""

    def fitting(self, token: Token) -> Json:
        """Evaluate which flow takes the token.

        Raises:
            IncidentError: None does.
        """
        default: list[Json] = [self.node.default] if self.node.default else []
        if self.node.by_outcome:
            named = token.outcome in self.exits
            return self.at_least_one([token.outcome] if named else default)
        for flow, one in self.exits.items():
            if not one.is_default and one.holds(token):
                return [flow]
        return self.at_least_one(default)


class Inclusive(Choosing):
    """Every flow whose condition is true (rule 8)."""

    def fitting(self, token: Token) -> Json:
        """Evaluate which flows take a token.

        Raises:
            IncidentError: None does.
        """
        ids: list[Json] = [
            flow
            for flow, one in self.exits.items()
            if not one.is_default and one.holds(token)
        ]
        default: list[Json] = [self.node.default] if self.node.default else []
        return self.at_least_one(ids or default)


class Parallel(base.Element):
    """Every flow, whatever its condition (rule 6)."""

    def link(
        self, exits: tuple[base.Exit, ...], boundaries: tuple[Boundary, ...]
    ) -> None:
        """Connect; a parallel gateway never chooses."""
        super().link(exits, boundaries)
        self.chooses = False


@registry.element(NodeKind.EVENT_BASED_GATEWAY)
class EventBased(base.Element):
    """The first event that happens decides (rule 11)."""

    def _run_hook(self, my_task: Token) -> None:
        """Arm what follows; the token stays STARTED until one of them happens.

        Raises:
            IncidentError: A flow leads to what cannot be armed.
        """
        targets = [(one.flow.id, one.target) for one in self.exits.values()]
        for _, target in targets:
            if not isinstance(target, events.Waiting | multiple.Whole):
                raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        for flow, target in targets:
            target.arm(my_task, flow)

    def happened(self, token: Token, event: Token) -> None:
        """Complete, because an event happened, and take the flow to it."""
        token.case.effects.completed.append(self.node.id)
        token.case.effects.taken.append(event.flow)
