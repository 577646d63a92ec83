"""Tell people what has happened and what is due; only the engine asks for it.

Acts write nothing for it: a worker looks through the log, and at the alarms, and stores
who is told, in one transaction with how far it has looked. What is over meanwhile (work
that is done, a due instant that moved) is told nobody.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, cast
from uuid import UUID

from engine import limits
from engine.alarms import Alarm
from engine.alarms import Kind as AlarmKind
from engine.commands.causes import Causes
from engine.commands.notifying import People
from engine.commands.transaction import Result, Transaction
from engine.domain.events import EventType
from engine.domain.notices import About, Choice, Kind, Told, Way, What
from engine.domain.run import Json
from engine.evidence import record
from engine.notices import Happened, Hook, Work

_OLD: Final = timedelta(days=limits.NOTICE_STALE_DAYS)
#: Events, and alarms, that one transaction looks at.
_EVENTS: Final = 200
_ALARMS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TellNotices:
    """Look at what has happened since the last look, and at alarms."""

    #: The ways that this installation can deliver by, besides its pages.
    ways: frozenset[Way] = frozenset()
    events: int = _EVENTS
    alarms: int = _ALARMS


@dataclass(frozen=True, slots=True, kw_only=True)
class TellDigest:
    """Tell an account of its day's work."""

    account: UUID
    #: The local day, and the agency by whose calendar it is a working day.
    day: date
    agency: UUID
    counts: Mapping[str, int]


def handle(command: TellNotices, transaction: Transaction) -> Result:
    """Store each notice once (docs/manual/notices.md)."""
    uow = transaction.uow
    happened = uow.notices.take(command.events)
    waiting = uow.alarms.waiting(command.alarms)
    if not happened and not waiting:
        return {"looked": 0, "told": 0}
    teller = _Teller(transaction, command.ways)
    for one in happened:
        teller.follow(one)
    for alarm in waiting:
        teller.ring(alarm)
        uow.alarms.delivered(alarm, transaction.now)
    return {"looked": len(happened) + len(waiting), "told": teller.told}


def digest(command: TellDigest, transaction: Transaction) -> Result:
    """Send one digest a day; without work there is none, and the day is over."""
    notices = transaction.uow.notices
    if not notices.digested(command.account, command.day):
        return {"told": 0}
    if not any(command.counts.values()):
        return {"told": 0}
    told = Told(
        account=command.account,
        kind=Kind.DIGEST,
        cause=command.day.isoformat(),
        at=transaction.now,
        about=About(agency=command.agency, counts=dict(command.counts)),
    )
    return {"told": int(notices.tell(told, frozenset({Way.MAIL})))}


