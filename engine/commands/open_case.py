"""Open a case: a dossier is received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import opening
from engine.commands.edition import Edition
from engine.commands.transaction import Result, Transaction
from engine.domain import case as cases
from engine.domain import policy
from engine.domain.organisation import Seat
from engine.domain.procedure import Version, VersionStatus
from engine.domain.run import Json
from engine.errors import AnswersInvalidError, NotAllowedError, NotFoundError
from engine.forms import answers, plain


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
    #: The pool to open a case in (empty: the main process), and the triggered start
    #: event to begin at (empty: the none start, else the first one).
    process: str = ""
    start: str = ""


def handle(command: OpenCase, transaction: Transaction) -> Result:
    """Open the case and take its tokens to the first work.

    Raises:
        NotAllowedError: The actor receives no dossiers, or holds no position.
        NotFoundError: There is no such procedure, process or start event, no version of
            it is in force, or the actor holds no position in the receiving agency.
        AnswersInvalidError: The start form is not filled in correctly.
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
    running = opening.begin(
        transaction,
        opening.Opening(
            version=version,
            process=command.process,
            start=command.start or edition.package.model.root.opening,
            data=_data(command, edition),
            agencies=agencies,
            channel=command.channel,
            doer=transaction.doer(_in(agencies, seats) or seats[0]),
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


def _own(agency: UUID) -> cases.Agencies:
    """One agency does everything."""
    return cases.Agencies(
        helping=agency, receiving=agency, handling=agency, deciding=agency
    )
