"""Reads what the cases of a tenant are judged by from the streams that tell of it.

Versions and people are taken from sealed events, never from rows beside them: whoever
changes a row changes no verdict.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from engine.domain import calendars as calendar_register
from engine.domain.calendars import Register
from engine.domain.events import Sealed, StreamKind
from engine.domain.office_hours import Calendar
from engine.errors import EvidenceError, NotFoundError
from engine.judging import editions
from engine.judging.integrity import Chain
from engine.judging.norm import Life, Norm, lives, norm_of
from engine.judging.people import People
from engine.package import Packages
from engine.ports import UnitOfWork


def people(uow: UnitOfWork, tenant: UUID) -> People:
    """The organisation of a tenant.

    Raises:
        EvidenceError: Its stream does not verify.
    """
    return People.of(told(uow, StreamKind.ORGANISATION, tenant))


def calendars(uow: UnitOfWork, tenant: UUID, seed: Calendar) -> Register:
    """The calendars of a tenant that were ever in force.

    Raises:
        EvidenceError: Their stream does not verify, or tells of no calendars.
    """
    stream = calendar_register.stream_of(tenant)
    try:
        return editions.register_of(told(uow, StreamKind.CALENDAR, stream), seed)
    except (LookupError, TypeError, ValueError) as error:
        message = f"The record of the calendars cannot be read: {error!r}."
        raise EvidenceError(message) from error


def told(
    uow: UnitOfWork, kind: StreamKind, stream: UUID
) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """What a stream tells, event after event; nothing where there is none.

    Raises:
        EvidenceError: An event is not what was sealed.
    """
    known = uow.history.known(kind, stream)
    if known is not None:
        yield from opened(uow.history.read(stream, known.month))


def opened(events: Sequence[Sealed]) -> Iterator[tuple[datetime, dict[str, Any]]]:
    """Events of one stream, checked.

    Raises:
        EvidenceError: An event is not what was sealed.
    """
    chain = Chain(events)
    for sealed in events:
        event, ruling = chain.open(sealed)
        if event is None:
            name = f"{sealed.stream.kind.value}:{sealed.stream.id.hex}"
            message = f"Event {sealed.seq} of {name} does not verify: {ruling.code}."
            raise EvidenceError(message, seq=sealed.seq)
        yield event.instant, dict(event.body)


class Library:
    """Norms by version, read when a case first asks; implements `norm.Norms`."""

    def __init__(self, uow: UnitOfWork, packages: Packages) -> None:
        self._uow = uow
        self._packages = packages
        self._norms: dict[tuple[str, str], Norm | None] = {}
        self._lives: dict[UUID, dict[str, Life]] = {}

    def of(self, version: str, process: str) -> Norm | None:
        """The norm of a version (id in hex) and process; None: there is no such."""
        key = version, process
        if key not in self._norms:
            self._norms[key] = self._read(version, process)
        return self._norms[key]

    def _read(self, version: str, process: str) -> Norm | None:
        procedures = self._uow.procedures
        try:
            known = procedures.version(UUID(version))
            package = self._packages.published(known, procedures).pool(process)
        except (NotFoundError, ValueError):
            return None
        life = self._life(known.procedure).get(version, Life())
        return norm_of(package, life)

    def _life(self, procedure: UUID) -> dict[str, Life]:
        if procedure not in self._lives:
            stream = told(self._uow, StreamKind.PROCEDURE, procedure)
            self._lives[procedure] = lives(stream)
        return self._lives[procedure]
