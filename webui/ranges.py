"""What a page of figures asks for in its address, and tables as CSV files."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import flask

from engine.domain.figures import Wanted
from engine.domain.organisation import Actor, Organisation, Role
from webui import cells, context, days


def wanted() -> Wanted:
    """The period, procedure and unit that the address names: else this year, all."""
    asked, (first, last) = flask.request.args, period()
    return Wanted(
        first=first.day,
        last=last.day,
        procedure=asked.get("quy-trinh", "")[:100],
        agencies=_agencies(asked.get("don-vi", "")),
    )


def period() -> tuple[days.Typed, days.Typed]:
    """The first and the last day that the address names: else this year until today."""
    today = context.today()
    first = days.typed("tu", date(today.year, 1, 1))
    return days.span(first, days.typed("den", today))


def units() -> dict[UUID, str]:
    """The agencies whose figures the reader may see, by name."""
    return units_of(context.current_actor(), context.organisation_now())


def units_of(actor: Actor, organisation: Organisation) -> dict[UUID, str]:
    """The agencies whose figures somebody may see, by name."""
    agencies = organisation.agencies
    seen = (
        agencies.keys()
        if Role.AUDITOR in actor.account.roles
        else agencies.keys() & actor.supervised
    )
    named = sorted((agencies[one].name, one) for one in seen)
    return {one: name for name, one in named}


def _agencies(asked: str) -> frozenset[UUID] | None:
    """The agencies that count; None: all of the tenant."""
    seen = frozenset(units())
    chosen = frozenset(one for one in seen if one.hex == asked)
    if chosen:
        return chosen
    if Role.AUDITOR in context.current_actor().account.roles:
        return None
    return seen


def query(asked: Wanted, **more: str) -> dict[str, Any]:
    """The same question as parts of an address."""
    parts = {
        "tu": asked.first.isoformat(),
        "den": asked.last.isoformat(),
        "quy-trinh": asked.procedure,
        "don-vi": flask.request.args.get("don-vi", ""),
        **more,
    }
    return {name: value for name, value in parts.items() if value}


def spreadsheet(
    name: str, heads: Sequence[str], rows: Iterable[Sequence[object]]
) -> flask.Response:
    """A table as CSV (RFC 4180) that office programs open in Unicode."""
    made = io.StringIO()
    writer = csv.writer(made)
    writer.writerow(heads)
    for row in rows:
        writer.writerow([_cell(one) for one in row])
    answer = flask.Response("\ufeff" + made.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _cell(value: object) -> str:
    text = "" if value is None else str(value)
    return text if isinstance(value, int | float) else cells.harmless(text)
