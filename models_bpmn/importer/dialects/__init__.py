"""What other tools add to BPMN: one file a dialect, told apart by its namespace.

A dialect maps what has a meaning here (forms, people, limits, lists) to `qt:`, lists
what a tool would have called, and leaves the rest to be noted as it is.
"""

from collections.abc import Callable, Mapping
from typing import Final

from models_bpmn.importer.dialects import (
    bizagi,
    camunda7,
    camunda8,
    correlation,
    flowable,
    plain,
    signavio,
)
from models_bpmn.importer.sheet import Sheet

#: Namespace → (name of the dialect, what translates it); the first that is used names
#: the file, all that are used translate it.
DIALECTS: Final[Mapping[str, tuple[str, Callable[[Sheet], None]]]] = {
    "http://camunda.org/schema/zeebe/1.0": ("camunda8", camunda8.translate),
    "http://camunda.org/schema/1.0/bpmn": ("camunda7", camunda7.translate),
    "http://operaton.org/schema/1.0/bpmn": ("operaton", camunda7.translate),
    "http://flowable.org/bpmn": ("flowable", flowable.translate),
    "http://activiti.org/bpmn": ("activiti", flowable.translate),
    "http://www.bizagi.com/bpmn20": ("bizagi", bizagi.translate),
    "http://www.signavio.com": ("signavio", signavio.translate),
}


def translate(sheet: Sheet) -> str:
    """Translate everything foreign in a sheet; gives the name of its dialect."""
    used = _namespaces(sheet)
    found = [DIALECTS[space] for space in DIALECTS if space in used]
    for act in dict.fromkeys(act for _, act in found):
        act(sheet)
    plain.translate(sheet)
    correlation.translate(sheet)
    return found[0][0] if found else "plain"


def _namespaces(sheet: Sheet) -> set[str]:
    used: set[str] = set()
    for element in sheet.root.iter():
        used.update(str(space) for space in element.nsmap.values())
    return used
