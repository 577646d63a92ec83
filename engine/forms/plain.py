"""Answers without a form: plain values by name, for steps whose diagram names no form."""

import json
import re
from collections.abc import Mapping

from engine import limits
from engine.domain.run import Json
from engine.errors import EngineError, TooLargeError

_NAME = re.compile(r"[^\W\d_]\w*")


def check(values: Mapping[str, Json]) -> Mapping[str, Json]:
    """Pass values that expressions can name.

    Raises:
        EngineError: A name is not an identifier.
        TooLargeError: The values are larger than answers may be.
    """
    for name in values:
        if not _NAME.fullmatch(name):
            message = f"“{name}” cannot be the name of a value."
            raise EngineError(message, code="value-name", name=name)
    size = len(json.dumps(values, ensure_ascii=False).encode())
    if size > limits.ANSWERS_BYTES:
        raise TooLargeError(limit=limits.ANSWERS_BYTES, size=size)
    return values
