"""Check an evidence bundle without the program that made it.

This one file is the verifier: it needs Python 3.9 or newer and nothing else, it opens
no network connection and writes nothing. `docs/manual/evidence.md` describes what it
checks. The product checks with the same functions.

    python verifier.py BUNDLE.asice --keys KEYS.txt [--head HEAD.txt] [--json]

Exit 0: everything that can be checked passes; 1: something fails; 2: the file is no
bundle; 3: nothing fails, but no trusted key was given, or the bundle could not be
compared with the head that was given.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import io
import json
import re
import struct
import sys
import unicodedata
import zlib
from bisect import bisect_right
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import (
    IO,
    Any,
    Callable,
    Dict,
    List,
    Mapping,
    NoReturn,
    Optional,
    Sequence,
    Tuple,
)
from urllib.parse import quote, unquote

FORMAT = "quytrinh-bundle/1"
MIMETYPE = b"application/vnd.etsi.asic-e+zip"
MANIFEST = "META-INF/ASiCManifest.xml"
STAMP = "META-INF/manifest.tst"

# 1. Canonical JSON (RFC 8785).


class Malformed(ValueError):
    """Bytes are not what they must be; the text says why (`_WHY`), in English."""

    def __init__(self, text: str, **words: Any) -> None:
        super().__init__(text.format(**words))
        own = {
            key: one.vietnamese if isinstance(one, Malformed) else one
            for key, one in words.items()
        }
        #: The same in Vietnamese.
        self.vietnamese: str = _WHY[text].format(**own)


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value (RFC 8785, 3.2).

    Raises:
        Malformed: It holds what JSON or I-JSON cannot say.
    """
    parts: List[str] = []
    try:
        _write(value, parts.append)
        return "".join(parts).encode()
    except UnicodeEncodeError:
        raise Malformed("half a character") from None
    except RecursionError:
        raise Malformed("nested too deeply") from None


def _write(value: Any, put: Callable[[str], Any]) -> None:
    if value is None or value is True or value is False:
        put({None: "null", True: "true", False: "false"}[value])
    elif isinstance(value, str):
        put(json.dumps(value, ensure_ascii=False))
    elif isinstance(value, int):
        if abs(value) >= 2**53:
            raise Malformed("number too large")
        put(str(value))
    elif isinstance(value, float):
        put(_number(value))
    elif isinstance(value, list):
        put("[")
        for index, one in enumerate(value):
            if index:
                put(",")
            _write(one, put)
        put("]")
    elif isinstance(value, dict):
        _write_object(value, put)
    else:
        raise Malformed("no JSON value")


def _write_object(value: Dict[str, Any], put: Callable[[str], Any]) -> None:
    put("{")
    # Keys are ordered by their UTF-16 code units (3.2.3).
    try:
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
    except (UnicodeEncodeError, AttributeError):
        raise Malformed("half a character") from None
    for index, key in enumerate(keys):
        if index:
            put(",")
        put(json.dumps(key, ensure_ascii=False) + ":")
        _write(value[key], put)
    put("}")


def _number(value: float) -> str:
    """A number as ECMAScript writes it (RFC 8785, 3.2.2.3)."""
    if value != value or value in (float("inf"), float("-inf")):
        raise Malformed("no number")
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # Position of the decimal point counted from the first digit.
    point = int(exponent or 0) + len(whole)
    if whole == "0":
        point -= 1 + len(fraction) - len(fraction.lstrip("0"))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        return sign + digits + "0" * (point - len(digits))
    if 0 < point <= 21:
        return sign + digits[:point] + "." + digits[point:]
    if -6 < point <= 0:
        return sign + "0." + "0" * -point + digits
    power = point - 1
    tail = "." + digits[1:] if len(digits) > 1 else ""
    return "%s%s%se%s%d" % (
        sign,
        digits[0],
        tail,
        "+" if power > 0 else "-",
        abs(power),
    )


def _unique(pairs: Sequence[Tuple[str, Any]]) -> Dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise Malformed("a key stands twice")
    return made


def _no(_text: str) -> Any:
    raise Malformed("no number")


def _whole(text: str) -> int:
    """A whole number as read; one that no canonical text holds is refused unread."""
    if len(text) > 17:
        raise Malformed("number too large")
    return int(text)


#: Objects and lists within each other: more than any event, less than any stack.
DEPTH = 100


def _shallow(value: Any) -> Any:
    """The value, when it is not nested too deeply."""
    layer = [value]
    for _ in range(DEPTH):
        layer = [
            inner
            for one in layer
            if isinstance(one, (dict, list))
            for inner in (one.values() if isinstance(one, dict) else one)
        ]
        if not layer:
            return value
    raise Malformed("nested too deeply")


def parse(content: bytes) -> Any:
    """A JSON value from bytes in which no key stands twice.

    Raises:
        Malformed: The bytes are no such JSON.
    """
    try:
        value = json.loads(
            content.decode(),
            object_pairs_hook=_unique,
            parse_constant=_no,
            parse_int=_whole,
        )
        return _shallow(value)
    except (ValueError, RecursionError) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("no JSON") from None


def parse_canonical(content: bytes) -> Any:
    """A JSON value from bytes that are its canonical form.

    Raises:
        Malformed: The bytes are no JSON, or not canonical.
    """
    value = parse(content)
    if canonical(value) != content:
        raise Malformed("not in canonical form")
    return value


