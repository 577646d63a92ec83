"""Flowable and Activiti, which write the same in two namespaces."""

from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.dialects import common, java
from models_bpmn.importer.sheet import Sheet

_DECISION: Final = "dmn"
_KEYS: Final = ("decisionTableReferenceKey", "decisionServiceReferenceKey")
SPACES: Final = ("http://flowable.org/bpmn", "http://activiti.org/bpmn")


def translate(sheet: Sheet) -> None:
    """Translate a sheet of Flowable or Activiti."""
    asked = [one for one in common.elements(sheet) if _decided(one, sheet)]
    java.translate(sheet, SPACES)
    for element in asked:
        # Flowable writes each output into a value of its own, which may not be the same
        # as here; the strict steps ask about what stands there.
        element.set(f"{{{SPACES[0]}}}type", _DECISION)
    for element in common.elements(sheet):
        if reader.local(element) == "multiInstanceLoopCharacteristics":
            _index(element, sheet)


def _decided(element: Element, sheet: Sheet) -> bool:
    """A service task of the type `dmn` asks the decision that a field names."""
    kinds = {element.get(f"{{{space}}}type", "") for space in SPACES}
    if reader.local(element) != "serviceTask" or _DECISION not in kinds:
        return False
    fields = common.extensions(element, SPACES, "field")
    named = {one.get("name", ""): _value(one) for one in fields}
    decided = next((named[one] for one in _KEYS if named.get(one)), "")
    element.tag = f"{{{words.BPMN}}}businessRuleTask"
    if not common.decision(element, decided, "", sheet):
        element.tag = f"{{{words.BPMN}}}serviceTask"
        return False
    for one in fields:
        reader.remove(one)
    return True


def _value(field: Element) -> str:
    text = field.get("stringValue", "") or field.get("expression", "")
    return (text or reader.text_of(field)).strip()


def _index(loop: Element, sheet: Sheet) -> None:
    """`loopCounter` counts from 1 here and from 0 there: the name alone is listed."""
    name = common.taken(loop, SPACES, "elementIndexVariable")
    owner = loop.getparent()
    if name and owner is not None:
        sheet.note("index-listed", sheet.place(owner), name=name[:80])
