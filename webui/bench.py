"""`quytrinh bench`: what one completion costs, beside its floor and bare SpiffWorkflow.

Every figure is taken in the same run on the same machine, so that ratios mean something
on a shared one. A completion is cold: the case is read from the database, as a request
does, and everything is written in one transaction: state, work, sealed event, personal
values.
"""

import functools
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from engine.commands import change_organisation as organisation
from engine.commands.complete_task import CompleteTask
from engine.commands.found_tenant import FoundTenant
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import (
    Account,
    Actor,
    Agency,
    Holder,
    Position,
    Role,
)
from engine.spiff.bare import Bare
from webui import bench_models, bootstrap


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A model that is measured."""

    name: str
    xml: bytes
    #: Completions in order.
    order: Sequence[str]


SAMPLES = (
    Sample(name="p5", xml=bench_models.p5(), order=bench_models.P5_ORDER),
    Sample(name="p20", xml=bench_models.p20(), order=bench_models.P20_ORDER),
)
_FLOOR_BYTES = 4096


@dataclass
class Timing:
    """CPU and wall milliseconds of repeated steps."""

    cpu: list[float] = field(default_factory=list)
    wall: list[float] = field(default_factory=list)

    def take(self, step: Callable[[], Any]) -> None:
        """Time one step."""
        cpu, wall = time.process_time_ns(), time.perf_counter_ns()
        step()
        self.cpu.append((time.process_time_ns() - cpu) / 1e6)
        self.wall.append((time.perf_counter_ns() - wall) / 1e6)


def median(values: Sequence[float]) -> float:
    """The median, to the microsecond."""
    return round(statistics.median(values), 3)


def p95(values: Sequence[float]) -> float:
    """The 95th percentile, to the microsecond."""
    return round(statistics.quantiles(values, n=20)[-1], 3)


class Office:
    """A tenant of its own with one clerk and the benchmark models in force."""

    def __init__(self, app: bootstrap.Application) -> None:
        self.app = app
        self.tenant = app.ids.uuid()
        app.engine.run(FoundTenant(name="bench", beside=True), self.tenant)
        self.clerk = self._people()

    def _people(self) -> Actor:
        app, engine = self.app, self.app.engine
        agency = Agency(id=app.ids.uuid(), name="Bench", codes=("B01",))
        position = Position(
            id=app.ids.uuid(),
            agency=agency.id,
            name="Clerk",
            performers=frozenset({bench_models.PERFORMER}),
        )
        engine.run(organisation.CreateAgency(agency=agency), self.tenant)
        engine.run(organisation.CreatePosition(position=position), self.tenant)
        clerk = self._account("clerk", Role.CLERK)
        holder = Holder(position=position.id, account=clerk.id)
        engine.run(organisation.HoldPosition(holder=holder), self.tenant)
        self._publish()
        return Actor(
            account=clerk, positions=(position,), supervised=frozenset({agency.id})
        )

    def _account(self, login: str, role: Role) -> Account:
        account = Account(
            tenant=self.tenant,
            id=self.app.ids.uuid(),
            login=f"{login}-{self.tenant.hex}",
            name=login,
            roles=frozenset({role}),
        )
        # No password has this hash: nobody can sign in.
        command = organisation.CreateAccount(account=account, password_hash="!")  # noqa: S106
        self.app.engine.run(command, self.tenant)
        return account

    def _publish(self) -> None:
        designer = Actor(account=self._account("designer", Role.DESIGNER))
        approver = Actor(account=self._account("approver", Role.APPROVER))
        for sample in SAMPLES:
            upload = UploadVersion(files={f"{sample.name}.bpmn": sample.xml})
            stored = self.app.engine.execute(upload, designer)
            publication = PublishVersion(version=UUID(str(stored["version"])))
            self.app.engine.execute(publication, approver)

    def open(self, procedure: str) -> UUID:
        """Open a case."""
        opened = self.app.engine.execute(
            OpenCase(procedure=procedure, data={}), self.clerk
        )
        return UUID(str(opened["case"]))

    def complete(self, case: UUID, element: str, visit: int) -> None:
        """Complete one task, cold, with an idempotency key as the pages send."""
        command = CompleteTask(
            case=case,
            element=element,
            occurrence=visit,
            answers=bench_models.answers(element, visit),
        )
        self.app.engine.execute(command, self.clerk, key=f"{case.hex}{element}{visit}")


def run(url: str | None, cases: int, many: int) -> dict[str, Any]:
    """Measure everything and give the figures of the command's JSON."""
    with tempfile.TemporaryDirectory(prefix="quytrinh-bench-") as folder:
        url = url or f"sqlite:///{folder}/bench.db"
        bootstrap.migrate(url)
        app = bootstrap.build(url)
        try:
            return _measure(app, url, Path(folder), cases, many)
        finally:
            app.close()


