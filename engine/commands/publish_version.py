"""Publish a version: a second person puts a draft in force, the one before retires."""

from dataclasses import dataclass, replace
from uuid import UUID

from engine.commands import starting
from engine.commands.streams import append
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.procedure import Version, VersionMove, VersionStatus
from engine.package import digest_of


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
    transaction.uow.history.stream(StreamKind.PROCEDURE, version.procedure)
    version = procedures.version(command.version)
    transaction.check(
        policy.Action.PROCEDURE_PUBLISH,
        policy.Thing(tenant=version.tenant, author=version.author),
    )
    published = replace(
        version.move(VersionMove.PUBLISH),
        publisher=transaction.person.account.id,
        published_at=transaction.now,
    )
    for other in procedures.versions(version.procedure):
        if other.status is VersionStatus.PUBLISHED:
            retired = other.move(VersionMove.RETIRE)
            procedures.change_version(retired)
            note(transaction, EventType.VERSION_RETIRED, retired)
    procedures.change_version(published)
    starting.keep(transaction, published)
    note(transaction, EventType.VERSION_PUBLISHED, published)
    return {
        "version": version.id.hex,
        "number": version.number,
        "status": published.status.value,
    }


def note(transaction: Transaction, kind: EventType, version: Version) -> None:
    """Record a step of a version's life in the stream of its procedure."""
    document = transaction.uow.procedures.normalised(version.id)
    append(
        transaction,
        StreamKind.PROCEDURE,
        version.procedure,
        Event(
            type=kind,
            at=transaction.now,
            doer=transaction.doer(),
            facts={
                "version": version.id.hex,
                "number": version.number,
                "hash": version.hash,
                **({} if document is None else {"model": digest_of(document)}),
            },
        ),
    )
