"""Rows of an organisation as plain values, for a check that compares them."""

import abc
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from engine.domain.run import Json
from storage import derived, log_schema

_JOINED: Final = (
    " FROM stream AS head JOIN {table} AS one ON one.tenant_id = head.tenant_id"
    " AND one.month = head.month AND one.stream = head.id"
    " WHERE head.tenant_id = ? AND head.kind = '{kind}'"
)

#: Table → which of its rows are compared here; those of cases are with each case.
_ONLY: Final = {
    "outbox": (
        ' AND NOT EXISTS (SELECT 1 FROM "case" AS one'
        " WHERE one.tenant_id = outbox.tenant_id AND one.id = outbox.stream)"
    )
}

Block = list[tuple[Any, ...]]


class ToldRows(abc.ABC):
    """The rows of a tenant at one moment, as far as events tell them."""

    @abc.abstractmethod
    def _ask(self, question: str, *more: UUID) -> Iterator[Block]:
        """Ask about the tenant; `more` fills what stands behind it."""

    def told(self, kind: str) -> Iterator[Block]:
        """(stream, seq, body) of the events of a kind of streams, each in order."""
        joined = _JOINED.format(table="event", kind=kind)
        order = " ORDER BY head.id, one.seq"
        return self._ask("SELECT {stream}, one.seq, one.body" + joined + order)

    def values(self, kind: str) -> Iterator[Block]:
        """(stream, seq, name, value) of the personal values of such events."""
        joined = _JOINED.format(table="personal", kind=kind)
        return self._ask("SELECT {stream}, one.seq, one.name, one.value" + joined)

    def rows(self, table: str) -> Iterator[list[dict[str, Json]]]:
        """The rows of a derived table, each value as events write it."""
        columns = [
            one
            for one in log_schema.metadata.tables[table].c
            if one.name != "tenant_id"
        ]
        names = ", ".join(f'"{one.name}"' for one in columns)
        # Names of our own schema alone.
        question = f'SELECT {names} FROM "{table}" WHERE tenant_id = ?'  # noqa: S608
        question += _ONLY.get(table, "")
        for block in self._ask(question):
            yield [
                {
                    column.name: derived.plain(column, value)
                    for column, value in zip(columns, row, strict=True)
                }
                for row in block
            ]
