"""Who could do what at any moment, from the record of the organisation.

Positions and holdings are dated. A holding that was ended afterwards counts for what
was done before it was ended as it was given: nothing ends in the past.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from engine.domain import outages
from engine.domain.organisation import Role
from engine.domain.outages import Outage

Body = Mapping[str, Any]
_EVER = datetime.min.replace(tzinfo=UTC)


class Post(NamedTuple):
    """A position; of an ended one also when and how it was ended."""

    agency: str
    performers: frozenset[str]
    first: date
    last: date
    ended: datetime | None = None
    ended_to: date = date.max

    def exists(self, at: datetime, day: date) -> bool:
        """Whether there was such a position at an instant, which is on a day."""
        last = self.last
        if self.ended is not None and at >= self.ended:
            last = min(last, self.ended_to)
        return self.first <= day <= last


class Holding(NamedTuple):
    """Who holds a position; of an ended one also when and how it was ended."""

    first: date
    last: date
    ended: datetime | None
    ended_to: date
    #: When it was given.
    told: datetime

    def holds(self, at: datetime, day: date) -> bool:
        """Whether the position was held at an instant, which is on a day."""
        last = self.last
        if self.ended is not None and at >= self.ended:
            last = self.ended_to
        return self.first <= day <= last


class Following(NamedTuple):
    """Who follows a closed agency from a day on, or stands over one; when it was said.

    What was done before it was said is judged as things stood then.
    """

    since: date
    told: datetime
    agencies: tuple[str, ...]

    def counts(self, at: datetime, day: date) -> bool:
        """Whether it counted at an instant, which is on a day."""
        return self.since <= day and self.told <= at


class Standing(NamedTuple):
    """Who acts in a position for its holder; when it was ended, where it was."""

    position: str
    absent: str
    substitute: str
    #: Codes of the procedures it is for; empty: all.
    procedures: frozenset[str]
    days: Holding

    def covers(self, at: datetime, day: date, procedure: str) -> bool:
        """Whether it counted at an instant, which is on a day, in a procedure."""
        named = not self.procedures or procedure in self.procedures
        return named and self.days.holds(at, day)


class Person(NamedTuple):
    """An account."""

    roles: frozenset[Role]
    last: date
    closed: datetime | None


class People:
    """Accounts, positions and holdings by their ids in hex."""

    def __init__(self) -> None:
        self.parents: dict[str, list[Following]] = {}
        #: Who follows the closed agencies.
        self.followed: dict[str, Following] = {}
        self.posts: dict[str, Post] = {}
        self.holdings: dict[tuple[str, str], list[Holding]] = {}
        self.held_by: dict[str, list[str]] = {}
        self.persons: dict[str, Person] = {}
        #: By substitution.
        self.standing: dict[str, Standing] = {}
        #: When work went on on paper.
        self.outages: dict[str, Outage] = {}
        #: Accounts from which a position was taken back.
        self.unsteady: set[str] = set()

    @classmethod
    def of(cls, events: Iterable[tuple[datetime, Body]]) -> "People":
        """The organisation as its stream tells it."""
        made = cls()
        for at, body in events:
            tell = _TELL.get(body["type"])
            if tell is not None:
                tell(made, at, body["facts"])
        return made

    def active(self, account: str, at: datetime, day: date) -> bool:
        """Whether somebody could sign in with an account."""
        person = self.persons.get(account)
        if person is None or day > person.last:
            return False
        return person.closed is None or at < person.closed

    def steady(self, account: str) -> bool:
        """Whether nothing that an account could do ended at an instant."""
        person = self.persons.get(account)
        return (
            person is not None
            and person.closed is None
            and account not in (self.unsteady)
        )

    def roles(self, account: str) -> frozenset[Role]:
        """What an account may do at all."""
        person = self.persons.get(account)
        return frozenset() if person is None else person.roles

    def holds(self, account: str, position: str, at: datetime, day: date) -> bool:
        """Whether an account held a position at an instant."""
        post = self.posts.get(position)
        if post is None or not post.exists(at, day):
            return False
        known = self.holdings.get((account, position), ())
        return any(one.holds(at, day) for one in known)

    def stands_in(self, doer: Body, at: datetime, day: date, procedure: str) -> bool:
        """Whether a doer acted for a holder who could be stood in for then."""
        wanted = doer["position"], doer["on_behalf_of"], doer["account"]
        return self.holds(wanted[1], wanted[0], at, day) and any(
            (one.position, one.absent, one.substitute) == wanted
            and one.covers(at, day, procedure)
            for one in self.standing.values()
        )

    def agencies(self, account: str, at: datetime, day: date) -> frozenset[str]:
        """The agencies in which an account held a position."""
        return frozenset(
            self.posts[one].agency
            for one in self.held_by.get(account, ())
            if self.holds(account, one, at, day)
        )

    def acts_in(
        self, account: str, position: str, at: datetime, day: date, procedure: str = ""
    ) -> bool:
        """Whether an account acted in a position, its own or another's.

        Without a procedure: in some procedure.
        """
        return self.holds(account, position, at, day) or any(
            (one.position, one.substitute) == (position, account)
            and (
                one.covers(at, day, procedure) if procedure else one.days.holds(at, day)
            )
            and self.holds(one.absent, position, at, day)
            for one in self.standing.values()
        )

    def keeps(self, account: str, position: str, at: datetime, day: date) -> bool:
        """Whether an account acts in a position by what was given until an instant.

        What is given later on the same day lets nobody keep what was lost before.
        """

        def held(who: str) -> bool:
            known = self.holdings.get((who, position), ())
            return self.holds(who, position, at, day) and any(
                one.told <= at and one.holds(at, day) for one in known
            )

        return held(account) or any(
            (one.position, one.substitute) == (position, account)
            and one.days.told <= at
            and one.days.holds(at, day)
            and held(one.absent)
            for one in self.standing.values()
        )

    def line(self, agency: str, at: datetime, day: date) -> Iterator[str]:
        """An agency and everything over it at an instant, the nearest first."""
        found = set()
        while agency and agency not in found:
            yield agency
            found.add(agency)
            known = self.parents.get(agency, ())
            over = [one.agencies for one in known if one.counts(at, day)]
            agency = over[-1][0] if over and over[-1] else ""

    def above(self, agency: str, at: datetime, day: date) -> frozenset[str]:
        """An agency and everything over it in the tree, at an instant."""
        return frozenset(self.line(agency, at, day))

    def successors(self, agency: str, at: datetime, day: date) -> frozenset[str]:
        """The agencies that did at an instant what a closed agency had done."""
        found, waiting, seen = set(), [agency], set()
        while waiting:
            here = waiting.pop()
            known = self.followed.get(here)
            if here in seen:
                continue
            seen.add(here)
            if known is not None and known.counts(at, day):
                waiting += known.agencies
            elif here != agency:
                found.add(here)
        return frozenset(found)

    def supervises(self, account: str, agency: str, at: datetime, day: date) -> bool:
        """Whether an account held a position over an agency."""
        return bool(self.agencies(account, at, day) & self.above(agency, at, day))

    # What the stream tells.

    def _agency(self, _: datetime, facts: Body) -> None:
        # An agency that is there from the beginning was always where it stands.
        self._under(facts["agency"], facts["parent"], date.min, _EVER)

    def _renamed(self, at: datetime, facts: Body) -> None:
        since = date.fromisoformat(facts["from"])
        self._under(facts["agency"], facts["parent"], since, at)

    def _under(
        self, agency: str, parent: str | None, since: date, at: datetime
    ) -> None:
        over = Following(since, at, (parent,) if parent else ())
        known = self.parents.setdefault(agency, [])
        known.append(over)
        known.sort(key=lambda one: one.since)

    def _reorganised(self, at: datetime, facts: Body) -> None:
        since = date.fromisoformat(facts["from"])
        for agency, successor in facts["moves"]:
            known = self.followed.get(agency)
            others = known.agencies if known is not None else ()
            self.followed[agency] = Following(since, at, (*others, successor))
        for child, parent in facts["parents"]:
            self._under(child, parent, since, at)
        closed = {agency for agency, _ in facts["moves"]}
        ended = {one for one, post in self.posts.items() if post.agency in closed}
        last = since - timedelta(days=1)
        for one in ended:
            self.posts[one] = self.posts[one]._replace(ended=at, ended_to=last)
        self.unsteady |= {
            account for account, position in self.holdings if position in ended
        }

    def _position(self, _: datetime, facts: Body) -> None:
        self.posts[facts["position"]] = Post(
            facts["agency"],
            frozenset(facts["performers"]),
            date.fromisoformat(facts["from"]),
            date.fromisoformat(facts["to"]),
        )

    def _held(self, at: datetime, facts: Body) -> None:
        account, position = facts["account"], facts["position"]
        first = date.fromisoformat(facts["from"])
        last = date.fromisoformat(facts["to"])
        holding = Holding(first, last, None, last, at)
        self.holdings.setdefault((account, position), []).append(holding)
        self.held_by.setdefault(account, []).append(position)

    def _ended(self, at: datetime, facts: Body) -> None:
        self.unsteady.add(facts["account"])
        known = self.holdings.get((facts["account"], facts["position"]), [])
        first = date.fromisoformat(facts["from"])
        for index, one in enumerate(known):
            if one.first == first:
                to = date.fromisoformat(facts["to"])
                known[index] = one._replace(ended=at, ended_to=to)

    def _given(self, at: datetime, facts: Body) -> None:
        first = date.fromisoformat(facts["from"])
        last = date.fromisoformat(facts["to"])
        self.standing[facts["substitution"]] = Standing(
            facts["position"],
            facts["absent"],
            facts["substitute"],
            frozenset(facts["procedures"]),
            Holding(first, last, None, last, at),
        )

    def _given_back(self, at: datetime, facts: Body) -> None:
        known = self.standing.get(facts["substitution"])
        if known is not None:
            to = date.fromisoformat(facts["to"])
            days = known.days._replace(ended=at, ended_to=to)
            self.standing[facts["substitution"]] = known._replace(days=days)

    def _out(self, at: datetime, facts: Body) -> None:
        self.outages[facts["outage"]] = outages.declared(facts, at)

    def _over(self, at: datetime, facts: Body) -> None:
        known = self.outages.get(facts["outage"])
        if known is not None:
            self.outages[facts["outage"]] = outages.ended(known, facts, at)

    def _account(self, _: datetime, facts: Body) -> None:
        roles = frozenset(Role(one) for one in facts["roles"])
        last = date.fromisoformat(facts["to"])
        self.persons[facts["account"]] = Person(roles, last, None)

    def _closed(self, at: datetime, facts: Body) -> None:
        known = self.persons.get(facts["account"])
        if known is not None:
            self.persons[facts["account"]] = known._replace(closed=at)


_TELL = {
    "agency.created": People._agency,  # noqa: SLF001 - its own table
    "agency.renamed": People._renamed,  # noqa: SLF001
    "agencies.reorganised": People._reorganised,  # noqa: SLF001
    "position.created": People._position,  # noqa: SLF001
    "position.held": People._held,  # noqa: SLF001
    "holding.ended": People._ended,  # noqa: SLF001
    "substitution.given": People._given,  # noqa: SLF001
    "substitution.ended": People._given_back,  # noqa: SLF001
    "outage.declared": People._out,  # noqa: SLF001
    "outage.ended": People._over,  # noqa: SLF001
    "account.created": People._account,  # noqa: SLF001
    "account.closed": People._closed,  # noqa: SLF001
}
