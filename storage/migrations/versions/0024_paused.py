"""Work whose case stands still: lists tell it from work without a limit."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

_ACTIVE = sa.text("closed_at IS NULL")
_KEY = (
    *("tenant_id", "agency", "performer", "status", "due_at", "opened_at"),
    *("case_id", "element", "occurrence", "procedure", "step", "channel"),
)
_REST = ("assignee", "closed_at")
# The text of a clock is canonical: an instant behind `since` says that it stands.
_STANDING = (
    "UPDATE task SET paused = {true} WHERE closed_at IS NULL"
    ' AND EXISTS (SELECT 1 FROM "case" WHERE "case".tenant_id = task.tenant_id'
    ' AND "case".id = task.case_id AND "case".clock LIKE \'%"since":"%\')'
)
# Both were one group: who kept a list of it sees both.
_KEPT = (
    "UPDATE saved_filter SET query = replace(query, '{}', '{}')"
    " WHERE query LIKE '%han=khong-han%'"
)
_OLD, _NEW = "han=khong-han", "han=tam-dung&han=khong-han"


def upgrade() -> None:
    column: sa.Column[bool] = sa.Column(
        "paused", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("task", column)
    true = "true" if op.get_bind().dialect.name == "postgresql" else "1"
    op.execute(_STANDING.format(true=true))
    op.execute(_KEPT.format(_OLD, _NEW))
    _index("paused", *_REST)


def downgrade() -> None:
    op.execute(_KEPT.format(_NEW, _OLD))
    _index(*_REST)
    op.drop_column("task", "paused")


def _index(*rest: str) -> None:
    op.drop_index("task_active", "task")
    op.create_index(
        "task_active",
        "task",
        [*_KEY, *rest],
        sqlite_where=_ACTIVE,
        postgresql_where=_ACTIVE,
    )
