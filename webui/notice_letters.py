"""What a notice says: the text of its agency with codes, dates and a link put in.

Nothing personal stands in it: a dossier code, a step, a due instant, a unit, a link
that asks whoever follows it to sign in.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib import parse
from uuid import UUID

from engine.domain import iso8601, notice_texts, notices
from engine.domain.notices import About, Kind, Text
from engine.domain.organisation import Organisation
from engine.notices import Delivery, Wording

#: What the page of the case tells, not that of a step.
_OF_CASE: Final = frozenset(
    {Kind.ESCALATED, Kind.EXTENSION, Kind.MENTION, Kind.SUPPLEMENTED}
)


def link(kind: Kind, about: About, address: str) -> str:
    """Where the thing is that a notice is about."""
    return f"{address}{path(kind, about)}"


def path(kind: Kind, about: About) -> str:
    """The page of the thing that a notice is about."""
    if about.case is None:
        return "/viec"
    if not about.element or kind in _OF_CASE:
        return f"/ho-so/{about.case}"
    element = parse.quote(about.element, safe="")
    return f"/viec/{about.case}/{element}/{about.occurrence}"


def moment(at: datetime | None) -> str:
    """An instant as people in Vietnam write it; `–`: there is none."""
    return at.astimezone(iso8601.VIETNAM).strftime("%H:%M %d/%m/%Y") if at else "–"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes notices of one tenant."""

    organisation: Organisation
    #: Texts of agencies, in force.
    texts: tuple[Wording, ...]
    #: Where people reach the pages.
    address: str

    def written(self, delivery: Delivery, language: str) -> Text:
        """Subject and body of a mail."""
        text = self._text(delivery.kind, delivery.about.agency, language)
        return notices.write(text, self._values(delivery, language))

    def _text(self, kind: Kind, agency: UUID | None, language: str) -> Text:
        """The text of the agency, of the one next above that has one, or ours."""
        known = {
            one.agency: one.text
            for one in self.texts
            if (one.kind, one.language) == (kind, language)
        }
        for above in self._above(agency):
            if above in known:
                return known[above]
        return known.get(None) or notice_texts.default(kind, language)

    def _above(self, agency: UUID | None) -> Iterator[UUID]:
        passed = set()
        while agency is not None and agency not in passed:
            yield agency
            passed.add(agency)
            found = self.organisation.agencies.get(agency)
            agency = found.parent if found else None

    def _values(self, delivery: Delivery, language: str) -> Mapping[str, str]:
        about = delivery.about
        unit = self.organisation.agencies.get(about.agency) if about.agency else None
        day = delivery.at.astimezone(iso8601.VIETNAM)
        whole = notice_texts.WHOLE.get(language, notice_texts.WHOLE["vi"])
        return {
            "code": about.code,
            "step": about.step or whole,
            "due": moment(about.due),
            "what": notice_texts.said(about.what, language),
            "agency": unit.name if unit else "",
            "link": link(delivery.kind, about, self.address),
            "day": day.strftime("%d/%m/%Y"),
            **{name: str(about.counts.get(name, 0)) for name in notices.COUNTS},
        }

    def message(self, delivery: Delivery) -> bytes:
        """What a system is told, as JSON."""
        about = delivery.about
        agency = about.agency
        told = {
            "type": f"notice.{delivery.kind.value}",
            "timestamp": delivery.at.isoformat(),
            "data": {
                "id": str(delivery.id),
                "case": str(about.case) if about.case else None,
                "code": about.code,
                "element": about.element or None,
                "occurrence": about.occurrence or None,
                "step": about.step or None,
                "due": about.due.isoformat() if about.due else None,
                "what": about.what.value if about.what else None,
                "agency": str(agency) if agency else None,
                "accounts": [str(one) for one in delivery.accounts],
                "link": link(delivery.kind, about, self.address),
            },
        }
        return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()
