"""What the fonts of the papers can show, decided before a page is set.

A PDF for archives (ISO 19005-2, 6.2.11.8) shows no sign that its font has not, so one
name in Chinese would spoil the receipts of a whole day. Which signs the fonts have is
data (`glyphs.txt`, made from the fonts themselves by `webui.documents.glyphs_build`).
What they have not is shown as a mark and counted, so that the paper says so; the record
keeps what was typed.
"""

import bisect
import functools
import unicodedata
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

GLYPHS: Final = Path(__file__).with_name("glyphs.txt")
#: Stands for a sign that cannot be printed.
MARK: Final = "▯"
#: Key of an entry that says how many signs of it could not be printed.
COUNT: Final = "unprinted"
#: Bullets that Word pastes as private signs of its own fonts.
_BULLETS: Final[Mapping[str, str]] = {"\uf0b7": "•", "\uf0a7": "▪"}
#: Signs that show nothing themselves: control and format characters.
_UNSEEN: Final = frozenset({"Cc", "Cf"})
_SPACES: Final = frozenset({"Zs", "Zl", "Zp"})
#: Forms of one sign in the width of Chinese type.
_WIDTHS: Final = ("<wide>", "<narrow>")
#: Says which picture a sign before it takes.
_SELECTORS: Final = frozenset(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
#: Colours of the skin of a person in a picture.
_SKINS: Final = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
#: What every form of ours is written with: nothing of it can fail.
_PLAIN: Final = frozenset(
    unicodedata.normalize("NFC", letter + tone)
    for letter in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY"
    for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
) | frozenset("\n\tđĐ\u00a0–—…“”‘’•§°²³×→" + "".join(map(chr, range(0x20, 0x7F))))


def told(data: Mapping[str, Any], *, plainly: bool = False) -> dict[str, Any]:
    """Data as it can be printed; each entry of a list in it counts what it lost.

    Args:
        data: What a template shows.
        plainly: Only letters of Vietnamese and the signs of our forms, for what cannot
            be set otherwise.
    """
    return {key: _entries(value, plainly=plainly) for key, value in data.items()}


def text(typed: str, *, plainly: bool = False) -> tuple[str, int]:
    r"""A text as it can be printed, and how many of its signs cannot.

    >>> text("王小明 (Wang)"), text("\ufeffÝ kiến\u200b")
    (('▯▯▯ (Wang)', 3), ('Ý kiến', 0))
    """
    typed = unicodedata.normalize("NFC", typed)
    if _PLAIN.issuperset(typed):
        return typed, 0
    made: list[str] = []
    lost, marked = 0, False
    for sign in typed:
        shown = _shown(sign, marked=marked, plainly=plainly)
        gone = shown == MARK != sign
        marked = gone or (marked and not shown)
        lost += gone
        made.append(shown)
    return "".join(made), lost


def has(sign: str) -> bool:
    """Whether the fonts have a sign."""
    begins, ends = _glyphs()
    code = ord(sign)
    place = bisect.bisect_right(begins, code) - 1
    return place >= 0 and code <= ends[place]


def _entries(value: Any, *, plainly: bool) -> Any:
    if not isinstance(value, list | tuple):
        return _cleaned(value, plainly=plainly)[0]
    made = []
    for one in value:
        shown, lost = _cleaned(one, plainly=plainly)
        made.append({**shown, COUNT: lost} if isinstance(shown, dict) else shown)
    return made


def _cleaned(value: Any, *, plainly: bool) -> tuple[Any, int]:
    """A value with all of its texts as they can be printed, and what they lost."""
    if isinstance(value, str):
        return text(value, plainly=plainly)
    if isinstance(value, Mapping):
        found = {key: _cleaned(one, plainly=plainly) for key, one in value.items()}
        return {key: one for key, (one, _) in found.items()}, _lost(found.values())
    if isinstance(value, list | tuple):
        rows = [_cleaned(one, plainly=plainly) for one in value]
        return [one for one, _ in rows], _lost(rows)
    return value, 0


def _lost(found: Any) -> int:
    return sum(count for _, count in found)


def _shown(sign: str, *, marked: bool, plainly: bool) -> str:
    """What is printed for a sign; nothing for one that is not seen."""
    sign = _BULLETS.get(sign, sign)
    kind = unicodedata.category(sign)
    if sign not in "\n\t" and (kind in _UNSEEN or sign in _SELECTORS):
        return ""
    if sign in _PLAIN or (has(sign) and not plainly):
        return sign
    # A sign of its own under or over one that is marked already is no second one.
    if marked and (kind.startswith("M") or sign in _SKINS):
        return ""
    return " " if kind in _SPACES else _narrowed(sign, plainly=plainly)


def _narrowed(sign: str, *, plainly: bool) -> str:
    """The same letter in the width of ours, where it is one of Chinese type."""
    width, _, code = unicodedata.decomposition(sign).partition(" ")
    same = chr(int(code, 16)) if width in _WIDTHS else MARK
    return same if same in _PLAIN or (has(same) and not plainly) else MARK


@functools.cache
def _glyphs() -> tuple[list[int], list[int]]:
    """First and last code of each run of signs that the fonts have."""
    lines = GLYPHS.read_text("ascii").splitlines()
    runs = [line.split("-") for line in lines if not line.startswith("#")]
    return [int(one[0], 16) for one in runs], [int(one[-1], 16) for one in runs]
