"""Which names a case may keep data under, and which ids elements may have."""

import re
from typing import Final

from engine.expressions import FUNCTIONS, source

#: What a multi-instance activity shows (docs/manual/semantics.md, 21 and 22).
LOOP_NAMES: Final = frozenset(
    {
        *("loopCounter", "numberOfInstances", "numberOfActiveInstances"),
        *("numberOfCompletedInstances", "numberOfTerminatedInstances"),
        *("nrOfInstances", "nrOfActiveInstances", "nrOfCompletedInstances"),
        # What the activation condition of a complex gateway sees (rule 35).
        "activationCount",
    }
)
LENGTH: Final = 100
ID_LENGTH: Final = 200
# XML Schema's NCName, as far as ids of real tools use it.
_ID: Final = re.compile(r"[^\W\d][\w.\-]*")


def problem(name: str) -> str:
    """Why data cannot be kept under `name`, empty when it can."""
    if not name:
        return "it is empty"
    if len(name) > LENGTH:
        return f"it has more than {LENGTH} characters"
    if not name.isidentifier():
        return "a name has letters, digits and underscores and begins with a letter"
    if name in source.RESERVED or name in FUNCTIONS or name in LOOP_NAMES:
        return "the language reserves this name"
    found = source.name_problem(name)
    return found[1] if found else ""


def part(identity: str, number: int) -> str:
    """The id of one definition of a multiple event, numbered from 1.

    No XML id has `~` in it, so nothing can clash; an address takes it as it is
    (RFC 3986, 2.3).
    """
    return f"{identity}~{number}"


def is_id(text: str) -> bool:
    """Whether `text` can be the id of an element."""
    return len(text) <= ID_LENGTH and bool(_ID.fullmatch(text))
