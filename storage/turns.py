"""Turns: a lock that serves whoever waits longest.

SQLite lets one writer in at a time and wakes the waiting ones by chance; with four
writers one was seen waiting three seconds. Inside a process the writers therefore queue
here first.
"""

import collections
import threading
from typing import Final

from engine.errors import BusyError

#: As long as SQLite itself waits for writers of other processes.
WAIT: Final = 30.0


class Turns:
    """A mutual exclusion that is first come, first served."""

    def __init__(self, wait: float = WAIT) -> None:
        self._wait = wait
        self._guard = threading.Lock()
        self._taken = False
        self._waiting: collections.deque[threading.Lock] = collections.deque()

    def take(self) -> None:
        """Wait for one's turn.

        Raises:
            BusyError: The others took too long.
        """
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            ticket = threading.Lock()
            ticket.acquire()
            self._waiting.append(ticket)
        if ticket.acquire(timeout=self._wait):
            return
        with self._guard:
            if ticket in self._waiting:
                self._waiting.remove(ticket)
                raise BusyError
        # The turn came in the last moment.

    def give(self) -> None:
        """Let the next one in."""
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._taken = False
