"""Who is told of a notice: whoever does the work, may take it, or supervises it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from engine.commands.doing import case_thing
from engine.commands.transaction import Transaction
from engine.domain import iso8601, policy
from engine.domain.case import Case
from engine.domain.organisation import Account, Organisation, Role
from engine.notices import Work


@dataclass(slots=True)
class People:
    """The organisation of today, asked again and again in one transaction."""

    transaction: Transaction
    organisation: Organisation = field(init=False)
    today: date = field(init=False)
    _accounts: dict[UUID, Account | None] = field(default_factory=dict)
    #: Position -> who acts in it today: holders, and who stands in for one.
    _seats: dict[UUID, list[tuple[UUID, frozenset[UUID]]]] = field(default_factory=dict)
    _supervisors: dict[UUID, frozenset[UUID]] | None = None

    def __post_init__(self) -> None:
        """Look at who holds what today."""
        self.organisation = self.transaction.uow.accounts.organisation()
        self.today = iso8601.day(self.transaction.now)
        holding = set()
        for held in self.organisation.holders:
            if held.valid_from <= self.today <= held.valid_to:
                holding.add((held.position, held.account))
                seat = (held.account, frozenset[UUID]())
                self._seats.setdefault(held.position, []).append(seat)
        for one in self.organisation.substitutions:
            absent = (one.position, one.absent)
            if one.valid_from <= self.today <= one.valid_to and absent in holding:
                seat = (one.substitute, one.procedures)
                self._seats.setdefault(one.position, []).append(seat)

    def works(self, account: UUID) -> bool:
        """Whether an account may sign in today and works as a clerk."""
        return self._is(account, Role.CLERK)

    def _is(self, account: UUID, role: Role) -> bool:
        if account not in self._accounts:
            found = self.transaction.uow.accounts.account(account)
            self._accounts[account] = found
        known = self._accounts[account]
        return (
            known is not None
            and known.active
            and self.today <= known.valid_to
            and role in known.roles
        )

    def takers(self, work: Work) -> frozenset[UUID]:
        """Whoever may take a piece of work."""
        return frozenset(
            account
            for position in self.organisation.positions.values()
            if position.agency == work.agency
            and position.performs(work.performer)
            and position.exists_on(self.today)
            for account, procedures in self._seats.get(position.id, ())
            if (not procedures or work.procedure in procedures) and self.works(account)
        )

    def supervisors(self, agencies: Iterable[UUID]) -> frozenset[UUID]:
        """Who supervises each of some agencies, next above where there is nobody."""
        return frozenset().union(*map(self._nearest, set(agencies)))

    def extenders(self, case: Case) -> frozenset[UUID]:
        """Who may give a case more time: everybody whom policy lets do it today.

        Policy is asked of those alone who hold a position over an agency of the case.
        """
        over = self._over(case.agencies.all())
        positions = self.organisation.positions
        near = {
            held.account
            for held in self.organisation.holders
            if positions[held.position].agency in over
        }
        known = self.transaction.uow.accounts.with_role(Role.SUPERVISOR)
        thing, action = case_thing(case), policy.Action.DEADLINE_EXTEND
        return frozenset(
            one.id
            for one in known
            if one.id in near
            and policy.allowed(self.organisation.actor(one, self.today), action, thing)
        )

    def _over(self, agencies: Iterable[UUID]) -> set[UUID]:
        """Some agencies and all above them in the tree of today."""
        tree = self.organisation.on(self.today).agencies
        over: set[UUID] = set()
        waiting: list[UUID | None] = list(agencies)
        while waiting:
            one = waiting.pop()
            if one in tree and one not in over:
                over.add(one)
                waiting.append(tree[one].parent)
        return over

    def _nearest(self, agency: UUID) -> frozenset[UUID]:
        above: UUID | None = agency
        passed: set[UUID] = set()
        while above is not None and above not in passed:
            found = self._supervising().get(above)
            if found:
                return found
            passed.add(above)
            known = self.organisation.agencies.get(above)
            above = known.parent if known else None
        return frozenset()

    def _supervising(self) -> dict[UUID, frozenset[UUID]]:
        """Agency -> the supervisors who hold a position in it today."""
        if self._supervisors is None:
            role = Role.SUPERVISOR
            known = self.transaction.uow.accounts.with_role(role)
            active = {one.id for one in known if self.today <= one.valid_to}
            found: dict[UUID, set[UUID]] = {}
            for position in self.organisation.positions.values():
                if position.exists_on(self.today):
                    seats = self._seats.get(position.id, ())
                    held = {account for account, _ in seats} & active
                    found.setdefault(position.agency, set()).update(held)
            self._supervisors = {key: frozenset(value) for key, value in found.items()}
        return self._supervisors

    def covers(self, above: UUID | None, agency: UUID) -> bool:
        """Whether an agency is another, or below it; None: it is below everything."""
        return above is None or agency in self.organisation.below((above,))
