"""The fast pass: every event's bytes, every chain, every place, the whole tree.

Theory of operation. Events come about in the order of writing and places in that of the
log, which is nearly the same; so they are read side by side, and what has found no
partner yet stays small. An event whose predecessor has not come yet waits. Nothing is
parsed: in canonical JSON `prev`, `seq` and `stream` stand side by side near the end,
where they are compared as bytes. `engine.evidence.folding` makes the tree.
"""

from binascii import hexlify
from collections.abc import Callable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest
from operator import itemgetter
from typing import Final

from engine.evidence import misplaced
from engine.evidence.findings import Findings
from engine.evidence.folding import Trees, Wanted
from engine.evidence.rows import Block, Moment

_NONE: Final = bytes(32)
#: Before the first event of a stream.
_NOTHING: Final = (0, _NONE)
#: More than the events of any stream.
_SEQS: Final = 1 << 31
_CASE: Final = b"case:"
_PREV: Final = b'"prev":"'
_LINK: Final = b'"prev":"%b","seq":%d,"stream":"%b%b"'
_CASE_LINK: Final = _LINK.replace(b"%b%b", _CASE + b"%b")
_CHAINS, _LOG = "chains", "log"

#: An event as it is found again: stream, number, month, leaf hash.
Found = tuple[bytes, int, int, bytes]
# What of a row of an event, and of a place, is `Found`.
_of_event: Final = itemgetter(slice(4))
_of_place: Final = itemgetter(slice(2, None))


class Chains:
    """Every stream as one gapless chain of bytes that have their hashes."""

    def __init__(self, findings: Findings, kinds: Mapping[bytes, str]) -> None:
        self._findings = findings
        #: Streams that are no case's.
        self._kinds = {one: f"{kind}:".encode() for one, kind in kinds.items()}
        #: Number and leaf hash of the last event of each stream.
        self.last: dict[bytes, tuple[int, bytes]] = {}
        self.events = 0
        #: Events that came before their predecessors.
        self._early: dict[tuple[bytes, int], tuple[bytes, bytes]] = {}

    def take(self, block: Block) -> None:
        """Look at some events."""
        last, early = self.last, self._early
        self.events += len(block)
        self._check_hashes(block)
        for stream, seq, _, leaf, body in block:
            before, head = last.get(stream, _NOTHING)
            if before + 1 != seq:
                self._wait(stream, seq, leaf, body)
                continue
            link = _CASE_LINK % (hexlify(head), seq, hexlify(stream))
            # Only `visit` comes after them; a quote inside a text is escaped.
            if not body.startswith(link, body.rfind(_PREV)):
                self._look_again(stream, seq, head, body)
            last[stream] = seq, leaf
            if early:
                self._go_on(stream)

    def end(self) -> None:
        """Name the first event that is missing from each broken chain."""
        missing: dict[bytes, int] = {}
        for stream, seq in sorted(self._early):
            last = self.last.get(stream, _NOTHING)[0]
            if seq <= last:
                self._wrong("twice", stream, seq)
            else:
                missing.setdefault(stream, last + 1)
        for stream, seq in missing.items():
            self._wrong("gap", stream, seq)
        for stream, seq in sorted(self._early):
            # So that what follows the gap is known to be there.
            if seq > self.last.get(stream, _NOTHING)[0]:
                self.last[stream] = seq, self._early[stream, seq][0]

    def name(self, stream: bytes, seq: int) -> str:
        """How an event is called."""
        return f"{self.called(stream)} {seq}"

    def called(self, stream: bytes) -> str:
        """How a stream is called."""
        return f"{self._kinds.get(stream, _CASE).decode()}{stream.hex()}"

    def _check_hashes(self, block: Block) -> None:
        sealed = [row[3] for row in block]
        made = [sha256(b"\0" + row[4]).digest() for row in block]
        if made == sealed:
            return
        for row, leaf in zip(block, made, strict=True):
            if row[3] != leaf:
                self._wrong("changed", row[0], row[1])

    def _look_again(self, stream: bytes, seq: int, head: bytes, body: bytes) -> None:
        """Few streams are not a case's."""
        kind = self._kinds.get(stream, _CASE)
        link = _LINK % (hexlify(head), seq, kind, hexlify(stream))
        if not body.startswith(link, body.rfind(_PREV)):
            self._wrong("prev", stream, seq)

    def _wait(self, stream: bytes, seq: int, leaf: bytes, body: bytes) -> None:
        last = self.last.get(stream, _NOTHING)[0]
        if (stream, seq) in self._early or seq <= last:
            self._wrong("twice", stream, seq)
            return
        self._early[stream, seq] = leaf, body

    def _go_on(self, stream: bytes) -> None:
        """The successors came first."""
        seq, head = self.last[stream]
        while found := self._early.pop((stream, seq + 1), None):
            leaf, body = found
            seq += 1
            self._look_again(stream, seq, head, body)
            self.last[stream] = seq, leaf
            head = leaf

    def _wrong(self, code: str, stream: bytes, seq: int) -> None:
        self._findings.wrong(_CHAINS, code, event=self.name(stream, seq))


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

    def take(self, events: Block, places: Block) -> None:
        """Pair some of each."""
        self._toggle(len(events), set(map(_of_event, events)))
        self._toggle(len(places), set(map(_of_place, places)))

    def agree(self, events: set[Found], places: set[Found]) -> bool:
        """Nothing else is left over than some events and places."""
        return not self._doubled and self._open == events ^ places

    def _toggle(self, count: int, rows: set[Found]) -> None:
        self._doubled |= len(rows) != count
        self._open ^= rows


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
    waiting = {row[:3] for block in moment.waiting() for row in block}
    if not pairs.agree(events, places):
        findings.wrong(_LOG, "doubled")
    names = {one[:3] for one in (*events, *places)} | waiting
    left, kept = {one[:3] for one in events}, {one[:3] for one in places}
    for name in sorted(names):
        code = _code(name in left, name in kept, name in waiting)
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


