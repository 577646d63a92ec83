"""Open the corrective action of a finding: a case of the built-in procedure.

Finding and case name each other: the event of the audit names the case, the opening
event of the case names the finding and the event it is about (ISO 9001:2015, 10.2.2).
"""

from dataclasses import dataclass
from uuid import UUID

from engine.commands import audits, opening
from engine.commands.edition import Edition
from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import placing
from engine.domain.case import Agencies
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.procedure import Version, VersionStatus
from engine.domain.programme import ACTION_PROCEDURE, Audit, Finding
from engine.domain.run import Json
from engine.errors import AnswersInvalidError, NotFoundError, NotReadyError
from engine.forms import answers


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAction:
    """Open the corrective action of a finding."""

    audit: UUID
    finding: int


def handle(command: OpenAction, transaction: Transaction) -> Result:
    """Open the case in the agency that handled what the finding is about.

    Raises:
        NotFoundError: There is no such finding, or the procedure is not in force.
        NotReadyError: The finding has its action already.
        AnswersInvalidError: The procedure in force asks for more than a finding says.
    """
    audit = audits.locked(command.audit, transaction)
    finding = audit.finding(command.finding)
    if finding is None:
        raise NotFoundError(code="no-finding")
    if finding.action is not None:
        raise NotReadyError(code="has-action")
    version = _in_force(transaction)
    edition = transaction.edition(version.id)
    running = opening.begin(
        transaction,
        opening.Opening(
            version=version,
            data=_data(audit, finding, edition, _step(finding, transaction)),
            agencies=_agencies(finding, edition, transaction),
            doer=transaction.doer(),
            cause={
                "finding": [audit.id.hex, finding.number],
                "about": [finding.evidence.case.hex, finding.evidence.seq],
            },
        ),
    )
    facts: dict[str, Json] = {
        "n": finding.number,
        "case": running.case.id.hex,
        "code": running.case.code,
    }
    event = Event(
        type=EventType.ACTION_OPENED,
        at=transaction.now,
        doer=transaction.doer(),
        facts=facts,
    )
    append(transaction, StreamKind.AUDIT, audit.id, event)
    return {"audit": audit.id.hex, **facts}


def _in_force(transaction: Transaction) -> Version:
    procedure = transaction.uow.procedures.by_code(ACTION_PROCEDURE)
    if procedure is not None:
        for version in reversed(transaction.uow.procedures.versions(procedure.id)):
            if version.status is VersionStatus.PUBLISHED:
                return version
    raise NotFoundError(code="no-action-procedure", procedure=ACTION_PROCEDURE)


def _agencies(finding: Finding, edition: Edition, transaction: Transaction) -> Agencies:
    about = transaction.uow.cases.get(finding.evidence.case)
    return placing.agencies_for(
        transaction.uow.accounts.organisation(),
        about.agencies.handling,
        opening.performers_of(edition.package.model),
    )


def _step(finding: Finding, transaction: Transaction) -> str:
    """The step that the finding is about, as the version in force then names it."""
    about = transaction.uow.cases.get(finding.evidence.case)
    edition = transaction.edition(about.procedure_version, about.process)
    node = edition.package.model.nodes.get(finding.evidence.element)
    return node.name if node is not None else ""


def _data(
    audit: Audit, finding: Finding, edition: Edition, step: str
) -> dict[str, Json]:
    """What the finding says, as answers to the start form."""
    said: dict[str, Json] = {
        "ma_phat_hien": f"{audit.code}/{finding.number}",
        "nguon_phat_hien": "danh_gia_noi_bo",
        "muc_do": finding.grade.value,
        "dieu_khoan": finding.clause,
        "ho_so_lien_quan": finding.evidence.code,
        "buoc_lien_quan": step,
        "noi_dung_phat_hien": finding.text or f"{audit.code}/{finding.number}",
    }
    form = edition.package.forms.get(edition.package.model.facts.start_form)
    if form is None:
        return said
    known = {name: value for name, value in said.items() if name in form.keys}
    checked = answers.validate(form, known)
    if checked.errors:
        raise AnswersInvalidError(checked.errors)
    return dict(checked.values)
