"""The control slip: every hand-over of a case between positions, with real times.

A line is an act that put work into other hands: whoever did the step gives, whoever
takes the next one receives. The result is that of the giver's step against its own
due instant, as that stood then, by minute (docs/manual/clock.md, rule 11). Nothing is
typed.
"""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from engine.domain import comments, explained, iso8601, timeliness
from engine.domain.events import EventType
from engine.domain.model import is_work
from engine.domain.paper_forms import Kind
from engine.domain.run import End
from engine.domain.timeliness import Class
from engine.evidence.chained import Step
from engine.evidence.papers.source import Contact, Head, Party, Source, real

Visit = tuple[str, int]
#: Agencies that have a line of their own.
_OWN: Final = ("receiving", "handling")
#: Acts by which somebody gets work into own hands.
_TAKES: Final = frozenset(
    {EventType.TASK_CLAIMED, EventType.TASK_COMPLETED, EventType.TASK_RETURNED}
)
#: Acts by which work that is open changes hands.
_MOVES: Final = frozenset({EventType.TASK_REASSIGNED, EventType.TASK_RELEASED})
#: Acts that close the step of whoever does them.
_DONE: Final = frozenset({EventType.TASK_COMPLETED, EventType.TASK_RETURNED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Receiver:
    """Who got a step, and when it was taken; None: nobody has taken it yet."""

    step: str
    party: Party
    taken: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One hand-over."""

    at: datetime
    #: What was done, and the step that was; empty: none.
    kind: EventType
    step: str
    #: All empty: the engine itself.
    giver: Party
    receivers: tuple[Receiver, ...]
    due: datetime | None = None
    #: Early, on time or late; None: the step has no time limit.
    result: Class | None = None
    #: The step that it went back to.
    target: str = ""
    #: The case ended with it.
    last: bool = False
    #: What the giver said with it.
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """Control slip (form 05 of 2018, 06 of 2025)."""

    head: Head
    code: str
    contact: Contact
    procedure: str
    received: datetime
    #: What is promised now; None: nothing, or the clock stands still.
    promised: datetime | None
    #: No confirmed calendar covers that day yet.
    provisional: bool = False
    #: Since when the clock stands still; None: it goes, or nothing was promised.
    stands: datetime | None = None
    #: Where it came in.
    desk: str
    handling: str
    #: Other agencies that had a hand in it, in order.
    others: tuple[str, ...]
    lines: tuple[Line, ...]
    #: What moved the promised date.
    moves: tuple[explained.Part, ...]
    ended: datetime | None
    result: Class | None
    qr: str


def slip(source: Source, now: datetime) -> Slip:
    """The slip of a case as far as it has come."""
    told, lines = source.record, tuple(_lines(source))
    found = timeliness.classify(told.due_at, told.ended_at, now)
    desk, handling = (source.office(source.agency(one)) for one in _OWN)
    return Slip(
        head=source.head(Kind.SLIP, source.agency("receiving"), None, now),
        code=source.code,
        contact=source.contact,
        procedure=source.procedure[1],
        received=source.received,
        promised=told.due_at,
        provisional=not told.ended_at and source.provisional(told.due_at, now),
        stands=_stands(source),
        desk=desk,
        handling=handling,
        others=tuple(_others(lines, {desk, handling})),
        lines=lines,
        moves=explained.explain(source.moves),
        ended=told.ended_at,
        result=found.by_minute if found and told.ended_at else None,
        qr=source.qr,
    )


def _stands(source: Source) -> datetime | None:
    """Since when nothing is promised any more, until the clock goes on."""
    since = None
    for at, change in source.moves:
        old, new = change.due
        if new is not None:
            since = None
        elif old is not None:
            since = at
    return since


def _others(lines: tuple[Line, ...], own: AbstractSet[str]) -> Iterator[str]:
    parties = (
        one
        for line in lines
        for one in (line.giver, *(r.party for r in line.receivers))
    )
    names = dict.fromkeys(one.agency for one in parties if one.agency)
    return (name for name in names if name not in own)


def _lines(source: Source) -> Iterator[Line]:
    dues: dict[Visit, datetime | None] = {}
    for step in source.steps:
        line = _line(source, step, dues)
        _count(step, dues)
        if line is not None:
            yield line


def _count(step: Step, dues: dict[Visit, datetime | None]) -> None:
    """What an act makes the steps due."""
    for element, occurrence, _, _, due in step.body.get("effect", {}).get("opened", ()):
        dues[element, occurrence] = _instant(due)
    for change in step.body["facts"].get("clock", ()):
        for element, occurrence, _, new in change["steps"]:
            dues[element, occurrence] = _instant(new)


def _line(
    source: Source, step: Step, dues: dict[Visit, datetime | None]
) -> Line | None:
    if step.type is EventType.HANDOVER_OFFERED:
        return _file(source, step)
    effect = step.body.get("effect", {})
    visit = _visit(step)
    opened = [(one[0], one[1]) for one in effect.get("opened", ())]
    moved = step.type in _MOVES
    ends = effect.get("status") == "completed"
    if not opened and not moved and not ends and not _closes(source, effect):
        return None
    done = step.type in _DONE and visit is not None
    at, due = real(step), dues.get(visit) if visit is not None else None
    found = timeliness.classify(due, at, at) if done else None
    return Line(
        at=at,
        kind=step.type,
        step=source.step_name(visit[0]) if visit else "",
        giver=source.did(step),
        receivers=tuple(
            _receiver(source, one, step)
            for one in ([visit] if moved and visit else opened)
        ),
        due=due if done else None,
        result=found.by_minute if found else None,
        target=_target(source, step),
        last=ends,
        remark=_remark(source, step),
    )


def _remark(source: Source, step: Step) -> str:
    """The comment of whoever completed a step, with a form of its own or without."""
    if step.type is not EventType.TASK_COMPLETED:
        return ""
    form = source.model.nodes[step.body["visit"][0]].work.form
    return source.said(step, comments.name_of(form))


def _file(source: Source, offered: Step) -> Line:
    """The physical file on its way, and when the other side took it over."""
    taker = offered.body["facts"]["taker"]
    meant = Receiver(step="", party=_holder(source, taker, offered))
    for step in source.steps[offered.seq :]:
        if step.type is EventType.HANDOVER_OFFERED:
            break
        if step.type is EventType.HANDOVER_ACCEPTED:
            party = source.did(step)
            meant = Receiver(step="", party=party, taken=real(step))
            break
    return Line(
        at=real(offered),
        kind=offered.type,
        step="",
        giver=source.did(offered),
        receivers=(meant,),
    )


def _holder(source: Source, position: str, step: Step) -> Party:
    """A position, whoever holds it."""
    found = source.organisation.positions.get(UUID(position))
    agency = {"agency": found.agency.hex} if found else {}
    return source.party({"position": position, **agency}, real(step))


def _closes(source: Source, effect: Any) -> bool:
    """Whether an act finished work, though it opened none (others are not done)."""
    return any(
        is_work(source.model.nodes[element]) and End(end) is End.COMPLETED
        for element, _, end in effect.get("closed", ())
    )


def _receiver(source: Source, visit: Visit, after: Step) -> Receiver:
    """Who takes work after an act; until somebody does, whose it is to be."""
    for step in source.steps[after.seq :]:
        if _visit(step) != visit:
            continue
        if step.type in _TAKES:
            return Receiver(
                step=source.step_name(visit[0]),
                party=source.did(step),
                taken=real(step),
            )
        if step.type in _MOVES:
            break
    return Receiver(step=source.step_name(visit[0]), party=_meant(source, visit, after))


def _meant(source: Source, visit: Visit, after: Step) -> Party:
    """Whose work it is by the record: the named agency and performer."""
    facts = after.body["facts"]
    if after.type is EventType.TASK_REASSIGNED:
        given = {"account": facts.get("to"), "position": facts.get("position")}
        return source.party({**given, "agency": facts["agency"]}, real(after))
    for step in reversed(source.steps[: after.seq]):
        for element, occurrence, performer, agency, _ in step.body.get(
            "effect", {}
        ).get("opened", ()):
            if (element, occurrence) == visit:
                party = source.party({"agency": agency}, real(after))
                return Party(agency=party.agency, position=performer)
    return Party()


def _target(source: Source, step: Step) -> str:
    target = step.body["facts"].get("target", "")
    return source.step_name(target) if target in source.model.nodes else ""


def _visit(step: Step) -> Visit | None:
    told = step.body.get("visit")
    return (told[0], told[1]) if told else None


def _instant(text: str | None) -> datetime | None:
    return None if text is None else iso8601.parse_instant(text)
