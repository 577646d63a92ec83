"""`quytrinh bench evidence`: appending, the age of heads, checking a million events.

Writers are processes; the sequencer runs here as it does beside a server. What is
checked are events that were really sealed and stored, each with its values, its place
and its case: their bytes by `evidence check`, their six verdicts by the court that
`evidence conformance` asks. Seconds of both are CPU seconds of this one process.
"""

import bisect
import contextlib
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from engine.domain.events import Stream, StreamKind
from engine.domain.organisation import Account, Actor, Role
from engine.evidence import audit, verifier
from engine.evidence.keeper import Keeper
from webui import (
    bench,
    bench_alignment,
    bench_copies,
    bench_writers,
    bootstrap,
    exporting,
    judging,
    sequencing,
)

WRITERS: Final = (1, 8, 32)
#: Runs of each measurement, of which the median counts.
_TIMES: Final = 3
_KEY: Final = "1"


def run(url: str | None, events: int, seconds: float) -> dict[str, Any]:
    """Measure on a database; by default on a new SQLite file."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = url or f"sqlite:///{folder}/bench.db"
        bootstrap.migrate(url)
        app = bootstrap.build(url, folder=folder)
        try:
            with bench_writers.started(url, max(WRITERS)) as writers:
                figures = _appending(app, writers, folder, seconds)
            return {**figures, **_measure(app, folder, events)}
        finally:
            app.close()


def _appending(
    app: bootstrap.Application,
    writers: bench_writers.Writers,
    folder: Path,
    seconds: float,
) -> dict[str, Any]:
    """Appends with the sequencer and without, in turn; how old events are when signed.

    The median of the ratios of neighbours counts: other work on the machine hits both.
    """
    tenant, work = _office(app, folder)
    appends: dict[str, Mapping[str, float]] = {}
    ages: list[float] = []
    for count in WRITERS:
        without, beside = [], []
        for _ in range(_TIMES):
            streams = _streams(app, tenant, count)
            without.append(writers.append(streams, seconds)[0])
            work.once()
            with _sequencing(work):
                streams = _streams(app, tenant, count)
                rate, made = writers.append(streams, seconds)
            beside.append(rate)
            ages += _ages(app, tenant, made)
        ratios = [b / a for a, b in zip(without, beside, strict=True)]
        appends[str(count)] = {
            "without_sequencer": round(statistics.median(without)),
            "with_sequencer": round(statistics.median(beside)),
            "ratio": round(statistics.median(ratios), 2),
        }
    return {
        "appends_per_second": appends,
        "head_age_s": {
            "p50": _seconds(statistics.median(ages)),
            "max": _seconds(max(ages)),
        },
    }


def _streams(app: bootstrap.Application, tenant: UUID, count: int) -> list[Stream]:
    """New streams, one for each writer."""
    now = app.clock.now()
    return [
        Stream(
            tenant=tenant,
            kind=StreamKind.PROCEDURE,
            id=app.ids.uuid(),
            month=now.year * 100 + now.month,
        )
        for _ in range(count)
    ]


def _office(
    app: bootstrap.Application, folder: Path
) -> tuple[UUID, sequencing.Sequencing]:
    """A tenant whose log is sequenced; every tenant's log gets a key."""
    tenant = bench.Office(app).tenant
    keeper = _keeper(app, folder)
    work = sequencing.Sequencing(app, keeper)
    work.once()
    return tenant, work


def _keeper(app: bootstrap.Application, folder: Path) -> Keeper:
    keeper = Keeper(folder / "signer")
    for one in app.store.tenants():
        name = sequencing.log_name(one)
        if not keeper.keys(name):
            keeper.make_key(name, _KEY)
    return keeper


def _measure(app: bootstrap.Application, folder: Path, events: int) -> dict[str, Any]:
    """A bundle, and a check of everything, in a tenant of its own."""
    office = bench.Office(app)
    keeper = _keeper(app, folder)
    work = sequencing.Sequencing(app, keeper)
    return {
        "bundle": _bundle(office, work, folder),
        "alignment": bench_alignment.run(),
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


def _ages(
    app: bootstrap.Application,
    tenant: UUID,
    made: Mapping[Stream, bench_writers.Committed],
) -> Iterator[float]:
    """Seconds from each commit to the head that covers it."""
    log = app.log
    heads = {year: log.signed(tenant, year) for year in log.years(tenant)}
    sizes = {year: [one.size for one in signed] for year, signed in heads.items()}
    for stream, committed in made.items():
        places = log.places(tenant, stream.id, stream.month)
        for seq, at in committed.items():
            place = places[seq]
            first = bisect.bisect_right(sizes[place.year], place.index)
            signed = heads[place.year][first]
            # Signed before the writer heard that its commit was done: at once.
            yield max(0.0, (signed.at - at).total_seconds())


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
        # As in an office: a head is signed between one step and the next.
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
    bench_copies.fill(office, events)
    sequencing.Sequencing(app, keeper).once()
    asked = audit.Asked(
        tenant=tenant,
        log=sequencing.log_name(tenant),
        now=app.clock.now(),
        last=keeper.last,
        deep=False,
    )
    runs = [(audit.run(app.check, asked), _floor(office)) for _ in range(_TIMES)]
    if not all(report.ok for report, _ in runs):
        raise AssertionError(f"Nothing was forged: {runs[0][0].first}")
    return {
        "events": runs[0][0].events,
        "bytes_s": _seconds(statistics.median(one.seconds["bytes"] for one, _ in runs)),
        "floor_s": _seconds(statistics.median(floor for _, floor in runs)),
        **_verdicts(office),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
    }


def _floor(office: bench.Office) -> float:
    """CPU seconds of the least a check can do: read all bytes, hash each event once."""
    began = time.process_time()
    with office.app.check.moment(office.tenant) as moment:
        for events in moment.bodies():
            for *_, body in events:
                sha256(body)
        for _ in moment.leaves():
            pass
    return time.process_time() - began


def _verdicts(office: bench.Office) -> dict[str, Any]:
    """Six verdicts on every event of every case, reading included."""
    took: list[float] = []
    for _ in range(_TIMES):
        began = time.process_time()
        rates = judging.rates(office.app, office.tenant)
        took.append(time.process_time() - began)
        if any(one.failing or one.deviations for one in rates):
            raise AssertionError(f"Nothing was forged: {rates}")
    return {
        "judged_events": sum(one.events for one in rates),
        "judged_cases": sum(one.cases for one in rates),
        "verdicts_s": _seconds(statistics.median(took)),
    }


def _seconds(value: float) -> float:
    return round(value, 3)
