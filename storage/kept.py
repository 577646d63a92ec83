"""What people keep of worklists: filters, and the tokens of their calendar feeds."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa

from engine import limits
from engine.domain.organisation import Actor
from engine.errors import NotFoundError, TooLargeError
from engine.queries import SavedFilter
from storage import schema, worklist_schema
from storage.database import Database
from storage.statement import INSERTS

_FILTER: Final = worklist_schema.saved_filter.c
_ACCOUNT: Final = schema.account.c
_FEED: Final = worklist_schema.feed.c


class Kept:
    """What people keep of worklists."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def filters(self, actor: Actor) -> tuple[SavedFilter, ...]:
        """One's own and those of one's units, by name."""
        columns = (_FILTER.id, _FILTER.account, _FILTER.name, _FILTER.query)
        mine = _FILTER.account == actor.account.id
        shared = _FILTER.agency.in_(sorted(actor.agencies))
        question = (
            sa.select(*columns, _FILTER.agency)
            .where(_FILTER.tenant_id == actor.tenant, sa.or_(mine, shared))
            .order_by(_FILTER.name, _FILTER.id)
        )
        with self._database.read() as connection:
            rows = connection.execute(question).mappings()
            return tuple(SavedFilter(**row) for row in rows)

    def keep(self, tenant: UUID, made: SavedFilter, now: datetime) -> None:
        """Store a filter.

        Its owner is locked meanwhile, so that filters which are kept at the same moment
        are counted one after the other.

        Raises:
            TooLargeError: Its owner keeps too many.
        """
        own = (_FILTER.tenant_id == tenant, _FILTER.account == made.account)
        row = {
            "tenant_id": tenant,
            "id": made.id,
            "account": made.account,
            "name": made.name,
            "query": made.query,
            "agency": made.agency,
            "created_at": now,
        }
        owner = sa.select(_ACCOUNT.id).where(
            _ACCOUNT.tenant_id == tenant, _ACCOUNT.id == made.account
        )
        with self._database.write() as connection:
            connection.execute(owner.with_for_update(key_share=True))
            count = connection.scalar(sa.select(sa.func.count()).where(*own))
            if (count or 0) >= limits.SAVED_FILTERS:
                raise TooLargeError(code="saved-filters", limit=limits.SAVED_FILTERS)
            connection.execute(sa.insert(worklist_schema.saved_filter), row)

    def drop(self, tenant: UUID, account: UUID, id_: UUID) -> None:
        """Forget a filter of one's own; another's stays.

        Raises:
            NotFoundError: It is not one's own, or there is none.
        """
        with self._database.write() as connection:
            done = connection.execute(
                sa.delete(worklist_schema.saved_filter).where(
                    *(_FILTER.tenant_id == tenant, _FILTER.account == account),
                    _FILTER.id == id_,
                )
            )
            if done.rowcount != 1:
                raise NotFoundError

    def feed(self, tenant: UUID, hash_: bytes) -> UUID | None:
        """Whose feed a token opens, by its SHA-256."""
        question = sa.select(_FEED.account).where(
            _FEED.tenant_id == tenant, _FEED.hash == hash_
        )
        with self._database.read() as connection:
            return connection.scalar(question)

    def has_feed(self, tenant: UUID, account: UUID) -> bool:
        """Whether somebody has a feed."""
        question = sa.select(_FEED.account).where(
            _FEED.tenant_id == tenant, _FEED.account == account
        )
        with self._database.read() as connection:
            return connection.scalar(question) is not None

    def open_feed(
        self, tenant: UUID, account: UUID, hash_: bytes, now: datetime
    ) -> None:
        """Let a token open one's feed, in place of every token before."""
        new = {"hash": hash_, "created_at": now}
        key = {"tenant_id": tenant, "account": account}
        with self._database.write() as connection:
            table = worklist_schema.feed
            added = INSERTS[connection.dialect.name](table).values(key | new)
            connection.execute(
                added.on_conflict_do_update(index_elements=list(key), set_=new)
            )

    def close_feed(self, tenant: UUID, account: UUID) -> None:
        """Let no token open it any more."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(worklist_schema.feed).where(
                    _FEED.tenant_id == tenant, _FEED.account == account
                )
            )
