"""The words of `verify.html`, made from those of the verifier and of the product.

`python -m tests.web.verify_words` writes them anew; `test_verify_page.py` fails while
the page says something else, so that nobody has to keep two lists alike.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from engine.evidence import verifier
from webui import i18n, words

PAGE: Final = Path(verifier.__file__).with_name("verify.html")
BLOCK: Final = re.compile(r'(id="words">)(.*?)(</script>)', re.DOTALL)


def tables() -> dict[str, Mapping[str, Any]]:
    """What the page must say: messages, reasons, layers, events."""
    catalogues = [i18n.translations(code) for code in ("vi", "en")]
    return {
        "words": {code: list(pair) for code, pair in verifier._WORDS.items()},
        "why": dict(verifier._WHY),
        "layers": {layer: list(pair) for layer, pair in verifier._NAMES.items()},
        # Events are called as on the pages of the product.
        "events": {
            kind.value: [one.gettext(word) for one in catalogues]
            for kind, word in words.EVENT.items()
        },
    }


def written() -> str:
    """The tables as they stand in the page, a line each."""
    return (
        "{"
        + ",\n".join(
            f"{json.dumps(name)}:{{{_lines(rows)}}}" for name, rows in tables().items()
        )
        + "}"
    )


def _lines(rows: Mapping[str, Any]) -> str:
    return ",\n".join(f"{_text(key)}:{_text(value)}" for key, value in rows.items())


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Write the page anew."""
    text = PAGE.read_text(encoding="utf-8")
    made = BLOCK.sub(lambda found: found[1] + written() + found[3], text, count=1)
    PAGE.write_text(made, encoding="utf-8")


if __name__ == "__main__":
    main()
