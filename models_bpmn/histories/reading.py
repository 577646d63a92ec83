"""From the bytes of a file to its table, whatever the file is called."""

import io
import zlib
from typing import Final

from engine import limits
from models_bpmn.histories import delimited, xes, xlsx
from models_bpmn.histories.table import HistoryError, Table

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"
_CHUNK: Final = 1 << 20


def read(content: bytes) -> Table:
    """Read a history: XES, CSV or XLSX, also compressed with gzip.

    Raises:
        HistoryError: It is none of these, damaged, or too large.
    """
    if len(content) > limits.HISTORY_BYTES:
        raise _too_large()
    if content.startswith(_GZIP):
        content = _unpacked(content)
    if content.startswith(_ZIP):
        return xlsx.read(content)
    if content.startswith(_OLD_EXCEL):
        message = "Save the workbook as .xlsx; the older .xls is not read."
        raise HistoryError(message)
    if _is_xml(content):
        return xes.read(content)
    return delimited.read(content)


def _is_xml(content: bytes) -> bool:
    head = content[:400].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return head.startswith(b"<")


def _too_large() -> HistoryError:
    return HistoryError(f"A history has at most {limits.HISTORY_BYTES} bytes.")


def _unpacked(content: bytes) -> bytes:
    """The bytes of a gzip file, at most as many as a history may have."""
    made, rest = io.BytesIO(), content
    try:
        while rest:
            # A file may be several compressed ones in a row.
            unpacker = zlib.decompressobj(wbits=31)
            rest = _member(unpacker, rest, made)
    except zlib.error as error:
        message = f"The gzip file is damaged: {error}."
        raise HistoryError(message) from error
    return made.getvalue()


def _member(unpacker: "zlib._Decompress", rest: bytes, made: io.BytesIO) -> bytes:
    while not unpacker.eof:
        part = unpacker.decompress(rest, _CHUNK)
        made.write(part)
        if made.tell() > limits.HISTORY_BYTES:
            raise _too_large()
        rest = unpacker.unconsumed_tail
        if not part and not rest and not unpacker.eof:
            raise HistoryError("The gzip file ends too early.")
    return unpacker.unused_data.lstrip(b"\0")
