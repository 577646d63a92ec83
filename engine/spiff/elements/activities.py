"""Activities that do something at one place (BPMN 2.0.2, 13.3.3; rules 12 to 15)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine import expressions
from engine.domain import stops
from engine.domain.model import EventKind, NodeKind
from engine.domain.run import Choice, Json
from engine.errors import IncidentError, OutcomeRequiredError, ServiceFailedError
from engine.spiff import case
from engine.spiff.elements import base, events, registry
from engine.spiff.errors import BpmnError

if TYPE_CHECKING:
    from engine.spiff.token import Token


@registry.element(NodeKind.TASK, NodeKind.USER_TASK, NodeKind.MANUAL_TASK)
class Work(base.Element):
    """Work for a person: READY until `Complete` (rule 12)."""

    manual = True
    carries = True

    def _update_hook(self, my_task: Token) -> bool:
        self.number(my_task)
        my_task.open()
        self.arm_boundaries(my_task)
        return True

    def complete(self, token: Token, answers: Mapping[str, Json], outcome: str) -> None:
        """Finish the work with the person's answers.

        Raises:
            OutcomeRequiredError: The outcome is missing or not one of the task's.
        """
        outcomes = self.node.work.outcomes
        if outcomes and outcome not in outcomes:
            raise OutcomeRequiredError(element=self.node.id, outcome=outcome)
        case.write(token, answers)
        token.outcome = outcome
        token.case.attempt(token, token.run)


@registry.element(NodeKind.SERVICE_TASK)
class Service(base.Element):
    """A call of a registered function (rule 13)."""

    def _run_hook(self, my_task: Token) -> bool:
        given = my_task.case.decide(Choice.ANSWER, my_task, lambda: self._call(my_task))
        if isinstance(given, dict) and isinstance(given.get("error"), str):
            raise BpmnError(str(given["error"]))
        if not isinstance(given, dict) or "answer" not in given:
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        answer = given["answer"]
        my_task.case.changed()
        if self.node.result:
            case.write(my_task, {self.node.result: answer})
        elif isinstance(answer, dict):
            case.write(my_task, answer)
        return True

    def _call(self, token: Token) -> Json:
        seen = case.view(token)
        parameters = {
            name: expressions.compile(text).evaluate(seen)
            for name, text in self.node.parameters.items()
        }
        try:
            answer = token.case.context.services.call(self.node.service, parameters)
        except ServiceFailedError as error:
            if not error.error_code:
                raise
            return {"error": error.error_code}
        return {"answer": self._checked(answer)}

    def _checked(self, answer: Json) -> Json:
        """The answer as it will be read back; a refusal where it could not be."""
        try:
            stored: Json = json.loads(json.dumps(answer, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            message = f"The function {self.node.service} answered no JSON value."
            raise IncidentError(message, element=self.node.id) from error
        return stored


@registry.element(NodeKind.SEND_TASK)
class Send(events.Throwing):
    """A task that sends a message (rule 14)."""

    kind = EventKind.MESSAGE


@registry.element(NodeKind.RECEIVE_TASK)
class Receive(events.Waiting):
    """A task that waits for a message (rule 15)."""

    kind = EventKind.MESSAGE
