"""Receive a message from outside for a case that waits for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from engine.commands import entered
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import Event, EventType
from engine.domain.run import Json, Message
from engine.evidence.acts import CORRELATION
from engine.forms import plain
from engine.package import Package


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
        AnswersInvalidError: The payload holds what a form of the procedure asks for,
            or another dossier code.
        EngineError: The payload or a key is no plain value.
    """
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(
        policy.Action.MESSAGE_DELIVER,
        policy.Thing(tenant=case.tenant, agencies=case.agencies.all()),
    )
    correlation = plain.check(command.correlation)
    running = Running(transaction, case, case.version)
    package = running.edition.package
    own = _asked(package, command.name)
    payload = entered.without_form(command.payload, running.edition.asked, own)
    entered.keep_code(payload, case)
    keys = {f"{CORRELATION}{name}": value for name, value in correlation.items()}
    running.act(
        Message(command.name, payload, correlation),
        Event(
            type=EventType.MESSAGE_RECEIVED,
            at=transaction.now,
            doer=transaction.doer(),
            facts={"name": command.name},
            values={**payload, **keys},
        ),
    )
    running.save()
    return {
        "case": case.id.hex,
        "code": case.code,
        "status": running.case.status.value,
    }


def _asked(package: Package, name: str) -> set[str]:
    """What the forms of a message ask for."""
    events = (node.event for node in package.model.nodes.values())
    named = {event.form for event in events if event.name == name} - {""}
    return {key for each in named for key in package.forms[each].keys}
