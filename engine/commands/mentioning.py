"""Whom the words of an act name, and who of them may know of the case."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from engine.commands.doing import asked_in, case_thing
from engine.domain import mentions, policy
from engine.domain.case import Case
from engine.domain.mentions import Person
from engine.domain.organisation import Account, Role
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentioned:
    """Whom a text names."""

    #: Who may see the case, and is told.
    told: frozenset[UUID] = frozenset()
    #: As the text wrote them: who may not see it, and what names nobody.
    barred: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()


def mentioned(uow: UnitOfWork, case: Case, text: str, today: date) -> Mentioned:
    """Whom a text in a case names; whoever may not see the case is not told of it."""
    if "@" not in text:
        return Mentioned()
    known = {
        one.id: one
        for role in Role
        for one in uow.accounts.with_role(role)
        if today <= one.valid_to
    }
    people = (
        Person(id=one.id, login=one.login, name=one.name) for one in known.values()
    )
    found = mentions.named(text, people)
    may = frozenset(one for one in found.people if _sees(uow, case, known[one], today))
    return Mentioned(
        told=may,
        barred=tuple(name for one, name in found.people.items() if one not in may),
        strangers=found.strangers,
    )


def _sees(uow: UnitOfWork, case: Case, account: Account, today: date) -> bool:
    actor = uow.accounts.organisation().actor(account, today)
    asked = asked_in(uow.cases.active(case))
    thing = replace(case_thing(case), asked=asked)
    return policy.allowed(actor, policy.Action.CASE_VIEW, thing)