# 2. Ed25519 (RFC 8032, 5.1.7).

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_D = -121665 * pow(121666, _P - 2, _P) % _P
_ROOT = pow(2, (_P - 1) // 4, _P)

# A point in extended coordinates.
_Point = Tuple[int, int, int, int]


def _add(one: _Point, other: _Point) -> _Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % _P
    b = (one[1] + one[0]) * (other[1] + other[0]) % _P
    c = 2 * one[3] * other[3] * _D % _P
    d = 2 * one[2] * other[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


@lru_cache(maxsize=64)
def _doubled(point: _Point) -> Tuple[_Point, ...]:
    """The multiples of a point by powers of two: keys sign many heads."""
    made = [point]
    while len(made) < 256:
        made.append(_add(made[-1], made[-1]))
    return tuple(made)


def _times(factor: int, point: _Point) -> _Point:
    """A multiple of a point, by a factor of at most 256 bits."""
    result = (0, 1, 1, 0)
    for bit, one in enumerate(_doubled(point)):
        if factor >> bit & 1:
            result = _add(result, one)
    return result


def _point(encoded: bytes) -> Optional[_Point]:
    """Decode a point (RFC 8032, 5.1.3); None when it is none."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= _P:
        return None
    square = (y * y - 1) * pow(_D * y * y + 1, _P - 2, _P) % _P
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT % _P
    if (x * x - square) % _P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = _P - x
    return x, y, 1, x * y % _P


def _encoded(point: _Point) -> bytes:
    inverse = pow(point[2], _P - 2, _P)
    x, y = point[0] * inverse % _P, point[1] * inverse % _P
    return (y | (x & 1) << 255).to_bytes(32, "little")


_BASE = _point((4 * pow(5, _P - 2, _P) % _P).to_bytes(32, "little"))


def check_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether an Ed25519 signature over a message is that of a public key."""
    if len(public) != 32 or len(signature) != 64 or _BASE is None:
        return False
    key = _point(public)
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or scalar >= _L:
        return False
    digest = hashlib.sha512(signature[:32] + public + message).digest()
    challenge = int.from_bytes(digest, "little") % _L
    negative = (_P - key[0], key[1], key[2], _P - key[3])
    found = _add(_times(scalar, _BASE), _times(challenge, negative))
    return _encoded(found) == signature[:32]


# 3. The Merkle tree (RFC 6962, 2.1).


def leaf_hash(body: bytes) -> bytes:
    """The leaf hash of an event."""
    return hashlib.sha256(b"\x00" + body).digest()


def _parent(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def check_inclusion(
    leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes
) -> bool:
    """Whether an audit path leads from a leaf hash to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size or any(len(one) != 32 for one in (leaf, root, *path)):
        return False
    number, last, current = index, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            current = _parent(one, current)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            current = _parent(current, one)
        number, last = number >> 1, last >> 1
    return last == 0 and current == root


def check_consistency(
    first: int, second: int, roots: Tuple[bytes, bytes], path: Sequence[bytes]
) -> bool:
    """Whether a tree grew from its first leaves (RFC 9162, 2.1.4.2).

    From nothing no proof leads: size 0 is refused.
    """
    if not 0 < first <= second:
        return False
    if first == second:
        return not path and roots[0] == roots[1]
    if any(len(one) != 32 for one in (*roots, *path)):
        return False
    hashes = list(path)
    if first & (first - 1) == 0:
        hashes.insert(0, roots[0])
    if not hashes:
        return False
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    older = newer = hashes[0]
    for one in hashes[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            older, newer = _parent(one, older), _parent(one, newer)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            newer = _parent(newer, one)
        number, last = number >> 1, last >> 1
    return last == 0 and older == roots[0] and newer == roots[1]


# 4. Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint).

_ED25519 = 1


@dataclass(frozen=True)
class Key:
    """A verifier key: who signs, and with which public key."""

    name: str
    id: bytes
    public: bytes


def key_id(name: str, public: bytes) -> bytes:
    """The four bytes by which a note names an Ed25519 key."""
    content = name.encode() + b"\n" + bytes([_ED25519]) + public
    return hashlib.sha256(content).digest()[:4]


def read_key(line: str) -> Key:
    """A verifier key from its line `<name>+<hash>+<base64>`.

    Raises:
        Malformed: The line is no Ed25519 verifier key.
    """
    name, _, rest = line.strip().partition("+")
    identity, _, encoded = rest.partition("+")
    content = _base64(encoded)
    if len(content) != 33 or content[0] != _ED25519 or not name:
        raise Malformed("no Ed25519 verifier key")
    key = Key(name, key_id(name, content[1:]), content[1:])
    if key.id.hex() != identity:
        raise Malformed("the hash of the verifier key is wrong")
    return key


def read_keys(content: bytes) -> List[Key]:
    """The trusted keys of a file: one a line, `#` begins a comment.

    Raises:
        Malformed: A line is no verifier key; the text names the line.
    """
    keys = []
    try:
        lines = content.decode().splitlines()
    except UnicodeDecodeError:
        raise Malformed("the file of keys is no text") from None
    for number, line in enumerate(lines, start=1):
        if line.strip() and not line.lstrip().startswith("#"):
            try:
                keys.append(read_key(line))
            except Malformed as error:
                raise Malformed(_LINE, number=number, why=error) from None
    return keys


def _base64(text: str) -> bytes:
    try:
        content = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        content = b""
    # One text for the same bytes: no loose bits behind the last one.
    if base64.b64encode(content) != text.encode("ascii", "replace"):
        raise Malformed("no base64")
    return content


@dataclass(frozen=True)
class Checkpoint:
    """What a signed head says."""

    origin: str
    size: int
    root: bytes


@dataclass(frozen=True)
class Note:
    """A text with its signatures: (name, key id, signature)."""

    text: bytes
    signatures: Tuple[Tuple[str, bytes, bytes], ...]

    def signed_by(self, keys: Sequence[Key]) -> List[Key]:
        """Which of these keys signed.

        Raises:
            Malformed: A known key stands beside a signature that is not its own.
        """
        found = []
        for name, identity, signature in self.signatures:
            for key in keys:
                if (key.name, key.id) == (name, identity):
                    if not check_signature(key.public, self.text, signature):
                        raise Malformed(FORGED, name=name)
                    found.append(key)
        return found


def read_note(content: bytes) -> Note:
    """A signed note.

    Raises:
        Malformed: The bytes are no signed note.
    """
    text, mark, rest = content.rpartition(b"\n\n")
    if not mark or not rest.endswith(b"\n"):
        raise Malformed("no signed note")
    signatures = []
    try:
        lines = rest[:-1].decode().split("\n")
        text.decode()
    except UnicodeDecodeError:
        raise Malformed("no signed note") from None
    for line in lines:
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "\u2014" or not parts[1]:
            raise Malformed("a line of signatures is none")
        signature = _base64(parts[2])
        if len(signature) < 5:
            raise Malformed("a signature is too short")
        signatures.append((parts[1], signature[:4], signature[4:]))
    return Note(text + b"\n", tuple(signatures))


def read_checkpoint(note: Note) -> Checkpoint:
    """The checkpoint in a note.

    Raises:
        Malformed: The text is no checkpoint without extension lines.
    """
    lines = note.text.decode().split("\n")
    if len(lines) != 4 or lines[3] or not lines[0]:
        raise Malformed("no checkpoint")
    if not re.fullmatch("0|[1-9][0-9]{0,14}", lines[1]):
        raise Malformed("no size")
    root = _base64(lines[2])
    if len(root) != 32:
        raise Malformed("no root hash")
    return Checkpoint(lines[0], int(lines[1]), root)


# 5. The container: a ZIP archive of a plain kind.

ENTRY_BYTES = 256 * 2**20
TOTAL_BYTES = 2**30
ENTRIES = 50_000
NAME_BYTES = 1_000
_EOCD = struct.Struct("<4s4H2LH")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LOCAL = struct.Struct("<4s5H3L2H")
#: The only bits a header may set: how hard it was compressed, and names in UTF-8.
_FLAGS = 0x0806
_UTF8 = 0x0800
_STORED, _DEFLATED = 0, 8
#: The newest edition of the format that any program has to know (6.3).
_NEEDED = 63


class _Wrong(Exception):
    """A layer fails, or cannot be checked; the words say why."""

    def __init__(self, code: str, result: str = "FAIL", **words: Any) -> None:
        super().__init__(code)
        self.code = code
        self.result = result
        self.offset: Optional[int] = words.pop("offset", None)
        self.words = {key: _word(key, one) for key, one in words.items()}


def _shown(value: Any, most: int = 200) -> str:
    """A value as it may stand in a message: short, and on one line."""
    cut = str(value)[:most]
    text = "".join(one if one.isprintable() else "\ufffd" for one in cut)
    return text.encode("utf-8", "replace").decode()


def _word(key: str, value: Any) -> Any:
    """A word of a message; of a reason, one for each language."""
    if key != "why":
        return _shown(value, 1_000 if key == "names" else 200)
    if isinstance(value, Malformed):
        return _shown(value.vietnamese), _shown(value)
    if value in _WHY:
        return _WHY[value], value
    return "trường " + _shown(value), "field " + _shown(value)


def _texts(code: str, words: Mapping[str, Any]) -> Tuple[str, str]:
    """A message in Vietnamese and English."""
    vietnamese, english = (
        text.format(
            **{
                key: one[at] if isinstance(one, tuple) else one
                for key, one in words.items()
            }
        )
        for at, text in enumerate(_WORDS[code])
    )
    return vietnamese, english


@dataclass(frozen=True)
class _Entry:
    """Where an entry of the archive stands."""

    name: str
    method: int
    crc: int
    packed: int
    size: int
    start: int


class Archive:
    """A ZIP archive without anything that two programs could read in two ways.

    Entries follow each other from the first byte on, in the order of the directory;
    what the directory says of an entry stands before the entry too. Nothing else is in
    the file: no comment, no gap, no part of another archive.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.entries: Dict[str, _Entry] = {}

    def open(self) -> None:
        """Read the directory and look at every entry's own header."""
        rows, begin = self._directory()
        offset = 0
        folded = set()
        total = 0
        for number, row in enumerate(rows):
            entry, offset = self._entry(row, offset)
            alike = unicodedata.normalize("NFC", entry.name)
            if alike in folded:
                raise _Wrong("entry-twice", name=entry.name)
            folded.add(alike)
            total += entry.size
            if entry.size > ENTRY_BYTES or total > TOTAL_BYTES:
                raise _Wrong("too-large", name=entry.name)
            if (number == 0) != (entry.name == "mimetype"):
                raise _Wrong("mimetype")
            self.entries[entry.name] = entry
        if offset != begin:
            raise _Wrong("gap-bytes", offset=offset)
        first = self.entries.get("mimetype")
        if (
            first is None
            or first.method != _STORED
            or self.read("mimetype") != MIMETYPE
        ):
            raise _Wrong("mimetype")

    def _at(self, offset: int, size: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(size)

    def _directory(self) -> Tuple[List[Tuple[Any, ...]], int]:
        """The rows of the directory (name first), and where it begins."""
        end = self._file.seek(0, 2) - _EOCD.size
        tail = self._at(max(end, 0), _EOCD.size)
        if end < 0 or tail[:4] != b"PK\x05\x06":
            raise _Wrong("not-zip")
        _, disk, other, here, count, size, begin, comment = _EOCD.unpack(tail)
        if disk or other or here != count or comment or begin + size != end:
            raise _Wrong("not-zip")
        if count > ENTRIES:
            raise _Wrong("too-many")
        if size > count * (_CENTRAL.size + 2**10):
            raise _Wrong("not-zip")
        rows = _directory_rows(self._at(begin, size))
        if len(rows) != count:
            raise _Wrong("not-zip")
        return rows, begin

    def _entry(self, row: Tuple[Any, ...], offset: int) -> Tuple[_Entry, int]:
        """An entry that must begin at an offset, and where it ends."""
        name = _entry_name(row[0], row[4])
        flags, method, crc, packed, size = row[4], row[5], row[8], row[9], row[10]
        if flags & ~_FLAGS or method not in (_STORED, _DEFLATED) or row[3] > _NEEDED:
            raise _Wrong("entry-method", name=name)
        if method == _STORED and packed != size:
            raise _Wrong("entry-damaged", name=name)
        head = self._at(offset, _LOCAL.size)
        if row[17] != offset or row[14] or len(head) < _LOCAL.size:
            raise _Wrong("gap-bytes", offset=offset)
        own = _LOCAL.unpack(head)
        same = own[0] == b"PK\x03\x04" and own[2:4] == (flags, method)
        same = same and own[6:9] == (crc, packed, size)
        if not same or self._at(offset + _LOCAL.size, own[9]) != row[0]:
            raise _Wrong("two-headers", name=name)
        start = offset + _LOCAL.size + own[9] + own[10]
        return _Entry(name, method, crc, packed, size, start), start + packed

    def read(self, name: str) -> bytes:
        """The bytes of an entry."""
        entry = self.entries.get(name)
        if entry is None:
            raise _Wrong("missing", name=name)
        content = self._at(entry.start, entry.packed)
        if entry.method == _DEFLATED:
            content = _inflated(content, entry)
        if len(content) != entry.size or zlib.crc32(content) != entry.crc:
            raise _Wrong("entry-damaged", name=name)
        return content


def _directory_rows(content: bytes) -> List[Tuple[Any, ...]]:
    rows = []
    offset = 0
    while offset < len(content):
        head = content[offset : offset + _CENTRAL.size]
        if len(head) < _CENTRAL.size or head[:4] != b"PK\x01\x02":
            raise _Wrong("not-zip")
        row = _CENTRAL.unpack(head)
        offset += _CENTRAL.size
        rows.append((content[offset : offset + row[10]], *row))
        offset += row[10] + row[11] + row[12]
    if offset != len(content):
        raise _Wrong("not-zip")
    return rows


def _inflated(content: bytes, entry: _Entry) -> bytes:
    """Unpack an entry; never more than the directory says that it holds."""
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        made = stream.decompress(content, entry.size + 1)
    except zlib.error:
        raise _Wrong("entry-damaged", name=entry.name) from None
    if not stream.eof or stream.unused_data or stream.unconsumed_tail:
        raise _Wrong("entry-damaged", name=entry.name)
    return made


def _entry_name(raw: bytes, flags: int) -> str:
    """The name of an entry: a relative path that is the same everywhere."""
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "ascii")
    except UnicodeDecodeError:
        raise _Wrong("entry-name", name=raw) from None
    fit = len(raw) <= NAME_BYTES and name.isprintable()
    fit = fit and not set(name) & set('\\:*?"<>|')
    parts = name.split("/")
    if not fit or any(one in ("", ".", "..") or one[-1] in ". " for one in parts):
        raise _Wrong("entry-name", name=name)
    return name


# 6. What is said about a bundle.

LAYERS = (
    *("container", "manifest", "events", "chains", "openings", "inclusion"),
    *("signature", "head", "whole", "instants", "models", "export", "timestamp"),
)
#: What passes only under a head that a trusted key signed.
_UNDER_SIGNATURE = ("head", "whole", "instants", "export")

# 6.1. What each layer is about; the pages of the product say it in the same words.

_NAMES: Dict[str, Tuple[str, str]] = {
    "container": ("Tệp gói đúng khuôn dạng", "The archive is well formed"),
    "manifest": (
        "Mỗi tệp đúng như danh mục tệp",
        "Every file is as the manifest lists it",
    ),
    "events": (
        "Mỗi sự kiện đúng định dạng chuẩn",
        "Every event is in the standard form",
    ),
    "chains": (
        "Chuỗi sự kiện của từng hồ sơ liền mạch",
        "The events of each stream are unbroken",
    ),
    "openings": (
        "Giá trị đã nhập đúng với cam kết đã niêm phong",
        "What was entered opens its sealed commitment",
    ),
    "inclusion": (
        "Mỗi sự kiện có chỗ trong nhật ký",
        "Every event has its place in the log",
    ),
    "signature": (
        "Chữ ký là của các khóa đã công bố",
        "The signatures are those of announced keys",
    ),
    "head": (
        "Nhật ký khớp với đầu nhật ký đã giữ",
        "The log agrees with the head that you kept",
    ),
    "whole": (
        "Không hồ sơ nào bị cắt phần cuối",
        "No end of a case was cut off",
    ),
    "instants": (
        "Không sự kiện nào ghi thời điểm mà nhật ký đã đi qua",
        "No event names an instant that the log had passed",
    ),
    "models": (
        "Quy trình đúng là bản đã phê duyệt",
        "The procedures are those that were approved",
    ),
    "export": (
        "Gói có đủ và đúng như khi xuất",
        "The bundle is all that was exported, and as it was",
    ),
    "timestamp": ("Dấu thời gian đúng", "The time stamps are right"),
}

# 6.2. Why bytes are not what they must be: English, with the Vietnamese beside it.

_LINE = "line {number}: {why}"
FORGED = "the signature of {name} is wrong"
_WHY: Dict[str, str] = {
    _LINE: "dòng {number}: {why}",
    FORGED: "chữ ký của {name} sai",
    "half a character": "có ký tự bị đứt đôi",
    "nested too deeply": "lồng nhau quá sâu",
    "number too large": "số quá lớn",
    "no JSON value": "không phải giá trị JSON",
    "no JSON": "không phải JSON",
    "no number": "không phải số",
    "a key stands twice": "một tên trường có hai lần",
    "not in canonical form": "không ở dạng chuẩn (RFC 8785)",
    "no Ed25519 verifier key": "không phải khóa kiểm tra Ed25519",
    "the hash of the verifier key is wrong": "mã băm của khóa kiểm tra sai",
    "the file of keys is no text": "tệp khóa không phải là văn bản",
    "no base64": "không phải base64",
    "no signed note": "không phải văn bản có chữ ký (C2SP signed-note)",
    "a line of signatures is none": "có dòng chữ ký không đúng khuôn dạng",
    "a signature is too short": "có chữ ký quá ngắn",
    "no checkpoint": "không phải đầu nhật ký (C2SP tlog-checkpoint)",
    "no size": "không có số sự kiện",
    "no root hash": "không có mã băm gốc",
    "the last line has no end": "dòng cuối thiếu dấu xuống dòng",
    "no list of objects": "không phải danh sách các đối tượng JSON",
    "no object": "không phải đối tượng JSON",
    "no lower-case hex of the right length": (
        "không phải chữ số thập lục phân viết thường, đúng độ dài"
    ),
    "a field is missing or of another kind": "thiếu trường, hoặc trường sai kiểu",
    "not as many lines as log/heads.jsonl": "số dòng khác log/heads.jsonl",
}

# 6.3. What a layer says.

_WORDS: Dict[str, Tuple[str, str]] = {
    "ok": ("Đạt.", "Passes."),
    "closed": (
        "Đạt: mọi hồ sơ đã kết thúc và có từ sự kiện đầu đến sự kiện kết thúc.",
        "Passes: every case is closed, and here from its first event to its end.",
    ),
    "sealed": (
        "Đạt: các hồ sơ có đủ sự kiện đến lúc niêm phong ngày {day}.",
        "Passes: no event of the cases is left out up to the sealed day {day}.",
    ),
    "not-zip": (
        "Tệp không phải là gói ZIP nguyên vẹn, có thể bị cắt hoặc nối thêm.",
        "The file is no whole ZIP archive; it may be cut or have something added.",
    ),
    "gap-bytes": (
        "Gói có byte thừa hoặc thiếu giữa các mục, tại vị trí {offset}.",
        "Bytes are missing or left over between entries, at byte {offset}.",
    ),
    "two-headers": (
        "Mục “{name}” được ghi khác nhau ở hai nơi trong gói ZIP.",
        "Entry “{name}” is described differently in two places of the ZIP.",
    ),
    "mimetype": (
        "Mục đầu tiên không phải “mimetype” của ASiC-E, hoặc bị nén.",
        "The first entry is not the stored mimetype of ASiC-E.",
    ),
    "entry-twice": (
        "Mục “{name}” có hai lần.",
        "Entry “{name}” stands twice.",
    ),
    "entry-name": (
        "Tên mục “{name}” không hợp lệ.",
        "Entry name “{name}” is not valid.",
    ),
    "entry-method": (
        "Mục “{name}” bị mã hóa hoặc nén theo cách không cho phép.",
        "Entry “{name}” is encrypted, or packed in a way that is not allowed.",
    ),
    "too-large": (
        "Mục “{name}” hoặc cả gói lớn quá giới hạn.",
        "Entry “{name}”, or the whole bundle, is larger than allowed.",
    ),
    "too-many": ("Gói có quá nhiều mục.", "The bundle has too many entries."),
    "entry-damaged": ("Mục “{name}” bị hỏng.", "Entry “{name}” is damaged."),
    "unknown": (
        "Mục “{name}” không thuộc định dạng của gói.",
        "Entry “{name}” is no part of the format.",
    ),
    "missing": ("Thiếu mục “{name}”.", "Entry “{name}” is missing."),
    "extra": (
        "Mục “{name}” không có trong danh mục tệp.",
        "Entry “{name}” is not in the manifest.",
    ),
    "digest": (
        "Nội dung mục “{name}” khác danh mục tệp, có thể đã bị sửa.",
        "Entry “{name}” differs from the manifest; it may have been changed.",
    ),
    "manifest": (
        "Danh mục tệp (META-INF/ASiCManifest.xml) không đúng khuôn dạng.",
        "The manifest (META-INF/ASiCManifest.xml) does not have its fixed form.",
    ),
    "manifest-twice": (
        "Danh mục tệp ghi mục “{name}” hai lần.",
        "The manifest lists entry “{name}” twice.",
    ),
    "format": (
        "Mục “{name}” không đúng định dạng: {why}.",
        "Entry “{name}” has the wrong format: {why}.",
    ),
    "event": (
        "Sự kiện ở dòng {line} không đúng định dạng chuẩn: {why}.",
        "The event in line {line} is not in the standard form: {why}.",
    ),
    "event-twice": ("Sự kiện {event} có hai lần.", "Event {event} stands twice."),
    "tenant": (
        "Sự kiện {event} thuộc cơ quan khác với cơ quan ghi trong gói.",
        "Event {event} belongs to another tenant than the bundle names.",
    ),
    "foreign": (
        "Sự kiện {event} thuộc hồ sơ không có tên trong gói.",
        "Event {event} belongs to a case that the bundle does not name.",
    ),
    "case-twice": (
        "Gói ghi hồ sơ {case} hai lần.",
        "The bundle names case {case} twice.",
    ),
    "order": (
        "Sự kiện {event} đứng sai thứ tự.",
        "Event {event} stands in the wrong place.",
    ),
    "gap": (
        "Thiếu sự kiện {event}, hoặc sự kiện bị đổi chỗ.",
        "Event {event} is missing, or events changed places.",
    ),
    "prev": (
        "Sự kiện {event} không nối với sự kiện trước: có sự kiện bị sửa hoặc bị bỏ.",
        "Event {event} does not follow the one before: one was changed or taken out.",
    ),
    "head": (
        "Hồ sơ {case}: sự kiện cuối hoặc số sự kiện khác với ghi trong gói.",
        "Case {case}: its last event, or their number, is not what the bundle names.",
    ),
    "code": (
        "Hồ sơ {case}: mã hoặc sự kiện tiếp nhận khác với ghi trong gói.",
        "Case {case}: its code or first event is not what the bundle names.",
    ),
    "opening": (
        "Giá trị “{name}” của sự kiện {event} khác với cam kết đã niêm phong.",
        "Value “{name}” of event {event} does not open its sealed commitment.",
    ),
    "opening-unknown": (
        "Giá trị “{name}” không thuộc sự kiện nào trong gói.",
        "Value “{name}” belongs to no event of the bundle.",
    ),
    "opening-twice": (
        "Giá trị “{name}” của sự kiện {event} có hai lần.",
        "Value “{name}” of event {event} stands twice.",
    ),
    "attachment": (
        "Tệp đính kèm “{name}” không đúng với mã băm trong tên.",
        "Attachment “{name}” is not what the hash in its name says.",
    ),
    "proof-missing": (
        "Sự kiện {event} không có chứng minh nằm trong nhật ký.",
        "Event {event} has no proof that it is in the log.",
    ),
    "proof-other": (
        "Chứng minh ở chỗ của sự kiện {event} là của sự kiện khác.",
        "The proof in the place of event {event} is that of another event.",
    ),
    "proof-extra": (
        "Có chứng minh không thuộc sự kiện nào trong gói (dòng {line}).",
        "A proof belongs to no event of the bundle (line {line}).",
    ),
    "proof": (
        "Chứng minh của sự kiện {event} không dẫn tới đầu nhật ký đã ký.",
        "The proof of event {event} does not lead to the signed head.",
    ),
    "stale": (
        (
            "Đầu nhật ký {name} trong gói quá cũ: chỉ phủ {size} sự kiện, trong khi"
            " sự kiện {event} được chứng minh dưới đầu phủ từ {other} sự kiện."
        ),
        (
            "The head {name} in the bundle is too old: it covers {size} events, and"
            " event {event} is proved under one that covers {other} or more."
        ),
    ),
    "origin": (
        "Đầu nhật ký “{name}” là của nhật ký khác.",
        "The head “{name}” is that of another log.",
    ),
    "no-keys": (
        "Chưa kiểm tra: không có khóa tin cậy từ bên ngoài gói (--keys).",
        "Not checked: no trusted key from outside the bundle was given (--keys).",
    ),
    "signed": (
        "Đạt: đầu nhật ký {name} do khóa tin cậy ký, phủ {size} sự kiện.",
        "Passes: a trusted key signed the head {name} over {size} events.",
    ),
    "unproved": (
        (
            "Chưa kết luận: không thấy sai, nhưng lớp này dựa vào chữ ký trên đầu nhật"
            " ký, mà chữ ký chưa được kiểm tra hoặc không đạt."
        ),
        (
            "Not decided: nothing is wrong here, but it rests on the signature on the"
            " head, which was not checked or fails."
        ),
    ),
    "no-head": (
        (
            "Chưa đối chiếu: không có đầu nhật ký đã giữ (--head), nên không biết gói"
            " có bị thay bằng gói cũ hơn không."
        ),
        (
            "Not compared: no head that you kept was given (--head), so an older bundle"
            " in the place of a newer one would not be seen."
        ),
    ),
    "head-same": (
        "Đạt: đầu nhật ký {name} trong gói chính là đầu đã giữ, {size} sự kiện.",
        "Passes: the head {name} in the bundle is the one you kept, {size} events.",
    ),
    "head-grown": (
        (
            "Đạt: nhật ký {name} đi tiếp từ đầu đã giữ ({kept} sự kiện) đến đầu trong"
            " gói ({size} sự kiện); không có gì trước đó bị thay đổi."
        ),
        (
            "Passes: the log {name} grew from the head you kept ({kept} events) to the"
            " one in the bundle ({size} events); nothing before it was changed."
        ),
    ),
    "head-fork": (
        (
            "Nhật ký {name} trong gói là một nhật ký khác: ở {kept} sự kiện, mã băm gốc"
            " khác với đầu đã giữ (hai quá khứ). Hãy giữ cả hai đầu làm bằng chứng."
        ),
        (
            "The log {name} in the bundle is a fork: at {kept} events its root hash is"
            " not that of the head you kept. Keep both heads as evidence."
        ),
    ),
    "head-older": (
        (
            "Gói CŨ HƠN đầu nhật ký đã giữ: đầu {name} trong gói phủ {size} sự kiện,"
            " đầu đã giữ phủ {kept}. Gói không thể cho biết những gì ghi sau đó, cũng"
            " không chứng minh được hai đầu thuộc cùng một nhật ký. Hãy yêu cầu xuất"
            " gói mới."
        ),
        (
            "The bundle is OLDER than the head you kept: its head {name} covers {size}"
            " events, yours {kept}. It cannot tell what was recorded since, nor prove"
            " that both heads are of one log. Ask for a new export."
        ),
    ),
    "head-newer": (
        (
            "Chưa kết luận: gói mới hơn đầu nhật ký đã giữ (đầu {name} trong gói phủ"
            " {size} sự kiện, đầu đã giữ phủ {kept}), nhưng gói không có chứng minh"
            " nối hai đầu. Hãy yêu cầu cơ quan chạy “quytrinh evidence compare-head”"
            " với đầu đã giữ."
        ),
        (
            "Not decided: the bundle is newer than the head you kept (its head {name}"
            " covers {size} events, yours {kept}), and holds no proof from one to the"
            " other. Have the agency run “quytrinh evidence compare-head” with yours."
        ),
    ),
    "head-year": (
        (
            "Chưa kết luận: đầu nhật ký đã giữ là của {name}, mà gói không có sự kiện"
            " nào trong nhật ký đó. Hãy dùng đầu nhật ký của năm có trong gói."
        ),
        (
            "Not decided: the head you kept is that of {name}, and no event here is in"
            " that log. Use a head of a year that the bundle holds."
        ),
    ),
    "head-origin": (
        "Đầu nhật ký đã giữ là của nhật ký khác, “{name}”; gói này ghi “{other}”.",
        "The head you kept is that of another log, “{name}”; this one is “{other}”.",
    ),
    "head-unsigned": (
        (
            "Chưa kết luận: đầu nhật ký đã giữ ({name}) không có chữ ký đúng của khóa"
            " tin cậy nào. Hãy lấy thêm khóa cũ của cơ quan."
        ),
        (
            "Not decided: the head you kept ({name}) has no right signature of a"
            " trusted key. Get the older keys of the agency."
        ),
    ),
    "unsigned": (
        "Đầu nhật ký {name} không có chữ ký của khóa tin cậy nào.",
        "The head {name} is signed by none of the trusted keys.",
    ),
    "signature": (
        "Chữ ký trên đầu nhật ký sai: {why}.",
        "The signature on a head is wrong: {why}.",
    ),
    "open-case": (
        "Chưa chứng minh được hồ sơ {case} là đủ: còn mở, chưa được niêm phong ngày.",
        "Case {case} is not proved whole: it is open, and in no sealed day yet.",
    ),
    "day": (
        "Hồ sơ {case} không khớp niêm phong ngày {day}.",
        "Case {case} does not agree with the sealed day {day}.",
    ),
    "placed": (
        "Đạt: thời điểm ghi của các sự kiện khớp với các đầu nhật ký ký trước và sau.",
        "Passes: the instants of the events fit the heads signed before and after.",
    ),
    "no-around": (
        "Chưa kiểm tra: gói không có các đầu nhật ký quanh từng sự kiện.",
        "Not checked: the bundle does not hold the heads around its events.",
    ),
    "not-around": (
        "Gói thiếu đầu nhật ký ngay trước hoặc ngay sau sự kiện {event}.",
        "The head just before event {event}, or just after it, is left out.",
    ),
    "backdated": (
        (
            "Sự kiện {event} bị ghi lùi ngày: ghi lúc {at}, nhưng chỉ được xếp vào"
            " nhật ký giữa hai đầu ký lúc {before} và {after}."
        ),
        (
            "Event {event} is backdated: it says {at}, and yet it was put into the log"
            " between two heads signed at {before} and {after}."
        ),
    ),
    "postdated": (
        "Sự kiện {event} ghi lúc {at}, muộn hơn đầu nhật ký đã phủ nó, ký lúc {after}.",
        (
            "Event {event} says {at}, later than the head that already covers it,"
            " signed at {after}."
        ),
    ),
    "clock-back": (
        (
            "Chưa kết luận được về thời điểm {at} của sự kiện {event}: đồng hồ máy chủ"
            " đã lùi từ {before} về {after}. Hãy đề nghị cơ quan kiểm tra toàn bộ."
        ),
        (
            "The instant {at} of event {event} is not decided: the clock of the server"
            " went back from {before} to {after}. Ask the agency for a full check."
        ),
    ),
    "around-unsigned": (
        (
            "Chưa kiểm tra hết: đầu nhật ký {name}, {size} sự kiện, không có chữ ký của"
            " khóa tin cậy nào. Hãy lấy thêm khóa cũ của cơ quan."
        ),
        (
            "Not checked to the end: none of the trusted keys signed the head {name}"
            " over {size} events. Get the older keys of the agency."
        ),
    ),
    "growth": (
        "Đầu nhật ký {name}, {size} sự kiện, không cùng một nhật ký với đầu cuối.",
        "The head {name} over {size} events is of another log than the last head.",
    ),
    "model": (
        "Quy trình {name}: tệp khác với phiên bản ghi trong sự kiện.",
        "Procedure {name}: its files are not the version named in the events.",
    ),
    "no-model": (
        "Gói không có quy trình của phiên bản {name}.",
        "The bundle does not hold the procedure version {name}.",
    ),
    "other-model": (
        "Mục “{name}” thuộc phiên bản quy trình mà không hồ sơ nào ở đây dùng.",
        "Entry “{name}” belongs to a version that no case here runs on.",
    ),
    "unpublished": (
        "Quy trình {name}: gói không có sự kiện ban hành phiên bản này.",
        "Procedure {name}: the bundle has no event that publishes this version.",
    ),
    "document": (
        "Mục “{name}” khác với mô hình đã niêm phong khi ban hành.",
        "Entry “{name}” is not the model that was sealed with the version.",
    ),
    "exported": (
        "Đạt: báo cáo, hình vẽ và mọi phần của gói đúng như khi xuất lúc {at}.",
        "Passes: report, pictures and all the rest are as exported at {at}.",
    ),
    "parts-only": (
        (
            "Chưa kiểm tra hết: mọi phần để đọc đúng như khi xuất lúc {at}; nhưng gói"
            " do phiên bản cũ lập, không ghi các sự kiện kèm theo, nên không biết có"
            " sự kiện nào của cơ quan, tài khoản, chức vụ, lịch bị bỏ ra không."
        ),
        (
            "Not checked to the end: all parts for reading are as exported at {at};"
            " but an older version made the bundle, which lists no events beside the"
            " cases: whether one of those was taken out is not known."
        ),
    ),
    "withheld": (
        "Thiếu {count} sự kiện kèm theo so với khi xuất lúc {at}: {names}.",
        "{count} events that were exported at {at} are missing here: {names}.",
    ),
    "added": (
        "Sự kiện {event} không có trong gói khi xuất lúc {at}.",
        "Event {event} was not in the bundle when it was exported at {at}.",
    ),
    "no-export": (
        "Không có sự kiện xuất gói: báo cáo và hình vẽ không được chứng minh.",
        "The event of the export is missing: nothing proves report and pictures.",
    ),
    "altered": (
        "Phần “{name}” của gói khác với khi xuất lúc {at}: bị sửa, thêm hoặc bỏ.",
        "Part “{name}” is not as exported at {at}: changed, added to or taken from.",
    ),
    "stamp-other": (
        "Dấu thời gian là của nội dung khác, không phải của danh mục tệp này.",
        "The time stamp is over something else than this manifest.",
    ),
    "stamp": (
        "Chưa kiểm tra dấu thời gian; dùng “openssl ts -verify” với tệp manifest.tst.",
        "Time stamp not checked; use “openssl ts -verify” with manifest.tst.",
    ),
    "no-stamp": ("Gói không có dấu thời gian.", "The bundle has no time stamp."),
    "before": (
        "Chưa kiểm tra vì lớp trước không đạt.",
        "Not checked, because an earlier layer fails.",
    ),
}


@dataclass(frozen=True)
class Layer:
    """What became of one layer of the check."""

    layer: str
    #: `PASS`, `FAIL` or `NOT CHECKED`.
    result: str
    message_vi: str
    message_en: str
    #: The first wrong event, `<stream> <seq>`, and byte of its entry, where known.
    event: str = ""
    offset: Optional[int] = None


@dataclass
class Report:
    """What a check of a bundle found."""

    layers: List[Layer] = field(default_factory=list)
    cases: List[Dict[str, Any]] = field(default_factory=list)
    #: Entries that were made of the record, for reading.
    reading: List[str] = field(default_factory=list)
    #: Whether a head was given to compare with.
    compared: bool = False

    @property
    def failed(self) -> List[Layer]:
        """The layers that fail."""
        return [one for one in self.layers if one.result == "FAIL"]

    @property
    def exit_code(self) -> int:
        """The exit code of the command."""
        results = {one.layer: one.result for one in self.layers}
        if results.get("container") == "FAIL":
            return 2
        if self.failed:
            return 1
        if self.compared and results.get("head") != "PASS":
            return 3
        return 0 if results.get("signature") == "PASS" else 3

    @property
    def whole(self) -> bool:
        """Whether every case was proved to be there to its end."""
        return any((one.layer, one.result) == ("whole", "PASS") for one in self.layers)

    def as_json(self) -> Dict[str, Any]:
        """The answer that `--json` prints."""
        return {
            "ok": self.exit_code == 0,
            "layers": [asdict(one) for one in self.layers],
            "not_checked": [
                one.layer for one in self.layers if one.result == "NOT CHECKED"
            ],
            "cases": self.cases,
            "reading": self.reading,
        }


# 7. The bundle.

#: What a layer that passes says: the code of its message, and words for it.
_Said = Tuple[str, Dict[str, Any]]


@dataclass
class _Event:
    """An event of the bundle."""

    body: bytes
    content: Dict[str, Any]
    leaf: bytes
    line: int
    offset: int

    @property
    def stream(self) -> str:
        return str(self.content["stream"])

    @property
    def seq(self) -> int:
        return int(self.content["seq"])

    @property
    def name(self) -> str:
        return "%s %d" % (self.stream, self.seq)

    @property
    def type(self) -> str:
        return str(self.content["type"])


#: What a bundle may hold: entries, and folders of entries. The last two are made of the
#: others, for reading; the event of the export proves them.
_ENTRIES = ("mimetype", "bundle.json", "events.jsonl", MANIFEST, STAMP)
_FOLDERS = ("log/", "models/", "personal/", "attachments/")
_READ_ENTRIES = ("README.html", "organisation.json")
_READ_FOLDERS = ("calendars/", "report.")
_PROOFS = "log/proofs.jsonl"
_DAY = "log/day.json"
_AROUND = "log/heads.jsonl"
_GROWTH = "log/growth.jsonl"
_LOG = (_PROOFS, _DAY, _AROUND, _GROWTH, "log/policy")
_OPENINGS = "personal/openings.jsonl"
_CASE = (("stream", str), ("code", str), ("events", int), ("head", str))


#: Seconds that an honest event may lie outside the heads around it: a command takes
#: its instant when it begins, and the clocks of two servers are not the same.
TOLERANCE = 600
#: Events that get a place at once; behind a head over so many, more may have waited.
BATCH = 2_000


@dataclass(frozen=True)
class _Head:
    """A signed head around events, and the size of the one before it."""

    year: str
    size: int
    since: int
    #: When it was signed: as text, and in microseconds since 1970.
    shown: str
    at: int
    root: bytes = b""


class _Bundle:
    """A bundle being checked, layer after layer."""

    def __init__(
        self, file: IO[bytes], keys: Optional[Sequence[Key]], kept: Optional[Note]
    ) -> None:
        self.archive = Archive(file)
        self.keys = keys
        self.kept = kept
        self.events: List[_Event] = []
        self.by_leaf: Dict[bytes, _Event] = {}
        self.chain_of: Dict[str, List[_Event]] = {}
        self.about: Dict[str, Any] = {}
        self.heads: Dict[str, Checkpoint] = {}
        #: The places of the events in the logs, in their order.
        self.places: List[Tuple[str, int]] = []
        self._digests: Dict[str, bytes] = {}

    def read(self, name: str) -> bytes:
        """The bytes of an entry."""
        return self.archive.read(name)

    def digest(self, name: str) -> bytes:
        """The SHA-256 of an entry."""
        if name not in self._digests:
            self._digests[name] = hashlib.sha256(self.read(name)).digest()
        return self._digests[name]

    def lines(self, name: str) -> List[Dict[str, Any]]:
        """The JSON objects of the lines of an entry."""
        rows = [_formed(name, line) for line in _lines(name, self.read(name))]
        return _rows(rows, name)

    def reading(self) -> List[str]:
        """The entries that are made of the record, for reading."""
        return [name for name in self.archive.entries if _is_reading(name)]

    # Layers 1 and 2.

    def container(self) -> None:
        self.archive.open()
        for name in self.archive.entries:
            known = name in _ENTRIES or name.startswith(_FOLDERS)
            if not known and not _is_reading(name):
                raise _Wrong("unknown", name=name)

    def manifest(self) -> None:
        listed = _listed(self.read(MANIFEST))
        free = {"mimetype", MANIFEST, STAMP}
        for name in self.archive.entries:
            if name not in listed and name not in free:
                raise _Wrong("extra", name=name)
        for name, digest in listed.items():
            if name in free or self.digest(name) != digest:
                raise _Wrong("digest", name=name)

    # Layers 3 to 5.

    def read_events(self) -> None:
        self.about = _about(_formed("bundle.json", self.read("bundle.json")))
        offset = 0
        bodies = _lines("events.jsonl", self.read("events.jsonl"))
        for number, body in enumerate(bodies, start=1):
            one = _event(body, number, offset)
            offset += len(body) + 1
            if one.leaf in self.by_leaf:
                raise _Wrong("event-twice", event=one.name, offset=one.offset)
            if one.content["tenant"] != self.about["tenant"]:
                raise _Wrong("tenant", event=one.name, offset=one.offset)
            self.events.append(one)
            self.by_leaf[one.leaf] = one
            self.chain_of.setdefault(one.stream, []).append(one)

    def chains(self) -> None:
        line = 1
        for case in self.about["cases"]:
            chain = self.chain_of.get("case:" + case["stream"], [])
            self._chain(case, chain, line)
            line += len(chain)
        for one in self.events[line - 1 :]:
            if one.stream.startswith("case:"):
                raise _Wrong("foreign", event=one.name, offset=one.offset)
        for stream, chain in self.chain_of.items():
            if not stream.startswith("case:"):
                _ascending(chain)

    def _chain(self, case: Mapping[str, Any], chain: List[_Event], line: int) -> None:
        """Every event of a case, from the first to the head that is named."""
        stream, previous = "case:" + case["stream"], bytes(32)
        for seq, one in enumerate(chain, start=1):
            if one.seq != seq:
                missing = "%s %d" % (stream, seq)
                raise _Wrong("gap", event=missing, offset=one.offset)
            if one.content["prev"] != previous.hex():
                raise _Wrong("prev", event=one.name, offset=one.offset)
            if one.line != line + seq - 1:
                raise _Wrong("order", event=one.name, offset=one.offset)
            previous = one.leaf
        if (len(chain), previous.hex()) != (case["events"], case["head"]):
            raise _Wrong("head", case=case["code"])
        first = chain[0] if chain else None
        if (
            first is None
            or first.type != "case.opened"
            or first.content["facts"].get("code") != case["code"]
        ):
            raise _Wrong("code", case=case["code"])

    def openings(self) -> None:
        seen = set()
        for row in self.lines(_OPENINGS):
            leaf, salt = _hex(row.get("leaf"), _OPENINGS), row.get("salt")
            name, value = row.get("name"), row.get("value")
            if not isinstance(name, str) or not isinstance(value, str):
                raise _Wrong("format", name=_OPENINGS, why="name, value")
            event = self.by_leaf.get(leaf)
            sealed = event.content.get("commitments", {}) if event else {}
            if event is None or name not in sealed:
                raise _Wrong("opening-unknown", name=name)
            where: Dict[str, Any] = {"name": name, "event": event.name}
            where["offset"] = event.offset
            if (leaf, name) in seen:
                raise _Wrong("opening-twice", **where)
            seen.add((leaf, name))
            made = hmac.new(_hex(salt, _OPENINGS, 16), value.encode(), "sha256")
            if made.hexdigest() != sealed[name]:
                raise _Wrong("opening", **where)
        for name in self.archive.entries:
            folder, _, digest = name.partition("/")
            if folder != "attachments" or digest == "index.csv":
                continue
            if hashlib.sha256(self.read(name)).hexdigest() != digest:
                raise _Wrong("attachment", name=digest)

    # Layers 6 and 7.

    def inclusion(self) -> None:
        rows = self.lines(_PROOFS)
        places: Dict[str, Tuple[str, int]] = {}
        for number, one in enumerate(self.events):
            where: Dict[str, Any] = {"event": one.name, "offset": one.offset}
            if number >= len(rows):
                raise _Wrong("proof-missing", **where)
            row = rows[number]
            if row.get("leaf") != one.leaf.hex():
                raise _Wrong("proof-other", **where)
            year, index = self._placed(one, row)
            # Events of a stream follow each other in the log too.
            if places.get(one.stream, ("", -1)) >= (year, index):
                raise _Wrong("order", **where)
            places[one.stream] = (year, index)
            self.places.append((year, index))
        if len(rows) > len(self.events):
            raise _Wrong("proof-extra", line=len(self.events) + 1)
        self._only_used()

    def _placed(self, one: _Event, row: Mapping[str, Any]) -> Tuple[str, int]:
        """The log and the index of an event, proved under the head in the bundle."""
        where: Dict[str, Any] = {"event": one.name, "offset": one.offset}
        year, index = str(row.get("log")), row.get("index")
        head = self._head(year)
        if type(index) is not int or index < 0:
            raise _Wrong("format", name=_PROOFS, why="index")
        # Bundles of older versions do not say under how large a head.
        size = row.get("size", head.size)
        if type(size) is not int:
            raise _Wrong("format", name=_PROOFS, why="size")
        if max(index + 1, size) > head.size:
            raise _stale(head, max(index + 1, size), where)
        path = [_hex(step, _PROOFS) for step in _list(row.get("path"))]
        if not check_inclusion(one.leaf, index, head.size, path, head.root):
            known = self._largest(year)
            if known > head.size:
                raise _stale(head, known, where)
            raise _Wrong("proof", **where)
        return year, index

    def _largest(self, year: str) -> int:
        """The size of the last head around events of a log; 0: there is none."""
        if _AROUND not in self.archive.entries:
            return 0
        sizes = [
            one.get("size") for one in self.lines(_AROUND) if one.get("log") == year
        ]
        return max((one for one in sizes if type(one) is int), default=0)

    def _only_used(self) -> None:
        """The log holds nothing that is not read."""
        used = {_head_name(year) for year in self.heads} | set(_LOG)
        for name in self.archive.entries:
            if name.startswith("log/") and name not in used:
                raise _Wrong("unknown", name=name)

    def _head(self, year: str) -> Checkpoint:
        """The signed head of the log of a year."""
        if year not in self.heads:
            if len(year) != 4 or not _all_in(year, _DIGITS):
                raise _Wrong("format", name=_PROOFS, why="log")
            name = _head_name(year)
            content = self.read(name)
            try:
                head = read_checkpoint(read_note(content))
            except Malformed as error:
                raise _Wrong("format", name=name, why=error) from None
            if head.origin != "%s/%s" % (self.about["origin"], year):
                raise _Wrong("origin", name=head.origin)
            self.heads[year] = head
        return self.heads[year]

    def signature(self) -> _Said:
        if not self.keys:
            raise _Wrong("no-keys", "NOT CHECKED")
        for year, head in self.heads.items():
            try:
                signers = read_note(self.read(_head_name(year))).signed_by(self.keys)
            except Malformed as error:
                raise _Wrong("signature", why=error) from None
            # Keys carry the log's own name: its origin without the year.
            if not any(key.name == self.about["origin"] for key in signers):
                raise _Wrong("unsigned", name=head.origin)
        last = self.heads[max(self.heads)] if self.heads else None
        if last is None:
            return "ok", {}
        return "signed", {"name": _shown(last.origin), "size": str(last.size)}

    # Layer 8.

    def head(self) -> _Said:
        """The log here agrees with the head that the checker kept."""
        if self.kept is None:
            raise _Wrong("no-head", "NOT CHECKED")
        kept = read_checkpoint(self.kept)
        log, _, year = kept.origin.rpartition("/")
        if log != self.about["origin"]:
            raise _Wrong("head-origin", name=kept.origin, other=self.about["origin"])
        if self.keys and not self._is_kept_signed(self.kept):
            raise _Wrong("head-unsigned", "NOT CHECKED", name=kept.origin)
        own = self.heads.get(year)
        if own is None:
            raise _Wrong("head-year", "NOT CHECKED", name=kept.origin)
        words: Dict[str, Any] = {"name": _shown(own.origin), "size": own.size}
        words["kept"] = kept.size
        if kept.size > own.size:
            raise _Wrong("head-older", "NOT CHECKED", **words)
        root = own.root if kept.size == own.size else self._root_at(year, kept.size)
        if root is None:
            raise _Wrong("head-newer", "NOT CHECKED", **words)
        if root != kept.root:
            raise _Wrong("head-fork", **words)
        return "head-same" if kept.size == own.size else "head-grown", words

    def _is_kept_signed(self, note: Note) -> bool:
        try:
            return self._is_signed(note)
        except _Wrong:
            return False

    def _root_at(self, year: str, size: int) -> Optional[bytes]:
        """The root that the log of a year had at a size, where a proof here says it."""
        if _AROUND not in self.archive.entries:
            return None
        known = self._around()[0].get(year, ())
        return next((one.root for one in known if one.size == size), None)

    # Layers 9 to 13.

    def whole(self) -> _Said:
        days: Any = {}
        if _DAY in self.archive.entries:
            days = _formed(_DAY, self.read(_DAY))
            if not isinstance(days, dict):
                raise _Wrong("format", name=_DAY, why="no object")
        places: Dict[str, Dict[str, Any]] = {}
        for row in _rows(days.get("places", []), _DAY):
            stream = row.get("stream")
            if not isinstance(stream, str) or stream in places:
                raise _Wrong("format", name=_DAY, why="stream")
            places[stream] = row
        still_open = ""
        for case in self.about["cases"]:
            chain = self.chain_of["case:" + case["stream"]]
            place = places.pop(case["stream"], None)
            if place is not None:
                self._sealed(case, chain, days, place)
            elif not _is_closed(chain):
                still_open = still_open or case["code"]
        if places:
            raise _Wrong("format", name=_DAY, why="places")
        if still_open:
            raise _Wrong("open-case", "NOT CHECKED", case=still_open)
        return ("sealed", {"day": _shown(days.get("day"))}) if days else ("closed", {})

    def _sealed(
        self,
        case: Mapping[str, Any],
        chain: Sequence[_Event],
        days: Mapping[str, Any],
        place: Mapping[str, Any],
    ) -> None:
        """The case had a head on the sealed day, and that head is in its chain."""
        event = self.by_leaf.get(_hex(days.get("event"), _DAY))
        facts = event.content["facts"] if event else {}
        wrong = _Wrong("day", case=case["code"], day=days.get("day"))
        if event is None or event.type != "day.sealed":
            raise wrong
        seq, index, size = place.get("seq"), place.get("index"), facts.get("cases")
        if any(type(one) is not int for one in (seq, index, size)):
            raise wrong
        if days.get("day") != facts.get("day") or not 0 < seq <= len(chain):  # type: ignore[operator]
            raise wrong
        path = [_hex(step, _DAY) for step in _list(place.get("path"))]
        head = [case["stream"], seq, chain[seq - 1].leaf.hex()]  # type: ignore[operator]
        root = _hex(facts.get("heads"), _DAY)
        leaf = leaf_hash(canonical(head))
        if not check_inclusion(leaf, index, size, path, root):  # type: ignore[arg-type]
            raise wrong

    def instants(self) -> _Said:
        """No event lies long before or after the heads between which it has its place.

        What an event says of its instant is older than both heads only when it was
        written later than it says; where the clock of the server was turned back
        between them, less can be said.
        """
        if _AROUND not in self.archive.entries and _GROWTH not in self.archive.entries:
            raise _Wrong("no-around", "NOT CHECKED")
        heads, doubt = self._around()
        for one, (year, index) in zip(self.events, self.places):
            at = _moment(one.content["at"])
            if at is None:
                raise _Wrong("event", line=one.line, why="at", offset=one.offset)
            where: Dict[str, Any] = {"event": one.name, "offset": one.offset}
            found = _between(heads, year, index, self.heads)
            if found is not None:
                code = _fits(at, *found)
                before, after = (head.shown if head else "-" for head in found)
                times = {"at": one.content["at"], "before": before, "after": after}
                if code == "clock-back":
                    doubt = doubt or _Wrong(code, "NOT CHECKED", **where, **times)
                elif code:
                    raise _Wrong(code, **where, **times)
            elif one.stream.startswith("case:"):
                raise _Wrong("not-around", **where)
        if doubt:
            raise doubt
        return "placed", {}

    def _around(self) -> Tuple[Dict[str, List[_Head]], Optional[_Wrong]]:
        """The heads around events by log, each proved to be of it; the first doubt."""
        rows, growth = self.lines(_AROUND), self.lines(_GROWTH)
        if len(rows) != len(growth):
            raise _Wrong(
                "format", name=_GROWTH, why="not as many lines as log/heads.jsonl"
            )
        made: Dict[str, List[_Head]] = {}
        doubt = None
        for row, grown in zip(rows, growth):
            head, note, said = self._read_around(row)
            known = made.setdefault(head.year, [])
            last = known[-1].size if known else 0
            if not last <= head.since < head.size:
                raise _Wrong("format", name=_AROUND, why="since")
            known.append(head)
            path = [_hex(step, _GROWTH) for step in _list(grown.get("path"))]
            final = self.heads.get(head.year)
            words: Dict[str, Any] = {"name": said.origin, "size": head.size}
            if (grown.get("log"), grown.get("size")) != (head.year, head.size):
                raise _Wrong("format", name=_GROWTH, why="log, size")
            # Of a log in which nothing here has a place, only its own head is here.
            if final is not None and not check_consistency(
                head.size, final.size, (said.root, final.root), path
            ):
                raise _Wrong("growth", **words)
            if self.keys and not self._is_signed(note):
                doubt = doubt or _Wrong("around-unsigned", "NOT CHECKED", **words)
        return made, doubt

    def _read_around(self, row: Mapping[str, Any]) -> Tuple[_Head, Note, Checkpoint]:
        year, size, since = row.get("log"), row.get("size"), row.get("since")
        at, shown = _moment(row.get("at")), row.get("at")
        if not isinstance(year, str) or len(year) != 4 or not _all_in(year, _DIGITS):
            raise _Wrong("format", name=_AROUND, why="log")
        if type(size) is not int or type(since) is not int or at is None:
            raise _Wrong("format", name=_AROUND, why="size, since, at")
        try:
            note = read_note(str(row.get("note")).encode())
            said = read_checkpoint(note)
        except (Malformed, UnicodeEncodeError) as error:
            raise _Wrong("format", name=_AROUND, why=error) from None
        if said.size != size:
            raise _Wrong("format", name=_AROUND, why="size")
        if said.origin != "%s/%s" % (self.about["origin"], year):
            raise _Wrong("origin", name=said.origin)
        return _Head(year, size, since, str(shown), at, said.root), note, said

    def _is_signed(self, note: Note) -> bool:
        """Whether a trusted key of the log signed."""
        try:
            signers = note.signed_by(self.keys or ())
        except Malformed as error:
            raise _Wrong("signature", why=error) from None
        return any(key.name == self.about["origin"] for key in signers)

    def models(self) -> None:
        named = {
            one.content["model"]["hash"]: one.content["model"]["procedure"]
            for one in self.events
            if "model" in one.content
        }
        for digest, procedure in sorted(named.items()):
            self._version(digest, procedure)
        for name in self.archive.entries:
            if name.startswith("models/") and name.split("/")[1] not in named:
                raise _Wrong("other-model", name=name)

    def _version(self, digest: str, procedure: str) -> None:
        """Files, publication and normalised model of a version."""
        folder = "models/%s/" % digest
        start = len(folder + "files/")
        names = [one for one in self.archive.entries if one.startswith(folder)]
        files = sorted(one for one in names if one[:start] == folder + "files/")
        if not files:
            raise _Wrong("no-model", name=procedure)
        contents = {unquote(name[start:]): self.read(name) for name in files}
        made = hashlib.sha256()
        for own, content in sorted(contents.items()):
            for part in (own.encode(), content):
                made.update(b"%d:" % len(part))
                made.update(part)
        if made.hexdigest() != digest or len(contents) < len(files):
            raise _Wrong("model", name=procedure)
        life = [
            one
            for one in self.events
            if one.stream.startswith("procedure:")
            and one.content["facts"].get("hash") == digest
        ]
        if not any(one.type == "version.published" for one in life):
            raise _Wrong("unpublished", name=procedure)
        for name in set(names) - set(files):
            if name == folder + "model.json":
                found = hashlib.sha256(self.read(name)).hexdigest()
                if not any(one.content["facts"].get("model") == found for one in life):
                    raise _Wrong("document", name=name)
            elif not _is_reading(name):
                raise _Wrong("unknown", name=name)

    def export(self) -> _Said:
        """Everything is as the event of the export says that it was handed out."""
        told = [one for one in self.events if one.type == "evidence.exported"]
        if not told:
            raise _Wrong("no-export")
        found = parts({name: self.digest(name) for name in self.archive.entries})
        made = [one.content["facts"].get("parts") for one in told]
        if found in made:
            return self._complete([one for one, own in zip(told, made) if own == found])
        last = told[-1]
        sealed = made[-1] if isinstance(made[-1], dict) else {}
        name = min(
            one
            for one in {**found, **sealed}
            if one not in found or one not in sealed or found[one] != sealed[one]
        )
        where: Dict[str, Any] = {"event": last.name, "offset": last.offset}
        raise _Wrong("altered", name=name, at=last.content["at"], **where)

    def _complete(self, told: Sequence[_Event]) -> _Said:
        """Beside the cases are those events that were exported, no more and no less.

        `bundle.json` lists them, and is itself as the event of the export says.
        """
        at = _shown(told[0].content["at"])
        if "others" not in self.about:
            raise _Wrong("parts-only", "NOT CHECKED", at=at)
        listed = [_listed_event(row) for row in _list(self.about["others"])]
        gone = [one for one in listed if one[2] not in self.by_leaf]
        if gone:
            first = "%s %d" % gone[0][:2]
            words: Dict[str, Any] = {"count": len(gone), "names": _ranges(gone)}
            words["at"] = at
            raise _Wrong("withheld", event=first, **words)
        known = {leaf for _, _, leaf in listed} | {one.leaf for one in told}
        for one in self.events:
            if one.leaf not in known and not one.stream.startswith("case:"):
                raise _Wrong("added", event=one.name, offset=one.offset, at=at)
        return "exported", {"at": at}

    def timestamp(self) -> None:
        if STAMP not in self.archive.entries:
            raise _Wrong("no-stamp", "NOT CHECKED")
        # A stamp of anything else cannot hold this hash (RFC 3161, 2.4.2).
        if _IMPRINT + self.digest(MANIFEST) not in self.read(STAMP):
            raise _Wrong("stamp-other")
        raise _Wrong("stamp", "NOT CHECKED")


#: An octet string of 32 bytes follows (X.690): the hash in a `messageImprint`.
_IMPRINT = b"\x04\x20"


_DIGITS = "0123456789"
_HEX = _DIGITS + "abcdef"


def _all_in(text: str, letters: str) -> bool:
    return all(one in letters for one in text)


def _is_reading(name: str) -> bool:
    """Whether an entry is made of the rest, for reading."""
    if name.startswith("models/"):
        return name.count("/") == 2 and name.endswith(".svg")
    named = name in _READ_ENTRIES or name in ("log/policy", "attachments/index.csv")
    return named or name.startswith(_READ_FOLDERS)


def _stale(head: Checkpoint, other: int, where: Mapping[str, Any]) -> _Wrong:
    """The head in the bundle is older than the one that the proofs were made for."""
    return _Wrong("stale", name=head.origin, size=head.size, other=other, **where)


def _listed_event(row: Any) -> Tuple[str, int, bytes]:
    """Stream, number and leaf of an event that `bundle.json` lists."""
    if not isinstance(row, list) or len(row) != 3:
        raise _Wrong("format", name="bundle.json", why="others")
    if not isinstance(row[0], str) or type(row[1]) is not int:
        raise _Wrong("format", name="bundle.json", why="others")
    return row[0], row[1], _hex(row[2], "bundle.json")


def _ranges(events: Sequence[Tuple[str, int, bytes]]) -> str:
    """Events by stream, as `<stream> 1-3, 5; <stream> 2`."""
    told: Dict[str, List[Tuple[int, int]]] = {}
    for stream, seq, _ in events:
        spans = told.setdefault(stream, [])
        if spans and spans[-1][1] == seq - 1:
            spans[-1] = (spans[-1][0], seq)
        else:
            spans.append((seq, seq))
    return "; ".join(
        stream
        + " "
        + ", ".join("%d" % a if a == b else "%d-%d" % (a, b) for a, b in spans)
        for stream, spans in told.items()
    )


def _head_name(year: str) -> str:
    return "log/%s.checkpoint" % year


def _lines(name: str, content: bytes) -> List[bytes]:
    """The lines of an entry, each ended."""
    if not content:
        return []
    if not content.endswith(b"\n"):
        raise _Wrong("format", name=name, why="the last line has no end")
    return content[:-1].split(b"\n")


def _formed(name: str, content: bytes) -> Any:
    try:
        return parse(content)
    except Malformed as error:
        raise _Wrong("format", name=name, why=error) from None


def _rows(value: Any, name: str) -> List[Dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _Wrong("format", name=name, why="no list of objects")
    return value


def _list(value: Any) -> List[Any]:
    return value if isinstance(value, list) else []


def _hex(value: Any, name: str, size: int = 32) -> bytes:
    if not isinstance(value, str) or len(value) != 2 * size or not _all_in(value, _HEX):
        raise _Wrong("format", name=name, why="no lower-case hex of the right length")
    return bytes.fromhex(value)


def _about(about: Any) -> Dict[str, Any]:
    """What a bundle says of itself."""
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise _Wrong("format", name="bundle.json", why="format")
    if not all(isinstance(about.get(name), str) for name in ("tenant", "origin")):
        raise _Wrong("format", name="bundle.json", why="tenant, origin")
    cases = _rows(about.get("cases"), "bundle.json")
    seen = set()
    for case in cases:
        if not all(type(case.get(name)) is kind for name, kind in _CASE):
            raise _Wrong("format", name="bundle.json", why="cases")
        if case["stream"] in seen:
            raise _Wrong("case-twice", case=case["code"])
        seen.add(case["stream"])
    if not cases:
        raise _Wrong("format", name="bundle.json", why="cases")
    return about


_TEXTS = ("type", "tenant", "stream", "prev", "at", "nonce")
_MAPPINGS = ("doer", "facts", "model", "effect", "commitments")


def _event(body: bytes, line: int, offset: int) -> _Event:
    try:
        content = parse_canonical(body)
    except Malformed as error:
        raise _Wrong("event", line=line, why=error, offset=offset) from None
    whole = (
        isinstance(content, dict)
        and content.get("v") == 1
        and all(isinstance(content.get(name), str) for name in _TEXTS)
        and all(isinstance(content.get(name, {}), dict) for name in _MAPPINGS)
        and {"doer", "facts"} <= set(content)
        and type(content.get("seq")) is int
        and content["seq"] > 0
        and all(
            isinstance(content["model"].get(name), str)
            for name in ("hash", "procedure")
            if "model" in content
        )
    )
    if not whole:
        raise _Wrong(
            "event",
            line=line,
            why="a field is missing or of another kind",
            offset=offset,
        )
    return _Event(body, content, leaf_hash(body), line, offset)


def _ascending(chain: Sequence[_Event]) -> None:
    """Events of a stream that is no case: in order, and linked where they meet."""
    for before, one in zip(chain, chain[1:]):
        if one.seq <= before.seq:
            raise _Wrong("order", event=one.name, offset=one.offset)
        linked = one.content["prev"] == before.leaf.hex()
        if linked != (one.seq == before.seq + 1):
            raise _Wrong("prev", event=one.name, offset=one.offset)


_INSTANT = re.compile(
    "[12][0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}[.][0-9]{6}Z"
)
_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def _moment(text: Any) -> Optional[int]:
    """An instant in microseconds since 1970; None when the text is none."""
    if not isinstance(text, str) or not _INSTANT.fullmatch(text):
        return None
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%f%z")
    except ValueError:
        return None
    return (at - _EPOCH) // timedelta(microseconds=1)


def _between(
    heads: Mapping[str, List[_Head]],
    year: str,
    index: int,
    last: Mapping[str, Checkpoint],
) -> Optional[Tuple[Optional[_Head], _Head]]:
    """The heads between which a place lies; None when one of them is not here.

    Before it counts the last head behind which nothing waited: one over a whole batch
    says nothing. Before all heads of a year those of the year before count, but for
    the last: a signer that was away signs it when the new year is on its way.
    """
    known = heads.get(year, [])
    at = bisect_right([one.size for one in known], index)
    if at == len(known) or known[at].since > index:
        return None
    after, since = known[at], known[at].since
    while since:
        at -= 1
        if at < 0 or known[at].size != since:
            return None
        if known[at].size - known[at].since < BATCH:
            return known[at], after
        since = known[at].since
    for earlier in sorted((one for one in heads if one < year), reverse=True):
        for one in reversed(heads[earlier]):
            end = earlier in last and last[earlier].size <= one.size
            if one.size - one.since < BATCH and not end:
                return one, after
    return None, after


def _fits(at: int, before: Optional[_Head], after: _Head) -> str:
    """What is wrong with an instant between two heads; empty: nothing."""
    allowed = TOLERANCE * 1_000_000
    first = before.at if before else after.at
    back = after.at < first - allowed
    if before and at < min(first, after.at) - allowed:
        return "backdated"
    if back and abs(at - first) > allowed:
        return "clock-back"
    if not back and at > max(first, after.at) + allowed:
        return "postdated"
    return ""


def _is_closed(chain: Sequence[_Event]) -> bool:
    """Whether the last effect of a case says that it is done."""
    effects = [one.content["effect"] for one in chain if "effect" in one.content]
    return bool(effects) and effects[-1].get("status") == "completed"


# The manifest has one fixed form, so that no two readers of XML can differ about it.
_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<asic:ASiCManifest xmlns:asic="http://uri.etsi.org/02918/v1.2.1#"'
    ' xmlns:ds="http://www.w3.org/2000/09/xmldsig#">\n'
    '<asic:SigReference URI="META-INF/manifest.tst"'
    ' MimeType="application/vnd.etsi.timestamp-token"/>\n'
)
_REFERENCE = (
    '<asic:DataObjectReference URI="{name}"><ds:DigestMethod'
    ' Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>'
    "<ds:DigestValue>{digest}</ds:DigestValue></asic:DataObjectReference>\n"
)
_TAIL = "</asic:ASiCManifest>\n"


def manifest(digests: Mapping[str, bytes]) -> bytes:
    """The manifest of files with their SHA-256 (ETSI EN 319 162-1, A.4)."""
    rows = (
        _REFERENCE.format(
            name=quote(name, safe="/"), digest=base64.b64encode(digest).decode()
        )
        for name, digest in digests.items()
    )
    return (_HEAD + "".join(rows) + _TAIL).encode()


#: What a part of a bundle cannot cover: proofs of the export itself come after it.
_AFTER = ("mimetype", "events.jsonl", _PROOFS, _GROWTH)


def parts(digests: Mapping[str, bytes]) -> Dict[str, str]:
    """The parts of a bundle, each with the SHA-256 of its list of files.

    They stand in the event `evidence.exported`. A file on the first level is a part, a
    folder is one, and so are all replays. Its list has a line for each file, by name,
    as `sha256sum` writes it: the hash in hex, two spaces, the name.
    """
    lists: Dict[str, List[str]] = {}
    for name in sorted(digests):
        head = name.startswith("log/") and name.endswith(".checkpoint")
        if head or name in _AFTER or name.startswith("META-INF/"):
            continue
        own = name.partition("/")[0]
        part = "report.replay" if own.startswith("report.replay.") else own
        lists.setdefault(part, []).append("%s  %s\n" % (digests[name].hex(), name))
    return {
        part: hashlib.sha256("".join(rows).encode()).hexdigest()
        for part, rows in lists.items()
    }


def _listed(content: bytes) -> Dict[str, bytes]:
    """File name → SHA-256 of a manifest in its fixed form."""
    found: Dict[str, bytes] = {}
    before, between, after = (
        re.escape(part) for part in re.split(r"\{name\}|\{digest\}", _REFERENCE)
    )
    row = re.compile(before + '([^"<>&]*)' + between + '([^"<>&]*)' + after)
    try:
        text = content.decode("ascii")
        for match in row.finditer(text):
            name = unquote(match.group(1), errors="strict")
            if name in found:
                raise _Wrong("manifest-twice", name=name)
            found[name] = _base64(match.group(2))
    except (ValueError, Malformed):
        raise _Wrong("manifest") from None
    if manifest(found) != content:
        raise _Wrong("manifest")
    return found


def verify(
    source: Any, keys: Optional[Sequence[Key]] = None, kept: Optional[Note] = None
) -> Report:
    """Check a bundle, given as a path or an open binary file.

    Args:
        source: the bundle.
        keys: the keys that the checker trusts, got otherwise than with the bundle.
        kept: a head of the log that the checker kept (`read_head`).
    """
    if hasattr(source, "read"):
        return _check(_Bundle(source, keys, kept))
    try:
        with open(source, "rb") as file:
            return _check(_Bundle(file, keys, kept))
    except OSError:
        return Report([_layer("container", _Wrong("not-zip"))])


def read_head(content: bytes) -> Note:
    """A signed head that somebody kept (C2SP tlog-checkpoint).

    Raises:
        Malformed: The bytes are none.
    """
    # A copy may have gone through mail or an editor; what was signed has no such ends.
    note = read_note(content.replace(b"\r\n", b"\n").strip() + b"\n")
    read_checkpoint(note)
    return note


def _check(bundle: _Bundle) -> Report:
    report = Report(compared=bundle.kept is not None)
    steps: Dict[str, Callable[[], Optional[_Said]]] = {
        "container": bundle.container,
        "manifest": bundle.manifest,
        "events": bundle.read_events,
        "chains": bundle.chains,
        "openings": bundle.openings,
        "inclusion": bundle.inclusion,
        "signature": bundle.signature,
        "head": bundle.head,
        "whole": bundle.whole,
        "instants": bundle.instants,
        "models": bundle.models,
        "export": bundle.export,
        "timestamp": bundle.timestamp,
    }
    stopped: Tuple[str, ...] = ()
    signed = False
    for name in LAYERS:
        if name in stopped:
            report.layers.append(_layer(name, _Wrong("before", "NOT CHECKED")))
            continue
        try:
            code, words = steps[name]() or ("ok", {})
            signed = signed or name == "signature"
            rests = name in _UNDER_SIGNATURE and not signed
            told = _texts("unproved" if rests else code, words)
            report.layers.append(Layer(name, "NOT CHECKED" if rests else "PASS", *told))
        except _Wrong as wrong:
            report.layers.append(_layer(name, wrong))
            if wrong.result == "FAIL":
                stopped += _REST.get(name, ())
    report.cases = bundle.about.get("cases", [])
    report.reading = bundle.reading()
    return report


#: What stands on a layer, and is not looked at when that layer fails.
_REST: Dict[str, Tuple[str, ...]] = {
    "container": LAYERS[1:],
    "events": LAYERS[3:],
    "chains": ("whole",),
    "inclusion": ("signature", "head", "instants", "export"),
}


def _layer(name: str, wrong: _Wrong) -> Layer:
    words = {"offset": wrong.offset, **wrong.words}
    event = wrong.words.get("event", "")
    return Layer(name, wrong.result, *_texts(wrong.code, words), event, wrong.offset)


# 8. The command.

_SHOWN = {
    "PASS": ("ĐẠT", "PASS"),
    "FAIL": ("KHÔNG ĐẠT", "FAIL"),
    "NOT CHECKED": ("CHƯA KIỂM TRA", "NOT CHECKED"),
}
_VERDICTS = {
    0: ("Bằng chứng toàn vẹn.", "The evidence is whole."),
    1: ("Bằng chứng KHÔNG toàn vẹn.", "The evidence is NOT whole."),
    2: ("Không đọc được gói bằng chứng.", "This cannot be read as a bundle."),
    3: (
        "Không thấy sai, nhưng chưa kiểm tra được chữ ký.",
        "Nothing is wrong, but the signature was not checked.",
    ),
}
_NOT_COMPARED = (
    "Không thấy sai, nhưng gói chưa khớp được với đầu nhật ký đã giữ.",
    "Nothing is wrong, but the bundle could not be matched with the head you kept.",
)
_PART = (
    "Các sự kiện có trong gói là nguyên vẹn; chưa chứng minh được gói có đủ sự kiện.",
    "The events in the bundle are unaltered; that none is left out is not proved.",
)


def verdict(report: Report) -> Tuple[str, str]:
    """The whole in one sentence, Vietnamese and English."""
    results = {one.layer: one.result for one in report.layers}
    if report.exit_code == 3 and results["signature"] == "PASS":
        return _NOT_COMPARED
    if report.exit_code == 0 and {results["whole"], results["export"]} != {"PASS"}:
        return _PART
    return _VERDICTS[report.exit_code]


def show(report: Report, out: IO[str]) -> None:
    """Print a report for people, Vietnamese first."""
    for one in report.layers:
        vietnamese, english = _NAMES[one.layer]
        results = _SHOWN[one.result]
        print("%s: %s" % (vietnamese, results[0]), file=out)
        print("%s (%s): %s" % (english, one.layer, results[1]), file=out)
        if (one.message_vi, one.message_en) != _WORDS["ok"]:
            for message in (one.message_vi, one.message_en):
                print("    " + message, file=out)
    if report.reading:
        names = ", ".join(sorted({one.rpartition("/")[2] for one in report.reading}))
        print("Lập từ bản ghi, để đọc: " + names, file=out)
        print("Made of the record, for reading: " + names, file=out)
    print("%s\n%s" % verdict(report), file=out)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Help whose own words are in both languages, too."""

    def add_usage(
        self, usage: Any, actions: Any, groups: Any, prefix: Optional[str] = None
    ) -> None:
        """Put the title before the usage that both languages have."""
        super().add_usage(usage, actions, groups, prefix or "Cách dùng / Usage: ")


class _Parser(argparse.ArgumentParser):
    """Reads the command, and says in both languages what is wrong with it."""

    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        told = (
            "Lệnh không đúng; xem --help.\nThe command is not right: %s; see --help.\n"
        )
        self.exit(2, told % message)


def _parser() -> _Parser:
    parser = _Parser(
        description=_ABOUT, epilog=_EXITS, formatter_class=_Help, add_help=False
    )
    given = parser.add_argument_group("Đầu vào / Input")
    given.add_argument("bundle", metavar="GOI.asice", help=_HELP["bundle"])
    given.add_argument("--keys", metavar="KHOA.txt", help=_HELP["keys"])
    given.add_argument("--head", metavar="DAU.txt", help=_HELP["head"])
    shown = parser.add_argument_group("Đầu ra / Output")
    shown.add_argument("--json", action="store_true", help=_HELP["json"])
    shown.add_argument("-h", "--help", action="help", help=_HELP["help"])
    return parser


_ABOUT = "Kiểm tra gói bằng chứng, không cần mạng.\nCheck an evidence bundle, offline."
_EXITS = """\
Mã thoát 0: mọi lớp kiểm tra được đều đạt; 1: có lớp không đạt; 2: không đọc được gói,
khóa hoặc đầu nhật ký; 3: không thấy sai, nhưng không có khóa tin cậy, hoặc chưa khớp
được với đầu nhật ký đã giữ.
Exit 0: everything that can be checked passes; 1: something fails; 2: bundle, keys or
head cannot be read; 3: nothing fails, but no trusted key was given, or the bundle could
not be matched with the head that you kept."""
_HELP = {
    "bundle": "gói bằng chứng / the bundle",
    "keys": (
        "tệp khóa tin cậy, lấy từ ngoài gói, mỗi dòng một khóa / trusted verifier keys"
        " from outside the bundle, one a line"
    ),
    "head": (
        "đầu nhật ký đã giữ, để biết gói có bị thay bằng gói cũ hơn hay nhật ký"
        " khác không / a head of the log that you kept, to tell an older bundle or a"
        " fork"
    ),
    "json": "in kết quả dạng JSON / print the answer as JSON",
    "help": "in hướng dẫn này / print this help",
}
_UNREAD = {
    "keys": (
        "Không đọc được khóa tin cậy (--keys): {why}.",
        "The trusted keys (--keys) cannot be read: {why}.",
    ),
    "head": (
        "Không đọc được đầu nhật ký đã giữ (--head): {why}.",
        "The head that you kept (--head) cannot be read: {why}.",
    ),
}


def given(option: str, name: Optional[str], read: Callable[[bytes], Any]) -> Any:
    """What the file of an option holds; None when none is named.

    Raises:
        SystemExit: The file cannot be read; exit code 2.
    """
    if name is None:
        return None
    try:
        with open(name, "rb") as file:
            return read(file.read(2**20))
    except OSError:
        why = "không mở được tệp " + name, "the file %s cannot be opened" % name
    except Malformed as error:
        why = error.vietnamese, str(error)
    for text, own in zip(_UNREAD[option], why):
        print(text.format(why=own), file=sys.stderr)
    raise SystemExit(2)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command and give its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # Consoles of another encoding show what they can.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    options = _parser().parse_args(arguments)
    keys = given("keys", options.keys, read_keys)
    kept = given("head", options.head, read_head)
    report = verify(options.bundle, keys, kept)
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        show(report, sys.stdout)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
