"""What dialects have in common: people, forms, limits, lists, calls out of a model."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element as Element

from engine.errors import FormInvalidError
from engine.forms import document
from models_bpmn.importer import names, published, reader, translation
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.sheet import Sheet

WORK: Final = frozenset({"task", "userTask", "manualTask"})
_LIMIT: Final = re.compile(r"P(?:(\d{1,4})D|T(\d{1,4})H|(\d{1,3})M|(\d{1,3})W)")
_KEY: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
_TEMPLATED: Final = re.compile(r"[$#]\{|^=")


@dataclass(slots=True, kw_only=True)
class Field:
    """One field of a foreign form."""

    key: str
    label: str
    kind: str
    required: bool = False
    readonly: bool = False
    options: list[tuple[str, str]] = field(default_factory=list)


def elements(sheet: Sheet) -> Iterator[Element]:
    """Every BPMN element of a sheet."""
    return iter(list(sheet.root.iter(f"{{{words.BPMN}}}*")))


def taken(element: Element, spaces: Sequence[str], name: str) -> str:
    """Take a foreign attribute off an element; empty when there is none."""
    for space in spaces:
        value = str(element.attrib.pop(f"{{{space}}}{name}", "")).strip()
        if value:
            return value
    return ""


def extensions(element: Element, spaces: Sequence[str], *names: str) -> list[Element]:
    """The foreign extension elements of these names."""
    return [
        child
        for holder in reader.children(element, "extensionElements")
        for child in holder
        if reader.namespace(child) in spaces and reader.local(child) in names
    ]


def performer(element: Element, groups: str, person: str, sheet: Sheet) -> None:
    """Who does a step: its first group, else the person that is named."""
    place = sheet.place(element)
    named = [one.strip() for one in (groups or person).split(",") if one.strip()]
    literal = [one for one in named if not _TEMPLATED.search(one)]
    if not named:
        return
    if not literal or reader.local(element) not in WORK:
        sheet.note("assignment-listed", place, who=", ".join(named)[:120])
        return
    work = sheet.extension(element, "work")
    if not work.get("performer"):
        work.set("performer", literal[0])
        sheet.note("assignment-mapped", place, who=", ".join(named)[:120])


def limit(element: Element, text: str, sheet: Sheet) -> None:
    """A due date that is a plain duration is the limit of the step."""
    if not text:
        return
    found = (
        _LIMIT.fullmatch(text.strip("'\"")) if reader.local(element) in WORK else None
    )
    if found is None:
        sheet.note("due-listed", sheet.place(element), due=text[:80])
        return
    days, hours, months, weeks = found.groups()
    amount, unit = (days, "day") if days else (hours, "hour")
    if months or weeks:
        amount, unit = (months, "month") if months else (str(int(weeks) * 7), "day")
    work = sheet.extension(element, "work")
    if next(iter(work), None) is None:
        made = work.makeelement(
            f"{{{words.QT}}}limit", {"amount": amount, "unit": unit}
        )
        work.append(made)
        sheet.note("due-mapped", sheet.place(element), due=text)


def form(element: Element, fields: list[Field], sheet: Sheet) -> None:
    """A form made of the fields that another tool keeps in the diagram."""
    usable = [one for one in fields if _KEY.fullmatch(one.key)]
    if not usable:
        return
    made = {
        "type": "default",
        "schemaVersion": 16,
        "components": [_component(one) for one in usable],
    }
    written = json.dumps(made, ensure_ascii=False, sort_keys=True).encode()
    attach(element, f"{element.get('id', 'form')}.form", written, sheet)


def attach(element: Element, name: str, written: bytes, sheet: Sheet) -> None:
    """Give a step a form document, when it is one that we carry out."""
    place = sheet.place(element)
    try:
        document.compile(written)
    except FormInvalidError as error:
        reasons = "; ".join(one.message for one in error.findings)
        sheet.note("form-unmapped", place, form=name, reason=reasons[:300])
        return
    if reader.local(element) == "startEvent":
        _start_form(element, name, sheet)
    elif reader.local(element) in WORK:
        work = sheet.extension(element, "work")
        if work.get("form"):
            return
        work.set("form", name)
    else:
        return
    sheet.forms[name] = written
    sheet.note("form-mapped", place, form=name)


def _start_form(start: Element, name: str, sheet: Sheet) -> None:
    process = start.getparent()
    if process is not None and reader.local(process) == "process":
        facts = sheet.extension(process, "procedure")
        if not facts.get("startForm"):
            facts.set("startForm", name)


_KINDS: Final = {
    "long": "number",
    "integer": "number",
    "int": "number",
    "double": "number",
    "boolean": "checkbox",
    "enum": "select",
    "date": "datetime",
}


def _component(one: Field) -> dict[str, object]:
    kind = _KINDS.get(one.kind, "textfield")
    made: dict[str, object] = {
        "type": kind,
        "id": one.key,
        "key": one.key,
        "label": one.label or one.key,
    }
    if kind == "datetime":
        made |= {"subtype": "date", "dateLabel": one.label or one.key}
    if kind == "select":
        made["values"] = [{"value": key, "label": text} for key, text in one.options]
    if one.readonly:
        made["readonly"] = True
    if one.required and kind != "checkbox":
        made["validate"] = {"required": True}
    return made


def bind(element: Element, what: Sequence[str], sheet: Sheet) -> None:
    """Remember what another tool would have called at this element."""
    said = ", ".join(one for one in what if one)
    if not said:
        return
    identity = element.get("id", "")
    sheet.bindings[identity] = said[:160]
    sheet.note("binding-listed", sheet.place(element), what=said[:160])


def bound(call: Element, binding: str, sheet: Sheet) -> None:
    """Which version of a procedure another tool would have called.

    `latest` means the same here; a version that was deployed together is the pinned
    one. Whatever names a version by number or tag is told, for it numbers others.
    """
    if binding == published.LATEST:
        call.set(f"{{{words.QT}}}binding", published.LATEST)
        sheet.note("call-mapped", sheet.place(call))
    elif binding not in {"", "deployment"}:
        sheet.note("call-version", sheet.place(call), what=f"binding={binding}"[:80])


def decision(element: Element, decided: str, result: str, sheet: Sheet) -> bool:
    """A business rule task asks the decision that is named; False: it names none.

    A decision or result that is computed, or that no data can be kept under, is left
    to a person.
    """
    if not decided or _TEMPLATED.search(decided):
        return False
    if result and names.problem(result):
        return False
    made = sheet.extension(element, "decision")
    made.set("id", decided)
    if result:
        made.set("result", result)
    sheet.note("decision-mapped", sheet.place(element), decision=decided[:80])
    return True


def name_of(text: str) -> str:
    """The name of a value, out of the template that another tool writes around it."""
    made = translation.expression(text, "feel" if text.startswith("=") else "")
    return made if made.isidentifier() else text.strip()


def loop_data(loop: Element, given: dict[str, str], sheet: Sheet) -> None:
    """Names of lists and items on multi-instance characteristics."""
    for name, value in given.items():
        if value and loop.get(f"{{{words.QT}}}{name}") is None:
            loop.set(f"{{{words.QT}}}{name}", name_of(value))
            owner = loop.getparent()
            if owner is not None:
                sheet.note("list-mapped", sheet.place(owner), what=value[:80])