def _measure(
    app: bootstrap.Application, url: str, folder: Path, cases: int, many: int
) -> dict[str, Any]:
    office = Office(app)
    ground = bootstrap.floor_of(url, folder)
    try:
        for sample in SAMPLES:
            _run_cases(office, sample, 3)
        figures: dict[str, Any] = {
            "floor": _floor(ground),
            "spiff": {
                sample.name: _spiff(ground, sample, cases, number * 1_000_000)
                for number, sample in enumerate(SAMPLES, start=1)
            },
            "quytrinh": {
                sample.name: _quytrinh(office, sample, cases) for sample in SAMPLES
            },
        }
    finally:
        ground.close()
    figures["cases_2000"] = _growth(office, many, figures["quytrinh"]["p5"])
    return figures


def _floor(ground: bootstrap.Floor) -> dict[str, float]:
    body = "x" * _FLOOR_BYTES
    ground.create(1, body)
    timing = Timing()
    for version in range(1, 501):
        timing.take(functools.partial(ground.save, 1, version, body, rows=2))
    return {"cpu_ms": median(timing.cpu), "wall_ms": median(timing.wall)}


def _spiff(ground: bootstrap.Floor, sample: Sample, cases: int, offset: int) -> float:
    """Bare SpiffWorkflow: load, complete, save its full JSON and a row; CPU median."""
    bare = Bare(sample.xml, sample.name)
    timing = Timing()

    def step(number: int, version: int, element: str, visit: int) -> None:
        state = ground.load(number)
        answers = bench_models.answers(element, visit)
        ground.save(number, version, bare.complete(state, element, answers))

    for number in range(offset, offset + cases):
        ground.create(number, bare.start())
        for version, (element, visit) in enumerate(visits(sample.order), start=1):
            timing.take(functools.partial(step, number, version, element, visit))
    return median(timing.cpu)


def _quytrinh(office: Office, sample: Sample, cases: int) -> dict[str, float]:
    before = bootstrap.size(office.app)
    timings = _run_cases(office, sample, cases)
    grown = bootstrap.size(office.app) - before
    case = office.open(sample.name)
    with bootstrap.counting(office.app) as counter:
        office.complete(case, sample.order[0], 1)
    cpu = [value for timing in timings for value in timing.cpu]
    wall = [value for timing in timings for value in timing.wall]
    return {
        "cpu_ms_p50": median(cpu),
        "cpu_ms_p95": p95(cpu),
        "wall_ms_p50": median(wall),
        "first": median([timing.cpu[0] for timing in timings]),
        "last": median([timing.cpu[-2] for timing in timings]),
        "statements": counter.statements,
        "commits": counter.commits,
        "bytes_per_case": round(grown / cases),
    }


def _run_cases(office: Office, sample: Sample, cases: int) -> list[Timing]:
    timings = []
    for _ in range(cases):
        case, timing = office.open(sample.name), Timing()
        for element, visit in visits(sample.order):
            timing.take(functools.partial(office.complete, case, element, visit))
        timings.append(timing)
    return timings


def _growth(office: Office, many: int, small: dict[str, float]) -> dict[str, float]:
    """The same completions when thousands of finished cases stand in the database."""
    sample = SAMPLES[0]
    _run_cases(office, sample, many)
    bootstrap.settle(office.app)
    timings = _run_cases(office, sample, 100)
    cpu = median([value for timing in timings for value in timing.cpu])
    wall = median([value for timing in timings for value in timing.wall])
    return {
        "cases": many,
        "p5_cpu_ms_p50": cpu,
        "p5_wall_ms_p50": wall,
        "ratio_to_start": round(cpu / small["cpu_ms_p50"], 2),
        "wall_ratio_to_start": round(wall / small["wall_ms_p50"], 2),
    }


def visits(order: Sequence[str]) -> list[tuple[str, int]]:
    """The completions of a sample, each with its visit."""
    seen: dict[str, int] = {}
    visits = []
    for element in order:
        seen[element] = seen.get(element, 0) + 1
        visits.append((element, seen[element]))
    return visits
