"""The sequencer beside the server: twice a second, new events get their places.

After a local midnight it seals the day, and tells the log when its keys changed.

It runs in a thread of its own, so that neither a long wake-up nor a slow signer delays
the other; and so does the sealing, which reads the heads of all cases. What fails is
told to the operator and tried again; nothing is lost meanwhile, because the events wait
in the database.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar, Final
from uuid import UUID

import structlog

from engine.commands import seal_day
from engine.commands.transaction import Result
from engine.domain import iso8601
from engine.errors import EngineError
from engine.evidence import keeper, sequencer
from engine.evidence import promise as promises
from engine.ports import Signer
from webui import background, context, signer, signer_beside

#: Environment variable with the first part of the names of logs.
LOG_VARIABLE: Final = "QUYTRINH_LOG"
#: Seconds between two passes, and the longest rest after failures: whoever mends what
#: failed does not wait for long, nor does a tenant for the signer of another.
INTERVAL: Final = 0.5
LONGEST: Final = 5.0
#: Seconds after which the operator is told again of what still fails.
_AGAIN: Final = 300.0
_FIRST_KEY: Final = "1"
#: How often it is asked whether the keys of a log changed, and how often the log is
#: looked into although they did not.
_KEYS: Final = timedelta(minutes=1)
_LOOK: Final = timedelta(hours=1)
#: Seconds between two looks whether a day is to be sealed.
_DAYS: Final = 20.0
_log = structlog.get_logger(__name__)


def log_name(tenant: UUID) -> str:
    """The name of a tenant's log, which its keys carry."""
    return f"{os.environ.get(LOG_VARIABLE) or 'quytrinh'}/{tenant.hex}"


@contextlib.contextmanager
def signing(data: Path) -> Iterator[Signer]:
    """The signer that the environment names, else one beside the server."""
    path = os.environ.get(signer.SOCKET_VARIABLE)
    if path:
        yield signer.Remote(Path(path))
        return
    with signer_beside.beside(data / "signer") as remote:
        yield Beside(data / "signer", remote)


@dataclass(frozen=True, slots=True)
class Beside:
    """A signer that belongs to this server: logs get their first key by themselves."""

    folder: Path
    remote: Signer

    def keys(self, log: str) -> tuple[str, ...]:
        """The verifier keys of a log; it has one from now on."""
        known = self.remote.keys(log)
        if known:
            return known
        return (keeper.Keeper(self.folder).make_key(log, _FIRST_KEY),)

    def last(self, origin: str) -> bytes | None:
        """The last signed note of an origin."""
        return self.remote.last(origin)

    def sign(self, text: bytes, proof: Sequence[bytes]) -> bytes:
        """The signed note of a checkpoint that grew from the last."""
        return self.remote.sign(text, proof)


