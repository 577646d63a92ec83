"""Every stream as one gapless chain of bytes, whatever order its events come in.

Nothing is parsed: in canonical JSON `prev`, `seq` and `stream` stand side by side near
the end, where they are compared as bytes. An event whose predecessor has not come yet
waits for it.
"""

from binascii import hexlify
from collections.abc import Sequence
from typing import Final

from engine.evidence.findings import Findings
from engine.evidence.rows import Block

_NONE: Final = bytes(32)
#: Before the first event of a stream.
_NOTHING: Final = (0, _NONE)
_CASE: Final = b"case:"
_PREV: Final = b'"prev":"'
_LINK: Final = b'"prev":"%b","seq":%d,"stream":"%b%b"'
_CASE_LINK: Final = _LINK.replace(b"%b%b", _CASE + b"%b")
_CHAINS, _HEADS = "chains", "heads"


class Chains:
    """The chains of a tenant.

    Args:
        findings: Where what is wrong is told.
        heads: Where rows say that each stream ends (`Moment.heads`).
    """

    def __init__(self, findings: Findings, heads: Block) -> None:
        self._findings = findings
        self._heads = heads
        #: Streams that are no case's. A kind is a word: else it could hold the end of
        #: one name and the begin of another, and two streams the same bytes.
        self._kinds = {
            row[0]: f"{row[4]}:".encode()
            for row in heads
            if row[4] != "case" and row[4].isidentifier()
        }
        #: Number and leaf hash of the last event of each stream.
        self.last: dict[bytes, tuple[int, bytes]] = {}
        self.events = 0
        #: Events that came before their predecessors.
        self._early: dict[tuple[bytes, int], tuple[bytes, bytes]] = {}

    def take(self, rows: Block, leaves: Sequence[bytes]) -> None:
        """Look at some events: (stream, seq, body) each, and their leaf hashes."""
        last, early = self.last, self._early
        self.events += len(rows)
        for (stream, seq, body), leaf in zip(rows, leaves, strict=True):
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
                self.wrong("twice", stream, seq)
            else:
                missing.setdefault(stream, last + 1)
        for stream, seq in missing.items():
            self.wrong("gap", stream, seq)
        for stream, seq in sorted(self._early):
            # So that what follows the gap is known to be there.
            if seq > self.last.get(stream, _NOTHING)[0]:
                self.last[stream] = seq, self._early[stream, seq][0]

    def check_heads(self) -> None:
        """Every row points to the last event of its stream, and every stream has one.

        To be called behind `end`.
        """
        left = dict(self.last)
        for stream, _, seq, head, _ in self._heads:
            last, leaf = left.pop(stream, _NOTHING)
            words = {"stream": self._called(stream), "seq": seq, "last": last}
            if last < seq:
                event = self.name(stream, last + 1)
                self._findings.wrong(_HEADS, "tail", event=event, **words)
            elif last > seq:
                self._findings.wrong(_HEADS, "row-behind", **words)
            elif leaf != head:
                self._findings.wrong(_HEADS, "row-head", **words)
        for stream in sorted(left):
            self._findings.wrong(_HEADS, "no-row", stream=self._called(stream))

    def name(self, stream: bytes, seq: int) -> str:
        """How an event is called."""
        return f"{self._called(stream)} {seq}"

    def wrong(self, code: str, stream: bytes, seq: int) -> None:
        """Something is wrong with an event."""
        self._findings.wrong(_CHAINS, code, event=self.name(stream, seq))

    @property
    def others(self) -> set[bytes]:
        """The streams that are no case's."""
        return set(self._kinds)

    def _called(self, stream: bytes) -> str:
        """How a stream is called."""
        return f"{self._kinds.get(stream, _CASE).decode()}{stream.hex()}"

    def _look_again(self, stream: bytes, seq: int, head: bytes, body: bytes) -> None:
        """Few streams are not a case's."""
        kind = self._kinds.get(stream, _CASE)
        link = _LINK % (hexlify(head), seq, kind, hexlify(stream))
        if not body.startswith(link, body.rfind(_PREV)):
            self.wrong("prev", stream, seq)

    def _wait(self, stream: bytes, seq: int, leaf: bytes, body: bytes) -> None:
        last = self.last.get(stream, _NOTHING)[0]
        if (stream, seq) in self._early or seq <= last:
            self.wrong("twice", stream, seq)
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
