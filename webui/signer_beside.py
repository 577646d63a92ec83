"""A signer beside a server that was given none: its process, watched over.

The keys then belong to the same user: enough to try, and where the machine itself is
trusted. An office lets another user run `quytrinh signer`. One that dies is started
again, because without signed heads nothing new can be proved.
"""

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from engine.errors import ConfigurationError
from webui import signer

#: How often, and how many seconds apart, a starting signer is looked for.
_STARTING: Final = 600
_PAUSE: Final = 0.05
#: Seconds between two looks at a running one, and before one that died begins anew.
_WATCH: Final = 1.0
_log = structlog.get_logger(__name__)


@contextmanager
def beside(folder: Path) -> Iterator[signer.Remote]:
    """Run a signer that ends with the server.

    Raises:
        ConfigurationError: It does not start.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    remote = signer.Remote(signer.socket_of(folder))
    if signer.answers(signer.socket_of(folder)):
        # A command beside a running server asks the server's signer.
        yield remote
        return
    process = _started(folder)
    try:
        _await(process, signer.socket_of(folder))
    except ConfigurationError:
        _finish(process)
        raise
    watch = _Watch(folder, process)
    watch.begin()
    try:
        yield remote
    finally:
        watch.end()


@dataclass(slots=True)
class _Watch:
    """Looks whether the signer still runs."""

    folder: Path
    process: "subprocess.Popen[bytes]"
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def begin(self) -> None:
        self._thread = threading.Thread(
            target=self._run, name="signer-watch", daemon=True
        )
        self._thread.start()

    def end(self) -> None:
        """End watching, and the signer."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
        _finish(self.process)

    def _run(self) -> None:
        while not self._stop.wait(_WATCH):
            code = self.process.poll()
            if code is not None:
                _log.error("the signer died and is started again", code=code)
                _finish(self.process)
                self.process = _started(self.folder)


def _started(folder: Path) -> "subprocess.Popen[bytes]":
    # That module alone, which is there sooner than the whole command line.
    command = [sys.executable, "-m", signer.__name__, str(folder)]
    # Our end of its standard input closes with us, however we end.
    return subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603


def _finish(process: "subprocess.Popen[bytes]") -> None:
    """Close its standard input, at which it ends, and wait for that."""
    if process.stdin is not None:
        process.stdin.close()
    process.wait()


def _await(process: "subprocess.Popen[bytes]", path: Path) -> None:
    for _ in range(_STARTING):
        if signer.answers(path):
            return
        if process.poll() is not None:
            break
        time.sleep(_PAUSE)
    raise ConfigurationError(f"The signer at {path} does not start.")
