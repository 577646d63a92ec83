"""Whole cases from the rows of one moment of the database, stream after stream.

One pass over the events and one over the personal values, both in the order of
streams, however many cases there are.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, groupby
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from engine.domain.events import Personal, Stream, StreamKind
from engine.evidence.rows import Moment
from engine.judging.integrity import Kept

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CASE: Final = StreamKind.CASE.value
#: The events of a case, and number and leaf hash of the last as its row tells them.
Case = tuple[list[Kept], tuple[int, bytes] | None]
_Rows = Iterator[tuple[Any, ...]]
#: Of rows: which stream, which event; of personal ones: name, value, salt.
_STREAM: Final = itemgetter(0, 1)
_EVENT: Final = itemgetter(0, 1, 2)
_VALUE: Final = itemgetter(slice(3, 6))
#: Named tuples made so are made in half the time.
_personal: Final = partial(tuple.__new__, Personal)


def cases(moment: Moment, tenant: UUID) -> Iterator[Case]:
    """Every case of a tenant; one whose events are all gone is an empty list."""
    heads = {
        bytes(row[0]): (int(row[2]), bytes(row[3]))
        for block in moment.heads()
        for row in block
        if row[4] == _CASE
    }
    values = _Values(chain.from_iterable(moment.personal()))
    rows = chain.from_iterable(moment.records())
    for stream, group in groupby(rows, key=_STREAM):
        listed = list(group)
        if listed[0][3] == _CASE:
            events = _sealed(tenant, listed, values.of(stream))
            yield events, heads.pop(stream[1], None)
    for head in heads.values():
        yield [], head


class _Values:
    """The personal values, handed out stream after stream."""

    def __init__(self, rows: _Rows) -> None:
        self._groups = groupby(rows, key=_EVENT)
        self._next = next(self._groups, None)

    def of(self, stream: tuple[int, bytes]) -> Mapping[int, tuple[Personal, ...]]:
        """The values of a stream by event; those of streams without one are passed."""
        found: dict[int, tuple[Personal, ...]] = {}
        while self._next is not None:
            (month, identity, seq), rows = self._next
            if identity == stream[1] and month == stream[0]:
                found[seq] = tuple(map(_personal, map(_VALUE, rows)))
            elif (month, identity) > stream:
                break
            self._next = next(self._groups, None)
        return found


def _sealed(
    tenant: UUID,
    rows: list[tuple[Any, ...]],
    personal: Mapping[int, tuple[Personal, ...]],
) -> list[Kept]:
    month, identity = rows[0][0], rows[0][1]
    # What an event continues is told by its bytes; the stream says whose it is.
    stream = Stream(
        tenant=tenant, kind=StreamKind.CASE, id=UUID(bytes=identity), month=month
    )
    values = personal.get
    return [
        Kept(
            *(stream, seq, kind_of_act, _EPOCH + timedelta(0, 0, at)),
            *(body, leaf, values(seq, ())),
        )
        for _, _, seq, _, kind_of_act, at, leaf, body in rows
    ]
