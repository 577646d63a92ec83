"""Verdicts on many closed cases, judged in rounds and remembered for a while.

A page judges as many cases as somebody waits for, says how many are left, and goes on
where it stopped when it is asked again. A verdict is remembered by the head of the
case: whatever happens to the case afterwards is judged anew. What is changed behind the
back of the product moves no head, so a verdict is remembered for an hour; when the
daily check, which reads every byte, found nothing wrong after it was made, until the
next such check is due. What is remembered outlives the process (`webui.remembered`).
"""

from collections import Counter, OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from engine.domain.figures import Ended
from engine.errors import EngineError
from engine.judging.court import Court
from engine.judging.ruling import Answer, Judgement, Kind, Question
from webui import context, daily_check, judged_rows, judging, remembered
from webui.remembered import Opinion

#: Cases that one page judges.
ROUND: Final = 1_000
#: How long a verdict is remembered, and how many are.
LASTS: Final = timedelta(hours=1)
#: How long after a check without findings; the next one is made within a day.
CHECKED: Final = timedelta(hours=26)
_KEPT: Final = 200_000


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
    memory = _Memory.open(context.current_actor().tenant)
    new = [one for one in cases if memory.of(one) is None]
    for one, opinion in _judge(memory, new[:ROUND]):
        _known[memory.tenant, one.case] = opinion
    if new:
        memory.keep()
    while len(_known) > _KEPT:
        _known.popitem(last=False)
    found = ((one, memory.of(one)) for one in cases)
    judged = tuple((one, opinion) for one, opinion in found if opinion is not None)
    return Opinions(judged=judged, waiting=len(cases) - len(judged))


def forget(tenant: UUID, data: Path | None = None) -> None:
    """Judge everything of a tenant anew from now on, in a folder of data as well."""
    for key in [one for one in _known if one[0] == tenant]:
        _known.pop(key, None)
    if data is not None:
        remembered.File(data, tenant).forget()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Memory:
    """What is remembered of a tenant at a moment."""

    tenant: UUID
    now: datetime
    #: What verdicts rest on now.
    grounds: str
    #: When everything was checked without a finding; None: it was not, or not lately.
    checked: datetime | None
    file: remembered.File

    @classmethod
    def open(cls, tenant: UUID) -> "_Memory":
        """Remember, in this process, what the file does."""
        app, now, data = context.application(), context.now(), context.settings().data
        grounds = remembered.grounds(app.check, tenant)
        file = remembered.File(data, tenant)
        if not any(one.grounds == grounds for one in _of(tenant).values()):
            for case, opinion in file.read(grounds).items():
                _known[tenant, case] = opinion
        last = daily_check.Results(data).read(tenant)
        good = last is not None and last.get("ok") is True
        at = last["at"] if last is not None and good else None
        checked = at if at is not None and now - at < CHECKED else None
        return cls(tenant=tenant, now=now, grounds=grounds, checked=checked, file=file)

    def of(self, one: Ended) -> Opinion | None:
        """The verdict on a case; None: it is to be judged."""
        known = _known.get((self.tenant, one.case))
        if known is None or (known.head, known.grounds) != (one.head, self.grounds):
            return None
        confirmed = self.checked is not None and known.at <= self.checked
        return known if confirmed or self.now - known.at < LASTS else None

    def keep(self) -> None:
        """Let the file remember what this process does."""
        self.file.write(self.grounds, _of(self.tenant))


def _of(tenant: UUID) -> dict[UUID, Opinion]:
    return {key[1]: one for key, one in _known.items() if key[0] == tenant}


def _judge(memory: _Memory, cases: Sequence[Ended]) -> Iterator[tuple[Ended, Opinion]]:
    if not cases:
        return
    app, tenant = context.application(), memory.tenant
    by_id = {one.case: one for one in cases}
    with (
        judging.court(app, tenant) as (court, _),
        app.chosen.moment(tenant, [*by_id]) as moment,
    ):
        for case, brought in judged_rows.chosen(moment, tenant):
            yield by_id[case], _opinion(court, by_id.pop(case), brought, memory)
        for one in by_id.values():
            # Its row is gone since it was listed: nobody can judge it.
            yield one, _unjudged(one.head, memory)


def _opinion(
    court: Court, one: Ended, brought: judged_rows.Case, memory: _Memory
) -> Opinion:
    events, last = brought
    try:
        found = court.case(events, last)
    except EngineError:
        return _unjudged(one.head, memory)
    return Opinion(
        answer=found.answer,
        classes=Counter(each.kind for each in found.deviations),
        wrong=_wrong(found),
        head=last[1] if last else one.head,
        at=memory.now,
        grounds=memory.grounds,
    )


def _unjudged(head: bytes, memory: _Memory) -> Opinion:
    return Opinion(
        answer=None,
        classes={},
        wrong=None,
        head=head,
        at=memory.now,
        grounds=memory.grounds,
    )


def _wrong(found: Judgement) -> tuple[int, Question] | None:
    return next(((event.seq, asked) for event, asked, _ in found.failures()), None)
