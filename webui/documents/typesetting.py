"""Typesetting: a template of ours and data become a PDF, the same for the same data.

The fonts are those that the typesetter brings, so that every machine makes the same
pages; nothing is fetched, and data is never read as markup. What these fonts have not
is shown as a mark (`webui.documents.printable`): no text can spoil a document. Few
documents are set at a time, beside the threads that answer requests, and none is waited
for longer than `limits.TYPESETTING_SECONDS`.
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
from webui.documents import printable

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
        ConfigurationError: The template cannot be set with this data (`not-set`).
        TooLargeError: It takes too long (`typesetting-time`).
    """
    setting = SETTERS.submit(_made, template, data, int(at.timestamp()))
    try:
        return setting.result(limits.TYPESETTING_SECONDS)
    except TimeoutError as error:
        setting.cancel()
        raise TooLargeError(
            code="typesetting-time", limit=limits.TYPESETTING_SECONDS
        ) from error


def _made(template: str, data: Mapping[str, Any], at: int) -> bytes:
    """The PDF with all that the fonts have; else with what is never refused.

    The fonts may have each of two signs, and not one on the other.
    """
    try:
        return _set(template, printable.told(data), at)
    except ConfigurationError:
        return _set(template, printable.told(data, plainly=True), at)


def _set(template: str, data: Mapping[str, Any], at: int) -> bytes:
    compiler = typst.Compiler(
        (_FOLDER / f"{template}.typ").read_bytes(),
        root=_FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    try:
        made = compiler.compile(format="pdf", timestamp=at, pdf_standards=_STANDARD)
    except typst.TypstError as error:
        message = f"The document “{template}” cannot be set: {error.message}."
        raise ConfigurationError(message, code="not-set") from error
    if not isinstance(made, bytes):
        message = f"The document “{template}” has no pages."
        raise ConfigurationError(message, code="not-set")
    return made
