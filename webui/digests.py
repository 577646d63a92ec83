"""The daily digest: on working mornings, how much work waits for an account."""

from datetime import datetime
from typing import Final
from uuid import UUID

from engine.commands.tell_notices import TellDigest
from engine.domain import iso8601, policy, urgency
from engine.domain.notices import Choice, Kind, Way
from engine.domain.organisation import Actor
from engine.domain.urgency import Urgency
from engine.queries import Choice as WorkChoice
from engine.queries import Scope
from webui import context

#: Local hours at which a digest may be asked for; later in the day none is sent.
HOURS: Final = tuple(range(5, 12))


def tell(application: context.Application, tenant: UUID) -> int:
    """Store the digests whose hour has come; how many."""
    now = application.clock.now()
    local = now.astimezone(iso8601.VIETNAM)
    if local.hour not in HOURS:
        return 0
    chosen = application.bell.digests(tenant, local.date(), local.hour)
    return sum(_tell(application, tenant, one, now) for one in chosen)


def _tell(
    application: context.Application, tenant: UUID, chosen: Choice, now: datetime
) -> int:
    """Store one digest, where it is a working day of the account's agency."""
    actor = _actor(application, tenant, chosen.account, now)
    if actor is None or not chosen.tells(Kind.DIGEST, Way.MAIL):
        return 0
    agency = actor.positions[0].agency
    seed = application.engine.tools.calendar
    register = application.directory.calendars(tenant, seed)
    calendar = register.in_force(agency, now)
    today = calendar.local(now).date()
    if not calendar.hours(today):
        return 0
    facets = application.worklists.facets(
        actor,
        WorkChoice(scope=Scope.POSITIONS),
        urgency.everywhere(now, register, _agencies(application, tenant)),
    )
    late = (Urgency.SERIOUS, Urgency.LATE)
    counts = {
        "mine": facets.scopes.get(Scope.MINE, 0),
        "free": facets.scopes.get(Scope.FREE, 0),
        "soon": facets.urgencies.get(Urgency.SOON, 0),
        "late": sum(facets.urgencies.get(one, 0) for one in late),
    }
    command = TellDigest(
        account=chosen.account, day=today, agency=agency, counts=counts
    )
    return int(str(application.engine.run(command, tenant)["told"]))


def _agencies(application: context.Application, tenant: UUID) -> frozenset[UUID]:
    return frozenset(application.directory.organisation(tenant).agencies)


def _actor(
    application: context.Application, tenant: UUID, account: UUID, now: datetime
) -> Actor | None:
    """An account that works today, with what it holds."""
    with application.store.read(tenant) as uow:
        found = uow.accounts.account(account)
    if found is None:
        return None
    day = iso8601.day(now)
    actor = application.directory.organisation(tenant).actor(found, day)
    thing = policy.Thing(tenant=tenant)
    works = policy.allowed(actor, policy.Action.WORKLIST_VIEW, thing)
    return actor if works and actor.positions else None
