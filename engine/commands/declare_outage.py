"""Declare that work goes on on paper for a time, and that it is over.

Both are events of the organisation, since whoever judges an act on paper asks whether
there was an outage at its real instant (docs/manual/clock.md, rule 2).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.commands import organising, reasons
from engine.commands.rename_agency import check_text
from engine.commands.transaction import Result, Transaction
from engine.domain import clock_text, policy
from engine.domain.events import EventType
from engine.domain.outages import Outage
from engine.domain.run import Json
from engine.errors import NotReadyError
from engine.forms import plain


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareOutage:
    """Say from when on people worked on paper, and why."""

    begins: datetime
    #: None: it goes on; `EndOutage` says when it is over.
    ends: datetime | None = None
    reason: str
    #: Number of the document that declares it.
    document: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOutage:
    """Say when an outage was over."""

    id: UUID
    ends: datetime


def declare(command: DeclareOutage, transaction: Transaction) -> Result:
    """Store an outage and record it.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotReadyError: It begins in the future (`outage-future`), ends before it begins
            or in the future (`outage-end`), or has no reason (`no-why`) or document
            (`no-document`).
        TooLargeError: A text is too long.
    """
    organising.begin(transaction, policy.Action.OUTAGE_DECLARE)
    reason = reasons.reason_of(command.reason)
    check_text(command.document, "no-document")
    plain.check({"document": command.document})
    if command.begins > transaction.now:
        raise NotReadyError(code="outage-future")
    if command.ends is not None:
        _check_end(command.begins, command.ends, transaction.now)
    made = Outage(
        id=transaction.tools.ids.uuid(),
        begins=command.begins,
        ends=command.ends,
        reason=reason,
        document=command.document.strip(),
        declared_by=_account(transaction),
        declared_at=transaction.now,
    )
    transaction.uow.outages.add(made)
    facts: dict[str, Json] = {
        "outage": made.id.hex,
        "begins": clock_text.instant(made.begins),
        "ends": clock_text.instant(made.ends),
        "reason": made.reason,
        "document": made.document,
    }
    organising.record(transaction, EventType.OUTAGE_DECLARED, facts)
    return facts


def end(command: EndOutage, transaction: Transaction) -> Result:
    """Store when an outage was over and record it, once.

    Raises:
        NotAllowedError: The actor does not administer this tenant.
        NotFoundError: There is no such outage.
        NotReadyError: It is over already (`outage-over`), or would end before it began
            or in the future (`outage-end`).
    """
    organising.begin(transaction, policy.Action.OUTAGE_DECLARE)
    known = transaction.uow.outages.get(command.id)
    if known.ends is not None:
        raise NotReadyError(code="outage-over")
    _check_end(known.begins, command.ends, transaction.now)
    by, now = _account(transaction), transaction.now
    over = replace(known, ends=command.ends, ended_by=by, ended_at=now)
    transaction.uow.outages.end(over)
    facts: dict[str, Json] = {
        "outage": over.id.hex,
        "ends": clock_text.instant(over.ends),
    }
    organising.record(transaction, EventType.OUTAGE_ENDED, facts)
    return facts


def _check_end(begins: datetime, ends: datetime, now: datetime) -> None:
    if not begins < ends <= now:
        raise NotReadyError(code="outage-end")


def _account(transaction: Transaction) -> UUID | None:
    return None if transaction.actor is None else transaction.actor.account.id
