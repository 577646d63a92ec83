"""Tables of punctuality: what was on time, by a part, against the target that holds."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from engine.domain import iso8601, supervision
from engine.domain.figures import Cases, Key, Steps
from engine.domain.targets import Targets
from webui import context, formats
from webui.i18n import translate
from webui.supervision_cells import Maker
from webui.tables import Cell, Column, Table, numbers, words

#: Name in the address -> part of the key, what a row is called.
PARTS: Final[Mapping[str, tuple[str, str]]] = {
    "quy-trinh": ("procedure", "Procedure"),
    "don-vi": ("unit", "Unit"),
    "thang": ("month", "Month"),
    "buoc": ("step", "Step"),
}


class Shares(Maker):
    """Tables of what ended, and of steps that were done."""

    def shares(
        self, part: str, found: Sequence[Cases | Steps], targets: Targets
    ) -> Table:
        """What was on time, by a part, with the target that holds."""
        rows = [self._share(part, one, targets) for one in found]
        rows.sort(key=lambda row: str(row[0].value) if part != "thang" else "")
        column = translate(PARTS[part][1])
        names = [
            translate("Steps done") if part == "buoc" else translate("Cases that ended")
        ]
        names += [translate("With a due date"), translate("On time")]
        names += [translate("Percent on time"), translate("Target in percent")]
        first: tuple[Column, ...] = words(column)
        if part == "buoc":
            first += words(translate("Procedure"))
            names += [translate("Done again")]
        last: tuple[Column, ...] = words(translate("Against the target"))
        if part == "buoc":
            last += words(translate("Working time, on average"))
        key = {"thang": "xu-huong"}.get(part, f"dung-han-{part}")
        made = self.table(
            key,
            translate("On time by %(part)s, 12 months", part=column.lower()),
            (*first, *numbers(*names), *last),
            rows,
            translate("Nothing ended in these months."),
        )
        return replace(made, scrolls=part == "thang")

    def _share(
        self, part: str, one: Cases | Steps, targets: Targets
    ) -> tuple[Cell, ...]:
        key = one.key
        name, link = self._named(part, one)
        number = one.closed if isinstance(one, Cases) else one.done
        percent = share_of(one.on_time, one.due)
        goal = self.target(part, one, targets)
        late = one.due - one.on_time
        tone = "late" if percent is not None and goal and percent < goal else ""
        cells = [
            Cell(value=name),
            self.cases(number, name, {**link, "ket-thuc": "da-xong"}),
            Cell(value=one.due),
            self.cases(one.on_time, name, {**link, "ket-thuc": "dung-han"}),
            Cell(value=percent, tone=tone),
            Cell(value=goal),
        ]
        if isinstance(one, Steps):
            code, called = self.asked.procedures.get(UUID(key.procedure), ("", "–"))
            cells.insert(1, Cell(value=called, address=self.map(code)))
            cells.append(self.cases(one.again, name, {**link, "ket-thuc": "lam-lai"}))
        cells.append(
            Cell(
                value=_against(percent, goal, (one.on_time, one.due)),
                tone=tone,
                address=self.ended({**link, "ket-thuc": "tre-han"}) if late else "",
            )
        )
        if isinstance(one, Steps):
            mean = one.minutes // one.done if one.done else 0
            cells.append(Cell(value=formats.words(mean, context.calendar())))
        return tuple(cells)

    def _named(self, part: str, one: Cases | Steps) -> tuple[str, dict[str, str]]:
        """How a row is called, and what its addresses hold."""
        key = one.key
        if part == "buoc":
            code = self.asked.procedures.get(UUID(key.procedure), ("", ""))[0]
            return key.step or key.element, {"buoc": key.element, "quy-trinh": code}
        if part == "don-vi":
            assert key.agency is not None  # noqa: S101 - grouped by it
            # A unit alone, without what is under it: a name for `cases` to filter by.
            return self.name(key.agency), {"don-vi": key.agency.hex, "rieng": "1"}
        if part == "thang":
            year, month = key.month.split("-")
            return f"{month}/{year}", {"thang": f"{year}{month}"}
        code, name = self.asked.procedures.get(UUID(key.procedure), ("", "–"))
        return name, {"quy-trinh": code}

    def target(self, part: str, one: Cases | Steps, targets: Targets) -> float | None:
        """The target of a row in percent; a month has that of its last day."""
        day = iso8601.day(self.asked.at.now)
        agency, procedure = self.scope, self.asked.of.procedure
        if part == "thang":
            month = int(one.key.month.replace("-", ""))
            end = supervision.begin_of(supervision.next_month(month))
            day = min(day, iso8601.day(end) - date.resolution)
        if part == "don-vi" and one.key.agency is not None:
            agency = one.key.agency
        if one.key.procedure:
            procedure = UUID(one.key.procedure)
        if agency is None:
            return None
        found = targets.of(agency, procedure, day, one.key.element)
        return None if found is None else found.percent

    @property
    def scope(self) -> UUID | None:
        """The agency whose target holds for everything shown: the one on top."""
        agencies = self.organisation.agencies
        seen = self.asked.of.agencies
        if self.asked.unit:
            return UUID(self.asked.unit)
        tops = [one for one in sorted(seen) if agencies[one].parent not in seen]
        return tops[0] if len(tops) == 1 else None


def nothing(month: str) -> Cases:
    """A month in which no case ended."""
    return Cases(key=Key(month=month))


def share_of(part: int, whole: int) -> float | None:
    """A share in percent with one decimal; None: of nothing."""
    return round(100 * part / whole, 1) if whole else None


def _against(percent: float | None, goal: float | None, share: tuple[int, int]) -> str:
    """How a share stands to its target, with numerator and denominator."""
    if percent is None or goal is None:
        return ""
    below = translate("below the target")
    said = below if percent < goal else translate("reaches the target")
    return f"{said} ({share[0]}/{share[1]})"


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    return tuple(name for _, name in PARTS.values())
