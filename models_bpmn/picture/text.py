"""Names in a picture: lines that fit, measured without a font.

The widths are those of Be Vietnam Pro in rough classes; a picture is read with whatever
font there is, so a tenth of the room stays free.
"""

from collections.abc import Sequence
from html import escape
from itertools import pairwise
from typing import Final

from models_bpmn.importer.boxes import Box, Point
from models_bpmn.picture.plane import Edge

_NARROW: Final = frozenset("iìíịỉĩIÌÍỊỈĨjltfr.,:;'!|()[] -/")
_WIDE: Final = frozenset("mwMWĐOÔƠÒÓQGĂÂ@%&")
_LINE: Final = 1.25
#: Where the notation leaves the place of a name open.
_LABEL: Final = 100


def width(words: str, size: float) -> float:
    """About how wide a text is."""
    return sum(map(_advance, words)) * size


def _advance(letter: str) -> float:
    if letter in _NARROW:
        return 0.32
    return 0.85 if letter in _WIDE else 0.58


def wrapped(words: str, room: float, size: float, most: int) -> list[str]:
    """A text as lines of a width; what does not fit ends with an ellipsis."""
    lines: list[str] = []
    for word in words.split():
        if lines and width(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > most:
        lines = [*lines[: most - 1], f"{lines[most - 1]}…"]
    return lines


def inside(words: str, box: Box, size: float = 12) -> str:
    """A name in the middle of a box."""
    most = max(1, int((box.height - 4) / (size * _LINE)))
    lines = wrapped(words, box.width - 14, size, most)
    middle = box.middle
    return _lines(lines, middle.x, middle.y, size)


def head(words: str, box: Box, size: float = 12) -> str:
    """A name at the top of a box that holds other things."""
    lines = wrapped(words, box.width - 16, size, 1)
    return _lines(lines, box.middle.x, box.y + 12, size)


def under(words: str, box: Box, label: Box | None, size: float = 12) -> str:
    """The name of an event or a gateway: where it was put, else below."""
    if not words:
        return ""
    place = label or Box(box.middle.x - _LABEL / 2, box.bottom + 3, _LABEL, 0)
    lines = wrapped(words, max(place.width, 60), size, 4)
    half = len(lines) * size * _LINE / 2
    return _lines(lines, place.middle.x, place.y + half, size)


def beside(words: str, edge: Edge, size: float = 11) -> str:
    """The name of a flow: where it was put, else beside its longest part."""
    if not words:
        return ""
    if edge.label is not None:
        place = edge.label
    else:
        first, second = max(pairwise(edge.points), key=_length)
        x, y = (first.x + second.x) / 2, (first.y + second.y) / 2
        place = Box(x - 40, y - 18, 80, 0)
    lines = wrapped(words, max(place.width, 80), size, 3)
    half = len(lines) * size * _LINE / 2
    return _lines(lines, place.middle.x, place.y + half, size)


def _length(part: tuple[Point, Point]) -> float:
    first, second = part
    return abs(first.x - second.x) + abs(first.y - second.y)


def upright(words: str, box: Box, size: float = 12) -> str:
    """The name of a pool or lane, read from below to above."""
    lines = wrapped(words, box.height - 8, size, 2)
    x, y = box.x + 15, box.middle.y
    return f'<g transform="rotate(-90 {x:.0f} {y:.0f})">{_lines(lines, x, y, size)}</g>'


def left(words: str, box: Box, size: float = 11) -> str:
    """A note beside its bracket."""
    most = max(1, int(box.height / (size * _LINE)))
    lines = wrapped(words, box.width - 8, size, most)
    y = box.y + size * _LINE
    return "".join(
        f'<text x="{box.x + 8:.0f}" y="{y + n * size * _LINE:.1f}">{escape(line)}'
        "</text>"
        for n, line in enumerate(lines)
    )


def _lines(lines: Sequence[str], x: float, y: float, size: float) -> str:
    """Centred lines around a point."""
    top = y - (len(lines) - 1) * size * _LINE / 2 + size * 0.35
    return "".join(
        f'<text x="{x:.1f}" y="{top + n * size * _LINE:.1f}">{escape(line)}</text>'
        for n, line in enumerate(lines)
    )
