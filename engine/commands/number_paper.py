"""Give a paper of a case its number, once and for all.

Numbers count up for each agency, year and symbol (`engine.commands.numbers`). A paper
printed again keeps its number, and one whose number was typed with its act gets no
other.
"""

from dataclasses import dataclass
from uuid import UUID

from engine.commands import numbers, recorded
from engine.commands.doing import case_thing
from engine.commands.running import Running
from engine.commands.transaction import Result, Transaction
from engine.domain import paper_forms, policy
from engine.domain.case import Case
from engine.domain.events import Doer, Event, EventType
from engine.domain.run import Json
from engine.errors import NotReadyError
from engine.evidence import chained
from engine.evidence.papers import offer, source


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberPaper:
    """Number a paper of a case."""

    case: UUID
    #: One of `engine.domain.paper_forms.Kind`.
    kind: paper_forms.Kind
    #: Number of the event that the paper is about.
    about: int


def handle(command: NumberPaper, transaction: Transaction) -> Result:
    """Number it; one that has a number keeps it.

    Raises:
        NotAllowedError: The actor prints no papers of this case.
        NotReadyError: The case has no such paper (`no-paper`), its form has no number
            (`no-number`), it is a draft (`draft-paper`), or its number was typed
            (`typed-number`).
        EvidenceError: The record of the case does not verify.
    """
    case = transaction.uow.cases.lock(command.case).case
    transaction.check(policy.Action.PAPER_PRINT, case_thing(case))
    running = Running(transaction, case, case.version)
    told = _source(transaction, running)
    found = offer.find(told, command.kind, command.about)
    if found is None or found.form is None:
        raise NotReadyError(code="no-paper")
    if not found.form.symbol:
        raise NotReadyError(code="no-number")
    if found.draft:
        raise NotReadyError(code="draft-paper")
    if found.typed:
        raise NotReadyError(code="typed-number")
    if found.given is not None:
        return {"number": found.given.number, "year": found.given.year}
    facts = _facts(transaction, told, command, found.form.symbol)
    running.remark(
        Event(
            type=EventType.PAPER_NUMBERED,
            at=transaction.now,
            doer=_doer(transaction, case),
            facts=facts,
        )
    )
    running.save()
    return {"number": facts["number"], "year": facts["year"]}


def _facts(
    transaction: Transaction, told: source.Source, command: NumberPaper, symbol: str
) -> dict[str, Json]:
    agency = source.issuer(told, command.kind, command.about)
    given = numbers.give(transaction, symbol, agency)
    return {
        "form": command.kind.value,
        "set": told.forms.name,
        "about": command.about,
        "agency": agency.hex,
        "year": given.year,
        "number": given.number,
        "code": given.code,
    }


def _source(transaction: Transaction, running: Running) -> source.Source:
    """The record of the case, as far as numbers ask: names stand for nothing here."""
    events = recorded.events_of(transaction, running.case)
    return source.Source(
        first=events[0],
        steps=chained.opened(events),
        model=running.model,
        procedure=(running.edition.ref.procedure, running.model.name),
        organisation=transaction.uow.accounts.organisation(),
        names={},
        log="",
    )


def _doer(transaction: Transaction, case: Case) -> Doer:
    """Whoever prints, in a position at an agency of the case where there is one."""
    near = case.agencies.all()
    for seat in transaction.person.seats:
        if seat.position.agency in near and seat.serves(case.procedure):
            return transaction.doer(seat)
    return transaction.doer()
