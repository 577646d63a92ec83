"""Derived rows beside what the record tells, column by column.

The rows of a case that are expected are made by the functions that write them, so that
one projection serves acts, rebuilds and the check of everything.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain import dossier_text
from engine.domain.case import Differing, Task
from engine.domain.dossier_text import Told
from engine.domain.run import Json
from engine.evidence import office_rows, record
from engine.ports import CaseChange
from storage import case_rows, dossiers, schema
from storage.dossier_schema import dossier
from storage.statement import Link, Statement, setting
from storage.types import Id, Instant

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ID_BYTES: Final = 16
#: What no record tells, or what other layers of the check compare.
_APART: Final[Mapping[str, frozenset[str]]] = {
    "case": frozenset({"seq", "head", "lookup", "alarm_at"}),
    "task": frozenset({"rank", "alarm_at"}),
    "dossier": frozenset(),
}
#: Texts that are lists or objects.
_LISTS: Final = frozenset(
    {"codes", "successors", "performers", "procedures", "content", "authors"}
)
_CASE: Final = sa.select(schema.case).where(
    schema.case.c.tenant_id == sa.bindparam("tenant", type_=Id),
    schema.case.c.id == sa.bindparam("case", type_=Id),
)
_TASKS: Final = (
    sa.select(schema.task)
    .where(
        schema.task.c.tenant_id == sa.bindparam("tenant", type_=Id),
        schema.task.c.case_id == sa.bindparam("case", type_=Id),
    )
    .order_by(schema.task.c.rank)
)
_DOSSIER: Final = sa.select(dossier).where(
    dossier.c.tenant_id == sa.bindparam("tenant", type_=Id),
    dossier.c.case_id == sa.bindparam("case", type_=Id),
)
#: What no act changes: only a rebuild writes it, where somebody else did.
PUT_RIGHT: Final = Statement(
    sa.update(schema.case)
    .where(case_rows.THIS_CASE)
    .values(
        setting(
            schema.case,
            *("procedure", "procedure_version", "code", "opened_at", "channel"),
        )
    )
)


def of_case(link: Link, change: CaseChange) -> Iterator[Differing]:
    """What differs between the rows of a case and what its record tells."""
    case = change.case
    scope = {"tenant": case.tenant, "case": case.id}
    stored = link.connection.execute(_CASE, scope).mappings().one()
    yield from _row("case", case.code, _new(case_rows.new_case_row(change)), stored)
    rows = link.connection.execute(_TASKS, scope).mappings().all()
    yield from _work(change, change.opened, rows)
    if change.told is not None:
        found = link.connection.execute(_DOSSIER, scope).mappings().first()
        told = dossiers.row_of(case, change.told)
        if found is None:
            yield Differing("dossier", case.code, "")
        else:
            yield from _row("dossier", case.code, told, found, _same_told(change.told))


def _work(change: CaseChange, work: tuple[Task, ...], rows: Any) -> Iterator[Differing]:
    """Work that is missing, that nobody opened, that differs, and its order."""
    stored = {(row["element"], row["occurrence"]): row for row in rows}
    told = {(one.element, one.occurrence): one for one in work}
    for key in sorted(stored.keys() | told.keys()):
        name = f"{key[0]} ({key[1]})"
        if key not in stored:
            yield Differing("task", name, "")
        elif key not in told:
            yield Differing("task", name, "", forged=True)
        else:
            row = _new(case_rows.work_row(change.case, told[key], 0))
            yield from _row("task", name, row, stored[key])
    if stored.keys() == told.keys() and [*stored] != [*told]:
        moved = next(a for a, b in zip(stored, told, strict=True) if a != b)
        yield Differing("task", f"{moved[0]} ({moved[1]})", "rank")


def _same_told(told: Told) -> Callable[[Any], bool]:
    """Whether the text of a row tells the same dossier, however it was written."""

    def same(text: Any) -> bool:
        try:
            return dossier_text.load(text) == told.dossier
        except (ValueError, LookupError, TypeError):
            return False

    return same


def _new(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that a statement writes, without the parameters of its question."""
    begin = "new_"
    return {
        name.removeprefix(begin): value
        for name, value in row.items()
        if name.startswith(begin)
    }


def _row(
    table: str,
    key: str,
    told: Mapping[str, Any],
    stored: Mapping[Any, Any],
    same: Callable[[Any], bool] | None = None,
) -> Iterator[Differing]:
    for column, value in told.items():
        if column in _APART[table] or stored[column] == value:
            continue
        if column == "told" and same is not None and same(stored[column]):
            continue
        shown = column not in office_rows.HIDDEN
        yield Differing(
            table,
            key,
            column,
            _text(value) if shown else "",
            _text(stored[column]) if shown else "",
        )


def _text(value: Any) -> str:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return record.instant(value)
    return "" if value is None else str(value)


def plain(column: sa.Column[Any], value: Any) -> Json:
    """A value as the driver gives it, as events write it.

    What is none of its column's kind (SQLite keeps anything in any column) comes back
    as a text that no event ever tells.
    """
    if value is None:
        return None
    try:
        return _plain(column, value)
    except (TypeError, ValueError, LookupError, OverflowError):
        return f"?{value!r}"[:200]


def _plain(column: sa.Column[Any], value: Any) -> Json:
    kind = column.type
    if isinstance(kind, Id):
        return _id(value)
    if isinstance(kind, Instant):
        at = value if isinstance(value, datetime) else _EPOCH + _micros(value)
        return record.instant(at)
    if isinstance(kind, sa.Date):
        day = value if isinstance(value, date) else date.fromisoformat(value)
        return day.isoformat()
    if isinstance(kind, sa.Boolean):
        return {0: False, 1: True}[value]
    if not isinstance(value, int if isinstance(kind, sa.Integer) else str):
        raise TypeError
    return _list(value) if column.name in _LISTS else value


def _list(value: Any) -> Json:
    made: Json = json.loads(value)
    return made


def _micros(value: int) -> timedelta:
    return timedelta(microseconds=value)


def _id(value: Any) -> str:
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, bytes) and len(value) == _ID_BYTES:
        return value.hex()
    raise ValueError
