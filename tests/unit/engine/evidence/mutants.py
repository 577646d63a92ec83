"""Mutants of a good bundle: bytes, archive, JSON fields, texts; the same every run."""

import hashlib
import io
import json
import random
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from engine.evidence import bundle, verifier
from tests.unit.engine.evidence import bundles

_ODD: Final[tuple[Any, ...]] = (
    *(None, True, False, 0, 1, -1, 2**53, 10**40, 0.5, 1e300, "", "x", "0" * 64),
    *([], {}, [[]], [{}], {"a": {}}, "\u0000", "\ud83d\ude00", [0] * 1000),
)
_BYTES: Final = (b"\0", b"\xff", b"\n", b"\n\n", b" ", b"PK\x03\x04", b"PK\x05\x06")


def good() -> bytes:
    """The bundle that is mutated: two cases, one open, a sealed day."""
    cases = [bundles.case(1), bundles.case(2, 2, closed=False)]
    event, day = bundles.sealed_day(bundles.contents(cases), cases)
    others = [*bundles.procedure(), event]
    return bundle.assemble(bundles.contents(cases, others, day=day))


def mutants(count: int, seed: int = 1) -> Iterator[bytes]:
    """So many mutants of the good bundle."""
    chance = random.Random(seed)  # noqa: S311 - a repeatable choice, no secret
    original = good()
    with zipfile.ZipFile(io.BytesIO(original)) as archive:
        files = {one: archive.read(one) for one in archive.namelist()}
    ways = (_bytes, _header, _entry, _entry, _field, _field, _field, _line)
    for _ in range(count):
        yield chance.choice(ways)(original, dict(files), chance)


def _bytes(original: bytes, _: dict[str, bytes], chance: random.Random) -> bytes:
    return _mangled(original, chance)


def _header(original: bytes, _: dict[str, bytes], chance: random.Random) -> bytes:
    """Change what the archive says of itself."""
    content = bytearray(original)
    mark = chance.choice((b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"))
    places = [at for at in range(len(content)) if content.startswith(mark, at)]
    at = chance.choice(places) + chance.randrange(4, 46)
    if at < len(content):
        content[at] ^= 1 << chance.randrange(8)
    return bytes(content)


def _entry(_: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    """Change the bytes of an entry, its name, or leave it out."""
    name = chance.choice([*files][1:])
    way = chance.randrange(5)
    if way == 0:
        del files[name]
    elif way == 1:
        files[f"{name}{chance.choice('0/x.')}"] = files.pop(name)
    elif way == 2:
        files[chance.choice([*files][1:])] = files[name]
    else:
        files[name] = _mangled(files[name], chance)
    return _packed(files, chance)


def _field(_: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    """Put another value in some place of a JSON text."""
    names = [one for one in files if ".json" in one and not one.startswith("models")]
    name = chance.choice(names)
    texts = files[name].split(b"\n") if name.endswith("l") else [files[name]]
    at = chance.randrange(len(texts))
    if not texts[at]:
        return _packed(files, chance)
    value = json.loads(texts[at])
    _replaced(value, chance)
    texts[at] = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":")
    ).encode("utf-8", "replace")
    files[name] = b"\n".join(texts)
    return _packed(files, chance)


def _line(_: bytes, files: dict[str, bytes], chance: random.Random) -> bytes:
    """Take out, double or move lines."""
    name = chance.choice([one for one in files if one.endswith((".jsonl", "point"))])
    rows = files[name].split(b"\n")
    at, other = chance.randrange(len(rows)), chance.randrange(len(rows))
    way = chance.randrange(3)
    if way == 0:
        del rows[at]
    elif way == 1:
        rows.insert(other, rows[at])
    else:
        rows[at], rows[other] = rows[other], rows[at]
    files[name] = b"\n".join(rows)
    return _packed(files, chance)


def _replaced(value: Any, chance: random.Random) -> None:
    """Walk to some place of a value and change it."""
    while True:
        keys = [*value] if isinstance(value, dict) else range(len(value))
        if not keys:
            return
        key = chance.choice(list(keys))
        inner = value[key]
        if isinstance(inner, dict | list) and inner and chance.random() < 0.8:
            value = inner
            continue
        if chance.random() < 0.15 and isinstance(value, dict):
            del value[key]
        else:
            value[key] = _other(inner, chance)
        return


def _other(value: Any, chance: random.Random) -> Any:
    if isinstance(value, str) and value and chance.random() < 0.5:
        at = chance.randrange(len(value))
        return value[:at] + chance.choice("0aA à") + value[at + 1 :]
    if type(value) is int and chance.random() < 0.5:
        return value + chance.choice((-1, 1, 2**31))
    if chance.random() < 0.05:
        return _deep(chance.randrange(1, 400))
    return chance.choice(_ODD)


def _deep(levels: int) -> Any:
    made: Any = 0
    for _ in range(levels):
        made = [made]
    return made


def _mangled(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 1, 3))):
        at = chance.randrange(len(made) + 1)
        way = chance.randrange(4)
        if way == 0 and at < len(made):
            made[at] ^= 1 << chance.randrange(8)
        elif way == 1:
            made[at:at] = chance.choice(_BYTES)
        elif way == 2:
            del made[at : at + chance.choice((1, 1, 40, 4000))]
        else:
            made[at:at] = made[max(0, at - chance.randrange(200)) : at]
    return bytes(made)


def _packed(files: dict[str, bytes], chance: random.Random) -> bytes:
    """An archive; two times of three with a manifest that fits."""
    names = {name: one for name, one in files.items() if name != "mimetype"}
    if chance.random() < 0.67:
        digests = {
            name: hashlib.sha256(one).digest()
            for name, one in names.items()
            if name != verifier.MANIFEST
        }
        try:
            names[verifier.MANIFEST] = verifier.manifest(digests)
        except UnicodeEncodeError:  # Half a character is in no manifest.
            return bundle._archive(names)
    return bundle._archive(names)
