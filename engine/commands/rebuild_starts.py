"""Rebuild the start events of a procedure: compare them with its version in force."""

from dataclasses import dataclass
from uuid import UUID

from engine.commands import starting
from engine.commands.transaction import Result, Transaction
from engine.domain import policy
from engine.domain.procedure import VersionStatus
from engine.domain.run import Json
from engine.exchange import Start


@dataclass(frozen=True, slots=True, kw_only=True)
class RebuildStarts:
    """Compare the stored start events of a procedure with its version in force."""

    procedure: UUID
    #: Write the rebuilt rows where they differ.
    repair: bool = True


def handle(command: RebuildStarts, transaction: Transaction) -> Result:
    """Rebuild them; a timer that is stored goes on from where it stands.

    One that is missing goes on with its first instant from now on: which instants were
    missed, and which had their case, is told by the cases alone.
    """
    uow = transaction.uow
    transaction.check(
        policy.Action.CASE_REBUILD, policy.Thing(tenant=transaction.tenant)
    )
    procedure = uow.procedures.get(command.procedure)
    stored = {_key(one): one for one in uow.arrivals.starts_of(procedure.id)}
    rebuilt = {_key(one): one for one in _in_force(procedure.id, transaction)}
    differences: list[Json] = [
        f"the start event {element} of {process or 'the main process'} differs"
        for _, process, element, *_ in sorted(stored.keys() ^ rebuilt.keys(), key=repr)
    ]
    if differences and command.repair:
        kept = tuple(stored.get(key, one) for key, one in rebuilt.items())
        uow.arrivals.replace_starts(procedure.id, kept)
    return {"procedure": procedure.code, "differences": differences}


def _key(start: Start) -> tuple[UUID, str, str, str, str]:
    return (start.version, start.process, start.element, start.kind, start.name)


def _in_force(procedure: UUID, transaction: Transaction) -> tuple[Start, ...]:
    for version in reversed(transaction.uow.procedures.versions(procedure)):
        if version.status is VersionStatus.PUBLISHED:
            return starting.of(transaction, version)
    return ()
