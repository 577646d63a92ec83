"""Published procedures that a drawing calls: linked as they were accepted.

A called procedure is not read again. Its model comes from the document that was stored
with its version, one `Draft` for each of its processes, so that it does in the calling
case what it does in a case of its own. What it names (processes, forms, decisions) is
called `<code>@<number>…`, so that the same name in the caller means something else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from engine.domain.model import Model, Node, NodeKind
from models_bpmn.importer.draft import Draft
from models_bpmn.importer.report import Place

#: Where the files of called versions stand in a package: `called/<code>@<number>/…`.
FOLDER: Final = "called/"
#: What a called version runs as, beside its files.
DOCUMENT: Final = "model.json"
PINNED: Final = "pinned"
LATEST: Final = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """One version of a published procedure, as it was accepted."""

    code: str
    number: int
    model: Model
    #: Bytes of its document.
    content: bytes
    #: Codes of the published procedures that it calls, at any depth.
    calls: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        """How it is named in the caller; also the id of its main process there."""
        return f"{self.code}@{self.number}"

    @property
    def file(self) -> str:
        """Its document, as a file of the caller's package."""
        return f"{FOLDER}{self.key}/{DOCUMENT}"

    def named(self, name: str) -> str:
        """A form or decision of it, as the caller knows it; nothing stays nothing."""
        return f"{self.key}/{name}" if name else ""


#: The published procedures that a name in a drawing may mean: by code, else by process.
Find = Callable[[str], Sequence[Published]]


def nothing(_name: str) -> Sequence[Published]:
    """No published procedure is at hand."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call activity of the drawing that calls a published procedure."""

    element: str
    name: str
    binding: str
    published: Published = field(repr=False)


def drafts(of: Published) -> Iterator[Draft]:
    """A draft for each process of a version, its main process first."""
    model = of.model
    names = {
        one.id: of.key if one.id == model.id else f"{of.key}.{one.id}"
        for one in model.scopes.values()
        if one.process
    }
    owner = _owners(model)
    for process in sorted(names, key=lambda one: one != model.id):
        yield _draft(of, process, names, owner)


def _owners(model: Model) -> Mapping[str, str]:
    """Scope → the process that holds it."""
    found: dict[str, str] = {}
    for scope in model.scopes:
        path, at = [], scope
        while at not in found and not model.scopes[at].process:
            path.append(at)
            at = model.nodes[at].scope
        process = found.get(at, at)
        found.update(dict.fromkeys([*path, at], process))
    return found


def _draft(
    of: Published, process: str, names: Mapping[str, str], owner: Mapping[str, str]
) -> Draft:
    model = of.model
    made = Draft(
        id=names[process],
        name=model.scopes[process].name,
        place=Place(names[process], model.scopes[process].name, 0, of.file),
    )
    for scope in model.scopes.values():
        if owner[scope.id] == process:
            renamed = names.get(scope.id, scope.id)
            made.scopes[renamed] = replace(scope, id=renamed)
    for node in model.nodes.values():
        if owner[node.scope] == process:
            made.nodes[node.id] = _node(node, of, names)
            made.places[node.id] = Place(node.id, node.name, node.line, of.file)
    for flow in model.flows.values():
        if flow.source in made.nodes:
            made.flows[flow.id] = flow
            made.drawn[flow.id] = made.nodes[flow.source].scope
            made.places[flow.id] = Place(flow.id, flow.name, 0, of.file)
    # The rules have seen them: an accepted version is not judged again.
    made.refused.update((*made.nodes, *made.scopes, *made.flows))
    return made


def _node(node: Node, of: Published, names: Mapping[str, str]) -> Node:
    called = node.kind is NodeKind.CALL_ACTIVITY
    work = replace(node.work, form=of.named(node.work.form), outcomes=())
    return replace(
        node,
        scope=names.get(node.scope, node.scope),
        body=names.get(node.body, node.body) if called else node.body,
        decision=of.named(node.decision),
        event=replace(node.event, form=of.named(node.event.form)),
        work=work,
        # Found anew for the linked graph, from flows that may have other ids there.
        by_outcome=False,
    )
