"""Verdicts on many closed cases, judged in rounds and remembered for a while.

A page judges as many cases as somebody waits for, says how many are left, and goes on
where it stopped when it is asked again. A verdict is remembered by the head of the
case: whatever happens to the case afterwards is judged anew. What is changed behind the
back of the product moves no head, so a verdict is remembered for an hour at most.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from engine.domain.figures import Ended
from engine.errors import EngineError
from engine.judging.court import Court
from engine.judging.ruling import Answer, Judgement, Kind, Question
from webui import context, judging

#: Cases that one page judges.
ROUND: Final = 1_000
#: How long a verdict is remembered, and how many are.
LASTS: Final = timedelta(hours=1)
_KEPT: Final = 200_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What was found of a case."""

    #: None: what it is judged by does not verify.
    answer: Answer | None
    #: Deviations by class.
    classes: Mapping[Kind, int]
    #: The first event that fails, and the question that it fails.
    wrong: tuple[int, Question] | None
    head: bytes
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinions:
    """The cases that were judged, and how many were not yet."""

    judged: tuple[tuple[Ended, Opinion], ...]
    waiting: int

    @property
    def since(self) -> datetime | None:
        """When the oldest of the verdicts was made; None: there is none."""
        return min((opinion.at for _, opinion in self.judged), default=None)

    def count(self, *answers: Answer | None) -> int:
        """How many cases have one of these answers."""
        return sum(opinion.answer in answers for _, opinion in self.judged)

    def classes(self) -> Counter[Kind]:
        """Deviations by class."""
        found: Counter[Kind] = Counter()
        for _, opinion in self.judged:
            found.update(opinion.classes)
        return found


_known: OrderedDict[tuple[UUID, UUID], Opinion] = OrderedDict()


def of(cases: Sequence[Ended]) -> Opinions:
    """The verdicts on some cases, as far as one round goes.

    Raises:
        EvidenceError: The record of the organisation does not verify: nobody can judge.
    """
    tenant, now = context.current_actor().tenant, context.now()
    new = [one for one in cases if _remembered(tenant, one, now) is None]
    for one, opinion in _judge(tenant, new[:ROUND], now):
        _known[tenant, one.case] = opinion
    while len(_known) > _KEPT:
        _known.popitem(last=False)
    found = ((one, _remembered(tenant, one, now)) for one in cases)
    judged = tuple((one, opinion) for one, opinion in found if opinion is not None)
    return Opinions(judged=judged, waiting=len(cases) - len(judged))


def forget(tenant: UUID) -> None:
    """Judge everything of a tenant anew from now on."""
    for key in [one for one in _known if one[0] == tenant]:
        _known.pop(key, None)


def _remembered(tenant: UUID, one: Ended, now: datetime) -> Opinion | None:
    known = _known.get((tenant, one.case))
    fresh = known is not None and known.head == one.head and now - known.at < LASTS
    return known if fresh else None


def _judge(
    tenant: UUID, cases: Sequence[Ended], now: datetime
) -> Iterator[tuple[Ended, Opinion]]:
    if not cases:
        return
    with judging.court(context.application(), tenant) as (court, desk):
        for one in cases:
            yield one, _opinion(court, desk, one, now)


def _opinion(court: Court, desk: judging.Desk, one: Ended, now: datetime) -> Opinion:
    try:
        found = court.case(*desk.case(one.case))
    except EngineError:
        return Opinion(answer=None, classes={}, wrong=None, head=one.head, at=now)
    return Opinion(
        answer=found.answer,
        classes=Counter(each.kind for each in found.deviations),
        wrong=_wrong(found),
        head=one.head,
        at=now,
    )


def _wrong(found: Judgement) -> tuple[int, Question] | None:
    return next(((event.seq, asked) for event, asked, _ in found.failures()), None)
