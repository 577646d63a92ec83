"""A clock and its changes as JSON: in the events of a case, and in its row.

In an event (`facts.clock`) an instant is written as the record writes instants; in the
row as well, so that the text is canonical: one text for one clock.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from engine.domain.clock_state import Cause, Change, Clock, Kind, Moved, Policy, Wait
from engine.domain.model import TimeLimit
from engine.domain.run import Json
from engine.domain.term import Mark, Sign, Term

_UTC: Final = "+00:00"


def facts_of(change: Change) -> dict[str, Json]:
    """A change as an event tells it (docs/manual/clock.md, rule 5)."""
    told: dict[str, Json] = {
        "change": change.kind.value,
        "cause": change.cause.value,
        "policy": change.policy.value if change.policy else "",
        "due": [instant(one) for one in change.due],
        "steps": [_moved(one) for one in change.steps],
        "calendar": change.calendar,
    }
    if change.wait:
        told["wait"] = change.wait
    if change.kept:
        told["kept"] = [_moved(one) for one in change.kept]
    if change.limit is not None:
        told["limit"] = [change.limit.amount, change.limit.unit]
    if change.left is not None:
        told["left"] = change.left
    return told


def change_of(told: Mapping[str, Any]) -> Change:
    """A change as an event tells it.

    Raises:
        ValueError, LookupError: It is none.
    """
    old, new = told["due"]
    return Change(
        kind=Kind(told["change"]),
        cause=Cause(told["cause"]),
        policy=Policy(told["policy"]) if told["policy"] else None,
        wait=told.get("wait", ""),
        due=(_instant_of(old), _instant_of(new)),
        steps=tuple(map(_moved_of, told["steps"])),
        kept=tuple(map(_moved_of, told.get("kept", ()))),
        calendar=told["calendar"],
        limit=_limit_of(told.get("limit")),
        left=told.get("left"),
    )


def real(at: datetime, facts: Mapping[str, Any]) -> datetime:
    """The real instant of an event (rule 1): on paper, where it was done on paper."""
    paper = facts.get("paper")
    return at if paper is None else datetime.fromisoformat(paper["at"])


def onward(at: datetime, facts: Mapping[str, Any]) -> datetime:
    """From when what an event led to counts (rule 1); mostly its real instant."""
    later = facts.get("paper", {}).get("onward")
    return real(at, facts) if later is None else datetime.fromisoformat(later)


def moves(at: datetime, facts: Mapping[str, Any]) -> Iterator[tuple[datetime, Change]]:
    """What an event moved, each with when: what begins with its effect is onward."""
    for one in facts.get("clock", ()):
        change = change_of(one)
        begun = change.kind is Kind.BEGUN
        yield (onward if begun else real)(at, facts), change


def by_of(told: Mapping[str, Any]) -> datetime | TimeLimit:
    """Until when, or by how much, a promise is extended, as an event tells it."""
    if "limit" in told:
        amount, unit = told["limit"]
        return TimeLimit(amount, unit)
    return _at(told["until"])


def told_by(by: datetime | TimeLimit) -> dict[str, Json]:
    """How an event tells it."""
    if isinstance(by, TimeLimit):
        return {"limit": _limit(by)}
    return {"until": instant(by)}


def brief(told: Mapping[str, Any]) -> str:
    """A change in one line, for a verdict; nothing: `–`."""
    if "due" not in told:
        return str(told.get("refused", "–"))
    old, new = (one or "–" for one in told["due"])
    steps = "".join(f", {one[0]} ({one[1]}): {one[3] or '–'}" for one in told["steps"])
    return f"{told['change']} {told['cause']} {told['policy']}: {old} → {new}{steps}"


def dump(clock: Clock | None) -> str:
    """The text of a clock that was moved; empty: it never was."""
    if clock is None or clock.untouched:
        return ""
    plain = {
        "case": _term(clock.case),
        "steps": [
            [element, occurrence, _term(one)]
            for (element, occurrence), one in sorted(clock.steps.items())
        ],
        "waits": [_wait(one) for one in clock.waits],
        "since": instant(clock.since),
        "marks": [_mark(one) for one in clock.marks],
    }
    return json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def load(text: str) -> Clock | None:
    """The clock of a text; None of an empty one."""
    if not text:
        return None
    plain = json.loads(text)
    return Clock(
        case=_term_of(plain["case"]),
        steps={
            (element, occurrence): made
            for element, occurrence, one in plain["steps"]
            if (made := _term_of(one)) is not None
        },
        waits=tuple(map(_wait_of, plain["waits"])),
        since=_instant_of(plain["since"]),
        marks=tuple(map(_mark_of, plain["marks"])),
    )


def waits(text: str) -> tuple[Cause, ...]:
    """What a case waits for by the text of its clock; mostly nothing."""
    clock = load(text)
    return () if clock is None else tuple(one.cause for one in clock.open_waits)


def stands(text: str) -> bool:
    """Whether a clock stands still by its text; mostly it does not."""
    clock = load(text)
    return clock is not None and clock.since is not None


def instant(at: datetime | None) -> str | None:
    """An instant as the record writes it."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="microseconds")[: -len(_UTC)] + "Z"


def _instant_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moved(one: Moved) -> list[Json]:
    element, occurrence, old, new = one
    return [element, occurrence, instant(old), instant(new)]


def _moved_of(told: Any) -> Moved:
    element, occurrence, old, new = told
    return element, occurrence, _instant_of(old), _instant_of(new)


def _limit(limit: TimeLimit | None) -> list[Json] | None:
    return None if limit is None else [limit.amount, limit.unit]


def _limit_of(plain: Any) -> TimeLimit | None:
    return None if plain is None else TimeLimit(plain[0], plain[1])


def _term(term: Term | None) -> list[Json] | None:
    if term is None:
        return None
    times = [instant(one) for one in (term.began, term.due, term.kept)]
    limit: list[Json] = [term.limit.amount, term.limit.unit]
    return [*times, *limit, term.promise, term.cutoff, term.since]


def _term_of(plain: Any) -> Term | None:
    if plain is None:
        return None
    began, due, kept, amount, unit, promise, cutoff, since = plain
    return Term(
        began=_at(began),
        limit=TimeLimit(amount, unit),
        promise=promise,
        cutoff=cutoff,
        due=_instant_of(due),
        kept=_instant_of(kept),
        since=since,
    )


def _wait(one: Wait) -> list[Json]:
    words: list[Json] = [one.key, one.cause.value, one.policy.value]
    return [*words, instant(one.began), instant(one.ended)]


def _wait_of(plain: Any) -> Wait:
    key, cause, policy, began, ended = plain
    return Wait(
        key=key,
        cause=Cause(cause),
        policy=Policy(policy),
        began=_at(began),
        ended=_instant_of(ended),
    )


def _mark(one: Mark) -> list[Json]:
    return [one.sign.value, instant(one.at), instant(one.to), _limit(one.limit)]


def _mark_of(plain: Any) -> Mark:
    sign, at, to, limit = plain
    return Mark(sign=Sign(sign), at=_at(at), to=_instant_of(to), limit=_limit_of(limit))
