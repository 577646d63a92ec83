"""Whole cases from the rows of one moment of the database, stream after stream.

One pass over the events and one over the personal values, both in the order of
streams, however many cases there are.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from engine.domain.events import Personal, Sealed, Stream, StreamKind
from engine.evidence.rows import Moment

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CASE: Final = StreamKind.CASE.value
#: The events of a case, and number and leaf hash of the last as its row tells them.
Case = tuple[list[Sealed], tuple[int, bytes] | None]
_Rows = Iterator[tuple[Any, ...]]


def cases(moment: Moment, tenant: UUID) -> Iterator[Case]:
    """Every case of a tenant; one whose events are all gone is an empty list."""
    heads = {
        bytes(row[0]): (int(row[2]), bytes(row[3]))
        for block in moment.heads()
        for row in block
        if row[4] == _CASE
    }
    values = _Values(row for block in moment.personal() for row in block)
    rows = (row for block in moment.records() for row in block)
    for key, group in groupby(rows, key=itemgetter(0, 1)):
        listed = list(group)
        if listed[0][3] == _CASE:
            personal = values.of((int(key[0]), bytes(key[1])))
            events = _sealed(tenant, listed, personal)
            yield events, heads.pop(bytes(key[1]), None)
    for head in heads.values():
        yield [], head


class _Values:
    """The personal values, handed out stream after stream."""

    def __init__(self, rows: _Rows) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of(self, stream: tuple[int, bytes]) -> Mapping[int, list[Personal]]:
        """The values of a stream by event; those of streams without one are passed."""
        found: dict[int, list[Personal]] = {}
        row = self._next
        while row is not None and (row[0], bytes(row[1])) <= stream:
            if (row[0], bytes(row[1])) == stream:
                value = Personal(name=row[3], value=row[4], salt=row[5])
                found.setdefault(row[2], []).append(value)
            row = next(self._rows, None)
        self._next = row
        return found


def _sealed(
    tenant: UUID,
    rows: list[tuple[Any, ...]],
    personal: Mapping[int, list[Personal]],
) -> list[Sealed]:
    month, identity = rows[0][0], rows[0][1]
    # What an event continues is told by its bytes; the stream says whose it is.
    stream = Stream(
        tenant=tenant, kind=StreamKind.CASE, id=UUID(bytes=bytes(identity)), month=month
    )
    return [
        Sealed(
            stream=stream,
            seq=seq,
            type=kind_of_act,
            at=_EPOCH + timedelta(microseconds=at),
            body=bytes(body),
            leaf=bytes(leaf),
            personal=tuple(personal.get(seq, ())),
        )
        for _, _, seq, _, kind_of_act, at, leaf, body in rows
    ]
