"""What goes into a bundle, read from the record: events with their proofs, openings.

The bytes are taken as they are stored, judged by nobody: a bundle of a record that was
altered must show it. What the cases rest on comes with them: the publication of their
versions, the positions and accounts that acted, the last sealed day.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from engine.domain import calendars, on_paper
from engine.domain.events import EventType, Sealed, StreamKind
from engine.domain.procedure import Version
from engine.errors import EvidenceError
from engine.evidence import around, bundle, days, verifier
from engine.evidence.days import Days, Sealing
from engine.evidence.prover import Prover
from engine.evidence.sequencer import Log
from engine.ports import UnitOfWork

_OFFICE: Final = frozenset(
    {
        EventType.AGENCY_CREATED.value,
        EventType.AGENCY_RENAMED.value,
        EventType.AGENCIES_REORGANISED.value,
        EventType.POSITION_CREATED.value,
        EventType.POSITION_HELD.value,
        EventType.HOLDING_ENDED.value,
        EventType.SUBSTITUTION_GIVEN.value,
        EventType.SUBSTITUTION_ENDED.value,
        EventType.ACCOUNT_CREATED.value,
        EventType.ACCOUNT_CLOSED.value,
        EventType.OUTAGE_DECLARED.value,
        EventType.OUTAGE_ENDED.value,
    }
)
#: For `left_out` of the bundle: Vietnamese / English.
_OTHER_DAY: Final = (
    "log/day.json: đầu các hồ sơ khác với niêm phong ngày / heads differ from the"
    " sealed day"
)
_NAMED: Final = ("account", "position", "agency")
#: What a substitution names.
_STANDING: Final = ("position", "absent", "substitute")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A case that a bundle is to hold."""

    id: UUID
    month: int
    code: str
    procedure: UUID
    #: Whether the reader may see what was entered.
    opens: bool
    #: Number and leaf hash of its last event, as its row tells at the same moment.
    head: tuple[int, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where everything is read from."""

    uow: UnitOfWork
    log: Log
    heads: around.Heads
    days: Days
    tenant: UUID
    #: Name of the log.
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """What was read."""

    #: What the log proves.
    contents: bundle.Contents
    histories: Mapping[UUID, tuple[Sealed, ...]]
    #: Where the rows of the cases said then that these end.
    ends: Mapping[UUID, tuple[int, bytes] | None]
    #: The versions that the events name.
    versions: tuple[Version, ...]
    #: Names of the calendars that the events counted on.
    calendars: frozenset[str] = frozenset()
    #: What could not be put in, and why.
    missing: tuple[str, ...] = ()


def gather(sources: Sources, wanted: Sequence[Wanted]) -> Gathered:
    """Read everything that the log proves about some cases.

    Raises:
        NotReadyError: An event is not under a signed head yet (`not-provable`).
    """
    history = sources.uow.history
    histories = {one.id: history.read(one.id, one.month) for one in wanted}
    events = [event for one in wanted for event in histories[one.id]]
    bodies = [_parsed(one.body) for one in events]
    prover = Prover(sources.log, sources.tenant)
    versions = tuple(_versions(sources, wanted, bodies))
    others = [*_lives(sources, versions), *office(sources, bodies)]
    others += _calendars(sources, bodies)
    sealed = _last_day(sources)
    if sealed is not None:
        others.append(sealed)
    members = tuple(
        bundle.Member(
            stream=one.id.hex,
            code=one.code,
            events=prover.proved(histories[one.id]),
        )
        for one in wanted
        if histories[one.id]
    )
    proved = tuple(each for one in _streams(others) for each in prover.proved(one))
    day, missing = _places(sources, sealed, [one.id for one in wanted])
    finder = around.Finder(sources.heads, sources.tenant)
    return Gathered(
        contents=bundle.Contents(
            tenant=sources.tenant.hex,
            origin=sources.origin,
            cases=members,
            others=proved,
            heads={year: one.note for year, one in sorted(prover.heads.items())},
            around=prover.grown(finder.run(prover.places)),
            keys=_keys(sources),
            day=day,
            openings=tuple(
                opening
                for one in wanted
                if one.opens
                for opening in _openings(histories[one.id])
            ),
        ),
        histories=histories,
        ends={one.id: one.head for one in wanted},
        versions=versions,
        calendars=_counted_on(bodies),
        missing=missing,
    )


def with_export(
    sources: Sources, contents: bundle.Contents, stream: UUID, seqs: Collection[int]
) -> bundle.Contents:
    """The same contents with the events that record the export, under newer heads.

    Args:
        sources: where everything is read from.
        contents: what is handed out.
        stream: the access stream in which the export is recorded.
        seqs: the numbers of these events in it.

    Raises:
        NotReadyError: The events are not under a signed head yet (`not-provable`).
    """
    told = _read(sources, StreamKind.ACCESS, stream)
    prover = Prover(sources.log, sources.tenant)
    exported = prover.proved([one for one in told if one.seq in seqs])
    events = [each for one in contents.cases for each in one.events]
    proofs = iter(prover.again([one.proof for one in [*events, *contents.others]]))

    def moved(some: Iterable[bundle.Proved]) -> tuple[bundle.Proved, ...]:
        return tuple(replace(one, proof=next(proofs)) for one in some)

    heads = {year: one.note for year, one in prover.heads.items()}
    return replace(
        contents,
        cases=tuple(replace(one, events=moved(one.events)) for one in contents.cases),
        others=moved(contents.others),
        exported=exported,
        around=prover.grown(contents.around or ()),
        heads=dict(sorted({**contents.heads, **heads}.items())),
    )


def _parsed(body: bytes) -> Mapping[str, Any]:
    """A body as a mapping; nothing of bytes that were spoiled."""
    try:
        found = verifier.parse(body)
    except verifier.Malformed:
        return {}
    return found if isinstance(found, dict) else {}


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _versions(
    sources: Sources, wanted: Sequence[Wanted], bodies: Iterable[Mapping[str, Any]]
) -> Iterator[Version]:
    named = {_part(body, "model").get("hash") for body in bodies}
    for procedure in sorted({one.procedure for one in wanted}):
        for version in sources.uow.procedures.versions(procedure):
            if version.hash in named:
                yield version


def _read(sources: Sources, kind: StreamKind, stream: UUID) -> tuple[Sealed, ...]:
    known = sources.uow.history.known(kind, stream)
    return () if known is None else sources.uow.history.read(stream, known.month)


def _lives(sources: Sources, versions: Sequence[Version]) -> Iterator[Sealed]:
    """What happened to the versions: upload, publication, retirement."""
    hashes = {one.hash for one in versions}
    for procedure in sorted({one.procedure for one in versions}):
        for one in _read(sources, StreamKind.PROCEDURE, procedure):
            if _part(_parsed(one.body), "facts").get("hash") in hashes:
                yield one


def office(sources: Sources, bodies: Iterable[Mapping[str, Any]]) -> Iterator[Sealed]:
    """What the organisation recorded of who acted, where and in which position."""
    papers = [_part(_part(body, "facts"), on_paper.FACT) for body in bodies]
    doers = [_part(body, "doer") for body in bodies]
    doers += [
        {"account": one["by"], "position": one["position"]} for one in papers if one
    ]
    acted = {name: {one[name] for one in doers if name in one} for name in _NAMED}
    acted["account"] |= {one["on_behalf_of"] for one in doers if "on_behalf_of" in one}
    acted["absent"] = acted["substitute"] = acted["account"]
    acted["substitution"] = set()
    acted["outage"] = {one["outage"] for one in papers if "outage" in one}
    acted["agency"] |= {one for body in bodies for one in _taking_over(body)}
    for one in _read(sources, StreamKind.ORGANISATION, sources.tenant):
        facts = _part(_parsed(one.body), "facts")
        named = [name for name in (*_NAMED, "substitution", "outage") if name in facts]
        if one.type == EventType.AGENCIES_REORGANISED.value:
            moves = facts.get("moves", ())
            if not any({*move} & acted["agency"] for move in moves):
                continue
        if one.type == EventType.POSITION_CREATED.value:
            named = ["position"]
        given = one.type == EventType.SUBSTITUTION_GIVEN.value
        if given and all(facts[name] in acted[name] for name in _STANDING):
            acted["substitution"].add(facts["substitution"])
        if one.type in _OFFICE and all(facts[name] in acted[name] for name in named):
            yield one


def _taking_over(body: Mapping[str, Any]) -> Iterator[str]:
    """The agencies that gave and took in a transfer."""
    facts = _part(body, "facts")
    if body.get("type") == EventType.CASE_TRANSFERRED.value:
        parts = _part(facts, "agencies").values()
        yield from (one for pair in parts for one in pair)
        yield from (one for work in facts.get("work", ()) for one in work[2:4])


def _counted_on(bodies: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The names of the calendars that events counted on."""
    told = (_part(body, "facts").get("calendar") for body in bodies)
    return frozenset(one for one in told if isinstance(one, str))


def _calendars(
    sources: Sources, bodies: Iterable[Mapping[str, Any]]
) -> Iterator[Sealed]:
    """The proposal and the confirmation of each edition that the events counted on."""
    named = {part for name in _counted_on(bodies) for part in name.split("+")}
    stream = calendars.stream_of(sources.tenant)
    for one in _read(sources, StreamKind.CALENDAR, stream):
        if _part(_parsed(one.body), "facts").get("edition") in named:
            yield one


def _last_day(sources: Sources) -> Sealed | None:
    told = _read(sources, StreamKind.LOG, days.stream_of(sources.tenant))
    sealed = [one for one in told if one.type == EventType.DAY_SEALED.value]
    return sealed[-1] if sealed else None


def _keys(sources: Sources) -> tuple[str, ...]:
    """The keys that were announced last."""
    told = _read(sources, StreamKind.LOG, days.stream_of(sources.tenant))
    for one in reversed(told):
        if one.type == EventType.KEY_ROTATED.value:
            keys = _part(_parsed(one.body), "facts").get("keys")
            return tuple(map(str, keys)) if isinstance(keys, list) else ()
    return ()


def _places(
    sources: Sources, sealed: Sealed | None, streams: Sequence[UUID]
) -> tuple[Mapping[str, Any] | None, tuple[str, ...]]:
    """Where the cases stand among the heads of the last sealed day."""
    if sealed is None:
        return None, ()
    facts = _part(_parsed(sealed.body), "facts")
    try:
        spots = sources.days.places(sources.tenant, Sealing.of(facts), streams)
    except (EvidenceError, KeyError, TypeError, ValueError):
        return None, (_OTHER_DAY,)
    if not spots:
        return None, ()
    return {
        "day": facts["day"],
        "event": sealed.leaf.hex(),
        "places": [
            {
                "stream": one.stream.hex,
                "seq": one.seq,
                "index": one.index,
                "path": [step.hex() for step in one.path],
            }
            for one in spots
        ],
    }, ()


def _openings(events: Iterable[Sealed]) -> Iterator[bundle.Opening]:
    """The values that are still stored."""
    for event in events:
        for one in event.personal:
            if one.value is not None and one.salt is not None:
                yield bundle.Opening(
                    leaf=event.leaf, name=one.name, salt=one.salt, value=one.value
                )


def _streams(events: Iterable[Sealed]) -> Iterator[list[Sealed]]:
    """Events by stream, streams in the order in which they first come."""
    found: dict[UUID, list[Sealed]] = {}
    for one in events:
        found.setdefault(one.stream.id, []).append(one)
    yield from found.values()
