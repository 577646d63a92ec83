"""Counters of codes beside the codes that events were given.

A counter stands at the last number that was given. Two beginnings may write one code
(`H1` + 20001 and `H12` + 0001); then either counter may have given it, so it bounds
both from above and none from below. A number that was passed over, because a code was
taken already, is the number of that code.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.evidence.findings import Findings
from engine.evidence.rows import Moment

_LAYER: Final = "registers"
_DIGITS: Final = "0123456789"


class Counters:
    """The counters as they stand, and what was given of each."""

    def __init__(self, findings: Findings, moment: Moment) -> None:
        self._findings = findings
        self._stored = {
            str(row["prefix"]): row["last"]
            for block in moment.rows("code_counter")
            for row in block
        }
        #: Prefix → the last number that it gave for certain, or may have given.
        self._least: dict[str, int] = {}
        self._most: dict[str, int] = {}
        self._lost = ""

    def opened(self, code: str) -> None:
        """A code was used up."""
        known = [one for one in _ways(code) if one[0] in self._stored]
        for prefix, number in known:
            self._most[prefix] = max(number, self._most.get(prefix, 0))
        if len(known) == 1:
            prefix, number = known[0]
            self._least[prefix] = max(number, self._least.get(prefix, 0))
        elif not known and not self._lost:
            self._lost = code

    def end(self, sealed: Iterable[str]) -> None:
        """Name each counter that does not stand where its codes say.

        Args:
            sealed: Beginnings of which a number was given by some sealed day.
        """
        for prefix, last in sorted(self._stored.items()):
            least, most = self._least.get(prefix, 0), self._most.get(prefix, 0)
            if not isinstance(last, int) or not least <= last <= most:
                words = {"prefix": prefix, "stored": last, "told": most}
                self._findings.wrong(_LAYER, "counter", **words)
        for prefix in sorted(set(sealed) - self._stored.keys()):
            self._findings.wrong(_LAYER, "counter-gone", prefix=prefix)
            self._lost = "" if self._lost.startswith(prefix) else self._lost
        if self._lost:
            self._findings.wrong(_LAYER, "counter-gone", prefix=self._lost)


def _ways(code: str) -> Iterator[tuple[str, int]]:
    """Each beginning and number that a code may be made of."""
    digits = len(code) - len(code.rstrip(_DIGITS))
    for width in range(1, digits + 1):
        yield code[:-width], int(code[-width:])
