"""Answer what was asked beside a step, or take the question back.

An opinion agrees, disagrees or does neither, and says why; a co-signature agrees or
disagrees. Whoever signs never completes the step: four eyes hold here as well
(docs/manual/people.md, 3 and 5-8).
"""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import clocking, enclosing, paper, reasons
from engine.commands.doing import case_thing, locked, seat_of, thing_of
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import ACTIVE, Task, TaskMove
from engine.domain.events import Event, EventType
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Seat
from engine.domain.run import Json, Visit
from engine.domain.side_work import Asked, Stance
from engine.errors import NotAllowedError, NotFoundError, NotReadyError, StaleError


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveOpinion:
    """Say what one thinks of what was asked."""

    case: UUID
    #: The row of work: `~y<n>`, occurrence 1.
    element: str
    occurrence: int = 1
    stance: Stance
    text: str
    #: SHA-256, hex, of files that go with it.
    enclosed: tuple[str, ...] = ()
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosign:
    """Sign a step together with others, or refuse to."""

    case: UUID
    #: The row of work: `~k<n>.<i>`, occurrence 1.
    element: str
    occurrence: int = 1
    stance: Stance
    #: Needed by whoever disagrees.
    text: str = ""
    enclosed: tuple[str, ...] = ()
    paper: OnPaper | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawOpinion:
    """Ask for an opinion no longer."""

    case: UUID
    #: The number of the question in its case.
    n: int
    reason: str
    version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawCosign:
    """Take a round of co-signatures back."""

    case: UUID
    n: int
    reason: str
    version: int | None = None


def give(command: GiveOpinion, transaction: Transaction) -> Result:
    """Give an opinion.

    Raises:
        NotAllowedError: The row is not the actor's.
        NotFoundError: There is no such row.
        NotReadyError: It is over, the case is suspended, or there is no text.
        TooLargeError: The text is too long.
    """
    running, task, asked = _row(command, transaction)
    if asked.signs:
        raise NotFoundError(code="no-task", element=command.element)
    text = reasons.reason_of(command.text)
    doer = transaction.doer(seat_of(transaction, running.case, task))
    facts: dict[str, Json] = {"n": asked.n, "stance": command.stance.value}
    event = Event(
        type=EventType.OPINION_GIVEN,
        at=transaction.now,
        doer=doer,
        visit=Visit(*task_key(task)),
        facts=facts,
        values={"text": text, **_files(command, transaction)},
    )
    duty = paper.of_work(running.case, task)
    event = paper.stamped(event, command.paper, duty, transaction)
    return _said(running, task, event)


def sign(command: Cosign, transaction: Transaction) -> Result:
    """Sign, or refuse to.

    Raises:
        NotAllowedError: The actor asked for the signatures (`own-round`), has the step
            (`own-step`), has signed in this round (`signed-already`), or has had a hand
            in a step that somebody else must have done (`four-eyes`); so must neither
            who enters it nor who did it on paper.
        NotReadyError: It neither agrees nor disagrees (`no-stance`), or it disagrees
            and does not say why.
        EngineError: As `give`.
    """
    running, task, asked = _row(command, transaction)
    if not asked.signs:
        raise NotFoundError(code="no-task", element=command.element)
    if command.stance is Stance.NONE:
        raise NotReadyError(code="no-stance")
    disagrees = command.stance is Stance.DISAGREE
    text = command.text.strip()
    values: dict[str, Json] = {}
    if text or disagrees:
        values["text"] = reasons.reason_of(text)
    values |= _files(command, transaction)
    doer = transaction.doer(seat_of(transaction, running.case, task))
    signer = [one.element for one in asked.pieces].index(task.element) + 1
    event = Event(
        type=EventType.COSIGN_GIVEN,
        at=transaction.now,
        doer=doer,
        visit=Visit(*task_key(task)),
        facts={"n": asked.n, "signer": signer, "stance": command.stance.value},
        values=values,
    )
    # For whom a substitute signed on paper no sheet says: only who holds the position.
    duty = paper.of_work(running.case, task, paired=True)
    event = paper.stamped(event, command.paper, duty, transaction)
    _check_hands(transaction, running, asked, paper.hands(event))
    return _said(running, task, event)


def _files(command: GiveOpinion | Cosign, transaction: Transaction) -> dict[str, Json]:
    return enclosing.values_of(command.enclosed, command.case, transaction)


