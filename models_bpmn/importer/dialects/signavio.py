"""Signavio: metadata of its editor on every element, labels, times and costs."""

from typing import Final

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.dialects import common
from models_bpmn.importer.sheet import Sheet

SPACES: Final = ("http://www.signavio.com",)
#: Only how something is drawn, or which glossary entry it came from.
_LOOK: Final = ("signavioLabel", "signavioMetaData", "signavioDiagramMetaData")


def translate(sheet: Sheet) -> None:
    """Take off what concerns the editor; values that people typed are listed."""
    for element in common.elements(sheet):
        said = []
        for one in common.extensions(element, SPACES, *_LOOK):
            if reader.local(one) == "signavioMetaData" and one.get("metaValue"):
                said.append(f"{one.get('metaKey', '')}={one.get('metaValue', '')}")
            reader.remove(one)
        kept = [one for one in said if not one.startswith(("bgcolor", "bordercolor"))]
        if kept and reader.local(element) in words.FLOW_NODES:
            what = ", ".join(kept)[:160]
            sheet.note("look-dropped", sheet.place(element), what=what)
