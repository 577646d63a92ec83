"""What the address of a page of supervision asks for: units, procedure, one number.

Only supervised agencies count, whatever the address says; what makes no sense in it
counts as not asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any, Final
from uuid import UUID

import flask

from engine.domain import iso8601, supervision
from engine.domain.supervision import Behind, Group, Lateness, Moment, Pick, Range
from webui import context, month_upkeep

#: Name in the address -> which cases, and what they are called.
GROUPS: Final[Mapping[str, tuple[Group, str]]] = {
    "dang-xu-ly": (Group.RUNNING, "Running cases"),
    "qua-han": (Group.LATE, "Overdue cases"),
    "hom-nay": (Group.TODAY, "Cases due today"),
    "tam-dung": (Group.PAUSED, "Cases that are paused"),
    "su-co": (Group.INCIDENT, "Cases stopped by an incident"),
    "khong-viec": (Group.IDLE, "Cases in which nobody has work"),
}
ENDED: Final[Mapping[str, tuple[str, str]]] = {
    "da-xong": ("closed", "Cases that ended"),
    "dung-han": ("on-time", "Cases that ended on time"),
    "tre-han": ("late", "Cases that ended late"),
    "lam-lai": ("again", "Cases in which the step was done again"),
}
LATENESS: Final[Mapping[str, tuple[Lateness, str]]] = {
    "qua-han": (Lateness.LATE, "overdue"),
    "sap-den-han": (Lateness.SOON, "due soon"),
}
FREE: Final[Mapping[str, tuple[bool, str]]] = {
    "chua-nhan": (True, "not taken yet"),
    "da-nhan": (False, "in progress"),
}
AGES: Final = (
    "open under half a working day",
    "open half a day to one day",
    "open one to two days",
    "open over two days",
)
#: Stands for work that names nobody.
NOBODY: Final = "-"
_CHARS: Final = 200
PAGE: Final = 100
_LAST_PAGE: Final = 10_000


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose work and cases are looked at, and when."""

    #: Agency as the address writes it; empty: every supervised one.
    unit: str
    #: Code of a procedure; empty: all.
    procedure: str
    #: The unit without what is under it.
    alone: bool
    of: Range
    at: Moment
    #: Id -> code and name.
    procedures: Mapping[UUID, tuple[str, str]]

    def query(self, **more: Any) -> dict[str, Any]:
        """The same range as parts of an address."""
        alone = "1" if self.alone else ""
        parts = {"don-vi": self.unit, "rieng": alone, "quy-trinh": self.procedure}
        parts.update(more)
        return {name: value for name, value in parts.items() if value not in ("", None)}

    @cached_property
    def months(self) -> tuple[int, ...]:
        """The months that are shown."""
        return month_upkeep.months(self.at.now)


def units() -> dict[UUID, str]:
    """The agencies that the reader supervises, by name."""
    agencies = context.organisation_now().agencies
    seen = agencies.keys() & context.current_actor().supervised
    named = sorted((agencies[one].name, one) for one in seen)
    return {one: name for name, one in named}


def asked(arguments: Mapping[str, str] | None = None) -> Asked:
    """Read the range from the address, or from a form."""
    given = flask.request.args if arguments is None else arguments
    actor, now = context.current_actor(), context.now()
    procedures = context.application().supervision.procedures(actor.tenant)
    code = given.get("quy-trinh", "")[:_CHARS]
    known = {name: one for one, (name, _) in procedures.items()}
    unit = _id(given.get("don-vi", ""))
    agencies = actor.supervised
    if unit is not None and unit in agencies:
        # A unit is looked at with everything under it.
        below = context.organisation_now().below([unit]) & agencies
        agencies = frozenset({unit}) if given.get("rieng") == "1" else below
    else:
        unit = None
    tomorrow = iso8601.midnight(iso8601.day(now) + timedelta(days=1))
    return Asked(
        unit=unit.hex if unit else "",
        procedure=code if code in known else "",
        alone=unit is not None and given.get("rieng") == "1",
        of=Range(agencies=agencies, procedure=known.get(code)),
        at=supervision.moment(context.edges(now), tomorrow, context.calendar()),
        procedures=procedures,
    )


def pick(arguments: Mapping[str, str]) -> Pick:
    """The open work behind a number."""
    performer = arguments.get("vai")
    age = arguments.get("tuoi", "")
    element = arguments.get("buoc", "")[:_CHARS]
    how = LATENESS.get(arguments.get("han", ""))
    free = FREE.get(arguments.get("trang-thai", ""))
    if performer is not None:
        performer = "" if performer == NOBODY else performer[:_CHARS]
    return Pick(
        performer=performer,
        account=_id(arguments.get("nguoi", "")),
        free=None if free is None else free[0],
        element=element or None,
        lateness=None if how is None else how[0],
        age=int(age) if age in {str(n) for n in range(len(AGES))} else None,
    )


def behind(arguments: Mapping[str, str], months: tuple[int, ...]) -> Behind:
    """The cases behind a number: running ones, or those of months."""
    page = page_of(arguments)
    ended = ENDED.get(arguments.get("ket-thuc", ""))
    if ended is None:
        group = GROUPS.get(arguments.get("loai", ""), GROUPS["dang-xu-ly"])[0]
        return Behind(group=group, limit=PAGE + 1, offset=page * PAGE)
    chosen = arguments.get("thang", "")
    month = int(chosen) if chosen in {str(one) for one in months} else 0
    return Behind(
        ended=ended[0],
        months=(month or months[0], month or months[-1]),
        element=arguments.get("buoc", "")[:_CHARS],
        limit=PAGE + 1,
        offset=page * PAGE,
    )


def page_of(arguments: Mapping[str, str]) -> int:
    """The page of a list, from 0."""
    text = arguments.get("trang", "")
    known = text.isdecimal() and len(text) <= len(str(_LAST_PAGE))
    return min(max(int(text) - 1, 0), _LAST_PAGE) if known else 0


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def messages() -> tuple[str, ...]:
    """Every message id of a table, for the test of the catalogues."""
    tables = (GROUPS, ENDED, LATENESS, FREE)
    return (*(name for table in tables for _, name in table.values()), *AGES)
