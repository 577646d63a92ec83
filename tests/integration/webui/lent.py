"""Flask applications, made once and lent to one world after the other.

To make one compiles its routes, and later each template that it shows; that takes
longer than most tests. It may be shared because an app asks at every request which
installation it serves and how it is configured (`webui.context.installed`). A world has
its app alone until it closes, and an app that comes back changed is an error, so that
no test meets what another one did. A test that changes its app takes one of its own:
`World.open(alone=True)`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import flask

from webui import app, config, context


@dataclass(frozen=True, slots=True)
class Made:
    """An app, and what it was like when it was made."""

    app: flask.Flask
    #: Without its installation.
    extensions: Mapping[str, Any]
    marks: Mapping[str, object]


_free: Final[list[Made]] = []


def take(application: context.Application, settings: config.Config) -> Made:
    """Give an app that nobody uses the installation that it serves."""
    if not _free:
        return _make(application, settings)
    taken = _free.pop()
    context.install(taken.app, application, settings)
    return taken


def _make(application: context.Application, settings: config.Config) -> Made:
    made = app.create_app(application, settings)
    serves = context.installed(made)
    others = {k: each for k, each in made.extensions.items() if each is not serves}
    return Made(made, others, _marks(made))


def give(made: Made) -> None:
    """Take an app back: whoever still asks it finds no installation.

    Raises:
        AssertionError: A test changed it.
    """
    known = _marks(made.app)
    changed = [name for name in known if known[name] != made.marks[name]]
    assert changed == [], f"a test changes a shared app, take one alone: {changed}"
    # What an app remembers of its installation, it remembers among its extensions.
    made.app.extensions.clear()
    made.app.extensions.update(made.extensions)
    _free.append(made)


def _marks(made: flask.Flask) -> Mapping[str, object]:
    """What of an app a test could change."""
    environment = made.jinja_env
    return {
        "config": dict(made.config),
        "rules": list(made.url_map.iter_rules()),
        "views": dict(made.view_functions),
        "globals": dict(environment.globals),
        "filters": dict(environment.filters),
        "before": {key: list(each) for key, each in made.before_request_funcs.items()},
        "after": {key: list(each) for key, each in made.after_request_funcs.items()},
        "sessions": made.session_interface,
        "wsgi": made.__dict__.get("wsgi_app"),
        "testing": made.testing,
    }
