"""Acts that were done on paper and are entered later (docs/manual/clock.md, 1 and 2).

The sheet says when, by whom and in which position. All of it is checked against what is
known here: the instant against the record, the person against the organisation of that
day, the reason against the declared outages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands import reasons
from engine.commands.transaction import Transaction
from engine.domain import iso8601, on_paper
from engine.domain.case import Agencies, Case, Task
from engine.domain.clock_state import Clock
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Role, Seat
from engine.domain.outages import Outage
from engine.domain.run import Json
from engine.errors import NotAllowedError, NotReadyError, TooLargeError
from engine.evidence import chained, record
from engine.forms import plain

_HASH: Final = re.compile(r"[0-9a-f]{64}|")


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What an act on paper had to be: where, by whom, and after what."""

    #: Whether the act is done in a position.
    serves: Callable[[Seat], bool]
    role: Role = Role.CLERK
    #: The real instant of the act that made it possible; None: a receipt, before
    #: which nothing was.
    since: datetime | None = None


def of_work(case: Case, task: Task) -> Duty:
    """What it takes to have done a piece of work."""
    return Duty(
        serves=lambda seat: (
            seat.position.agency == task.agency
            and seat.position.performs(task.performer)
            and seat.serves(case.procedure)
        ),
        since=task.opened_at,
    )


def of_case(case: Case) -> Duty:
    """What it takes to have done something in a case beside its steps."""
    agencies = case.agencies.all()
    return Duty(
        serves=lambda seat: (
            seat.position.agency in agencies and seat.serves(case.procedure)
        ),
        since=case.opened_at,
    )


def of_receipt(agencies: Agencies, procedure: UUID) -> Duty:
    """What it takes to have received a dossier."""
    taking = (agencies.receiving, agencies.helping)
    return Duty(
        serves=lambda seat: seat.position.agency in taking and seat.serves(procedure)
    )


def stamped(
    event: Event, paper: OnPaper | None, duty: Duty, transaction: Transaction
) -> Event:
    """The event with what the sheet tells; without a sheet as it was.

    Raises:
        EngineError: As `told`.
    """
    facts = told(paper, duty, transaction)
    return replace(event, facts={**event.facts, **facts}) if facts else event


def told(
    paper: OnPaper | None, duty: Duty, transaction: Transaction
) -> dict[str, Json]:
    """What an event tells of a sheet; nothing where there is none.

    Raises:
        NotReadyError: It lies in the future (`paper-future`), before the act that made
            it possible (`paper-early`), has no reason where one is needed
            (`paper-why`), or the scan is no file (`paper-scan`).
        NotAllowedError: Whoever did it could not do it then (`paper-holder`).
        TooLargeError: The reason is too long.
    """
    if paper is None:
        return {}
    paper = replace(paper, why=paper.why.strip())
    _check_instant(paper, duty, transaction.now)
    if not _HASH.fullmatch(paper.scan):
        raise NotReadyError(code="paper-scan")
    _check_person(paper, duty, transaction)
    outage = transaction.uow.outages.in_force(paper.at)
    _check_why(paper, duty, transaction.now, outage)
    return {on_paper.FACT: on_paper.told(paper, None if outage is None else outage.id)}


def hands(event: Event) -> frozenset[UUID]:
    """Everybody with a hand in an act: the doer, for whom, and who did it on paper."""
    known = (event.doer.account, event.doer.on_behalf_of, by_of(event))
    return frozenset(one for one in known if one is not None)


def by_of(event: Event) -> UUID | None:
    """Who did an act on paper; None: it was done on the screen."""
    paper = on_paper.of(event.facts)
    return None if paper is None else paper.by


def check_clock(state: Clock | None, event: Event, *, moves: bool) -> None:
    """Pass when an act on paper fits into what moved the clock of its case.

    The clock is moved in the order of what really happened: an act that moves it and
    lies before what moved it last comes too late.

    Raises:
        NotReadyError: It was moved after that instant (`paper-clock`), or the case was
            suspended then (`suspended`).
    """
    paper = on_paper.of(event.facts)
    if paper is None or state is None:
        return
    if state.rests(paper.at):
        raise NotReadyError(code="suspended")
    last = state.last
    if moves and last is not None and paper.at < last:
        raise NotReadyError(code="paper-clock", last=last.isoformat())


def _check_instant(paper: OnPaper, duty: Duty, now: datetime) -> None:
    if paper.at > now:
        raise NotReadyError(code="paper-future")
    if duty.since is not None and not on_paper.possible(paper.at, duty.since):
        raise NotReadyError(code="paper-early", since=duty.since.isoformat())


def _check_person(paper: OnPaper, duty: Duty, transaction: Transaction) -> None:
    """Who did it held the position on that day, and may do such things at all."""
    accounts, day = transaction.uow.accounts, iso8601.day(paper.at)
    account = accounts.account(paper.by)
    if account is None:
        raise NotAllowedError(code="paper-holder")
    actor = accounts.organisation().actor(account, day)
    seats = (one for one in actor.seats if one.position.id == paper.position)
    able = duty.role in account.roles and day <= account.valid_to
    if not account.active:
        able = able and _closed_later(paper, transaction)
    if not able or not any(map(duty.serves, seats)):
        raise NotAllowedError(code="paper-holder")


def _closed_later(paper: OnPaper, transaction: Transaction) -> bool:
    """Whether an account was closed after it did something, by the record."""
    history, kind = transaction.uow.history, StreamKind.ORGANISATION
    stream = history.known(kind, transaction.tenant)
    events = () if stream is None else history.read(stream.id, stream.month)
    bodies: list[chained.Body] = [
        record.parse(one.body)
        for one in events
        if one.type == EventType.ACCOUNT_CLOSED.value and paper.at < one.at
    ]
    return any(one["facts"]["account"] == paper.by.hex for one in bodies)


def _check_why(
    paper: OnPaper, duty: Duty, now: datetime, outage: Outage | None
) -> None:
    if len(paper.why) > reasons.REASON_CHARS:
        raise TooLargeError(code="reason-chars", limit=reasons.REASON_CHARS)
    plain.check({"why": paper.why})
    old = duty.since is None and now - paper.at > on_paper.UNEXPLAINED
    if not paper.why and (outage is None or old):
        raise NotReadyError(code="paper-why")
