"""Packages: a model with its forms, as accepted at upload and as run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from engine.domain.model import Model
from engine.domain.procedure import Version
from engine.errors import Finding
from engine.forms.form import Form
from engine.ports import Decisions, Outside, Services, Undecided

#: Gives the files of a version's package when they are not in a cache.
FilesOf = Callable[[UUID], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """A package that was accepted."""

    model: Model
    #: Compiled forms by name.
    forms: Mapping[str, Form]
    #: The decisions that business rule tasks ask.
    decisions: Decisions = field(default_factory=Undecided)
    #: Warnings and notes; a package with a refusal is never made.
    findings: tuple[Finding, ...] = ()
    #: SHA-256, hex, over every file with its name: the identity of the version.
    hash: str
    #: The bytes of the main diagram.
    diagram: bytes = b""

    def outside(self, services: Services) -> Outside:
        """What its model may ask in an installation with these functions."""
        return Outside(services=services, decisions=self.decisions)


class Packages(Protocol):
    """Makes runnable packages of uploaded files, and keeps the made ones."""

    def check(self, files: Mapping[str, bytes]) -> Package:
        """Read, check and link a package.

        Raises:
            ModelInvalidError: With every refusal found.
        """

    def published(self, version: Version, files: FilesOf) -> Package:
        """The package of a version: from the cache, else from `files(version.id)`."""
