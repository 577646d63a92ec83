"""What every export says of a case: its beginning and the steps that were done.

What was asked beside a step (an opinion, a co-signature) is an event of its own when it
is asked, when it is said, and when nobody has to say it any more; its element is that
of the row of work (`engine.domain.side_work`), which no drawing has.

Each has its proof. No name is in it: who did a step is the id of an account, whose name
stands with the agency that keeps it. Of what people entered nothing is in it but the
comments of steps, where whoever gets the export asks for them and may see them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Any

from engine import erasure
from engine.domain import comments, on_paper, side_work
from engine.domain.events import EventType, Sealed
from engine.domain.model import Model, NodeKind
from engine.domain.side_work import Record, Told
from engine.evidence import retrace, sides
from engine.evidence.papers import source


class Transition(Enum):
    """What an event did to its piece of work, in the words of XES (IEEE 1849)."""

    #: It was asked for.
    SCHEDULE = "schedule"
    COMPLETE = "complete"
    #: Nobody has to do it any more.
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The signed head of the log that an export was made from."""

    origin: str = ""
    size: int = 0
    #: Root hash, hex; empty: nothing was signed yet.
    root: str = ""

    def text(self) -> str:
        """The head in one line."""
        return f"{self.origin} {self.size} {self.root}" if self.root else "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A step that was done, or what happened to a piece of side work."""

    element: str
    name: str
    at: datetime
    transition: Transition = Transition.COMPLETE
    #: Of side work: the element of the step beside which it was asked.
    beside: str = ""
    account: str = ""
    position: str = ""
    agency: str = ""
    #: When it was really done, and by which account, where that was on paper and was
    #: entered later (docs/manual/clock.md, rule 1).
    real: datetime | None = None
    hand: str = ""
    #: What was said beside the step; of what was erased, under which order.
    comment: str = ""
    #: Whether that is what was said, not what stands in its place.
    opened: bool = False
    #: Code, number and hash of the procedure's version in force.
    version: str = ""
    #: Number and leaf hash of the event that tells of it.
    seq: int = 0
    leaf: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A case."""

    code: str
    procedure: str
    opened: datetime
    due: datetime | None
    closed: datetime | None
    done: tuple[Done, ...]


def steps(
    events: Iterable[Sealed], model: Model, *, opens: bool = False
) -> tuple[Done, ...]:
    """The start, the activities that were completed, and the side work, in order.

    Args:
        events: the history of a case.
        model: what it runs on.
        opens: comments of steps are told, too.

    Raises:
        EvidenceError: The record is not what was sealed.
    """
    sealed, found = tuple(events), list[Done]()
    record = Record()
    for step, one in zip(retrace.opened(sealed), sealed, strict=True):
        told = sides.told_of(step)
        after = side_work.follow(record, told)
        found += _steps(step, one, model)
        found += _beside(step, one, model, (record, after, told))
        record = after
    return tuple(_said(found, sealed, model)) if opens else tuple(found)


def _said(
    done: Iterable[Done], sealed: Sequence[Sealed], model: Model
) -> Iterator[Done]:
    """The same with the comments of those who completed the steps."""
    opened = {step.seq: step for step in retrace.opened(sealed)}
    gone = erasure.orders(
        erasure.Remark(type=one.type, at=one.at, facts=one.body["facts"])
        for one in opened.values()
        if one.type in erasure.REMARKS
    )
    for one in done:
        step = opened[one.seq]
        node = model.nodes.get(one.element)
        own = step.type is EventType.TASK_COMPLETED and step.body["visit"][0]
        name = comments.name_of(node.work.form) if node else ""
        if own != one.element or name not in step.body.get("commitments", {}):
            yield one
        elif name in step.values:
            text = source.plain(step.values[name])
            yield replace(one, comment=text, opened=bool(text))
        else:
            order = gone.get(erasure.Value(step.seq, name))
            yield replace(one, comment=source.gone(order))


def _steps(step: retrace.Step, sealed: Sealed, model: Model) -> Iterator[Done]:
    visit = step.body.get("visit") or [""]
    for element in step.body.get("effect", {}).get("completed", ()):
        node = model.nodes.get(element)
        begins = node is not None and element in _begins(model)
        if node is None or not (begins or node.kind.value.lower().endswith("task")):
            continue
        done = _done(step, sealed, element=element, name=node.name or node.id)
        # What follows by itself was done by nobody.
        yield _by(done, step) if begins or element == visit[0] else done


def _beside(
    step: retrace.Step,
    sealed: Sealed,
    model: Model,
    told: tuple[Record, Record, Told],
) -> Iterator[Done]:
    """What an event did to side work: the record before and after it, what it says."""
    before, after, event = told
    said = event.type in side_work.GIVEN
    closing = Transition.COMPLETE if said else Transition.WITHDRAW
    changed = [(one.element, Transition.SCHEDULE) for one in side_work.opens(event)]
    changed += [(one, closing) for one in side_work.closes(before, event)]
    for element, transition in changed:
        asked = after.of(element)
        beside = asked.step[0] if asked else ""
        node = model.nodes.get(beside)
        name = side_work.name_of(element, (node.name if node else "") or beside)
        done = _done(step, sealed, element=element, name=name)
        yield replace(_by(done, step), transition=transition, beside=beside)


def _done(step: retrace.Step, sealed: Sealed, *, element: str, name: str) -> Done:
    """What happened, whoever did it."""
    return Done(
        element=element,
        name=name,
        at=step.at,
        version=_version(step.body.get("model")),
        seq=step.seq,
        leaf=sealed.leaf.hex(),
    )


def _by(done: Done, step: retrace.Step) -> Done:
    """The same, done by the doer of its event."""
    who: Mapping[str, str] = step.body.get("doer", {})
    paper = on_paper.of(step.body["facts"])
    return replace(
        done,
        account=who.get("account", ""),
        position=who.get("position", ""),
        agency=who.get("agency", ""),
        real=None if paper is None else paper.at,
        hand="" if paper is None else paper.by.hex,
    )


def _begins(model: Model) -> frozenset[str]:
    """The start events at which a case may begin."""
    root = model.root
    return frozenset(
        one
        for one in (*root.starts, *root.triggers)
        if model.nodes[one].kind is NodeKind.START_EVENT
    )


def _version(model: Mapping[str, Any] | None) -> str:
    if not model:
        return ""
    return f"{model['procedure']} {model['number']} {model['hash']}"