def run(
    moment: Moment,
    findings: Findings,
    wanted: Sequence[Wanted],
    sealed: Callable[[Block, set[bytes]], None],
    pace: Callable[[], None],
) -> tuple[Chains, dict[int, int]]:
    """Pass over all events and places; give the chains and the size of each log."""
    heads = [row for block in moment.heads() for row in block]
    kinds = {row[0]: row[4] for row in heads if row[4] != "case"}
    chains, pairs, others = Chains(findings, kinds), Pairs(), set(kinds)
    trees = Trees(findings, wanted, moment)
    for events, places in _side_by_side(moment):
        chains.take(events)
        if places:
            trees.take(places)
            sealed(places, others)
        pairs.take(events, places)
        pace()
    chains.end()
    trees.end()
    misplaced.tell(moment, findings, trees.wrong, chains.name)
    if not pairs.agree(set(), set()) or any(True for _ in moment.waiting()):
        _name_unpaired(moment, findings, chains, pairs)
    _check_heads(heads, findings, chains)
    return chains, trees.sizes


def _side_by_side(moment: Moment) -> Iterator[tuple[Block, Block]]:
    return zip_longest(moment.events(), moment.places(), fillvalue=[])


def _check_heads(heads: Block, findings: Findings, chains: Chains) -> None:
    """Every row points to the last event of its stream, and every stream has one."""
    left = dict(chains.last)
    for stream, _, seq, head, _ in heads:
        last, leaf = left.pop(stream, _NOTHING)
        words = {"stream": chains.called(stream), "seq": seq, "last": last}
        if last < seq:
            findings.wrong(
                "heads", "tail", event=chains.name(stream, last + 1), **words
            )
        elif last > seq:
            findings.wrong("heads", "row-behind", **words)
        elif leaf != head:
            findings.wrong("heads", "row-head", **words)
    for stream in sorted(left):
        findings.wrong("heads", "no-row", stream=chains.called(stream))
