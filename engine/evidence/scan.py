"""Which record is wrong: every column that the bytes and the log have, compared.

Theory of operation. Two passes share the work. The first (`engine.evidence.quick`)
reads as little as proves every byte, and says only yes or no. This one is run where
something is wrong: it reads the columns beside the bytes as well, and names what it
finds. Events come about in the order of writing and places in that of the log, which is
nearly the same; so they are read side by side, and what has found no partner yet stays
small.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from operator import itemgetter
from typing import Final

from engine.evidence import misplaced, record
from engine.evidence.chains import Chains
from engine.evidence.findings import Findings
from engine.evidence.folding import Trees, Wanted
from engine.evidence.rows import Block, Moment

_LOG: Final = "log"

#: An event as it is found again: stream, number, month, leaf hash.
Found = tuple[bytes, int, int, bytes]
# What of a row of an event, and of a place, is `Found`.
_of_event: Final = itemgetter(slice(4))
_of_place: Final = itemgetter(slice(2, None))
# What of a row of an event a chain is made of, and its hash.
_of_chain: Final = itemgetter(0, 1, 4)
_leaf: Final = itemgetter(3)


@dataclass(frozen=True, slots=True)
class Passed:
    """What a pass over everything went by."""

    chains: Chains
    #: Year → size of its log.
    sizes: dict[int, int]


class Pairs:
    """Whether each event has one place, and each place its event.

    Events and places with the same leaf hash cancel each other out, whatever their
    order, if the columns beside it are the same as well. Only where something is left,
    `run` reads again to name the rows. The rows themselves are kept: Python's hashes of
    tuples are no seal, whoever chooses the numbers in a row can make two alike.
    """

    def __init__(self) -> None:
        self._open: set[Found] = set()
        self._doubled = False
        #: So many events more than places.
        self._more = 0

    def take(self, events: Block, places: Block) -> None:
        """Pair some of each."""
        self._more += len(events) - len(places)
        self._toggle(len(events), set(map(_of_event, events)))
        self._toggle(len(places), set(map(_of_place, places)))

    def agree(self, events: set[Found], places: set[Found]) -> bool:
        """Nothing else is left over than some events and places."""
        counted = not self._doubled and self._more == len(events) - len(places)
        return counted and self._open == events ^ places

    def _toggle(self, count: int, rows: set[Found]) -> None:
        self._doubled |= len(rows) != count
        self._open ^= rows


def run(
    moment: Moment,
    findings: Findings,
    wanted: Sequence[Wanted],
    pace: Callable[[], None],
) -> Passed:
    """Pass over all events and places, and name what is wrong."""
    heads = [row for block in moment.heads() for row in block]
    chains, pairs = Chains(findings, heads), Pairs()
    trees = Trees(findings, wanted, moment)
    for events, places in _side_by_side(moment):
        _check_hashes(chains, events)
        chains.take(list(map(_of_chain, events)), list(map(_leaf, events)))
        trees.take(places)
        pairs.take(events, places)
        pace()
    chains.end()
    trees.end()
    misplaced.tell(moment, findings, trees.wrong, chains.name)
    if not pairs.agree(set(), set()) or any(True for _ in moment.waiting()):
        _name_unpaired(moment, findings, chains, pairs)
    chains.check_heads()
    return Passed(chains, trees.sizes)


def _side_by_side(moment: Moment) -> Iterator[tuple[Block, Block]]:
    return zip_longest(moment.events(), moment.places(), fillvalue=[])


def _check_hashes(chains: Chains, events: Block) -> None:
    for stream, seq, _, leaf, body in events:
        if record.leaf_hash(body) != leaf:
            chains.wrong("changed", stream, seq)


def _name_unpaired(
    moment: Moment, findings: Findings, chains: Chains, pairs: Pairs
) -> None:
    """Name what has no partner and does not wait for one."""
    events: set[Found] = set()
    places: set[Found] = set()
    for written, placed in _side_by_side(moment):
        events.update(map(_of_event, written))
        places.update(map(_of_place, placed))
        paired = events & places
        events -= paired
        places -= paired
    listed = Counter(row[:3] for block in moment.waiting() for row in block)
    waiting = listed.keys()
    if not pairs.agree(events, places):
        findings.wrong(_LOG, "doubled")
    names = {one[:3] for one in (*events, *places)} | waiting
    left, kept = {one[:3] for one in events}, {one[:3] for one in places}
    for name in sorted(names):
        code = _code(name in left, name in kept, name in waiting)
        if listed[name] > 1:
            code = "waits-twice"
        if code:
            findings.wrong(_LOG, code, event=chains.name(name[0], name[1]))


def _code(written: bool, placed: bool, waiting: bool) -> str:  # noqa: FBT001
    """What is wrong with an event that was not paired."""
    if written and placed:
        return "replaced"
    if written and not waiting:
        return "no-place"
    if placed:
        return "no-event"
    return "" if written else "ghost"
