"""Compiling a form-js document into a form, or refusing it with every reason.

Accepted is a named subset of form-js (schema version 18 or lower): what we do not carry
out is refused by name at upload, never ignored at run time.
"""

import functools
import graphlib
import hashlib
import keyword
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from engine import limits
from engine.domain import comments, enclosed
from engine.forms import components, reading, source
from engine.forms.field import JSON, Field
from engine.forms.form import Form

SCHEMA_VERSION: Final = 18
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_TOP: Final = frozenset(
    {"$schema", "type", "id", "components", "schemaVersion", "properties"}
    # Which tool wrote the document, and for which platform.
    | {"exporter", "executionPlatform", "executionPlatformVersion", "versionTag"},
)


def compile(document: bytes | str | Mapping[str, JSON]) -> Form:  # noqa: A001
    """Compile a form-js document.

    Raises:
        FormInvalidError: With one finding for each fault, by component id.
    """
    parsed = reading.read(document)
    report = source.Report()
    _check_top(source.Source(parsed, report, element=""))
    report.stop()
    drafts = components.collect(parsed, report)
    if len(drafts) > limits.FORM_COMPONENTS:
        report.refuse(
            "too-many-components",
            f"A form has at most {limits.FORM_COMPONENTS} components.",
        )
    report.stop()
    _check_names(drafts)
    fields = components.finish(drafts, report)
    order = _order(fields, report)
    report.stop()
    digest = hashlib.sha256(reading.canonical(parsed)).hexdigest()
    return Form(hash=digest, parts=fields, order=order)


@functools.cache
def comment_form() -> Form:
    """Return the built-in form of a task that names none: one optional comment."""
    return compile(
        {
            "type": "default",
            "schemaVersion": SCHEMA_VERSION,
            "components": [
                {
                    "type": "textarea",
                    "id": "comment",
                    "key": "comment",
                    "label": "Ý kiến xử lý",
                    "properties": {"qt:label-en": "Comment"},
                },
            ],
        },
    )


@functools.cache
def comment_beside() -> Form:
    """Return the comment that whoever completes a step may add, as a form.

    It is no answer to the form of the step: `engine.domain.comments`.
    """
    (own,) = comment_form().parts
    made = replace(
        own,
        id=comments.BESIDE,
        key=comments.BESIDE,
        label="Ý kiến, ghi chú",
        max_length=comments.CHARS,
    )
    return replace(comment_form(), parts=(made,), order=(made.key,))


@functools.cache
def remark() -> Form:
    """Return what is noted in a case at any time, as a form; named as a comment is."""
    (own,) = comment_beside().parts
    made = replace(own, label="Ghi chú", label_en="Remark")
    return replace(comment_beside(), parts=(made,))


@functools.cache
def files_beside() -> Form:
    """Return the files that whoever acts may enclose (`engine.domain.enclosed`)."""
    (own,) = comment_form().parts
    made = replace(
        own,
        id=enclosed.BESIDE,
        type="filepicker",
        key=enclosed.BESIDE,
        label=enclosed.LABEL["vi"],
        label_en=enclosed.LABEL["en"],
        multiple=True,
    )
    return replace(comment_form(), parts=(made,), order=(made.key,))


def beside(form: Form | None) -> Form:
    """Return a form of a step with comment and files under it; None: it has none."""
    asked = (comment_form(),) if form is None else (form, comment_beside())
    all_ = (*asked, files_beside())
    parts = tuple(part for one in all_ for part in one.parts)
    order = tuple(key for one in all_ for key in one.order)
    return replace(asked[0], parts=parts, order=order)


def _check_top(top: source.Source) -> None:
    top.only(_TOP)
    if top.raw("type") != "default":
        top.refuse("document-invalid", "The type of a form document must be default.")
    version = top.raw("schemaVersion")
    plain = isinstance(version, int) and not isinstance(version, bool)
    if version is not None and not (plain and 1 <= int(str(version)) <= SCHEMA_VERSION):
        top.refuse(
            "schema-version", f"schemaVersion must be from 1 to {SCHEMA_VERSION}."
        )
    if not isinstance(top.raw("components"), list):
        top.refuse("document-invalid", "components must be a list.")


def _check_names(drafts: list[components.Draft]) -> None:
    """Check that keys and ids are well formed and occur once."""
    ids: set[str] = set()
    keys: set[str] = set()
    for draft in drafts:
        if draft.id in ids:
            draft.source.refuse("id-twice", f"The id {draft.id} occurs twice.")
        ids.add(draft.id)
        if not draft.behaviour.keyed:
            continue
        if not _KEY.fullmatch(draft.key) or keyword.iskeyword(draft.key):
            draft.source.refuse(
                "key-invalid",
                "A key is a letter, then up to 63 letters, digits or underscores, and "
                "no word of the expression language.",
            )
        elif draft.key in keys:
            draft.source.refuse("key-twice", f"The key {draft.key} occurs twice.")
        keys.add(draft.key)


def _order(fields: tuple[Field, ...], report: source.Report) -> tuple[str, ...]:
    """Order keys by what their conditions read; refuse conditions in a circle."""
    graph = {
        field.key: sorted({key for each in field.hide for key in each.keys})
        for field in fields
        if field.key
    }
    try:
        return tuple(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        circle = [str(key) for key in error.args[1]]
        element = next(field.id for field in fields if field.key == circle[0])
        report.refuse(
            "condition-circle",
            f"The conditions depend on each other: {', '.join(circle)}.",
            element=element,
        )
        return ()
