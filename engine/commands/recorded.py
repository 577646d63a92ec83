"""The record of a case, read as far as its row says that it goes."""

from engine.commands.edition import Edition
from engine.commands.transaction import Transaction
from engine.domain.case import Case
from engine.domain.events import Sealed
from engine.errors import EvidenceError
from engine.evidence.retrace import Retraced, retrace


def events_of(transaction: Transaction, case: Case) -> tuple[Sealed, ...]:
    """All events of a case.

    The row is the only witness of the last event: a chain whose end was cut off is
    valid in itself.

    Raises:
        EvidenceError: The row points to another last event than the history has.
    """
    events = transaction.uow.history.read(case.id, case.month)
    if len(events) < case.seq:
        present = {sealed.seq for sealed in events}
        missing = next(n for n in range(1, case.seq + 1) if n not in present)
        raise EvidenceError(f"Event {missing} is missing.", seq=missing)
    if not events or (events[-1].seq, events[-1].leaf) != (case.seq, case.head):
        raise EvidenceError("The case does not point to its last event.", seq=case.seq)
    return events


def traced(transaction: Transaction, case: Case, edition: Edition) -> Retraced:
    """A case followed from its first event to the last.

    Raises:
        EvidenceError: The record does not verify, or tells of what cannot be.
    """
    tools, package = transaction.tools, edition.package
    outside = package.outside(tools.services)
    events = events_of(transaction, case)
    return retrace(tools.runtime, package.model, events, outside)
