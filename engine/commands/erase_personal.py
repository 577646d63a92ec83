"""Erase the personal data of a case; hold a case back from it."""

import json
from dataclasses import dataclass
from uuid import UUID

from engine.commands import recorded, streams
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.case import Case
from engine.domain.events import Event, EventType, Sealed, StreamKind
from engine.domain.run import Json
from engine.erasure import Erasure, Heard, Value
from engine.errors import NotReadyError

#: What stands between the parts of a name that the record itself gave.
_OWN = ":"


@dataclass(frozen=True, slots=True, kw_only=True)
class ErasePersonal:
    """Take away what was entered in a case, by order of a document."""

    case: UUID
    #: The rule that asks for it (for example “Luật 91/2025/QH15, Điều 14”).
    basis: str
    #: The document that orders it: number and date.
    order: str
    #: Names of values; empty: everything that was entered or received.
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldCase:
    """Keep a case from being erased, or lift that (inspection, complaint, lawsuit)."""

    case: UUID
    order: str
    lift: bool = False


def handle(command: ErasePersonal, transaction: Transaction) -> Result:
    """Erase, and record that it was: by whom, on what basis, what (not its content).

    With some names, what was computed from or sent with any value goes too: it may
    repeat them.

    Raises:
        NotReadyError: The case is held (`held`), is still open (`case-open`), holds no
            such value (`nothing-to-erase`), or basis or order are missing (`no-basis`).
    """
    case = _locked(command.case, transaction, policy.Action.PERSONAL_ERASE)
    _check_words(command.basis, command.order)
    if case.closed_at is None and not command.names:
        raise NotReadyError(code="case-open")
    if held(case, transaction):
        raise NotReadyError(code="held")
    present = transaction.uow.eraser.present(case.id, case.month)
    values = tuple(one for one in present if _meant(one, command.names))
    if not values:
        raise NotReadyError(code="nothing-to-erase")
    erasure = Erasure(
        tenant=case.tenant,
        case=case.id,
        month=case.month,
        values=values,
        files=transaction.uow.eraser.files(case.id),
        basis=command.basis.strip(),
        order=command.order.strip(),
    )
    transaction.tools.erasures.note(erasure)
    _carry_out(case, erasure, transaction)
    return {
        "case": case.id.hex,
        "code": case.code,
        "erased": len(values),
        "files": list(erasure.files),
    }


@dataclass(frozen=True, slots=True)
class RepeatErasure:
    """Erase again what a restored copy of the database brought back."""

    erasure: Erasure


def repeat(command: RepeatErasure, transaction: Transaction) -> Result:
    """Erase what is there again of a former erasure; only the engine asks for it."""
    erasure = command.erasure
    found = transaction.uow.cases.find(erasure.case.hex)
    if not found:
        # The backup is older than the case.
        return {"case": erasure.case.hex, "erased": 0, "files": []}
    case = transaction.uow.cases.lock(erasure.case).case
    present = set(transaction.uow.eraser.present(case.id, case.month))
    values = tuple(one for one in erasure.values if one in present)
    files = transaction.uow.eraser.files(case.id)
    if values:
        _carry_out(case, erasure, transaction, values)
    gone = files if values else ()
    return {"case": case.id.hex, "erased": len(values), "files": list(gone)}


def hold(command: HoldCase, transaction: Transaction) -> Result:
    """Place or lift a hold; placing it twice changes nothing.

    Raises:
        NotReadyError: The order is missing (`no-basis`), or nothing is held.
    """
    case = _locked(command.case, transaction, policy.Action.CASE_HOLD)
    _check_words(command.order)
    is_held = held(case, transaction)
    if command.lift and not is_held:
        raise NotReadyError(code="not-held")
    if command.lift or not is_held:
        kind = EventType.HOLD_LIFTED if command.lift else EventType.HOLD_PLACED
        running = Running(transaction, case, case.version)
        running.remark(
            Event(
                type=kind,
                at=transaction.now,
                doer=transaction.doer(),
                facts={"order": command.order.strip()},
            )
        )
        running.save()
    return {"case": case.id.hex, "code": case.code, "held": not command.lift}


def held(case: Case, transaction: Transaction) -> bool:
    """Whether the record says that the case is held."""
    kinds = {EventType.HOLD_PLACED.value, EventType.HOLD_LIFTED.value}
    told = [
        sealed.type
        for sealed in recorded.events_of(transaction, case)
        if sealed.type in kinds
    ]
    return bool(told) and told[-1] == EventType.HOLD_PLACED.value


def _locked(case: UUID, transaction: Transaction, action: policy.Action) -> Case:
    found = transaction.uow.cases.lock(case).case
    thing = policy.Thing(tenant=found.tenant, agencies=found.agencies.all())
    transaction.check(action, thing)
    return found


def _check_words(*words: str) -> None:
    if not all(word.strip() for word in words):
        raise NotReadyError(code="no-basis")


def _meant(value: Value, names: tuple[str, ...]) -> bool:
    return not names or value.name in names or _OWN in value.name


def _carry_out(
    case: Case,
    erasure: Erasure,
    transaction: Transaction,
    values: tuple[Value, ...] = (),
) -> None:
    uow = transaction.uow
    values = values or erasure.values
    uow.eraser.erase(case.id, case.month, values)
    _erase_heard(case, erasure, values, transaction)
    running = Running(transaction, case, case.version)
    running.follow_record()
    running.remark(_erased(erasure, values, transaction))
    running.save()


def _erased(
    erasure: Erasure, values: tuple[Value, ...], transaction: Transaction
) -> Event:
    listed: list[Json] = [[one.seq, one.name] for one in values]
    return Event(
        type=EventType.PERSONAL_ERASED,
        at=transaction.now,
        doer=transaction.doer(),
        facts={"basis": erasure.basis, "order": erasure.order, "values": listed},
    )


def _erase_heard(
    case: Case,
    erasure: Erasure,
    values: tuple[Value, ...],
    transaction: Transaction,
) -> None:
    """Erase in the letters that no case sent what this case heard in them.

    What a case sent goes with that case; these would stay for ever otherwise.
    """
    uow = transaction.uow
    for sealed in recorded.events_of(transaction, case):
        names = [one.name for one in values if one.seq == sealed.seq]
        letter = _heard(sealed, transaction) if names else None
        gone = letter and uow.eraser.erase_sent(letter, names, transaction.now)
        if letter and gone:
            told = _erased(erasure, gone, transaction)
            streams.append(transaction, StreamKind.ACCOUNT, letter.stream, told)


def _heard(sealed: Sealed, transaction: Transaction) -> Heard | None:
    """The letter of no case that an event took; None: it took none."""
    told = json.loads(sealed.body)["facts"].get("sender")
    if not isinstance(told, dict) or told["kind"] != StreamKind.ACCOUNT.value:
        return None
    account = UUID(told["stream"])
    stream = transaction.uow.history.stream(StreamKind.ACCOUNT, account)
    if stream is None:
        return None
    return Heard(account, stream.month, told["seq"], told["n"])
