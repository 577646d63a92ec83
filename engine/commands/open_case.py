"""Open a case: a dossier is received."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from engine.commands.running import Running
from engine.commands.transaction import Edition, Result, Transaction
from engine.domain import case as cases
from engine.domain import dossier, iso8601, policy, working_time
from engine.domain.events import Event, EventType
from engine.domain.organisation import Position
from engine.domain.procedure import Version, VersionStatus
from engine.domain.run import Json, Open, Status
from engine.errors import AnswersInvalidError, NotAllowedError, NotFoundError
from engine.evidence import record
from engine.forms import answers, plain

#: The value that every case has from the start, for correlation and for forms.
DOSSIER_CODE = "ma_ho_so"


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


def handle(command: OpenCase, transaction: Transaction) -> Result:
    """Open the case and take its tokens to the first work.

    Raises:
        NotAllowedError: The actor receives no dossiers, or holds no position.
        NotFoundError: There is no such procedure, no version of it is in force, or the
            actor holds no position in the receiving agency.
        AnswersInvalidError: The start form is not filled in correctly.
    """
    tenant = policy.Thing(tenant=transaction.tenant)
    transaction.check(policy.Action.CASE_OPEN, tenant)
    position = _position(transaction)
    agencies = command.agencies or _own(position.agency)
    # Who receives a dossier, or helps to send it, does so in an agency of their own.
    taking = frozenset((agencies.helping, agencies.receiving))
    transaction.check(policy.Action.CASE_OPEN, replace(tenant, agencies=taking))
    position = _in(agencies, transaction.person.positions) or position
    version = _in_force(command.procedure, transaction)
    edition = transaction.edition(version.id)
    data = _data(command, edition)
    applicant = dossier.applicant(edition.package.model.facts, data)
    case = replace(
        _new_case(transaction, version, edition, agencies),
        channel=command.channel,
        applicant=applicant,
    )
    data = {**data, DOSSIER_CODE: case.code}
    start = edition.package.model.root.opening
    running = Running(transaction, case, None)
    running.act(
        Open(data, start),
        Event(
            type=EventType.CASE_OPENED,
            at=transaction.now,
            doer=transaction.doer(position),
            facts={**_facts(case), **({"start": start} if start else {})},
            values=data,
        ),
    )
    running.save()
    return {"case": case.id.hex, "code": case.code, "status": running.case.status.value}


def _position(transaction: Transaction) -> Position:
    """Dossiers are received in a position, never by an account as such."""
    if transaction.actor is None or not transaction.actor.positions:
        raise NotAllowedError(code="no-position")
    return transaction.actor.positions[0]


def _in(agencies: cases.Agencies, held: Sequence[Position]) -> Position | None:
    """Of several positions, the one in the agency that receives, else that helps."""
    for agency in (agencies.receiving, agencies.helping):
        for one in held:
            if one.agency == agency:
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


def _new_case(
    transaction: Transaction,
    version: Version,
    edition: Edition,
    agencies: cases.Agencies,
) -> cases.Case:
    tools, now = transaction.tools, transaction.now
    return cases.Case(
        tenant=transaction.tenant,
        id=tools.ids.uuid(),
        month=cases.month_of(now),
        procedure=version.procedure,
        procedure_version=version.id,
        code=_code(transaction, edition, agencies.receiving),
        status=Status.OPEN,
        agencies=agencies,
        version=0,
        seq=0,
        head=bytes(32),
        state=None,
        opened_at=now,
        due_at=_due(transaction, edition),
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
    return dossier.code(pattern, before, transaction.uow.cases.next_code(before))


def _due(transaction: Transaction, edition: Edition) -> datetime | None:
    facts = edition.package.model.facts
    if facts.limit is None:
        return None
    return working_time.add(
        transaction.now, facts.limit, transaction.tools.calendar, cutoff=facts.cutoff
    ).at


def _facts(case: cases.Case) -> dict[str, Json]:
    agencies = case.agencies
    return {
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
