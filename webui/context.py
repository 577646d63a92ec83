"""What a view asks for: the installation, the tenant, and who is signed in."""

from datetime import date, datetime
from typing import Protocol, cast
from uuid import UUID

import flask

from engine import (
    auditing,
    dispatch,
    jobs,
    notices,
    package,
    ports,
    queries,
    recorded,
    unsent,
)
from engine.domain import iso8601, organisation, policy, urgency, working_time
from engine.domain.calendars import Register
from engine.errors import NotAllowedError, NotFoundError
from engine.evidence import around, days, rows, sequencer
from engine.queries import CaseItem
from webui import config, judged_rows, records

_KEY = "quytrinh"


class Application(Protocol):
    """The installation, joined in `webui.bootstrap`."""

    @property
    def engine(self) -> dispatch.Engine:
        """Executes commands."""

    @property
    def store(self) -> ports.Store:
        """The database."""

    @property
    def worklists(self) -> queries.Worklists:
        """Pages and counts of work."""

    @property
    def kept(self) -> queries.Kept:
        """What people keep of worklists."""

    @property
    def bell(self) -> notices.Bell:
        """One's own notices."""

    @property
    def post(self) -> notices.Post:
        """Deliveries of notices."""

    @property
    def supervision(self) -> queries.Supervision:
        """What supervisors ask of open work and running cases."""

    @property
    def queries(self) -> queries.Queries:
        """Answers the questions of pages."""

    @property
    def figures(self) -> auditing.Figures:
        """Counts cases and steps."""

    @property
    def singles(self) -> recorded.Records:
        """The single records that figures count."""

    @property
    def months(self) -> auditing.MonthFigures:
        """Figures of months, counted beforehand."""

    @property
    def packages(self) -> package.Packages:
        """Makes packages of uploaded files."""

    def prepare(self, now: datetime) -> None:
        """Make what the database needs for this month and the next."""

    @property
    def sign_in(self) -> records.SignIn:
        """Reads what proves who somebody is."""

    @property
    def attempts(self) -> records.Attempts:
        """Counts failed sign-ins."""

    @property
    def drafts(self) -> unsent.Drafts:
        """Keeps what was typed and not sent."""

    @property
    def uploads(self) -> unsent.Uploads:
        """Keeps files that no answer refers to yet."""

    @property
    def wakes(self) -> records.Wakes:
        """Keeps what could not be woken."""

    @property
    def directory(self) -> records.Directory:
        """Reads the organisation."""

    @property
    def log(self) -> sequencer.Log:
        """The logs of every tenant."""

    @property
    def heads(self) -> around.Heads:
        """Finds the signed heads around places in the logs."""

    @property
    def days(self) -> days.Days:
        """Reads the heads that are sealed once a day."""

    @property
    def check(self) -> rows.Check:
        """Reads everything for a check."""

    @property
    def chosen(self) -> judged_rows.Choosing:
        """Reads chosen cases, many at a time."""

    @property
    def results(self) -> jobs.Results:
        """The files that long work made."""

    @property
    def jobs(self) -> jobs.Queue:
        """Long work."""

    @property
    def answers(self) -> records.Answers:
        """Keeps the answers to requests, for whoever sends one again."""

    @property
    def sessions(self) -> records.Sessions:
        """Keeps sessions."""

    @property
    def clock(self) -> ports.Clock:
        """Tells the time."""


def install(
    app: flask.Flask, application: Application, settings: config.Config
) -> None:
    """Give an app its installation."""
    app.extensions[_KEY] = (application, settings)


def installed(app: flask.Flask) -> tuple[Application, config.Config]:
    """The installation and the configuration of an app."""
    return cast("tuple[Application, config.Config]", app.extensions[_KEY])


def application() -> Application:
    """The installation that the running app serves."""
    return installed(flask.current_app)[0]


def settings() -> config.Config:
    """The configuration of the running app."""
    return installed(flask.current_app)[1]


def tenant() -> UUID:
    """The tenant that this address belongs to."""
    return tenant_of(application(), settings(), flask.request.host)


def tenant_of(joined: Application, configured: config.Config, host: str) -> UUID:
    """The tenant whose pages a host shows.

    Raises:
        NotFoundError: The database holds no tenant yet.
    """
    known = configured.tenants.get(host.partition(":")[0].lower())
    if known is not None:
        return known
    for first in joined.store.tenants():
        return first
    raise NotFoundError(code="no-tenant")


def now() -> datetime:
    """The present instant in UTC."""
    return application().clock.now()


def today() -> date:
    """The day in Vietnam."""
    return iso8601.day(now())


def calendars() -> Register:
    """Which calendars are in force; read once for each page."""
    known = flask.g.get("calendars")
    if known is None:
        joined = application()
        seed = joined.engine.tools.calendar
        known = flask.g.calendars = joined.directory.calendars(tenant(), seed)
    return cast("Register", known)


def calendar(agency: UUID | None = None) -> working_time.Calendar:
    """The working calendar that limits are counted on at an agency (None: at all)."""
    return calendars().in_force(agency, now())


def edges(at: datetime) -> urgency.Edges:
    """What is urgent at an instant, for each agency by the calendar it counts on."""
    return urgency.everywhere(at, calendars(), organisation_now().agencies)


def counted(joined: Application, tenant: UUID, item: CaseItem) -> working_time.Calendar:
    """The calendar that a case began to be counted on, outside of a page too."""
    register = joined.directory.calendars(tenant, joined.engine.tools.calendar)
    return register.in_force(item.agencies.handling, item.opened_at)


def signed_in() -> organisation.Actor | None:
    """Who is signed in, with the positions held today; None before signing in."""
    return cast("organisation.Actor | None", flask.g.get("actor"))


def organisation_now() -> organisation.Organisation:
    """The organisation as it was at the beginning of this request.

    Raises:
        NotAllowedError: Nobody is signed in.
    """
    found = flask.g.get("organisation")
    if found is None:
        raise NotAllowedError(code="signed-out")
    return cast("organisation.Organisation", found)


def agency_name(agency: UUID) -> str:
    """What an agency is called today; empty where there is none."""
    known = organisation_now().agencies.get(agency)
    return "" if known is None else known.name


def current_actor() -> organisation.Actor:
    """Who asks.

    Raises:
        NotAllowedError: Nobody is signed in.
    """
    actor = signed_in()
    if actor is None:
        raise NotAllowedError(code="signed-out")
    return actor


def demand(action: policy.Action, thing: policy.Thing | None = None) -> None:
    """Pass when the actor may do an action, to the tenant as a whole or to a thing.

    Raises:
        NotAllowedError: The actor may not do this.
        NotFoundError: The actor may not know of it.
    """
    actor = current_actor()
    policy.check(actor, action, thing or policy.Thing(tenant=actor.tenant))


def may(action: policy.Action, thing: policy.Thing | None = None) -> bool:
    """Whether `demand` would pass: what a page offers."""
    actor = signed_in()
    if actor is None:
        return False
    return policy.allowed(actor, action, thing or policy.Thing(tenant=actor.tenant))
