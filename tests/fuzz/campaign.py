"""Shares mutants out to child processes, replaces those that die, and sums up."""

import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import connection, process
from pathlib import Path
from typing import Final

from tests import forks
from tests.fuzz import child
from tests.fuzz.child import Told
from tests.fuzz.corpus import Corpus

#: A child checks as many, then a fresh one goes on: its peak memory is theirs alone.
_BATCH: Final = 500
_SLOWEST: Final = 5
#: With so many failures a campaign has said enough and ends.
ENOUGH: Final = 200


@dataclass(slots=True)
class Summary:
    """What was found."""

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    peak: int = 0
    slowest: list[Told] = field(default_factory=list)
    failures: list[Told] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many mutants were checked."""
        return self.outcomes.total()

    def add(self, told: Told) -> None:
        """Take one more mutant into account."""
        name = f"{told.language}: {told.outcome or 'failed'}"
        self.outcomes[name] += 1
        self.seconds += told.seconds
        self.peak = max(self.peak, told.peak)
        ranked = sorted([*self.slowest, told], key=lambda one: -one.seconds)
        self.slowest = ranked[:_SLOWEST]
        if told.fault:
            self.failures.append(told)


@dataclass(slots=True)
class _Run:
    """A child at work."""

    process: process.BaseProcess
    pipe: connection.Connection
    left: range
    folder: Path


class Campaign:
    """Checks the mutants of one seed."""

    def __init__(self, corpus: Corpus, seed: int, processes: int) -> None:
        self._corpus = corpus
        self._seed = seed
        self._processes = processes
        # Children begin without what this process holds in memory.
        self._context = forks.context()

    def run(
        self, numbers: range, progress: Callable[[Summary], None] = lambda _: None
    ) -> Summary:
        """Check the mutants of these numbers."""
        summary = Summary()
        waiting = [
            numbers[first : first + _BATCH] for first in range(0, len(numbers), _BATCH)
        ]
        waiting.reverse()
        with tempfile.TemporaryDirectory() as name:
            runs: list[_Run] = []
            while waiting or runs:
                while waiting and len(runs) < self._processes:
                    runs.append(self._start(waiting.pop(), Path(name)))
                pipes = [one.pipe for one in runs]
                ready = connection.wait(pipes)
                for run in [one for one in runs if one.pipe in ready]:
                    if self._hear(run, summary):
                        continue
                    runs.remove(run)
                    if run.left:
                        waiting.append(run.left)
                    if len(summary.failures) >= ENOUGH:
                        waiting.clear()
                    progress(summary)
        return summary

    def _start(self, numbers: range, around: Path) -> _Run:
        mine, theirs = self._context.Pipe(duplex=False)
        folder = Path(tempfile.mkdtemp(dir=around))
        process = self._context.Process(
            target=child.work,
            args=(theirs, self._corpus, self._seed, numbers, folder),
        )
        process.start()
        theirs.close()
        return _Run(process, mine, numbers, folder)

    def _hear(self, run: _Run, summary: Summary) -> bool:
        """Take the next word of a child; False when it is gone or must go."""
        try:
            told = run.pipe.recv()
        except EOFError:
            run.process.join()
            if run.left:
                summary.add(self._death(run))
                run.left = run.left[1:]
            return False
        summary.add(told)
        run.left = run.left[1:]
        if told.peak <= child.MEMORY:
            return True
        # Its memory says nothing about the next one any more.
        run.process.kill()
        run.process.join()
        return False

    def _death(self, run: _Run) -> Told:
        code = run.process.exitcode
        return Told(
            number=run.left[0],
            language="?",
            outcome="",
            seconds=0,
            peak=0,
            fault=f"the process died: {code}",
        )
