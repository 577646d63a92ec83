"""What was done on paper before the court (docs/manual/clock.md, rules 1 and 2).

Who entered it is judged as the doer of any event. Whoever did it is judged as well, at
the real instant, by the same rules; that instant must be possible; and what was done on
paper outside of a declared outage is a deviation with its reason.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from engine.domain import clocked, iso8601, on_paper, side_work
from engine.domain import onward as later
from engine.domain.clock_state import Cause
from engine.domain.events import EventType
from engine.domain.outages import Outage
from engine.evidence import record
from engine.judging import orders
from engine.judging.dossier import Dossier
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.people import People
from engine.judging.ruling import Ruling, Verdict, deviates, fails, passes

_OPENED: Final = EventType.CASE_OPENED.value
_COMPLETED: Final = EventType.TASK_COMPLETED.value
_COSIGNED: Final = EventType.COSIGN_GIVEN.value
_ASKED: Final = EventType.EXTENSION_ASKED.value
_ANSWERS: Final = frozenset(
    {EventType.DEADLINE_EXTENDED.value, EventType.EXTENSION_REFUSED.value}
)
_RESTING: Final = frozenset(one.value for one in on_paper.RESTING)
_ORDERS: Final = frozenset(one.value for one in on_paper.ORDERS)
_FACT: Final = on_paper.FACT
_TOLD: Final = frozenset({"at", "by", "position", "scan", "why"})
_OUTAGE: Final = "outage"
#: An act that began before an outage was declared may be recorded a moment after it.
_OVERLAP: Final = timedelta(minutes=1)


class Bench(orders.Bench, Protocol):
    """Asks about authority (`engine.judging.authority`)."""

    def opening(self, norm: Norm, case: Dossier, event: Opened) -> Ruling:
        """Whether a dossier was received by who may receive it."""

    def working(self, norm: Norm, case: Dossier, event: Opened) -> Ruling:
        """Whether work was done by who may do it, whoever has claimed it."""


_Ask = Callable[[Bench, Norm, Dossier, Opened], Ruling]
#: What begins and ends a wait by an act.
WAITS: Final = frozenset(
    one.value
    for one, cause in (*clocked.BEGINS.items(), *clocked.ENDS.items())
    if cause is not Cause.SUSPENSION
)
#: What is ordered from above.
_ORDERED: Final = frozenset({*_ORDERS, *_ANSWERS, EventType.SUSPENSION_ENDED.value})
#: What may be done on paper, and what is asked of who did it.
_ASK: Final[Mapping[str, _Ask]] = {
    EventType.CASE_OPENED.value: lambda bench, *of: bench.opening(*of),
    _COMPLETED: lambda bench, *of: bench.working(*of),
    EventType.TASK_RETURNED.value: lambda bench, *of: bench.working(*of),
    **dict.fromkeys(
        (*WAITS, _ASKED, EventType.FEE_PAID.value),
        lambda bench, *of: bench.waiting(*of),
    ),
    **dict.fromkeys(
        (one.value for one in side_work.GIVEN), lambda bench, *of: bench.working(*of)
    ),
    **dict.fromkeys(_ORDERED, orders.ordered),
}
#: What only who holds the position does on paper: a sheet does not say for whom a
#: substitute did, and whom it was for has a hand in it.
_BY_HOLDERS: Final = frozenset({*_ORDERED, _COSIGNED, _ASKED})


def bounds(case: Dossier, event: Opened) -> Ruling | None:
    """What is wrong with the real instant of an act on paper; None: nothing.

    Raises:
        LookupError, TypeError, ValueError: What is told of paper cannot be read.
    """
    paper = event.body["facts"].get(_FACT)
    if paper is None:
        return None
    told = str(paper["at"])
    at = datetime.fromisoformat(told)
    if record.instant(at) != told or set(paper) - {_OUTAGE, on_paper.ONWARD} != _TOLD:
        return fails("format")
    rests = case.clock is not None and case.clock.rests(at)
    if rests and event.type not in _RESTING:
        return fails("was-suspended")
    if at > event.instant:
        return fails("paper-after", at=told)
    since = _since(case, event)
    if since is None or on_paper.possible(at, since):
        # The clock is moved in the order of what really happened.
        moves = bool(event.body["facts"].get("clock")) or event.type in _ORDERS
        since = case.clock.last if case.clock is not None and moves else None
        if since is None or at >= since:
            return _onward(case, event)
    return fails("paper-instant", at=told, since=record.instant(since))


def _onward(case: Dossier, event: Opened) -> Ruling | None:
    """What is wrong with the instant from which the effect counts; None: nothing."""
    led = later.of_effect(event.body.get("effect"))
    before = (
        later.Before(
            one.type,
            datetime.fromisoformat(one.onward),
            later.of_effect(one.body.get("effect")),
        )
        for one in case.acts
    )
    due = record.instant(later.of(case.model, event.real, led, before))
    told = event.onward
    return None if told == due else fails("paper-onward", recorded=told, due=due)


def judge(
    bench: Bench, norm: Norm, case: Dossier, event: Opened, entered: Ruling
) -> Ruling:
    """The verdict on the authority of an act on paper.

    Args:
        bench: Asks about authority.
        norm: What the case is judged by.
        case: The case before the event.
        event: The event.
        entered: The verdict on who entered it.
    """
    if entered.verdict is not Verdict.PASS:
        return entered
    ask = _ASK.get(event.type)
    if ask is None:
        return fails("paper-act", type=event.type)
    paired = event.type in _BY_HOLDERS or (
        event.type == _COMPLETED
        and (event.visit[0] in norm.partners or case.beside.signers(*event.visit))
    )
    done = ask(bench, norm, case, _as_done(event, bench.people, paired=bool(paired)))
    if done.verdict is not Verdict.PASS:
        return done
    return _explained(event, bench.people)


def _explained(event: Opened, people: People) -> Ruling:
    """Whether an outage or a reason explains the paper."""
    paper: Mapping[str, Any] = event.body["facts"][_FACT]
    at = datetime.fromisoformat(paper["at"])
    name = paper.get(_OUTAGE)
    old = event.type == _OPENED and event.instant - at > on_paper.UNEXPLAINED
    if not paper["why"] and (name is None or old):
        return fails("paper-unexplained")
    if name is None:
        return deviates("on-paper", account=paper["by"], at=paper["at"])
    known: Outage | None = people.outages.get(name)
    if known is None or not known.counted(at, event.instant, _OVERLAP):
        return fails("no-such-outage", at=paper["at"])
    document = known.document
    return passes(
        "paper-in-outage", account=paper["by"], at=paper["at"], document=document
    )


def _as_done(event: Opened, people: People, *, paired: bool) -> Opened:
    """The event as if whoever did it on paper had done it here then.

    A sheet does not say for whom a substitute acted, so no step of a pair, nothing that
    is signed together and no order is theirs.
    """
    paper = event.body["facts"][_FACT]
    at = datetime.fromisoformat(paper["at"])
    account, position = paper["by"], paper["position"]
    post = people.posts.get(position)
    doer = {"account": account, "position": position}
    if post is not None:
        doer["agency"] = post.agency
    procedure = event.body["model"]["procedure"]
    day = iso8601.day(at)
    if not paired and not people.holds(account, position, at, day):
        for one in people.standing.values():
            acts = {**doer, "on_behalf_of": one.absent}
            if people.stands_in(acts, at, day, procedure):
                doer = acts
                break
    body = {**event.body, "doer": doer}
    return event._replace(at=paper["at"], instant=at, body=body)


def _since(case: Dossier, event: Opened) -> datetime | None:
    """The real instant of the act that made one possible; None: of a receipt."""
    if event.type == _OPENED:
        return None
    if event.type in _ORDERS:
        return max(_worked(case), default=case.began)
    if event.type in _ANSWERS and case.answered is not None:
        return case.answered.at
    work = case.open.get(event.visit)
    if work is None or not work.began:
        return case.began
    since = datetime.fromisoformat(work.began)
    signed = case.beside.signed_at(event.visit) if event.type == _COMPLETED else None
    return since if signed is None else max(since, signed)


def _worked(case: Dossier) -> Iterator[datetime]:
    """The real instants of what people did in a case."""
    for act in case.acts:
        if later.worked(act.type, act.body["doer"], act.body.get("effect")):
            yield act.real
    for asked in case.beside.asked:
        yield asked.at
        yield from (one.at for one in asked.said.values())
