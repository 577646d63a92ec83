"""The organisation as dated data: agencies, positions and who holds them.

Nothing here names one province. An agency keeps its id for ever; names, parents, codes
and calendars change from a date on. Work goes to positions; people hold positions for a
time.
"""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum
from uuid import UUID

from engine.domain import iso8601


class Role(Enum):
    """What an account may do at all."""

    DESIGNER = "designer"
    APPROVER = "approver"
    CLERK = "clerk"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    INTEGRATOR = "integrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """What an agency is called and where it stands, from a day on."""

    since: date
    name: str
    codes: tuple[str, ...] = ()
    level: str = "unit"
    parent: UUID | None = None
    #: Number of the document that orders it.
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """Where an agency is and how it is reached, from a day on."""

    since: date
    address: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An agency or a unit of one, as it is between two dates."""

    id: UUID
    name: str
    #: Both code styles in use (QCVN 102:2016 and Decision 20/2020/QD-TTg), aliases.
    codes: tuple[str, ...] = ()
    #: `ministry`, `province`, `commune`, or `unit` of one of them.
    level: str = "unit"
    parent: UUID | None = None
    valid_from: date = date.min
    valid_to: date = date.max
    successors: tuple[UUID, ...] = ()
    calendar: str = "default"
    #: Colour of the agency's pages; empty: the product's.
    colour: str = ""
    #: What it was called later on, the earliest first; an agency keeps its id.
    renamed: tuple[Naming, ...] = ()
    #: How it is reached, the earliest first.
    reached: tuple[Reach, ...] = ()

    def reach(self, day: date) -> Reach:
        """How it is reached on a day; empty: nobody has said."""
        known = [one for one in self.reached if one.since <= day]
        return known[-1] if known else Reach(since=date.min)

    def on(self, day: date) -> "Agency":
        """The agency with the name, codes, level and parent of a day."""
        known = [one for one in self.renamed if one.since <= day]
        if not known:
            return self
        now = known[-1]
        return replace(
            self, name=now.name, codes=now.codes, level=now.level, parent=now.parent
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A position; it outlives its holders."""

    id: UUID
    agency: UUID
    name: str
    #: The performers (lane names, role keys) whose work this position does.
    performers: frozenset[str]
    valid_from: date = date.min
    valid_to: date = date.max
    #: The position that took its place when its agency was closed.
    successor: UUID | None = None

    def performs(self, performer: str) -> bool:
        """Whether it does a performer's work.

        Work that names no performer (a plain diagram without lanes) is everybody's.
        """
        return not performer or performer in self.performers

    def exists_on(self, day: date) -> bool:
        """Whether there is such a position on a day."""
        return self.valid_from <= day <= self.valid_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """Who holds a position from one date to another, both included."""

    position: UUID
    account: UUID
    valid_from: date = date.min
    valid_to: date = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitution:
    """Who acts in a position for its holder who is away, both days included."""

    id: UUID
    position: UUID
    #: The holder who is away, and who acts instead.
    absent: UUID
    substitute: UUID
    #: The procedures it is for; empty: all.
    procedures: frozenset[UUID] = frozenset()
    valid_from: date
    valid_to: date
    #: Number of the document that orders it.
    order: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A position that an account may act in, its own or another's."""

    position: Position
    #: The account that holds it, where it is another's.
    on_behalf_of: UUID | None = None
    #: The procedures it is for; empty: all.
    procedures: frozenset[UUID] = frozenset()

    def serves(self, procedure: UUID | None) -> bool:
        """Whether it is for a procedure; None: for whatever there is."""
        return not self.procedures or procedure in self.procedures


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A person or a system that signs in."""

    tenant: UUID
    id: UUID
    login: str
    name: str
    roles: frozenset[Role]
    active: bool = True
    #: Last day of a time-limited account (auditors from outside).
    valid_to: date = date.max
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """An account with what it holds today: the subject of every policy question."""

    account: Account
    positions: tuple[Position, ...] = ()
    #: Agencies under the supervision of the positions held, themselves included.
    supervised: frozenset[UUID] = frozenset()
    #: Positions in which it stands in for somebody.
    standing: tuple[Seat, ...] = ()
    #: Closed agencies that were followed by one in which it holds a position: what
    #: they handled may be seen, and nothing be done there.
    followed: frozenset[UUID] = frozenset()

    @property
    def tenant(self) -> UUID:
        """The tenant the account belongs to."""
        return self.account.tenant

    @property
    def agencies(self) -> frozenset[UUID]:
        """The agencies in which the account holds a position."""
        return frozenset(position.agency for position in self.positions)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Every position that the account may act in, its own ones first."""
        own = tuple(Seat(position=position) for position in self.positions)
        return own + self.standing

    def agencies_for(self, procedure: UUID | None) -> frozenset[UUID]:
        """The agencies in which the account may act in cases of a procedure."""
        return self.agencies | {
            seat.position.agency for seat in self.standing if seat.serves(procedure)
        }

    def seat_for(
        self, performer: str, agency: UUID, procedure: UUID | None = None
    ) -> Seat | None:
        """The position in which the actor may do a performer's work in an agency."""
        for seat in self.seats:
            if (
                seat.position.agency == agency
                and seat.position.performs(performer)
                and seat.serves(procedure)
            ):
                return seat
        return None


@dataclass(frozen=True, slots=True)
class Organisation:
    """All of it on one day; a snapshot that is shared and never changed."""

    agencies: dict[UUID, Agency] = field(default_factory=dict)
    positions: dict[UUID, Position] = field(default_factory=dict)
    holders: tuple[Holder, ...] = ()
    substitutions: tuple[Substitution, ...] = ()

    def actor(self, account: Account, day: date) -> Actor:
        """The account with the positions it holds on a day.

        An account whose last day has passed is not active any more.
        """
        held = tuple(
            self.positions[holder.position]
            for holder in self.holders
            if holder.account == account.id and self._holds(holder, day)
        )
        account = replace(account, active=account.active and day <= account.valid_to)
        return Actor(
            account=account,
            positions=held,
            supervised=self.on(day).below(position.agency for position in held),
            standing=self._standing(account.id, day),
            followed=self.before({position.agency for position in held}, day),
        )

    def on(self, day: date) -> "Organisation":
        """The organisation with the names and the tree of a day."""
        if not any(one.renamed for one in self.agencies.values()):
            return self
        named = {key: one.on(day) for key, one in self.agencies.items()}
        return replace(self, agencies=named)

    def successors(self, agency: UUID, day: date) -> tuple[UUID, ...]:
        """The agencies that do on a day what an agency did; an open one does it itself.

        A successor that was closed itself is followed by its own.
        """
        found: list[UUID] = []
        seen: set[UUID] = set()
        waiting = [agency]
        while waiting:
            known = self.agencies.get(waiting.pop(0))
            if known is None or known.id in seen:
                continue
            seen.add(known.id)
            if day <= known.valid_to:
                found.append(known.id)
            else:
                waiting = [*known.successors, *waiting]
        return tuple(found)

    def before(self, agencies: AbstractSet[UUID], day: date) -> frozenset[UUID]:
        """The closed agencies that were followed by one of these."""
        if not agencies:
            return frozenset()
        return frozenset(
            one.id
            for one in self.agencies.values()
            if one.valid_to < day and agencies & {*self.successors(one.id, day)}
        )

    def acts_in(self, account: UUID, position: UUID, day: date) -> bool:
        """Whether an account acts in a position on a day, its own or another's."""
        return any(
            (one.position, one.account) == (position, account) and self._holds(one, day)
            for one in self.holders
        ) or any(seat.position.id == position for seat in self._standing(account, day))

    def _holds(self, holder: Holder, day: date) -> bool:
        """Whether a holding counts on a day."""
        position = self.positions.get(holder.position)
        return (
            position is not None
            and holder.valid_from <= day <= holder.valid_to
            and position.exists_on(day)
        )

    def _standing(self, account: UUID, day: date) -> tuple[Seat, ...]:
        """Where an account stands in; only as long as the one who is away holds it."""
        return tuple(
            Seat(
                position=self.positions[one.position],
                on_behalf_of=one.absent,
                procedures=one.procedures,
            )
            for one in self.substitutions
            if one.substitute == account
            and one.valid_from <= day <= one.valid_to
            and any(
                (holder.position, holder.account) == (one.position, one.absent)
                and self._holds(holder, day)
                for holder in self.holders
            )
        )

    def above(self, agency: UUID, instant: datetime) -> UUID | None:
        """The agency that an agency stands under at an instant; None: under none."""
        known = self.agencies.get(agency)
        return None if known is None else known.on(iso8601.day(instant)).parent

    def below(self, agencies: Iterable[UUID]) -> frozenset[UUID]:
        """These agencies and everything under them in the tree."""
        reached = set(agencies)
        grown = True
        while grown:
            more = {
                agency.id
                for agency in self.agencies.values()
                if agency.parent in reached and agency.id not in reached
            }
            reached |= more
            grown = bool(more)
        return frozenset(reached)

    def performs(self, performer: str, agency: UUID, day: date | None = None) -> bool:
        """Whether some position of an agency does a performer's work.

        Args:
            performer: A lane's name or a role's key.
            agency: The agency.
            day: Count only positions that exist on this day.
        """
        return any(
            position.agency == agency
            and position.performs(performer)
            and (day is None or position.exists_on(day))
            for position in self.positions.values()
        )
