"""The built scripts and styles: their hashed addresses, and how they are served.

Names carry the hash of their content, so that a browser may keep them for ever.
"""

import functools
import json
import re
from pathlib import Path
from typing import Final

import flask
import whitenoise

from webui import context

_PREFIX: Final = "/static/dist"
_MANIFEST: Final = "manifest.json"
_HASHED: Final = re.compile(r"-[0-9A-Z]{8}\.\w+$")

#: Shown in both languages, because nothing of the product's pages can be.
_MISSING: Final = (
    "Giao diện chưa được dựng. Chạy lệnh: make install\n"
    "The front end has not been built. Run: make install\n"
)


def install(app: flask.Flask) -> None:
    """Serve the folder under `/static`, give templates `asset()`, check the build."""
    folder = context.installed(app)[1].assets
    app.jinja_env.globals["asset"] = asset
    app.before_request(_check_built)
    app.wsgi_app = whitenoise.WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=folder,
        prefix=_PREFIX,
        immutable_file_test=_is_immutable,
        add_headers_function=_add_headers,
        # Built later, it is found without a restart.
        autorefresh=not is_built(folder),
    )


def asset(name: str) -> str:
    """The address of a built file by the name of its source."""
    path = context.settings().assets / _MANIFEST
    return f"{_PREFIX}/{_read(path, path.stat().st_mtime_ns)[name]}"


def is_built(folder: Path) -> bool:
    """Whether the front end stands whole in its folder."""
    return (folder / _MANIFEST).is_file()


@functools.lru_cache(maxsize=1)
def _read(path: Path, _stamp: int) -> dict[str, str]:
    """The manifest, read again after a build."""
    found: dict[str, str] = json.loads(path.read_text("utf-8"))
    return found


def _check_built() -> flask.Response | None:
    if is_built(context.settings().assets):
        return None
    return flask.Response(_MISSING, status=503, mimetype="text/plain")


def _is_immutable(_path: str, url: str) -> bool:
    return _HASHED.search(url) is not None


def _add_headers(headers: dict[str, str], _path: str, _url: str) -> None:
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
