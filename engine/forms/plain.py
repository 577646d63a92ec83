"""Answers without a form: plain values by name, where the diagram names no form."""

import json
import math
import re
from collections.abc import Mapping
from typing import Final

from engine import limits
from engine.domain.run import Json
from engine.errors import EngineError, TooLargeError

#: Letters of the Basic Multilingual Plane (engine.evidence.record, rule 1).
_NAME: Final = re.compile(r"[^\W\d_\U00010000-\U0010ffff][^\W\U00010000-\U0010ffff]*")
#: Values inside values; deeper than any form gives.
_DEPTH: Final = 16
#: A lone half of a surrogate pair is no character; databases refuse NUL.
_NO_TEXT: Final = re.compile("[\x00\ud800-\udfff]")


def check(values: Mapping[str, Json]) -> Mapping[str, Json]:
    """Pass values that expressions can name and every part of the product can keep.

    Raises:
        EngineError: A name is not an identifier, or a value is not plain.
        TooLargeError: The values are larger than answers may be.
    """
    for name, value in values.items():
        if not _NAME.fullmatch(name):
            shown = name.encode(errors="replace").decode()
            message = f"“{shown}” cannot be the name of a value."
            raise EngineError(message, code="value-name", name=name)
        if not _is_plain(value, _DEPTH):
            message = f"The value “{name}” holds what cannot be kept."
            raise EngineError(message, code="value-kind", name=name)
    size = len(json.dumps(dict(values), ensure_ascii=False).encode())
    if size > limits.ANSWERS_BYTES:
        raise TooLargeError(limit=limits.ANSWERS_BYTES, size=size)
    return values


def _is_plain(value: Json, depth: int) -> bool:
    """Whether a value is JSON of a reasonable depth, its texts and numbers sound."""
    if isinstance(value, str):
        return not _NO_TEXT.search(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list):
        return depth > 0 and all(_is_plain(one, depth - 1) for one in value)
    if isinstance(value, dict):
        named = all(isinstance(name, str) for name in value)
        inside = (*value, *value.values())
        return depth > 0 and named and all(_is_plain(one, depth - 1) for one in inside)
    return value is None or isinstance(value, bool | int)
