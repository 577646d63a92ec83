"""Ask somebody beside a step: for an opinion, or for co-signatures.

Whoever has a piece of work asks a performer of any agency of the tenant; nothing of it
is drawn (docs/manual/people.md, 5-7). What is asked is a value, committed to and
erasable; who is asked, and until when, are facts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine import limits
from engine.commands import reasons
from engine.commands.doing import located, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import clock_text, iso8601, policy, side_work
from engine.domain.case import ACTIVE, Task
from engine.domain.events import Event, EventType
from engine.domain.model import TimeLimit
from engine.domain.run import Json, Visit
from engine.domain.side_work import Told
from engine.errors import NotFoundError, NotReadyError, StaleError, TooLargeError


@dataclass(frozen=True, slots=True, kw_only=True)
class AskOpinion:
    """Ask for an opinion; the step need not wait for it."""

    case: UUID
    element: str
    occurrence: int
    performer: str
    agency: UUID
    question: str
    #: The time that whoever is asked has; None: no limit.
    limit: TimeLimit | None = None
    #: Acts the case had when the work was looked at; None: do not compare.
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskCosign:
    """Ask for co-signatures; without them the step is not completed."""

    case: UUID
    element: str
    occurrence: int
    #: Performers with their agencies.
    signers: tuple[tuple[str, UUID], ...]
    #: As many have to agree.
    quorum: int
    #: Whether nobody may disagree.
    veto: bool = False
    question: str
    limit: TimeLimit | None = None
    version: int | None = None


def opinion(command: AskOpinion, transaction: Transaction) -> Result:
    """Ask for an opinion.

    Raises:
        NotAllowedError: The work is not the actor's.
        NotReadyError: It is over, the case is suspended, there is no question, no such
            performer (`no-performer`), or the limit is none (`no-limit`).
        StaleError: The case changed since `version`.
        TooLargeError: The question is too long, or too much was asked already.
    """
    _check_performer(command.performer, command.agency, transaction)
    facts: dict[str, Json] = {
        "performer": command.performer,
        "agency": command.agency.hex,
    }
    return _ask(command, transaction, EventType.OPINION_ASKED, facts)


def cosign(command: AskCosign, transaction: Transaction) -> Result:
    """Ask for co-signatures.

    Raises:
        NotReadyError: As many cannot agree (`no-quorum`), or an earlier round beside
            the step is open (`round-open`).
        EngineError: As `opinion`.
    """
    if not 0 < command.quorum <= len(command.signers):
        raise NotReadyError(code="no-quorum")
    if len(command.signers) > limits.SIDE_SIGNERS:
        raise TooLargeError(code="signers", limit=limits.SIDE_SIGNERS)
    for performer, agency in command.signers:
        _check_performer(performer, agency, transaction)
    facts: dict[str, Json] = {
        "signers": [[performer, agency.hex] for performer, agency in command.signers],
        "quorum": command.quorum,
        "veto": command.veto,
    }
    return _ask(command, transaction, EventType.COSIGN_ASKED, facts)


def _check_performer(performer: str, agency: UUID, transaction: Transaction) -> None:
    """Somebody there could answer: work that nobody may do would wait for ever."""
    organisation = transaction.uow.accounts.organisation()
    if agency not in organisation.agencies:
        raise NotFoundError(code="no-agency")
    today = iso8601.day(transaction.now)
    if not performer or not organisation.performs(performer, agency, today):
        raise NotReadyError(code="no-performer")


def _ask(
    command: AskOpinion | AskCosign,
    transaction: Transaction,
    kind: EventType,
    whom: Mapping[str, Json],
) -> Result:
    running, task = _held(command, transaction)
    step = (task.element, task.occurrence)
    question = reasons.reason_of(command.question)
    if kind is EventType.COSIGN_ASKED:
        _check_round(running, step)
    n = running.beside.count + 1
    if n > limits.SIDE_WORK:
        raise TooLargeError(code="side-work", limit=limits.SIDE_WORK)
    due = _due(command.limit, running)
    facts: dict[str, Json] = {
        "n": n,
        "element": task.element,
        "occurrence": task.occurrence,
        **whom,
        **side_work.told_limit(command.limit),
        "due": due,
    }
    seat = seat_of(transaction, running.case, task)
    event = Event(
        type=kind,
        at=transaction.now,
        doer=transaction.doer(seat),
        visit=Visit(*step),
        facts=facts,
        values={"question": question},
    )
    running.aside(event, opened=_rows(event, running, task))
    running.save()
    return {
        "case": running.case.id.hex,
        "code": running.case.code,
        "version": running.case.version,
        "n": n,
        "due": due,
    }


def _held(
    command: AskOpinion | AskCosign, transaction: Transaction
) -> tuple[Running, Task]:
    """The case and the work beside which something is asked."""
    loaded, task = located(transaction, command)
    case = loaded.case
    transaction.check(policy.Action.SIDE_ASK, thing_of(case, task))
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    return Running(transaction, case, case.version, (task,)), task


def _check_round(running: Running, step: tuple[str, int]) -> None:
    """One round after the other, so that everybody knows what there is to sign."""
    for one in running.beside.record.beside(step):
        if one.signs and (one.holds_up or one.open):
            raise NotReadyError(code="round-open", n=one.n)


def _due(limit: TimeLimit | None, running: Running) -> str | None:
    try:
        return clock_text.instant(running.due(limit, running.now))
    except ValueError as error:
        raise NotReadyError(code="no-limit") from error


def _rows(event: Event, running: Running, task: Task) -> list[Task]:
    """The rows of work that an event opens, each counted from now."""
    visit = (task.element, task.occurrence)
    told = Told(0, event.at, event.type, visit, event.facts, {})
    limit = side_work.limit_of(event.facts)
    due = running.due(limit, running.now)
    return [
        side_work.row(piece, task, event.at, due) for piece in side_work.opens(told)
    ]
