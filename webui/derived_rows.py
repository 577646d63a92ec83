"""What a check of everything compares derived rows with, beside the events."""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from engine.commands.rebuild_case import RebuildCase
from engine.errors import EngineError, NotFoundError
from webui import context

#: Bytes of the id of a case.
_ID: Final = 16
#: What a column that holds what it is not for may raise: SQLite keeps anything.
_STUMBLES: Final = (
    *(ArithmeticError, AttributeError, LookupError, MemoryError, RecursionError),
    *(TypeError, ValueError),
)


def title(
    application: context.Application, tenant: UUID, version: UUID
) -> tuple[str, bool] | None:
    """What a version is called by what it runs as, and whether it is controlled."""
    with application.store.read(tenant) as uow:
        try:
            stored = uow.procedures.version(version)
            package = application.packages.published(stored, uow.procedures)
        except (EngineError, *_STUMBLES):
            return None
    return package.title, package.controlled


def cases(application: context.Application, tenant: UUID) -> Iterator[dict[str, Any]]:
    """What of the rows of each case is not what its events make, one after the other.

    A case has a moment of its own, and nobody waits for it. Cases that are opened
    meanwhile are left to the next check: else it would not end while an office works.
    """
    with application.store.read(tenant) as uow:
        # Sixteen bytes for each: there may be a million.
        known = b"".join(one.bytes for one in uow.cases.all())
    for at in range(0, len(known), _ID):
        yield from _case(application, tenant, UUID(bytes=known[at : at + _ID]))


def _case(
    application: context.Application, tenant: UUID, case: UUID
) -> Iterator[dict[str, Any]]:
    try:
        yield dict(
            application.engine.look(RebuildCase(case=case, repair=False), tenant)
        )
    except NotFoundError:
        # Its version is not there, which other layers tell.
        return
    except (EngineError, *_STUMBLES) as error:
        # A row that cannot be read: SQLite keeps anything in any column.
        line = f"{type(error).__name__}: {error}"
        yield {"case": case.hex, "code": case.hex, "differences": [line[:200]]}
