"""Frozen records as JSON and back, exactly, driven by their declared types.

Rules of the form:

1. The text is compact JSON with sorted keys: one text for one record.
2. A record is an object of its fields. A field that equals its default is left out, and
   a field that is not there has its default: never “empty”, for `False` and `0` may be
   what somebody said. A default is therefore part of the form and never changes.
3. A mapping is a list of pairs, because the order of its entries means something
   (document order), and that of the members of a JSON object does not.
4. Where several kinds of record may stand, the member `is` names the one that does.
5. An unknown member is refused by name: a newer release wrote it, and leaving it out
   could change what a case does. A form without a field that is known now is an older
   one.
"""

import dataclasses
import enum
import functools
import json
import types
import typing
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final, TypeVar

from engine import expressions
from engine.errors import ConfigurationError, EngineError
from engine.forms import patterns

T = TypeVar("T")
#: Where in a document a reader stands, for its refusals.
Path = str
#: The member that names the kind of a record.
KIND: Final = "is"
_SCALARS: Final = (str, int, float, bool)
_JSON: Final = (list, dict)


@dataclasses.dataclass(frozen=True, slots=True)
class _Codec:
    """How values of one type are written and read."""

    write: Callable[[Any], Any]
    read: Callable[[Any, Path], Any]


def dump(value: object, kind: type) -> bytes:
    """Write a record of a kind as canonical JSON."""
    plain = _codec(kind).write(value)
    text = json.dumps(
        plain,
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        allow_nan=False,
    )
    return text.encode()


def load(content: bytes, kind: type[T]) -> T:
    """Read a record of a kind.

    Raises:
        ConfigurationError: The text is not one of this kind, or this release does not
            know all of it; the message names the place.
    """
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise _refusal("", f"it is no JSON ({error})") from error
    made: T = _codec(kind).read(plain, "")
    return made


def _refusal(path: Path, reason: str) -> ConfigurationError:
    place = path or "the document"
    return ConfigurationError(
        f"This release cannot read the stored model: at {place}, {reason}.",
        code="model-unreadable",
        place=place,
    )


def _codec(hint: Any) -> _Codec:
    """The codec of a type; each is made once."""
    made = _MADE.get(hint)
    if made is None:
        made = _MADE[hint] = _make(hint)
    return made


def _make(hint: Any) -> _Codec:
    if hint in _OWN:
        return _OWN[hint]
    generic = _GENERIC.get(typing.get_origin(hint))
    if generic is not None:
        return generic(typing.get_args(hint))
    if dataclasses.is_dataclass(hint):
        return _record(typing.cast("type", hint))
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return _enumeration(hint)
    message = f"There is no form for values of {hint!r}."
    raise TypeError(message)


def _scalar(kind: type) -> _Codec:
    def read(plain: Any, path: Path) -> Any:
        # A yes/no value is an `int` for Python, and none for us.
        if type(plain) is not kind:
            raise _refusal(path, f"there is no {kind.__name__}")
        return plain

    return _Codec(lambda value: value, read)


def _text_of(write: Callable[[Any], str], parse: Callable[[str], Any]) -> _Codec:
    """Values that are made of a text."""

    def read(plain: Any, path: Path) -> Any:
        try:
            return parse(_codec(str).read(plain, path))
        except (ValueError, ArithmeticError, EngineError) as error:
            raise _refusal(path, f"“{plain[:80]}” is refused ({error})") from error

    return _Codec(write, read)


def _pattern(text: str) -> patterns.Pattern:
    made = patterns.compile(text)
    if isinstance(made, patterns.Pattern):
        return made
    raise ValueError(made)


def _enumeration(kind: type[enum.Enum]) -> _Codec:
    return _text_of(lambda value: str(value.value), kind)


def _list(plain: Any, path: Path) -> list[Any]:
    if not isinstance(plain, list):
        raise _refusal(path, "there is no list")
    return plain


def _tuple(inner: tuple[Any, ...]) -> _Codec:
    if inner[1:] == (Ellipsis,):
        return _many(inner[0])

    def write(value: tuple[Any, ...]) -> list[Any]:
        pairs = zip(inner, value, strict=True)
        return [_codec(hint).write(one) for hint, one in pairs]

    def read(plain: Any, path: Path) -> tuple[Any, ...]:
        if len(_list(plain, path)) != len(inner):
            raise _refusal(path, f"there are not {len(inner)} values")
        pairs = enumerate(zip(inner, plain, strict=True))
        return tuple(_codec(hint).read(one, f"{path}[{n}]") for n, (hint, one) in pairs)

    return _Codec(write, read)


