"""The sequencer beside the server: twice a second, new events get their places.

After a local midnight it seals the day, and tells the log when its keys changed.

It runs in a thread of its own, so that neither a long wake-up nor a slow signer delays
the other. What fails is told to the operator and tried again later and later; nothing
is lost meanwhile, because the events wait in the database.
"""

import contextlib
import os
import time
from collections.abc import Iterator, Sequence
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
from engine.errors import SignerRefusedError
from engine.evidence import keeper, sequencer
from engine.ports import Signer
from webui import background, context, signer

#: Environment variable with the first part of the names of logs.
LOG_VARIABLE: Final = "QUYTRINH_LOG"
#: Seconds between two passes, and the longest rest after failures.
INTERVAL: Final = 0.5
_LONGEST: Final = 300.0
_FIRST_KEY: Final = "1"
#: How often it is asked whether the keys of a log changed.
_KEYS: Final = timedelta(minutes=1)
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
    with signer.beside(data / "signer") as remote:
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
    #: When the keys of each tenant's log were last asked for, and its day last sealed.
    _asked: dict[UUID, datetime] = field(default_factory=dict)
    _sealed: dict[UUID, datetime] = field(default_factory=dict)

    def run(self) -> None:
        """Pass over all tenants until stopped, and once more then."""
        with futures.ThreadPoolExecutor(1, "sequence") as executor:
            while not self._stop.is_set():
                began = time.monotonic()
                self._tried(executor)
                # From one beginning to the next, so that a long pass delays no other.
                spent = time.monotonic() - began
                self._stop.wait(self._rest or max(0.0, self.interval - spent))
            self._tried(executor)

    def _tried(self, executor: futures.Executor) -> None:
        failure = executor.submit(self.once).exception()
        if failure is None:
            self._rest = 0.0
            return
        self._rest = min(_LONGEST, max(2 * self._rest, self.interval))
        _log.error("the log is behind", rest_seconds=self._rest, exc_info=failure)

    def once(self) -> int:
        """One pass over every tenant; the number of events that got a place.

        Raises:
            SignerRefusedError: A head was not signed; the other tenants were served.
        """
        made = 0
        refused: SignerRefusedError | None = None
        work = sequencer.Sequencer(
            self.application.log, self.signer, self.application.clock
        )
        for tenant in self.application.store.tenants():
            try:
                self._announce(tenant)
            except SignerRefusedError as error:
                # Events get their places all the same.
                refused = error
            try:
                self._seal(tenant)
                made += work.run(tenant, log_name(tenant))
            except SignerRefusedError as error:
                refused = error
        if refused is not None:
            raise refused
        return made

    def _announce(self, tenant: UUID) -> None:
        """Ask for the keys of a log, and record it when they are others.

        A log has a key, and tells which, before its first head.
        """
        now = self.application.clock.now()
        last = self._asked.get(tenant)
        if last is not None and abs(now - last) < _KEYS:
            return
        keys = self.signer.keys(log_name(tenant))
        self.application.engine.run(seal_day.AnnounceKeys(keys=keys), tenant)
        self._asked[tenant] = now

    def _seal(self, tenant: UUID) -> None:
        """Seal the day once a local midnight has passed; the first pass only looks."""
        now = self.application.clock.now()
        last = self._sealed.get(tenant)
        if last is None or seal_day.is_due(last, now):
            sealed = seal(self.application, tenant, daily=True)
            if sealed["sealed"]:
                _log.info("day sealed", tenant=str(tenant), **sealed)
            self._sealed[tenant] = now


def seal(
    application: context.Application, tenant: UUID, *, daily: bool = False
) -> Result:
    """Seal the heads of all cases as they stand in the log."""
    year = iso8601.day(application.clock.now()).year
    sealing = application.days.standing(tenant, year)
    command = seal_day.SealDay(sealing=sealing, daily=daily)
    return application.engine.run(command, tenant)
