"""Writers of events, each a process with a connection of its own, as workers have.

Appends go straight into the store, one event a transaction, each writer in a stream of
its own: what the log costs shows best where nothing else is done. The writers are
started once and told what to do, so that no start is measured.
"""

import contextlib
import multiprocessing
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.connection import Connection
from typing import Final

from engine.domain.events import Event, EventType, Stream
from engine.evidence import record
from webui import bootstrap

#: Seconds until all writers begin, so that they begin together.
_LEAD: Final = 0.05
#: When each event of a stream was committed, by its number.
Committed = dict[int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a writer is told: where to append, from when until when (monotonic)."""

    stream: Stream
    begin: float
    end: float


@dataclass(slots=True)
class Writers:
    """Processes that append on request."""

    _pipes: list[Connection] = field(default_factory=list)

    def append(
        self, streams: Sequence[Stream], seconds: float
    ) -> tuple[float, dict[Stream, Committed]]:
        """Append to new streams, side by side.

        Returns:
            Events a second, and when each event of each stream was kept.
        """
        begin = time.monotonic() + _LEAD
        made: dict[Stream, Committed] = {}
        orders = [
            Order(stream=one, begin=begin, end=begin + seconds) for one in streams
        ]
        pipes = self._pipes[: len(orders)]
        for pipe, order in zip(pipes, orders, strict=True):
            pipe.send(order)
        for pipe, order in zip(pipes, orders, strict=True):
            made[order.stream] = pipe.recv()
        total = sum(map(len, made.values()))
        return total / (time.monotonic() - begin), made


@contextlib.contextmanager
def started(url: str, count: int) -> Iterator[Writers]:
    """Start so many writers on a database, and end them afterwards."""
    # Children of a server process that has imported everything and opened nothing.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    writers, processes = Writers(), []
    try:
        for _ in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(url, theirs), daemon=True)
            process.start()
            theirs.close()
            processes.append(process)
            writers._pipes.append(ours)  # noqa: SLF001 - made here
        for pipe in writers._pipes:  # noqa: SLF001
            pipe.recv()
        yield writers
    finally:
        for pipe in writers._pipes:  # noqa: SLF001
            pipe.close()
        for process in processes:
            process.join()


def _work(url: str, pipe: Connection) -> None:
    """Do what is ordered until nobody orders any more."""
    app = bootstrap.build(url)
    try:
        pipe.send(None)
        while True:
            order: Order = pipe.recv()
            pipe.send(_append(app, order))
    except EOFError:
        app.close()


def _append(app: bootstrap.Application, order: Order) -> Committed:
    clock, random = app.clock, app.ids.random
    stream, committed = order.stream, Committed()
    time.sleep(max(0.0, order.begin - time.monotonic()))
    while time.monotonic() < order.end:
        event = Event(
            type=EventType.TASK_COMPLETED,
            at=clock.now(),
            facts={"channel": "direct", "note": "x" * 200},
        )
        sealed = record.seal(event, stream, random)
        bootstrap.append(app, sealed)
        committed[sealed.seq] = clock.now()
        stream = sealed.next()
    return committed
