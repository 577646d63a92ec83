"""A dossier as JSON text: in its row, one text for one dossier.

The row is derived: what a case's record tells, kept so that lists and reports need not
read every event. It holds facts alone, no values that people entered.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any, Final

from engine.domain import clock_text, portal
from engine.domain.dossier_record import (
    Component,
    Dossier,
    Ending,
    Fee,
    Handover,
    Payment,
    ResultDocument,
    Span,
)
from engine.domain.iso8601 import day, parse_instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a record tells of a dossier, and since when it tells that."""

    dossier: Dossier
    #: When the last event that changed it was recorded.
    changed_at: datetime
    #: The field of its procedure.
    field: str = ""

    @property
    def state(self) -> portal.PortalState:
        """The state on the portal by the table of the day of the last change."""
        return portal.state(self.dossier, day(self.changed_at))


def dump(dossier: Dossier) -> str:
    """The text of a dossier; what is as in an empty one is left out."""
    empty = Dossier()
    told = {
        each.name: _plain(value)
        for each in fields(dossier)
        if (value := getattr(dossier, each.name)) != getattr(empty, each.name)
    }
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def load(text: str) -> Dossier:
    """The dossier of a text that `dump` made.

    Raises:
        ValueError, LookupError, TypeError: It is none.
    """
    told = json.loads(text)
    read = {name: _READ.get(name, _same)(value) for name, value in told.items()}
    return replace(Dossier(), **read)


def _plain(value: object) -> object:
    """A value as JSON."""
    if isinstance(value, datetime):
        return clock_text.instant(value)
    if isinstance(value, Ending):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "__dataclass_fields__"):
        named: Any = value
        return {each.name: _plain(getattr(named, each.name)) for each in fields(named)}
    return value


def _same(value: Any) -> Any:
    return value


def _components(told: Any) -> tuple[Component, ...]:
    return tuple(Component(**one) for one in told)


def _timed(told: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """A record whose named values are instants."""
    read = dict(told)
    for name in names:
        if read[name] is not None:
            read[name] = parse_instant(read[name])
    return read


def _handover(told: Mapping[str, Any]) -> Handover:
    given = {"originals": _components(told["originals"])}
    return Handover(**(_timed(told, "at") | given))


_READ: Final[Mapping[str, Any]] = {
    **dict.fromkeys(
        ("received_at", "due_at", "promised_at", "returned_at", "ended_at"),
        parse_instant,
    ),
    **dict.fromkeys(("components", "given_back"), _components),
    **dict.fromkeys(("ending", "said"), Ending),
    "fees": lambda told: tuple(Fee(**one) for one in told),
    "payments": lambda told: tuple(Payment(**_timed(one, "at")) for one in told),
    "supplements": lambda told: tuple(
        Span(**_timed(one, "began", "ended")) for one in told
    ),
    "waits": lambda told: tuple((wait, cause) for wait, cause in told),
    "result": lambda told: ResultDocument(**_timed(told, "at")),
    "handover": _handover,
}