def _many(hint: Any) -> _Codec:
    def write(value: tuple[Any, ...]) -> list[Any]:
        one = _codec(hint)
        return [one.write(each) for each in value]

    def read(plain: Any, path: Path) -> tuple[Any, ...]:
        one = _codec(hint)
        items = enumerate(_list(plain, path))
        return tuple(one.read(each, f"{path}[{n}]") for n, each in items)

    return _Codec(write, read)


def _set(inner: tuple[Any, ...]) -> _Codec:
    many = _many(inner[0])
    return _Codec(
        lambda value: sorted(many.write(tuple(value))),
        lambda plain, path: frozenset(many.read(plain, path)),
    )


def _mapping(inner: tuple[Any, ...]) -> _Codec:
    pairs = _many(tuple.__class_getitem__(inner))

    def read(plain: Any, path: Path) -> dict[Any, Any]:
        found = pairs.read(plain, path)
        made = dict(found)
        if len(made) != len(found):
            raise _refusal(path, "a name stands twice")
        return made

    return _Codec(lambda value: pairs.write(tuple(value.items())), read)


def _union(inner: tuple[Any, ...]) -> _Codec:
    """Nothing or something, plain JSON, or one of several records."""
    some = tuple(hint for hint in inner if hint is not types.NoneType)
    plain = all(hint in _SCALARS or typing.get_origin(hint) in _JSON for hint in some)
    if plain and len(some) > 1:
        return _Codec(lambda value: value, lambda plain, _: plain)
    if len(some) == 1:
        return _optional(some[0])
    if len(some) == len(inner):
        return _one_of(some)
    return _optional(functools.reduce(lambda one, other: one | other, some))


def _optional(hint: Any) -> _Codec:
    return _Codec(
        lambda value: None if value is None else _codec(hint).write(value),
        lambda plain, path: None if plain is None else _codec(hint).read(plain, path),
    )


def _one_of(hints: tuple[Any, ...]) -> _Codec:
    kinds = {hint.__name__: hint for hint in hints}

    def write(value: Any) -> dict[str, Any]:
        kind = type(value)
        return {**_codec(kind).write(value), KIND: kind.__name__}

    def read(plain: Any, path: Path) -> Any:
        if not isinstance(plain, dict) or plain.get(KIND) not in kinds:
            raise _refusal(path, f"there is none of {', '.join(sorted(kinds))}")
        rest = {name: value for name, value in plain.items() if name != KIND}
        return _codec(kinds[plain[KIND]]).read(rest, path)

    return _Codec(write, read)


def _record(kind: type) -> _Codec:
    hints = typing.get_type_hints(kind)
    fields = {one.name: one for one in dataclasses.fields(kind)}

    def write(value: Any) -> dict[str, Any]:
        found = ((name, getattr(value, name)) for name in fields)
        return {
            name: _codec(hints[name]).write(one)
            for name, one in found
            if not _is_default(fields[name], one)
        }

    def read(plain: Any, path: Path) -> Any:
        if not isinstance(plain, dict):
            raise _refusal(path, f"there is no {kind.__name__}")
        for name in plain.keys() - fields.keys():
            raise _refusal(_at(path, name), "it does not know what this is")
        for name in fields.keys() - plain.keys():
            if _default(fields[name]) is dataclasses.MISSING:
                raise _refusal(_at(path, name), "there is nothing")
        return kind(
            **{
                name: _codec(hints[name]).read(one, _at(path, name))
                for name, one in plain.items()
            }
        )

    return _Codec(write, read)


def _at(path: Path, name: str) -> Path:
    return f"{path}.{name}" if path else name


def _default(field: dataclasses.Field[Any]) -> Any:
    if field.default_factory is not dataclasses.MISSING:
        return field.default_factory()
    return field.default


def _is_default(field: dataclasses.Field[Any], value: Any) -> bool:
    default = _default(field)
    # `1 == True` and `0 == False`, but they are not the same thing to say.
    same = type(value) is type(default) or isinstance(value, Mapping)
    return default is not dataclasses.MISSING and same and bool(value == default)


_OWN: Final[Mapping[Any, _Codec]] = {
    **{kind: _scalar(kind) for kind in (str, int, float, bool)},
    Decimal: _text_of(str, Decimal),
    # Both are made of the text that somebody wrote.
    expressions.Expression: _text_of(lambda made: made.text, expressions.compile),
    patterns.Pattern: _text_of(lambda made: made.source, _pattern),
}
_MADE: Final[dict[Any, _Codec]] = {}
_GENERIC: Final[Mapping[Any, Callable[[tuple[Any, ...]], _Codec]]] = {
    tuple: _tuple,
    frozenset: _set,
    Mapping: _mapping,
    typing.Union: _union,
    types.UnionType: _union,
}
