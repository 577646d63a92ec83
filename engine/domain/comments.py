"""What whoever completes a step says beside the answers to its form; remarks as well.

Free text may name people: it is a value of the event, committed to with a salt and
erasable (docs/manual/dossiers.md, rule 12). It is never data of the case: no condition
reads it, and nobody finds another one's in the box. A remark (`case.remarked`) is kept
under the same name, so that it goes with the comments wherever they are erased.
"""

from typing import Final

#: Its name among the values of an event; answers have names without colon.
BESIDE: Final = "comment:own"
CHARS: Final = 1_000
#: The answer of a step without a form, whose only field it is.
ALONE: Final = "comment"


def name_of(form: str) -> str:
    """The name of a comment among the values of a step, by the form that it names."""
    return BESIDE if form else ALONE