@dataclass(slots=True)
class Sequencing(background.Background):
    """Sequences every tenant; told to stop, it passes over them once more."""

    thread: ClassVar[str] = "sequencer"
    application: context.Application
    signer: Signer
    interval: float = INTERVAL
    #: Seconds to rest after the last failure; 0 when all is well.
    _rest: float = 0.0
    #: When (monotonic) the operator was last told of which failure.
    _told: tuple[str, float] = ("", 0.0)
    #: When the keys of each tenant's log were last asked for, and its day last sealed.
    _asked: dict[UUID, datetime] = field(default_factory=dict)
    _sealed: dict[UUID, datetime] = field(default_factory=dict)
    #: What was announced as the keys of each tenant's log, and when that was seen.
    _announced: dict[UUID, tuple[tuple[str, ...], datetime]] = field(
        default_factory=dict
    )
    _work: sequencer.Sequencer = field(init=False)

    def __post_init__(self) -> None:
        """Keep one sequencer, which remembers what is done for good."""
        app = self.application
        self._work = sequencer.Sequencer(app.log, self.signer, app.clock)

    def run(self) -> None:
        """Pass over all tenants until stopped, and once more then."""
        with (
            futures.ThreadPoolExecutor(1, "seal") as sealer,
            futures.ThreadPoolExecutor(1, "sequence") as executor,
        ):
            sealing: futures.Future[int] | None = None
            looked = 0.0
            while not self._stop.is_set():
                began = time.monotonic()
                self._judge(executor.submit(self.places))
                idle = sealing is None or sealing.done()
                if idle and (sealing is None or began - looked >= _DAYS):
                    self._tell(sealing)
                    sealing, looked = sealer.submit(self.days), began
                # From one beginning to the next, so that a long pass delays no other.
                spent = time.monotonic() - began
                self._stop.wait(self._rest or max(0.0, self.interval - spent))
            self._tell(sealing)
            self._judge(executor.submit(self.once))

    def _judge(self, passed: futures.Future[int]) -> None:
        """Wait for a pass; rest longer and longer while it fails."""
        if passed.exception() is None:
            self._rest = 0.0
        else:
            self._rest = min(LONGEST, max(2 * self._rest, self.interval))
        self._tell(passed)

    def _tell(self, passed: futures.Future[int] | None) -> None:
        """Tell the operator of a failure: at once, and of the same now and then."""
        failure = None if passed is None else passed.exception()
        if failure is None:
            return
        name, now = repr(failure), time.monotonic()
        before, at = self._told
        if name != before or now - at >= _AGAIN:
            _log.error("the log is behind", rest_seconds=self._rest, exc_info=failure)
            self._told = name, now

    def once(self) -> int:
        """Seal what is due and give places; the number of events that got one.

        Raises:
            EngineError: A tenant was not served, the others were.
        """
        return self._each(self._announce, self._seal, self._place)

    def places(self) -> int:
        """Give places and have heads signed, which waits for no sealing.

        Raises:
            EngineError: A tenant was not served, the others were.
        """
        return self._each(self._announce, self._place)

    def days(self) -> int:
        """Seal the day of each tenant where that is due.

        Raises:
            EngineError: A tenant was not served, the others were.
        """
        return self._each(self._seal)

    def _each(self, *steps: Callable[[UUID], int]) -> int:
        """Do all steps for every tenant; the first failure is told at the end."""
        made = 0
        failed: EngineError | None = None
        for tenant in self.application.store.tenants():
            for step in steps:
                try:
                    made += step(tenant)
                except EngineError as error:
                    # A log without announced keys still gives events their places.
                    failed = failed or error
        if failed is not None:
            raise failed
        return made

    def _place(self, tenant: UUID) -> int:
        return self._work.run(tenant, log_name(tenant))

    def _announce(self, tenant: UUID) -> int:
        """Ask for the keys of a log, and record it when they are others.

        A log has a key, and tells which, before its first head.
        """
        now = self.application.clock.now()
        last = self._asked.get(tenant)
        if last is not None and abs(now - last) < _KEYS:
            return 0
        keys = self.signer.keys(log_name(tenant))
        known, seen = self._announced.get(tenant, ((), now))
        if keys != known or abs(now - seen) >= _LOOK:
            self.application.engine.run(seal_day.AnnounceKeys(keys=keys), tenant)
            self._announced[tenant] = keys, now
        self._asked[tenant] = now
        return 0

    def _seal(self, tenant: UUID) -> int:
        """Seal the day once a local midnight has passed; the first pass only looks."""
        now = self.application.clock.now()
        last = self._sealed.get(tenant)
        if last is None or seal_day.is_due(last, now):
            sealed = seal(self.application, tenant, daily=True)
            if sealed["sealed"]:
                _log.info("day sealed", tenant=str(tenant), **sealed)
            self._sealed[tenant] = now
        return 0


def seal(
    application: context.Application, tenant: UUID, *, daily: bool = False
) -> Result:
    """Seal the heads of all cases as they stand in the log."""
    year = iso8601.day(application.clock.now()).year
    sealing = application.days.standing(tenant, year)
    command = seal_day.SealDay(sealing=sealing, daily=daily)
    return application.engine.run(command, tenant)


def promise(application: context.Application, tenant: UUID) -> promises.Promise:
    """Whether the newest events of a log came under a signed head in time."""
    now = application.clock.now()
    year = iso8601.day(now).year
    ages = application.log.ages(tenant, year, promises.EVENTS)
    return promises.judge(ages, now)
