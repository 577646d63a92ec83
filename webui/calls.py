"""Procedures that a version calls, as pages tell them, and who did not follow it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import flask

from engine.commands import calling
from engine.commands.transaction import Result
from engine.domain.procedure import Binding, Call, Version, VersionStatus
from engine.domain.run import Json
from engine.errors import EngineError, ModelInvalidError
from engine.package import Package
from engine.ports import Procedures, UnitOfWork
from models_bpmn import packages
from webui import context, errors, i18n
from webui.i18n import translate

_BINDINGS: Final = {
    Binding.PINNED: "stays with this version",
    Binding.LATEST: "follows the version in force",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Called:
    """A step that runs another procedure."""

    #: Name of the step, else its id.
    step: str
    element: str
    procedure: str
    number: int
    binding: str
    #: The version that it runs.
    version: UUID | None
    #: A newer version that it should run and does not; 0: there is none.
    newer: int = 0
    #: Why not.
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """A procedure in force that calls an older version of this one."""

    name: str
    version: UUID
    number: int
    reasons: tuple[str, ...]


def called(version: Version, package: Package, uow: UnitOfWork) -> list[Called]:
    """What a version calls; one in force that is behind says why."""
    if not package.calls:
        return []
    procedures = uow.procedures
    newer: dict[str, int] = {}
    why: tuple[str, ...] = ()
    if version.status is VersionStatus.PUBLISHED:
        made = context.application().packages
        newer = dict(calling.stale(version, procedures, made))
        why = _why(version, newer, uow) if newer else ()
    return [
        Called(
            step=one.name or one.element,
            element=one.element,
            procedure=one.code,
            number=one.number,
            binding=translate(_BINDINGS[one.binding]),
            version=_version(one, procedures),
            newer=newer.get(one.code, 0),
            reasons=why if one.code in newer else (),
        )
        for one in package.calls
    ]


def _version(call: Call, procedures: Procedures) -> UUID | None:
    known = procedures.by_code(call.code)
    versions = () if known is None else procedures.versions(known.id)
    return next((one.id for one in versions if one.number == call.number), None)


def behind(version: Version, uow: UnitOfWork) -> list[Caller]:
    """Callers that ask for the latest version, and run an older one than this."""
    if version.status is not VersionStatus.PUBLISHED:
        return []
    procedures, made = uow.procedures, context.application().packages
    code = procedures.get(version.procedure).code
    found = []
    for one in procedures.calling(code):
        newer = calling.stale(one, procedures, made)
        if code in newer:
            why = _why(one, newer, uow)
            found.append(
                Caller(name=one.name, version=one.id, number=one.number, reasons=why)
            )
    return found


def _why(
    version: Version, newer: Mapping[str, int], uow: UnitOfWork
) -> tuple[str, ...]:
    """Why a caller did not follow, as it stands now."""
    procedures = uow.procedures
    try:
        calling.relinked(version, procedures, context.application().packages)
    except ModelInvalidError as refusal:
        found = [one for one in refusal.findings if one.severity == "refusal"]
        return tuple(packages.describe(one, i18n.language()) for one in found)
    except EngineError as refusal:
        return (errors.text_of(refusal),)
    approvers = {
        one.publisher
        for code in newer
        if (known := procedures.by_code(code)) is not None
        for one in procedures.versions(known.id)
        if one.number == newer[code]
    }
    if version.author in approvers:
        return (
            translate(
                "Whoever published that version wrote this one. Upload it again."
            ),
        )
    return (translate("Upload it again, so that it runs the version in force."),)


def tell(result: Result) -> None:
    """Say after a publication which callers followed it, and which did not."""
    followed = [*_procedures(result.get("followed"))]
    left = [*_procedures(result.get("left"))]
    if followed:
        named = ", ".join(followed)
        flask.flash(translate("They call it and got a new version: %(p)s.", p=named))
    if left:
        named = ", ".join(left)
        flask.flash(
            translate("They call it and keep the older version: %(p)s.", p=named)
        )


def _procedures(rows: Json) -> Iterator[str]:
    for one in rows if isinstance(rows, list) else ():
        if isinstance(one, dict):
            yield str(one["procedure"])
