"""The applicant rates how a dossier was dealt with, once, by the receipt's code."""

from dataclasses import dataclass
from typing import Final

from engine.commands import dossier_acts, reasons
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import lookup
from engine.domain.events import Event, EventType
from engine.domain.run import Json
from engine.errors import NotFoundError, NotReadyError

_BEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RateCase:
    """Give a score from 1 to 5."""

    #: Dossier code and look-up code.
    code: str
    lookup: str
    score: int
    comment: str = ""
    channel: str = "lookup"


def handle(command: RateCase, transaction: Transaction) -> Result:
    """Record it; whoever holds the receipt is not named.

    Raises:
        NotFoundError: The two codes open no dossier.
        NotReadyError: It is neither over nor its result returned (`not-over`), was
            rated (`rated-already`), or the score is none.
        TooLargeError: The comment is too long.
    """
    found = transaction.uow.cases.find(command.code)
    if len(found) != 1:
        raise NotFoundError
    case = transaction.uow.cases.lock(found[0]).case
    # Only the code opens it: an id could be spelt in ways that are counted anew.
    if case.code != command.code or not lookup.fits(command.lookup, case.lookup):
        raise NotFoundError
    known = dossier_acts.stands(transaction, case)
    if not known.rates:
        done = known.score is not None
        raise NotReadyError(code="rated-already" if done else "not-over")
    if not 1 <= command.score <= _BEST:
        raise NotReadyError(code="no-choice")
    text = command.comment.strip()
    values: dict[str, Json] = {"comment": reasons.reason_of(text)} if text else {}
    facts: dict[str, Json] = {"score": command.score, "channel": command.channel}
    now, kind = transaction.now, EventType.CASE_RATED
    running = Running(transaction, case, case.version)
    running.remark(Event(type=kind, at=now, facts=facts, values=values))
    running.save()
    return {"case": case.id.hex, "code": case.code, "version": running.case.version}
