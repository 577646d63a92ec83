"""Why a token stops: the texts of incidents that no refused expression explains.

Both interpreters use them, so that they draw the same picture. Rule numbers are those
of `docs/manual/semantics.md`.
"""

from typing import Final

from engine import limits

#: Rules 6 to 8: nothing to leave by.
NO_FLOW: Final = "No condition is true and there is no default flow."
#: Rule 24: a deadlock.
DEADLOCK: Final = "waits for a token that can no longer come"
#: Rule 20.
NOT_A_LIST: Final = "The collection of the items is not a list."
NOT_A_NUMBER: Final = (
    f"The number of instances is not a whole number from 0 to "
    f"{limits.MULTI_INSTANCE_ITEMS}."
)
#: Rule 15: an expression for a timer gave something that is no text.
NOT_A_TIME: Final = "The timer does not give a text."
#: Rule 28: a loop that does not end.
TOO_MANY_ITERATIONS: Final = (
    f"The loop would go round more than {limits.CYCLE_REPETITIONS} times."
)
#: Rule 33: a cancel end event that nothing hears.
NO_CANCEL: Final = "No transaction with a cancel boundary event is around."
#: A recorded choice names what the model does not have.
NOT_IN_MODEL: Final = "The recorded choice does not fit the model."


def uncaught(code: str) -> str:
    """Rule 18: an error that no boundary event catches."""
    return (
        f"No boundary event catches the error {code}."
        if code
        else ("No boundary event catches the error.")
    )
