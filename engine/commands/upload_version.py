"""Upload a draft of a procedure: checked whole, stored as it came, or refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.commands import calling, life
from engine.commands.transaction import Result, Tools, Transaction
from engine.domain import policy
from engine.domain.events import EventType
from engine.domain.organisation import Actor
from engine.domain.procedure import (
    Procedure,
    Version,
    VersionKind,
    VersionStatus,
    code_of,
)
from engine.domain.run import Json
from engine.errors import ModelInvalidError
from engine.package import UNKNOWN_CALL, Package


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadVersion:
    """Store a new version as a draft."""

    #: File name in the package -> bytes.
    files: Mapping[str, bytes]
    #: Keep it as a controlled document; no case can be opened on it.
    document: bool = False

    def __repr__(self) -> str:
        """Name the files by content: the request's identity for idempotency."""
        kept = ", document" if self.document else ""
        return f"UploadVersion({sorted(self.files.items())!r}{kept})"


def prepare(command: UploadVersion, tools: Tools, actor: Actor) -> None:
    """Check the package while no transaction waits: a large one takes a moment.

    The handler asks again, and gets what `Packages` remembers. A package that calls
    what it does not hold is for the handler, who can look up what is published.

    Raises:
        NotAllowedError: The actor writes no documents.
        ModelInvalidError: With every refusal.
    """
    thing = policy.Thing(tenant=actor.tenant)
    policy.check(actor, policy.Action.PROCEDURE_UPLOAD, thing)
    try:
        _take(command, tools)(command.files)
    except ModelInvalidError as refusal:
        if all(one.code != UNKNOWN_CALL for one in refusal.findings):
            raise


def handle(command: UploadVersion, transaction: Transaction) -> Result:
    """Check the package and store it.

    Raises:
        ModelInvalidError: With every refusal; nothing is stored.
    """
    transaction.check(
        policy.Action.PROCEDURE_UPLOAD, policy.Thing(tenant=transaction.tenant)
    )
    files, package = _package(command, transaction)
    procedure = _procedure(package, transaction)
    # Uploads and publications of one procedure come one after the other.
    life.wait(transaction, procedure.id)
    versions = transaction.uow.procedures.versions(procedure.id)
    for known in versions:
        # The same bytes are the same version: uploading them again changes nothing.
        if (known.hash, known.kind) == (package.hash, _kind(package)):
            return _result(procedure, known)
    version = Version(
        tenant=transaction.tenant,
        id=transaction.tools.ids.uuid(),
        procedure=procedure.id,
        number=len(versions) + 1,
        status=VersionStatus.DRAFT,
        hash=package.hash,
        name=package.title,
        controlled=package.controlled,
        author=transaction.person.account.id,
        created_at=transaction.now,
        kind=_kind(package),
    )
    transaction.uow.procedures.add_version(version, files, package.normalised)
    kind = {} if package.runs else {"kind": version.kind.value}
    facts: dict[str, Json] = {"procedure": procedure.code, **kind}
    life.note(transaction, EventType.VERSION_UPLOADED, version, facts)
    return _result(procedure, version)


def _package(
    command: UploadVersion, transaction: Transaction
) -> tuple[Mapping[str, bytes], Package]:
    """The package with every file that it needs, and what came of its check."""
    tools, files = transaction.tools, command.files
    if not command.document:
        find = calling.finder(transaction.uow.procedures, tools.packages)
        files = tools.packages.link(files, find, {})
    return files, _take(command, tools)(files)


def _take(
    command: UploadVersion, tools: Tools
) -> Callable[[Mapping[str, bytes]], Package]:
    return tools.packages.documented if command.document else tools.packages.check


def _kind(package: Package) -> VersionKind:
    return VersionKind.PROCEDURE if package.runs else VersionKind.DOCUMENT


def _procedure(package: Package, transaction: Transaction) -> Procedure:
    """The procedure that the package is a version of, made when it is new."""
    code = code_of(package.model.facts.code, package.model.id)
    known = transaction.uow.procedures.by_code(code)
    if known is not None:
        return known
    procedure = Procedure(
        tenant=transaction.tenant,
        id=transaction.tools.ids.uuid(),
        code=code,
        name=package.title,
    )
    transaction.uow.procedures.add(procedure)
    return procedure


def _result(procedure: Procedure, version: Version) -> Result:
    return {
        "procedure": procedure.code,
        "version": version.id.hex,
        "number": version.number,
        "hash": version.hash,
        "status": version.status.value,
    }
