"""What the delivery of messages and of signals have in common."""

from datetime import datetime, timedelta
from typing import Final

from engine import limits
from engine.commands import opening
from engine.commands.running import Running
from engine.commands.transaction import Transaction
from engine.domain.case import Case
from engine.domain.dossier import CODE_KEY
from engine.domain.events import StreamKind
from engine.domain.procedure import VersionStatus
from engine.domain.run import Json
from engine.errors import EngineError, NotFoundError
from engine.exchange import Attempts, Letter, Start

#: Reasons why a letter stays; `exchange.NOBODY` is another.
AMBIGUOUS: Final = "ambiguous"
CHAIN: Final = "chain"
OTHER_CODE: Final = "other-code"
#: Whoever would take it is suspended.
SUSPENDED: Final = "suspended"

_FIRST_REST: Final = timedelta(seconds=2)
_LONGEST_REST: Final = timedelta(minutes=10)


def sender_of(letter: Letter, transaction: Transaction) -> Case | None:
    """The case that sent a letter; None when a person did."""
    try:
        return transaction.uow.cases.get(letter.sent.stream)
    except NotFoundError:
        return None


def cause(letter: Letter, sender: Case | None, how: str) -> dict[str, Json]:
    """What an event tells of the letter that led to it, so that it can be followed."""
    kind = StreamKind.ACCOUNT if sender is None else StreamKind.CASE
    told: dict[str, Json] = {"kind": kind.value, **letter.sent.ref.facts()}
    if sender is not None:
        told["code"] = sender.code
    return {"name": letter.sent.name, "sender": told, "by": how}


def arrived(tried: Attempts, now: datetime) -> Attempts:
    """The attempts after one that succeeded."""
    return Attempts(attempts=tried.attempts + 1, delivered_at=now)


def stays(tried: Attempts, reason: str) -> Attempts:
    """The attempts after one that only a person can help."""
    return Attempts(attempts=tried.attempts + 1, reason=reason)


def rests(tried: Attempts, reason: str, now: datetime) -> Attempts:
    """The attempts after one that failed: later and later, in the end never."""
    attempts = tried.attempts + 1
    if attempts >= limits.DELIVERY_ATTEMPTS:
        return Attempts(attempts=attempts, reason=reason)
    # Shifts beyond the longest rest would only make large numbers.
    rest = min(_FIRST_REST * 2 ** min(tried.attempts, 16), _LONGEST_REST)
    return Attempts(attempts=attempts, reason=reason, next_try=now + rest)


def postponed(tried: Attempts, reason: str, now: datetime) -> Attempts:
    """The attempts after one that failed; that of a suspended case was none."""
    if reason != SUSPENDED:
        return rests(tried, reason, now)
    rest = now + _LONGEST_REST
    return Attempts(attempts=tried.attempts, reason=SUSPENDED, next_try=rest)


def check_chain(sender: Case | None) -> None:
    """Pass unless cases have opened each other too often, one after the other.

    Raises:
        EngineError: They have: most likely without end.
    """
    if sender is not None and sender.generation >= limits.CASE_GENERATIONS:
        raise EngineError(code=CHAIN, limit=limits.CASE_GENERATIONS)


def check_code(letter: Letter, case: Case) -> None:
    """Pass unless a letter brings another dossier code, as `entered.keep_code` does.

    Raises:
        EngineError: It does.
    """
    if letter.sent.body.get(CODE_KEY, case.code) != case.code:
        raise EngineError(code=OTHER_CODE)


def open_at(
    start: Start, letter: Letter, sender: Case | None, transaction: Transaction
) -> Running:
    """Open a case at a start event, with what the letter brings.

    Raises:
        EngineError: The version is not in force any more and not the sender's either,
            there is no agency, or cases open each other without end.
    """
    check_chain(sender)
    version = transaction.uow.procedures.version(start.version)
    own = sender is not None and sender.procedure_version == version.id
    if version.status is not VersionStatus.PUBLISHED and not own:
        raise NotFoundError(code="not-in-force")
    model = transaction.edition(version.id, start.process).package.model
    near = None if sender is None else sender.agencies.handling
    return opening.begin(
        transaction,
        opening.Opening(
            version=version,
            process=start.process,
            start=start.element,
            data=letter.sent.body,
            agencies=opening.placed(transaction, model, near),
            cause=cause(letter, sender, "start"),
            sender=sender,
        ),
    )
