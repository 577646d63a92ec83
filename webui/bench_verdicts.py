"""How long six verdicts take: cases that really ran, copied with ids of their own."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Final
from uuid import UUID

from engine.domain.events import Sealed
from engine.evidence import record
from engine.judging.ruling import Answer
from webui import bench, judged_rows, judging

#: Cases of each sample that are run, and of which all others are copies.
_RUN: Final = 25
#: Events that are held at a time.
_HELD: Final = 20_000
#: Minutes over which the copies are spread.
_SPREAD: Final = 50_000


def seconds(office: bench.Office, count: int) -> float:
    """CPU seconds in which so many events are judged, their rows read included.

    The rows that are read are those that stand in the database, as many as were asked
    for; the verdicts are made on copies of cases that ran through the engine, because
    what only looks like a case would be refused at its first event.
    """
    judged, took = 0, 0.0
    copies = _copies(office)
    with judging.court(office.app, office.tenant) as (court, _):
        while judged < count:
            cases = _some(copies, min(_HELD, count - judged))
            judged += sum(map(len, cases))
            began = time.process_time()
            answers = {one.answer for one in court.bulk(cases)}
            took += time.process_time() - began
            if answers != {Answer.CONFORMS}:
                raise AssertionError(f"Nothing was forged: {answers}")
    return took * count / judged + _reading(office, count)


def _reading(office: bench.Office, count: int) -> float:
    """CPU seconds in which so many events are read as cases."""
    began, read = time.process_time(), 0
    with office.app.check.moment(office.tenant) as moment:
        for events, _ in judged_rows.cases(moment, office.tenant):
            read += len(events)
    return (time.process_time() - began) * count / read


def _some(copies: Iterator[list[Sealed]], count: int) -> list[list[Sealed]]:
    """So many events, in whole cases."""
    found: list[list[Sealed]] = []
    held = 0
    while held < count:
        found.append(next(copies))
        held += len(found[-1])
    return found


def _copies(office: bench.Office) -> Iterator[list[Sealed]]:
    originals = list(_originals(office))
    for number, events in enumerate(cycle(originals), start=1):
        yield _copy(events, number)


def _originals(office: bench.Office) -> Iterator[Sequence[Sealed]]:
    for sample in bench.SAMPLES:
        for _ in range(_RUN):
            case = office.open(sample.name)
            for element, visit in bench.visits(sample.order):
                office.complete(case, element, visit)
            with office.app.store.read(office.tenant) as uow:
                row = uow.cases.get(case)
                yield uow.history.read(row.id, row.month)


def _copy(events: Sequence[Sealed], number: int) -> list[Sealed]:
    """The case again, some minutes later and in a stream of its own."""
    first = events[0].stream
    stream = replace(first, id=UUID(int=first.id.int ^ (number << 8)))
    later = timedelta(minutes=number % _SPREAD)
    made: list[Sealed] = []
    head = bytes(32)
    for one in events:
        body: dict[str, Any] = dict(record.parse(one.body))
        at: datetime = one.at + later
        body["at"], body["prev"] = record.instant(at), head.hex()
        body["stream"] = f"{stream.kind.value}:{stream.id.hex}"
        encoded = record.canonical(body)
        head = record.leaf_hash(encoded)
        made.append(replace(one, stream=stream, at=at, body=encoded, leaf=head))
    return made
