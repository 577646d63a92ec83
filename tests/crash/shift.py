"""A shift of workers, and who kills them."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from tests.crash import journal, office

#: What workers run on.
PYTHON: Final = sys.executable
ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE: Final = 90.0


class Shift:
    """Worker processes on one database."""

    def __init__(
        self,
        url: str,
        founded: office.Office,
        folder: Path,
        patience: float = PATIENCE / 2,
    ) -> None:
        self._url = url
        self._patience = patience
        self._office = [each.hex for each in founded]
        self._folder = folder
        self._workers: dict[Path, subprocess.Popen[bytes]] = {}
        self._begun: dict[Path, int] = {}
        self.kills = 0

    @property
    def journals(self) -> list[Path]:
        """The journals of all workers."""
        return sorted(self._workers)

    def begin(self, number: int) -> None:
        """Let a worker begin, or begin again, with its journal."""
        path = self._folder / f"w{number}"
        self._begun[path] = _size(path)
        with (self._folder / f"w{number}.err").open("ab") as errors:
            self._workers[path] = subprocess.Popen(
                [
                    *(PYTHON, "-m", "tests.crash.worker", self._url),
                    *(*self._office, str(path), f"{number} {self._begun[path]}"),
                    str(self._patience),
                ],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
            )

    def kill_one(self, chance: random.Random, within: float) -> None:
        """Kill a worker that is at work, and let it begin again.

        It dies at any moment of that many seconds after it was seen at work.
        """
        path = chance.choice(self._wait_for_work())
        time.sleep(chance.uniform(0, within))
        worker = self._workers[path]
        assert worker.poll() is None, self._complaint(path)
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        self.kills += 1
        self.begin(int(path.stem[1:]))

    def wait_for_the_end(self, number: int) -> str:
        """Wait until a worker gives up by itself; give its last words."""
        path = self._folder / f"w{number}"
        assert self._workers[path].wait(PATIENCE) != 0, "the worker saw no failure"
        return path.with_suffix(".err").read_text()

    def wait_for_everybody(self) -> None:
        """Wait until every worker has done something since it began."""
        end = time.monotonic() + PATIENCE
        while len(self._at_work()) < len(self._workers):
            assert time.monotonic() < end, "a worker does nothing"
            time.sleep(0.02)

    def wait_for_more(self) -> None:
        """Wait until every worker does something more than it has done so far."""
        self._begun = {path: _size(path) for path in self._begun}
        self.wait_for_everybody()

    def end(self) -> list[journal.Told]:
        """Let every worker finish its act and go home; give the journals."""
        for worker in self._workers.values():
            worker.terminate()
        for path, worker in self._workers.items():
            assert worker.wait(PATIENCE) == 0, self._complaint(path)
        return [journal.read(path) for path in self.journals]

    def abandon(self) -> None:
        """Leave no process behind, whatever happened."""
        for worker in self._workers.values():
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            worker.wait()

    def _wait_for_work(self) -> list[Path]:
        end = time.monotonic() + PATIENCE
        while not (busy := self._at_work()):
            assert time.monotonic() < end, "no worker does anything"
            time.sleep(0.01)
        return busy

    def _at_work(self) -> list[Path]:
        """The workers that have written something since they began."""
        for path, worker in self._workers.items():
            assert worker.poll() is None, self._complaint(path)
        return [path for path in self.journals if _size(path) > self._begun[path]]

    def _complaint(self, path: Path) -> str:
        text = path.with_suffix(".err").read_text(errors="replace")
        return f"{path.stem} ended by itself:\n{text[-4000:]}"


@contextlib.contextmanager
def shift(
    url: str, founded: office.Office, folder: Path, workers: int
) -> Iterator[Shift]:
    """Let workers work as long as the block runs."""
    made = Shift(url, founded, folder)
    try:
        for number in range(workers):
            made.begin(number)
        yield made
    finally:
        made.abandon()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
