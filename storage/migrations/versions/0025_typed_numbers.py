"""Numbers of papers that somebody typed: the register gives them to no other."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from alembic import op

from storage import types

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

_TYPED = re.compile(r"0*([1-9][0-9]{0,8}) */ *([^\W\d_]+)")
_SYMBOLS = {"HDHS", "PXL", "TBDHS", "TCHS", "TNHS", "XLGH"}
_LOCAL = timedelta(hours=7)
_CASE = sa.table(
    "case",
    *(sa.column(name, types.Id()) for name in ("tenant_id", "id")),
    *(
        sa.column(name, types.Id())
        for name in ("helping", "receiving", "handling", "deciding")
    ),
)
_EVENT = sa.table(
    "event",
    *(sa.column(name, types.Id()) for name in ("tenant_id", "stream")),
    sa.column("type", sa.Text()),
    sa.column("body", sa.LargeBinary()),
)
_NUMBER = sa.table(
    "typed_number",
    sa.column("tenant_id", types.Id()),
    sa.column("prefix", sa.Text()),
    sa.column("number", sa.BigInteger()),
)


def upgrade() -> None:
    op.create_table(
        "typed_number",
        sa.Column("tenant_id", types.Id(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id", "prefix", "number", name=op.f("typed_number_pk")
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenant.tenant_id"], name=op.f("typed_number_tenant_id_fk")
        ),
        sqlite_with_rowid=False,
    )
    link = op.get_bind()
    letters = ("extension.asked", "deadline.extended")
    question = (
        sa.select(_EVENT.c.body, _CASE)
        .join_from(
            _EVENT,
            _CASE,
            sa.and_(
                _CASE.c.tenant_id == _EVENT.c.tenant_id,
                _CASE.c.id == _EVENT.c.stream,
            ),
        )
        .where(_EVENT.c.type.in_(letters))
    )
    rows = {one for row in link.execute(question) for one in _numbers(row)}
    for tenant, prefix, number in sorted(rows, key=str):
        values = {"tenant_id": tenant, "prefix": prefix, "number": number}
        link.execute(sa.insert(_NUMBER).values(values))


def _numbers(row: Any) -> Iterator[tuple[UUID, str, int]]:
    """The number that an event tells was typed, of the agency whose letter it is."""
    body = json.loads(row.body)
    facts = body["facts"]
    found = _TYPED.fullmatch(str(facts.get("letter", "")))
    if found is None or found[2].upper() not in _SYMBOLS:
        return
    doing = body["doer"].get("agency")
    near = (row.helping, row.receiving, row.handling, row.deciding)
    agency = UUID(doing) if doing is not None else row.handling
    agency = agency if agency in near else row.handling
    text = facts["paper"]["at"] if "paper" in facts else body["at"]
    year = (datetime.fromisoformat(text).astimezone(UTC) + _LOCAL).year
    prefix = f"{found[2].upper()}/{agency.hex}/{year}/"
    yield row.tenant_id, prefix, int(found[1])


def downgrade() -> None:
    op.drop_table("typed_number")
