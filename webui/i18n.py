"""Languages: Vietnamese first, English second.

Message ids are short English sentences. Every `.po` file under
`translations/<language>/LC_MESSAGES` counts, so that each part of the pages may keep
its own; they are compiled in memory, and nothing has to be built or committed beside
them.
"""

import functools
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import flask
import flask_babel
import structlog
from babel import support
from babel.messages import catalog, mofile, pofile

from webui import context

_log = structlog.get_logger(__name__)

#: Code and own name, in the order in which people are offered them.
LANGUAGES: Final = (("vi", "Tiếng Việt"), ("en", "English"))
_FOLDER: Final = Path(__file__).parent / "translations"


class _Domain(flask_babel.Domain):  # type: ignore[misc]
    """The catalogues of the product."""

    def get_translations(self) -> support.Translations:
        """The translations for the language of this request."""
        found: support.Translations = translations(language())
        return found


class _Babel(flask_babel.Babel):  # type: ignore[misc]
    """Flask-Babel over our catalogues."""

    @functools.cached_property
    def domain_instance(self) -> _Domain:
        """The domain that `gettext` uses."""
        return _Domain()


class _Missing(support.NullTranslations):
    """Asked when no catalogue has a text: shows the message id and tells the log."""

    def gettext(self, message: str) -> str:
        """Give the message id."""
        _log.warning("untranslated", text=message)
        return message

    ugettext = gettext


def install(app: flask.Flask) -> None:
    """Let templates and views translate."""
    _Babel().init_app(app, default_locale="vi", locale_selector=language)
    # Flask-Babel's filters for dates know neither our zone nor our working time.
    app.jinja_env.globals.update(language=language, languages=lambda: LANGUAGES)


def language() -> str:
    """The language of this request: the account's, else the session's, else `vi`."""
    if not flask.has_request_context():
        return "vi"
    actor = context.signed_in()
    chosen = actor.account.language if actor else flask.session.get("language", "vi")
    return chosen if chosen in dict(LANGUAGES) else "vi"


def translate(text: str, **values: object) -> str:
    """Give a message in the language of this request."""
    found: str = translations(language()).ugettext(text)
    return found % values if values else found


def files(code: str) -> Iterator[Path]:
    """The catalogue files of a language."""
    yield from sorted((_FOLDER / code / "LC_MESSAGES").glob("*.po"))


def read(path: Path) -> catalog.Catalog:
    """Read a catalogue file."""
    with path.open("rb") as file:
        return pofile.read_po(file, locale=path.parts[-3], abort_invalid=True)


@functools.cache
def translations(code: str) -> Any:
    """The compiled catalogues of a language."""
    whole = catalog.Catalog(locale=code)
    for path in files(code):
        for message in read(path):
            if message.id:
                whole[message.id] = message
    compiled = io.BytesIO()
    mofile.write_mo(compiled, whole)
    compiled.seek(0)
    found = support.Translations(compiled)
    found.add_fallback(_Missing())
    return found
