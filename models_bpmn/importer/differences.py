"""What differs between the model that runs and the drawing, element by element."""

from collections.abc import Sequence

from engine.domain.model import Model
from models_bpmn.importer.balance import Listed
from models_bpmn.normalised import Difference


def found(model: Model, listed: Sequence[Listed]) -> tuple[Difference, ...]:
    """What is drawn and does not run, then what runs and is not drawn."""
    gone = [
        Difference(
            element=one.place.element,
            name=one.place.name,
            change="removed",
            vi=one.reason("vi"),
            en=one.reason("en"),
        )
        for one in listed
        if one.place.element not in model.nodes
    ]
    added = [
        Difference(element=node.id, name=node.name, change="added")
        for node in model.nodes.values()
        # The importer's own ids: what it adds has no line in the file.
        if not node.line
    ]
    return (*gone, *added)
