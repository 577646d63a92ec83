"""Bundles: evidence as one file that a stranger checks without us.

Pure assembly: what the bundle is to hold comes in, the bytes of an ASiC-E archive come
out, the same for the same content (docs/manual/evidence.md, 3). `engine.evidence
.verifier` reads and checks it. Events are written here from sealed bytes; what is made
of them for reading is proved by the event of the export, which names its `parts`.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from engine.domain.run import Json
from engine.evidence import record, verifier
from engine.evidence.around import Around

#: The date of every entry: what a ZIP archive can say, and nobody's clock.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16
#: In names of files: what some system reads as more than a name.
_UNSAFE: Final = re.compile(r'[%\\:*?"<>|\x00-\x1f\x7f]|[. ](?=/|$)')


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """That an event is in the log of a year (RFC 6962, 2.1.1)."""

    year: int
    index: int
    path: tuple[bytes, ...]
    #: Of the head under which it is proved.
    size: int


@dataclass(frozen=True, slots=True)
class Proved:
    """A sealed body, as it is stored, with its place in the log."""

    body: bytes
    proof: Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A case of the bundle, whole."""

    #: Id of its stream.
    stream: str
    code: str
    #: From the first event on.
    events: tuple[Proved, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A value that the reader may see, with what proves it."""

    leaf: bytes
    name: str
    salt: bytes
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """A version of a procedure: its files, what it runs as, its picture."""

    hash: str
    files: Mapping[str, bytes]
    #: The normalised model; empty for a version from before there was one.
    document: bytes = b""
    #: Pictures by file name.
    pictures: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """Everything that goes into a bundle."""

    tenant: str
    #: Name of the log.
    origin: str
    cases: tuple[Member, ...]
    #: The events of other streams that the cases rest on, stream after stream.
    others: tuple[Proved, ...] = ()
    #: The events that record the export itself.
    exported: tuple[Proved, ...] = ()
    #: Signed heads by year.
    heads: Mapping[int, bytes]
    #: Signed heads around the events, by year and size; None: they are left out.
    around: tuple[Around, ...] | None = None
    #: Keys that signed, for reading.
    keys: tuple[str, ...] = ()
    #: Places of the cases in a sealed day; None: none was sealed yet.
    day: Mapping[str, Json] | None = None
    editions: tuple[Edition, ...] = ()
    openings: tuple[Opening, ...] = ()
    #: When made, by which version, for whom, what is left out.
    about: Mapping[str, Json] = field(default_factory=dict)
    #: Attachments that the reader gets, by SHA-256.
    attachments: Mapping[str, bytes] = field(default_factory=dict)
    #: What is made of the rest, for reading: entry name → bytes.
    reading: Mapping[str, bytes] = field(default_factory=dict)
    #: Gives the time stamp (RFC 3161) over the bytes of the manifest.
    stamp: Callable[[bytes], bytes | None] | None = None


def assemble(contents: Contents) -> bytes:
    """The bundle as bytes."""
    entries = _entries(contents)
    manifest = verifier.manifest(_digests(entries))
    made = {verifier.MANIFEST: manifest, **entries}
    token = contents.stamp(manifest) if contents.stamp is not None else None
    return _archive({verifier.STAMP: token, **made} if token else made)


def parts(contents: Contents) -> dict[str, str]:
    """What the event of the export says of everything that no older event proves."""
    return verifier.parts(_digests(_entries(contents)))


def _digests(entries: Mapping[str, bytes]) -> dict[str, bytes]:
    return {name: hashlib.sha256(one).digest() for name, one in entries.items()}


def _entries(contents: Contents) -> dict[str, bytes]:
    """Every entry of the bundle but media type and manifest."""
    return {
        "bundle.json": _readable(about(contents)),
        "events.jsonl": _events(contents),
        **_log(contents),
        **_models(contents.editions),
        "personal/openings.jsonl": _rows(map(_opening, contents.openings)),
        **{f"attachments/{sha}": one for sha, one in contents.attachments.items()},
        **contents.reading,
    }


def about(contents: Contents) -> dict[str, Json]:
    """What `bundle.json` says."""
    cases: list[Json] = [
        {
            "stream": case.stream,
            "code": case.code,
            "events": len(case.events),
            "head": record.leaf_hash(case.events[-1].body).hex(),
        }
        for case in contents.cases
    ]
    return {
        **contents.about,
        "format": verifier.FORMAT,
        "tenant": contents.tenant,
        "origin": contents.origin,
        "cases": cases,
        "others": [_listed(one.body) for one in contents.others],
    }


def _listed(body: bytes) -> Json:
    """Stream, number and leaf of an event: what was taken out is named by them.

    Of bytes that were spoiled only the leaf is told; the verifier names them anyway.
    """
    try:
        read = verifier.parse(body)
    except verifier.Malformed:
        read = None
    told = read if isinstance(read, dict) else {}
    stream, seq = told.get("stream"), told.get("seq")
    return [
        stream if isinstance(stream, str) else "",
        seq if type(seq) is int else 0,
        record.leaf_hash(body).hex(),
    ]


def entry_name(name: str) -> str:
    """The name of an uploaded file as every system keeps it; `%` begins a code."""
    return _UNSAFE.sub(lambda found: f"%{ord(found[0]):02X}", name)


def _all(contents: Contents) -> Iterable[Proved]:
    for case in contents.cases:
        yield from case.events
    yield from contents.others
    yield from contents.exported


def _events(contents: Contents) -> bytes:
    return b"".join(one.body + b"\n" for one in _all(contents))


def _log(contents: Contents) -> dict[str, bytes]:
    rows: list[Mapping[str, Json]] = []
    for one in _all(contents):
        leaf, proof = record.leaf_hash(one.body), one.proof
        path: list[Json] = [step.hex() for step in proof.path]
        year = str(proof.year)
        place: Mapping[str, Json] = {"index": proof.index, "size": proof.size}
        rows.append({"leaf": leaf.hex(), "log": year, **place, "path": path})
    made = {"log/proofs.jsonl": _rows(rows)}
    for each, note in sorted(contents.heads.items()):
        made[f"log/{each}.checkpoint"] = note
    if contents.around is not None:
        made["log/heads.jsonl"] = _rows(map(_around, contents.around))
        made["log/growth.jsonl"] = _rows(map(_growth, contents.around))
    if contents.day is not None:
        made["log/day.json"] = _readable(contents.day)
    made["log/policy"] = "".join(f"{key}\n" for key in contents.keys).encode()
    return made


def _around(one: Around) -> Mapping[str, Json]:
    return {
        "log": str(one.head.year),
        "size": one.head.size,
        "since": one.since,
        "at": record.instant(one.head.at),
        "note": one.head.note.decode("utf-8", "replace"),
    }


def _growth(one: Around) -> Mapping[str, Json]:
    path: list[Json] = [step.hex() for step in one.growth]
    return {"log": str(one.head.year), "size": one.head.size, "path": path}


def _models(editions: Sequence[Edition]) -> dict[str, bytes]:
    made = {}
    for one in editions:
        folder = f"models/{one.hash}"
        for name, content in sorted(one.files.items()):
            made[f"{folder}/files/{entry_name(name)}"] = content
        if one.document:
            made[f"{folder}/model.json"] = one.document
        for name, content in one.pictures.items():
            made[f"{folder}/{name}"] = content
    return made


def _opening(one: Opening) -> Mapping[str, Json]:
    return {
        "leaf": one.leaf.hex(),
        "name": one.name,
        "salt": one.salt.hex(),
        "value": one.value,
    }


def _rows(rows: Iterable[Mapping[str, Json]]) -> bytes:
    return b"".join(record.canonical(dict(row)) + b"\n" for row in rows)


def _readable(value: Mapping[str, Json]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def _archive(entries: Mapping[str, bytes]) -> bytes:
    """A ZIP archive; the media type stands first and stored, as ASiC-E asks."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in {"mimetype": verifier.MIMETYPE, **entries}.items():
            info = zipfile.ZipInfo(name, _DATE)
            info.create_system = 3  # Unix, wherever it was made.
            info.external_attr = _MODE
            plain = name == "mimetype" or name.startswith("attachments/")
            info.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            archive.writestr(info, content, compresslevel=9)
    return file.getvalue()
