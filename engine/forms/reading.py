"""Reading a form document that anybody may have sent.

The bytes are UTF-8 JSON (RFC 8259) within limits; a member name may occur once, because
readers disagree about which of two counts (RFC 7493, 2.3), and every number is one that
all readers agree about (RFC 7493, 2.2).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

import rfc8785

from engine import errors, limits
from engine.forms import source
from engine.forms.field import JSON

#: Nesting of objects and lists.
DEPTH: Final = 32
#: Members and items in all.
VALUES: Final = 50_000


def read(document: bytes | str | Mapping[str, JSON]) -> Mapping[str, JSON]:
    """Return the document as plain data.

    Raises:
        FormInvalidError: It is no JSON object, or not within the limits.
    """
    parsed = document if isinstance(document, Mapping) else _parse(document)
    if not isinstance(parsed, Mapping):
        raise _refusal("document-invalid", "A form document is a JSON object.")
    _check_shape(parsed)
    return parsed


def canonical(document: Mapping[str, JSON]) -> bytes:
    """Return the canonical bytes of a document (RFC 8785).

    Raises:
        FormInvalidError: A number has no canonical form.
    """
    plain: Any = document
    try:
        return rfc8785.dumps(plain)
    except rfc8785.CanonicalizationError as error:
        raise _refusal(
            "document-invalid", f"The document has no canonical form: {error}"
        ) from error


def _parse(document: bytes | str) -> object:
    data = (
        document.encode("utf-8", "replace") if isinstance(document, str) else document
    )
    if len(data) > limits.UPLOAD_BYTES:
        raise _refusal(
            "document-too-large", f"A form has at most {limits.UPLOAD_BYTES} bytes."
        )
    try:
        # Python reads NaN and Infinity; `canonical` refuses them.
        return json.loads(data.decode("utf-8-sig"), object_pairs_hook=_once)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise _refusal(
            "document-invalid", f"The document is not valid JSON: {error}"
        ) from error


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        message = f"the member {twice[:100]} occurs twice in one object"
        raise ValueError(message)
    return found


def _check_shape(document: Mapping[str, JSON]) -> None:
    """Walk without recursion, so that depth cannot exhaust the stack."""
    waiting: list[tuple[object, int]] = [(document, 1)]
    seen = 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if depth > DEPTH:
            raise _too_deep()
        if seen + len(waiting) > VALUES:
            raise _refusal("document-too-large", f"A form has at most {VALUES} values.")
        waiting.extend((inner, depth + 1) for inner in _inner(value))


def _inner(value: object) -> list[object]:
    """Return what a value holds; refuse what JSON or UTF-8 cannot hold."""
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return [*value.keys(), *value.values()]
    if isinstance(value, list):
        return value
    if isinstance(value, str) and not source.printable(value, lines=True):
        raise _refusal(
            "document-invalid", "A text of the document has control characters."
        )
    if not (value is None or isinstance(value, str | int | float)):
        raise _refusal("document-invalid", "The document holds what JSON cannot hold.")
    return []


def _too_deep() -> errors.FormInvalidError:
    return _refusal("document-too-deep", f"A form is nested at most {DEPTH} deep.")


def _refusal(code: str, message: str) -> errors.FormInvalidError:
    return errors.FormInvalidError(
        [errors.Finding(code=code, severity="refusal", message=message)],
    )
