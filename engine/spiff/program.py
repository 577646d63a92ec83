"""A model as SpiffWorkflow specs, shared by its cases and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from SpiffWorkflow.bpmn.specs import bpmn_process_spec, control
from SpiffWorkflow.specs.WorkflowSpec import WorkflowSpec

from engine.domain.model import Model, Scope
from engine.spiff.elements.base import Element


class ScopeSpec(bpmn_process_spec.BpmnProcessSpec):  # type: ignore[misc]
    """The spec of one scope of the model.

    The original puts tasks named Start and End into every process, so that no element
    may have these ids; here the one extra task has a name that is no XML id.
    """

    def __init__(self, scope: Scope) -> None:
        WorkflowSpec.__init__(self, name=scope.id)
        self.bpmn_start_events: list[object] = []
        self.data_objects: dict[str, object] = {}
        self.start = control.BpmnStartTask(self, "the root")
        #: Where a new scope instance gets its tokens.
        self.starts: tuple[Element, ...] = ()
        #: Start events by which a case may be opened instead.
        self.triggers: tuple[Element, ...] = ()
        #: Start events of its event sub-processes that wait while it runs.
        self.armed: tuple[Element, ...] = ()
        #: Start events of its event sub-processes that hear errors and escalations.
        self.hearing: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """Everything that running a model needs."""

    model: Model
    #: Scope id -> spec.
    scopes: Mapping[str, ScopeSpec]
    #: Every element by `Element.index`; the order depends on ids alone.
    elements: tuple[Element, ...]
    #: Flow ids in the order of their ids, and back.
    flows: tuple[str, ...]
    flow_index: Mapping[str, int]
    #: What a stored state must have been written for: model hash and ids.
    fingerprint: str
    #: Whether a join asks which tokens can still come.
    has_synchronising: bool
    has_conditions: bool
    has_compensation: bool
    #: Whether start events of event sub-processes wait.
    has_armed_starts: bool

    @property
    def root(self) -> ScopeSpec:
        """The spec of the model's own process."""
        return self.scopes[self.model.id]
