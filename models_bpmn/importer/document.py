"""The normalised model as a second document beside the diagram that was uploaded.

The uploaded bytes are never changed; what runs is this: canonical JSON (keys sorted,
one form for a model), and what differs from the drawing, element by element.
"""

import dataclasses
import json
from collections.abc import Mapping
from enum import Enum

from engine.domain.model import Model
from models_bpmn.importer.analysis import Analysis

#: The shape of the document; another one gets another number.
FORMAT = 1


def render(model: Model) -> bytes:
    """The model as JSON, the same bytes for one model; empty values are left out."""
    made = {"format": FORMAT, **_record(model)}
    text = json.dumps(made, ensure_ascii=False, indent=1, sort_keys=True)
    return f"{text}\n".encode()


def differences(analysis: Analysis, language: str) -> list[dict[str, str]]:
    """What the model has that is not drawn, and what is drawn that it has not."""
    if analysis.model is None:
        return []
    drawn = {one.place.element: one for one in analysis.listed}
    gone = [
        {
            "element": element,
            "name": one.place.name,
            "change": "removed",
            "reason": one.reason(language),
        }
        for element, one in drawn.items()
        if element not in analysis.model.nodes
    ]
    added = [
        {"element": node.id, "name": node.name, "change": "added", "reason": ""}
        for node in analysis.model.nodes.values()
        # The importer's own ids: what it adds has no line in the file.
        if not node.line
    ]
    return gone + added


def _record(value: object) -> dict[str, object]:
    if not dataclasses.is_dataclass(value):
        return {}
    found: dict[str, object] = {}
    for one in dataclasses.fields(value):
        made = _plain(getattr(value, one.name))
        if made not in ("", None, [], {}, 0, False):
            found[one.name] = made
    return found


def _plain(value: object) -> object:
    if isinstance(value, Enum):
        return value.value
    if dataclasses.is_dataclass(value):
        return _record(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value
