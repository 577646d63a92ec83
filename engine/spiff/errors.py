"""BPMN errors: how one is thrown and who catches it (BPMN 2.0.2, 13.5.1; rule 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import stops
from engine.errors import EngineError
from engine.spiff.token import READY

if TYPE_CHECKING:
    from engine.spiff.elements.base import Element
    from engine.spiff.token import Token


class BpmnError(EngineError):
    """An error of the process looks for a boundary event that catches it."""

    code = "bpmn-error"

    def __init__(self, error_code: str) -> None:
        super().__init__(error_code=error_code)
        self.error_code = error_code


def throw(token: Token, code: str) -> None:
    """Let the innermost boundary event catch an error, or leave an incident."""
    found = _catcher(token, code)
    if found is None:
        token.case.stop(token, stops.uncaught(code))
        return
    activity, boundary = found
    token.task_spec.caught(token)
    catching = activity.workflow.task_tree.place(boundary)
    catching.occurrence = token.case.visit(boundary)
    catching.move(READY)
    activity.cancel()
    token.case.attempt(catching, catching.run)


def _catcher(token: Token, code: str) -> tuple[Token, Element] | None:
    one: Token | None = token
    while one is not None:
        activity = one.host or one
        for wanted in (code, "") if code else ("",):
            for boundary in activity.task_spec.error_boundaries:
                if boundary.node.event.name == wanted:
                    return activity, boundary
        one = activity.workflow.host
    return None
