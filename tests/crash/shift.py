"""A shift of workers, and who kills them."""

import contextlib
import random
import resource
import time
from collections.abc import Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

from tests import forks
from tests.crash import journal, office, worker

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
        self._office = founded
        self._folder = folder
        self._workers: dict[Path, BaseProcess] = {}
        self._begun: dict[Path, int] = {}
        self.kills = 0
        #: Bytes to which workers that begin now may let a file grow.
        self.largest = resource.RLIM_INFINITY

    @property
    def journals(self) -> list[Path]:
        """The journals of all workers."""
        return sorted(self._workers)

    def begin(self, number: int) -> None:
        """Let a worker begin, or begin again, with its journal."""
        path = self._folder / f"w{number}"
        self._begun[path] = _size(path)
        seed = f"{number} {self._begun[path]}"
        self._workers[path] = forks.begin(
            worker.main,
            *(self._url, self._office, path, seed, self._patience),
            errors=path.with_suffix(".err"),
            largest=self.largest,
        )

    def kill_one(self, chance: random.Random, within: float) -> None:
        """Kill a worker that is at work, and let it begin again.

        It dies at any moment of that many seconds after it was seen at work.
        """
        path = chance.choice(self._wait_for_work())
        time.sleep(chance.uniform(0, within))
        process = self._workers[path]
        assert process.is_alive(), self._complaint(path)
        process.kill()
        process.join()
        self.kills += 1
        self.begin(int(path.stem[1:]))

    def wait_for_the_end(self, number: int) -> str:
        """Wait until a worker gives up by itself; give its last words."""
        path = self._folder / f"w{number}"
        code = _ended(self._workers[path])
        assert code not in {None, 0}, "the worker saw no failure"
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
        for process in self._workers.values():
            process.terminate()
        for path, process in self._workers.items():
            assert _ended(process) == 0, self._complaint(path)
        return [journal.read(path) for path in self.journals]

    def abandon(self) -> None:
        """Leave no process behind, whatever happened."""
        for process in self._workers.values():
            process.kill()
            process.join()

    def _wait_for_work(self) -> list[Path]:
        end = time.monotonic() + PATIENCE
        while not (busy := self._at_work()):
            assert time.monotonic() < end, "no worker does anything"
            time.sleep(0.01)
        return busy

    def _at_work(self) -> list[Path]:
        """The workers that have written something since they began."""
        for path, process in self._workers.items():
            assert process.is_alive(), self._complaint(path)
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


def _ended(process: BaseProcess) -> int | None:
    """The exit code of a process that has to end; None when it does not."""
    process.join(PATIENCE)
    return process.exitcode


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
