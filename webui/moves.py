"""Which open cases are due at another time by another edition of the calendar."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from engine.domain import calendar_content, dues
from engine.domain.calendar_content import Content
from engine.domain.calendars import Edition, Register
from engine.domain.case import Case, Task
from engine.domain.clock_state import Change
from engine.domain.model import Model, TimeLimit
from engine.evidence import retrace, sides
from engine.ports import UnitOfWork
from webui import context

#: Cases read at a time.
_BATCH = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An open case that is due at another time."""

    case: UUID
    code: str
    old: datetime | None
    new: datetime | None
    #: Steps that move, by name, with what they were and are due.
    steps: tuple[tuple[str, datetime | None, datetime | None], ...]
    #: The days on which the two calendars differ meanwhile.
    why: tuple[str, ...]


def found(
    app: context.Application, tenant: UUID, draft: Edition | None = None
) -> list[Move]:
    """The open cases that the calendars in force would move.

    Args:
        app: The installation.
        tenant: Whose cases.
        draft: Counted as if it were confirmed now; None: as things are.
    """
    with app.store.read(tenant) as uow:
        return [*_Finder(app, uow, draft).moves()]


class _Finder:
    def __init__(
        self, app: context.Application, uow: UnitOfWork, draft: Edition | None
    ) -> None:
        self._app = app
        self._uow = uow
        self._now = app.clock.now()
        self._register: Register = uow.calendars.register(app.engine.tools.calendar)
        if draft is not None:
            self._register = self._register.expecting(draft, self._now)
        self._changed = _changes(self._register, draft, self._now)
        self._models: dict[tuple[UUID, str], Model] = {}

    def moves(self) -> Iterator[Move]:
        """Walk through all open cases."""
        after: UUID | None = None
        while batch := self._uow.calendars.promised(after, _BATCH):
            for case, active in batch:
                move = self._move(case, active)
                if move is not None:
                    yield move
            after = batch[-1][0].id

    def _move(self, case: Case, active: Sequence[Task]) -> Move | None:
        calendar = self._register.in_force(case.agencies.handling, self._now)
        beside = self._beside(case) if case.sides else {}
        change = dues.recount(self._model(case), case, active, calendar, beside)
        if change is None:
            return None
        return Move(
            case=case.id,
            code=case.code,
            old=change.due[0],
            new=change.due[1],
            steps=tuple(_steps(change, active)),
            why=tuple(self._why(case, change)),
        )

    def _beside(self, case: Case) -> dict[str, TimeLimit]:
        """The limits of what was asked beside its steps."""
        steps = retrace.opened(self._uow.history.read(case.id, case.month))
        return {
            piece.element: one.limit
            for one in sides.record_of(steps).asked
            if one.limit is not None
            for piece in one.pieces
        }

    def _why(self, case: Case, change: Change) -> Iterator[str]:
        ends = [*change.due, *(one[3] for one in change.steps)]
        last = max((one.date() for one in ends if one), default=date.max)
        for day, name in self._changed:
            if case.opened_at.date() <= day <= last:
                yield f"{day:%d/%m/%Y} {name}".strip()

    def _model(self, case: Case) -> Model:
        key = case.procedure_version, case.process
        if key not in self._models:
            procedures = self._uow.procedures
            version = procedures.version(case.procedure_version)
            package = self._app.packages.published(version, procedures)
            self._models[key] = package.pool(case.process).model
        return self._models[key]


def _steps(
    change: Change, active: Sequence[Task]
) -> Iterator[tuple[str, datetime | None, datetime | None]]:
    names = {(one.element, one.occurrence): one.short_name for one in active}
    for element, occurrence, old, new in change.steps:
        yield names.get((element, occurrence), element), old, new


def _changes(
    register: Register, draft: Edition | None, now: datetime
) -> Sequence[tuple[date, str]]:
    """The days on which an edition differs from the one before, with their names."""
    if draft is None:
        return ()
    before = register.before(draft, now)
    return [*_days(before, draft.content)]


def _days(old: Content | None, new: Content) -> Iterator[tuple[date, str]]:
    for one in calendar_content.differences(old, new):
        if one.day is not None:
            yield one.day, getattr(one.after or one.before, "name", "")
