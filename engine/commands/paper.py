"""Acts that were done on paper and are entered later (docs/manual/clock.md, 1 and 2).

The sheet says when, by whom and in which position. All of it is checked against what is
known here: the instant against the record, the person against the organisation of that
day, the reason against the declared outages.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.commands import reasons
from engine.commands.transaction import Transaction
from engine.domain import clock_text, iso8601, on_paper
from engine.domain import onward as later
from engine.domain.case import Agencies, Case, Task
from engine.domain.clock_state import Clock
from engine.domain.events import Event, Sealed
from engine.domain.model import Model
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Role, Seat
from engine.domain.outages import Outage
from engine.domain.run import Advance, Json
from engine.errors import NotAllowedError, NotReadyError, TooLargeError
from engine.evidence import chained, record
from engine.forms import plain
from engine.judging import library


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What an act on paper had to be: where, by whom, and after what."""

    #: Whether the act is done in a position.
    serves: Callable[[Seat], bool]
    procedure: UUID
    #: The case whose sheet it is; None: it is received.
    case: UUID | None = None
    role: Role = Role.CLERK
    #: The real instant of the act that made it possible; None: a receipt, before
    #: which nothing was.
    since: datetime | None = None
    #: Only a holder could do it, no substitute: a sheet does not say for whom it was.
    holder: bool = False
    #: Agencies one of which the position stands over; empty: it need not.
    under: frozenset[UUID] = frozenset()


def of_work(case: Case, task: Task, *, paired: bool = False) -> Duty:
    """What it takes to have done a piece of work; `paired`: one of two by four eyes."""
    return Duty(
        serves=lambda seat: (
            seat.position.agency == task.agency
            and seat.position.performs(task.performer)
            and seat.serves(case.procedure)
        ),
        procedure=case.procedure,
        case=case.id,
        since=task.opened_at,
        holder=paired,
    )


def of_case(case: Case, *, holder: bool = False) -> Duty:
    """What it takes to have done something in a case beside its steps."""
    agencies = case.agencies.all()
    return Duty(
        serves=lambda seat: (
            seat.position.agency in agencies and seat.serves(case.procedure)
        ),
        procedure=case.procedure,
        case=case.id,
        since=case.opened_at,
        holder=holder,
    )


def of_order(case: Case) -> Duty:
    """What it takes to have ordered something for a case from above it."""
    return Duty(
        serves=lambda seat: seat.on_behalf_of is None,
        procedure=case.procedure,
        case=case.id,
        role=Role.SUPERVISOR,
        since=case.opened_at,
        holder=True,
        under=case.agencies.all(),
    )


