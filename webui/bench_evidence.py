"""`quytrinh bench evidence`: appending, the age of heads, checking a million events.

Appends go straight into the store, one event a transaction, each writer in a stream of
its own: what the log costs shows best where nothing else is done.
"""

import contextlib
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from engine.domain.events import Event, EventType, Stream, StreamKind
from engine.domain.organisation import Account, Actor, Role
from engine.evidence import audit, record, verifier
from engine.evidence.keeper import Keeper
from webui import bench, bench_verdicts, bootstrap, exporting, sequencing

WRITERS: Final = (1, 8, 32)
#: Runs of each measurement, of which the median counts.
_TIMES: Final = 3
_KEY: Final = "1"


@dataclass(slots=True)
class Writer:
    """Appends events to a stream of its own, and notes when each was committed."""

    app: bootstrap.Application
    tenant: UUID
    stream: Stream
    committed: dict[int, datetime] = field(default_factory=dict)

    def run(self, until: float) -> None:
        """Append until a moment of the monotonic clock."""
        clock, random = self.app.clock, self.app.ids.random
        while time.monotonic() < until:
            event = Event(
                type=EventType.TASK_COMPLETED,
                at=clock.now(),
                facts={"channel": "direct", "note": "x" * 200},
            )
            sealed = record.seal(event, self.stream, random)
            bootstrap.append(self.app, sealed)
            self.committed[sealed.seq] = clock.now()
            self.stream = sealed.next()


def run(url: str | None, events: int, seconds: float) -> dict[str, Any]:
    """Measure on a database; by default on a new SQLite file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = url or f"sqlite:///{folder}/bench.db"
        bootstrap.migrate(url)
        app = bootstrap.build(url, folder=folder)
        try:
            return _measure(app, folder, events, seconds)
        finally:
            app.close()


def _measure(
    app: bootstrap.Application, folder: Path, events: int, seconds: float
) -> dict[str, Any]:
    office = bench.Office(app)
    keeper = Keeper(folder / "signer")
    for tenant in app.store.tenants():
        keeper.make_key(sequencing.log_name(tenant), _KEY)
    work = sequencing.Sequencing(app, keeper)
    appends: dict[str, Mapping[str, float]] = {}
    ages: list[float] = []
    for writers in WRITERS:
        without = statistics.median(
            _appends(office, writers, seconds)[0] for _ in range(_TIMES)
        )
        with _sequencing(work):
            measured = [_appends(office, writers, seconds) for _ in range(_TIMES)]
        work.once()
        ages += [age for _, made in measured for age in _ages(office, made)]
        rate = statistics.median(rate for rate, _ in measured)
        appends[str(writers)] = {
            "without_sequencer": round(without),
            "with_sequencer": round(rate),
            "ratio": round(rate / without, 2),
        }
    shown = _bundle(office, work, folder)
    return {
        "appends_per_second": appends,
        "head_age_s": {
            "p50": _seconds(statistics.median(ages)),
            "max": _seconds(max(ages)),
        },
        "bundle": shown,
        "verify": _verify(office, keeper, events),
    }


@contextlib.contextmanager
def _sequencing(work: sequencing.Sequencing) -> Iterator[None]:
    """Sequence every second, as beside a server."""
    made = sequencing.Sequencing(work.application, work.signer)
    made.start()
    try:
        yield
    finally:
        made.stop()


def _appends(
    office: bench.Office, writers: int, seconds: float
) -> tuple[float, list[Writer]]:
    """Events a second of some writers side by side, and who wrote them."""
    app, tenant = office.app, office.tenant
    month = app.clock.now().year * 100 + app.clock.now().month
    made = [
        Writer(
            app,
            tenant,
            Stream(
                tenant=tenant,
                kind=StreamKind.PROCEDURE,
                id=app.ids.uuid(),
                month=month,
            ),
        )
        for _ in range(writers)
    ]
    begin = time.monotonic()
    threads = [threading.Thread(target=one.run, args=[begin + seconds]) for one in made]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    count = sum(len(one.committed) for one in made)
    return count / (time.monotonic() - begin), made


def _ages(office: bench.Office, writers: list[Writer]) -> Iterator[float]:
    """Seconds from each commit to the head that covers it."""
    log, tenant = office.app.log, office.tenant
    heads = {year: log.signed(tenant, year) for year in log.years(tenant)}
    for one in writers:
        places = log.places(tenant, one.stream.id, one.stream.month)
        for seq, at in one.committed.items():
            place = places[seq]
            signed = next(s for s in heads[place.year] if s.size > place.index)
            yield (signed.at - at).total_seconds()


def _bundle(
    office: bench.Office, work: sequencing.Sequencing, folder: Path
) -> dict[str, Any]:
    """Export a case and check it with the verifier alone."""
    sample = bench.SAMPLES[1]
    case = office.open(sample.name)
    seen: dict[str, int] = {}
    for element in sample.order:
        seen[element] = seen.get(element, 0) + 1
        office.complete(case, element, seen[element])
    work.once()
    item = office.app.queries.case(_auditor(office), case.hex)
    if item is None:
        raise AssertionError("The case was opened here.")
    export = exporting.Export(
        app=office.app, actor=_auditor(office), operator=True, sequence=work.once
    )
    content = export.make([item]).content
    place, keys = folder / "case.asice", folder / "keys"
    place.write_bytes(content)
    lines = work.signer.keys(sequencing.log_name(office.tenant))
    keys.write_text("\n".join(lines))
    took = [_verified(place, keys) for _ in range(_TIMES)]
    return {
        "events": len(sample.order) + 1,
        "bytes": len(content),
        "verify_s": _seconds(statistics.median(took)),
    }


def _verified(place: Path, keys: Path) -> float:
    """Wall seconds of the standalone verifier, its start included."""
    begin = time.monotonic()
    command = [sys.executable, verifier.__file__, str(place), "--keys", str(keys)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our file
    return time.monotonic() - begin


def _auditor(office: bench.Office) -> Actor:
    account = Account(
        tenant=office.tenant,
        id=UUID(int=0),
        login="",
        name="",
        roles=frozenset({Role.AUDITOR, Role.ADMINISTRATOR}),
    )
    return Actor(account=account)


def _verify(office: bench.Office, keeper: Keeper, events: int) -> dict[str, Any]:
    """CPU seconds of a check of everything on one core."""
    app, tenant = office.app, office.tenant
    like = office.open(bench.SAMPLES[0].name)
    bootstrap.fill(app, tenant, like, events)
    sequencing.Sequencing(app, keeper).once()
    asked = audit.Asked(
        tenant=tenant,
        log=sequencing.log_name(tenant),
        now=app.clock.now(),
        last=keeper.last,
        deep=False,
    )
    reports = [audit.run(app.check, asked) for _ in range(_TIMES)]
    if not all(one.ok for one in reports):
        raise AssertionError(f"Nothing was forged: {reports[0].first}")
    took = statistics.median(one.seconds["bytes"] for one in reports)
    return {
        "events": reports[0].events,
        "bytes_s": _seconds(took),
        "verdicts_s": _seconds(bench_verdicts.seconds(office, events)),
    }


def _seconds(value: float) -> float:
    return round(value, 3)
