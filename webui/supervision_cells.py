"""What every table of supervision is made of: cells that lead to what they count."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import flask

from engine.domain.organisation import Organisation
from webui import context, formats, supervision_asking
from webui.i18n import translate
from webui.supervision_asking import Asked
from webui.tables import Cell, Column, Table


class Maker:
    """Makes cells and tables of one range."""

    def __init__(self, asked: Asked, organisation: Organisation) -> None:
        self.asked = asked
        self.organisation = organisation
        self.about = about(asked)

    def work(
        self,
        number: int,
        about: str,
        link: Mapping[str, str],
        level: int | None = None,
        *,
        tone: bool = False,
    ) -> Cell:
        """A number of open work, with the address of that work."""
        query = {**self.asked.query(), **link}
        return Cell(
            value=number,
            address=flask.url_for("supervision_lists.work", **query) if number else "",
            about=about,
            heat=level,
            tone="late" if tone and number else "",
        )

    def cases(self, number: int, about: str, link: Mapping[str, str]) -> Cell:
        """A number of ended cases, with the address of their list."""
        address = self.ended(link) if number else ""
        return Cell(value=number, address=address, about=about)

    def ended(self, link: Mapping[str, str]) -> str:
        """The address of a list of cases."""
        query: dict[str, Any] = {**self.asked.query(), **link}
        return flask.url_for("supervision_lists.cases", **query)

    def map(self, code: str) -> str:
        """The address of a procedure's diagram."""
        if not code:
            return ""
        query = {**self.asked.query(), "quy-trinh": code}
        return flask.url_for("supervision_map.show", **query)

    def place(self, agency: UUID, performer: str) -> dict[str, str]:
        """Of one unit alone, and one performer."""
        vai = performer or supervision_asking.NOBODY
        return {"don-vi": agency.hex, "rieng": "1", "vai": vai}

    def name(self, agency: UUID) -> str:
        """How an agency is called."""
        known = self.organisation.agencies.get(agency)
        return known.name if known else "–"

    def table(
        self,
        key: str,
        title: str,
        columns: tuple[Column, ...],
        rows: Sequence[tuple[Cell, ...]],
        empty: str,
    ) -> Table:
        """A table of this range."""
        return Table(
            key=key,
            title=title,
            columns=columns,
            rows=tuple(rows),
            empty=empty,
            about=self.about,
        )


def since(at: datetime | None) -> Cell:
    """An instant as a cell."""
    return Cell(value=formats.moment(at))


def about(asked: Asked) -> str:
    """What a file is about."""
    unit = UUID(asked.unit) if asked.unit else None
    agencies = context.organisation_now().agencies
    name = agencies[unit].name if unit else translate("Every supervised unit")
    parts = [name, asked.procedure or translate("All procedures")]
    return " · ".join((*parts, formats.moment(asked.at.now)))
