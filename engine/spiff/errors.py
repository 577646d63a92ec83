"""BPMN errors: how one is thrown and who catches it (BPMN 2.0.2, 13.5.1; rule 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain import stops
from engine.domain.model import EventKind
from engine.errors import EngineError
from engine.spiff import hearing

if TYPE_CHECKING:
    from engine.spiff.token import Token


class BpmnError(EngineError):
    """An error of the process looks for a boundary event that catches it."""

    code = "bpmn-error"

    def __init__(self, error_code: str) -> None:
        super().__init__(error_code=error_code)
        self.error_code = error_code


def throw(token: Token, code: str) -> None:
    """Let the innermost catcher of an error begin, or leave an incident."""
    hear = hearing.catcher(token, EventKind.ERROR, code)
    if hear is None:
        token.case.stop(token, stops.uncaught(code))
        return
    token.task_spec.caught(token)
    hear()
