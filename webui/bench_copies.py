"""A long history for measuring: cases that really ran, copied and sealed anew.

A copy has its own stream, dossier code, instants, nonces and salts, so that it is as
much work to check as a case that ran; only the steps were taken once. What merely looks
like a case would be refused at its first event.
"""

import random
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Final, TextIO
from uuid import UUID

from engine.domain.dossier import CODE_KEY
from engine.domain.events import Personal, Sealed, Stream, StreamKind
from engine.evidence import record
from webui import bench, bootstrap

#: Cases of each sample that are run, and of which all others are copies.
_RUN: Final = 25
#: Minutes over which the copies are spread.
_SPREAD: Final = 50_000
#: Seconds between two words about how far it is.
_PAUSE: Final = 5.0
#: What a copy has of its own besides commitments; the code stands in `facts`.
_OWN: Final = ("at", "prev", "stream", "nonce", "code")
_GAP: Final = re.compile(rb"<<(\w+)>>")


def fill(office: bench.Office, count: int) -> int:
    """Write so many events at least, in whole cases; how many there are.

    How far it is, is told on the error output.
    """
    app, progress = office.app, Progress(count, sys.stderr)
    made = bootstrap.fill(app, office.tenant, _copies(office, progress), count)
    progress.end(made)
    return made


class Progress:
    """Says now and then how many events were made, and how many a second."""

    def __init__(self, count: int, told: TextIO) -> None:
        self._count = count
        self._told = told
        self._made = 0
        self._begun = self._last = time.monotonic()

    def add(self, events: int) -> None:
        """Some more were made."""
        self._made += events
        now = time.monotonic()
        if now - self._last >= _PAUSE:
            self._last = now
            self._say(f"{self._made:,} of {self._count:,} events", now)

    def end(self, made: int) -> None:
        """All are written."""
        self._made = made
        self._say(f"{made:,} events", time.monotonic())

    def _say(self, what: str, now: float) -> None:
        rate = self._made / max(now - self._begun, 0.001)
        self._told.write(f"{what}, {rate:,.0f} a second\n")
        self._told.flush()


def _copies(office: bench.Office, progress: Progress) -> Iterator[bootstrap.Copy]:
    chance = random.Random(1)  # noqa: S311 - the same bytes each time
    for number, case in enumerate(cycle(_originals(office)), start=1):
        identity = UUID(int=case[0].like.stream.id.int ^ (number << 8))
        made = _Copy(case, identity, chance)
        later = timedelta(minutes=number % _SPREAD)
        yield bootstrap.Copy(
            like=case[0].like.stream.id,
            code=made.code,
            length=len(case),
            events=made.events(later, progress),
        )


def _originals(office: bench.Office) -> list[Sequence["_Pattern"]]:
    """The cases that are copied, a long one after a short one."""
    return [_ran(office, sample) for _ in range(_RUN) for sample in bench.SAMPLES]


def _ran(office: bench.Office, sample: bench.Sample) -> Sequence["_Pattern"]:
    case = office.open(sample.name)
    for element, visit in bench.visits(sample.order):
        office.complete(case, element, visit)
    with office.app.store.read(office.tenant) as uow:
        row = uow.cases.get(case)
        return [_Pattern(one) for one in uow.history.read(row.id, row.month)]


class _Pattern:
    """An event that ran, with gaps for what each copy has of its own.

    Its keys stay and so does their order, so a copy is canonical without being sorted
    and written anew: that halves what a copy costs.
    """

    def __init__(self, like: Sealed) -> None:
        self.like = like
        body: dict[str, Any] = record.parse(like.body)
        gaps = {name: _gap(name) for name in _OWN}
        body |= {name: gaps[name] for name in _OWN[:-1]}
        if "code" in body["facts"]:
            body["facts"] = {**body["facts"], "code": gaps["code"]}
        if like.personal:
            names = [one.name for one in like.personal]
            body["commitments"] = {
                name: _gap(str(number)) for number, name in enumerate(names)
            }
        encoded = record.canonical(body).replace(b"%", b"%%")
        self._text = _GAP.sub(rb"%(\1)b", encoded)

    def body(self, own: Mapping[bytes, bytes]) -> bytes:
        """The bytes of a copy; its values need no escape."""
        return self._text % own


def _gap(name: str) -> str:
    return f"<<{name}>>"


class _Copy:
    """A case once more, under another name."""

    def __init__(
        self, case: Sequence[_Pattern], identity: UUID, chance: random.Random
    ) -> None:
        self._case = case
        first = case[0].like.stream
        self._stream = Stream(
            tenant=first.tenant, kind=StreamKind.CASE, id=identity, month=first.month
        )
        self.code = f"bench-{identity.hex}"
        self._chance = chance

    def events(self, later: timedelta, progress: Progress) -> Iterator[Sealed]:
        """The events, each sealed when it is asked for."""
        stream = self._stream
        for one in self._case:
            sealed = self._seal(one, stream, one.like.at + later)
            stream = sealed.next()
            yield sealed
        progress.add(len(self._case))

    def _seal(self, one: _Pattern, stream: Stream, at: datetime) -> Sealed:
        like = one.like
        personal = tuple(map(self._anew, like.personal))
        own = {
            b"at": record.instant(at).encode(),
            b"prev": stream.head.hex().encode(),
            b"stream": f"{stream.kind.value}:{stream.id.hex}".encode(),
            b"nonce": self._chance.randbytes(16).hex().encode(),
            b"code": self.code.encode(),
        }
        for number, value in enumerate(personal):
            sealed = record.commitment(value.salt or b"", value.value or "")
            own[b"%d" % number] = sealed.encode()
        body = one.body(own)
        return Sealed(
            stream=stream,
            seq=like.seq,
            type=like.type,
            at=at,
            body=body,
            leaf=record.leaf_hash(body),
            personal=personal,
        )

    def _anew(self, one: Personal) -> Personal:
        """A value with a salt of its own; the dossier code is another."""
        value = f'"{self.code}"' if one.name == CODE_KEY else one.value
        return Personal(name=one.name, value=value, salt=self._chance.randbytes(16))
