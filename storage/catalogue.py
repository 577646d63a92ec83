"""Lines of the catalogue, of the rows of a procedure and its versions."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from engine.domain.procedure import VersionKind, VersionStatus
from engine.queries import ProcedureItem


def line(
    row: sa.Row[Any], versions: Sequence[sa.Row[Any]], running: int
) -> ProcedureItem:
    """A line of the catalogue; `versions` are in the order of their numbers."""

    def newest(status: VersionStatus) -> sa.Row[Any] | None:
        found = [each for each in versions if each.status == status.value]
        return found[-1] if found else None

    force, draft = newest(VersionStatus.PUBLISHED), newest(VersionStatus.DRAFT)
    waits = draft is not None and (force is None or draft.number > force.number)
    shown = force or (versions[-1] if versions else None)
    return ProcedureItem(
        id=row.id,
        code=row.code,
        name=row.name,
        version=force.id if force else None,
        number=force.number if force else None,
        status=VersionStatus(shown.status) if shown else VersionStatus.DRAFT,
        published_at=force.published_at if force else None,
        running=running,
        draft=draft.id if draft and waits else None,
        kind=VersionKind(shown.kind) if shown else VersionKind.PROCEDURE,
    )
