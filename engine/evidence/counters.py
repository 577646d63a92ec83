"""Counters of codes beside the codes that events were given.

A counter stands at the last number that was given. Two beginnings may write one code
(`H1` + 20001 and `H12` + 0001); then either counter may have given it, so it bounds
both from above and none from below. A number that was passed over, because a code was
taken already, is the number of that code.

Numbers that were typed are kept so that no counter gives them: each has a row, and each
row an event. An event of a release that kept none tells what was typed, but not of
which agency's counter it was; it stands for each of that symbol and year.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from engine.domain.paper_numbers import Counted, Typed
from engine.evidence.findings import Findings
from engine.evidence.rows import Moment

_LAYER: Final = "registers"
_DIGITS: Final = "0123456789"
#: Digits of a number that a counter gives at most; thousands of them are no number.
MOST: Final = 18


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
        #: Rows of numbers that were typed, and the event that tells of each.
        self._kept = {
            (str(row["prefix"]), row["number"])
            for block in moment.rows("typed_number")
            for row in block
        }
        self._told: dict[tuple[str, int], str] = {}
        #: Symbol, year and number of those that no event tells the counter of.
        self._written: set[tuple[str, str, int]] = set()

    def typed(self, found: Counted, event: str) -> None:
        """A number of a counter was typed."""
        self._told.setdefault((found.prefix, found.number), event)

    def written(self, found: Typed, year: int) -> None:
        """A number was typed before events told its counter."""
        self._written.add((found.symbol, str(year), found.number))

    def by_hand(self, prefix: str, number: int) -> bool:
        """Whether an event tells that a number of a counter was typed."""
        return (prefix, number) in self._told or self._by_symbol(prefix, number)

    def _by_symbol(self, prefix: str, number: object) -> bool:
        symbol, _, rest = prefix.partition("/")
        return (symbol, rest.rstrip("/").rpartition("/")[2], number) in self._written

    def _end_typed(self) -> None:
        """Each row of a typed number has its event, and each event its row."""
        for prefix, number in sorted(self._kept - self._told.keys(), key=str):
            if not self._by_symbol(prefix, number):
                words = _named(prefix, number)
                self._findings.wrong(_LAYER, "row-forged", event="", **words)
        for one in sorted(self._told.keys() - self._kept):
            words = {**_named(*one), "event": self._told[one]}
            self._findings.wrong(_LAYER, "row-gone", **words)

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
        self._end_typed()
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


def _named(prefix: str, number: object) -> dict[str, str]:
    """A typed number as a finding calls it."""
    return {
        "what_vi": f"Số ghi tay “{prefix}{number}”",
        "what_en": f"Typed number “{prefix}{number}”",
    }


def _ways(code: str) -> Iterator[tuple[str, int]]:
    """Each beginning and number that a code may be made of."""
    digits = len(code) - len(code.rstrip(_DIGITS))
    for width in range(1, min(digits, MOST) + 1):
        yield code[:-width], int(code[-width:])
