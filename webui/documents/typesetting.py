"""Typesetting: a template of ours and data become a PDF, the same for the same data.

The fonts are those that the typesetter brings, so that every machine makes the same
pages; nothing is fetched, and data is never read as markup. Few documents are set at a
time, beside the threads that answer requests, and none is waited for longer than
`limits.TYPESETTING_SECONDS`.
"""

import concurrent.futures
import functools
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import typst

from engine import limits
from engine.errors import ConfigurationError, TooLargeError

_FOLDER: Final = Path(__file__).parent
#: For archives (ISO 19005-2), with text that can be searched and read aloud.
_STANDARD: Final = "a-2a"
#: The typesetter lets other threads run meanwhile, but uses a whole core.
SETTERS: Final = concurrent.futures.ThreadPoolExecutor(
    limits.TYPESETTINGS, thread_name_prefix="typesetting"
)


@functools.cache
def _fonts() -> typst.Fonts:
    """The typesetter's own fonts, read once."""
    return typst.Fonts(include_system_fonts=False)


def pdf(template: str, data: Mapping[str, Any], at: datetime) -> bytes:
    """The PDF of a template.

    Args:
        template: Name of a template.
        data: What it shows, as JSON can say it.
        at: When it is made: nothing else in it depends on the time.

    Raises:
        ConfigurationError: The template cannot be set with this data.
        TooLargeError: It takes too long (`typesetting-time`).
    """
    text = json.dumps(data, ensure_ascii=False)
    setting = SETTERS.submit(_set, template, text, int(at.timestamp()))
    try:
        return setting.result(limits.TYPESETTING_SECONDS)
    except TimeoutError as error:
        setting.cancel()
        raise TooLargeError(
            code="typesetting-time", limit=limits.TYPESETTING_SECONDS
        ) from error


def _set(template: str, data: str, at: int) -> bytes:
    compiler = typst.Compiler(
        (_FOLDER / f"{template}.typ").read_bytes(),
        root=_FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": data},
    )
    try:
        made = compiler.compile(format="pdf", timestamp=at, pdf_standards=_STANDARD)
    except typst.TypstError as error:
        message = f"The document “{template}” cannot be set: {error.message}."
        raise ConfigurationError(message) from error
    if not isinstance(made, bytes):
        message = f"The document “{template}” has no pages."
        raise ConfigurationError(message)
    return made
