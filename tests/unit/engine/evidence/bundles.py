"""Bundles made by hand for tests: sealed events, a log around them, a key that signs.

Nothing here asks a clock or draws chance: two runs make the same bytes.
"""

import hashlib
import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from engine.domain.case import month_of
from engine.domain.events import (
    Doer,
    Event,
    EventType,
    ModelRef,
    Sealed,
    Stream,
    StreamKind,
)
from engine.domain.run import Advance, Closed, End, Json, Status, Visit
from engine.evidence import around as heads
from engine.evidence import bundle, checkpoint, record, tree, verifier
from engine.evidence.sequencer import Signed

TENANT: Final = UUID(int=0xA0)
LOG: Final = "tinh.example/quytrinh"
YEAR: Final = 2026
#: Leaves of strangers before the first event.
STRANGERS: Final = 11
MORNING: Final = datetime(2026, 11, 20, 1, 30, tzinfo=UTC)
FILES: Final = {
    "process.bpmn": "<definitions name='Cấp bản sao'/>".encode(),
    "forms/đơn.form": b'{"components":[]}',
}
DOCUMENT: Final = b'{"format":1}'
HASH: Final = hashlib.sha256(
    b"".join(
        b"%d:%s" % (len(part), part)
        for name in sorted(FILES)
        for part in (name.encode(), FILES[name])
    )
).hexdigest()
MODEL: Final = ModelRef(procedure="1.000001", number=1, hash=HASH)
KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER_KEY: Final = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def trusted(key: Ed25519PrivateKey = KEY, name: str = LOG) -> list[verifier.Key]:
    """The key of the log, as an auditor holds it."""
    return [verifier.read_key(key_line(key, name))]


def key_line(key: Ed25519PrivateKey = KEY, name: str = LOG) -> str:
    """The verifier key as a line."""
    return checkpoint.key_line(name, key.public_key().public_bytes_raw())


