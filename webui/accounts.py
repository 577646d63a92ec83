"""Accounts in the web: signing in and out, the actor of a request, the language.

Flask-Security-Too knows an account through `Datastore`, which reads plain rows. Failed
sign-ins are counted in the database under account and address together, so that nobody
can lock a colleague out from elsewhere (ASVS 5.0, 6.3.1), and under the network alone,
so that nobody tries one password on every account; an unknown account, a closed one and
a wrong password give the same answer after the same work (6.3.8).
"""

import hashlib
from datetime import timedelta
from typing import Any, Final

import flask
import flask_security
from flask_security import utils
from werkzeug.wrappers import Response

from engine import limits
from engine.errors import NotAllowedError
from webui import (
    context,
    demo_data,
    errors,
    i18n,
    networks,
    passwords,
    records,
    shell,
)

blueprint = flask.Blueprint("accounts", __name__)

#: Pages for those who are not signed in.
PUBLIC: Final = frozenset(
    {"accounts.sign_in", "accounts.choose_language", "shell.health"}
    # Whoever has its token reads a calendar feed.
    | {"worklist_feed.read"}
    # Whoever holds the receipt looks a dossier up.
    | {"lookups.show", "lookups.rate"}
)
_WINDOW: Final = timedelta(seconds=limits.LOGIN_WINDOW)


class User(flask_security.UserMixin):
    """An account as Flask-Security sees it; rights are policy's, so it has no roles."""

    #: The library asks the class for it.
    fs_uniquifier = ""

    def __init__(self, credentials: records.Credentials, *, active: bool) -> None:
        self.account = credentials.account
        self.password = self.hash = credentials.password_hash
        self.fs_uniquifier = credentials.uniquifier
        self.active = active
        #: The password opens only the page that changes it.
        self.must_change = credentials.must_change
        self.roles: list[Any] = []


class Role(flask_security.RoleMixin):
    """Flask-Security asks for a class; `engine.domain.policy` decides rights."""


class Datastore(flask_security.UserDatastore):
    """Reads accounts of the tenant that the address belongs to."""

    def __init__(self) -> None:
        super().__init__(User, Role)

    def find_user(self, case_insensitive: bool = False, **wanted: Any) -> User | None:  # noqa: FBT001, FBT002 - the signature is theirs
        """The account with a login or the uniquifier of a session."""
        accounts, tenant = context.application().sign_in, context.tenant()
        if "fs_uniquifier" in wanted:
            return _user(accounts.by_uniquifier(tenant, wanted["fs_uniquifier"]))
        return _user(accounts.by_login(tenant, wanted["login"]))

    def find_role(self, role: str) -> Role | None:
        """No role: rights are policy's."""
        return None


