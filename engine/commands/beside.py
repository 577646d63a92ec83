"""What was asked beside the steps of a case, inside one transaction.

A case beside whose steps nothing was ever asked says so in its row, and costs nothing
here; of another the record is read when it is needed (docs/manual/people.md, 5-8).
"""

from datetime import datetime
from uuid import UUID

from engine.commands import recorded
from engine.commands.transaction import Transaction
from engine.domain import clock_text, side_work
from engine.domain.case import Case, Task
from engine.domain.events import Event
from engine.domain.model import TimeLimit
from engine.domain.run import Advance, Visit
from engine.domain.side_work import Asked, Told
from engine.errors import NotAllowedError, NotReadyError
from engine.evidence import sides
from engine.evidence.record import doer_of
from engine.evidence.retrace import opened


class Beside:
    """The side work of one case."""

    def __init__(self, transaction: Transaction, case: Case) -> None:
        self._transaction = transaction
        self._case = case
        self._record = side_work.Record()
        self._loaded = not case.sides
        #: Events of this transaction, folded once the record is needed.
        self._later: list[Told] = []
        #: How much was asked so far.
        self.count = case.sides

    @property
    def record(self) -> side_work.Record:
        """Everything that was asked."""
        if not self._loaded:
            steps = opened(recorded.events_of(self._transaction, self._case))
            self._record = sides.record_of(steps)
            self._loaded = True
        while self._later:
            self._record = side_work.follow(self._record, self._later.pop(0))
        return self._record

    def take(self, event: Event, seq: int) -> None:
        """An event is recorded now."""
        self.count += event.type in side_work.ASKED
        if not self.count:
            return
        effect, visit = event.effect, event.visit
        closed = effect.closed if effect is not None else ()
        told = Told(
            seq=seq,
            at=clock_text.real(event.at, event.facts),
            type=event.type,
            visit=("", 0) if visit is None else (visit.element, visit.occurrence),
            facts=event.facts,
            doer=doer_of(event.doer),
            closed=tuple((one.element, one.occurrence) for one in closed),
        )
        if event.type in side_work.EVENTS or told.closed:
            self._later.append(told)

    def left(self, advance: Advance) -> tuple[str, ...]:
        """The rows that end because the step is over beside which they stand."""
        if not self.count or not advance.closed:
            return ()
        return self.record.left((one.element, one.occurrence) for one in advance.closed)

    def limit(self, element: str) -> TimeLimit | None:
        """The limit of a row."""
        asked = self.record.of(element)
        return None if asked is None else asked.limit

    def asks(self, visit: Visit) -> bool:
        """Whether anything was asked beside a visit."""
        if not self.count:
            return False
        return bool(self.record.beside((visit.element, visit.occurrence)))

    def hands(self, element: str, occurrence: int | None = None) -> frozenset[UUID]:
        """Whoever signed beside an element, at one visit or at any."""
        if not self.count:
            return frozenset()
        return frozenset(map(UUID, self.record.signers(element, occurrence)))

    def signed(self, task: Task) -> bool:
        """Whether somebody has signed beside a visit."""
        return bool(self.hands(task.element, task.occurrence))

    def signed_at(self, task: Task) -> datetime | None:
        """When somebody really signed last beside a visit; None: nobody has."""
        return self.record.signed_at((task.element, task.occurrence))

    def check_done(self, task: Task, hands: frozenset[UUID]) -> None:
        """Pass when a step may be completed as far as its co-signatures go.

        Raises:
            NotReadyError: A round is not satisfied (`cosign-open`, with whom it waits
                for), or somebody with a veto disagreed (`cosign-refused`).
            NotAllowedError: Who signed does not complete the step (`signed-it`).
        """
        if not self.count:
            return
        step = (task.element, task.occurrence)
        asked = self.record.obstacle(step)
        if asked is not None:
            raise self._held_up(asked)
        if hands & self.hands(*step):
            raise NotAllowedError(code="signed-it")

    def _held_up(self, asked: Asked) -> NotReadyError:
        if asked.refused:
            return NotReadyError(code="cosign-refused")
        known = self._transaction.uow.accounts.organisation().agencies
        missing = [
            f"{one.performer} ({known[UUID(one.agency)].name})" for one in asked.open
        ]
        return NotReadyError(
            code="cosign-open",
            missing="; ".join(missing) or "–",
            agreed=asked.agreed,
            quorum=asked.quorum,
        )
