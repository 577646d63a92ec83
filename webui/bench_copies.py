"""A long history for measuring: cases that really ran, copied and sealed anew.

A copy has its own stream, dossier code, instants, nonces and salts, so that it is as
much work to check as a case that ran; only the steps were taken once. What merely looks
like a case would be refused at its first event.
"""

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any, Final
from uuid import UUID

from engine.domain.dossier import CODE_KEY
from engine.domain.events import Personal, Sealed, Stream, StreamKind
from engine.evidence import record
from webui import bench, bootstrap

#: Cases of each sample that are run, and of which all others are copies.
_RUN: Final = 25
#: Minutes over which the copies are spread.
_SPREAD: Final = 50_000


def fill(office: bench.Office, count: int) -> int:
    """Write so many events at least, in whole cases; how many there are."""
    app = office.app
    return bootstrap.fill(app, office.tenant, _copies(office), count)


def _copies(office: bench.Office) -> Iterator[bootstrap.Copy]:
    chance = random.Random(1)  # noqa: S311 - the same bytes each time
    for number, case in enumerate(cycle(_originals(office)), start=1):
        identity = UUID(int=case[0].stream.id.int ^ (number << 8))
        code = f"bench-{identity.hex}"
        made = _Copy(case, identity, code, chance)
        later = timedelta(minutes=number % _SPREAD)
        yield bootstrap.Copy(
            like=case[0].stream.id,
            code=code,
            length=len(case),
            events=made.events(later),
        )


def _originals(office: bench.Office) -> list[Sequence[Sealed]]:
    """The cases that are copied, a long one after a short one."""
    return [_ran(office, sample) for _ in range(_RUN) for sample in bench.SAMPLES]


def _ran(office: bench.Office, sample: bench.Sample) -> Sequence[Sealed]:
    case = office.open(sample.name)
    for element, visit in bench.visits(sample.order):
        office.complete(case, element, visit)
    with office.app.store.read(office.tenant) as uow:
        row = uow.cases.get(case)
        return uow.history.read(row.id, row.month)


class _Copy:
    """A case once more, under another name."""

    def __init__(
        self,
        case: Sequence[Sealed],
        identity: UUID,
        code: str,
        chance: random.Random,
    ) -> None:
        self._case = case
        first = case[0].stream
        self._stream = Stream(
            tenant=first.tenant, kind=StreamKind.CASE, id=identity, month=first.month
        )
        self._code = code
        self._chance = chance

    def events(self, later: timedelta) -> Iterator[Sealed]:
        """The events, each sealed when it is asked for."""
        stream = self._stream
        for one in self._case:
            sealed = self._seal(one, stream, one.at + later)
            stream = sealed.next()
            yield sealed

    def _seal(self, one: Sealed, stream: Stream, at: datetime) -> Sealed:
        body: dict[str, Any] = {
            **record.parse(one.body),
            "at": record.instant(at),
            "prev": stream.head.hex(),
            "stream": f"{stream.kind.value}:{stream.id.hex}",
            "nonce": self._chance.randbytes(16).hex(),
        }
        if "code" in body["facts"]:
            body["facts"] = {**body["facts"], "code": self._code}
        personal = tuple(map(self._anew, one.personal))
        if personal:
            body["commitments"] = {
                value.name: record.commitment(value.salt or b"", value.value or "")
                for value in personal
            }
        encoded = record.canonical(body)
        return Sealed(
            stream=stream,
            seq=one.seq,
            type=one.type,
            at=at,
            body=encoded,
            leaf=record.leaf_hash(encoded),
            personal=personal,
        )

    def _anew(self, one: Personal) -> Personal:
        """A value with a salt of its own; the dossier code is another."""
        value = f'"{self._code}"' if one.name == CODE_KEY else one.value
        return Personal(name=one.name, value=value, salt=self._chance.randbytes(16))
