"""Activities that do something at one place (BPMN 2.0.2, 13.3.3; rules 12 to 15)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine.domain import deciding, stops
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
        self.finish(token)

    def finish(self, token: Token) -> None:
        """Go on, now that the person has done the work."""
        token.case.attempt(token, token.run)


class Asking(base.Element):
    """A task that asks for an answer and writes it (rules 13 and 37)."""

    def _run_hook(self, my_task: Token) -> bool:
        given = my_task.case.decide(Choice.ANSWER, my_task, lambda: self.ask(my_task))
        if deciding.is_erased(given):
            my_task.case.changed()
            return True
        answer = self.answer_of(given)
        my_task.case.changed()
        if self.node.result:
            case.write(my_task, {self.node.result: answer})
        elif isinstance(answer, dict):
            case.write(my_task, answer)
        return True

    def ask(self, token: Token) -> Json:
        """Ask; gives what is recorded."""
        raise NotImplementedError

    def answer_of(self, given: Json) -> Json:
        """The answer in what was recorded.

        Raises:
            IncidentError: There is none.
        """
        if not isinstance(given, dict) or "answer" not in given:
            raise IncidentError(stops.NOT_IN_MODEL, element=self.node.id)
        return given["answer"]

    def checked(self, answer: Json, asked: str) -> Json:
        """The answer as it will be read back.

        Raises:
            IncidentError: It could not be read back.
        """
        try:
            stored: Json = json.loads(json.dumps(answer, allow_nan=False))
        except (TypeError, ValueError, RecursionError) as error:
            message = f"The {asked} answered no JSON value."
            raise IncidentError(message, element=self.node.id) from error
        return stored


@registry.element(NodeKind.SERVICE_TASK)
class Service(Asking):
    """A call of a registered function (rule 13)."""

    def ask(self, token: Token) -> Json:
        """Call the function."""
        name = self.node.service
        parameters = events.evaluated(token, self.node.parameters)
        try:
            answer = token.case.context.services.call(name, parameters)
        except ServiceFailedError as error:
            if not error.error_code:
                raise
            return {"error": error.error_code}
        return {"answer": self.checked(answer, f"function {name}")}

    def answer_of(self, given: Json) -> Json:
        """The answer.

        Raises:
            BpmnError: It is an error of the process.
        """
        if isinstance(given, dict) and isinstance(given.get("error"), str):
            raise BpmnError(str(given["error"]))
        return super().answer_of(given)


@registry.element(NodeKind.BUSINESS_RULE_TASK)
class BusinessRule(Asking):
    """A decision that tables make (rule 37)."""

    def ask(self, token: Token) -> Json:
        """Ask the decision."""
        name = self.node.decision
        given: Mapping[str, Json] = case.view(token)
        if self.node.parameters:
            given = events.evaluated(token, self.node.parameters)
        made = token.case.context.decisions.decide(name, given)
        answer = self.checked(made.answer, f"decision {name}")
        return {"answer": answer, "rules": list(made.rules)}


@registry.element(NodeKind.SEND_TASK)
class Send(events.Throwing):
    """A task that sends a message (rule 14)."""

    kind = EventKind.MESSAGE


@registry.element(NodeKind.RECEIVE_TASK)
class Receive(events.Waiting):
    """A task that waits for a message (rule 15)."""

    kind = EventKind.MESSAGE
