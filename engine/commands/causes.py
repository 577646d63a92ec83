"""Why an event is told to people, beside work that it gives or opens.

An act asks somebody, also for more time, answers what somebody asked, gives work back,
lets the case go on or names somebody (docs/manual/notices.md). What was said is read
for whom it names and is told nobody: a notice carries a code, a step and an instant.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from engine.commands import extend_deadline, mentioning
from engine.commands.notifying import People
from engine.commands.transaction import Transaction
from engine.domain import comments, side_work
from engine.domain.events import EventType, Sealed
from engine.domain.notices import Kind, What
from engine.domain.run import Json
from engine.domain.side_work import Stance
from engine.evidence import record
from engine.notices import Happened, Work

_ANSWERS: Final = {
    EventType.SUPPLEMENT_RECEIVED: (EventType.SUPPLEMENT_REQUESTED, What.SUPPLEMENT),
    EventType.PAYMENT_RECEIVED: (EventType.PAYMENT_REQUESTED, What.PAYMENT),
    EventType.AGENCY_ANSWERED: (EventType.AGENCY_CONSULTED, What.AGENCY),
}
#: What became of a request for more time.
_MORE_TIME: Final = {
    EventType.DEADLINE_EXTENDED: What.EXTENDED,
    EventType.EXTENSION_REFUSED: What.NOT_EXTENDED,
}
#: Of which event which values are words of whoever acts.
_WORDS: Final = {
    EventType.TASK_COMPLETED: (comments.BESIDE, comments.ALONE),
    EventType.OPINION_GIVEN: ("text",),
    EventType.COSIGN_GIVEN: ("text",),
    EventType.CASE_REMARKED: (comments.BESIDE,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """One thing that some accounts are told."""

    kind: Kind
    work: Work
    accounts: frozenset[UUID]
    what: What | None = None


@dataclass(frozen=True, slots=True)
class Causes:
    """Reads an event for whom it concerns."""

    transaction: Transaction
    people: People

    def of(self, happened: Happened, body: Mapping[str, Any]) -> Iterator[Cause]:
        """Everything that an event is told for; who did it is told nothing."""
        kind = EventType(happened.type)
        if kind in side_work.ASKED:
            yield from self._asked(kind, happened, body["facts"])
        elif kind in side_work.GIVEN:
            yield from self._answered(kind, happened, body["facts"])
        elif kind is EventType.TASK_RETURNED:
            yield from self._returned(happened, body)
        elif kind in _ANSWERS:
            yield from self._supplemented(kind, happened, body)
        elif kind is EventType.EXTENSION_ASKED:
            yield from self._more_time(happened)
        elif kind in _MORE_TIME and "asked" in body["facts"]:
            yield from self._decided(_MORE_TIME[kind], happened, body["facts"]["asked"])
        if set(_WORDS.get(kind, ())) & set(body.get("commitments") or ()):
            yield from self._mentioned(kind, happened, body)

    def _asked(
        self, kind: EventType, happened: Happened, facts: Mapping[str, Any]
    ) -> Iterator[Cause]:
        """Whoever may answer, or has taken it."""
        for piece in side_work.pieces_of(kind, facts):
            work = self._open(happened.stream, *piece.key)
            if work is not None:
                yield Cause(kind=Kind.ASKED, work=work, accounts=self._doers(work))

    def _answered(
        self, kind: EventType, happened: Happened, facts: Mapping[str, Any]
    ) -> Iterator[Cause]:
        """Whoever asked, as long as the step is open beside which it was."""
        events = [one for one in self._events(happened) if one.seq <= happened.seq]
        bodies: list[Any] = [
            record.parse(one.body) for one in events if one.type in _SIDE
        ]
        mine = [one for one in bodies if one["facts"]["n"] == facts["n"]]
        asked = mine[0]
        visit = asked["facts"]["element"], asked["facts"]["occurrence"]
        work = self._open(happened.stream, *visit)
        asker = UUID(asked["doer"]["account"])
        if work is not None and self.people.works(asker):
            yield Cause(
                kind=Kind.ANSWERED,
                work=work,
                accounts=frozenset({asker}),
                what=_said(kind, facts, asked["facts"], mine),
            )

    def _returned(self, happened: Happened, body: Mapping[str, Any]) -> Iterator[Cause]:
        """Whoever did it before and may do it again; nobody: whoever may take it."""
        case = self.transaction.uow.cases.get(happened.stream)
        for element, occurrence, *_ in body["effect"]["opened"]:
            work = self._open(happened.stream, element, occurrence)
            if work is None:
                continue
            accounts = self._doers(work)
            before = self.transaction.uow.cases.doers(case, element) & accounts
            yield Cause(kind=Kind.RETURNED, work=work, accounts=before or accounts)

    def _supplemented(
        self, kind: EventType, happened: Happened, body: Mapping[str, Any]
    ) -> Iterator[Cause]:
        """Who has open work of the case, and who had asked for it."""
        asking, what = _ANSWERS[kind]
        work = self._open(happened.stream, "", 0)
        if work is None:
            return
        asked = [
            record.parse(one.body)
            for one in self._events(happened)
            if one.type == asking.value and one.seq < happened.seq
        ]
        doers: list[Any] = [one["doer"] for one in asked[-1:]]
        askers = {UUID(one["account"]) for one in doers if one.get("account")}
        accounts = self.transaction.uow.notices.doers(happened.stream) | askers
        working = frozenset(one for one in accounts if self.people.works(one))
        yield Cause(kind=Kind.SUPPLEMENTED, work=work, accounts=working, what=what)

    def _more_time(self, happened: Happened) -> Iterator[Cause]:
        """Who may give it, as long as nobody has answered; who asked may not."""
        work = self._open(happened.stream, "", 0)
        asked = extend_deadline.pending_of(self._events(happened))
        if work is None or asked is None or asked.seq != happened.seq:
            return
        case = self.transaction.uow.cases.get(happened.stream)
        accounts = self.people.extenders(case) - asked.hands
        yield Cause(kind=Kind.EXTENSION, work=work, accounts=accounts)

    def _decided(self, what: What, happened: Happened, seq: int) -> Iterator[Cause]:
        """Whoever had a hand in the request that was answered."""
        work = self._open(happened.stream, "", 0)
        if work is None:
            return
        sealed = next(one for one in self._events(happened) if one.seq == seq)
        body = record.parse(sealed.body)
        asked = extend_deadline.request_of(seq, sealed.at, body)
        accounts = frozenset(one for one in asked.hands if self.people.works(one))
        yield Cause(kind=Kind.ANSWERED, work=work, accounts=accounts, what=what)

    def _mentioned(
        self, kind: EventType, happened: Happened, body: Mapping[str, Any]
    ) -> Iterator[Cause]:
        """Whom the words name, where they may see the case."""
        event = next(one for one in self._events(happened) if one.seq == happened.seq)
        text = "\n".join(_texts(event, _WORDS[kind]))
        uow = self.transaction.uow
        case = uow.cases.get(happened.stream)
        found = mentioning.mentioned(uow, case, text, self.people.today)
        # A remark is about no step: the notice leads to the case.
        work = uow.notices.work(happened.stream, *body.get("visit", ("", 0)))
        if found.told and work is not None:
            yield Cause(kind=Kind.MENTION, work=work, accounts=found.told)

    def _events(self, happened: Happened) -> tuple[Sealed, ...]:
        """The record of the case that an event belongs to."""
        case = self.transaction.uow.cases.get(happened.stream)
        return self.transaction.uow.history.read(case.id, case.month)

    def _open(self, case: UUID, element: str, occurrence: int) -> Work | None:
        """Work, or a case, that is not over."""
        work = self.transaction.uow.notices.work(case, element, occurrence)
        return work if work is not None and work.active else None

    def _doers(self, work: Work) -> frozenset[UUID]:
        if work.assignee is not None:
            return frozenset({work.assignee})
        return self.people.takers(work)


_SIDE: Final = frozenset(one.value for one in side_work.ASKED | side_work.GIVEN)


def _said(
    kind: EventType,
    facts: Mapping[str, Any],
    asked: Mapping[str, Any],
    events: list[Any],
) -> What:
    """What an answer is to whoever asked."""
    if kind is EventType.OPINION_GIVEN:
        return What.OPINION
    agrees = Stance.AGREE.value
    if facts["stance"] != agrees:
        return What.VETOED if asked["veto"] else What.REFUSED
    agreed = sum(one["facts"].get("stance") == agrees for one in events)
    return What.QUORUM if agreed == asked["quorum"] else What.SIGNED


def _texts(event: Sealed, names: tuple[str, ...]) -> Iterator[str]:
    """Words of an event that are still there."""
    for one in event.personal:
        if one.name in names and one.value is not None:
            said: Json = json.loads(one.value)
            if isinstance(said, str):
                yield said
