"""Complex gateways (BPMN 2.0.2, 13.4.5; rule 35).

A scope instance keeps which flows gave a token at the last firing of a gateway that
waits for reset; for one that waits for start it keeps nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Final

from engine import expressions
from engine.domain.model import Node, NodeKind
from engine.domain.run import Choice, Json
from engine.spiff import case
from engine.spiff.elements import base, gateways, joins, registry
from engine.spiff.token import WAITING

if TYPE_CHECKING:
    from engine.spiff.case import Scope
    from engine.spiff.token import Token


_NONE: Final[frozenset[str]] = frozenset()


class Complex(joins.Synchronising):
    """A gateway whose condition says how many tokens are enough."""

    def __init__(self, wf_spec: object, node: Node, name: str = "") -> None:
        super().__init__(wf_spec, node, name)
        self._flows = frozenset(node.incoming) or frozenset({""})

    def _update_hook(self, my_task: Token) -> bool:
        my_task.move(WAITING)
        if self not in my_task.workflow.gave:
            self._ask(my_task)
        return False

    def _ask(self, token: Token) -> None:
        """Ask for a token whether there are enough; again when that led to a reset."""
        scope, asked = token.workflow, token
        while True:
            asked.case.attempt(asked, partial(self._ask_once, asked))
            if not scope.gave.get(self, _NONE) >= self._flows:
                return
            self._reset(scope)
            left = joins.held(scope, self).values()
            if not left:
                return
            asked = min(left, key=joins.number)

    def _ask_once(self, token: Token) -> None:
        self.number(token)
        enough, occurrence = self._activated(token), token.occurrence
        token.occurrence = 0
        if enough:
            self._activate(token.workflow, occurrence)

    def _activated(self, token: Token) -> bool:
        text = self.node.activation

        def evaluate() -> Json:
            tokens = token.workflow.tasks.values()
            waits = [one.state == WAITING for one in tokens if one.task_spec is self]
            seen: Mapping[str, Json] = {
                **case.view(token),
                "activationCount": sum(waits),
            }
            return expressions.truth(
                expressions.compile(text).evaluate(seen), text=text
            )

        return not text or token.case.decide(Choice.ACTIVATES, token, evaluate) is True

    def _activate(self, scope: Scope, occurrence: int) -> None:
        """Merge the oldest token of each flow and leave."""
        oldest = joins.held(scope, self)
        scope.gave[self] = frozenset(oldest)
        survivor = joins.merge(oldest.values())
        survivor.occurrence = occurrence
        survivor.case.attempt(survivor, survivor.proceed)

    def enabled(self, scope: Scope) -> bool:
        """Whether no flow that gave nothing can still get a token."""
        filled = scope.gave[self].union(joins.held(scope, self))
        empty = [flow for flow in self.node.incoming if flow not in filled]
        return not self.may_come(scope, empty, filled)

    def fire(self, scope: Scope) -> bool:
        """Wait for start again, and ask for what is left."""
        late = self._reset(scope)
        left = joins.held(scope, self).values()
        if left:
            self._ask(min(left, key=joins.number))
        elif late:
            case.settle(scope)
        return True

    def _reset(self, scope: Scope) -> bool:
        """Wait for start again; what came late ends. True when something did."""
        gave = scope.gave.pop(self)
        held = joins.held(scope, self)
        late = [token for flow, token in held.items() if flow not in gave]
        for token in late:
            token.forget()
        return bool(late)


@registry.choice(NodeKind.COMPLEX_GATEWAY)
def complex_gateway(node: Node) -> type[base.Element]:
    """The class of a complex gateway; one that nothing activates only splits."""
    waits = node.activation or len(node.incoming) > 1
    return Complex if waits else gateways.Inclusive
