"""Whether each event's row has the hash of its bytes, and its place is its own.

With what `engine.evidence.quick` proves, these columns are all that the log and the
events keep; `Records` looks at them while it passes over everything.
"""

from engine.evidence import record
from engine.evidence.rows import Moment


class Placed:
    """Compares the hash columns of events and of their places with the bytes."""

    def __init__(self, moment: Moment) -> None:
        #: False: some column is wrong; `engine.evidence.scan` tells which.
        self.right = True
        self._waiting = {row[:3] for block in moment.waiting() for row in block}

    def look(
        self,
        name: tuple[bytes, int, int],
        body: bytes,
        leaf: bytes,
        there: bytes | None,
    ) -> None:
        """Look at one event.

        Args:
            name: Its stream, number and month.
            body: Its bytes.
            leaf: The leaf hash in its row.
            there: The leaf hash at its place in the log; None: it has no place.
        """
        made = record.leaf_hash(body)
        if made == leaf == there:
            return
        waits = there is None and name in self._waiting
        if made != leaf or not waits:
            self.right = False
