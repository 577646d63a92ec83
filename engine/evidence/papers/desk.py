"""Papers of dossiers that a desk sent back before it received them.

They are no cases: their record is an event in the stream `reception` of an agency and
day (docs/manual/dossiers.md, rule 3), whose number the paper bears.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from engine import erasure
from engine.domain import iso8601, paper_forms
from engine.domain.events import EventType
from engine.domain.organisation import Organisation
from engine.domain.paper_forms import Kind
from engine.evidence.chained import Step
from engine.evidence.papers.letters import Refusal, Supplement, items
from engine.evidence.papers.source import (
    ASKED,
    Contact,
    Party,
    gone,
    head,
    plain,
    real,
)

#: What each event has a paper for.
KINDS: Mapping[EventType, Kind] = {
    EventType.RECEPTION_INCOMPLETE: Kind.SUPPLEMENT,
    EventType.RECEPTION_REFUSED: Kind.REFUSAL,
}


@dataclass(frozen=True, kw_only=True)
class SentBack:
    """A dossier that was sent back, as its event tells."""

    step: Step
    #: What the procedure is called.
    procedure: str
    organisation: Organisation
    names: Mapping[UUID, str]
    #: Under which order what was entered has been erased.
    orders: Mapping[str, erasure.Order]

    @property
    def kind(self) -> Kind:
        """The paper that it gets."""
        return KINDS[self.step.type]

    @property
    def forms(self) -> paper_forms.FormSet:
        """The forms of the day on which it was sent back."""
        return paper_forms.set_for(iso8601.day(real(self.step)))

    def paper(self) -> Supplement | Refusal:
        """Form 02 or form 03."""
        at, facts = real(self.step), self.step.body["facts"]
        agency, day = UUID(facts["agency"]), iso8601.day(at)
        above = head(self.organisation, agency, str(facts["number"]), day)
        if self.kind is Kind.REFUSAL:
            return Refusal(
                head=above,
                code="",
                desk=above.office,
                contact=self._contact(),
                procedure=self.procedure,
                reason=self._said("reason"),
                at=at,
                official=self._official(),
                qr="",
            )
        return Supplement(
            head=above,
            code="",
            contact=self._contact(),
            procedure=self.procedure,
            items=items(facts["missing"], ""),
            reason=self._said("reason"),
            round=0,
            asked=at,
            official=self._official(),
            qr="",
        )

    def _contact(self) -> Contact:
        told = {
            field: next(filter(None, map(self._said, names)), "")
            for field, names in ASKED.items()
        }
        return Contact(name=self._said("name"), **told)

    def _said(self, name: str) -> str:
        """A value that was entered; of an erased one, by which order."""
        if name in self.step.values:
            return plain(self.step.values[name])
        if name not in self.step.body.get("commitments", {}):
            return ""
        return gone(self.orders.get(name))

    def _official(self) -> Party:
        doer = self.step.body["doer"]
        position = doer.get("position")
        held = self.organisation.positions.get(UUID(position)) if position else None
        found = self.organisation.agencies.get(UUID(doer["agency"]))
        day = iso8601.day(real(self.step))
        return Party(
            agency=found.on(day).name if found else "",
            position=held.name if held else "",
            person=self._name("account"),
            behalf=self._name("on_behalf_of"),
        )

    def _name(self, field: str) -> str:
        account = self.step.body["doer"].get(field)
        return self.names.get(UUID(account), "") if account else ""
