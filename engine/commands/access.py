"""Record who looked at, printed or took away what is kept: the access stream of a day.

It locks no case, so that reading never holds up work (docs/manual/evidence.md, 5).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID, uuid5

from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import iso8601
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json
from engine.errors import NotAllowedError, StaleError

#: What a page may record by itself.
KINDS: Final = frozenset(
    {
        EventType.CASE_VIEWED,
        EventType.FILE_TAKEN,
        EventType.PAPER_PRINTED,
        EventType.ACCESS_REFUSED,
        EventType.EVIDENCE_CHECKED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAccess:
    """Record that somebody saw, took away or was refused something."""

    kind: EventType
    #: Page, case and the like; never a personal value.
    facts: Mapping[str, Json]


def handle(command: NoteAccess, transaction: Transaction) -> Result:
    """Record it; whoever asks records only what was done under the own account.

    Raises:
        NotAllowedError: Nobody is signed in, or this is no kind of access.
    """
    person = transaction.person
    if command.kind not in KINDS:
        raise NotAllowedError(account=person.account.id.hex)
    return {"seq": note(transaction, command.kind, command.facts)}


def stream_of(tenant: UUID, day: date) -> UUID:
    """The access stream of a day in Vietnam."""
    return uuid5(tenant, f"access/{day.isoformat()}")


def note(transaction: Transaction, kind: EventType, facts: Mapping[str, Json]) -> int:
    """Record an access by whoever asks, and give its number in today's stream.

    Args:
        transaction: The transaction, in which nothing else need happen.
        kind: What was done.
        facts: To what; no personal values.
    """
    stream = stream_of(transaction.tenant, iso8601.day(transaction.now))
    event = Event(type=kind, at=transaction.now, doer=transaction.doer(), facts=facts)
    try:
        return append(transaction, StreamKind.ACCESS, stream, event)
    except StaleError:
        # Two began the day's stream at once; now it is there to be locked.
        return append(transaction, StreamKind.ACCESS, stream, event)
