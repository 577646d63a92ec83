"""What each version of a procedure was uploaded and published as is what is stored."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from engine.evidence.deep import Records
from engine.evidence.findings import Findings
from engine.evidence.rows import Moment, plain


def check(
    moment: Moment, findings: Findings, records: Records, pace: Callable[[], None]
) -> None:
    """Compare files and documents with what `records` told of each version."""
    hashes = {}
    for version, rows in groupby(
        chain.from_iterable(moment.files()), key=itemgetter(0)
    ):
        hashes[version] = _package(sorted((row[1], plain(row[2])) for row in rows))
        pace()
    documents = {row[0]: row[1:] for row in chain.from_iterable(moment.documents())}
    for version, name, number, stored, _ in chain.from_iterable(moment.versions()):
        words = {"name": name, "number": number}
        told = records.versions.get(version.hex())
        found = hashes.get(version), stored, documents.get(version)
        for code in _swapped(told, *found):
            event = told[0] if told else ""
            findings.wrong("versions", code, event=event, **words)
    known = {uploaded for _, uploaded, _ in records.versions.values()}
    for followed, event in sorted(records.followed.items(), key=itemgetter(1)):
        if followed not in known:
            findings.wrong("versions", "version-unknown", event=event)


def _swapped(
    told: tuple[str, str, str] | None,
    files: str | None,
    stored: str,
    document: tuple[Any, ...] | None,
) -> Iterator[str]:
    """What of a version is not as its events tell."""
    if told is None:
        yield "version-unrecorded"
        return
    _, uploaded, model = told
    if files != uploaded:
        yield "version"
    if stored != uploaded:
        yield "version-row"
    if model and not _is(model, document):
        yield "document"


def _package(files: Iterable[tuple[str, bytes]]) -> str:
    """The hash of a version: of each file its name and bytes, each with its length."""
    made = hashlib.sha256()
    for name, content in files:
        for part in (name.encode(), content):
            made.update(b"%d:" % len(part))
            made.update(part)
    return made.hexdigest()


def _is(model: str, row: tuple[Any, ...] | None) -> bool:
    if row is None:
        return False
    stored, content = row
    return bool(hashlib.sha256(content).hexdigest() == stored == model)
