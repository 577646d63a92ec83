"""What the address of a worklist asks for, and the filters as the page shows them.

Every state of the list is an address. What makes no sense in it counts as not asked.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import flask
from werkzeug.datastructures import MultiDict

from engine.domain.case import TaskStatus
from engine.domain.organisation import Actor, Role
from engine.domain.urgency import Urgency
from engine.queries import Choice, Facets, Place, Scope
from webui import context, words
from webui.i18n import translate

#: Of the address -> the scope, and its name.
SCOPES: Final[Mapping[str, tuple[Scope, str]]] = {
    "vi-tri": (Scope.POSITIONS, "Me and my positions"),
    "cua-toi": (Scope.MINE, "Only me"),
    "tu-do": (Scope.FREE, "Taken by nobody"),
    "giam-sat": (Scope.SUPERVISED, "Units I supervise"),
}
URGENCIES: Final[Mapping[str, tuple[Urgency, str]]] = {
    "qua-han-lau": (Urgency.SERIOUS, "Seriously overdue"),
    "qua-han": (Urgency.LATE, "Overdue"),
    "sap-den-han": (Urgency.SOON, "Due soon"),
    "con-han": (Urgency.LATER, "Not due yet"),
    "tam-dung": (Urgency.PAUSED, "Paused"),
    "khong-han": (Urgency.NONE, "Without due date"),
}
#: Why the work of a group has no due date, where its name does not say so.
WHY: Final[Mapping[Urgency, str]] = {
    Urgency.PAUSED: "No due date while the clock of the case stands: it waits for a"
    " supplement, a payment or another agency, or is suspended."
}
STATUSES: Final[Mapping[str, tuple[TaskStatus, str]]] = {
    "chua-nhan": (TaskStatus.OPEN, "Not taken yet"),
    "dang-lam": (TaskStatus.CLAIMED, "In progress"),
}
#: Filters of the address, in the order of the page.
FILTERS: Final = ("han", "trang-thai", "quy-trinh", "buoc", "don-vi", "kenh")
TITLES: Final[Mapping[str, str]] = {
    "han": "Urgency",
    "trang-thai": "State",
    "quy-trinh": "Procedure",
    "buoc": "Step",
    "don-vi": "Unit",
    "kenh": "Received by",
}
_NO_NAME: Final = ("", "")
_WORD_CHARS: Final = 100
_VALUES: Final = 50
#: Options shown of one filter; more are found by narrowing another.
_OPTIONS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """Where a page begins or ends, and the instant that told the urgencies."""

    at: datetime
    place: Place

    def text(self) -> str:
        """As the address carries it."""
        one = self.place
        due = None if one.due_at is None else one.due_at.isoformat()
        values = [self.at.isoformat(), one.urgency.value, due]
        values += [one.opened_at.isoformat(), one.case.hex, one.element]
        packed = json.dumps([*values, one.occurrence], separators=(",", ":"))
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def cursor(text: str) -> Cursor | None:
    """Read a cursor; None for what is none."""
    try:
        padded = text + "=" * (-len(text) % 4)
        values = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        at, urgency, due, opened, case, element, occurrence = values
        place = Place(
            urgency=Urgency(urgency),
            due_at=None if due is None else _instant(due),
            opened_at=_instant(opened),
            case=UUID(case),
            element=str(element)[:_WORD_CHARS],
            occurrence=int(occurrence),
        )
        return Cursor(at=_instant(at), place=place)
    except (ValueError, TypeError, AttributeError, binascii.Error, OverflowError):
        return None


def _instant(text: str) -> datetime:
    """An aware instant. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError(text)
    return at


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the address asks for."""

    scope: str
    text: str = ""
    #: Filter of the address -> the values chosen, as the address writes them.
    chosen: Mapping[str, tuple[str, ...]]
    after: Cursor | None = None
    before: Cursor | None = None

    def query(self) -> list[tuple[str, str]]:
        """The list without its page, as pairs."""
        pairs = [("nhom", self.scope)]
        pairs += [("tim", self.text)] if self.text else []
        pairs += [(name, one) for name in FILTERS for one in self.chosen[name]]
        return pairs

    def address(self, endpoint: str = "worklist.show", **more: Any) -> str:
        """The address of the list, from its first page on unless told otherwise."""
        values: dict[str, Any] = {}
        for name, value in self.query():
            values.setdefault(name, []).append(value)
        return flask.url_for(endpoint, **values, **more)

    def without(self, name: str, value: str) -> "Asked":
        """The list with one value of a filter less."""
        left = tuple(one for one in self.chosen[name] if one != value)
        return replace(self, chosen={**self.chosen, name: left})

    def wordless(self) -> "Asked":
        """The list without the words."""
        return replace(self, text="")

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text) or any(self.chosen.values())

    def choice(self) -> Choice:
        """What is asked of the database."""
        return Choice(
            scope=SCOPES[self.scope][0],
            text=self.text,
            procedures=frozenset(self.chosen["quy-trinh"]),
            steps=frozenset(self.chosen["buoc"]),
            urgencies=frozenset(URGENCIES[one][0] for one in self.chosen["han"]),
            statuses=frozenset(STATUSES[one][0] for one in self.chosen["trang-thai"]),
            agencies=frozenset(map(UUID, self.chosen["don-vi"])),
            channels=frozenset(self.chosen["kenh"]),
        )


def scopes_of(actor: Actor) -> tuple[str, ...]:
    """The scopes that somebody has, the usual one first."""
    own = ("vi-tri", "cua-toi", "tu-do") if Role.CLERK in actor.account.roles else ()
    above = ("giam-sat",) if Role.SUPERVISOR in actor.account.roles else ()
    return own + above


def asked(arguments: MultiDict[str, str], actor: Actor) -> Asked:
    """Read the address."""
    scopes = scopes_of(actor)
    scope = arguments.get("nhom", "")
    known = {
        "han": frozenset(URGENCIES),
        "trang-thai": frozenset(STATUSES),
        "kenh": frozenset(words.RECEIVED),
    }
    chosen = {}
    for name in FILTERS:
        values = dict.fromkeys(arguments.getlist(name)[:_VALUES])
        chosen[name] = tuple(
            value
            for value in values
            if value
            and len(value) <= _WORD_CHARS
            and (name not in known or value in known[name])
            and (name != "don-vi" or _is_id(value))
        )
    return Asked(
        scope=scope if scope in scopes else scopes[0],
        text=arguments.get("tim", "").strip()[:_WORD_CHARS],
        chosen=chosen,
        after=cursor(arguments.get("sau", "")),
        before=cursor(arguments.get("truoc", "")),
    )


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


# The filters as the page shows them.


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One value of a filter."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A filter with its values."""

    name: str
    title: str
    options: tuple[Option, ...]
    #: How many values are not shown.
    hidden: int = 0


