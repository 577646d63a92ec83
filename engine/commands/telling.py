"""What a case under way tells of its dossier, kept beside it and read when needed.

Most acts tell nothing new: a case in process stays in process. Its column `portal` says
so without another question.
"""

from dataclasses import replace

from engine.commands import recorded
from engine.commands.transaction import Transaction
from engine.domain import dossier_record
from engine.domain.case import Case
from engine.domain.dossier_record import Dossier
from engine.domain.dossier_text import Told
from engine.domain.events import Event
from engine.domain.portal import PortalState
from engine.domain.run import Status
from engine.evidence import record, told


class Telling:
    """The dossier of one case in one transaction."""

    def __init__(
        self, transaction: Transaction, case: Case, field: str, *, fresh: bool
    ) -> None:
        self._transaction = transaction
        self._case = case
        self._field = field
        self._told: Told | None = None
        self._stored: Told | None = None
        if fresh:
            self._told = Told(
                dossier=Dossier(), changed_at=transaction.now, field=field
            )

    @property
    def change(self) -> Told | None:
        """What is to be stored; None: it is as it was."""
        return None if self._told is self._stored else self._told

    def take(self, event: Event) -> None:
        """Add an event that is recorded now."""
        if self._told is None:
            if not self._may_tell(event):
                return
            self._told = self._stored = self._load()
        self._told = told.after(self._told, event)

    def case(self, case: Case) -> Case:
        """The case with its state on the portal."""
        if self.change is None:
            return case
        return replace(case, portal=self.change.state.value)

    def _may_tell(self, event: Event) -> bool:
        ends = event.effect is not None and event.effect.status is Status.COMPLETED
        handled = self._case.portal == PortalState.IN_PROCESS.value
        kind = event.type.value
        return ends or dossier_record.tells(kind, event.facts, handled=handled)

    def _load(self) -> Told:
        """The stored row; where there is none yet, what the history tells."""
        found = self._transaction.uow.dossiers.get(self._case.id)
        if found is not None:
            return found
        events = recorded.events_of(self._transaction, self._case)
        bodies = (record.parse(one.body) for one in events)
        return told.of_bodies(bodies, self._field)
