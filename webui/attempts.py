"""Trying a command where the page shows its refusal itself, beside what was typed.

Everywhere else a refusal becomes the page of `webui.errors`. What a person may not
know of is never shown here: NotFoundError goes on.
"""

from typing import Final

from engine import errors
from engine.commands.transaction import Result
from webui import context

#: Refusals after which the form is shown again, with everything typed.
_SHOWN: Final = (
    errors.AlreadyTakenError,
    errors.AnswersInvalidError,
    errors.ExistsError,
    errors.IdempotencyError,
    errors.ModelInvalidError,
    errors.NotAllowedError,
    errors.NotReadyError,
    errors.OutcomeRequiredError,
    errors.StaleError,
    errors.TooLargeError,
)


def attempt(command: object, key: str | None = None) -> Result | errors.EngineError:
    """Execute a command for whoever is signed in; give its result or the refusal."""
    try:
        return context.application().engine.execute(
            command, context.current_actor(), key=key or None
        )
    except _SHOWN as refusal:
        return refusal
