"""What the commands about the clock of a case share: find it, begin and end waits."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol
from uuid import UUID

from engine.commands import paper, reasons
from engine.commands.doing import case_thing
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import clock, clock_text, policy, side_work, working_time
from engine.domain.clock_state import Cause
from engine.domain.clocked import BEGINS
from engine.domain.events import Event, EventType
from engine.domain.model import TimeLimit
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Seat
from engine.domain.run import Json
from engine.errors import NotAllowedError, NotReadyError, StaleError, TooLargeError
from engine.forms import plain

Facts = Mapping[str, Json]


class AboutCase(Protocol):
    """A command about a case that is under way."""

    @property
    def case(self) -> UUID:
        """The case."""

    @property
    def version(self) -> int | None:
        """Acts the case had when it was looked at; None: do not compare."""


class AboutWait(AboutCase, Protocol):
    """One that begins or ends a wait."""

    @property
    def paper(self) -> OnPaper | None:
        """Who did it on paper, and when; None: it is done on the screen."""


def loaded(
    command: AboutCase, transaction: Transaction, action: policy.Action
) -> tuple[Running, Seat | None]:
    """Lock a case that is under way, and find where its actor acts.

    Raises:
        NotAllowedError: The actor may not do this.
        NotReadyError: The case is over.
        StaleError: The case changed since `version`.
    """
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(action, case_thing(case))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    if case.closed_at is not None:
        raise NotReadyError(code="case-closed")
    running = Running(transaction, case, case.version)
    return running, _seat(transaction, running)


def _seat(transaction: Transaction, running: Running) -> Seat | None:
    """In which position: that of some open work, else any in an agency of the case."""
    person, case = transaction.person, running.case
    for task in running.work():
        if side_work.is_side(task.element):
            # Who is asked beside a step does not conduct the case.
            continue
        seat = person.seat_for(task.performer, task.agency, case.procedure)
        if seat is not None:
            return seat
    near = case.agencies.all()
    fitting = (one for one in person.seats if one.position.agency in near)
    return next((one for one in fitting if one.serves(case.procedure)), None)


def begin(
    command: AboutWait,
    transaction: Transaction,
    kind: EventType,
    facts: Facts,
    values: Facts,
) -> Result:
    """Record the act that begins a wait.

    Raises:
        NotAllowedError: The actor works at no agency of the case.
        NotReadyError: The case is over, or waits for the same already.
        StaleError: The case changed since `version`.
    """
    running, seat = loaded(command, transaction, policy.Action.CASE_WAIT)
    if seat is None:
        raise NotAllowedError(code="not-your-position")
    cause = BEGINS[kind]
    if cause is not Cause.AGENCY and running.clock.open_of(cause):
        raise NotReadyError(code="waits-already")
    key = running.clock.next_key(cause)
    sheet = paper.told(command.paper, paper.of_case(running.case), transaction)
    real = clock_text.real(transaction.now, sheet)
    told: dict[str, Json] = {
        **facts,
        **sheet,
        **_answer_due(running, facts, real),
        "wait": key,
        "round": running.clock.rounds(cause) + 1,
        "policy": clock.policy_of(running.model.facts, cause).value,
    }
    event = Event(
        type=kind,
        at=transaction.now,
        doer=transaction.doer(seat),
        facts=told,
        values=values,
    )
    paper.check_clock(running.clock.state, event, moves=True)
    running.move([running.clock.begin(cause, key, real)], event)
    return saved(running, wait=key)


def end(
    command: AboutWait,
    transaction: Transaction,
    what: tuple[EventType, Cause],
    facts: Facts,
    values: Facts,
) -> Result:
    """Record the act that ends a wait: the one that `facts` name, or the only one.

    Raises:
        NotAllowedError: The actor works at no agency of the case.
        NotReadyError: There is no such wait, or several and none is named.
        StaleError: The case changed since `version`.
    """
    running, seat = loaded(command, transaction, policy.Action.CASE_WAIT)
    if seat is None:
        raise NotAllowedError(code="not-your-position")
    kind, cause = what
    known = [one.key for one in running.clock.open_of(cause)]
    key = str(facts.get("wait") or (known[0] if len(known) == 1 else ""))
    if key not in known:
        raise NotReadyError(code="which-wait" if known and not key else "no-wait")
    sheet = paper.told(command.paper, paper.of_case(running.case), transaction)
    event = Event(
        type=kind,
        at=transaction.now,
        doer=transaction.doer(seat),
        facts={**facts, **sheet, "wait": key},
        values=values,
    )
    paper.check_clock(running.clock.state, event, moves=True)
    real = clock_text.real(event.at, event.facts)
    running.move([running.clock.end(key, real)], event)
    return saved(running, wait=key)


def saved(running: Running, **more: Json) -> Result:
    """What a command about the clock answers."""
    running.save()
    case = running.case
    return {
        "case": case.id.hex,
        "code": case.code,
        "version": case.version,
        "due": clock_text.instant(case.due_at),
        **more,
    }


def name_of(text: str, code: str) -> str:
    """A name or number as it is kept.

    Raises:
        NotReadyError: There is none (`code`).
        TooLargeError: It is too long.
    """
    name = text.strip()
    if not name:
        raise NotReadyError(code=code)
    if len(name) > reasons.NAME_CHARS:
        raise TooLargeError(code="reason-chars", limit=reasons.NAME_CHARS)
    plain.check({"name": name})
    return name


def _answer_due(running: Running, facts: Facts, asked: datetime) -> dict[str, Json]:
    """When an agency is to have answered, by the limit that the law gives it."""
    limit = facts.get("limit")
    if not isinstance(limit, list):
        return {}
    given = TimeLimit(int(str(limit[0])), str(limit[1]))
    try:
        due = working_time.end_of(asked, given, running.calendar())
    except ValueError as error:
        raise NotReadyError(code="no-limit") from error
    return {"answer_due": clock_text.instant(due)}
