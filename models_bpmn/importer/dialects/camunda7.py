"""Camunda 7 and its successor Operaton, which write the same in two namespaces."""

from typing import Final

from lxml.etree import _Element as Element

from models_bpmn.importer import reader
from models_bpmn.importer.dialects import common, java
from models_bpmn.importer.sheet import Sheet

SPACES: Final = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
)
_SHAPE: Final = "mapDecisionResult"
_VERSIONS: Final = (
    *("decisionRefBinding", "decisionRefVersion", "decisionRefVersionTag"),
    "decisionRefTenantId",
)


def translate(sheet: Sheet) -> None:
    """Translate a sheet of Camunda 7 or Operaton."""
    shapes = {
        element: _decided(element, sheet)
        for element in common.elements(sheet)
        if reader.local(element) == "businessRuleTask"
    }
    java.translate(sheet, SPACES)
    for element, shape in shapes.items():
        if shape:
            # The strict steps ask about what stands there.
            element.set(f"{{{SPACES[0]}}}{_SHAPE}", shape)


def _decided(element: Element, sheet: Sheet) -> str:
    """Translate the decision that a task asks; gives a shape that is to be asked about.

    `singleEntry` is the value that DMN gives; the other shapes are made by the other
    engine (a list of records, when nothing is written) and may not mean the same.
    """
    decided, result = _peek(element, "decisionRef"), _peek(element, "resultVariable")
    if not common.decision(element, decided, result, sheet):
        return ""
    for name in ("decisionRef", "resultVariable"):
        common.taken(element, SPACES, name)
    for name in _VERSIONS:
        value = common.taken(element, SPACES, name)
        if value:
            what = f"{name}={value}"[:80]
            sheet.note("decision-version", sheet.place(element), what=what)
    shape = common.taken(element, SPACES, _SHAPE) or "resultList"
    return "" if shape == "singleEntry" and result else shape


def _peek(element: Element, name: str) -> str:
    found = (element.get(f"{{{space}}}{name}", "") for space in SPACES)
    return next((value.strip() for value in found if value.strip()), "")
