"""HEAD: what GET would answer, without its body (RFC 9110, section 9.3.2).

No page has to know of it: a view that asks whether it was sent a form would take a HEAD
request for one, and that without the token that only what changes something needs.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def install(app: flask.Flask) -> None:
    """Let the whole application answer HEAD as GET."""
    app.wsgi_app = AsGet(app.wsgi_app)  # type: ignore[method-assign]


class AsGet:
    """A WSGI application that another one answers HEAD through."""

    def __init__(self, wsgi: "WSGIApplication") -> None:
        self._wsgi = wsgi

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request."""
        if environ["REQUEST_METHOD"] != "HEAD":
            return self._wsgi(environ, start_response)
        answer = self._wsgi({**environ, "REQUEST_METHOD": "GET"}, start_response)
        # Whoever opened a file for the body is told that nobody reads it.
        close = getattr(answer, "close", None)
        if close is not None:
            close()
        return ()
