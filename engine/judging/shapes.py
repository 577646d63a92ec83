"""What many events say alike is read once: their shape.

Theory of operation. In canonical JSON (RFC 8785) the parts of an event stand in one
order, so an event is cut where its own parts (instant, commitments, nonce, link)
meet those that it shares with others: who did it, and what happened. The own parts are
compared with the bytes that they must be; the shared ones are parsed and looked at when
their bytes come for the first time. The whole is canonical because its parts are, and
stand in order; whatever does not fit such a cut is read in the slow way, which decides.
A shape is found by its bytes alone, and depends on nothing else.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from engine.domain.run import Json

#: Shapes and doers kept; one takes about three kilobytes.
KEPT: Final = 10_000
_DOER: Final = frozenset({"doer"})
_PARTS: Final = frozenset({"effect", "facts", "model", "outcome", "visit"})
_OUTCOME: Final = b',"outcome":'
_VISIT: Final = b',"visit":'
_NO_VISIT: Final = ("", 0)

#: Reads bytes that are canonical JSON.
Reader = Callable[[bytes], dict[str, Any]]
#: Type; bytes before the nonce, between nonce and link, and after the version.
Key = tuple[str, bytes, bytes, bytes]


class Shape:
    """What an event says besides who did it, when, and to which case."""

    __slots__ = ("body", "signature", "visit")

    def __init__(self, body: Mapping[str, Any], visit: tuple[str, int]) -> None:
        self.body = body
        self.visit = visit
        #: What a step of the tokens depends on, where that is told by these bytes
        #: alone (`control_flow.Walk`); empty: not worked out, or it is not.
        self.signature = b""


class Shapes:
    """The shapes that one court has seen."""

    def __init__(self, read: Reader) -> None:
        self._read = read
        self._shapes: dict[Key, Shape] = {}
        self._doers: dict[bytes, Mapping[str, Any]] = {}

    def doer(self, part: bytes) -> Mapping[str, Any] | None:
        """Who did it, from `,"doer":{…}`; None: it is not that.

        Raises:
            ValueError: The bytes are not canonical.
        """
        known = self._doers.get(part)
        if known is None:
            read = self._read(b"{" + part[1:] + b"}")
            if read.keys() != _DOER or part[:1] != b",":
                return None
            if not isinstance(read["doer"], dict):
                return None
            if len(self._doers) >= KEPT:
                self._doers.clear()
            known = self._doers[part] = read["doer"]
        return known

    def of(self, key: Key, *, keep: bool = True) -> Shape | None:
        """What an event says; None: it is cut at another place.

        Raises:
            ValueError: The bytes are not canonical.
        """
        known = self._shapes.get(key)
        if known is None:
            known = self._made(*key)
            if known is None or not keep:
                return known
            if len(self._shapes) >= KEPT:
                self._shapes.clear()
            self._shapes[key] = known
        return known

    def _made(
        self, kind: str, before: bytes, between: bytes, after: bytes
    ) -> Shape | None:
        visited, chosen = after != b"}", bool(between)
        # A part at another place would make another order of the whole.
        if before[:1] != b"," or (chosen and not between.startswith(_OUTCOME)):
            return None
        if visited and not after.startswith(_VISIT):
            return None
        read: dict[str, Json] = self._read(b"{" + (before + between + after)[1:])
        known = read.keys()
        if not known <= _PARTS or not isinstance(read.get("facts"), dict):
            return None
        if ("outcome" in known, "visit" in known) != (chosen, visited):
            return None
        visit = _NO_VISIT
        if visited:
            told: Any = read["visit"]
            visit = told[0], told[1]
            if told != [*visit]:
                return None
        return Shape({**read, "type": kind}, visit)
