"""BPMN without a dialect: expressions and times in other languages.

Extensions of tools that are not named here stay where they are and are noted.
"""

from typing import Final

from lxml.etree import _Element as Element

from engine.domain.model import TimerKind
from models_bpmn.importer import reader, translation
from models_bpmn.importer.dialects import common
from models_bpmn.importer.sheet import Sheet

_EXPRESSIONS: Final = frozenset(
    {"conditionExpression", "completionCondition", "loopCardinality", "loopCondition"}
    | {"condition", "activationCondition"}
)
_TIMES: Final = {kind.value: kind for kind in TimerKind}
#: Attributes of no namespace that tools leave in BPMN's, with no meaning.
_HOLLOW: Final = frozenset({"evaluatesToTypeRef"})


def translate(sheet: Sheet) -> None:
    """Translate the expressions and times of a sheet."""
    for element in common.elements(sheet):
        tag = reader.local(element)
        if tag in _TIMES:
            _time(element, _TIMES[tag], sheet)
        elif tag in _EXPRESSIONS:
            _expression(element, sheet)


def _time(element: Element, kind: TimerKind, sheet: Sheet) -> None:
    text = reader.text_of(element)
    made = translation.time(kind, text)
    if made and made != text:
        element.text = made
        element.attrib.pop("language", "")
        owner = _owner(element)
        sheet.note("time-translated", sheet.place(owner), text=text[:80], made=made)
    elif not made:
        _expression(element, sheet)


def _expression(element: Element, sheet: Sheet) -> None:
    text, declared = reader.text_of(element), element.get("language", "")
    if not text or len(element):
        return
    made = translation.expression(text, declared)
    if made and (made != text or declared):
        element.text = made
        element.attrib.pop("language", "")
        if made != text:
            place = sheet.place(_owner(element))
            sheet.note("expression-translated", place, text=text[:80], made=made[:80])


def _owner(element: Element) -> Element:
    """The element with an id that a part belongs to."""
    found: Element | None = element.getparent()
    while found is not None and not (
        found.get("id") and not reader.local(found).endswith("EventDefinition")
    ):
        found = found.getparent()
    return element if found is None else found
