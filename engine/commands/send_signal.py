"""Send a signal: a person tells every case that waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.run import Json
from engine.errors import EngineError
from engine.exchange import SIGNAL, Outgoing
from engine.forms import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class SendSignal:
    """Broadcast a signal in the tenant."""

    name: str
    payload: Mapping[str, Json] = field(default_factory=dict)


def handle(command: SendSignal, transaction: Transaction) -> Result:
    """Record it in the sender's own stream and give it to the outbox.

    Raises:
        NotAllowedError: The actor sends no signals.
        EngineError: It has no name, or the payload is not plain.
    """
    tenant = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.SIGNAL_SEND, tenant)
    if not command.name.strip():
        raise EngineError(code="no-name")
    payload = plain.check(command.payload)
    account = transaction.person.account.id
    seq = append(
        transaction,
        StreamKind.ACCOUNT,
        account,
        Event(
            type=EventType.SIGNAL_SENT,
            at=transaction.now,
            doer=transaction.doer(),
            facts={"name": command.name},
            values=payload,
        ),
    )
    sent = Outgoing(
        stream=account,
        seq=seq,
        n=0,
        kind=SIGNAL,
        name=command.name,
        partner="",
        body=payload,
        sent_at=transaction.now,
    )
    transaction.uow.outbox.add(sent)
    return {"signal": command.name, "letter": f"{account.hex}:{seq}:0"}
