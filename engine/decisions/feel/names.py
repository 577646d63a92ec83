"""Names of FEEL, which may hold blanks and signs (DMN 1.5, 10.3.1.2 grammar rule 27).

Only who knows the names in scope can read `Base Vacation Days + 1`; the longest known
name wins. Names are kept piece by piece, so that looking one up never depends on how
many names there are.
"""

import re
from collections.abc import Iterable
from typing import Any, Final

_PIECE: Final = re.compile(r"\s*(\w+|[^\w\s])")
#: Longer names are not looked for.
_PIECES: Final = 60
_END: Final = ""


def normal(name: str) -> str:
    """A name as it is looked up: one blank for any white space."""
    return " ".join(name.split())


class Names:
    """The names that stand in scope."""

    def __init__(self, names: Iterable[str] = ()) -> None:
        self._root: dict[str, Any] = {}
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        """Let a name be known."""
        pieces = _PIECE.findall(name)
        if not 0 < len(pieces) <= _PIECES:
            return
        node = self._root
        for piece in pieces:
            node = node.setdefault(piece, {})
        node[_END] = normal(name)

    def longest(self, text: str, at: int) -> tuple[str, int] | None:
        """The longest known name that begins here, and where it ends."""
        node, found = self._root, None
        while True:
            piece = _PIECE.match(text, at)
            inner = node.get(piece[1]) if piece else None
            if piece is None or inner is None:
                return found
            node, at = inner, piece.end()
            if _END in node:
                found = (node[_END], at)
