"""Build SpiffWorkflow specs from a model, never from its XML.

SpiffWorkflow's parser drops silently what it does not know and keeps expressions as
Python; the model has been read and checked by `models_bpmn` already.
"""

from __future__ import annotations

import hashlib
import itertools
import threading
from collections import OrderedDict
from typing import Final

from engine.domain.model import Loop, Model, Node, NodeKind, Scope
from engine.spiff.elements import (
    activities,
    ad_hoc,
    base,
    boundaries,
    compensation,
    complex_gateways,
    conditions,
    escalation,
    event_sub_processes,
    events,
    gateways,
    joins,
    links,
    loops,
    multi_instance,
    multiple,
    registry,
    scopes,
)
from engine.spiff.program import Program, ScopeSpec

#: Programs kept in memory; one of 2,000 nodes takes about 10 MB.
CACHED: Final = 64

#: The files whose elements take part; importing them registers their classes.
GROUPS: Final = (
    activities,
    boundaries,
    compensation,
    complex_gateways,
    conditions,
    escalation,
    event_sub_processes,
    events,
    gateways,
    joins,
    links,
    multiple,
    scopes,
)


class Loader:
    """Makes programs, and keeps those used last."""

    def __init__(self, cached: int = CACHED) -> None:
        self._cached = cached
        self._programs: OrderedDict[str, Program] = OrderedDict()
        self._lock = threading.Lock()

    def program(self, model: Model) -> Program:
        """The program of a model."""
        with self._lock:
            found = self._programs.get(model.hash)
            if found is not None and (found.model is model or found.model == model):
                self._programs.move_to_end(model.hash)
                return found
        built = build(model)
        with self._lock:
            self._programs[model.hash] = built
            self._programs.move_to_end(model.hash)
            while len(self._programs) > self._cached:
                self._programs.popitem(last=False)
        return built


def build(model: Model) -> Program:
    """Make the specs of a model."""
    specs = {scope.id: ScopeSpec(scope) for scope in model.scopes.values()}
    entries: dict[str, base.Element] = {}
    inner: list[base.Element] = []
    for place, node in enumerate(model.nodes.values()):
        entries[node.id] = element = _element(specs[node.scope], node, inner)
        element.place = place
    for each in inner:
        each.place = entries[each.node.id].place
    multiple.connect(entries)
    for element in entries.values():
        element.link(
            _exits(model, element.node, entries), _boundaries(element, entries)
        )
    for scope in model.scopes.values():
        specs[scope.id].starts = tuple(entries[node] for node in scope.starts)
        specs[scope.id].triggers = tuple(entries[node] for node in scope.triggers)
        links.connect(entries, scope.nodes)
        _guard(model, scope, specs[scope.id], entries)
    compensation.connect(entries, inner)
    ad_hoc.connect(entries, inner)
    _give_sources(model, entries)
    return _program(model, specs, [*entries.values(), *inner])


def _guard(
    model: Model, scope: Scope, spec: ScopeSpec, entries: dict[str, base.Element]
) -> None:
    """Connect the start events of event sub-processes with the scope around."""
    event_sub_processes.guard(
        spec,
        (
            (entries[handler], start)
            for handler in scope.handlers
            for begun in model.scopes[model.nodes[handler].body].starts
            for start in multiple.armed(entries, begun)
        ),
    )


def _program(
    model: Model, specs: dict[str, ScopeSpec], elements: list[base.Element]
) -> Program:
    ordered = sorted(elements, key=lambda one: str(one.name))
    for index, element in enumerate(ordered):
        element.index = element.counter = index
    for element in ordered:
        if element.owner is not None:
            element.counter = element.owner.index
    flows = tuple(sorted(model.flows))
    names = (model.hash, *(str(one.name) for one in ordered), "", *flows)
    return Program(
        model=model,
        scopes=specs,
        elements=tuple(ordered),
        flows=flows,
        flow_index={flow: index for index, flow in enumerate(flows)},
        fingerprint=hashlib.sha256("\n".join(names).encode()).hexdigest()[:32],
        has_synchronising=any(isinstance(one, joins.Synchronising) for one in ordered),
        has_conditions=any(isinstance(one, conditions.Catch) for one in ordered),
        has_compensation=any(one.undo is not None for one in ordered),
        has_armed_starts=any(spec.armed for spec in specs.values()),
    )


def _element(spec: ScopeSpec, node: Node, inner: list[base.Element]) -> base.Element:
    """The element of a node; one with instances or iterations has one for these."""
    chosen = registry.class_for(node)
    if node.multi_instance is None and node.loop is None:
        return chosen(spec, node)
    each = chosen(spec, node, f"{node.id} each")
    inner.append(each)
    if node.multi_instance is not None:
        return multi_instance.MultiInstanceHost(spec, node, node.multi_instance, each)
    return loops.LoopHost(spec, node, node.loop or Loop(), each)


def _exits(
    model: Model, node: Node, entries: dict[str, base.Element]
) -> tuple[base.Exit, ...]:
    return tuple(
        base.Exit(flow, entries[flow.target], flow.id == node.default)
        for flow in model.outgoing(node)
    )


def _boundaries(
    element: base.Element, entries: dict[str, base.Element]
) -> tuple[boundaries.Boundary, ...]:
    found = (multiple.armed(entries, one) for one in element.node.boundaries)
    inside = itertools.chain.from_iterable(found)
    return tuple(one for one in inside if isinstance(one, boundaries.Boundary))


def _give_sources(model: Model, entries: dict[str, base.Element]) -> None:
    """Tell joins that ask for it from where their incoming flows can be reached."""
    for scope in model.scopes.values():
        leads = _leads(model, scope, entries)
        for one in scope.nodes:
            join = entries[one]
            if isinstance(join, joins.Synchronising):
                join.sources = {
                    flow: _reaching(leads, model.flows[flow].source, join.node.id)
                    for flow in join.node.incoming
                }


def _leads(
    model: Model, scope: Scope, entries: dict[str, base.Element]
) -> dict[str, tuple[str, ...]]:
    """Node -> the nodes from which a token comes to it in one step."""
    leads: dict[str, tuple[str, ...]] = {}
    for one in scope.nodes:
        node = model.nodes[one]
        leads[one] = tuple(flow.source for flow in model.incoming(node))
        if node.kind is NodeKind.BOUNDARY_EVENT:
            leads[one] += (node.attached_to,)
    for one in scope.nodes:
        throw = entries[one]
        if isinstance(throw, links.Throw) and throw.catch is not None:
            leads[throw.catch.node.id] += (one,)
    return leads


def _reaching(
    leads: dict[str, tuple[str, ...]], source: str, join: str
) -> frozenset[str]:
    """The nodes from which a path leads to `source` without passing `join`."""
    found: set[str] = set()
    open_nodes = [source]
    while open_nodes:
        node = open_nodes.pop()
        if node != join and node not in found:
            found.add(node)
            open_nodes.extend(leads[node])
    return frozenset(found)
