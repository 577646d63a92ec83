"""What every change of an organisation begins and ends with."""

from collections.abc import Mapping

from engine.commands.streams import append
from engine.commands.transaction import Transaction
from engine.domain import policy
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json


def begin(
    transaction: Transaction, action: policy.Action = policy.Action.ORGANISATION_CHANGE
) -> None:
    """Check the right to a change, and let nobody else change the organisation now.

    Changes come one after the other: each is checked against what others left.

    Raises:
        NotAllowedError: The actor may not do this in this tenant.
    """
    tenant = transaction.tenant
    transaction.check(action, policy.Thing(tenant=tenant))
    transaction.uow.history.stream(StreamKind.ORGANISATION, tenant)


def record(
    transaction: Transaction,
    kind: EventType,
    facts: Mapping[str, Json],
    values: Mapping[str, Json] | None = None,
) -> None:
    """Record a change in the stream of the organisation; `values` are committed to."""
    event = Event(
        type=kind,
        at=transaction.now,
        doer=transaction.doer(),
        facts=facts,
        values=values or {},
    )
    append(transaction, StreamKind.ORGANISATION, transaction.tenant, event)
