"""Published procedures as other procedures call them: what is found, what follows.

A package that calls a published procedure is linked with a version of it, whose files
become part of its own (`engine.package.Packages.link`). When a new version of a called
procedure comes into force, every procedure in force that calls its latest version gets
a new version as well, by the same act (docs/adr/0012).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from engine.commands import life
from engine.commands.transaction import Transaction
from engine.domain import policy
from engine.domain.events import EventType
from engine.domain.procedure import (
    Binding,
    Procedure,
    Version,
    VersionKind,
    VersionStatus,
)
from engine.domain.run import Json
from engine.errors import EngineError, Finding, ModelInvalidError, NotAllowedError
from engine.package import Find, Offer, Package, Packages
from engine.ports import Procedures


def finder(procedures: Procedures, packages: Packages) -> Find:
    """Finds the versions in force that a name in a diagram may mean.

    A code is one procedure's; a process id may be that of several.
    """

    def find(name: str) -> Sequence[Offer]:
        known = procedures.by_code(name)
        if known is not None:
            return [
                _offer(known, one, procedures)
                for one in procedures.versions(known.id)
                if one.status is VersionStatus.PUBLISHED
                and one.kind is VersionKind.PROCEDURE
            ]
        return [
            _offer(procedures.get(one.procedure), one, procedures)
            for one in procedures.in_force()
            if one.kind is VersionKind.PROCEDURE
            and packages.published(one, procedures).model.id == name
        ]

    return find


def _offer(procedure: Procedure, version: Version, procedures: Procedures) -> Offer:
    return Offer(
        code=procedure.code,
        number=version.number,
        files=procedures.files(version.id),
        document=procedures.normalised(version.id) or b"",
    )


def stale(
    version: Version, procedures: Procedures, packages: Packages
) -> Mapping[str, int]:
    """What a version calls in its latest version, and another one is in force.

    Returns:
        Code of each such procedure, with the number that is in force.
    """
    found = {}
    for call in packages.published(version, procedures).calls:
        called = procedures.by_code(call.code)
        if call.binding is not Binding.LATEST or called is None:
            continue
        for one in procedures.versions(called.id):
            if one.status is VersionStatus.PUBLISHED and one.hash != call.hash:
                found[call.code] = one.number
    return found


def relinked(
    version: Version, procedures: Procedures, packages: Packages
) -> tuple[Mapping[str, bytes], Package]:
    """The files of a version, linked with the latest versions of what it calls.

    What is pinned stays; the files are those that a person uploaded.

    Raises:
        ModelInvalidError: With every refusal: the new versions do not fit.
    """
    files = procedures.files(version.id)
    own = packages.unlinked(files)
    pinned = tuple(
        f"called/{call.code}@{call.number}/"
        for call in packages.published(version, procedures).calls
        if call.binding is Binding.PINNED
    )
    keep = {name: files[name] for name in files if name.startswith(pinned)}
    linked = packages.link(own, finder(procedures, packages), keep)
    return linked, packages.check(linked)


def may_follow(version: Version, approver: UUID) -> None:
    """Whether an approver puts a new version of a caller in force, too.

    Raises:
        NotAllowedError: They wrote the caller (ISO 9001:2015, 7.5.2).
    """
    if version.author == approver:
        raise NotAllowedError(code="own-document")


def follow(transaction: Transaction, cause: Version) -> tuple[list[Json], list[Json]]:
    """Give every caller of the latest version a new version of its own.

    A caller that does not fit, or that the approver wrote, keeps its version.

    Returns:
        What was put in force, and what was not, with the reasons.
    """
    made: list[Json] = []
    left: list[Json] = []
    seen: set[UUID] = set()
    waiting = [cause]
    while waiting:
        called = waiting.pop(0)
        for caller in _callers(transaction, called):
            if caller.procedure in seen:
                continue
            seen.add(caller.procedure)
            code = transaction.uow.procedures.get(caller.procedure).code
            try:
                version = _follow(transaction, caller, called)
            except EngineError as refusal:
                left.append({"procedure": code, "reasons": list(_reasons(refusal))})
            else:
                made.append({"procedure": code, "number": version.number})
                waiting.append(version)
    return made, left


def _callers(transaction: Transaction, called: Version) -> Iterator[Version]:
    """The versions in force that are to follow: callers, and the new one itself."""
    procedures = transaction.uow.procedures
    code = procedures.get(called.procedure).code
    packages = transaction.tools.packages
    for one in (*procedures.calling(code), called):
        # Uploads and publications of one procedure come one after the other.
        life.wait(transaction, one.procedure)
        now = procedures.version(one.id)
        if now.status is VersionStatus.PUBLISHED and stale(now, procedures, packages):
            yield now


def _follow(transaction: Transaction, caller: Version, cause: Version) -> Version:
    procedures, tools = transaction.uow.procedures, transaction.tools
    approver = transaction.person
    may_follow(caller, approver.account.id)
    thing = policy.Thing(tenant=caller.tenant, author=caller.author)
    transaction.check(policy.Action.PROCEDURE_PUBLISH, thing)
    files, package = relinked(caller, procedures, tools.packages)
    draft = replace(
        caller,
        id=tools.ids.uuid(),
        number=len(procedures.versions(caller.procedure)) + 1,
        status=VersionStatus.DRAFT,
        hash=package.hash,
        name=package.title,
        created_at=transaction.now,
        publisher=None,
        published_at=None,
    )
    procedures.add_version(draft, files, package.normalised)
    because: dict[str, Json] = {
        "procedure": procedures.get(cause.procedure).code,
        "version": cause.id.hex,
        "number": cause.number,
    }
    facts: dict[str, Json] = {"author": caller.author.hex, "cause": because}
    life.note(transaction, EventType.VERSION_UPLOADED, draft, facts)
    return life.put_in_force(transaction, draft, {"cause": because})


def _reasons(refusal: EngineError) -> Iterator[Json]:
    found: Sequence[Finding] = ()
    if isinstance(refusal, ModelInvalidError):
        found = [one for one in refusal.findings if one.severity == "refusal"]
    yield from (one.message for one in found)
    if not found:
        yield refusal.message
