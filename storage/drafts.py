"""What a person typed and has not sent: nothing else knows it, it is primary data.

A draft is counted at each saving. A page that began from an older count does not
overwrite it: what that page typed is kept beside, until somebody chooses.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

import sqlalchemy as sa

from engine.domain.case import TaskStatus
from engine.domain.organisation import Account
from engine.domain.run import Json, Visit
from engine.unsent import Draft, Sheet
from storage import schema
from storage.database import Database
from storage.statement import INSERTS

_DRAFT: Final = schema.draft.c
_NOTHING: Final[Mapping[str, Json]] = {}


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

    def find(self, account: Account, case: UUID, visit: Visit) -> Draft | None:
        """What the account typed before; None when it saved nothing.

        What it typed for a visit that was cancelled waits for the next of its element.
        """
        question = (
            sa.select(schema.draft)
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
            row = connection.execute(question).one_or_none()
        if row is None:
            return None
        found = _draft(row)
        # A page saves into the visit that it shows, where nothing is yet.
        return found if row.occurrence == visit.occurrence else _begun(found)

    def load(
        self, account: Account, case: UUID, visit: Visit
    ) -> Mapping[str, Json] | None:
        """The answers that were read, of what the account typed before."""
        found = self.find(account, case, visit)
        return None if found is None else found.answers

    def write(
        self,
        account: Account,
        case: UUID,
        visit: Visit,
        sheet: Sheet,
        base: int,
    ) -> Draft:
        """Keep what stands in a page's inputs.

        Args:
            account: Who typed it.
            case: The case.
            visit: The piece of work.
            sheet: What stands in the inputs.
            base: The revision that the page began from; 0: there was none.

        Returns:
            The draft as it stands now. Its sheet is another one than was given when a
            newer one stood there; the given one then stands aside.
        """
        this = _this(account, case, visit)
        made = _row(account, case, visit) | {"answers": "{}", "revision": 1}
        made |= {"typed": _text(sheet), "saved_at": sheet.saved_at}
        with self._database.write() as connection:
            added = INSERTS[connection.dialect.name](schema.draft).values(made)
            # Another page may save the first one at this moment: it is waited for.
            first = added.on_conflict_do_nothing().returning(_DRAFT.revision)
            if connection.execute(first).first() is not None:
                return Draft(
                    revision=1, answers={}, saved_at=sheet.saved_at, sheet=sheet
                )
            row = connection.execute(
                sa.select(schema.draft).where(this).with_for_update()
            ).one()
            new = _written(_draft(row), sheet, base)
            connection.execute(
                sa.update(schema.draft).where(this).values(_columns(new))
            )
        return new

    def choose(
        self, account: Account, case: UUID, visit: Visit, *, aside: bool
    ) -> None:
        """Let what stands aside take the place of the draft, or forget it."""
        this = _this(account, case, visit)
        with self._database.write() as connection:
            row = connection.execute(
                sa.select(schema.draft).where(this).with_for_update()
            ).one_or_none()
            if row is None or row.aside is None:
                return
            new: dict[str, Any] = {"aside": None}
            if aside:
                new |= {"typed": row.aside, "revision": (row.revision or 0) + 1}
            connection.execute(sa.update(schema.draft).where(this).values(new))

    def save(
        self,
        account: Account,
        case: UUID,
        visit: Visit,
        answers: Mapping[str, Json],
        now: datetime,
    ) -> None:
        """Keep answers that were read, in place of what the account typed before."""
        new = {
            "answers": json.dumps(dict(answers), ensure_ascii=False),
            "saved_at": now,
            "typed": None,
        }
        made = _row(account, case, visit) | {"revision": 1}
        with self._database.write() as connection:
            added = INSERTS[connection.dialect.name](schema.draft).values(made | new)
            counted = sa.func.coalesce(_DRAFT.revision, 0) + 1
            connection.execute(
                added.on_conflict_do_update(
                    index_elements=list(_row(account, case, visit)),
                    set_=new | {"revision": counted},
                )
            )

    def drop(self, account: Account, case: UUID, visit: Visit) -> None:
        """Forget what the account typed."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(schema.draft).where(_this(account, case, visit))
            )

    def done(self, tenant: UUID, case: UUID, visit: Visit) -> None:
        """Forget what anybody typed for work that is done."""
        with self._database.write() as connection:
            connection.execute(
                sa.delete(schema.draft).where(
                    _DRAFT.tenant_id == tenant,
                    _DRAFT.case_id == case,
                    _DRAFT.element == visit.element,
                    _DRAFT.occurrence == visit.occurrence,
                )
            )

    def clear(self, tenant: UUID) -> int:
        """Forget what was typed for work that is done, or in a case that is over."""
        over = (
            sa.select(schema.task.c.element)
            .join(
                schema.case,
                sa.and_(
                    schema.case.c.tenant_id == schema.task.c.tenant_id,
                    schema.case.c.id == schema.task.c.case_id,
                ),
            )
            .where(
                _OF_TASK,
                sa.or_(
                    schema.task.c.status == TaskStatus.DONE.value,
                    schema.case.c.closed_at.is_not(None),
                ),
            )
            .exists()
        )
        with self._database.write() as connection:
            return connection.execute(
                sa.delete(schema.draft).where(_DRAFT.tenant_id == tenant, over)
            ).rowcount


def _written(known: Draft, sheet: Sheet, base: int) -> Draft:
    """A draft after a page wrote to it."""
    same = known.sheet is not None and known.sheet.content == sheet.content
    if base == known.revision:
        return Draft(
            revision=known.revision + 1,
            answers={},
            saved_at=sheet.saved_at,
            sheet=sheet,
            aside=known.aside,
        )
    return Draft(
        revision=known.revision,
        answers=known.answers,
        saved_at=known.saved_at,
        sheet=known.sheet,
        aside=known.aside if same else sheet,
    )


def _begun(found: Draft) -> Draft:
    return Draft(
        revision=0,
        answers=found.answers,
        saved_at=found.saved_at,
        sheet=found.sheet,
        aside=found.aside,
    )


def _draft(row: Any) -> Draft:
    return Draft(
        revision=row.revision or 0,
        answers=cast("Mapping[str, Json]", json.loads(row.answers)),
        saved_at=row.saved_at,
        sheet=_sheet(row.typed),
        aside=_sheet(row.aside),
    )


def _columns(draft: Draft) -> dict[str, Any]:
    return {
        "revision": draft.revision,
        "answers": json.dumps(dict(draft.answers), ensure_ascii=False),
        "saved_at": draft.saved_at,
        "typed": draft.sheet and _text(draft.sheet),
        "aside": draft.aside and _text(draft.aside),
    }


def _text(sheet: Sheet) -> str:
    kept = sheet.content | {"saved_at": sheet.saved_at.isoformat()}
    return json.dumps(kept, ensure_ascii=False)


def _sheet(text: str | None) -> Sheet | None:
    if text is None:
        return None
    kept = json.loads(text)
    return Sheet(
        typed=kept["typed"],
        files={
            key: [tuple(one) for one in all_] for key, all_ in kept["files"].items()
        },
        saved_at=datetime.fromisoformat(kept["saved_at"]),
    )


def _row(account: Account, case: UUID, visit: Visit) -> dict[str, Any]:
    return {
        "tenant_id": account.tenant,
        "case_id": case,
        "element": visit.element,
        "occurrence": visit.occurrence,
        "account": account.id,
    }


def _this(account: Account, case: UUID, visit: Visit) -> sa.ColumnElement[bool]:
    return sa.and_(
        *(_DRAFT[name] == value for name, value in _row(account, case, visit).items())
    )
