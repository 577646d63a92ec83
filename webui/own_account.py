"""One's own account: the page that changes its password.

Whoever was given a password by somebody else is led here after signing in, and gets
nowhere else until it is changed (ASVS 5.0, 6.4.1). The current password is asked for
(6.2.3), and a wrong one counts as a failed sign-in.
"""

from collections.abc import Mapping
from typing import Final

import flask
import flask_security
from flask_security import utils
from werkzeug.wrappers import Response

from engine.commands.change_password import ChangePassword
from engine.errors import EngineError, NotAllowedError
from webui import accounts, attempts, context, errors, passwords
from webui.i18n import translate

blueprint = flask.Blueprint("own_account", __name__)

#: What remains open before a given password is changed.
_OPEN: Final = accounts.PUBLIC | {
    "accounts.begin_session",
    "accounts.sign_out",
    "own_account.password",
    "own_account.change_password",
}
#: Names of the controls.
_CURRENT, _NEW, _AGAIN = "current_password", "password", "password_again"
#: Control -> what is wrong with it.
Faults = Mapping[str, str]


def install(app: flask.Flask) -> None:
    """Lead whoever must change the password, before any page is made."""
    app.before_request(_lead)
    app.jinja_env.globals["confined"] = confined


def confined() -> bool:
    """Whether whoever asks has to change the password first."""
    user = flask_security.current_user
    return bool(user.is_authenticated and user.must_change)


@blueprint.get("/tai-khoan/mat-khau")
def password() -> str:
    """Show the form."""
    return _form({})


@blueprint.post("/tai-khoan/mat-khau")
def change_password() -> Response | tuple[str, int]:
    """Change it; every other session ends, this one gets a new id (ASVS 5.0, 7.4.3)."""
    login = context.current_actor().account.login
    if accounts.locked(login):
        return _form({_CURRENT: translate(errors.TEXTS["sign-in-locked"])}), 429
    faults = _faults()
    user = None if faults else accounts.proven(login, _typed(_CURRENT))
    if user is None:
        return _form(faults or {_CURRENT: translate("This is not your password.")}), 422
    done = _execute(user)
    if isinstance(done, EngineError):
        return _form({_CURRENT: errors.text_of(done)}), errors.status_of(done)
    _begin_anew(login)
    flask.flash(translate("Your password was changed. Other sessions have ended."))
    return flask.redirect(flask.url_for("shell.start"), 303)


def _lead() -> Response | None:
    """Send to the page whoever must change the password first.

    Raises:
        NotAllowedError: Something else was to be done.
    """
    endpoint = flask.request.endpoint
    if endpoint is None or endpoint in _OPEN or not confined():
        return None
    if flask.request.method != "GET":
        raise NotAllowedError(code="must-change")
    return flask.redirect(flask.url_for("own_account.password"))


def _faults() -> Faults:
    """What is wrong with the fields, before the current password is looked at."""
    account = context.current_actor().account
    current, new = _typed(_CURRENT), _typed(_NEW)
    found = {} if current else {_CURRENT: translate("Enter your current password.")}
    fault = passwords.fault_of(new, (account.login, account.name))
    if fault:
        found[_NEW] = translate(fault)
    elif new == current:
        found[_NEW] = translate("The new password is the one you have.")
    elif new != _typed(_AGAIN):
        found[_AGAIN] = translate("The two new passwords differ.")
    return found


def _execute(user: accounts.User) -> object:
    hashed = passwords.hash_password(_typed(_NEW))
    return attempts.attempt(ChangePassword(password_hash=hashed, replaces=user.hash))


def _begin_anew(login: str) -> None:
    """Go on in a new session: what the old one was is dead."""
    user = accounts.Datastore().find_user(login=login)
    assert user is not None  # noqa: S101 - Its password was stored just now.
    flask.session.end()  # type: ignore[attr-defined]
    utils.login_user(user, authn_via=["password"])


def _form(faults: Faults) -> str:
    """The form; nothing that was typed stands in it."""
    return flask.render_template(
        "accounts/password.html",
        faults=faults,
        login=context.current_actor().account.login,
        shortest=passwords.SHORTEST,
    )


def _typed(control: str) -> str:
    return flask.request.form.get(control, "")
