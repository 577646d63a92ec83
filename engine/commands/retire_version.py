"""Retire a version: no new cases run on it, and nothing takes its place."""

from dataclasses import dataclass
from uuid import UUID

from engine.commands import life
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import EventType
from engine.domain.procedure import VersionMove


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireVersion:
    """Take a version out of force."""

    version: UUID


def handle(command: RetireVersion, transaction: Transaction) -> Result:
    """Retire it; cases that run on it go on to their end.

    Raises:
        NotAllowedError: The actor approves no documents.
        NotReadyError: It is not in force.
    """
    procedures = transaction.uow.procedures
    version = procedures.version(command.version)
    transaction.check(
        policy.Action.PROCEDURE_RETIRE,
        policy.Thing(tenant=version.tenant, author=version.author),
    )
    # As in `publish_version`: what another one did while we waited is read again.
    life.wait(transaction, version.procedure)
    retired = procedures.version(command.version).move(VersionMove.RETIRE)
    procedures.change_version(retired)
    transaction.uow.arrivals.replace_starts(version.procedure, ())
    life.note(transaction, EventType.VERSION_RETIRED, retired)
    return {
        "version": version.id.hex,
        "number": version.number,
        "status": retired.status.value,
    }
