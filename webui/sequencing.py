"""The sequencer beside the server: every second, new events get their places.

It runs in a thread of its own, so that neither a long wake-up nor a slow signer delays
the other. What fails is told to the operator and tried again later and later; nothing
is lost meanwhile, because the events wait in the database.
"""

import contextlib
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent import futures
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog

from engine.errors import SignerRefusedError
from engine.evidence import keeper, sequencer
from engine.ports import Signer
from webui import context, signer

#: Environment variable with the first part of the names of logs.
LOG_VARIABLE: Final = "QUYTRINH_LOG"
#: Seconds between two passes, and the longest rest after failures.
INTERVAL: Final = 1.0
_LONGEST: Final = 300.0
_FIRST_KEY: Final = "1"
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
class Sequencing:
    """Sequences every tenant, until it is told to stop."""

    application: context.Application
    signer: Signer
    interval: float = INTERVAL
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None
    #: Seconds to rest after the last failure; 0 when all is well.
    _rest: float = 0.0
    _ready: set[UUID] = field(default_factory=set)

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name="sequencer", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the pass on its way, then end; come back when it has ended."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()

    def run(self) -> None:
        """Pass over all tenants until stopped, and once more then."""
        with futures.ThreadPoolExecutor(1, "sequence") as executor:
            while not self._stop.is_set():
                self._tried(executor)
                self._stop.wait(max(self.interval, self._rest))
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
                self._have_key(tenant)
                made += work.run(tenant, log_name(tenant))
            except SignerRefusedError as error:
                refused = error
        if refused is not None:
            raise refused
        return made

    def _have_key(self, tenant: UUID) -> None:
        """Ask once for the keys of a tenant: a log has one before its first head."""
        if tenant not in self._ready:
            self.signer.keys(log_name(tenant))
            self._ready.add(tenant)
