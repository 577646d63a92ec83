"""Check an evidence bundle without the program that made it.

This one file is the verifier: it needs Python 3.9 or newer and nothing else, it opens
no network connection and writes nothing. `docs/manual/evidence.md` describes what it
checks. The product checks with the same functions.

    python verifier.py BUNDLE.asice --keys KEYS.txt [--json]

Exit 0: everything that can be checked passes; 1: something fails; 2: the file is no
bundle; 3: no trusted key was given, and nothing fails.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import hashlib
import hmac
import json
import sys
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from typing import IO, Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple
from xml.parsers import expat

FORMAT = "quytrinh-bundle/1"
MIMETYPE = b"application/vnd.etsi.asic-e+zip"
MANIFEST = "META-INF/ASiCManifest.xml"
STAMP = "META-INF/manifest.tst"

# 1. Canonical JSON (RFC 8785).


class Malformed(ValueError):
    """Bytes are not what they must be; the text says why."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of a JSON value (RFC 8785, 3.2).

    Raises:
        Malformed: It holds what JSON or I-JSON cannot say.
    """
    parts: List[str] = []
    _write(value, parts.append)
    try:
        return "".join(parts).encode()
    except UnicodeEncodeError:
        raise Malformed("half a character") from None


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


def parse(content: bytes) -> Any:
    """A JSON value from bytes in which no key stands twice.

    Raises:
        Malformed: The bytes are no such JSON.
    """
    try:
        text = content.decode()
        return json.loads(text, object_pairs_hook=_unique, parse_constant=_no)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, Malformed) else "no JSON"
        raise Malformed(reason) from None


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


def _times(factor: int, point: _Point) -> _Point:
    result = (0, 1, 1, 0)
    while factor:
        if factor & 1:
            result = _add(result, point)
        point = _add(point, point)
        factor >>= 1
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
                raise Malformed("line %d: %s" % (number, error)) from None
    return keys


def _base64(text: str) -> bytes:
    try:
        return base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError, ValueError):
        raise Malformed("no base64") from None


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
                        raise Malformed("the signature of %s is wrong" % name)
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
    if (
        not lines[1].isascii()
        or not lines[1].isdigit()
        or str(int(lines[1])) != lines[1]
    ):
        raise Malformed("no size")
    root = _base64(lines[2])
    if len(root) != 32:
        raise Malformed("no root hash")
    return Checkpoint(lines[0], int(lines[1]), root)


# 5. The bundle.

LAYERS = (
    *("container", "manifest", "events", "chains", "openings", "inclusion"),
    *("signature", "whole", "models", "timestamp"),
)
ENTRY_BYTES = 256 * 2**20
TOTAL_BYTES = 2**30
ENTRIES = 50_000
_WORDS: Dict[str, Tuple[str, str]] = {
    "ok": ("Đạt.", "Passes."),
    "not-zip": ("Tệp không phải là gói ZIP đọc được.", "The file is no readable ZIP."),
    "mimetype": (
        "Mục đầu tiên không phải “mimetype” của ASiC-E, hoặc bị nén.",
        "The first entry is not the stored mimetype of ASiC-E.",
    ),
    "entry-twice": ("Mục “{name}” có hai lần.", "Entry “{name}” stands twice."),
    "entry-name": (
        "Tên mục “{name}” không hợp lệ.",
        "Entry name “{name}” is not valid.",
    ),
    "entry-method": (
        "Mục “{name}” bị mã hoá hoặc nén theo cách không cho phép.",
        "Entry “{name}” is encrypted, or compressed by a method that is not allowed.",
    ),
    "too-large": (
        "Mục “{name}” lớn quá giới hạn.",
        "Entry “{name}” is larger than allowed.",
    ),
    "too-many": ("Gói có quá nhiều mục.", "The bundle has too many entries."),
    "entry-damaged": ("Mục “{name}” bị hỏng.", "Entry “{name}” is damaged."),
    "missing": ("Thiếu mục “{name}”.", "Entry “{name}” is missing."),
    "extra": (
        "Mục “{name}” không có trong danh mục tệp.",
        "Entry “{name}” is not in the manifest.",
    ),
    "digest": (
        "Nội dung mục “{name}” khác danh mục tệp, có thể đã bị sửa.",
        "Entry “{name}” differs from the manifest; it may have been changed.",
    ),
    "manifest": ("Danh mục tệp không đọc được.", "The manifest cannot be read."),
    "format": (
        "Mục “{name}” không đúng định dạng: {why}.",
        "Entry “{name}” has the wrong format: {why}.",
    ),
    "event": (
        "Sự kiện ở dòng {line} không đúng định dạng chuẩn: {why}.",
        "The event in line {line} is not in the standard form: {why}.",
    ),
    "event-twice": ("Sự kiện {event} có hai lần.", "Event {event} stands twice."),
    "gap": (
        "Thiếu sự kiện {event}.",
        "Event {event} is missing.",
    ),
    "prev": (
        "Sự kiện {event} không nối với sự kiện trước: có sự kiện bị sửa hoặc bị bỏ.",
        "Event {event} does not follow the one before: one was changed or taken out.",
    ),
    "head": (
        "Hồ sơ {case}: sự kiện cuối khác với ghi trong gói.",
        "Case {case}: its last event is not the one that the bundle names.",
    ),
    "opening": (
        "Giá trị “{name}” của sự kiện {event} khác với cam kết đã niêm phong.",
        "Value “{name}” of event {event} does not open its sealed commitment.",
    ),
    "opening-unknown": (
        "Giá trị “{name}” không thuộc sự kiện nào trong gói.",
        "Value “{name}” belongs to no event of the bundle.",
    ),
    "proof-missing": (
        "Sự kiện {event} không có chứng minh nằm trong nhật ký.",
        "Event {event} has no proof that it is in the log.",
    ),
    "proof": (
        "Chứng minh của sự kiện {event} không dẫn tới đầu nhật ký đã ký.",
        "The proof of event {event} does not lead to the signed head.",
    ),
    "no-keys": (
        "Chưa kiểm tra: không có khoá tin cậy từ bên ngoài gói (--keys).",
        "Not checked: no trusted key from outside the bundle was given (--keys).",
    ),
    "unsigned": (
        "Đầu nhật ký {name} không có chữ ký của khoá tin cậy nào.",
        "The head {name} is signed by none of the trusted keys.",
    ),
    "signature": (
        "Chữ ký trên đầu nhật ký sai: {why}.",
        "The head is not signed: {why}.",
    ),
    "open-case": (
        "Chưa chứng minh được hồ sơ {case} là đủ: còn mở, chưa được niêm phong ngày.",
        "Case {case} is not proved whole: it is open, and in no sealed day yet.",
    ),
    "day": (
        "Hồ sơ {case} không khớp niêm phong ngày {day}.",
        "Case {case} does not agree with the sealed day {day}.",
    ),
    "model": (
        "Quy trình {name}: tệp khác với phiên bản ghi trong sự kiện.",
        "Procedure {name}: its files are not the version named in the events.",
    ),
    "no-model": (
        "Gói không có quy trình của phiên bản {name}.",
        "The bundle does not hold the procedure version {name}.",
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
        return 0 if results.get("signature") == "PASS" else 3

    def as_json(self) -> Dict[str, Any]:
        """The answer that `--json` prints."""
        return {
            "ok": self.exit_code == 0,
            "layers": [asdict(one) for one in self.layers],
            "not_checked": [
                one.layer for one in self.layers if one.result == "NOT CHECKED"
            ],
            "cases": self.cases,
        }


class _Wrong(Exception):
    """A layer fails, or cannot be checked; the words say why."""

    def __init__(self, code: str, result: str = "FAIL", **words: Any) -> None:
        super().__init__(code)
        self.code = code
        self.result = result
        self.offset: Optional[int] = words.pop("offset", None)
        self.words = {key: str(one)[:200] for key, one in words.items()}


@dataclass
class _Event:
    """An event of the bundle."""

    body: bytes
    content: Dict[str, Any]
    leaf: bytes
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


class _Bundle:
    """A bundle being checked, layer after layer."""

    def __init__(self, archive: zipfile.ZipFile, keys: Optional[Sequence[Key]]) -> None:
        self.archive = archive
        self.keys = keys
        self.names: List[str] = []
        self.events: List[_Event] = []
        self.by_leaf: Dict[bytes, _Event] = {}
        self.about: Dict[str, Any] = {}
        self.proved: Dict[str, Checkpoint] = {}

    # Layer 1.

    def container(self) -> None:
        entries = self.archive.infolist()
        if len(entries) > ENTRIES:
            raise _Wrong("too-many")
        seen = set()
        for one in entries:
            parts = one.filename.split("/")
            fit = all(part not in ("", ".", "..") for part in parts)
            if (
                not fit
                or "\\" in one.filename
                or ":" in one.filename
                or "\0" in one.filename
            ):
                raise _Wrong("entry-name", name=one.filename)
            if one.filename in seen:
                raise _Wrong("entry-twice", name=one.filename)
            seen.add(one.filename)
            stored = one.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
            if one.flag_bits & 0x41 or not stored:
                raise _Wrong("entry-method", name=one.filename)
            if one.file_size > ENTRY_BYTES:
                raise _Wrong("too-large", name=one.filename)
        if sum(one.file_size for one in entries) > TOTAL_BYTES:
            raise _Wrong("too-large", name="*")
        self.names = [one.filename for one in entries]
        first = entries[0] if entries else None
        if (
            first is None
            or first.filename != "mimetype"
            or first.compress_type != zipfile.ZIP_STORED
            or self.read("mimetype") != MIMETYPE
        ):
            raise _Wrong("mimetype")

    def read(self, name: str) -> bytes:
        """The bytes of an entry."""
        if name not in self.names:
            raise _Wrong("missing", name=name)
        try:
            return self.archive.read(name)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError):
            raise _Wrong("entry-damaged", name=name) from None

    def json(self, name: str) -> Any:
        """The JSON value of an entry."""
        return _formed(name, self.read(name))

    def lines(self, name: str) -> List[Any]:
        """The JSON values of the lines of an entry."""
        return [_formed(name, line) for line in self.read(name).splitlines()]

    # Layer 2.

    def manifest(self) -> None:
        listed = _listed(self.read(MANIFEST))
        free = {"mimetype", MANIFEST, STAMP}
        for name in self.names:
            if name not in listed and name not in free:
                raise _Wrong("extra", name=name)
        for name, digest in listed.items():
            if hashlib.sha256(self.read(name)).digest() != digest:
                raise _Wrong("digest", name=name)

    # Layers 3 to 5.

    def read_events(self) -> None:
        about = self.json("bundle.json")
        if not isinstance(about, dict) or about.get("format") != FORMAT:
            raise _Wrong("format", name="bundle.json", why=FORMAT)
        for case in _rows(about.get("cases"), "bundle.json"):
            if not all(isinstance(case.get(name), kind) for name, kind in _CASE):
                raise _Wrong("format", name="bundle.json", why="cases")
        self.about = about
        offset = 0
        for number, body in enumerate(self.read("events.jsonl").split(b"\n"), start=1):
            if body:
                self.events.append(_event(body, number, offset))
            offset += len(body) + 1
        for one in self.events:
            if one.leaf in self.by_leaf:
                raise _Wrong("event-twice", event=one.name, offset=one.offset)
            self.by_leaf[one.leaf] = one

    def chains(self) -> None:
        streams: Dict[str, List[_Event]] = {}
        for one in self.events:
            streams.setdefault(one.stream, []).append(one)
        for case in self.about["cases"]:
            stream = "case:%s" % case.get("stream")
            previous = bytes(32)
            chain = streams.get(stream, [])
            for seq, one in enumerate(chain, start=1):
                if one.seq != seq:
                    raise _Wrong(
                        "gap", event="%s %d" % (stream, seq), offset=one.offset
                    )
                if one.content["prev"] != previous.hex():
                    raise _Wrong("prev", event=one.name, offset=one.offset)
                previous = one.leaf
            if len(chain) != case.get("events") or previous.hex() != case.get("head"):
                raise _Wrong("head", case=case.get("code"))

    def openings(self) -> None:
        for row in _rows(
            self.lines("personal/openings.jsonl"), "personal/openings.jsonl"
        ):
            leaf = _hex(row.get("leaf"), "personal/openings.jsonl")
            event, name = self.by_leaf.get(leaf), str(row.get("name"))
            if event is None or name not in event.content.get("commitments", {}):
                raise _Wrong("opening-unknown", name=name)
            salt = _hex(row.get("salt"), "personal/openings.jsonl", 16)
            found = hmac.new(salt, str(row.get("value")).encode(), "sha256").hexdigest()
            if found != event.content["commitments"][name]:
                raise _Wrong(
                    "opening", name=name, event=event.name, offset=event.offset
                )

    # Layers 6 and 7.

    def inclusion(self) -> None:
        rows = _rows(self.lines("log/proofs.jsonl"), "log/proofs.jsonl")
        proofs = {row.get("leaf"): row for row in rows}
        for one in self.events:
            row = proofs.get(one.leaf.hex())
            if row is None:
                raise _Wrong("proof-missing", event=one.name, offset=one.offset)
            name = "log/%s.checkpoint" % row.get("log")
            if name not in self.proved:
                self.proved[name] = _head(name, self.read(name))
            head = self.proved[name]
            path = [_hex(step, "log/proofs.jsonl") for step in _list(row.get("path"))]
            index = row.get("index")
            if not isinstance(index, int) or not check_inclusion(
                one.leaf, index, head.size, path, head.root
            ):
                raise _Wrong("proof", event=one.name, offset=one.offset)

    def signature(self) -> None:
        if not self.keys:
            raise _Wrong("no-keys", "NOT CHECKED")
        for name, head in self.proved.items():
            try:
                note = read_note(self.read(name))
                signers = note.signed_by(self.keys)
            except Malformed as error:
                raise _Wrong("signature", why=error) from None
            # The log's own name: its origin without the year.
            own = head.origin.rpartition("/")[0]
            if not any(key.name == own for key in signers):
                raise _Wrong("unsigned", name=head.origin)

    # Layers 8 to 10.

    def whole(self) -> None:
        days = self.json("log/day.json") if "log/day.json" in self.names else {}
        if not isinstance(days, dict):
            raise _Wrong("format", name="log/day.json", why="{}")
        places = {
            row.get("stream"): row
            for row in _rows(days.get("places", []), "log/day.json")
        }
        for case in self.about["cases"]:
            chain = [
                one for one in self.events if one.stream == "case:%s" % case["stream"]
            ]
            effects = [
                one.content["effect"] for one in chain if "effect" in one.content
            ]
            closed = bool(effects) and effects[-1].get("status") == "completed"
            place = places.get(case["stream"])
            if place is not None:
                self._sealed(case, chain, days, place)
            elif not closed:
                raise _Wrong("open-case", "NOT CHECKED", case=case.get("code"))

    def _sealed(
        self,
        case: Mapping[str, Any],
        chain: Sequence[_Event],
        days: Mapping[str, Any],
        place: Mapping[str, Any],
    ) -> None:
        """The case had a head on the sealed day, and that head is in its chain."""
        event = self.by_leaf.get(_hex(days.get("event"), "log/day.json"))
        facts = event.content["facts"] if event else {}
        seq, index, size = place.get("seq"), place.get("index"), facts.get("cases")
        path = [_hex(step, "log/day.json") for step in _list(place.get("path"))]
        if (
            not isinstance(seq, int)
            or not 0 < seq <= len(chain)
            or not isinstance(index, int)
            or not isinstance(size, int)
        ):
            raise _Wrong("day", case=case.get("code"), day=days.get("day"))
        head = [case["stream"], seq, chain[seq - 1].leaf.hex()]
        root = _hex(facts.get("heads"), "log/day.json")
        if not check_inclusion(leaf_hash(canonical(head)), index, size, path, root):
            raise _Wrong("day", case=case.get("code"), day=facts.get("day"))

    def models(self) -> None:
        named = {
            (one.content["model"]["hash"], one.content["model"]["procedure"])
            for one in self.events
            if "model" in one.content
        }
        for digest, procedure in sorted(named):
            folder = "models/%s/files/" % digest
            files = [name for name in self.names if name.startswith(folder)]
            if not files:
                raise _Wrong("no-model", name=procedure)
            made = hashlib.sha256()
            for name in sorted(files, key=lambda one: one[len(folder) :]):
                for part in (name[len(folder) :].encode(), self.read(name)):
                    made.update(b"%d:" % len(part))
                    made.update(part)
            if made.hexdigest() != digest:
                raise _Wrong("model", name=procedure)

    def timestamp(self) -> None:
        raise _Wrong("stamp" if STAMP in self.names else "no-stamp", "NOT CHECKED")


def _formed(name: str, content: bytes) -> Any:
    try:
        return parse(content)
    except Malformed as error:
        raise _Wrong("format", name=name, why=error) from None


def _rows(value: Any, name: str) -> List[Dict[str, Any]]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise _Wrong("format", name=name, why="[{}]")
    return value


def _list(value: Any) -> List[Any]:
    return value if isinstance(value, list) else []


def _hex(value: Any, name: str, size: int = 32) -> bytes:
    try:
        made = bytes.fromhex(value)
    except (TypeError, ValueError):
        made = b""
    if len(made) != size:
        raise _Wrong("format", name=name, why="hex")
    return made


def _head(name: str, content: bytes) -> Checkpoint:
    try:
        return read_checkpoint(read_note(content))
    except Malformed as error:
        raise _Wrong("format", name=name, why=error) from None


_CASE = (("stream", str), ("code", str), ("events", int), ("head", str))
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
        and isinstance(content.get("seq"), int)
        and content["seq"] > 0
        and all(
            isinstance(content["model"].get(name), str)
            for name in ("hash", "procedure")
            if "model" in content
        )
    )
    if not whole:
        raise _Wrong("event", line=line, why="fields", offset=offset)
    return _Event(body, content, leaf_hash(body), offset)


def _listed(content: bytes) -> Dict[str, bytes]:
    """File name → SHA-256 of an ASiC manifest (ETSI EN 319 162-1, A.4)."""
    found: Dict[str, bytes] = {}
    names: List[str] = []
    text: List[str] = []
    parser = expat.ParserCreate(namespace_separator=" ")

    def begin(tag: str, attributes: Dict[str, str]) -> None:
        if tag.endswith(" DataObjectReference"):
            names.append(attributes.get("URI", ""))
        text.clear()

    def end(tag: str) -> None:
        if tag.endswith(" DigestValue") and names:
            if names[-1] in found:
                raise Malformed("a file is listed twice")
            found[names[-1]] = _base64("".join(text))

    def refuse(*_: Any) -> None:
        raise Malformed("a document type is not allowed")

    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text.append
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, Malformed, ValueError):
        raise _Wrong("manifest") from None
    return found


def verify(source: Any, keys: Optional[Sequence[Key]] = None) -> Report:
    """Check a bundle, given as a path or an open binary file.

    Args:
        source: the bundle.
        keys: the keys that the checker trusts, got otherwise than with the bundle.
    """
    report = Report()
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        report.layers.append(_layer("container", _Wrong("not-zip")))
        return report
    with archive:
        _check(_Bundle(archive, keys), report)
    return report


def _check(bundle: _Bundle, report: Report) -> None:
    steps: Dict[str, Callable[[], None]] = {
        "container": bundle.container,
        "manifest": bundle.manifest,
        "events": bundle.read_events,
        "chains": bundle.chains,
        "openings": bundle.openings,
        "inclusion": bundle.inclusion,
        "signature": bundle.signature,
        "whole": bundle.whole,
        "models": bundle.models,
        "timestamp": bundle.timestamp,
    }
    stopped = False
    for name in LAYERS:
        if stopped:
            report.layers.append(_layer(name, _Wrong("before", "NOT CHECKED")))
            continue
        try:
            steps[name]()
            report.layers.append(_layer(name, None))
        except _Wrong as wrong:
            report.layers.append(_layer(name, wrong))
            # What stands on bytes that cannot be read is not checked.
            stopped = wrong.result == "FAIL" and name in ("container", "events")
    report.cases = bundle.about.get("cases", [])


def _layer(name: str, wrong: Optional[_Wrong]) -> Layer:
    if wrong is None:
        return Layer(name, "PASS", *_WORDS["ok"])
    vietnamese, english = (text.format(**wrong.words) for text in _WORDS[wrong.code])
    event = wrong.words.get("event", "")
    return Layer(name, wrong.result, vietnamese, english, event, wrong.offset)


# 6. The command.

_SHOWN = {
    "PASS": ("ĐẠT", "PASS"),
    "FAIL": ("KHÔNG ĐẠT", "FAIL"),
    "NOT CHECKED": ("CHƯA KIỂM TRA", "NOT CHECKED"),
}


def show(report: Report, out: IO[str]) -> None:
    """Print a report for people, Vietnamese first."""
    for one in report.layers:
        vietnamese, english = _SHOWN[one.result]
        print("%-10s %s / %s" % (one.layer, vietnamese, english), file=out)
        if one.result != "PASS":
            print(
                "           %s\n           %s" % (one.message_vi, one.message_en),
                file=out,
            )
    code = report.exit_code
    verdict = {
        0: ("Bằng chứng toàn vẹn.", "The evidence is whole."),
        1: ("Bằng chứng KHÔNG toàn vẹn.", "The evidence is NOT whole."),
        2: ("Không đọc được gói.", "The bundle cannot be read."),
        3: (
            "Không thấy sai, nhưng chưa kiểm tra được chữ ký.",
            "Nothing is wrong, but the signature was not checked.",
        ),
    }[code]
    print("%s\n%s" % verdict, file=out)


def main(arguments: Optional[Sequence[str]] = None) -> int:
    """Run the command and give its exit code."""
    parser = argparse.ArgumentParser(description="Check an evidence bundle.")
    parser.add_argument("bundle")
    parser.add_argument("--keys", help="file of trusted verifier keys")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    keys = None
    if options.keys:
        try:
            with open(options.keys, "rb") as file:
                keys = read_keys(file.read())
        except (OSError, Malformed) as error:
            print("--keys: %s" % error, file=sys.stderr)
            return 2
    report = verify(options.bundle, keys)
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        show(report, sys.stdout)
    return report.exit_code


if __name__ == "__main__":
    sys.exit(main())