def withdraw(
    command: WithdrawOpinion | WithdrawCosign, transaction: Transaction
) -> Result:
    """Take a question back; what was said to it stays in the record.

    Raises:
        NotAllowedError: The actor neither asked nor has the step (`not-asker`).
        NotReadyError: There is nothing to take back (`nothing-asked`), there is no
            reason, or the case is suspended.
        StaleError: The case changed since `version`.
        TooLargeError: The reason is too long.
    """
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(policy.Action.SIDE_WITHDRAW, case_thing(case))
    if command.version not in (None, case.version):
        raise StaleError(expected=command.version, found=case.version)
    running = Running(transaction, case, case.version)
    signs = isinstance(command, WithdrawCosign)
    asked = _question(running, command.n, signs=signs)
    seat = _asker(transaction, running, asked)
    open_ = {piece.element for piece in asked.open}
    rows = [
        replace(one.move(TaskMove.CANCEL), closed_at=transaction.now)
        for one in running.work()
        if one.element in open_
    ]
    event = Event(
        type=EventType.COSIGN_WITHDRAWN if signs else EventType.OPINION_WITHDRAWN,
        at=transaction.now,
        doer=transaction.doer(seat),
        visit=Visit(*asked.step),
        facts={"n": asked.n},
        values={"reason": reasons.reason_of(command.reason)},
    )
    running.aside(event, over=rows)
    running.save()
    return {"case": case.id.hex, "code": case.code, "n": asked.n}


def task_key(task: Task) -> tuple[str, int]:
    """Element and occurrence of a row."""
    return task.element, task.occurrence


def _row(
    command: GiveOpinion | Cosign, transaction: Transaction
) -> tuple[Running, Task, Asked]:
    """The case, the row that is answered, and the question that it belongs to."""
    loaded, task = locked(transaction, command)
    case = loaded.case
    if task.status not in ACTIVE:
        raise NotReadyError(element=task.element, status=task.status.value)
    transaction.check(policy.Action.SIDE_ANSWER, thing_of(case, task))
    running = Running(transaction, case, case.version, (task,))
    asked = running.beside.record.of(task.element)
    if asked is None:
        raise NotFoundError(code="no-task", element=command.element)
    return running, task, asked


def _said(running: Running, task: Task, event: Event) -> Result:
    paper.check_clock(running.clock.state, event, moves=False)
    done = replace(
        task.move(TaskMove.COMPLETE),
        closed_at=clocking.real(event),
        assignee=event.doer.account,
        position=event.doer.position,
        on_behalf_of=event.doer.on_behalf_of,
        hand=paper.by_of(event),
    )
    running.aside(event, over=[done])
    running.save()
    return {
        "case": running.case.id.hex,
        "code": running.case.code,
        "element": task.element,
        "version": running.case.version,
        "n": event.facts["n"],
    }


def _check_hands(
    transaction: Transaction, running: Running, asked: Asked, hands: frozenset[UUID]
) -> None:
    """A signature is another person's: neither the asker's nor the same one twice."""
    texts = {one.hex for one in hands}
    if texts & asked.hands:
        raise NotAllowedError(code="own-round")
    if any(texts & one.hands for one in asked.said.values()):
        raise NotAllowedError(code="signed-already")
    step = next(one for one in running.work() if task_key(one) == asked.step)
    if step.assignee in hands:
        raise NotAllowedError(code="own-step")
    for partner in running.edition.partners.get(asked.step[0], ()):
        done = transaction.uow.cases.doers(running.case, partner)
        if hands & (done | running.beside.hands(partner)):
            name = running.model.nodes[partner].name
            raise NotAllowedError(code="four-eyes", partner=name)


def _question(running: Running, n: int, *, signs: bool) -> Asked:
    for one in running.beside.record.asked:
        if one.n == n and one.signs is signs and (one.open or one.holds_up):
            return one
    raise NotReadyError(code="nothing-asked")


def _asker(transaction: Transaction, running: Running, asked: Asked) -> Seat | None:
    """In which position it is taken back, by who asked or who has the step now."""
    account = transaction.person.account.id
    step = next((one for one in running.work() if task_key(one) == asked.step), None)
    if step is None:
        raise NotReadyError(code="nothing-asked")
    if account.hex not in asked.hands and step.assignee != account:
        raise NotAllowedError(code="not-asker")
    seat = seat_of(transaction, running.case, step)
    if seat is None:
        raise NotAllowedError(code="not-your-position")
    return seat
