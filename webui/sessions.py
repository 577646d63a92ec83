"""Server-side sessions: the cookie is a random id, the rest stays in the database.

The id has 256 bits; the table keeps its SHA-256. A session ends 30 minutes after its
last request and 12 hours after its beginning (ASVS 5.0, 7.3.1 and 7.3.2); its id
changes at every change of rights (7.2.4). A request that stores nothing makes no
session.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import flask
import structlog
from flask.sessions import SecureCookieSession, SessionInterface

from engine import errors, limits
from webui import context, records

_IDLE: Final = timedelta(seconds=limits.SESSION_IDLE)
_LIFETIME: Final = timedelta(seconds=limits.SESSION_LIFETIME)
#: How old the note of the last request may grow before a read writes it again.
_SEEN_STEP: Final = timedelta(minutes=1)


_log = structlog.get_logger(__name__)


class Session(SecureCookieSession):
    """A session; a dictionary of JSON values."""

    def __init__(
        self,
        values: Mapping[str, Any] | None = None,
        secret: str = "",
        seen_at: datetime | None = None,
        failure: errors.UnavailableError | None = None,
    ) -> None:
        super().__init__(values)
        #: Why it could not be read: the request is refused for it, nothing is stored.
        self.failure = failure
        #: What the cookie carries; empty before the first save.
        self.secret = secret
        self.seen_at = seen_at
        self.modified = False
        self._old = ""

    def end(self) -> None:
        """Forget everything; the id is dead, what is stored next gets a new one."""
        self.clear()
        self._old, self.secret = self._old or self.secret, ""
        self.modified = True

    @property
    def old(self) -> str:
        """The id that died in this request."""
        return self._old


class Interface(SessionInterface):
    """Reads and writes sessions through the installation."""

    def open_session(self, app: flask.Flask, request: flask.Request) -> Session:
        """Load the session that the cookie names, or give an empty one."""
        application, settings = context.installed(app)
        secret = request.cookies.get(self.get_cookie_name(app), "")
        if not secret:
            return Session()
        try:
            tenant = context.tenant_of(application, settings, request.host)
            row = application.sessions.load(tenant, secret)
        except errors.UnavailableError as failure:
            return Session(failure=failure)
        if row is None or not _alive(row, application.clock.now()):
            return Session()
        return Session(row.data, secret, row.seen_at)

    def save_session(
        self, app: flask.Flask, session: Any, response: flask.Response
    ) -> None:
        """Store what changed; renew or remove the cookie.

        What the request did is done already: a database that fails now must not turn
        its answer into a failure.
        """
        if session.failure is not None:
            return
        try:
            self._save(app, session, response)
        except errors.UnavailableError as failure:
            _log.warning("session not stored", cause=repr(failure.__cause__))

    def _save(self, app: flask.Flask, session: Any, response: flask.Response) -> None:
        if session.accessed:
            response.vary.add("Cookie")
        application, settings = context.installed(app)
        where: dict[str, Any] = {
            "path": "/",
            "secure": settings.https,
            "httponly": True,
            "samesite": "Lax",
        }
        name, tenant = self.get_cookie_name(app), context.tenant()
        if session.old:
            application.sessions.drop(tenant, session.old)
        if session.secret:
            _keep(application, tenant, session)
        elif session:
            actor = context.signed_in()
            session.secret = application.sessions.create(
                tenant,
                application.clock.now(),
                dict(session),
                actor.account.id if actor else None,
            )
            response.set_cookie(name, session.secret, **where)
        elif session.old:
            response.delete_cookie(name, **where)

    def get_cookie_name(self, app: flask.Flask) -> str:
        """`__Host-` binds the cookie to this host and https (RFC 6265bis, 4.1.3.2)."""
        return "__Host-quytrinh" if context.installed(app)[1].https else "quytrinh"


def install(app: flask.Flask) -> None:
    """Keep the sessions of an app on the server."""
    app.session_interface = Interface()
    app.before_request(_check_read)


def sweep(application: context.Application, tenant: UUID) -> None:
    """Remove the sessions that are over."""
    now = application.clock.now()
    application.sessions.clear(tenant, now - _IDLE, now - _LIFETIME)


def _check_read() -> None:
    """Refuse a request whose session could not be read.

    Raises:
        UnavailableError: The database does not answer.
    """
    failure: errors.UnavailableError | None = getattr(flask.session, "failure", None)
    if failure is not None:
        raise failure


def _keep(application: context.Application, tenant: UUID, session: Session) -> None:
    now = application.clock.now()
    seen = session.seen_at or now
    if session.modified or now - seen >= _SEEN_STEP:
        application.sessions.save(tenant, session.secret, now, dict(session))


def _alive(row: records.Session, now: datetime) -> bool:
    return now - row.seen_at < _IDLE and now - row.created_at < _LIFETIME
