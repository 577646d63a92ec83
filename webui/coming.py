"""What comes next: computed from the model, said before a person decides."""

from dataclasses import dataclass

from engine.domain.model import Model, Node, performer_of
from models_bpmn import outline
from webui import words
from webui.i18n import translate


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way on from a step."""

    #: The outcome or condition that leads there; empty: always.
    label: str
    #: Name of the next step; empty: the case ends.
    step: str
    #: Who does it, and how long it may take.
    performer: str = ""
    limit: str = ""

    @property
    def text(self) -> str:
        """The way as one sentence, without full stop."""
        if not self.step:
            return translate("the case ends")
        about = ", ".join(filter(None, (self.performer, self.limit)))
        return f"{self.step} ({about})" if about else self.step


@dataclass(frozen=True, slots=True)
class Outcome:
    """A choice that a person makes by completing the work."""

    flow: str
    name: str


def outcomes(model: Model, node: Node) -> tuple[Outcome, ...]:
    """The choices of a task, the usual one first; empty when there are none."""
    return tuple(
        Outcome(flow, model.flows[flow].name or flow) for flow in node.work.outcomes
    )


def ways(model: Model, element: str, language: str) -> tuple[Way, ...]:
    """The ways on from a step, in the order of the diagram, each once."""
    steps = outline.outline(model, language)
    by_number = {step.number: step for step in steps}
    here = next((step for step in steps if step.node == element), None)
    found: dict[Way, None] = {}
    for branch in here.next if here else ():
        target = by_number.get(branch.target)
        found[_way(model, branch, target)] = None
    return tuple(found)


def _way(model: Model, branch: outline.Branch, target: outline.Step | None) -> Way:
    if target is None:
        return Way(label=branch.label, step="")
    node = model.nodes[target.node]
    return Way(
        label=branch.label,
        step=target.name,
        performer=performer_of(node),
        limit=words.limit(node.work.limit),
    )
