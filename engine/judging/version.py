"""Version: was it approved by somebody else, and in force when the case opened?"""

from typing import Any, Final

from engine.domain.events import EventType
from engine.evidence import record
from engine.judging.integrity import Opened
from engine.judging.norm import Life, Norm
from engine.judging.ruling import Ruling, fails, passes

_OPENED: Final = EventType.CASE_OPENED.value
_IN_FORCE: Final = passes("in-force")
_SAME: Final = passes("same-version")
#: Events that are told of a case and change neither tokens nor work.
REMARKS: Final = frozenset(
    {"personal.erased", "hold.placed", "hold.lifted", "paper.numbered"}
)


def judge(norm: Norm, event: Opened) -> Ruling:
    """The verdict on one event."""
    return opening(norm, event) if event.type == _OPENED else later(norm, event)


def opening(norm: Norm, event: Opened) -> Ruling:
    """The verdict on the event that opened a case (ISO 9001:2015, 7.5.2 and 7.5.3)."""
    return _named(norm, event) or _approved(norm.life, event) or _IN_FORCE


def _named(norm: Norm, event: Opened) -> Ruling | None:
    """What is wrong with the version that an event names."""
    life, named = norm.life, event.body["model"]
    if named["hash"] != norm.package.hash:
        return fails("other-hash", recorded=named["hash"], hash=norm.package.hash)
    if not life.hash:
        return fails("no-life", number=named["number"])
    known = {"procedure": life.procedure, "number": life.number, "hash": life.hash}
    if named != known:
        return fails("other-version", number=named["number"], known=life.number)
    return None


def _approved(life: Life, event: Opened) -> Ruling | None:
    """What is wrong with its life at the moment of opening."""
    if life.published_at is None or not life.publisher:
        return fails("unpublished", number=life.number)
    if life.publisher == life.author:
        return fails("own-approval", account=life.author, number=life.number)
    if event.instant < life.published_at:
        published = record.instant(life.published_at)
        return fails("not-yet", number=life.number, published=published)
    retired = life.retired_at
    if retired is None or event.instant <= retired or _by_sender(event.body["facts"]):
        return None
    return fails("retired", number=life.number, retired=record.instant(retired))


def _by_sender(facts: Any) -> bool:
    """Another pool of the sender's own version stays with the sender's version."""
    return bool(facts.get("process")) and "sender" in facts


def later(norm: Norm, event: Opened) -> Ruling:
    """The verdict on every other event: the version that the case began with."""
    named = event.body.get("model")
    life = norm.life
    if named is None and event.type in REMARKS:
        return _SAME
    if (
        named is not None
        and named["hash"] == norm.package.hash
        and named["number"] == life.number
        and named["procedure"] == life.procedure
    ):
        return _SAME
    number = None if named is None else named["number"]
    return fails("version-changed", number=number, known=life.number)
