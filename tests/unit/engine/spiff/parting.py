"""Gives events of a drawn model their parts."""

from dataclasses import replace

from engine.domain.model import EventDefinition, EventKind, Model, Node
from tests import models

#: What a whole is drawn with; `parted` gives it its parts.
ANY = EventDefinition(kind=EventKind.MULTIPLE)
ALL = EventDefinition(kind=EventKind.PARALLEL_MULTIPLE)


def parted(model: Model, **wholes: tuple[EventDefinition, ...]) -> Model:
    """The model with the parts `w.1`, `w.2` … of each whole `w`."""
    nodes: dict[str, Node] = {}
    scopes = dict(model.scopes)
    for node in model.nodes.values():
        events = wholes.get(node.id, ())
        names = tuple(f"{node.id}.{n}" for n in range(1, len(events) + 1))
        nodes[node.id] = replace(node, parts=names)
        for name, event in zip(names, events, strict=True):
            part = replace(nodes[node.id], id=name, parts=(), part_of=node.id)
            nodes[name] = replace(part, event=event, incoming=(), outgoing=())
        scope = scopes[node.scope]
        if node.id in scope.triggers:
            scopes[node.scope] = replace(scope, triggers=names)
    return replace(model, nodes=nodes, scopes=scopes)


def drawn(*parts: models.Part, **wholes: tuple[EventDefinition, ...]) -> Model:
    """A model whose events `w` have these parts."""
    return parted(models.build(*parts), **wholes)
