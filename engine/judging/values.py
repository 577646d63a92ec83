"""The personal values beside an event, and the commitments to them (rule 4).

Most come as they are usually made, and are proved by the text that the commitments must
have (`committed`); what is not proved so is compared one by one (`read`).
"""

import functools
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

import orjson

from engine.domain.run import Json
from engine.evidence import record
from engine.judging.ruling import Ruling, fails

_slowly: Final[Callable[[str], Json]] = json.JSONDecoder().decode
#: How the texts of values begin that the fast reader reads as the slow one does; of
#: numbers it does so up to a length.
_PLAIN: Final = frozenset('"tfn')
_DIGITS: Final = 15
_SALT: Final = 16
#: RFC 2104 for keys of that length; `hmac.digest` computes the same a little slower.
_INNER: Final = bytes(one ^ 0x36 for one in range(256))
_OUTER: Final = bytes(one ^ 0x5C for one in range(256))
_INNER_PAD: Final = b"\x36" * (64 - _SALT)
_OUTER_PAD: Final = b"\x5c" * (64 - _SALT)
#: No body holds such bytes.
_ELSEWHERE: Final = b"\x00"
#: Texts and groups of names that are kept.
_KEPT: Final = 20_000
#: So short a text is no larger than answers may be (`engine.forms.plain`).
_SHORT: Final = 1_000

_NOTHING: Final[Mapping[str, Json]] = {}
_NOBODY: Final[frozenset[str]] = frozenset()

#: Name, text and salt, as of a `Personal`.
Value = tuple[str, str | None, bytes | None]


class Given(NamedTuple):
    """What stands beside an event: its values, and what its bytes must say of them."""

    #: The commitments as they must stand.
    commitments: bytes
    #: Names that came so before are the same tuple.
    names: tuple[str, ...]
    values: Mapping[str, Json]
    #: Whether each value is plain at first sight (`engine.forms.plain`).
    plain: bool


def read(
    personal: Sequence[Value], commitments: Mapping[str, str]
) -> tuple[Mapping[str, Json], frozenset[str], Ruling | None]:
    """The values behind the commitments, the names of erased ones, what is wrong."""
    if not commitments:
        wrong = fails("uncommitted", name=personal[0][0]) if personal else None
        return _NOTHING, _NOBODY, wrong
    values: dict[str, Json] = {}
    erased = []
    for name, text, salt in personal:
        wanted = commitments.get(name)
        if wanted is None:
            return values, _NOBODY, fails("uncommitted", name=name)
        if text is None or salt is None:
            erased.append(name)
        elif _commitment(salt, text.encode()) != wanted:
            return values, _NOBODY, fails("value-changed", name=name)
        else:
            values[name] = _value(text)
    if len(values) + len(erased) != len(commitments):
        known = {one[0] for one in personal}
        missing = min(commitments.keys() - known, default="")
        return values, _NOBODY, fails("value-missing", name=missing)
    return values, frozenset(erased) if erased else _NOBODY, None


class _Text(NamedTuple):
    """The text of a value that is kept because it cannot be changed."""

    #: With what is hashed before it.
    padded: bytes
    value: Json
    plain: bool


_texts: Final[dict[str, _Text]] = {}
#: Names → the same names, and the commitments to values of such names.
_names: Final[dict[tuple[str, ...], tuple[tuple[str, ...], str]]] = {}
_ODDLY: Final = Given(_ELSEWHERE, (), _NOTHING, plain=False)
_given: Final = functools.partial(tuple.__new__, Given)


def committed(personal: tuple[Value, ...]) -> Given:
    """The commitments as they must stand, and the values behind them.

    Bytes that stand nowhere are the answer where the slow way has to look.

    Raises:
        LookupError: A value is an empty text.
    """
    names = tuple([one[0] for one in personal])
    known = _names.get(names) or _known_names(names)
    if known is None:
        return _ODDLY
    made, values, plain = [], {}, True
    for name, text, salt in personal:
        if text is None or salt is None or len(salt) != _SALT:
            return _ODDLY
        padded, values[name], simple = _texts.get(text) or _known_text(text)
        inner = sha256(salt.translate(_INNER) + padded).digest()
        outer = sha256(salt.translate(_OUTER) + _OUTER_PAD + inner)
        made.append(outer.hexdigest())
        plain = plain and simple
    commitments = (known[1] % tuple(made)).encode()
    return _given((commitments, known[0], values, plain))


def _known_names(names: tuple[str, ...]) -> tuple[tuple[str, ...], str] | None:
    if [*names] != sorted({*names}):
        return None
    parts = ",".join(f'{_quoted(one)}:"%s"' for one in names)
    if len(_names) >= _KEPT:
        _names.clear()
    known = _names[names] = names, f',"commitments":{{{parts}}}'
    return known


def _known_text(text: str) -> _Text:
    value = _decoded(text) if text[0] == '"' else _value(text)
    if isinstance(value, str):
        plain = len(value) <= _SHORT and value.isprintable()
    else:
        plain = value is None or isinstance(value, int)
    known = _Text(_INNER_PAD + text.encode(), value, plain)
    if len(text) <= _SHORT and not isinstance(value, (dict, list)):
        if len(_texts) >= _KEPT:
            _texts.clear()
        _texts[text] = known
    return known


@functools.lru_cache(maxsize=10_000)
def _quoted(name: str) -> str:
    """A name as it stands in a text that is formatted."""
    return record.canonical(name).decode().replace("%", "%%")


def _commitment(salt: bytes, text: bytes) -> str:
    """The commitment to a value (rule 4 of the record)."""
    if len(salt) != _SALT:
        return hmac.digest(salt, text, "sha256").hex()
    inner = sha256(salt.translate(_INNER) + _INNER_PAD + text).digest()
    return sha256(salt.translate(_OUTER) + _OUTER_PAD + inner).hexdigest()


def _value(text: str) -> Json:
    """A value; what the fast reader may read otherwise is for the slow one."""
    if text[0] in _PLAIN or (len(text) <= _DIGITS and text.isdecimal()):
        return _decoded(text)
    return _slowly(text)


def _decoded(text: str) -> Json:
    """A value whose text is a plain one; half a surrogate pair is for the slow way."""
    try:
        read: Json = orjson.loads(text)
    except orjson.JSONDecodeError:
        return _slowly(text)
    return read
