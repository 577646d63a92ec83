"""Integrity: are the bytes those that were sealed (docs/manual/evidence.md, 1)?

The rules are those of `engine.evidence.record` and `engine.evidence.retrace.opened`,
read one event at a time, so that what is wrong with one hides nothing before it.

Most events pass, and are made as they are usually made: such an event is proved by the
bytes that it must consist of (`_alike`). What is not proved so is read word by word,
and only that way says what is wrong.
"""

from binascii import hexlify
from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

from engine.domain.events import EventType, Sealed, Stream
from engine.domain.run import Json
from engine.evidence import record
from engine.judging import values as given_values
from engine.judging.ruling import Ruling, fails, passes
from engine.judging.shapes import Shape, Shapes

_INSTANT: Final = len("2026-01-01T00:00:00.000000Z")
_AT: Final = b'{"at":"'
_AT_END: Final = len(_AT) + _INSTANT
_PREV: Final = b',"prev":"'
_NONCE: Final = b',"nonce":"'
#: From the beginning of the name of a nonce to its value and to its end.
_NONCE_VALUE, _NONCE_END = len(_NONCE), len(_NONCE) + 32
#: Where the own instant of an event stands, and what follows it.
AT: Final = slice(len(_AT), _AT_END)
BEGIN: Final = _AT_END + 1
#: From where the name of a nonce begins to its value.
NONCE_VALUE: Final = _NONCE_VALUE
_TYPE: Final = b',"type":"'
_QUOTE: Final = 0x22
_OPENED: Final = EventType.CASE_OPENED.value
_GENESIS: Final = bytes(32)
_NO_VISIT: Final = ("", 0)
_NOTHING: Final[Mapping[str, Json]] = {}
_NOBODY: Final[frozenset[str]] = frozenset()

#: What a forged event makes impossible to read.
_ODD: Final = (LookupError, TypeError, ValueError, AttributeError, RecursionError)

#: The bytes are those that were sealed.
SEALED: Final = passes("sealed")
_ERASED: Final = passes("sealed-erased")


class Opened(NamedTuple):
    """An event whose bytes are sound."""

    seq: int
    #: As recorded (UTC, fixed width: the order of texts is that of instants).
    at: str
    instant: datetime
    type: str
    #: Element and occurrence that it is about; an empty element: none.
    visit: tuple[str, int]
    body: Mapping[str, Any]
    #: What was entered or received and is still there.
    values: Mapping[str, Json]
    #: Names of values that were erased.
    erased: frozenset[str]
    #: What it says like other events; None: it was not read so.
    shape: Shape | None = None

    @property
    def done(self) -> str:
        """When it was really done, as recorded (docs/manual/clock.md, rule 1)."""
        paper = self.body["facts"].get("paper")
        return self.at if paper is None else str(paper["at"])

    @property
    def real(self) -> datetime:
        """When it was really done."""
        paper = self.body["facts"].get("paper")
        return self.instant if paper is None else datetime.fromisoformat(paper["at"])

    @property
    def onward(self) -> str:
        """From when what it led to counts, as recorded (docs/manual/clock.md, 1)."""
        paper = self.body["facts"].get("paper")
        return self.at if paper is None else str(paper.get("onward", paper["at"]))


class Kept(NamedTuple):
    """An event as it is kept; what judging reads of a `Sealed`, made in less time."""

    stream: Stream
    seq: int
    type: str
    at: datetime
    body: bytes
    leaf: bytes
    personal: tuple[given_values.Value, ...] = ()


#: What comes before the court.
Brought = Sealed | Kept


class Cut(NamedTuple):
    """The bytes of an event besides its instant, commitments, nonce and link."""

    #: From who did it to the nonce.
    middle: bytes
    #: From the nonce to the link.
    between: bytes
    #: From the type.
    after: bytes


def cut(body: bytes, begin: int) -> Cut:
    """What an event shares with others; of other bytes than an event's, any bytes.

    Args:
        body: An event.
        begin: Where its commitments end.
    """
    prev = body.rfind(_PREV)
    nonce = body.rfind(_NONCE, 0, prev)
    between = body[nonce + _NONCE_END + 1 : prev]
    return Cut(body[begin:nonce], between, body[body.find(_TYPE, prev) :])


def own_link(stream: Stream) -> bytes:
    """What follows the number of an event, up to its type."""
    name, tenant = f"{stream.kind.value}:{stream.id.hex}", stream.tenant.hex
    return f',"stream":"{name}","tenant":"{tenant}"'.encode()


def fixed(at: str) -> bool:
    """Whether an instant that can be read is written as `record.instant` writes it."""
    return len(at) == _INSTANT and at[-1] == "Z" and at[7] == "-" and at[10] == "T"