Named = Iterable[tuple[str, str, int]]


def filters(wanted: Asked, facets: Facets) -> Iterator[Filter]:
    """Every filter with its counts; of long ones what there is most of."""
    names = facets.names
    agencies = context.organisation_now().agencies
    procedures = facets.procedures.items()
    known: Mapping[str, tuple[Named, bool]] = {
        "han": (
            (
                (key, translate(word), facets.urgencies.get(one, 0))
                for key, (one, word) in URGENCIES.items()
            ),
            False,
        ),
        "trang-thai": (
            (
                (key, translate(word), facets.statuses.get(one, 0))
                for key, (one, word) in STATUSES.items()
            ),
            False,
        ),
        "quy-trinh": (((*names.get(one, _NO_NAME), n) for one, n in procedures), True),
        "buoc": (((one, one, n) for one, n in facets.steps.items()), True),
        "don-vi": (
            (
                (str(one), agencies[one].name if one in agencies else "–", n)
                for one, n in facets.agencies.items()
            ),
            True,
        ),
        "kenh": (
            (
                (one, translate(words.RECEIVED.get(one, one)), n)
                for one, n in facets.channels.items()
            ),
            True,
        ),
    }
    for name in FILTERS:
        values, by_count = known[name]
        yield _filter(wanted, name, [*values], by_count=by_count)


def _filter(
    wanted: Asked, name: str, values: Sequence[tuple[str, str, int]], *, by_count: bool
) -> Filter:
    chosen = wanted.chosen[name]
    missing = {*chosen} - {value for value, _, _ in values}
    options = [
        Option(value=value, label=label, count=count, chosen=value in chosen)
        for value, label, count in (*values, *((one, one, 0) for one in missing))
        if value
    ]
    if by_count:
        options.sort(key=lambda one: (not one.chosen, -one.count, one.label))
    shown = options[:_OPTIONS] if by_count else options
    return Filter(
        name=name,
        title=translate(TITLES[name]),
        options=tuple(shown),
        hidden=len(options) - len(shown),
    )


def messages() -> tuple[str, ...]:
    """Every message id that a table gives, for the test of the catalogues."""
    tables = (SCOPES, URGENCIES, STATUSES)
    named = (word for table in tables for _, word in table.values())
    return (*named, *TITLES.values(), *WHY.values())
