"""Bizagi: drawings whose only additions are colours and descriptions."""

from typing import Final

from models_bpmn.importer import reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.dialects import common
from models_bpmn.importer.sheet import Sheet

SPACES: Final = ("http://www.bizagi.com/bpmn20",)
_EXTENSIONS: Final = ("BizagiExtensions", "BizagiProperties", "BizagiProperty")


def translate(sheet: Sheet) -> None:
    """Take off how a shape looks; list everything else Bizagi wrote."""
    for element in common.elements(sheet):
        for one in common.extensions(element, SPACES, *_EXTENSIONS):
            names = [
                part.get("name", "")
                for part in one.iter(f"{{{SPACES[0]}}}BizagiProperty")
            ]
            reader.remove(one)
            if reader.local(element) in words.FLOW_NODES and any(names):
                place = sheet.place(element)
                sheet.note("look-dropped", place, what=", ".join(names)[:120])
