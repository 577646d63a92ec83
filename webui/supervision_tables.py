"""Tables of supervision: whose work is open, where it waits, and what is stuck."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Final
from uuid import UUID

import flask

from engine.domain.organisation import Organisation, Position
from engine.domain.supervision import CaseLine, Letter, Load, Waiting
from webui import formats, heat, letters
from webui.i18n import translate
from webui.supervision_asking import Asked
from webui.supervision_cells import Maker, since
from webui.tables import Cell, Table, numbers, words

_NAMES: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """Loads of one row, added up."""

    taken: int = 0
    free: int = 0
    late: int = 0
    soon: int = 0
    oldest: datetime | None = None

    @property
    def open(self) -> int:
        """All of it."""
        return self.taken + self.free

    def plus(self, one: Load) -> "Sum":
        """With one more."""
        oldest = one.oldest if self.oldest is None else min(self.oldest, one.oldest)
        return Sum(
            taken=self.taken + (0 if one.account is None else one.open),
            free=self.free + (one.open if one.account is None else 0),
            late=self.late + one.late,
            soon=self.soon + one.soon,
            oldest=oldest,
        )


class Tables(Maker):
    """Tables of open work and of what is stuck."""

    def __init__(self, asked: Asked, organisation: Organisation, today: date) -> None:
        super().__init__(asked, organisation)
        self._today = today
        self._holders = _holders(organisation, today)
        self._seats = _seats(organisation, today)
        # Many letters that fail are the same one of many cases.
        self._step = cache(letters.step)

    # Whose work.

    def people(self, loads: Iterable[Load], names: Mapping[UUID, str]) -> Table:
        """Claimed work by person, who has most of it first."""
        sums: dict[UUID, Sum] = {}
        for one in loads:
            if one.account is not None:
                sums[one.account] = sums.get(one.account, Sum()).plus(one)
        order = sorted(sums, key=lambda one: (-sums[one].open, names.get(one, "")))
        rows = []
        for account in order:
            found, name = sums[account], names.get(account, "–")
            link = {"nguoi": account.hex}
            rows.append(
                (
                    Cell(value=name),
                    self.work(found.open, name, link),
                    self.work(found.late, name, {**link, "han": "qua-han"}, tone=True),
                    self.work(found.soon, name, {**link, "han": "sap-den-han"}),
                    since(found.oldest),
                )
            )
        heads = numbers(*map(translate, ("Taken", "Overdue", "Due soon")))
        return self.table(
            "nguoi",
            translate("Work by person"),
            (*words(translate("Person")), *heads, *words(translate("Oldest since"))),
            rows,
            translate("Nobody has taken any work."),
        )

    def positions(self, loads: Iterable[Load]) -> Table:
        """Open work by unit and performer, with who holds the position today."""
        rows = []
        for (agency, performer), found in self._by_position(loads):
            link = self.place(agency, performer)
            name = performer or translate("Anybody of the unit")
            rows.append(
                (
                    Cell(value=name),
                    Cell(value=self.name(agency)),
                    Cell(value=self._held(agency, performer)),
                    self.work(found.free, name, {**link, "trang-thai": "chua-nhan"}),
                    self.work(found.taken, name, {**link, "trang-thai": "da-nhan"}),
                    self.work(found.late, name, {**link, "han": "qua-han"}, tone=True),
                    self.work(found.soon, name, {**link, "han": "sap-den-han"}),
                    since(found.oldest),
                )
            )
        first = words(*map(translate, ("Position's work", "Unit", "Held today by")))
        heads = ("Not taken", "Taken", "Overdue", "Due soon")
        last = words(translate("Oldest since"))
        return self.table(
            "vi-tri",
            translate("Work by position"),
            (*first, *numbers(*map(translate, heads)), *last),
            rows,
            translate("No work is open."),
        )

    def unassigned(self, loads: Iterable[Load]) -> Table:
        """Work that nobody holds a position for today, and nobody has taken."""
        rows = []
        for (agency, performer), found in self._by_position(loads):
            if self._seats.get((agency, performer)) or not found.free:
                continue
            if not performer and self._anybody(agency):
                continue
            exists = self.organisation.performs(performer, agency, self._today)
            why = (
                translate("Nobody holds the position today")
                if exists
                else translate("The unit has no such position")
            )
            name = performer or translate("Anybody of the unit")
            link = {**self.place(agency, performer), "trang-thai": "chua-nhan"}
            rows.append(
                (
                    Cell(value=name),
                    Cell(value=self.name(agency)),
                    Cell(value=why),
                    self.work(found.free, name, link, tone=True),
                    since(found.oldest),
                )
            )
        first = words(*map(translate, ("Position's work", "Unit", "Why")))
        return self.table(
            "chua-phan-cong",
            translate("Work that nobody is assigned to"),
            (
                *first,
                *numbers(translate("Work")),
                *words(translate("Oldest since")),
            ),
            rows,
            translate("All open work has somebody who holds its position today."),
        )

    def _by_position(self, loads: Iterable[Load]) -> list[tuple[tuple[UUID, str], Sum]]:
        sums: dict[tuple[UUID, str], Sum] = {}
        for one in loads:
            key = one.agency, one.performer
            sums[key] = sums.get(key, Sum()).plus(one)
        order = sorted(
            sums, key=lambda one: (-sums[one].late, -sums[one].open, one[1], one[0])
        )
        return [(one, sums[one]) for one in order]

    def _held(self, agency: UUID, performer: str) -> str:
        """The positions that do such work, each with how many hold it."""
        found = [
            f"{position.name} ({self._holders.get(position.id, 0)})"
            for position in self.organisation.positions.values()
            if position.agency == agency
            and position.performs(performer)
            and position.exists_on(self._today)
        ]
        more = len(found) - _NAMES
        named = ", ".join(sorted(found)[:_NAMES])
        return f"{named}, +{more}" if more > 0 else named

    def _anybody(self, agency: UUID) -> bool:
        return any(place == agency and held for (place, _), held in self._seats.items())

    # Where it waits.

    def steps(self, waiting: Iterable[Waiting]) -> Table:
        """Open work by step and by how long it has been open: a heat map."""
        found = sorted(waiting, key=lambda one: (-one.late, -one.open, one.step))
        scale = heat.Scale(max((n for one in found for n in one.ages), default=0))
        ages = [
            translate("under ½ day"),
            translate("½ to 1 day"),
            translate("1 to 2 days"),
            translate("over 2 days"),
        ]
        rows = []
        for one in found:
            code, name = self.asked.procedures.get(one.procedure, ("", "–"))
            link = {"quy-trinh": code, "buoc": one.element}
            cells = [
                self.work(
                    number,
                    f"{one.step}, {ages[age]}",
                    {**link, "tuoi": str(age)},
                    scale.level(number),
                )
                for age, number in enumerate(one.ages)
            ]
            late = {**link, "han": "qua-han"}
            rows.append(
                (
                    Cell(value=one.step),
                    Cell(value=name, address=self.map(code)),
                    *cells,
                    self.work(one.open, one.step, link),
                    self.work(one.late, one.step, late, tone=True),
                )
            )
        first = words(translate("Step"), translate("Procedure"))
        heads = (*ages, translate("Together"), translate("Overdue"))
        made = self.table(
            "buoc",
            translate("Where work waits, and how long"),
            (*first, *numbers(*heads)),
            rows,
            translate("No work is open."),
        )
        return replace(made, scale=scale.ranges)

    def stuck(
        self,
        incidents: Sequence[CaseLine],
        idle: Sequence[CaseLine],
        failing: Sequence[Letter],
    ) -> Table:
        """Cases that do not go on by themselves, and letters that fail."""
        rows = [
            *(
                self._line(one, translate("Stopped by an incident"))
                for one in incidents
            ),
            *(
                self._line(
                    one, translate("Nobody has work: waits for a letter or date")
                )
                for one in idle
            ),
            *(self._letter(one) for one in failing),
        ]
        heads = ("Case", "Procedure", "Unit", "Why", "Received", "Promised")
        return self.table(
            "mac-ket",
            translate("Stuck cases"),
            words(*map(translate, heads)),
            rows,
            translate("Nothing is stuck."),
        )

    def _line(self, one: CaseLine, what: str) -> tuple[Cell, ...]:
        return (
            *self._case(one.id, one.code, one.procedure, one.agency),
            Cell(value=what),
            Cell(value=formats.moment(one.opened_at)),
            Cell(value=formats.moment(one.due_at)),
        )

    def _letter(self, one: Letter) -> tuple[Cell, ...]:
        step = self._step(one.version, one.process, one.kind, one.name)
        said = translate(
            "Letter “%(name)s” fails (%(n)s attempts)", name=step, n=one.attempts
        )
        return (
            *self._case(one.case, one.code, one.procedure, one.agency),
            Cell(value=said, tone="late", detail=one.name),
            Cell(value=""),
            Cell(value=""),
        )

    def _case(
        self, case: UUID, code: str, procedure: UUID, agency: UUID
    ) -> tuple[Cell, ...]:
        name = self.asked.procedures.get(procedure, ("", "–"))[1]
        address = flask.url_for("cases.show", case=case)
        return (
            Cell(value=code, address=address),
            Cell(value=name),
            Cell(value=self.name(agency)),
        )


def _positions(organisation: Organisation, today: date) -> Iterable[Position]:
    return (one for one in organisation.positions.values() if one.exists_on(today))


def _holders(organisation: Organisation, today: date) -> dict[UUID, int]:
    """How many hold each position today."""
    found: dict[UUID, int] = {}
    for one in organisation.holders:
        if one.valid_from <= today <= one.valid_to:
            found[one.position] = found.get(one.position, 0) + 1
    return found


def _seats(organisation: Organisation, today: date) -> dict[tuple[UUID, str], int]:
    """How many hold a position of an agency that does a performer's work today."""
    holders = _holders(organisation, today)
    found: dict[tuple[UUID, str], int] = {}
    for position in _positions(organisation, today):
        for performer in position.performers:
            key = position.agency, performer
            found[key] = found.get(key, 0) + holders.get(position.id, 0)
    return found


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return (
        *("Taken", "Overdue", "Due soon", "Not taken", "Position's work", "Unit"),
        *("Held today by", "Why", "Case", "Procedure", "Received", "Promised"),
    )