def install(app: flask.Flask) -> None:
    """Know who asks, and ask those to sign in who have not."""
    app.config.update(
        SECURITY_PASSWORD_HASH="argon2",  # noqa: S106 - a name, no password
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH=["argon2"],
        SECURITY_PASSWORD_HASH_PASSLIB_OPTIONS={
            "argon2__time_cost": passwords.HASHER.time_cost,
            "argon2__memory_cost": passwords.HASHER.memory_cost,
            "argon2__parallelism": passwords.HASHER.parallelism,
        },
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_USER_IDENTITY_ATTRIBUTES=[{"login": {"mapper": _login_name}}],
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    flask_security.Security(app, Datastore(), register_blueprint=False)
    app.before_request(_know_actor)
    app.extensions["quytrinh-nobody"] = passwords.HASHER.hash("nobody")


@blueprint.get("/dang-nhap")
def sign_in() -> str:
    """Show the sign-in form."""
    return _form()


@blueprint.post("/dang-nhap")
def begin_session() -> Response | tuple[str, int]:
    """Sign in; the session gets a new id (ASVS 5.0, 7.2.4)."""
    login = flask.request.form.get("login", "").strip().lower()
    if locked(login):
        return _form(login, errors.TEXTS["sign-in-locked"]), 429
    if _network_locked():
        return _form(login, errors.TEXTS["network-locked"]), 429
    user = proven(login, flask.request.form.get("password", ""))
    if user is None:
        return _form(login, "The account or the password is wrong."), 422
    chosen = flask.session.get("language")
    flask.session.end()  # type: ignore[attr-defined]
    utils.login_user(user, authn_via=["password"])
    if chosen:  # On this very page: the person who signs in wants it.
        context.application().sign_in.set_language(
            user.account.tenant, user.account.id, chosen
        )
    return flask.redirect(shell.local(flask.request.form.get("next", "/")), 303)


@blueprint.post("/dang-xuat")
def sign_out() -> Response:
    """Sign out; the session's id is dead."""
    utils.logout_user()
    flask.session.end()  # type: ignore[attr-defined]
    flask.g.actor = None
    return flask.redirect(flask.url_for("accounts.sign_in"), 303)


@blueprint.post("/ngon-ngu")
def choose_language() -> Response:
    """Choose the language of the pages, and remember it with the account."""
    chosen = flask.request.form.get("language", "")
    known = chosen if chosen in dict(i18n.LANGUAGES) else "vi"
    flask.session["language"] = known
    actor = context.signed_in()
    if actor is not None:
        context.application().sign_in.set_language(
            actor.tenant, actor.account.id, known
        )
    return flask.redirect(shell.local(flask.request.form.get("next", "/")), 303)


def _form(login: str = "", failure: str = "") -> str:
    return flask.render_template(
        "accounts/sign_in.html",
        login=login,
        failure=i18n.translate(failure) if failure else "",
        next=shell.local(flask.request.values.get("next", "/")),
        demo=demo_data.shown() if _shows_demo() else None,
    )


def _shows_demo() -> bool:
    return context.settings().demo and context.tenant() == demo_data.TENANT


def _know_actor() -> Response | None:
    """Load who asks; send to sign in who is nobody."""
    user = flask_security.current_user
    if user.is_authenticated:
        # Read once: a page that tells of a failing database needs no second question.
        found = context.application().directory.organisation(user.account.tenant)
        flask.g.organisation = found.on(context.today())
        flask.g.actor = found.actor(user.account, context.today())
        if not flask.g.actor.positions:
            shell.welcome()
        return None
    endpoint = flask.request.endpoint
    if endpoint is None or endpoint in PUBLIC | {"accounts.begin_session"}:
        return None
    if flask.request.method != "GET":
        raise NotAllowedError(code="signed-out")
    return flask.redirect(flask.url_for("accounts.sign_in", next=shell.here()))


def proven(login: str, password: str) -> User | None:
    """The account, when the password is its own and it is open."""
    attempts = context.application().attempts
    user: User | None = Datastore().find_user(login=login)
    # The same work for an account that does not exist.
    nobody: str = flask.current_app.extensions["quytrinh-nobody"]
    expected = user.hash if user else nobody
    right = utils.verify_password(password[: passwords.LONGEST], expected)
    if password == demo_data.PASSWORD and not context.settings().demo:
        right = False  # Everybody knows it.
    if user is None or not right or not user.active:
        for key in (_failure_key(login), _network_key()):
            attempts.failed(context.tenant(), key, context.now())
        return None
    attempts.forget(context.tenant(), _failure_key(login))
    return user


def locked(login: str) -> bool:
    """Whether the account has failed too often at this address."""
    return _failures(_failure_key(login)) >= limits.LOGIN_FAILURES


def _network_locked() -> bool:
    """Whether too many sign-ins failed at this address, whoever they were for.

    A success forgets none of them: whoever tries has one account, too.
    """
    return _failures(_network_key()) >= limits.NETWORK_FAILURES


def _failures(key: bytes) -> int:
    since = context.now() - _WINDOW
    return context.application().attempts.count(context.tenant(), key, since)


def _failure_key(login: str) -> bytes:
    """Account and address together; hashed, so that the table names nobody."""
    network = networks.of(flask.request.remote_addr)
    return hashlib.sha256(f"{login}\n{network}".encode()).digest()


def _network_key() -> bytes:
    """The address alone; no login has a line feed in it, as it is stripped."""
    network = networks.of(flask.request.remote_addr)
    return hashlib.sha256(f"sign-in\n\n{network}".encode()).digest()


def _user(credentials: records.Credentials | None) -> User | None:
    if credentials is None:
        return None
    account = credentials.account
    return User(
        credentials, active=account.active and context.today() <= account.valid_to
    )


def _login_name(value: str) -> str:
    return value.strip().lower()
