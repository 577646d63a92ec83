"""Headers of every answer, and the checks of every request that changes something.

Two walls against forged requests (ASVS 5.0, 3.5.1): the browser says where a request
comes from (`Sec-Fetch-Site`, `Origin`), and every form carries a token of its session.
"""

import re
import secrets
from typing import Final
from urllib.parse import urlsplit

import flask
import flask_wtf.csrf
import markupsafe
import structlog
from werkzeug.routing import IntegerConverter, Map

from engine.errors import NotAllowedError
from webui import context, fields

#: Nothing is inline, nothing comes from elsewhere (ASVS 5.0, 3.4.3).
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    # Pages hold personal data: no cache keeps them (ASVS 5.0, 14.3.2).
    "Cache-Control": "no-store",
}
_ONE_YEAR: Final = "max-age=31536000; includeSubDomains"
_SAFE_METHODS: Final = frozenset({"GET", "OPTIONS"})
#: An idempotency key is kept under an index; ours have 32 characters.
_KEY_CHARS: Final = 200
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9-]{8,64}")


class Number(IntegerConverter):
    """A whole number in an address that every database can hold; else no page."""

    def __init__(self, map: Map) -> None:  # noqa: A002 - the signature is theirs
        super().__init__(map, max=2**31 - 1)


def install(app: flask.Flask) -> None:
    """Check every request and complete every answer."""
    app.url_map.converters["int"] = Number
    app.config.update(
        # A token lives as long as its session.
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_FIELD_NAME="csrf_token",
        WTF_CSRF_HEADERS=["X-CSRF-Token"],
        # `_check_origin` asks more of every request, http or https.
        WTF_CSRF_SSL_STRICT=False,
    )
    app.before_request(_name_request)
    app.before_request(_check_origin)
    flask_wtf.csrf.CSRFProtect(app)
    app.before_request(_check_text)
    app.jinja_env.globals["csrf_field"] = csrf_field
    app.after_request(_complete)


def csrf_field() -> markupsafe.Markup:
    """The hidden input that every form that posts must carry."""
    return markupsafe.Markup(
        '<input type="hidden" name="csrf_token" value="{}">'
    ).format(flask_wtf.csrf.generate_csrf())


def request_id() -> str:
    """The id that stands in the log of this request, and on its error page."""
    return str(flask.g.get("request_id", ""))


def _name_request() -> None:
    given = flask.request.headers.get("X-Request-Id", "")
    # Only a proxy that we trust names requests; anybody else could confuse the log.
    trusted = context.settings().proxies and _REQUEST_ID.fullmatch(given)
    flask.g.request_id = given if trusted else secrets.token_hex(8)
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(
        request=flask.g.request_id,
        method=flask.request.method,
        path=_path(),
    )


def _path() -> str:
    """The address as logs may hold it: a secret in it opens what it names."""
    token = (flask.request.view_args or {}).get("token")
    path = flask.request.path
    return path.replace(str(token), "…") if token else path


def _check_origin() -> None:
    """Refuse what another site makes a browser send.

    Raises:
        NotAllowedError: The request comes from elsewhere.
    """
    if flask.request.method in _SAFE_METHODS:
        return
    site = flask.request.headers.get("Sec-Fetch-Site", "same-origin")
    origin = flask.request.headers.get("Origin", "")
    if site not in {"same-origin", "none"} or (origin and not _ours(origin)):
        raise NotAllowedError(code="foreign-origin")
    flask.g.same_origin = True


def _check_text() -> None:
    """Refuse what no page of ours sends: NUL, which PostgreSQL cannot keep, long keys.

    Answers are left to their form, which names the field and keeps what was typed.
    """
    request = flask.request
    form = [
        pair
        for pair in request.form.items(multi=True)
        if not pair[0].startswith(fields.PREFIX)
    ]
    sent = (text for pair in (*request.args.items(multi=True), *form) for text in pair)
    long = len(request.form.get("key", "")) > _KEY_CHARS
    if long or "\0" in request.path or any("\0" in text for text in sent):
        flask.abort(400)


def _ours(origin: str) -> bool:
    parts = urlsplit(origin)
    return (parts.scheme, parts.netloc) == (flask.request.scheme, flask.request.host)


def _complete(response: flask.Response) -> flask.Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if context.settings().https:
        response.headers["Strict-Transport-Security"] = _ONE_YEAR
    response.headers["X-Request-Id"] = request_id()
    return response
