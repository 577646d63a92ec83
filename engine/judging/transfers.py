"""Transfers: did the case go to who followed its agencies, and was work given back?

What a reorganisation moved is judged by the record of the organisation, as it was when
the event was made (docs/manual/people.md, 4 and 10).
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from engine.judging.dossier import Dossier, Work
from engine.judging.integrity import Opened
from engine.judging.people import People
from engine.judging.ruling import Ruling, deviates, fails, passes

FOLLOWED: Final = passes("followed")
#: Why work went back by itself.
_ENDED: Final = "holding-ended"


def judge(people: People, case: Dossier, event: Opened, day: date) -> Ruling:
    """Whether each agency was followed by one that the organisation names."""
    facts = event.body["facts"]
    pairs = [*facts["agencies"].values(), *(one[2:4] for one in facts["work"])]
    for old, new in pairs:
        if new not in people.successors(old, event.instant, day):
            return fails("not-successor", agency=old, successor=new)
    for part, (old, _) in facts["agencies"].items():
        if case.parts.get(part) != old:
            return fails("other-place", agency=old)
    wrong = (_taken(people, case, event, day, one) for one in facts["work"])
    return next((one for one in wrong if one is not None), FOLLOWED)


def _taken(
    people: People, case: Dossier, event: Opened, day: date, told: list[Any]
) -> Ruling | None:
    """What is wrong with a piece of work that another agency takes over."""
    element, occurrence, old, agency, position = told
    work = case.open.get((element, occurrence))
    if work is None or work.agency != old:
        return fails("work-elsewhere", element=element, agency=old)
    if not position:
        return None
    # A claim that goes on in the position which followed.
    post = people.posts.get(position)
    if post is None or post.agency != agency:
        return fails("other-agency", position=position)
    if work.performer and work.performer not in post.performers:
        return fails("not-performer", position=position, performer=work.performer)
    if people.holds(work.holder, position, event.instant, day):
        return None
    return fails("not-holder", account=work.holder, position=position)


def handed_back(people: People, work: Work, event: Opened, day: date) -> Ruling:
    """Work that nobody gave back: the right of who had it must have ended."""
    if event.body["facts"].get("reason") != _ENDED:
        return fails("nobody")
    held = bool(work.seat) and people.keeps(work.holder, work.seat, event.instant, day)
    if held or not work.holder:
        return fails("still-holder", account=work.holder, position=work.seat)
    return deviates("handed-back", holder=work.holder)


def moved(case: Dossier, facts: Mapping[str, Any]) -> None:
    """Go on in the case: who takes part, and who has its work, after a transfer."""
    case.parts |= {part: pair[1] for part, pair in facts["agencies"].items()}
    case.place()
    for element, occurrence, _, agency, position in facts["work"]:
        work = case.open.get((element, occurrence))
        if work is not None:
            work.agency, work.seat = agency, position
            work.holder = work.holder if position else ""
