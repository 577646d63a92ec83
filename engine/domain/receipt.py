"""What the QR code on the receipt of a dossier says, and how it is read again.

Whoever holds the receipt holds the leaf hash of the event that opened the dossier: no
key, no backup and no database can make that undone (docs/manual/evidence.md, 2, rule
7). To print it, for example with segno::

    held = receipt.of(sealed, code, log)    # `sealed`: the first event of the case
    segno.make(receipt.text(held, base), error="m").svg_inline(scale=3)

`base` is the address of the look-up page of the agency, or "" where there is none; then
the code holds no address and only programs read it.
`quytrinh evidence check-receipt TEXT` says whether the log holds that leaf.
"""

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from engine.domain.events import EventType, Sealed

#: What a text without address begins with: format and version.
MARK: Final = "QUYTRINH1"
#: Longest text that is read; a QR code of level M holds hardly more.
LONGEST: Final = 2_000
#: Names in the query of an address: dossier code, leaf hash, log.
_CODE: Final = "ma"
_LEAF: Final = "dau"
_LOG: Final = "nhat-ky"
_HASH: Final = re.compile("[0-9a-f]{64}")


class NoReceiptError(ValueError):
    """A text is not that of a receipt."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a receipt proves: that this event was in this log."""

    #: The dossier code.
    code: str
    #: Leaf hash of `case.opened`.
    leaf: bytes
    #: Name of the log, its origin without the year.
    log: str


def of(opened: Sealed, code: str, log: str) -> Receipt:
    """The receipt of a case.

    Args:
        opened: the first event of the case, as it is sealed.
        code: the dossier code.
        log: name of the tenant's log, which its keys carry.

    Raises:
        ValueError: The event opened no case.
    """
    if opened.type != EventType.CASE_OPENED.value or opened.seq != 1:
        raise ValueError(opened.type)
    return Receipt(code=code, leaf=opened.leaf, log=log)


def text(receipt: Receipt, base: str = "") -> str:
    """The text of the QR code.

    Args:
        receipt: what it says.
        base: address of the look-up page, which a telephone opens; it may have a query
            of its own. Without it: mark, log, code and hash, each after a blank.
    """
    leaf = receipt.leaf.hex()
    if not base:
        parts = (quote(one, safe="/-._~") for one in (receipt.log, receipt.code))
        return " ".join((MARK, *parts, leaf))
    query = urlencode({_CODE: receipt.code, _LEAF: leaf, _LOG: receipt.log}, safe="/")
    return f"{base}{'&' if '?' in base else '?'}{query}"


def parse(content: str) -> Receipt:
    """The receipt in a text, with an address or without.

    Raises:
        NoReceiptError: It is no such text, or was cut off.
    """
    if len(content) > LONGEST:
        raise NoReceiptError("too long")
    words = content.strip().split(" ")
    if words[0] == MARK:
        if len(words) != len((MARK, "log", "code", "leaf")):
            raise NoReceiptError("four words are expected")
        log, code, leaf = unquote(words[1]), unquote(words[2]), words[3]
    else:
        log, code, leaf = _of_address(content.strip())
    if not _HASH.fullmatch(leaf) or not log or not code:
        raise NoReceiptError("no leaf hash, code and log")
    return Receipt(code=code, leaf=bytes.fromhex(leaf), log=log)


def _of_address(content: str) -> tuple[str, str, str]:
    try:
        query = parse_qs(urlsplit(content).query, max_num_fields=100)
    except ValueError as error:
        raise NoReceiptError("no address") from error
    found = [query.get(name, []) for name in (_LOG, _CODE, _LEAF)]
    if any(len(one) != 1 for one in found):
        raise NoReceiptError("no receipt")
    log, code, leaf = (one[0] for one in found)
    return log, code, leaf
