"""Runnable packages: made of uploaded files at first, then of what was kept of them."""

import dataclasses
import io
import struct
import zipfile
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from engine import limits
from engine.decisions import compiler, library, program
from engine.decisions import model as dmn
from engine.domain.model import Model, Scope
from engine.domain.procedure import Version
from engine.errors import Finding, FormInvalidError, ModelInvalidError
from engine.forms import document
from engine.forms.form import Form
from engine.package import UNKNOWN_CALL, Find, Kept, Package
from models_bpmn import calls, catalogue, decisions, importer, normalised
from models_bpmn.decisions import describe
from models_bpmn.importer import differences
from models_bpmn.importer.analysis import Analysis, Outcome, Settings
from models_bpmn.importer.report import Place, Remark, Report

__all__ = [
    "Maker",
    "describe",
    "diagrams",
    "is_package",
    "model_of",
    "read",
    "ruled",
    "unpack",
]

_KEPT = 256
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
#: What a damaged archive makes of `zipfile`.
_DAMAGED = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError),
    *(NotImplementedError, OSError, RuntimeError, ValueError, OverflowError),
)


class Maker:
    """Checks packages and keeps the published ones in memory."""

    def __init__(self, services: frozenset[str]) -> None:
        self._services = services
        self._made: OrderedDict[str, Package] = OrderedDict()
        #: By version, not by hash: another release may have read the same files in
        #: another way.
        self._published: OrderedDict[UUID, Package] = OrderedDict()

    def analyse(
        self,
        files: Mapping[str, bytes],
        answers: Mapping[str, str] | None = None,
        *,
        defaults: bool = False,
        intent: bool = True,
        find: Find = calls.nobody,
    ) -> Analysis:
        """Tell what becomes of a package: its outcome, balance and open decisions.

        Args:
            files: the files of the package by name.
            answers: choices by decision; those of the package itself count less.
            defaults: whether the default of a decision nobody has made is an answer.
            intent: whether a diagram that says it is not executable stays a document.
            find: finds the versions in force that the diagrams may call.

        Raises:
            ModelInvalidError: the files make no package.
        """
        package = catalogue.package(files)
        ruled = decisions.together(package.decisions)
        settings = Settings(
            forms=package.forms,
            services=self._services,
            decisions=ruled.names,
            answers={**catalogue.answers(package), **(answers or {})},
            defaults=defaults,
            intent=intent,
            find=calls.finder(package, find),
        )
        found = importer.analyse(package.diagrams, settings)
        _, refused = _forms(package.forms)
        refused = (*refused, *ruled.refusals)
        if not refused:
            return replace(found, findings=(*found.findings, *ruled.findings))
        told = (*refused, *found.findings)
        return replace(found, outcome=Outcome.REFUSED, findings=told, model=None)

    def check(self, files: Mapping[str, bytes]) -> Package:
        """Read, check and link a package; one that was accepted is remembered.

        Raises:
            ModelInvalidError: With every refusal found, of the diagrams or the forms.
        """
        package = catalogue.package(files)
        made = self._made.get(package.hash)
        if made is None:
            made = self._made[package.hash] = self._checked(package)
            _forget(self._made)
        return made

    def link(
        self, files: Mapping[str, bytes], find: Find, keep: Mapping[str, bytes]
    ) -> Mapping[str, bytes]:
        """The files with those of every published procedure that they call.

        Args:
            files: what a person uploads.
            find: finds versions in force; asked about what no file holds.
            keep: files of called versions that stay what they are.

        Raises:
            ModelInvalidError: With every refusal found.
        """
        calls.refuse(files)
        try:
            self.check({**files, **keep})
        except ModelInvalidError as refusal:
            if all(one.code != UNKNOWN_CALL for one in refusal.findings):
                raise
        else:
            return {**files, **keep}
        found = self.analyse({**files, **keep}, intent=False, find=find)
        if found.outcome is not Outcome.RUNS:
            raise ModelInvalidError(found.refusals or found.findings)
        return {**files, **calls.files(found.calls, find, keep)}

    def unlinked(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """What a person uploaded of the files of a version."""
        return catalogue.package(files).own

    def _checked(self, package: catalogue.Package) -> Package:
        forms, refused = _forms(package.forms)
        ruled = decisions.together(package.decisions)
        refused = (*refused, *ruled.refusals)
        try:
            loaded = catalogue.load(
                package,
                services=self._services,
                decisions=ruled.names,
                find=calls.finder(package),
            )
        except ModelInvalidError as error:
            raise ModelInvalidError((*error.findings, *refused)) from error
        if refused:
            raise ModelInvalidError(refused)
        made, _ = _forms(loaded.forms)
        document = normalised.Normalised(
            format=normalised.FORMAT,
            diagram=package.diagrams[0][0],
            model=loaded.model,
            pools=loaded.pools,
            forms={**made, **forms, **calls.forms(package)},
            decisions=ruled.models,
            findings=tuple(map(_remark, (*loaded.findings, *ruled.findings))),
            differences=differences.found(loaded.model, loaded.listed),
            calls=calls.made(package, loaded.calls),
            ruled=calls.decisions(package),
        )
        return _runnable(document, package.hash, package.files)

    def documented(self, files: Mapping[str, bytes]) -> Package:
        """A package that is kept as a controlled document: it is read, never run.

        Raises:
            ModelInvalidError: The files make no package, or cannot be read.
        """
        package = catalogue.package(files)
        found = self.analyse(files)
        if found.outcome is Outcome.REFUSED:
            raise ModelInvalidError(found.findings)
        made, _ = _forms({**found.forms, **package.forms})
        model = found.model or _nothing(package)
        document = normalised.Normalised(
            format=normalised.FORMAT,
            diagram=package.diagrams[0][0],
            model=model,
            forms=made,
            decisions=decisions.together(package.decisions).models,
            # What would keep it from running is no fault of a document.
            findings=tuple(
                replace(_remark(one), severity="note")
                if one.severity in {"refusal", "decision"}
                else _remark(one)
                for one in found.findings
            ),
            differences=differences.found(model, found.listed),
            runs=False,
        )
        return _runnable(document, package.hash, package.files)

    def published(self, version: Version, kept: Kept) -> Package:
        """The package of an accepted version: as it was accepted, or not at all.

        It is made of the document that was stored with it; the importer is asked only
        about versions from before there were such documents.

        Raises:
            ConfigurationError: This release cannot read the document.
        """
        known = self._published.get(version.id)
        if known is None:
            known = self._published[version.id] = self._kept(version, kept)
            _forget(self._published)
        return known

    def _kept(self, version: Version, kept: Kept) -> Package:
        files = kept.files(version.id)
        content = kept.normalised(version.id)
        if content is None:
            return self.check(files)
        return _runnable(normalised.read(content), version.hash, files, content)


def _nothing(package: catalogue.Package) -> Model:
    """The outline of a document that draws no process."""
    name = Path(package.diagrams[0][0]).stem
    scope = Scope(id=name, name=name, process=True)
    return Model(
        id=name, name=name, hash=package.hash, nodes={}, flows={}, scopes={name: scope}
    )


def _forget(made: OrderedDict[Any, Package]) -> None:
    """Let the oldest go where there are too many."""
    if len(made) > _KEPT:
        made.popitem(last=False)


def _runnable(
    document: normalised.Normalised,
    identity: str,
    files: Mapping[str, bytes],
    content: bytes = b"",
) -> Package:
    """What the engine runs: made of the document alone, today as in ten years."""
    ruled = library.Library(
        _programs(document.decisions),
        {prefix: _programs(those) for prefix, those in document.ruled.items()},
    )
    return Package(
        model=document.model,
        pools=document.pools,
        forms=document.forms,
        decisions=ruled,
        tables=document.decisions,
        findings=document.findings,
        hash=identity,
        diagram=files[document.diagram],
        normalised=content or normalised.render(document),
        runs=document.runs,
        calls=document.calls,
    )


def _programs(drawn: Sequence[dmn.Model]) -> list[program.Program]:
    return [compiler.compile(one).program for one in drawn]


def _remark(finding: Finding) -> Remark:
    if isinstance(finding, Remark):
        return finding
    return Remark(**dataclasses.asdict(finding))


def model_of(
    files: Sequence[tuple[str, bytes]],
    services: frozenset[str],
    process: str = "",
    decisions: frozenset[str] | None = None,
) -> Model:
    """The model of diagrams alone, for playing; forms that they name are not asked for.

    Args:
        files: name and bytes of each diagram, the main one first.
        services: names of the functions that service tasks may call.
        process: id of the process that a case runs; empty: the first executable one.
        decisions: names of the decisions at hand; None: not asked for either.

    Raises:
        ModelInvalidError: With every refusal found.
    """
    return importer.load(
        files, process=process, forms=None, services=services, decisions=decisions
    ).model


def ruled(paths: Sequence[Path]) -> decisions.Together:
    """The decisions of packages and of lone decision files, for playing.

    Raises:
        ModelInvalidError: One of them is refused.
    """
    files: dict[str, bytes] = {}
    for path in paths:
        if path.suffix == ".dmn":
            files[path.name] = path.read_bytes()
        elif path.is_dir() or zipfile.is_zipfile(path):
            files |= catalogue.package(read(path)).decisions
    found = decisions.together(files)
    if found.refusals:
        raise ModelInvalidError(found.findings)
    return found


def is_package(path: Path) -> bool:
    """Whether a folder is a package."""
    return (path / catalogue.MAIN).is_file()


def read(path: Path) -> Mapping[str, bytes]:
    """The files of a package folder, a zip archive or a lone diagram.

    Raises:
        ModelInvalidError: The files are too large or make no package.
    """
    if path.is_dir():
        return catalogue.read(path).files
    if path.stat().st_size > limits.PACKAGE_BYTES:
        raise _too_large(path.name, path.stat().st_size)
    return unpack(path.name, path.read_bytes())


def diagrams(path: Path) -> tuple[tuple[str, bytes], ...]:
    """The diagrams of a package or a file, the main one first; of decisions none."""
    if path.suffix == ".dmn":
        return ()
    if path.is_file() and not zipfile.is_zipfile(path):
        return ((path.name, path.read_bytes()),)
    return catalogue.package(read(path)).diagrams


def unpack(name: str, content: bytes) -> Mapping[str, bytes]:
    """The files in what was uploaded: a zip archive's members, else the one file.

    Raises:
        ModelInvalidError: The archive is damaged, or larger than a package may be.
    """
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return {f"{_stem(name)}.bpmn": content}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            # Other methods can ask for any memory, whatever the size of the member.
            if any(one.compress_type not in _METHODS for one in members):
                raise zipfile.BadZipFile
            # The sizes are checked before anything is inflated, and hold while it is:
            # `read` stops at the size that the directory of the archive promises.
            size = sum(one.file_size for one in members)
            if size > limits.PACKAGE_BYTES:
                raise _too_large(name, size)
            return {one.filename: archive.read(one) for one in members}
    except _DAMAGED as error:
        report = Report()
        report.add("package-archive", Place(file=name))
        raise ModelInvalidError(report.findings) from error


def _stem(name: str) -> str:
    """The name of a lone diagram, without what no name in a package may have."""
    stem = Path(name).name.split(".")[0].replace("\\", "_")
    # A file system may hold names that are no Unicode (PEP 383).
    return stem.encode(errors="replace").decode() or "process"


def _too_large(name: str, size: int) -> ModelInvalidError:
    report = Report()
    limit = limits.PACKAGE_BYTES
    report.add("package-too-large", Place(file=name), size=size, limit=limit)
    return ModelInvalidError(report.findings)


def _forms(
    documents: Mapping[str, bytes],
) -> tuple[dict[str, Form], tuple[Finding, ...]]:
    forms: dict[str, Form] = {}
    refused: list[Finding] = []
    for name, content in documents.items():
        try:
            forms[name] = document.compile(content)
        except FormInvalidError as error:
            refused += error.findings
    return forms, tuple(refused)
