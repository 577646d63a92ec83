"""Open a case: a dossier is received."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Final
from uuid import UUID

from engine.commands import dossier_acts, opening, paper, reasons
from engine.commands.edition import Edition
from engine.commands.transaction import Result, Transaction
from engine.domain import case as cases
from engine.domain import dossier_record, lookup, policy
from engine.domain.dossier_record import Component, Fee
from engine.domain.on_paper import OnPaper
from engine.domain.organisation import Seat
from engine.domain.procedure import Version, VersionStatus
from engine.domain.run import Json
from engine.errors import (
    AnswersInvalidError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
)
from engine.forms import answers, plain

SUBMITTERS: Final = ("owner", "representative")
#: Address, telephone, e-mail, and who came with which authorisation.
CONTACT: Final = ("dia_chi", "dien_thoai", "thu_dien_tu", "nguoi_dai_dien")


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCase:
    """Receive a dossier for a procedure, on its version in force."""

    procedure: str
    #: Answers to the start form, as typed or as JSON values.
    data: Mapping[str, Json]
    #: Agencies that take part; None: the receiver's own agency does everything.
    agencies: cases.Agencies | None = None
    #: `direct`, `online` or `post`.
    channel: str = "direct"
    language: str = "vi"
    #: What was handed in, and how many sets.
    components: tuple[Component, ...] = ()
    sets: int = 1
    #: What is to be paid; None: as the version says. Otherwise why.
    fees: tuple[Fee, ...] | None = None
    fees_why: str = ""
    #: `owner` or `representative`; `direct`, `post` or `online`.
    submitter: str = "owner"
    collect: str = "direct"
    #: Values besides the form: those of `CONTACT` that are known.
    contact: Mapping[str, str] = field(default_factory=dict)
    #: The code that opens the citizen's page; empty: none.
    lookup: str = ""
    #: The pool to open a case in (empty: the main process), and the triggered start
    #: event to begin at (empty: the none start, else the first one).
    process: str = ""
    start: str = ""
    #: It was received on paper and is entered now; None: on the screen.
    paper: OnPaper | None = None


def handle(command: OpenCase, transaction: Transaction) -> Result:
    """Open the case and take its tokens to the first work.

    Raises:
        NotAllowedError: The actor receives no dossiers, or holds no position.
        NotFoundError: There is no such procedure, process or start event, no version of
            it is in force, or the actor holds no position in the receiving agency.
        AnswersInvalidError: The start form is not filled in correctly.
        EngineError: What is told of paper cannot be (`engine.commands.paper`).
    """
    tenant = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.CASE_OPEN, tenant)
    version = _in_force(command.procedure, transaction)
    seats = _seats(transaction, version)
    agencies = command.agencies or _own(seats[0].position.agency)
    # Who receives a dossier, or helps to send it, does so in an agency of their own.
    taking = frozenset((agencies.helping, agencies.receiving))
    thing = replace(tenant, agencies=taking, procedure=version.procedure)
    transaction.check(policy.Action.CASE_OPEN, thing)
    edition = transaction.edition(version.id, command.process)
    receipt = paper.of_receipt(agencies, version.procedure)
    sheet = paper.told(command.paper, receipt, transaction)
    running = opening.begin(
        transaction,
        opening.Opening(
            version=version,
            process=command.process,
            start=command.start or edition.package.model.root.opening,
            data=_contact(command) | dict(_data(command, edition)),
            agencies=agencies,
            channel=command.channel,
            doer=transaction.doer(_in(agencies, seats) or seats[0]),
            facts=_told(command, edition) | sheet,
            lookup=_kept(command, transaction),
        ),
    )
    case = running.case
    return {"case": case.id.hex, "code": case.code, "status": case.status.value}


def _seats(transaction: Transaction, version: Version) -> list[Seat]:
    """Dossiers are received in a position, never by an account as such."""
    actor = transaction.actor
    seats = [] if actor is None else actor.seats
    serving = [one for one in seats if one.serves(version.procedure)]
    if not serving:
        raise NotAllowedError(code="no-position")
    return serving


def _in(agencies: cases.Agencies, seats: Sequence[Seat]) -> Seat | None:
    """Of several positions, the one in the agency that receives, else that helps."""
    for agency in (agencies.receiving, agencies.helping):
        for one in seats:
            if one.position.agency == agency:
                return one
    return None


def _in_force(code: str, transaction: Transaction) -> Version:
    procedure = transaction.uow.procedures.by_code(code)
    if procedure is None:
        raise NotFoundError(code="no-procedure", procedure=code)
    for version in reversed(transaction.uow.procedures.versions(procedure.id)):
        if version.status is VersionStatus.PUBLISHED:
            return version
    raise NotFoundError(code="not-in-force", procedure=code)


def _data(command: OpenCase, edition: Edition) -> Mapping[str, Json]:
    form = edition.package.forms.get(edition.package.model.facts.start_form)
    if form is None:
        return plain.check(command.data)
    checked = answers.validate(form, command.data, language=command.language)
    if checked.errors:
        raise AnswersInvalidError(checked.errors)
    return checked.values


def _told(command: OpenCase, edition: Edition) -> dict[str, Json]:
    """What came in and what is to be paid (docs/manual/dossiers.md, rule 1)."""
    if command.submitter not in SUBMITTERS or command.sets < 1:
        raise NotReadyError(code="no-choice")
    if command.collect not in dossier_record.WAYS:
        raise NotReadyError(code="no-choice")
    stated = [Fee(name=name, amount=n) for name, n in edition.package.model.facts.fees]
    fees = stated if command.fees is None else list(command.fees)
    if any(one.amount < 0 for one in fees):
        raise NotReadyError(code="no-amount")
    told: dict[str, Json] = {
        "sets": command.sets,
        "submitter": command.submitter,
        "collect": command.collect,
        "fees": [asdict(one) for one in fees],
        "components": [],
    }
    if command.components:
        told["components"] = dossier_acts.told_of(command.components)
    if fees != stated:
        told["fees_why"] = reasons.reason_of(command.fees_why)
    return told


def _contact(command: OpenCase) -> dict[str, Json]:
    """How the applicant is reached: values, beside those of the form."""
    known = {name: command.contact.get(name, "").strip() for name in CONTACT}
    told: dict[str, Json] = {name: text for name, text in known.items() if text}
    return {**plain.check(told)}


def _kept(command: OpenCase, transaction: Transaction) -> bytes:
    """What is stored of the look-up code."""
    if not command.lookup:
        return b""
    if not lookup.valid(command.lookup):
        raise NotReadyError(code="no-choice")
    return lookup.kept(command.lookup, transaction.tools.ids.random(16))


def _own(agency: UUID) -> cases.Agencies:
    """One agency does everything."""
    return cases.Agencies(
        helping=agency, receiving=agency, handling=agency, deciding=agency
    )
