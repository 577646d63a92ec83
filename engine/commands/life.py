"""The life of a version, step by step, with an event for each."""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final
from uuid import UUID

from engine.commands import starting
from engine.commands.streams import append
from engine.commands.transaction import Transaction
from engine.domain.events import Event, EventType, StreamKind
from engine.domain.procedure import Version, VersionMove, VersionStatus
from engine.domain.run import Json
from engine.package import digest_of

_NOTHING: Final[Mapping[str, Json]] = MappingProxyType({})


def wait(transaction: Transaction, procedure: UUID) -> None:
    """Wait for whoever else changes a procedure: one comes after the other."""
    transaction.uow.history.stream(StreamKind.PROCEDURE, procedure)


def put_in_force(
    transaction: Transaction, draft: Version, facts: Mapping[str, Json] = _NOTHING
) -> Version:
    """Publish a draft; the version before retires.

    Raises:
        NotReadyError: It is no draft.
    """
    procedures = transaction.uow.procedures
    published = replace(
        draft.move(VersionMove.PUBLISH),
        publisher=transaction.person.account.id,
        published_at=transaction.now,
    )
    for other in procedures.versions(draft.procedure):
        if other.status is VersionStatus.PUBLISHED:
            retired = other.move(VersionMove.RETIRE)
            procedures.change_version(retired)
            note(transaction, EventType.VERSION_RETIRED, retired, facts)
    procedures.change_version(published)
    starting.keep(transaction, published)
    note(transaction, EventType.VERSION_PUBLISHED, published, facts)
    return published


def note(
    transaction: Transaction,
    kind: EventType,
    version: Version,
    facts: Mapping[str, Json] = _NOTHING,
) -> None:
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
                **facts,
            },
        ),
    )
