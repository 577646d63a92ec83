"""Whole cases from the rows of one moment of the database, stream after stream.

Of all cases, or of those that a page judges in one round: one pass over the events and
one over the personal values, both in the order of streams, however many they are.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Final, Protocol
from uuid import UUID

from engine.domain.events import Stream, StreamKind
from engine.evidence.rows import Block, Moment
from engine.judging.integrity import Kept
from engine.judging.values import Value

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_CASE: Final = StreamKind.CASE.value
#: The events of a case, and number and leaf hash of the last as its row tells them.
Case = tuple[list[Kept], tuple[int, bytes] | None]
#: Month and id, in whose order rows come.
_Name = tuple[int, bytes]
#: Of rows: which stream; of personal ones: which event; name, value, salt.
_STREAM: Final = itemgetter(0, 1)
_SEQ: Final = itemgetter(2)
_VALUE: Final = itemgetter(slice(3, 6))
#: Named tuples made so are made in half the time.
_kept: Final = partial(tuple.__new__, Kept)


class Chosen(Protocol):
    """The rows of chosen cases at one moment of the database."""

    def heads(self) -> Mapping[UUID, tuple[int, bytes]]:
        """Number and leaf hash of the last event of each case that there is."""

    def records(self) -> Iterator[Block]:
        """(month, stream, seq, kind, type, at, leaf, body), stream after stream."""

    def personal(self) -> Iterator[Block]:
        """(month, stream, seq, name, value, salt), in the order of `records`."""


class Choosing(Protocol):
    """Opens such moments."""

    def moment(
        self, tenant: UUID, cases: Sequence[UUID]
    ) -> AbstractContextManager[Chosen]:
        """Lend one moment of the rows of some cases of a tenant."""


def cases(moment: Moment, tenant: UUID) -> Iterator[Case]:
    """Every case of a tenant; one whose events are all gone is an empty list."""
    heads = {
        bytes(row[0]): (int(row[2]), bytes(row[3]))
        for block in moment.heads()
        for row in block
        if row[4] == _CASE
    }
    values, records = _Rows(moment.personal()), _Rows(moment.records())
    while (stream := records.next()) is not None:
        listed = records.of(stream)
        if listed[0][3] == _CASE:
            events = _sealed(tenant, listed, _by_event(values.of(stream)))
            yield events, heads.pop(stream[1], None)
    for head in heads.values():
        yield [], head


def chosen(moment: Chosen, tenant: UUID) -> Iterator[tuple[UUID, Case]]:
    """Every case of those that were chosen, as far as there are rows of it."""
    heads = dict(moment.heads())
    values, records = _Rows(moment.personal()), _Rows(moment.records())
    while (stream := records.next()) is not None:
        listed, case = records.of(stream), UUID(bytes=bytes(stream[1]))
        events = _sealed(tenant, listed, _by_event(values.of(stream)))
        yield case, (events, heads.pop(case))
    for case, head in heads.items():
        yield case, ([], head)


class _Rows:
    """Rows in the order of their streams, handed out stream after stream.

    Where a stream ends is looked for, not asked of each row.
    """

    def __init__(self, blocks: Iterator[Block]) -> None:
        self._blocks = blocks
        self._block: Block = []
        self._at = 0

    def next(self) -> _Name | None:
        """The next stream; None: there is no more."""
        while self._at == len(self._block):
            block = next(self._blocks, None)
            if block is None:
                return None
            self._block, self._at = block, 0
        found: _Name = _STREAM(self._block[self._at])
        return found

    def of(self, stream: _Name) -> Block:
        """The rows of a stream; those of streams before it are passed over."""
        found: Block = []
        while (first := self.next()) is not None and first <= stream:
            block, at = self._block, self._at
            if first < stream:
                self._at = bisect_left(block, stream, at, key=_STREAM)
                continue
            self._at = bisect_right(block, stream, at, key=_STREAM)
            found += block[at : self._at]
            if self._at < len(block):
                break
        return found


def _by_event(rows: Block) -> Mapping[int, tuple[Value, ...]]:
    return {seq: tuple(map(_VALUE, values)) for seq, values in groupby(rows, key=_SEQ)}


def _sealed(
    tenant: UUID, rows: Block, personal: Mapping[int, tuple[Value, ...]]
) -> list[Kept]:
    month, identity = rows[0][0], rows[0][1]
    # What an event continues is told by its bytes; the stream says whose it is.
    stream = Stream(
        tenant=tenant, kind=StreamKind.CASE, id=UUID(bytes=identity), month=month
    )
    values = personal.get
    return [
        _kept(
            (
                stream,
                seq,
                act,
                _EPOCH + timedelta(0, 0, at),
                body,
                leaf,
                values(seq, ()),
            )
        )
        for _, _, seq, _, act, at, leaf, body in rows
    ]
