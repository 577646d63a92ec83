"""Receive a message from outside for a case that waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import EventType
from engine.domain.run import Json, Message


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveMessage:
    """Hand a message to a case."""

    case: UUID
    name: str
    payload: Mapping[str, Json] = field(default_factory=dict)
    correlation: Mapping[str, Json] = field(default_factory=dict)


def handle(command: ReceiveMessage, transaction: Transaction) -> Result:
    """Give it to the oldest wait that matches.

    Raises:
        NotReadyError: Nothing in the case waits for this message with these keys.
    """
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(
        policy.Action.MESSAGE_DELIVER,
        policy.Thing(tenant=case.tenant, agencies=case.agencies.all()),
    )
    running = Running(transaction, case, case.version)
    keys = {f"correlation:{name}": value for name, value in command.correlation.items()}
    running.act(
        Message(command.name, command.payload, command.correlation),
        EventType.MESSAGE_RECEIVED,
        doer=transaction.doer(),
        facts={"name": command.name},
        values={**command.payload, **keys},
    )
    running.save()
    return {
        "case": case.id.hex,
        "code": case.code,
        "status": running.case.status.value,
    }
