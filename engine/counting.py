"""Numbers of dossiers and papers: counted by prefix, and never given twice."""

from typing import Protocol


class Codes(Protocol):
    """The counters of one tenant."""

    def next_code(self, prefix: str) -> int:
        """The next number for a dossier-code prefix; a number is never given twice."""

    def hold_code(self, prefix: str) -> int:
        """The last number that was given for a prefix; 0: none.

        Until the transaction ends nobody else is given one.
        """

    def typed_code(self, prefix: str, number: int) -> bool:
        """Whether a number was typed by hand."""

    def type_code(self, prefix: str, number: int) -> None:
        """Keep that a number was typed by hand; once is enough."""
