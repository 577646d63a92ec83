"""Integrity: are the bytes those that were sealed (docs/manual/evidence.md, 1)?

The rules are those of `engine.evidence.record` and `engine.evidence.retrace.opened`,
read one event at a time, so that what is wrong with one hides nothing before it.
"""

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

import orjson

from engine.domain.events import Sealed
from engine.domain.run import Json
from engine.evidence import record
from engine.judging.ruling import Ruling, fails, passes

_slowly: Final[Callable[[str], Json]] = json.JSONDecoder().decode
#: How the texts of values begin that the fast reader reads as the slow one does; of
#: numbers it does so up to a length.
_PLAIN: Final = frozenset('"tfn')
_DIGITS: Final = 15
_SALT: Final = 16
#: RFC 2104 for keys of that length; `hmac.digest` computes the same a little slower.
_INNER: Final = bytes(one ^ 0x36 for one in range(256))
_OUTER: Final = bytes(one ^ 0x5C for one in range(256))
_INNER_PAD: Final = b"\x36" * (64 - _SALT)
_OUTER_PAD: Final = b"\x5c" * (64 - _SALT)
_INSTANT: Final = len("2026-01-01T00:00:00.000000Z")
_GENESIS: Final = bytes(32)
_NO_VISIT: Final = ("", 0)
_NOTHING: Final[Mapping[str, Json]] = {}
_NOBODY: Final[frozenset[str]] = frozenset()

_SEALED: Final = passes("sealed")
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


class Chain:
    """Opens the events of one stream, one after the other."""

    def __init__(self, events: Sequence[Sealed]) -> None:
        self._seq = 0
        self._head = _GENESIS
        first = events[0].stream if events else None
        self._tenant = first.tenant.hex if first else ""
        self._name = f"{first.kind.value}:{first.id.hex}" if first else ""

    def open(self, sealed: Sealed) -> tuple[Opened | None, Ruling]:
        """An event, or None where it is not what was sealed; and the verdict."""
        wanted, head = self._seq + 1, self._head
        self._seq, self._head = sealed.seq, sealed.leaf
        if sealed.seq != wanted:
            return None, fails("missing", seq=wanted)
        try:
            if sha256(b"\x00" + sealed.body).digest() != sealed.leaf:
                return None, fails("bytes-changed")
            return self._read(sealed, head.hex())
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            return None, fails("format")

    def _read(self, sealed: Sealed, head: str) -> tuple[Opened | None, Ruling]:
        read = _canonical(sealed.body)
        if read["seq"] != sealed.seq or read["prev"] != head:
            return None, fails("chain-broken")
        at = read["at"]
        instant = datetime.fromisoformat(at)
        if not self._columns(sealed, read, at, instant):
            return None, fails("row-differs")
        values, erased, wrong = _values(sealed, read.get("commitments", _NOTHING))
        if wrong is not None:
            return None, wrong
        visit = _NO_VISIT
        if "visit" in read:
            element, occurrence = read["visit"]
            visit = element, occurrence
        opened = Opened(
            sealed.seq, at, instant, read["type"], visit, read, values, erased
        )
        return opened, _ERASED if erased else _SEALED

    def _columns(
        self, sealed: Sealed, read: Mapping[str, Any], at: str, instant: datetime
    ) -> bool:
        """What stands beside the bytes for searching is what the bytes say."""
        # The only text of an instant is that of `record.instant`.
        fixed = len(at) == _INSTANT and at[-1] == "Z" and at[7] == "-" and at[10] == "T"
        return (
            fixed
            and instant == sealed.at
            and read["type"] == sealed.type
            and read["tenant"] == self._tenant
            and read["stream"] == self._name
            and read["v"] == record.FORMAT
        )


def _canonical(body: bytes) -> dict[str, Any]:
    """The body as a mapping.

    Raises:
        ValueError: It is not JSON in its one canonical form (RFC 8785).
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
    if not isinstance(read, dict) or not isinstance(read["doer"], dict):
        raise TypeError
    if not isinstance(read["facts"], dict):
        raise TypeError
    return read


def _values(
    sealed: Sealed, commitments: Mapping[str, str]
) -> tuple[Mapping[str, Json], frozenset[str], Ruling | None]:
    """The values behind the commitments, the names of erased ones, what is wrong."""
    if not commitments:
        wrong = (
            fails("uncommitted", name=sealed.personal[0].name)
            if (sealed.personal)
            else None
        )
        return _NOTHING, _NOBODY, wrong
    values: dict[str, Json] = {}
    erased = []
    for one in sealed.personal:
        name, text, salt = one.name, one.value, one.salt
        wanted = commitments.get(name)
        if wanted is None:
            return values, _NOBODY, fails("uncommitted", name=name)
        if text is None or salt is None:
            erased.append(name)
        elif _commitment(salt, text.encode()) != wanted:
            return values, _NOBODY, fails("value-changed", name=name)
        elif text[0] in _PLAIN or (len(text) <= _DIGITS and text.isdecimal()):
            values[name] = _decoded(text)
        else:
            values[name] = _slowly(text)
    if len(values) + len(erased) != len(commitments):
        known = {one.name for one in sealed.personal}
        missing = min(commitments.keys() - known, default="")
        return values, _NOBODY, fails("value-missing", name=missing)
    return values, frozenset(erased) if erased else _NOBODY, None


def _commitment(salt: bytes, text: bytes) -> str:
    """The commitment to a value (rule 4 of the record)."""
    if len(salt) != _SALT:
        return hmac.digest(salt, text, "sha256").hex()
    inner = sha256(salt.translate(_INNER) + _INNER_PAD + text).digest()
    return sha256(salt.translate(_OUTER) + _OUTER_PAD + inner).hexdigest()


def _decoded(text: str) -> Json:
    """A value whose text is a plain one; half a surrogate pair is for the slow way."""
    try:
        read: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _slowly(text)
    return read


def parsed(sealed: Sealed) -> Mapping[str, Any]:
    """What an event says, whether it was sealed so or not; empty when unreadable."""
    try:
        return _canonical(sealed.body)
    except (LookupError, TypeError, ValueError, RecursionError):
        return {}
