"""Flowable and Activiti, which write the same in two namespaces."""

from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer.dialects import common, java
from models_bpmn.importer.sheet import Sheet

SPACES: Final = ("http://flowable.org/bpmn", "http://activiti.org/bpmn")


def translate(sheet: Sheet) -> None:
    """Translate a sheet of Flowable or Activiti."""
    java.translate(sheet, SPACES)
    for element in common.elements(sheet):
        if reader.local(element) == "multiInstanceLoopCharacteristics":
            _index(element, sheet)


def _index(loop: Element, sheet: Sheet) -> None:
    """`loopCounter` counts from 1 here and from 0 there: the name alone is listed."""
    name = common.taken(loop, SPACES, "elementIndexVariable")
    owner = loop.getparent()
    if name and owner is not None:
        sheet.note("index-listed", sheet.place(owner), name=name[:80])
