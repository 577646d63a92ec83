"""Which signs the fonts of the typesetter have: asked of the typesetter, and kept.

    python -m webui.documents.glyphs_build

Run it when the typesetter changes; a test compares what is kept with what it says.
"""

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import typst

from webui.documents import printable

#: Signs that are seen by nobody, belong to nobody or are half of one: never asked.
_NOT_ASKED: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})
_AT_ONCE: Final = 2_000
_TEMPLATE: Final = b"""#set text(font: "Libertinus Serif", lang: "vi")
#set document(title: "x")
#set page(height: auto)
#for sign in json(bytes(sys.inputs.data)) { par(sign) }"""
#: How the typesetter names a sign that it has not.
_MISSING: Final = re.compile(r'the text `"(.+?)"` could|codepoint `"(.+?)"`')
_ESCAPED: Final = re.compile(r"\\u\{([0-9a-f]+)\}")


def assigned() -> list[str]:
    """Every sign of Unicode that could be printed."""
    signs = map(chr, range(sys.maxunicode + 1))
    return [one for one in signs if unicodedata.category(one) not in _NOT_ASKED]


def refused(signs: Sequence[str]) -> str:
    """What the typesetter says against some signs; empty: it sets them."""
    compiler = typst.Compiler(
        _TEMPLATE,
        font_paths=typst.Fonts(include_system_fonts=False),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(signs)},
    )
    try:
        compiler.compile(format="pdf", timestamp=0, pdf_standards="a-2a")
    except typst.TypstError as error:
        return error.diagnostic or error.message
    return ""


def printed(signs: Sequence[str]) -> Iterator[str]:
    """Those of some signs that the typesetter sets.

    Raises:
        RuntimeError: It refuses them and names none of them.
    """
    for first in range(0, len(signs), _AT_ONCE):
        some = signs[first : first + _AT_ONCE]
        while said := refused(some):
            missing = set(_named(said))
            left = [one for one in some if one not in missing]
            if len(left) == len(some):
                raise RuntimeError(said)
            some = left
        yield from some


def runs(signs: Iterable[str]) -> Iterator[str]:
    """Signs in order as runs of codes: `0020-007E`."""
    found: list[list[int]] = []
    for code in map(ord, signs):
        if found and code == found[-1][1] + 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return (f"{first:04X}-{last:04X}" for first, last in found)


def main() -> None:
    """Write the file."""
    lines = ("# Made by webui.documents.glyphs_build", *runs(printed(assigned())))
    printable.GLYPHS.write_text("\n".join(lines) + "\n", "ascii")


def _named(said: str) -> Iterator[str]:
    for match in _MISSING.finditer(said):
        named = match[1] or match[2]
        yield from _ESCAPED.sub(lambda one: chr(int(one[1], 16)), named)


if __name__ == "__main__":
    main()
