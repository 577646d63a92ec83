"""Authority: did the doer hold the position at that instant, and may it do this?

The rules are those of `engine.domain.policy` and of the commands, asked of the dated
record of the organisation (ISO 9001:2015, 5.3 and 8.5.1).
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from engine.domain import iso8601, on_paper, side_work
from engine.domain import model as models
from engine.domain.events import EventType
from engine.domain.organisation import Role
from engine.domain.programme import ACTION_PROCEDURE
from engine.judging import beside, orders, papers, remarking, transfers
from engine.judging.dossier import Dossier, Work
from engine.judging.integrity import Opened
from engine.judging.norm import Norm
from engine.judging.people import People
from engine.judging.ruling import Ruling, deviates, fails, passes, unknown

_HELD: Final = passes("position-held")
_STOOD_IN: Final = passes("stood-in")
_NOBODY: Final[frozenset[str]] = frozenset()
_ENGINE: Final = passes("engine")
_LETTER: Final = passes("letter")
_CITIZEN: Final = passes("citizen")
_ROLE: Final = passes("role-held")
_OFFERED: Final = EventType.HANDOVER_OFFERED.value
_NO_WORK: Final = unknown("no-work")
_SEES_ALL: Final = frozenset({Role.AUDITOR, Role.ADMINISTRATOR, Role.INTEGRATOR})
#: What brings about a case that nobody opens.
_CAUSES: Final = ("scheduled", "sender")
#: What a corrective action names.
_FINDING: Final = "finding"
_AUDITORS: Final = frozenset({Role.AUDITOR})
#: Days kept; a day is looked up by its hour in UTC.
_HOURS: Final = 50_000


class Bench:
    """Asks about authority in one installation."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._days: dict[str, date] = {}
        #: Hour, account, position, its agency; agency and performer of the work.
        self._held: set[tuple[str, str, str, str, str, str]] = set()

    def judge(self, norm: Norm, case: Dossier, event: Opened) -> Ruling:
        """The verdict on one event."""
        ask = _ASK.get(event.type)
        ruling = _ROLE if ask is None else ask(self, norm, case, event)
        told = on_paper.FACT in event.body["facts"]
        return papers.judge(self, norm, case, event, ruling) if told else ruling

    def day(self, event: Opened) -> date:
        """The local day of an event."""
        hour = event.at[:13]
        known = self._days.get(hour)
        if known is None:
            if len(self._days) >= _HOURS:
                self._days.clear()
            known = self._days[hour] = iso8601.day(event.instant)
        return known

    def person(self, event: Opened, roles: frozenset[Role]) -> Ruling | None:
        """What is wrong with a doer; None: an active account with such a role."""
        account = event.body["doer"].get("account", "")
        if not account:
            return fails("nobody")
        if account not in self.people.persons:
            return fails("no-account", account=account)
        if not self.people.active(account, event.instant, self.day(event)):
            return fails("account-closed", account=account)
        if not roles & self.people.roles(account):
            return fails("no-role", account=account)
        return None

    def position(self, event: Opened) -> Ruling | None:
        """What is wrong with the position of a doer."""
        doer = event.body["doer"]
        position, account = doer.get("position", ""), doer["account"]
        post = self.people.posts.get(position)
        if post is None:
            return fails("no-position", account=account)
        day = self.day(event)
        if "on_behalf_of" in doer:
            procedure = event.body["model"]["procedure"]
            if not self.people.stands_in(doer, event.instant, day, procedure):
                return fails("not-substitute", account=account, position=position)
        elif not self.people.holds(account, position, event.instant, day):
            return fails("not-holder", account=account, position=position)
        if post.agency != doer.get("agency"):
            return fails("other-agency", position=position)
        return None

    def opening(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """Dossiers are received in a position of the receiving or helping agency.

        A corrective action is opened for its finding, by an auditor.
        """
        body = event.body
        if not body["doer"]:
            caused = any(one in body["facts"] for one in _CAUSES)
            return _ENGINE if caused else fails("nobody")
        if _FINDING in body["facts"] and body["model"]["procedure"] == ACTION_PROCEDURE:
            return self.person(event, _AUDITORS) or _ROLE
        wrong = self.person(event, _CLERKS) or self.position(event)
        if wrong is not None:
            return wrong
        account, agency = body["doer"]["account"], body["doer"]["agency"]
        if agency in case.receiving or self.people.roles(account) & _SEES_ALL:
            return _HELD
        return fails("not-receiving", agency=agency)

    def work(self, norm: Norm, case: Dossier, event: Opened) -> Ruling:
        """Work is done in a position that performs it, where it is, by one person."""
        work = case.open.get(event.visit)
        account = event.body["doer"].get("account", "")
        if work is None or work.holder in ("", account):
            return self.working(norm, case, event)
        wrong = self.works(event, work)
        return wrong or fails("claimed-by-other", account=account, holder=work.holder)

    def working(self, norm: Norm, case: Dossier, event: Opened) -> Ruling:
        """Work is done in a position that performs it, whoever has claimed it."""
        work = case.open.get(event.visit)
        if work is None:
            return _NO_WORK
        wrong = self.works(event, work) or beside.hands(case, event, norm.partners)
        if wrong is not None:
            return wrong
        return _STOOD_IN if "on_behalf_of" in event.body["doer"] else _HELD

    def works(self, event: Opened, work: Work) -> Ruling | None:
        """What is wrong with who does work.

        Whose rights end on a day and not at an instant has them for the whole of an
        hour (no day begins in the middle of one), so the question is asked once.
        """
        doer = event.body["doer"]
        account, position = doer.get("account", ""), doer.get("position", "")
        place = doer.get("agency", "")
        if "on_behalf_of" in doer:
            return self.person(event, _CLERKS) or self._performs(event, work)
        hour = event.at[:13]
        key = (hour, account, position, place, work.agency, work.performer)
        if key in self._held:
            return None
        wrong = self.person(event, _CLERKS) or self._performs(event, work)
        if wrong is None and self.people.steady(account):
            if len(self._held) >= _HOURS:
                self._held.clear()
            self._held.add(key)
        return wrong

    def _performs(self, event: Opened, work: Work) -> Ruling | None:
        wrong = self.position(event)
        if wrong is not None:
            return wrong
        position = event.body["doer"]["position"]
        post = self.people.posts[position]
        if post.agency != work.agency:
            return fails("other-agency", position=position)
        if work.performer and work.performer not in post.performers:
            return fails("not-performer", position=position, performer=work.performer)
        return None

    def release(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """One gives back one's own work; a supervisor takes it from anybody."""
        work = case.open.get(event.visit)
        if work is None:
            return _NO_WORK
        if not event.body["doer"]:
            return transfers.handed_back(self.people, work, event, self.day(event))
        wrong = self.person(event, _RELEASING)
        if wrong is not None:
            return wrong
        account, day = event.body["doer"]["account"], self.day(event)
        own = work.holder in ("", account)
        if own and self._performs(event, work) is None:
            return deviates("released")
        at = event.instant
        supervisor = Role.SUPERVISOR in self.people.roles(account)
        if supervisor and self.people.supervises(account, work.agency, at, day):
            return deviates("reassigned", holder=work.holder)
        return fails("claimed-by-other", account=account, holder=work.holder)

    def reassign(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """A supervisor gives work to a position that does it, or to who holds that."""
        work = case.open.get(event.visit)
        if work is None:
            return _NO_WORK
        wrong = self.person(event, _REASSIGNING)
        if wrong is not None:
            return wrong
        account, at, day = event.body["doer"]["account"], event.instant, self.day(event)
        facts = event.body["facts"]
        if not all(
            self.people.supervises(account, one, at, day)
            for one in (work.agency, facts["agency"])
        ):
            return fails("not-supervising", account=account)
        return self._given(case, event, work) or deviates(
            "given-on", holder=work.holder, to=facts.get("to", "")
        )

    def _given(self, case: Dossier, event: Opened, work: Work) -> Ruling | None:
        """What is wrong with whom work is given to."""
        facts = event.body["facts"]
        position, agency, taker = facts["position"], facts["agency"], facts.get("to")
        post = self.people.posts.get(position)
        if post is None or post.agency != agency:
            return fails("other-agency", position=position)
        if agency not in {*case.agencies, work.agency}:
            return fails("work-elsewhere", element=event.visit[0], agency=agency)
        if work.performer and work.performer not in post.performers:
            return fails("not-performer", position=position, performer=work.performer)
        procedure = event.body["model"]["procedure"]
        held = not taker or self.people.acts_in(
            taker, position, event.instant, self.day(event), procedure
        )
        return None if held else fails("not-holder", account=taker, position=position)

    def transfer(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """Who administers has the successors of closed agencies take a case over.

        The engine does so, too, on the day of an order that somebody gave.
        """
        doer = event.body["doer"]
        wrong = self.person(event, _ADMINISTERING) if doer else None
        return wrong or transfers.judge(self.people, case, event, self.day(event))

    def recall(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """Who completed a step takes it back, while nobody has the next one."""
        target = event.body["facts"]["target"]
        wrong = self.person(event, _CLERKS) or self.position(event)
        if wrong is not None:
            return wrong
        doer = event.body["doer"]
        account, position = doer["account"], doer["position"]
        performer = models.performer_of(case.model.nodes[target])
        if performer and performer not in self.people.posts[position].performers:
            return fails("not-performer", position=position, performer=performer)
        if account not in case.doers.get(target, _NOBODY):
            return fails("not-own-step", account=account, element=target)
        work = case.open.get(event.visit)
        if work is not None and work.holder:
            return fails("claimed-by-other", account=account, holder=work.holder)
        return _HELD

    def withdrawal(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """The request is recorded in a position where the dossier came in."""
        wrong = self.person(event, _CLERKS) or self.position(event)
        if wrong is not None:
            return wrong
        agency = event.body["doer"]["agency"]
        held = agency in case.receiving
        return _HELD if held else fails("not-receiving", agency=agency)

    def waiting(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """Waits, and requests for more time, are recorded by who works on the case."""
        wrong = self.person(event, _CLERKS) or self.position(event)
        if wrong is not None:
            return wrong
        agency = event.body["doer"]["agency"]
        # Who is asked beside a step does not conduct the case.
        steps = (one for key, one in case.open.items() if not side_work.is_side(key[0]))
        near = {*case.agencies, *(work.agency for work in steps)}
        return _HELD if agency in near else fails("other-place", agency=agency)

    def supervision(self, _: Norm, case: Dossier, event: Opened) -> Ruling:
        """Who supervises one of the agencies lets a stopped case go on."""
        wrong = self.person(event, _SUPERVISING)
        if wrong is not None:
            return wrong
        account, at, day = event.body["doer"]["account"], event.instant, self.day(event)
        if self.people.roles(account) & _SEES_ALL:
            return _ROLE
        near = self.people.agencies(account, at, day) & case.agencies
        over = (self.people.supervises(account, one, at, day) for one in case.agencies)
        return _ROLE if near or any(over) else fails("not-supervising", account=account)

    def engine(self, _: Norm, __: Dossier, event: Opened) -> Ruling:
        """What the engine does of itself names nobody."""
        if event.body["doer"]:
            return fails("engine-only", account=event.body["doer"].get("account", ""))
        return _ENGINE

    def filing(self, _: Norm, __: Dossier, event: Opened) -> Ruling:
        """Who gives the physical file holds its position, and so does who takes it."""
        side = "giver" if event.type == _OFFERED else "taker"
        wrong = self.person(event, _CLERKS) or self.position(event)
        if wrong is not None:
            return wrong
        position = event.body["doer"]["position"]
        if position != event.body["facts"].get(side):
            return fails("other-place", agency=event.body["doer"]["agency"])
        return _HELD

    def citizen(self, _: Norm, __: Dossier, event: Opened) -> Ruling:
        """Whoever holds the receipt rates, and is not named."""
        if event.body["doer"]:
            return fails("engine-only", account=event.body["doer"].get("account", ""))
        return _CITIZEN

    def message(self, _: Norm, __: Dossier, event: Opened) -> Ruling:
        """A message comes by a letter, or by a connected system."""
        if not event.body["doer"]:
            return _LETTER if "sender" in event.body["facts"] else fails("nobody")
        return self.person(event, _INTEGRATING) or _ROLE


_CLERKS: Final = frozenset({Role.CLERK})
_RELEASING: Final = frozenset({Role.CLERK, Role.SUPERVISOR})
_REASSIGNING: Final = frozenset({Role.SUPERVISOR})
_SUPERVISING: Final = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})
_ADMINISTERING: Final = frozenset({Role.ADMINISTRATOR})
_INTEGRATING: Final = frozenset({Role.INTEGRATOR})

_Ask = Callable[[Bench, Norm, Dossier, Opened], Ruling]
_ASK: Final[Mapping[str, _Ask]] = {
    EventType.CASE_OPENED.value: Bench.opening,
    EventType.CASE_CONTINUED.value: Bench.engine,
    EventType.CASE_HALTED.value: Bench.engine,
    EventType.TIMER_FIRED.value: Bench.engine,
    EventType.CASE_RESUMED.value: Bench.supervision,
    EventType.INCIDENT_RETRIED.value: Bench.supervision,
    EventType.TASK_CLAIMED.value: Bench.work,
    EventType.TASK_COMPLETED.value: Bench.work,
    EventType.ACTIVITY_BEGUN.value: Bench.work,
    **beside.ASK,
    EventType.TASK_RELEASED.value: Bench.release,
    EventType.TASK_REASSIGNED.value: Bench.reassign,
    EventType.CASE_TRANSFERRED.value: Bench.transfer,
    EventType.TASK_RETURNED.value: Bench.work,
    EventType.TASK_RECALLED.value: Bench.recall,
    EventType.CASE_STOPPED.value: orders.ordered,
    EventType.CASE_WITHDRAWN.value: Bench.withdrawal,
    EventType.CASE_SUSPENDED.value: orders.ordered,
    EventType.SUSPENSION_ENDED.value: orders.ordered,
    **dict.fromkeys(papers.WAITS, Bench.waiting),
    EventType.EXTENSION_ASKED.value: orders.asking,
    EventType.FEE_PAID.value: Bench.waiting,
    EventType.COMPONENT_ADDED.value: Bench.waiting,
    EventType.COMPONENT_RETURNED.value: Bench.waiting,
    EventType.RESULT_ISSUED.value: Bench.waiting,
    EventType.RESULT_RETURNED.value: Bench.waiting,
    EventType.WITHDRAWAL_ASKED.value: Bench.waiting,
    EventType.HANDOVER_OFFERED.value: Bench.filing,
    EventType.HANDOVER_ACCEPTED.value: Bench.filing,
    EventType.CASE_RATED.value: Bench.citizen,
    EventType.CASE_REMARKED.value: remarking.judge,
    EventType.EXTENSION_REFUSED.value: orders.extended,
    EventType.DEADLINE_EXTENDED.value: orders.extended,
    EventType.MESSAGE_RECEIVED.value: Bench.message,
    EventType.SIGNAL_RECEIVED.value: Bench.message,
}


def given(
    case: Dossier, performers: Mapping[str, str], effect: Mapping[str, Any]
) -> Ruling | None:
    """What is wrong with whom an act gives work to; None: nothing."""
    for element, _, performer, agency, _due in effect["opened"]:
        if performers.get(element) != performer:
            return fails("work-misgiven", element=element, performer=performer)
        if agency not in case.agencies:
            return fails("work-elsewhere", element=element, agency=agency)
    return None
