"""What goes into a bundle beside the proofs, for reading: tables and plain documents.

Pure: values go in, bytes of entries come out.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from engine.domain import working_time
from engine.domain.events import Sealed
from engine.domain.organisation import Organisation
from engine.evidence import bundle, verifier
from webui import cells


@dataclass(frozen=True, slots=True)
class Acted:
    """Who acted, in which position and where."""

    accounts: frozenset[UUID]
    positions: frozenset[UUID]
    agencies: frozenset[UUID]


def acted(histories: Mapping[UUID, Sequence[Sealed]]) -> Acted:
    """Whom the events name; what spoiled bytes say is left out."""
    found: dict[str, set[UUID]] = {"account": set(), "position": set(), "agency": set()}
    for events in histories.values():
        for event in events:
            for name, value in _doer(event.body).items():
                kept = "account" if name == "on_behalf_of" else name
                if kept in found and isinstance(value, str) and _is_id(value):
                    found[kept].add(UUID(value))
    return Acted(*(frozenset(one) for one in found.values()))


def _doer(body: bytes) -> Mapping[str, Any]:
    try:
        read = verifier.parse(body)
    except verifier.Malformed:
        return {}
    doer = read.get("doer") if isinstance(read, dict) else None
    return doer if isinstance(doer, dict) else {}


def _is_id(text: str) -> bool:
    return len(text) == 32 and set(text) <= set("0123456789abcdef")  # noqa: PLR2004


def file_name(text: str) -> str:
    """A text as the name of a file."""
    return bundle.entry_name(text.replace("/", "-"))


def table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """RFC 4180, with the mark by which a spreadsheet knows UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([cells.harmless(cell) for cell in row])
    return ("\ufeff" + text.getvalue()).encode()


def calendar(calendar: working_time.Calendar) -> dict[str, bytes]:
    """The working calendar, as the due dates were counted on it."""
    document = {
        "name": calendar.name,
        "edition": calendar.edition,
        "zone": calendar.zone,
        "confirmed": [day.isoformat() for day in calendar.confirmed],
        "week": [_hours(hours) for hours in calendar.week],
        "special": [
            {
                "day": day.isoformat(),
                "reason": special.reason.value,
                "name": special.name,
                "source": special.source,
                "hours": _hours(special.hours),
            }
            for day, special in sorted(calendar.special.items())
        ],
    }
    name = file_name(calendar.edition)
    return {f"calendars/{name}.json": document_of(document)}


def _hours(hours: working_time.Hours) -> list[list[str]]:
    return [[edge.isoformat("minutes") for edge in span] for span in hours]


def organisation(known: Organisation, who: Acted, names: Mapping[UUID, str]) -> bytes:
    """Names of the agencies, positions and people that the events name."""
    positions = [
        known.positions[one] for one in who.positions if one in known.positions
    ]
    return document_of(
        {
            "agencies": {
                one.hex: known.agencies[one].name
                for one in sorted(who.agencies)
                if one in known.agencies
            },
            "positions": {
                one.id.hex: {
                    "name": one.name,
                    "agency": one.agency.hex,
                    "performers": sorted(one.performers),
                }
                for one in sorted(positions, key=lambda one: one.id)
            },
            "accounts": {one.hex: name for one, name in sorted(names.items())},
            "holders": [
                {
                    "position": one.position.hex,
                    "account": one.account.hex,
                    "from": one.valid_from.isoformat(),
                    "to": one.valid_to.isoformat(),
                }
                for one in known.holders
                if one.position in who.positions and one.account in who.accounts
            ],
        }
    )


def document_of(value: Any) -> bytes:
    """A value as a JSON document that people can read."""
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
