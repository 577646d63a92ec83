"""The statements about what people have typed and not sent yet."""

from typing import Final

import sqlalchemy as sa

from storage import schema
from storage.statement import Statement, parameter, setting

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c


def _drafts_of(table: sa.FromClause) -> sa.ColumnElement[bool]:
    """The drafts of one piece of work."""
    return sa.and_(
        table.c.tenant_id == parameter("tenant", _CASE.tenant_id),
        table.c.case_id == parameter("case", _CASE.id),
        table.c.element == parameter("element", _TASK.element),
        table.c.occurrence == parameter("occurrence", _TASK.occurrence),
    )


DELETE_DRAFTS: Final = Statement(
    sa.delete(schema.draft).where(_drafts_of(schema.draft))
)
#: Who has typed something for a visit, the last one first.
TYPED: Final = (
    sa.select(schema.draft.c.account)
    .where(_drafts_of(schema.draft))
    .order_by(schema.draft.c.saved_at.desc(), schema.draft.c.account)
)
GIVE_DRAFT: Final = Statement(
    sa.update(schema.draft)
    .where(
        _drafts_of(schema.draft),
        schema.draft.c.account == parameter("giver", schema.draft.c.account),
    )
    .values(setting(schema.draft, "account"))
)
#: What the engine keeps is read; it takes the place of what stood in the inputs.
_KEPT: Final = (
    *("tenant_id", "case_id", "element", "occurrence", "account"),
    *("answers", "saved_at"),
)
KEEP_DRAFT: Final = Statement.upsert(
    schema.draft,
    lambda added: added.values(
        setting(schema.draft, *_KEPT) | {"revision": sa.literal_column("1")}
    ).on_conflict_do_update(
        index_elements=[one.name for one in schema.draft.primary_key],
        set_={name: added.excluded[name] for name in ("answers", "saved_at")}
        | {
            "typed": sa.null(),
            "revision": sa.func.coalesce(
                schema.draft.c.revision, sa.literal_column("0")
            )
            + sa.literal_column("1"),
        },
    ),
)
DRAFTED: Final = (
    sa.select(schema.draft.c.element, schema.draft.c.occurrence)
    .where(
        schema.draft.c.tenant_id == parameter("tenant", _CASE.tenant_id),
        schema.draft.c.case_id == parameter("case", _CASE.id),
    )
    .distinct()
)
