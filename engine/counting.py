"""Numbers of dossiers and papers: counted by prefix, and never given twice."""

from typing import Protocol


class Codes(Protocol):
    """The counters of one tenant."""

    def next_code(self, prefix: str) -> int:
        """The next number for a dossier-code prefix; a number is never given twice."""

    def last_code(self, prefix: str) -> int:
        """The last number that was given for a prefix; 0: none."""
