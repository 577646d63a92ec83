"""Orders before the court: did whoever gave one supervise the case, and by what?

A case is stopped, let rest and given more time by who supervises one of its agencies.
The record names the position by which; records from before that name none.
"""

from datetime import date
from typing import Final, Protocol

from engine.domain import on_paper
from engine.domain.organisation import Role
from engine.judging.dossier import Dossier, Request
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.people import People
from engine.judging.ruling import Ruling, fails, passes

_HELD: Final = passes("position-held")
_ROLE: Final = passes("role-held")
_SUPERVISORS: Final = frozenset({Role.SUPERVISOR})


class Bench(Protocol):
    """Asks about authority (`engine.judging.authority`)."""

    @property
    def people(self) -> People:
        """The organisation."""

    def day(self, event: Opened) -> date:
        """The local day of an event."""

    def person(self, event: Opened, roles: frozenset[Role]) -> Ruling | None:
        """What is wrong with a doer; None: an active account with such a role."""

    def position(self, event: Opened) -> Ruling | None:
        """What is wrong with the position of a doer."""

    def waiting(self, norm: Norm, case: Dossier, event: Opened) -> Ruling:
        """Whether something was recorded by who works on the case."""


def ordered(bench: Bench, _: Norm, case: Dossier, event: Opened) -> Ruling:
    """Who supervises one of the agencies stops a case, or lets it rest."""
    wrong = bench.person(event, _SUPERVISORS)
    if wrong is not None:
        return wrong
    account, at, day = event.body["doer"]["account"], event.instant, bench.day(event)
    supervises = bench.people.supervises
    if not any(supervises(account, one, at, day) for one in case.agencies):
        return fails("not-supervising", account=account)
    return _by_position(bench, case, event)


def asking(bench: Bench, norm: Norm, case: Dossier, event: Opened) -> Ruling:
    """Who works on the case asks for more time."""
    hands = on_paper.hands_of(event.body["doer"], event.body["facts"])
    case.asked = Request(event.seq, hands, event.real)
    return bench.waiting(norm, case, event)


def extended(bench: Bench, norm: Norm, case: Dossier, event: Opened) -> Ruling:
    """Who supervises the case gives more time; nobody grants the own request.

    The position that is named signs the letter of apology.
    """
    asked, case.asked, case.answered = case.asked, None, case.asked
    facts, doer = event.body["facts"], event.body["doer"]
    account = doer.get("account", "")
    if facts.get("asked") != (None if asked is None else asked.seq):
        return fails("other-request")
    if asked is not None and asked.hands & on_paper.hands_of(doer, facts):
        return fails("own-request", account=account)
    by = facts.get(on_paper.FACT, {}).get("by", account)
    if facts.get("approver", by) != by:
        return fails("other-approver", account=by)
    return ordered(bench, norm, case, event)


def _by_position(bench: Bench, case: Dossier, event: Opened) -> Ruling:
    """Whether the position that is named stands over an agency of the case."""
    doer = event.body["doer"]
    if "position" not in doer:
        return _ROLE
    wrong = bench.position(event)
    if wrong is not None:
        return wrong
    at, day, above = event.instant, bench.day(event), bench.people.above
    if any(doer["agency"] in above(one, at, day) for one in case.agencies):
        return _HELD
    return fails("not-supervising", account=doer["account"])