def of_receipt(agencies: Agencies, procedure: UUID) -> Duty:
    """What it takes to have received a dossier."""
    taking = (agencies.receiving, agencies.helping)
    return Duty(
        serves=lambda seat: seat.position.agency in taking and seat.serves(procedure),
        procedure=procedure,
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
            (`paper-why`), or the scan is no file (`paper-scan`) or none of this case
            (`paper-scan-case`).
        NotAllowedError: Whoever did it could not do it then (`paper-holder`).
        TooLargeError: The reason is too long.
    """
    if paper is None:
        return {}
    paper = replace(paper, why=paper.why.strip())
    _check_instant(paper, duty, transaction.now)
    if paper.scan:
        _check_scan(paper.scan, duty.case, transaction)
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


def onward(
    event: Event, model: Model, advance: Advance, past: Callable[[], Iterable[Sealed]]
) -> Event:
    """The event of an act on paper with the instant from which its effect counts.

    Args:
        event: The act; one that was done on the screen stays as it is.
        model: The drawing of its case.
        advance: What it leads to.
        past: Reads what the case has recorded so far; asked only where that counts.
    """
    sheet, led = event.facts.get(on_paper.FACT), later.of_advance(advance)
    if not isinstance(sheet, dict) or not later.waits(model, led):
        return event
    real = clock_text.real(event.at, event.facts)
    found = later.of(model, real, led, _before(past()))
    if found == real:
        return event
    sheet = {**sheet, on_paper.ONWARD: clock_text.instant(found)}
    return replace(event, facts={**event.facts, on_paper.FACT: sheet})


def _before(past: Iterable[Sealed]) -> Iterator[later.Before]:
    for one in past:
        body: chained.Body = record.parse(one.body)
        effect = body.get("effect")
        if later.matters(one.type, effect):
            at = clock_text.onward(one.at, body["facts"])
            yield later.Before(one.type, at, later.of_effect(effect))


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
    if event.type not in on_paper.RESTING and state.rests(paper.at):
        raise NotReadyError(code="suspended")
    last = state.last
    moves = moves or event.type in on_paper.ORDERS
    if moves and last is not None and paper.at < last:
        raise NotReadyError(code="paper-clock", last=last.isoformat())


def check_order(event: Event, past: Callable[[], Iterable[Sealed]]) -> None:
    """Pass when an order on paper was given after all that was done in its case.

    Args:
        event: The order; one that was given on the screen comes last in any case.
        past: Reads what the case has recorded so far.

    Raises:
        NotReadyError: Somebody did something after that instant (`paper-order`).
    """
    paper = on_paper.of(event.facts)
    if paper is None:
        return
    for one in past():
        body: chained.Body = record.parse(one.body)
        done = clock_text.real(one.at, body["facts"])
        works = later.worked(one.type, body["doer"], body.get("effect"))
        if works and not on_paper.possible(paper.at, done):
            raise NotReadyError(code="paper-order", last=done.isoformat())


def _check_instant(paper: OnPaper, duty: Duty, now: datetime) -> None:
    if paper.at > now:
        raise NotReadyError(code="paper-future")
    if duty.since is not None and not on_paper.possible(paper.at, duty.since):
        raise NotReadyError(code="paper-early", since=duty.since.isoformat())


def _check_scan(scan: str, case: UUID | None, transaction: Transaction) -> None:
    """The scan is a file that was sent, and of this case: each sheet tells of one."""
    if not transaction.tools.files.holds(transaction.tenant, scan):
        raise NotReadyError(code="paper-scan")
    account = transaction.person.account.id
    if not transaction.uow.dossiers.owns(scan, case, account):
        raise NotReadyError(code="paper-scan-case")


def _check_person(paper: OnPaper, duty: Duty, transaction: Transaction) -> None:
    """Who did it held the position at that instant, and may do such things at all."""
    accounts, day = transaction.uow.accounts, iso8601.day(paper.at)
    account, organisation = accounts.account(paper.by), accounts.organisation()
    position = organisation.positions.get(paper.position)
    if account is None or position is None or duty.role not in account.roles:
        raise NotAllowedError(code="paper-holder")
    seats = organisation.actor(account, day).seats
    mine = (
        one
        for one in seats
        if one.position.id == paper.position
        and not (duty.holder and one.on_behalf_of is not None)
    )
    held = account.active and day <= account.valid_to and any(map(duty.serves, mine))
    # What was taken back since is told by the record alone, and asked as it is judged.
    there = held or duty.serves(Seat(position=position))
    if not there or not (held or _held_by_record(paper, duty, transaction)):
        raise NotAllowedError(code="paper-holder")
    if duty.under and not _stood_over(paper, position.agency, duty, transaction):
        raise NotAllowedError(code="paper-holder")


def _stood_over(
    paper: OnPaper, agency: UUID, duty: Duty, transaction: Transaction
) -> bool:
    """Whether an agency stood over one of a case then, by what was told so far."""
    people = library.people(transaction.uow, transaction.tenant)
    at, day = paper.at, iso8601.day(paper.at)
    return any(agency.hex in people.above(one.hex, at, day) for one in duty.under)


def _held_by_record(paper: OnPaper, duty: Duty, transaction: Transaction) -> bool:
    """Whether somebody acted in a position at an instant, by what is told so far."""
    people = library.people(transaction.uow, transaction.tenant)
    at, day, account = paper.at, iso8601.day(paper.at), paper.by.hex
    position = paper.position.hex
    if duty.holder:
        acted = people.holds(account, position, at, day)
    else:
        acted = people.acts_in(account, position, at, day, duty.procedure.hex)
    return acted and people.active(account, at, day)


def _check_why(
    paper: OnPaper, duty: Duty, now: datetime, outage: Outage | None
) -> None:
    if len(paper.why) > reasons.REASON_CHARS:
        raise TooLargeError(code="reason-chars", limit=reasons.REASON_CHARS)
    plain.check({"why": paper.why})
    old = duty.since is None and now - paper.at > on_paper.UNEXPLAINED
    if not paper.why and (outage is None or old):
        raise NotReadyError(code="paper-why")
