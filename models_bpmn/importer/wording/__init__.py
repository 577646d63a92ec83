"""The texts of the importer: one table a step, code → severity, Vietnamese, English."""

from typing import NamedTuple


class Message(NamedTuple):
    """One text of the importer."""

    #: `refusal`, `warning` or `note`.
    severity: str
    vi: str
    en: str


def refusal(vi: str, en: str) -> Message:
    """A text that says why the model cannot be accepted."""
    return Message("refusal", vi, en)


def warning(vi: str, en: str) -> Message:
    """A text about something that runs, but hardly as the designer meant."""
    return Message("warning", vi, en)


def note(vi: str, en: str) -> Message:
    """A text about something that was left out or decided for the designer."""
    return Message("note", vi, en)