@dataclass(slots=True)
class _Teller:
    """Stores notices in one transaction."""

    transaction: Transaction
    ways: frozenset[Way]
    told: int = 0
    #: By which ways the present cause is told: by the pages alone when it is old.
    _by: frozenset[Way] = frozenset()
    people: People = field(init=False)
    causes: Causes = field(init=False)
    hooks: tuple[Hook, ...] = field(init=False)
    _choices: dict[UUID, Choice] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read what every notice asks for."""
        self.people = People(self.transaction)
        self.causes = Causes(self.transaction, self.people)
        can = Way.HOOK in self.ways
        self.hooks = self.transaction.uow.notices.hooks() if can else ()

    def follow(self, happened: Happened) -> None:
        """Tell of the work that an event gave or opened."""
        self._by = self._fresh(happened.at)
        body = record.parse(happened.body)
        effect = cast("Mapping[str, Json]", body.get("effect") or {})
        opened = cast("list[list[Json]]", effect.get("opened") or [])
        doer = cast("Mapping[str, str]", body["doer"]).get("account", "")
        mine = UUID(doer) if doer else None
        if happened.type == EventType.TASK_REASSIGNED.value:
            self._given(happened, body, mine)
        back = frozenset[UUID]()
        for one in self.causes.of(happened, body):
            who = one.accounts - {mine}
            cause = _cause(happened, one.work)
            self._tell(one.kind, cause, one.work, who, one.what)
            if one.kind is Kind.RETURNED:
                back |= who
        for piece in opened:
            work = self._work(happened.stream, str(piece[0]), cast("int", piece[1]))
            if work is None or work.assignee is not None:
                continue
            self._open(happened, work, back | {mine})

    def _given(
        self, happened: Happened, body: Mapping[str, Json], mine: UUID | None
    ) -> None:
        element, occurrence = cast("tuple[str, int]", body["visit"])
        facts = cast("Mapping[str, str]", body["facts"])
        work = self._work(happened.stream, element, occurrence)
        if work is None:
            return
        to = facts.get("to", "")
        if not to:
            if work.assignee is None:
                self._open(happened, work, {mine})
            return
        if work.assignee == UUID(to):
            cause = _cause(happened, work)
            self._tell(Kind.ASSIGNED, cause, work, {work.assignee} - {mine})

    def _open(
        self, happened: Happened, work: Work, but: Collection[UUID | None]
    ) -> None:
        takers = self.people.takers(work).difference(but)
        self._tell(Kind.OPENED, _cause(happened, work), work, takers)

    def _work(self, case: UUID, element: str, occurrence: int) -> Work | None:
        """Work that is still to be done."""
        work = self.transaction.uow.notices.work(case, element, occurrence)
        return work if work is not None and work.active else None

    def ring(self, alarm: Alarm) -> None:
        """Tell of an alarm; one whose due instant has moved is over."""
        self._by = self._fresh(alarm.raised_at)
        work = self._work(alarm.case, alarm.element, alarm.occurrence)
        if work is None or work.due_at != alarm.due_at:
            return
        cause = f"alarm {alarm.case.hex} {alarm.element} {alarm.occurrence}"
        cause = f"{cause} {alarm.due_at.isoformat()}"
        doers = self._doers(work)
        if alarm.kind is AlarmKind.SOON:
            self._tell(Kind.SOON, cause, work, doers)
            return
        self._tell(Kind.OVERDUE, cause, work, doers)
        # The supervisor of a step's agency; of a case, its deciding agency's, too.
        agencies = {work.agency} if work.element else {work.handling, work.deciding}
        above = self.people.supervisors(agencies)
        self._tell(Kind.ESCALATED, cause, work, above)

    def _fresh(self, at: datetime) -> frozenset[Way]:
        """Nobody wants letters about last week: what is old is told by the pages."""
        old = self.transaction.now - at > _OLD
        return frozenset({Way.PAGE}) if old else self.ways | {Way.PAGE}

    def _doers(self, work: Work) -> frozenset[UUID]:
        if not work.element:
            return self.transaction.uow.notices.doers(work.case)
        if work.assignee is not None:
            return frozenset({work.assignee})
        return self.people.takers(work)

    def _tell(
        self,
        kind: Kind,
        cause: str,
        work: Work,
        accounts: Iterable[UUID],
        what: What | None = None,
    ) -> None:
        """Store a notice for each account by the ways it chose, and for systems."""
        who, about = sorted(accounts), replace(work.about, what=what)
        for choice in self._chosen(who):
            asked = {way for way in Way if choice.tells(kind, way)}
            ways = frozenset(asked & self._by)
            if ways:
                told = self._told(choice.account, kind, cause, about)
                self.told += self.transaction.uow.notices.tell(told, ways)
        for hook in self.hooks if Way.HOOK in self._by else ():
            if kind in hook.kinds and self.people.covers(hook.agency, work.agency):
                told = self._told(hook.id, kind, cause, about)
                self.transaction.uow.notices.post(hook.id, told, who)

    def _told(self, to: UUID, kind: Kind, cause: str, about: About) -> Told:
        at = self.transaction.now
        return Told(account=to, kind=kind, cause=cause, at=at, about=about)

    def _chosen(self, accounts: list[UUID]) -> tuple[Choice, ...]:
        new = [one for one in accounts if one not in self._choices]
        if new:
            self._choices.update(self.transaction.uow.notices.choices(new))
        return tuple(self._choices[one] for one in accounts)


def _cause(happened: Happened, work: Work) -> str:
    """Names an event and the work that it gave or opened."""
    place = f"{happened.stream.hex} {happened.seq}"
    return f"event {place} {work.element} {work.occurrence}"
