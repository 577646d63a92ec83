"""Conditional events: looked at when the data changed (BPMN 2.0.2, 10.5.5; rule 29).

A non-interrupting one *rests* after it fired, STARTED, until its condition is false.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine import expressions
from engine.domain.model import EventKind, NodeKind
from engine.domain.run import Choice, Decision, Json
from engine.errors import EngineError
from engine.spiff import case as cases
from engine.spiff.elements import boundaries, event_sub_processes, events, registry
from engine.spiff.token import STARTED, WAITING

if TYPE_CHECKING:
    from engine.spiff.case import Case
    from engine.spiff.token import Token


@registry.event(EventKind.CONDITIONAL, NodeKind.CATCH_EVENT)
class Catch(events.Waiting):
    """An event that waits for a condition."""

    def look(self, token: Token) -> bool:
        """Look at the condition once; True when that led to something."""
        token.seen = token.case.version
        token.looks = number = token.looks + 1
        wanted = token.state != STARTED

        def evaluate() -> Json:
            return number if self._holds(token) is wanted else -number

        case, element = token.case, self.node.id
        decide = case.context.decider.decide
        answer = decide(Choice.HOLDS, element, token.occurrence, evaluate)
        if type(answer) is not int or answer != number:
            return False
        made = Decision(Choice.HOLDS, element, token.occurrence, number)
        case.effects.decisions.append(made)
        if wanted:
            self.catch(token, {})
        else:
            self._end_rest(token)
        return True

    def _holds(self, token: Token) -> bool:
        """Whether the condition is true; it is not when it fails."""
        text = self.node.event.condition
        try:
            return expressions.compile(text).evaluate(cases.view(token)) is True
        except EngineError:
            return False

    def arm_again(self, host: Token, token: Token) -> Token | None:
        """Rest: the condition must become false before it can fire again."""
        rest = host.place(self)
        rest.occurrence = token.case.visit(self)
        rest.move(STARTED)
        return rest

    def _end_rest(self, rest: Token) -> None:
        host = rest.host or rest.workflow.task_tree
        rest.forget()
        self.arm(host)


@registry.event(EventKind.CONDITIONAL, NodeKind.BOUNDARY_EVENT)
class Boundary(Catch, boundaries.Boundary):
    """A condition that concerns an activity while it runs."""


@registry.event(EventKind.CONDITIONAL, NodeKind.START_EVENT)
class Start(Catch, event_sub_processes.Start):
    """A condition that begins an event sub-process."""


def due(case: Case) -> tuple[Token, Catch] | None:
    """The next condition to look at: new, or the data changed since its last look."""
    if not case.program.has_conditions:
        return None
    for token in case.tokens.values():
        spec = token.task_spec
        if token.seen != case.version and isinstance(spec, Catch) and _looked_at(token):
            return token, spec
    return None


def _looked_at(token: Token) -> bool:
    return token.state == STARTED or (token.is_open and token.state == WAITING)
