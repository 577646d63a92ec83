"""Reading `qt:` elements: everything is checked against `models_bpmn.schema.source`.

A name or value that the schema does not know is a refusal: a misspelt attribute that is
silently ignored is a time limit that silently does not exist.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from lxml.etree import _Element as Element

from engine import expressions
from engine.errors import ExpressionError
from models_bpmn.importer import names, reader
from models_bpmn.importer.report import Place, Report
from models_bpmn.importer.vocabulary import QT
from models_bpmn.schema import source
from models_bpmn.schema.source import Kind

_SHORT: Final = 30
_CODE: Final = re.compile(r"[^\W_][\w.-]{0,99}")
_WHOLE: Final = re.compile(r"[0-9]{1,12}")
_HOUR: Final = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(slots=True)
class Extension:
    """One `qt:` element that passed the checks."""

    name: str
    values: Mapping[str, str]
    text: str = ""
    children: list["Extension"] = field(default_factory=list)

    def get(self, name: str) -> str:
        """An attribute, empty when it was not written."""
        return self.values.get(name, "")

    def all(self, name: str) -> tuple["Extension", ...]:
        """The children of this name, in document order."""
        return tuple(child for child in self.children if child.name == name)

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of the children of this name."""
        return tuple(child.text for child in self.all(name))


def read(
    host: Element, place: Callable[[Element], Place], report: Report
) -> dict[str, Extension]:
    """The `qt:` elements of a BPMN element by name; what is wrong goes to `report`."""
    found: dict[str, Extension] = {}
    for holder in reader.children(host, "extensionElements"):
        for element in holder:
            if reader.namespace(element) != QT:
                continue
            one = _top(element, host, place(host), report)
            if one is None:
                continue
            if one.name in found:
                report.add("qt-twice", place(host), tag=one.name)
            found[one.name] = one
    return found


def _top(
    element: Element, host: Element, place: Place, report: Report
) -> Extension | None:
    name, where = reader.local(element), reader.local(host)
    known = [one.name for one in source.ELEMENTS if where in one.hosts]
    schema = source.BY_NAME.get(name)
    if schema is None:
        report.add("qt-unknown", place, tag=name, known=_list(known))
        return None
    if where not in schema.hosts:
        hosts = schema.hosts or tuple(
            f"qt:{one.name}" for one in source.ELEMENTS if name in one.children
        )
        report.add("qt-misplaced", place, tag=name, host=where, hosts=_list(hosts))
        return None
    return _element(element, schema, place, report)


def _element(
    element: Element, schema: source.Element, place: Place, report: Report
) -> Extension:
    text = reader.words(reader.text_of(element)) if schema.text else ""
    made = Extension(schema.name, _values(element, schema, place, report), text)
    if schema.text and not text:
        report.add("qt-empty", place, tag=schema.name)
    if not schema.text and (element.text or "").strip():
        value = reader.words(element.text or "")[:60]
        report.add("qt-text", place, tag=schema.name, value=value)
    # The schema nests three deep at most, so this cannot run away.
    for child in element:
        name = reader.local(child)
        if reader.namespace(child) != QT:
            report.add("qt-foreign", place, tag=name, host=schema.name)
        elif name not in schema.children:
            report.add("qt-unknown", place, tag=name, known=_list(schema.children))
        else:
            inner = source.BY_NAME[name]
            if not inner.many and made.all(name):
                report.add("qt-twice", place, tag=name)
            made.children.append(_element(child, inner, place, report))
    return made


def _values(
    element: Element, schema: source.Element, place: Place, report: Report
) -> dict[str, str]:
    known = {attribute.name: attribute for attribute in schema.attributes}
    values: dict[str, str] = {}
    for key, value in reader.attributes(element):
        attribute = known.get(key)
        if attribute is None:
            report.add(
                "qt-attribute-unknown",
                place,
                tag=schema.name,
                attribute=key[:60],
                known=_list(known),
            )
            continue
        values[attribute.name] = value.strip()
        check(schema.name, attribute, value.strip(), place, report)
    for attribute in schema.attributes:
        if attribute.required and attribute.name not in values:
            report.add(
                "qt-attribute-missing",
                place,
                tag=schema.name,
                attribute=attribute.name,
            )
    return values


def check(
    tag: str, attribute: source.Attribute, value: str, place: Place, report: Report
) -> None:
    """Refuse a value that its attribute cannot hold."""
    wanted = _problem(attribute, value)
    if wanted:
        report.add(
            "qt-value",
            place,
            tag=tag,
            attribute=attribute.name,
            value=value[:60],
            wanted=wanted,
        )


def _problem(attribute: source.Attribute, value: str) -> str:
    kind = attribute.kind
    if kind is Kind.EXPRESSION:
        return _expression_problem(value)
    if kind is Kind.NAME:
        return names.problem(value)
    fits = {
        Kind.TEXT: bool(value) or not attribute.required,
        Kind.CODE: bool(_CODE.fullmatch(value)),
        Kind.SHORT: len(value) <= _SHORT,
        Kind.COUNT: bool(_WHOLE.fullmatch(value)) and int(value) > 0,
        Kind.AMOUNT: bool(_WHOLE.fullmatch(value)),
        Kind.HOUR: bool(_HOUR.fullmatch(value)),
        Kind.REFERENCE: bool(value),
        Kind.CHOICE: value in attribute.choices,
    }
    if fits[kind]:
        return ""
    return _list(attribute.choices) if kind is Kind.CHOICE else kind.value


def _expression_problem(value: str) -> str:
    try:
        expressions.compile(value)
    except ExpressionError as error:
        return f"{Kind.EXPRESSION.value} ({error.reason})"
    return ""


def _list(known: object) -> str:
    return ", ".join(known) if isinstance(known, (list, tuple, dict)) else str(known)
