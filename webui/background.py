"""What runs beside the server: a thread that begins, is told to stop, and ends.

Theory of operation. Each kind of background work is a subclass with a `run` of its own,
in a thread of its own, so that none delays another. What fails is looked at from
outside, as the outcome of a task in an executor, so that no failure of whatever kind
ends the thread.
"""

import abc
import threading
from dataclasses import dataclass, field
from typing import ClassVar


@dataclass(slots=True, kw_only=True)
class Background(abc.ABC):
    """Work in a thread of its own, until it is told to stop."""

    #: Name of the thread, which stands in logs.
    thread: ClassVar[str]
    _stop: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    @abc.abstractmethod
    def run(self) -> None:
        """Work until `_stop` is set."""

    def start(self) -> None:
        """Begin to work in a thread of its own."""
        self._thread = threading.Thread(target=self.run, name=self.thread, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let what is on its way end as its kind ends; come back when it has."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join()