class Chain:
    """Opens the events of one stream, one after the other."""

    def __init__(self, events: Sequence[Brought], shapes: Shapes | None = None) -> None:
        self._seq = 0
        self._head = _GENESIS
        first = events[0].stream if events else None
        self._tenant = first.tenant.hex if first else ""
        self._name = f"{first.kind.value}:{first.id.hex}" if first else ""
        self._shapes = shapes
        #: What follows the number of an event, by its type.
        self._links: dict[str, bytes] = {}

    def open(self, sealed: Brought) -> tuple[Opened | None, Ruling]:
        """An event, or None where it is not what was sealed; and the verdict."""
        wanted, head = self._seq + 1, self._head
        self._seq, self._head = sealed.seq, sealed.leaf
        if sealed.seq != wanted:
            return None, fails("missing", seq=wanted)
        try:
            leaf = sha256(b"\x00" + sealed.body).digest()
        except TypeError:
            # A row altered behind our back may hold text where bytes were.
            return None, fails("bytes-changed")
        if leaf != sealed.leaf:
            return None, fails("bytes-changed")
        if self._shapes is not None:
            try:
                opened = self._alike(sealed, head, self._shapes)
            except _ODD:
                opened = None
            if opened is not None:
                return opened, SEALED
        try:
            return self._read(sealed, head.hex())
        except _ODD:
            return None, fails("format")

    def _alike(self, sealed: Brought, head: bytes, shapes: Shapes) -> Opened | None:
        """An event that consists of the bytes that it must; None: perhaps another."""
        body, kind = sealed.body, sealed.type
        link = self._links.get(kind) or self._link(kind)
        link = b'%b%b","seq":%d%b' % (_PREV, hexlify(head), sealed.seq, link)
        prev = body.rfind(_PREV)
        nonce = body.rfind(_NONCE, 0, prev)
        close = nonce + _NONCE_END
        at, values = body[len(_AT) : _AT_END].decode(), _NOTHING
        instant = datetime.fromisoformat(at)
        if not (
            body.startswith(link, prev)
            and body.startswith(_AT)
            and nonce > 0
            and body[nonce + _NONCE_VALUE : close].isalnum()
            and body[close] == body[_AT_END] == _QUOTE
            and instant == sealed.at
            and at[-1] == "Z"
            and at[7] == "-"
            and at[10] == "T"
        ):
            return None
        begin = _AT_END + 1
        if sealed.personal:
            commitments, _, values, _ = given_values.committed(sealed.personal)
            if not body.startswith(commitments, begin):
                return None
            begin += len(commitments)
        end = body.find(b"}", begin) + 1
        doer = shapes.doer(body[begin:end])
        # What opens a case names the dossier: no other says the same.
        key = kind, body[end:nonce], body[close + 1 : prev], body[prev + len(link) :]
        shape = shapes.of(key, keep=kind != _OPENED)
        if doer is None or shape is None:
            return None
        read = {**shape.body, "doer": doer}
        seq, visit = sealed.seq, shape.visit
        return Opened(seq, at, instant, kind, visit, read, values, _NOBODY, shape)

    def _link(self, kind: str) -> bytes:
        parts = {"stream": self._name, "tenant": self._tenant, "type": kind}
        known = record.canonical({**parts, "v": record.FORMAT})
        made = self._links[kind] = b"," + known[1:-1]
        return made

    def _read(self, sealed: Brought, head: str) -> tuple[Opened | None, Ruling]:
        read = _event(sealed.body)
        if read["seq"] != sealed.seq or read["prev"] != head:
            return None, fails("chain-broken")
        at = read["at"]
        instant = datetime.fromisoformat(at)
        if not self._columns(sealed, read, at, instant):
            return None, fails("row-differs")
        values, erased, wrong = given_values.read(
            sealed.personal, read.get("commitments", _NOTHING)
        )
        if wrong is not None:
            return None, wrong
        visit = _NO_VISIT
        if "visit" in read:
            element, occurrence = read["visit"]
            visit = element, occurrence
        opened = Opened(
            sealed.seq, at, instant, read["type"], visit, read, values, erased
        )
        return opened, _ERASED if erased else SEALED

    def _columns(
        self, sealed: Brought, read: Mapping[str, Any], at: str, instant: datetime
    ) -> bool:
        """What stands beside the bytes for searching is what the bytes say."""
        return (
            fixed(at)
            and instant == sealed.at
            and read["type"] == sealed.type
            and read["tenant"] == self._tenant
            and read["stream"] == self._name
            and read["v"] == record.FORMAT
        )


def canonical(body: bytes) -> dict[str, Any]:
    """Some bytes as a mapping.

    Raises:
        ValueError: They are not JSON in its one canonical form (RFC 8785).
        TypeError: They are no mapping.
    """
    try:
        read = orjson.loads(body)
        if orjson.dumps(read, option=orjson.OPT_SORT_KEYS) == body:
            return _mapping(read)
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        pass
    # The slow way decides: numbers and texts that the fast one writes otherwise.
    read = record.parse(body)
    if record.canonical(read) != body:
        raise ValueError
    return _mapping(read)


def _mapping(read: object) -> dict[str, Any]:
    if not isinstance(read, dict):
        raise TypeError
    return read


def _event(body: bytes) -> dict[str, Any]:
    """The body of an event, which has a doer and facts."""
    read = canonical(body)
    _mapping(read["doer"])
    _mapping(read["facts"])
    return read


def parsed(sealed: Brought) -> Mapping[str, Any]:
    """What an event says, whether it was sealed so or not; empty when unreadable."""
    try:
        return _event(sealed.body)
    except (LookupError, TypeError, ValueError, RecursionError):
        return {}
