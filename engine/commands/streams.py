"""Record an act in a stream that is not a case's."""

from uuid import UUID

from engine.commands.transaction import Transaction
from engine.domain.case import month_of
from engine.domain.events import Event, Stream, StreamKind
from engine.evidence import record


def append(
    transaction: Transaction, kind: StreamKind, stream: UUID, event: Event
) -> int:
    """Seal an event at the end of a stream, and give its number.

    The first event begins the stream.
    """
    head = transaction.uow.history.stream(kind, stream) or Stream(
        tenant=transaction.tenant,
        kind=kind,
        id=stream,
        month=month_of(transaction.now),
    )
    sealed = record.seal(event, head, transaction.tools.ids.random)
    transaction.uow.history.append(sealed)
    return sealed.seq
