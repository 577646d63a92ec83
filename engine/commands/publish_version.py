"""Publish a version: a second person puts a draft in force, the one before retires.

Procedures in force that call its latest version follow, by the same act.
"""

from dataclasses import dataclass
from uuid import UUID

from engine.commands import calling, life
from engine.commands.transaction import Result, Transaction
from engine.domain import policy


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishVersion:
    """Put a draft in force."""

    version: UUID


def handle(command: PublishVersion, transaction: Transaction) -> Result:
    """Publish it; cases that run stay on the version they began with.

    Raises:
        NotAllowedError: The actor wrote it (ISO 9001:2015, 7.5.2).
        NotReadyError: It is not a draft.
    """
    procedures = transaction.uow.procedures
    version = procedures.version(command.version)
    # Uploads and publications of one procedure come one after the other: what another
    # one did while we waited is read again.
    life.wait(transaction, version.procedure)
    version = procedures.version(command.version)
    transaction.check(
        policy.Action.PROCEDURE_PUBLISH,
        policy.Thing(tenant=version.tenant, author=version.author),
    )
    published = life.put_in_force(transaction, version)
    followed, left = calling.follow(transaction, published)
    return {
        "version": version.id.hex,
        "number": version.number,
        "status": published.status.value,
        "kind": published.kind.value,
        # Other procedures: which call its latest version now, and which could not.
        "followed": followed,
        "left": left,
    }
