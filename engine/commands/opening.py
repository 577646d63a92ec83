"""How a case begins, whoever opens it: a person, a message, a signal or a timer.

A case that the engine opens is received in the agency that has most of the performers
of its process: of several the nearest to the agency that handles the sender, or, where
there is no sender, the oldest (`engine.domain.placing`). Its dossier code and due date
are given as to any other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from engine.commands.edition import Edition
from engine.commands.running import Running
from engine.commands.transaction import Transaction
from engine.domain import case as cases
from engine.domain import clock_text, dossier, dues, iso8601, placing
from engine.domain import model as models
from engine.domain.events import Doer, Event, EventType
from engine.domain.procedure import Version
from engine.domain.run import Json, Open, Status
from engine.errors import NotFoundError
from engine.evidence import record

#: The channel of what the engine opens.
AUTOMATIC = "automatic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a case begins with."""

    version: Version
    #: The process (empty: the main one) and its triggered start event (empty: the none
    #: start).
    process: str = ""
    start: str = ""
    data: Mapping[str, Json] = field(default_factory=dict)
    agencies: cases.Agencies
    channel: str = AUTOMATIC
    doer: Doer = field(default_factory=Doer)
    #: What came in and what is to be paid, and what is kept of the look-up code.
    facts: Mapping[str, Json] = field(default_factory=dict)
    lookup: bytes = b""
    #: What brought it about: the letter, or the instant of a timer.
    cause: Mapping[str, Json] = field(default_factory=dict)
    #: The case that sent the letter.
    sender: cases.Case | None = None


def begin(transaction: Transaction, opening: Opening) -> Running:
    """Open a case, take its tokens to the first work and save it.

    Raises:
        NotFoundError: There is no such process, start event or agency, or the version
            is a document.
    """
    edition = transaction.edition(opening.version.id, opening.process)
    if not edition.package.runs:
        raise NotFoundError(code="a-document")
    root = edition.package.model.root
    if opening.start and opening.start not in root.triggers:
        raise NotFoundError(code="no-start", start=opening.start)
    case = _new_case(transaction, opening, edition)
    data = {**opening.data, dossier.CODE_KEY: case.code}
    started: dict[str, Json] = {"start": opening.start} if opening.start else {}
    running = Running(transaction, case, None)
    running.act(
        Open(data, opening.start),
        Event(
            type=EventType.CASE_OPENED,
            at=transaction.now,
            doer=opening.doer,
            facts={**_facts(case), **started, **opening.facts, **opening.cause},
            values=data,
        ),
    )
    running.words = dossier.words(opening.data)
    running.save()
    return running


def performers_of(procedure: models.Model) -> frozenset[str]:
    """Everybody whom the work of a procedure asks for."""
    nodes = procedure.nodes.values()
    return frozenset(
        models.performer_of(node) for node in nodes if models.is_work(node)
    )


def placed(
    transaction: Transaction, model: models.Model, near: UUID | None = None
) -> cases.Agencies:
    """The agencies of a case that nobody brings.

    Raises:
        NotFoundError: There is no agency yet.
    """
    organisation = transaction.uow.accounts.organisation()
    performers = performers_of(model)
    receiving = placing.receiver(organisation, performers, near)
    if receiving is None:
        raise NotFoundError(code="no-agency")
    return placing.agencies_for(organisation, receiving, performers)


def _new_case(
    transaction: Transaction, opening: Opening, edition: Edition
) -> cases.Case:
    now, sender = transaction.now, opening.sender
    received = clock_text.real(now, opening.facts)
    facts = edition.package.model.facts
    return cases.Case(
        tenant=transaction.tenant,
        id=transaction.tools.ids.uuid(),
        month=cases.month_of(now),
        procedure=opening.version.procedure,
        procedure_version=opening.version.id,
        code=_code(transaction, edition, opening.agencies.receiving),
        status=Status.OPEN,
        agencies=opening.agencies,
        version=0,
        seq=0,
        head=bytes(32),
        state=None,
        opened_at=received,
        due_at=_due(transaction, edition, opening.agencies.handling, received),
        channel=opening.channel,
        applicant=dossier.applicant(facts, opening.data),
        lookup=opening.lookup,
        process=opening.process,
        conversation=cases.conversation_of(sender) if sender else None,
        generation=sender.generation + 1 if sender else 0,
    )


def _code(transaction: Transaction, edition: Edition, receiving: UUID) -> str:
    organisation = transaction.uow.accounts.organisation()
    agency = organisation.agencies.get(receiving)
    if agency is None:
        raise NotFoundError(code="no-agency")
    pattern = edition.package.model.facts.dossier_pattern or dossier.DEFAULT_PATTERN
    before = dossier.prefix(
        pattern,
        agency=agency.codes[-1] if agency.codes else "HS",
        procedure=edition.ref.procedure,
        day=iso8601.day(transaction.now),
    )
    while True:
        number = transaction.uow.cases.next_code(before)
        code = dossier.code(pattern, before, number)
        # Two patterns may write the same text (`H1` + 20001 and `H12` + 0001), and a
        # counter may be gone: what a case has already is passed over.
        if not transaction.uow.cases.find(code):
            return code


def _due(
    transaction: Transaction, edition: Edition, handling: UUID, received: datetime
) -> datetime | None:
    """The promise from the real receipt, by what is in force now (clock.md, 3)."""
    facts = edition.package.model.facts
    calendar = transaction.calendars().in_force(handling, transaction.now)
    return dues.promise(received, facts.limit, facts.cutoff, calendar)


def _facts(case: cases.Case) -> dict[str, Json]:
    agencies = case.agencies
    facts: dict[str, Json] = {
        "code": case.code,
        "channel": case.channel,
        "version": case.procedure_version.hex,
        "due": None if case.due_at is None else record.instant(case.due_at),
        "agencies": {
            "helping": agencies.helping.hex,
            "receiving": agencies.receiving.hex,
            "handling": agencies.handling.hex,
            "deciding": agencies.deciding.hex,
        },
    }
    if case.process:
        facts["process"] = case.process
    if case.conversation is not None:
        facts["conversation"] = case.conversation.hex
        facts["generation"] = case.generation
    return facts
