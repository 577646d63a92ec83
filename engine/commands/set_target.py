"""Set a target of punctuality for an agency and what is under it (ISO 9001, 6.2.1)."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import model as models
from engine.domain import policy, targets
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.iso8601 import day
from engine.domain.run import Json
from engine.errors import NotFoundError, NotReadyError, TooLargeError

_EARLIEST: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTarget:
    """Say what share of cases is to be on time, from a day on."""

    agency: UUID
    #: None: every procedure.
    procedure: UUID | None = None
    #: A step of the procedure; empty: its cases.
    element: str = ""
    #: Tenths of a percent.
    share: int
    valid_from: date
    why: str


def handle(command: SetTarget, transaction: Transaction) -> Result:
    """Record who set it, when, from when and why; earlier ones stay in the record.

    Raises:
        NotAllowedError: The actor does not supervise the agency.
        NotFoundError: There is no such agency or procedure, or the procedure has no
            such step now.
        NotReadyError: The share is none, the day is none that figures know, or there is
            no reason.
        TooLargeError: The reason is too long.
    """
    thing = policy.Thing(
        tenant=transaction.tenant, agencies=frozenset({command.agency})
    )
    transaction.check(policy.Action.TARGET_SET, thing)
    if command.agency not in transaction.uow.accounts.organisation().agencies:
        raise NotFoundError(code="no-agency")
    if command.procedure is not None:
        transaction.uow.procedures.get(command.procedure)
    _check(command, day(transaction.now))
    facts: dict[str, Json] = {
        "agency": command.agency.hex,
        "procedure": None if command.procedure is None else command.procedure.hex,
        "share": command.share,
        "from": command.valid_from.isoformat(),
        "why": command.why.strip(),
    }
    if command.element:
        facts |= {"element": command.element, "step": _step(command, transaction)}
    event = Event(
        type=EventType.TARGET_SET,
        at=transaction.now,
        doer=transaction.doer(),
        facts=facts,
    )
    stream = targets.stream_of(transaction.tenant)
    seq = append(transaction, StreamKind.TARGET, stream, event)
    return {"target": seq}


def _step(command: SetTarget, transaction: Transaction) -> str:
    """The name of the step today."""
    for version in transaction.uow.procedures.in_force():
        if version.procedure == command.procedure:
            nodes = transaction.edition(version.id).package.model.nodes
            node = nodes.get(command.element)
            if node is not None and models.is_work(node):
                return node.name or node.id
    raise NotFoundError


def _check(command: SetTarget, today: date) -> None:
    if not 0 < command.share <= targets.WHOLE:
        raise NotReadyError(code="target-share")
    latest = today.replace(year=today.year + 5, day=1)
    if not _EARLIEST <= command.valid_from <= latest:
        raise NotReadyError(code="target-day")
    if not command.why.strip():
        raise NotReadyError(code="no-reason")
    if len(command.why) > targets.WHY_CHARS:
        raise TooLargeError(limit=targets.WHY_CHARS)
