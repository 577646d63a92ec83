"""Packages: a model with its forms, as accepted at upload and as run."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, Protocol
from uuid import UUID

from engine.decisions import library
from engine.decisions import model as dmn
from engine.domain import drawn_ending
from engine.domain.model import Model, is_work
from engine.domain.procedure import Call, Version, code_of
from engine.errors import Finding, NotFoundError
from engine.forms import facts
from engine.forms.form import Form
from engine.ports import Outside, Services


class Kept(Protocol):
    """What is stored of versions; `engine.ports.Procedures` is one."""

    def files(self, version: UUID) -> Mapping[str, bytes]:
        """The files of a version's package. Raises NotFoundError."""

    def normalised(self, version: UUID) -> bytes | None:
        """What the version runs as; None: it was stored before there was such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was accepted."""

    model: Model
    #: Whether cases run on it; a document is only read, its model is an outline.
    runs: bool = True
    #: Models of the drawing's other pools, by the id of their process.
    pools: Mapping[str, Model] = field(default_factory=dict)
    #: Compiled forms by name.
    forms: Mapping[str, Form]
    #: The decisions that business rule tasks ask.
    decisions: library.Library = field(default_factory=library.Library)
    #: The decision models as they were drawn.
    tables: tuple[dmn.Model, ...] = ()
    #: Warnings and notes; a package with a refusal is never made.
    findings: tuple[Finding, ...] = ()
    #: SHA-256, hex, over every file with its name: the identity of the version.
    hash: str
    #: The bytes of the main diagram.
    diagram: bytes = b""
    #: The document it is made of: stored with the version, which runs as it says.
    normalised: bytes = b""
    #: The calls of published procedures.
    calls: tuple[Call, ...] = ()

    @property
    def title(self) -> str:
        """What pages call its version: a nameless diagram goes by its code."""
        model = self.model
        return model.name.strip() or code_of(model.facts.code, model.id)

    @property
    def controlled(self) -> bool:
        """Whether it has what makes it a controlled procedure."""
        return bool(self.model.facts.code and self.model.facts.legal_basis)

    def model_of(self, process: str) -> Model:
        """The model that a case of a process runs; empty: the main one.

        Raises:
            NotFoundError: No pool of the package runs such a process.
        """
        if process in ("", self.model.id):
            return self.model
        found = self.pools.get(process)
        if found is None:
            raise NotFoundError(code="no-process", process=process)
        return found

    def pool(self, process: str) -> "Package":
        """The package as cases of a process see it: its model is theirs."""
        model = self.model_of(process)
        return self if model is self.model else replace(self, model=model)

    def processes(self) -> Mapping[str, Model]:
        """Every process that cases run, the main one first, as cases name it."""
        return {"": self.model, **self.pools}

    def outside(self, services: Services) -> Outside:
        """What its model may ask in an installation with these functions."""
        return Outside(services=services, decisions=self.decisions)


#: The finding about a call that no file of a package answers.
UNKNOWN_CALL: Final = "call-unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A version in force, as packages that call its procedure are given it."""

    code: str
    number: int
    files: Mapping[str, bytes]
    #: What it runs as.
    document: bytes


#: The versions in force that a name may mean: of the procedure with that code, else of
#: those whose process is called so.
Find = Callable[[str], Sequence[Offer]]


def digest_of(document: bytes) -> str:
    """How events name what a version runs as: SHA-256, hex."""
    return hashlib.sha256(document).hexdigest()


def recording(package: Package) -> Mapping[str, Form]:
    """The forms of steps that record facts of the dossier, by step.

    Steps of called procedures are none of them (`engine.domain.drawn_ending`).
    """
    return {
        one.id: package.forms[one.work.form]
        for one in drawn_ending.own(package.model)
        if is_work(one)
        and one.work.form in package.forms
        and facts.named(package.forms[one.work.form])
    }


class Packages(Protocol):
    """Makes runnable packages of uploaded files, and keeps the made ones."""

    def check(self, files: Mapping[str, bytes]) -> Package:
        """Read, check and link a package.

        Raises:
            ModelInvalidError: With every refusal found.
        """

    def link(
        self, files: Mapping[str, bytes], find: Find, keep: Mapping[str, bytes]
    ) -> Mapping[str, bytes]:
        """The files with those of every published procedure that they call.

        Args:
            files: what a person uploads.
            find: finds versions in force; asked about what no file holds.
            keep: files of called versions that stay what they are.

        Raises:
            ModelInvalidError: With every refusal found; also of files that stand for
                a published procedure and were uploaded.
        """

    def unlinked(self, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
        """What a person uploaded of the files of a version."""

    def documented(self, files: Mapping[str, bytes]) -> Package:
        """A package kept as a document: nothing of it runs.

        Raises:
            ModelInvalidError: The files cannot even be read.
        """

    def published(self, version: Version, kept: Kept) -> Package:
        """The package of a version: as it was accepted, from memory or what is kept."""
