"""The organisation as its page tells it: the tree, who holds what, what was changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from engine.domain.events import EventType
from engine.domain.organisation import (
    Account,
    Agency,
    Holder,
    Organisation,
    Position,
    Role,
)
from engine.evidence import record
from webui import context, formats, words
from webui.i18n import translate

_NOBODY = "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """Somebody who holds a position today, or will."""

    holder: Holder
    name: str
    #: From when to when, as far as it is not for ever.
    span: str
    #: The account is closed: nobody works in the position.
    closed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A position with those who hold it."""

    position: Position
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """An agency with its positions; `depth` counts the agencies above it."""

    agency: Agency
    depth: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One act in the record of the organisation."""

    at: datetime
    who: str
    what: str
    about: str


def branches(
    organisation: Organisation, people: Mapping[UUID, Account]
) -> list[Branch]:
    """Every agency under the one above it, by name."""
    below: dict[UUID | None, list[Agency]] = {}
    for agency in sorted(organisation.agencies.values(), key=lambda one: one.name):
        known = agency.parent if agency.parent in organisation.agencies else None
        below.setdefault(known, []).append(agency)
    places = _places(organisation, people)
    found: list[Branch] = []
    waiting = [(agency, 0) for agency in reversed(below.get(None, []))]
    while waiting:
        agency, depth = waiting.pop()
        own = tuple(places.get(agency.id, ()))
        found.append(Branch(agency=agency, depth=depth, places=own))
        waiting.extend((one, depth + 1) for one in reversed(below.get(agency.id, [])))
    return found


def _places(
    organisation: Organisation, people: Mapping[UUID, Account]
) -> dict[UUID, list[Place]]:
    """The positions of each agency, by name."""
    held: dict[UUID, list[Held]] = {}
    for one in sorted(organisation.holders, key=lambda each: each.valid_from):
        # What ended before today, or was taken back before it began, is history.
        if one.valid_to >= max(context.today(), one.valid_from):
            held.setdefault(one.position, []).append(_held(one, people))
    found: dict[UUID, list[Place]] = {}
    for position in sorted(organisation.positions.values(), key=lambda one: one.name):
        place = Place(position=position, held=tuple(held.get(position.id, ())))
        found.setdefault(position.agency, []).append(place)
    return found


def _held(holder: Holder, people: Mapping[UUID, Account]) -> Held:
    account = people.get(holder.account)
    return Held(
        holder=holder,
        name=account.name if account else _NOBODY,
        span=span(holder.valid_from, holder.valid_to),
        closed=account is None
        or not (account.active and context.today() <= account.valid_to),
    )


def span(first: date, last: date) -> str:
    """From when to when; nothing for always."""
    told = []
    if first != date.min:
        told.append(translate("from %(day)s", day=formats.day(first)))
    if last != date.max:
        told.append(translate("to %(day)s", day=formats.day(last)))
    return " ".join(told)


def changes(
    bodies: Iterable[bytes],
    organisation: Organisation,
    people: Mapping[UUID, Account],
) -> list[Change]:
    """The latest acts, in words."""
    return [_change(record.parse(body), organisation, people) for body in bodies]


def _change(
    body: Mapping[str, Any], organisation: Organisation, people: Mapping[UUID, Account]
) -> Change:
    doer = body["doer"].get("account")
    return Change(
        at=datetime.fromisoformat(body["at"]),
        who=_name(doer, people) if doer else translate("the installation"),
        what=translate(words.EVENT[EventType(body["type"])]),
        about=" · ".join(filter(None, _about(body["facts"], organisation, people))),
    )


def _about(
    facts: Mapping[str, Any], organisation: Organisation, people: Mapping[UUID, Account]
) -> Iterable[str]:
    """What an act was about: names in place of ids, and the days."""
    yield str(facts.get("name", ""))
    if "phone" in facts:
        agency = organisation.agencies.get(UUID(facts["agency"]))
        yield agency.name if agency else _NOBODY
        yield from (facts["address"], facts["phone"])
    if "position" in facts and "name" not in facts:
        position = organisation.positions.get(UUID(facts["position"]))
        yield position.name if position else _NOBODY
    if "account" in facts:
        yield _name(facts["account"], people)
    if "roles" in facts:
        yield ", ".join(translate(words.ROLE[Role(each)]) for each in facts["roles"])
    first, last = (
        date.fromisoformat(facts[one]) if one in facts else None
        for one in ("from", "to")
    )
    yield span(first or date.min, last or date.max)


def _name(account: str, people: Mapping[UUID, Account]) -> str:
    found = people.get(UUID(account))
    return found.name if found else _NOBODY
