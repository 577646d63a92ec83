"""A process as its file says it, before calls are linked and flows are joined up.

References are still texts that may point nowhere; `link` and `lint` decide about them.
"""

from dataclasses import dataclass, field

from engine.domain.model import Facts, Flow, Node, Scope
from models_bpmn.importer.report import Place


@dataclass(slots=True, kw_only=True)
class Draft:
    """One process of one file."""

    id: str
    name: str
    place: Place
    #: What isExecutable says; None when it says nothing.
    executable: bool | None = None
    facts: Facts = field(default_factory=Facts)
    #: The process itself first, then its sub-processes in document order.
    scopes: dict[str, Scope] = field(default_factory=dict)
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: dict[str, Flow] = field(default_factory=dict)
    #: Scope in which each flow is drawn.
    drawn: dict[str, str] = field(default_factory=dict)
    #: Nodes and flows → where they stand in the file.
    places: dict[str, Place] = field(default_factory=dict)
    #: Nodes that were refused by name: the graph knows them, the rules spare them.
    refused: set[str] = field(default_factory=set)
