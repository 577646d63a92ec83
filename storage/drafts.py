"""What a person typed and has not sent: nothing else knows it, it is primary data."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Final, cast
from uuid import UUID

import sqlalchemy as sa

from engine.domain.case import TaskStatus
from engine.domain.organisation import Account
from engine.domain.run import Json, Visit
from storage import schema
from storage.database import Database
from storage.statement import INSERTS

_DRAFT: Final = schema.draft.c


_OF_TASK: Final = sa.and_(
    *(
        schema.task.c[name] == _DRAFT[name]
        for name in ("tenant_id", "case_id", "element", "occurrence")
    )
)


class Drafts:
    """Typed answers, one draft for each account and piece of work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def load(
        self, account: Account, case: UUID, visit: Visit
    ) -> Mapping[str, Json] | None:
        """What the account typed before; None when it saved nothing.

        What it typed for a visit that was cancelled waits for the next of its element.
        """
        question = (
            sa.select(_DRAFT.answers)
            .select_from(schema.draft.join(schema.task, _OF_TASK))
            .where(
                _DRAFT.tenant_id == account.tenant,
                _DRAFT.case_id == case,
                _DRAFT.element == visit.element,
                _DRAFT.account == account.id,
                _DRAFT.occurrence <= visit.occurrence,
                sa.or_(
                    _DRAFT.occurrence == visit.occurrence,
                    schema.task.c.status == TaskStatus.CANCELLED.value,
                ),
            )
            .order_by(_DRAFT.occurrence.desc())
            .limit(1)
        )
        with self._database.read() as connection:
            text = connection.scalar(question)
        return None if text is None else cast("Mapping[str, Json]", json.loads(text))

    def save(
        self,
        account: Account,
        case: UUID,
        visit: Visit,
        answers: Mapping[str, Json],
        now: datetime,
    ) -> None:
        """Keep what the account typed, in place of what it typed before."""
        new = {
            "answers": json.dumps(dict(answers), ensure_ascii=False),
            "saved_at": now,
        }
        key = {
            "tenant_id": account.tenant,
            "case_id": case,
            "element": visit.element,
            "occurrence": visit.occurrence,
            "account": account.id,
        }
        with self._database.write() as connection:
            added = INSERTS[connection.dialect.name](schema.draft).values(key | new)
            connection.execute(
                added.on_conflict_do_update(index_elements=list(key), set_=new)
            )

    def drop(self, account: Account, case: UUID, visit: Visit) -> None:
        """Forget what the account typed."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(schema.draft).where(_this(account, case, visit))
            )


def _this(account: Account, case: UUID, visit: Visit) -> sa.ColumnElement[bool]:
    return sa.and_(
        _DRAFT.tenant_id == account.tenant,
        _DRAFT.case_id == case,
        _DRAFT.element == visit.element,
        _DRAFT.occurrence == visit.occurrence,
        _DRAFT.account == account.id,
    )
