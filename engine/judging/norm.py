"""What a case is judged by: the version it runs on, the people, the calendar.

Everything here is made of records that are no part of the case itself; the same norm
serves every case of a version.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

from engine.domain import drawn_ending
from engine.domain.calendars import Register
from engine.domain.events import EventType
from engine.domain.model import Model, four_eyes_pairs
from engine.forms.form import Form
from engine.package import Package, recording
from engine.ports import Services

Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What the record of a procedure tells of one version."""

    #: Accounts in hex; empty where the record is silent.
    author: str = ""
    publisher: str = ""
    procedure: str = ""
    number: int = 0
    hash: str = ""
    published_at: datetime | None = None
    retired_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Norm:
    """A version as the cases of one of its processes are judged by it."""

    package: Package
    life: Life
    #: Names that some form of the procedure asks for.
    asked: frozenset[str]
    #: Steps that somebody else must do, by step.
    partners: Mapping[str, tuple[str, ...]]
    #: What the forms of a message ask for, by its name.
    messages: Mapping[str, frozenset[str]] = field(default_factory=dict)
    #: How the dossier ends at the elements that say so; the forms of the steps that
    #: record facts of it.
    endings: Mapping[str, str] = field(default_factory=dict)
    recording: Mapping[str, Form] = field(default_factory=dict)

    @property
    def model(self) -> Model:
        """The model that its cases run."""
        return self.package.model

    def form(self, name: str) -> Form | None:
        """A form of the version."""
        return self.package.forms.get(name)


class Norms(Protocol):
    """Finds what a case is judged by."""

    def of(self, version: str, process: str) -> Norm | None:
        """The norm of a version (id in hex) and process; None: there is no such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all cases of an installation are judged by."""

    norms: Norms
    services: Services
    #: Every edition of the calendars that was ever in force.
    calendars: Register


def norm_of(package: Package, life: Life) -> Norm:
    """Work out what every event of every case of a version is asked for."""
    model = package.model
    asked = frozenset(
        one.key
        for form in package.forms.values()
        for one in form.fields
        if not one.readonly
    )
    messages: dict[str, frozenset[str]] = {}
    for node in model.nodes.values():
        event = node.event
        form = package.forms.get(event.form)
        if form is not None:
            known = messages.get(event.name, frozenset())
            messages[event.name] = known | frozenset(form.keys)
    return Norm(
        package=package,
        life=life,
        asked=asked,
        partners=four_eyes_pairs(model),
        messages=messages,
        endings=drawn_ending.endings(model),
        recording=recording(package),
    )


_LIVES: Final = frozenset(
    {
        EventType.VERSION_UPLOADED.value,
        EventType.VERSION_PUBLISHED.value,
        EventType.VERSION_RETIRED.value,
    }
)


def lives(events: Iterable[tuple[datetime, Body]]) -> dict[str, Life]:
    """The lives of the versions of a procedure, by id in hex, from its stream."""
    found: dict[str, dict[str, Any]] = {}
    authors: set[str] = set()
    code = ""
    for at, body in events:
        kind, facts = body["type"], body["facts"]
        if kind not in _LIVES:
            continue
        code = facts.get("procedure", code)
        life = found.setdefault(facts["version"], {})
        life |= {"number": facts["number"], "hash": facts["hash"], "procedure": code}
        doer = body["doer"].get("account", "")
        if kind == EventType.VERSION_UPLOADED.value:
            # A version that follows a called procedure keeps the author of the one
            # before; nobody else is named so.
            named = facts.get("author", doer)
            life["author"] = named if named in authors else doer
            authors.add(life["author"])
        elif kind == EventType.VERSION_PUBLISHED.value:
            life |= {"publisher": doer, "published_at": at}
        else:
            life["retired_at"] = at
    return {version: Life(**life) for version, life in found.items()}
