"""What a file is, by its content, held against what its name says.

A name is what the sender says; the first bytes are what a program will make of it.
Only kinds that offices send are known (WHATWG MIME Sniffing, 6, for pictures and PDF;
ISO/IEC 21320-1 and ECMA-376 for documents in a zip). A program is refused under every
name.
"""

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from webui.i18n import translate


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file."""

    #: Message id of what people call it.
    name: str
    #: Media type (IANA); empty: it is never told to a browser.
    type: str
    #: Endings of names that promise it.
    endings: tuple[str, ...]


PDF: Final = Kind("a PDF document", "application/pdf", (".pdf",))
JPEG: Final = Kind("a JPEG picture", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif"))
PNG: Final = Kind("a PNG picture", "image/png", (".png",))
GIF: Final = Kind("a GIF picture", "image/gif", (".gif",))
WEBP: Final = Kind("a WebP picture", "image/webp", (".webp",))
TIFF: Final = Kind("a TIFF picture", "image/tiff", (".tif", ".tiff"))
BMP: Final = Kind("a BMP picture", "image/bmp", (".bmp",))
HEIC: Final = Kind("a HEIC picture", "image/heic", (".heic", ".heif"))
_OOXML: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = Kind("a Word document", f"{_OOXML}.wordprocessingml.document", (".docx",))
XLSX: Final = Kind("an Excel sheet", f"{_OOXML}.spreadsheetml.sheet", (".xlsx",))
PPTX: Final = Kind(
    "a PowerPoint file", f"{_OOXML}.presentationml.presentation", (".pptx",)
)
_ODF: Final = "application/vnd.oasis.opendocument"
ODT: Final = Kind("an OpenDocument text", f"{_ODF}.text", (".odt",))
ODS: Final = Kind("an OpenDocument sheet", f"{_ODF}.spreadsheet", (".ods",))
OLE: Final = Kind(
    "an old Office document",
    "application/x-ole-storage",
    (".doc", ".xls", ".ppt", ".msg"),
)
RTF: Final = Kind("an RTF document", "application/rtf", (".rtf",))
ZIP: Final = Kind("a zip archive", "application/zip", (".zip",))
RAR: Final = Kind("a RAR archive", "application/vnd.rar", (".rar",))
SEVEN: Final = Kind("a 7-Zip archive", "application/x-7z-compressed", (".7z",))
MP4: Final = Kind("a video", "video/mp4", (".mp4", ".mov", ".m4v"))
XML: Final = Kind("an XML document", "application/xml", (".xml", ".svg"))
HTML: Final = Kind("a web page", "", (".html", ".htm", ".xhtml"))
TEXT: Final = Kind("plain text", "text/plain", (".txt", ".csv", ".log", ".md"))
PROGRAM: Final = Kind("a program", "", ())
UNKNOWN: Final = Kind("nothing that is known", "", ())

_KINDS: Final = (
    *(PDF, JPEG, PNG, GIF, WEBP, TIFF, BMP, HEIC, DOCX, XLSX, PPTX, ODT, ODS, OLE),
    *(RTF, ZIP, RAR, SEVEN, MP4, XML, HTML, TEXT),
)
_BY_ENDING: Final[Mapping[str, Kind]] = {
    ending: kind for kind in _KINDS for ending in kind.endings
}
#: Endings of what a system runs; refused whatever the content is.
_RUN: Final = frozenset(
    {".exe", ".dll", ".com", ".scr", ".msi", ".bat", ".cmd", ".ps1", ".vbs", ".js"}
    | {".jse", ".wsf", ".hta", ".jar", ".lnk", ".sh", ".app", ".apk"}
)
_MAGIC: Final[tuple[tuple[bytes, Kind], ...]] = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    (b"II*\0", TIFF),
    (b"MM\0*", TIFF),
    (b"BM", BMP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
    (b"Rar!\x1a\x07", RAR),
    (b"7z\xbc\xaf\x27\x1c", SEVEN),
    (b"MZ", PROGRAM),
    (b"\x7fELF", PROGRAM),
    (b"\xca\xfe\xba\xbe", PROGRAM),
    (b"\xcf\xfa\xed\xfe", PROGRAM),
    (b"#!", PROGRAM),
)
#: Parts of a zip that say which document it is.
_INSIDE: Final = (("word/", DOCX), ("xl/", XLSX), ("ppt/", PPTX))
#: How an entry of the list of a zip begins (APPNOTE 6.3.10, 4.3.12), and how many of
#: them a document may have.
_ENTRY: Final = b"PK\x01\x02"
_ENTRIES: Final = 5_000
_HEAD: Final = 1024
_MARKUP: Final = (
    b"<!doctype html",
    b"<html",
    b"<head",
    b"<script",
    b"<body",
    b"<iframe",
)
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"mif1", b"msf1", b"heif"})


def kind_of(content: bytes) -> Kind:
    """What content is."""
    head = content[:_HEAD]
    # ISO 32000-1, annex H.3.4.1: the mark may stand anywhere in the first 1,024 bytes.
    if b"%PDF-" in head:
        return PDF
    for mark, kind in _MAGIC:
        if head.startswith(mark) and (kind is not BMP or _is_bitmap(content)):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return WEBP
    if head[4:8] == b"ftyp":
        return HEIC if head[8:12] in _HEIC_BRANDS else MP4
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(content)
    return _written(content)


def kind_named(name: str) -> Kind | None:
    """What a name promises; None when it promises nothing that is known."""
    return _BY_ENDING.get(PurePosixPath(name.lower()).suffix)


def refusal(name: str, content: bytes) -> str:
    """Why a file is not taken, in words; empty when it is what its name says."""
    found, promised = kind_of(content), kind_named(name)
    runs = PurePosixPath(name.lower()).suffix in _RUN
    if found is PROGRAM or runs:
        return translate("%(name)s is a program; programs are not taken.", name=name)
    if promised is None or promised is found:
        return ""
    return translate(
        "%(name)s is not what its name says: it is %(kind)s, not %(said)s.",
        name=name,
        kind=translate(found.name),
        said=translate(promised.name),
    )


def type_of(name: str, content: bytes) -> str:
    """The media type of a file that is what its name says; empty: only bytes."""
    found = kind_of(content)
    return found.type if kind_named(name) is found else ""


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    return tuple(kind.name for kind in (*_KINDS, PROGRAM, UNKNOWN))


def _is_bitmap(content: bytes) -> bool:
    """BMP says its own size; a text may begin with the same two letters."""
    return int.from_bytes(content[2:6], "little") == len(content)


def _zipped(content: bytes) -> Kind:
    if content.count(_ENTRY) > _ENTRIES:
        # Reading the list alone would take seconds and hundreds of MB.
        return ZIP
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        for folder, kind in _INSIDE:
            if any(name.startswith(folder) for name in names):
                return kind
    # OpenDocument 1.2, part 3, 3.3: the first member is `mimetype`, not compressed.
    head = content[:200]
    for kind in (ODT, ODS):
        if kind.type.encode() in head:
            return kind
    return ZIP


def _written(content: bytes) -> Kind:
    """Text of some sort, or nothing that is known."""
    for encoding in ("utf-8-sig", "utf-16") if content[:2] in UTF16 else ("utf-8-sig",):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return _markup(text) if "\0" not in text else UNKNOWN
    return UNKNOWN


#: Byte order marks of UTF-16.
UTF16: Final = frozenset({b"\xff\xfe", b"\xfe\xff"})


def _markup(text: str) -> Kind:
    head = text[:_HEAD].lstrip().lower().encode()
    if any(mark in head for mark in _MARKUP) and head.startswith(b"<"):
        return HTML
    return XML if head.startswith((b"<?xml", b"<svg")) else TEXT
