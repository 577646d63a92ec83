"""Store what older versions run as, before another release reads them otherwise."""

from dataclasses import dataclass

from engine.commands import life
from engine.commands.transaction import Result, Transaction
from engine.domain.events import EventType
from engine.domain.procedure import Version
from engine.domain.run import Json
from engine.errors import ModelInvalidError, NotAllowedError


@dataclass(frozen=True, slots=True, kw_only=True)
class NormaliseVersions:
    """Give every version that has no document one, made by this release."""


def handle(command: NormaliseVersions, transaction: Transaction) -> Result:  # noqa: ARG001 - it holds nothing
    """Read the files of those versions once, and keep what came of it.

    It belongs to the upgrade of an installation: the release that brings the documents
    is the nearest to those that accepted the files. A version that this release refuses
    keeps none; it is named, and the release that accepted it can still run it.

    Raises:
        NotAllowedError: A person asks; only an upgrade does this.
    """
    if transaction.actor is not None:
        raise NotAllowedError
    stored: list[Json] = []
    refused: list[Json] = []
    for version in transaction.uow.procedures.without_document():
        try:
            _keep(version, transaction)
        except ModelInvalidError as refusal:
            refused.append(
                f"{version.name}, version {version.number}: {refusal.message}"
            )
        else:
            stored.append(version.id.hex)
    return {"stored": stored, "refused": refused}


def _keep(version: Version, transaction: Transaction) -> None:
    procedures = transaction.uow.procedures
    package = transaction.tools.packages.check(procedures.files(version.id))
    # Uploads, publications and upgrades of one procedure come one after the other.
    life.wait(transaction, version.procedure)
    if procedures.normalised(version.id) is None:
        procedures.add_document(version.id, package.normalised)
        life.note(transaction, EventType.VERSION_NORMALISED, version)
