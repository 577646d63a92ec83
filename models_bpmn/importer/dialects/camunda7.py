"""Camunda 7 and its successor Operaton, which write the same in two namespaces."""

from typing import Final

from models_bpmn.importer.dialects import java
from models_bpmn.importer.sheet import Sheet

SPACES: Final = (
    "http://camunda.org/schema/1.0/bpmn",
    "http://operaton.org/schema/1.0/bpmn",
)


def translate(sheet: Sheet) -> None:
    """Translate a sheet of Camunda 7 or Operaton."""
    java.translate(sheet, SPACES)
