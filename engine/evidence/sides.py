"""Side work as the record of a case tells it (docs/manual/people.md, 5-8)."""

from collections.abc import Iterable, MutableMapping
from dataclasses import replace
from uuid import UUID

from engine.domain import on_paper, side_work
from engine.domain.case import Task, TaskMove
from engine.domain.model import TimeLimit
from engine.domain.side_work import Key, Piece, Record, Told
from engine.evidence.chained import Step


def told_of(step: Step) -> Told:
    """What an opened event says of side work."""
    body = step.body
    element, occurrence = body.get("visit") or ("", 0)
    closed = body.get("effect", {}).get("closed", ())
    return Told(
        seq=step.seq,
        at=step.real,
        type=step.type,
        visit=(element, occurrence),
        facts=body["facts"],
        doer=body["doer"],
        closed=tuple((one[0], one[1]) for one in closed),
    )


def record_of(steps: Iterable[Step]) -> Record:
    """Everything that was asked beside the steps of a case."""
    record = Record()
    for step in steps:
        record = side_work.follow(record, told_of(step))
    return record


class Sides:
    """Follows side work, and with it its rows of work."""

    def __init__(self) -> None:
        self.record = Record()
        #: What the last event opened and closed.
        self.opened: tuple[Piece, ...] = ()
        self.closed: tuple[Key, ...] = ()

    def take(self, step: Step, tasks: MutableMapping[Key, Task]) -> None:
        """Follow an event; rows come and go in `tasks`.

        Raises:
            LookupError, TypeError, ValueError: It is no event that a case can hold.
        """
        told = told_of(step)
        self.opened = side_work.opens(told)
        ended = side_work.closes(self.record, told)
        self.closed = tuple((element, 1) for element in ended)
        self.record = side_work.follow(self.record, told)
        for key in self.closed:
            tasks[key] = _over(tasks[key], told)
        if self.opened:
            asked = self.record.asked[-1]
            for piece in self.opened:
                beside = tasks[asked.step]
                tasks[piece.key] = side_work.row(piece, beside, step.real, asked.due)

    def limit(self, element: str) -> TimeLimit | None:
        """The limit of a row."""
        asked = self.record.of(element)
        return None if asked is None else asked.limit


def _over(task: Task, told: Told) -> Task:
    """A row that was answered, or that nobody has to answer any more."""
    if told.type not in side_work.GIVEN:
        return task.cancelled(told.at)
    doer = {name: UUID(value) for name, value in told.doer.items()}
    sheet = on_paper.of(told.facts)
    return replace(
        task.move(TaskMove.COMPLETE),
        closed_at=told.at,
        assignee=doer.get("account"),
        position=doer.get("position"),
        on_behalf_of=doer.get("on_behalf_of"),
        hand=None if sheet is None else sheet.by,
    )
