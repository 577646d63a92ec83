"""Sessions: of an account on the server, of a visitor in the cookie.

Who has signed in carries a random id of 256 bits; the table keeps its SHA-256 and the
rest. Such a session ends 30 minutes after its last request and 12 hours after its
beginning (ASVS 5.0, 7.3.1 and 7.3.2); its id changes at every change of rights (7.2.4).

Whoever has not signed in has no row, so that nobody without an account fills the table:
the cookie itself carries, signed, the token of forms, the language and what is to be
told once (the signed double-submit cookie of the OWASP CSRF cheat sheet). It gives no
right. A request that stores nothing makes no session of either kind.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import flask
import itsdangerous
import structlog
from flask.sessions import SecureCookieSession, SessionInterface

from engine import errors, limits
from webui import config, context, records

_IDLE: Final = timedelta(seconds=limits.SESSION_IDLE)
_LIFETIME: Final = timedelta(seconds=limits.SESSION_LIFETIME)
#: How old the note of the last request may grow before a read writes it again.
_SEEN_STEP: Final = timedelta(minutes=1)
_SALT: Final = "quytrinh.visitor"
#: Between the parts of what is signed; in no random id (RFC 4648, 5).
_POINT: Final = "."
#: Flask-Login keeps here who has signed in.
_WHO: Final = "_user_id"
#: What is told once.
_TOLD: Final = "_flashes"
#: All that a visitor's cookie may carry.
_OF_VISITORS: Final = frozenset({"csrf_token", "language", _TOLD})
#: RFC 6265, 6.1: browsers keep 4,096 bytes, name and attributes included.
_COOKIE_CHARS: Final = 3_500


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
        #: The id in the cookie; empty before the first save, and for visitors.
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
        if _POINT in secret:
            return Session(_read(settings, secret, application.clock.now()))
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
        tenant, known = context.tenant(), _WHO in session
        if session.old:
            application.sessions.drop(tenant, session.old)
        if known and session.secret:
            _keep(application, tenant, session)
            return
        name, carried = self.get_cookie_name(app), ""
        if known:
            carried = _create(application, tenant, session)
        elif session and session.modified:
            carried = _signed(settings, session, application.clock.now())
        where: dict[str, Any] = {
            "path": "/",
            "secure": settings.https,
            "httponly": True,
            "samesite": "Lax",
        }
        if carried:
            response.set_cookie(name, carried, **where)
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


def _create(application: context.Application, tenant: UUID, session: Session) -> str:
    """Begin the session of whoever has just signed in; give its id."""
    actor, now = context.signed_in(), application.clock.now()
    whose = actor.account.id if actor else None
    session.secret = application.sessions.create(tenant, now, dict(session), whose)
    return session.secret


def _keep(application: context.Application, tenant: UUID, session: Session) -> None:
    now = application.clock.now()
    seen = session.seen_at or now
    if session.modified or now - seen >= _SEEN_STEP:
        application.sessions.save(tenant, session.secret, now, dict(session))


def _signed(settings: config.Config, session: Session, now: datetime) -> str:
    """A visitor's session as the cookie carries it."""
    data = {key: session[key] for key in _OF_VISITORS & session.keys()}
    made = _signer(settings).dumps([now.isoformat(), data])
    if len(made) > _COOKIE_CHARS:
        # Told to nobody so far: whoever asks on and on without looking at a page.
        data.pop(_TOLD, None)
        made = _signer(settings).dumps([now.isoformat(), data])
    return str(made)


def _read(settings: config.Config, cookie: str, now: datetime) -> dict[str, Any]:
    """What a visitor's cookie carries; nothing when it is not ours, or old."""
    try:
        made, data = _signer(settings).loads(cookie)
    except itsdangerous.BadSignature:
        return {}
    if now - datetime.fromisoformat(made) >= _LIFETIME:
        return {}
    return {key: data[key] for key in _OF_VISITORS & data.keys()}


def _signer(settings: config.Config) -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(settings.secret, _SALT)


def _alive(row: records.Session, now: datetime) -> bool:
    return now - row.seen_at < _IDLE and now - row.created_at < _LIFETIME
