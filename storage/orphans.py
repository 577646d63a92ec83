"""Files that nothing names: a server died after storing one, before noting its hash.

A row of `attachment`, a file on its way and a draft name bytes by their hash; so does a
record, in what people answered or in the facts of an event. Records have no index of
hashes: they are asked only about what nothing else names, once a day.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from storage import schema
from storage.database import Database
from storage.file_schema import attachment, upload
from storage.files import Files

#: How old a file is before it counts as forgotten, and how often all are looked at.
AGE: Final = timedelta(days=1)
#: Files that one question asks about.
_ASKED: Final = 500
#: Files about which the records are asked in one round; others wait for the next.
_RECORDED: Final = 20

_FILE: Final = attachment.c
_UPLOAD: Final = upload.c
_DRAFT: Final = schema.draft.c
_EVENT: Final = schema.event.c
_PERSONAL: Final = schema.personal.c


def sweep(database: Database, files: Files, tenant: UUID, now: datetime) -> int:
    """Remove files that nothing has named for a day; how many."""
    before = now - AGE
    if not files.begin_round(tenant, now, before):
        return 0
    with database.read() as connection:
        alone = _alone(connection, tenant, files.old(tenant, before))
        asked = list(islice(alone, _RECORDED))
        gone = [one for one in asked if not _is_recorded(connection, tenant, one)]
    return sum(files.erase_old(tenant, one, before) for one in gone)


def _alone(
    connection: sa.Connection, tenant: UUID, names: Iterable[str]
) -> Iterator[str]:
    """Those that no row names."""
    rest = iter(names)
    while some := list(islice(rest, _ASKED)):
        held = sa.union(
            sa.select(_FILE.sha256).where(
                _FILE.tenant_id == tenant, _FILE.sha256.in_(some)
            ),
            sa.select(_UPLOAD.sha256).where(
                _UPLOAD.tenant_id == tenant, _UPLOAD.sha256.in_(some)
            ),
        )
        known = set(connection.scalars(held))
        yield from (one for one in some if one not in known)


def _is_recorded(connection: sa.Connection, tenant: UUID, sha256: str) -> bool:
    """Whether a draft, an answer or an event names bytes."""
    body: sa.ColumnElement[str] = sa.cast(_EVENT.body, sa.Text)
    if connection.dialect.name == "postgresql":
        body = sa.func.convert_from(_EVENT.body, "UTF8")
    named = (
        (_DRAFT.tenant_id, _DRAFT.typed),
        (_DRAFT.tenant_id, _DRAFT.aside),
        (_PERSONAL.tenant_id, _PERSONAL.value),
        (_EVENT.tenant_id, body),
    )
    for owner, text in named:
        question = sa.select(sa.literal(1)).where(
            owner == tenant, text.contains(sha256, autoescape=True)
        )
        if connection.execute(question.limit(1)).first() is not None:
            return True
    return False