class _Noise:
    """Bytes that differ from draw to draw."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, size: int) -> bytes:
        self.count += 1
        return hashlib.shake_128(b"%d" % self.count).digest(size)


def chain(kind: StreamKind, number: int, events: Sequence[Event]) -> list[Sealed]:
    """Seal events one after the other in a stream of their own."""
    noise = _Noise()
    noise.count = number * 1000
    stream = Stream(
        tenant=TENANT, kind=kind, id=UUID(int=number), month=month_of(MORNING)
    )
    made = []
    for event in events:
        made.append(record.seal(event, stream, noise))
        stream = made[-1].next()
    return made


def case(number: int = 1, steps: int = 4, *, closed: bool = True) -> list[Sealed]:
    """A case of some steps, each with answers."""
    clock = (MORNING + timedelta(minutes=7 * each) for each in itertools.count())
    doer = Doer(account=UUID(int=7), position=UUID(int=8), agency=UUID(int=9))
    opened = Event(
        type=EventType.CASE_OPENED,
        at=next(clock),
        doer=doer,
        model=MODEL,
        effect=Advance(status=Status.OPEN),
        facts={"code": code_of(number), "channel": "direct"},
        values={"ho_ten": "Nguyễn Thị Đượm", "so_ban": 2},
    )
    done = [
        Event(
            type=EventType.TASK_COMPLETED,
            at=next(clock),
            doer=doer,
            model=MODEL,
            visit=Visit("kiem_tra", each + 1),
            effect=Advance(
                status=(
                    Status.COMPLETED if closed and each == steps - 1 else Status.OPEN
                ),
                closed=(Closed("kiem_tra", each + 1, End.COMPLETED),),
            ),
            values={"ý_kiến": f"Đủ giấy tờ, lần {each + 1}"},
        )
        for each in range(steps)
    ]
    return chain(StreamKind.CASE, number, [opened, *done])


def code_of(number: int) -> str:
    """The dossier code of a case."""
    return f"H01-2026-{number:04d}"


def procedure(document: bytes = DOCUMENT) -> list[Sealed]:
    """Upload and publication of the version."""
    facts: dict[str, Json] = {
        "hash": HASH,
        "number": 1,
        "model": hashlib.sha256(document).hexdigest(),
    }
    return chain(
        StreamKind.PROCEDURE,
        900,
        [
            Event(type=kind, at=MORNING - timedelta(days=1), facts=facts)
            for kind in (EventType.VERSION_UPLOADED, EventType.VERSION_PUBLISHED)
        ],
    )


def contents(
    cases: Sequence[Sequence[Sealed]],
    others: Sequence[Sealed] | None = None,
    times: Mapping[int, datetime] | None = None,
    **parts: Any,
) -> bundle.Contents:
    """A true bundle over some cases, with strangers' events around them in the log.

    Args:
        cases: the cases.
        others: what they rest on; None: the life of the version.
        times: when heads were signed, by size; None: around all of it.
        **parts: what is in the place of the usual parts when it is exported.
    """
    others = procedure() if others is None else others
    times = times or _times(len(others), sum(map(len, cases)))
    before = replace(_logged(cases, others, (), times), **parts)
    made = _logged(cases, others, exported(before), times)
    return replace(made, **parts)


def exported(made: bundle.Contents) -> list[Sealed]:
    """The event that records the export of a bundle, after a view of the case."""
    facts: dict[str, Json] = {"parts": dict(bundle.parts(made))}
    viewed = Event(type=EventType.CASE_VIEWED, at=MORNING)
    event = Event(type=EventType.EVIDENCE_EXPORTED, at=MORNING, facts=facts)
    return chain(StreamKind.ACCESS, 902, [viewed, event])[1:]


def _logged(
    cases: Sequence[Sequence[Sealed]],
    others: Sequence[Sealed],
    exported: Sequence[Sealed],
    times: Mapping[int, datetime],
) -> bundle.Contents:
    strangers = [hashlib.sha256(b"stranger %d" % each).digest() for each in range(30)]
    events = [*others, *itertools.chain.from_iterable(cases), *exported]
    first, rest = strangers[:STRANGERS], strangers[STRANGERS:]
    leaves = [*first, *(one.leaf for one in events), *rest]
    known = proofs(leaves, events)

    def proved(sealed: Sequence[Sealed]) -> tuple[bundle.Proved, ...]:
        return tuple(bundle.Proved(one.body, known[one.leaf]) for one in sealed)

    return bundle.Contents(
        tenant=TENANT.hex,
        origin=LOG,
        cases=tuple(
            bundle.Member(
                stream=one[0].stream.id.hex,
                code=code_of(one[0].stream.id.int),
                events=tuple(
                    bundle.Proved(each.body, known[each.leaf]) for each in one
                ),
            )
            for one in cases
        ),
        others=proved(others),
        exported=proved(exported),
        heads={YEAR: note(leaves)},
        around=around(leaves, times),
        keys=(key_line(),),
        editions=(
            bundle.Edition(
                hash=HASH,
                files=FILES,
                document=DOCUMENT,
                pictures={"diagram.svg": b"<svg/>"},
            ),
        ),
        openings=tuple(openings(events)),
        about={"made": "2026-11-20T03:00:00.000000Z", "by": "quytrinh 1.0"},
        reading={
            "README.html": b"<p>",
            "report.json": b"{}\n",
            "report.html": b"<h1>H01</h1>",
            "report.pdf": b"%PDF-1.7",
        },
    )


def _times(others: int, events: int) -> Mapping[int, datetime]:
    """When the heads before and after the cases were signed, by size."""
    day = timedelta(days=1)
    return {
        STRANGERS: MORNING - 2 * day,
        STRANGERS + others: MORNING,
        STRANGERS + others + events: MORNING + timedelta(hours=1),
    }


def around(
    leaves: Sequence[bytes], times: Mapping[int, datetime]
) -> tuple[heads.Around, ...]:
    """The heads of a log that were signed at some sizes, with their growth."""
    node = _nodes(leaves)
    made: list[heads.Around] = []
    for size, at in sorted(times.items()):
        root = tree.root(leaves[:size])
        head = Signed(YEAR, size, root, note(leaves[:size]), at)
        growth = tuple(tree.consistency(size, len(leaves), node))
        since = made[-1].head.size if made else 0
        made.append(heads.Around(head=head, since=since, growth=growth))
    return tuple(made)


def _nodes(leaves: Sequence[bytes]) -> tree.Nodes:
    """The complete nodes of a tree."""
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = tree.Frontier()
    for leaf in leaves:
        for level, index, value in frontier.append(leaf):
            nodes[level, index] = value
    return lambda level, index: nodes[level, index]


def proofs(
    leaves: Sequence[bytes], events: Sequence[Sealed]
) -> Mapping[bytes, bundle.Proof]:
    """Where the events stand among the leaves."""
    node, made = _nodes(leaves), {}
    for one in events:
        index = leaves.index(one.leaf)
        path = tuple(tree.inclusion(index, len(leaves), node))
        made[one.leaf] = bundle.Proof(
            year=YEAR, index=index, path=path, size=len(leaves)
        )
    return made


def note(
    leaves: Sequence[bytes],
    keys: Sequence[Ed25519PrivateKey] = (KEY,),
    origin: str = f"{LOG}/{YEAR}",
) -> bytes:
    """The signed head over some leaves."""
    head = verifier.Checkpoint(origin, len(leaves), tree.root(leaves))
    text = checkpoint.text(head)
    log = checkpoint.log_of(origin)
    return checkpoint.note(
        text,
        [(log, key.public_key().public_bytes_raw(), key.sign(text)) for key in keys],
    )


def openings(events: Sequence[Sealed]) -> list[bundle.Opening]:
    """Every value that was entered."""
    return [
        bundle.Opening(leaf=one.leaf, name=each.name, salt=each.salt, value=each.value)
        for one in events
        for each in one.personal
        if each.value is not None and each.salt is not None
    ]


def sealed_day(
    made: bundle.Contents, cases: Sequence[Sequence[Sealed]]
) -> tuple[Sealed, Mapping[str, Any]]:
    """The event that seals a day over the cases and a stranger, and their places."""
    rows: list[list[Any]] = sorted(
        [one[-1].stream.id.hex, one[-1].seq, one[-1].leaf.hex()] for one in cases
    )
    rows.append([UUID(int=2**100).hex, 1, "00" * 32])
    leaves = [verifier.leaf_hash(record.canonical(row)) for row in rows]
    nodes: dict[tuple[int, int], bytes] = {}
    frontier = tree.Frontier()
    for leaf in leaves:
        for level, index, value in frontier.append(leaf):
            nodes[level, index] = value
    facts: dict[str, Json] = {
        "day": "2026-11-20",
        "heads": frontier.root().hex(),
        "cases": len(leaves),
        "codes": {},
    }
    event = Event(type=EventType.DAY_SEALED, at=MORNING, facts=facts)
    sealed = chain(StreamKind.LOG, 901, [event])[0]
    places = [
        {
            "stream": row[0],
            "seq": row[1],
            "index": index,
            "path": [
                step.hex()
                for step in tree.inclusion(
                    index, len(leaves), lambda level, at: nodes[level, at]
                )
            ],
        }
        for index, row in enumerate(rows[:-1])
    ]
    day = {"day": facts["day"], "event": sealed.leaf.hex(), "places": places}
    assert made.day is None
    return sealed, day


def heads_at(before: timedelta, after: timedelta) -> dict[int, datetime]:
    """Heads signed so long after the morning, before and after a case of five events.

    Its places are 13 to 17, behind the two events of its procedure.
    """
    return {
        STRANGERS: MORNING - timedelta(days=2),
        STRANGERS + 2: MORNING + before,
        STRANGERS + 7: MORNING + after,
    }


def good() -> bytes:
    """The bundle of one closed case."""
    return bundle.assemble(contents([case()]))


def reproved(
    made: bundle.Contents, known: Mapping[bytes, bundle.Proof], **parts: Any
) -> bytes:
    """A bundle whose events have other proofs, by leaf hash."""

    def proved(events: Sequence[bundle.Proved]) -> tuple[bundle.Proved, ...]:
        leaves = [record.leaf_hash(one.body) for one in events]
        return tuple(
            bundle.Proved(one.body, known.get(leaf, one.proof))
            for one, leaf in zip(events, leaves, strict=True)
        )

    cases = tuple(replace(one, events=proved(one.events)) for one in made.cases)
    others, exported = proved(made.others), proved(made.exported)
    parts = {"cases": cases, "others": others, "exported": exported, **parts}
    return changed(made, **parts)


def changed(made: bundle.Contents, **parts: Any) -> bytes:
    """A bundle with some parts put in the place of the true ones."""
    return bundle.assemble(replace(made, **parts))
