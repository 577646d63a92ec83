"""Rules about what is attached to steps: forms, functions, people."""

from collections.abc import Iterator

from engine.domain.model import WORK, Node, NodeKind
from models_bpmn.importer.lint.look import Look


def forms(look: Look) -> None:
    """Every form that a step names is in the package."""
    named = [(node.id, node.work.form) for node in _done(look)]
    named.append((look.graph.id, look.graph.facts.start_form))
    for element, form in named:
        if not form:
            continue
        if look.forms is None:
            look.add("form-unchecked", element, form=form)
        elif form not in look.forms:
            look.add("form-missing", element, form=form)


def services(look: Look) -> None:
    """Every function that a service task calls is registered."""
    known = ", ".join(sorted(look.services)) or "–"
    for node in look.nodes(NodeKind.SERVICE_TASK):
        if node.service and node.service not in look.services:
            look.add("service-unknown", node.id, function=node.service, known=known)


def decisions(look: Look) -> None:
    """Every decision that a business rule task asks is at hand."""
    if look.decisions is None:
        return
    known = ", ".join(sorted(look.decisions)) or "–"
    for node in look.nodes(NodeKind.BUSINESS_RULE_TASK):
        if node.decision and node.decision not in look.decisions:
            name = node.decision[:80]
            look.add("decision-unknown", node.id, decision=name, known=known)


def four_eyes(look: Look) -> None:
    """The partner of a four-eyes step is another person's step of the same process."""
    graph = look.graph
    for node in _done(look):
        ref = node.work.four_eyes
        partner = graph.nodes.get(ref)
        if ref and (
            partner is None
            or partner.kind not in WORK
            or partner.id == node.id
            or graph.owner[partner.scope] != graph.owner[node.scope]
        ):
            look.add("four-eyes-unknown", node.id, ref=ref[:80])


def performers(look: Look) -> None:
    """Somebody is named to do each step of a person."""
    for node in _done(look):
        if not node.lanes and not node.work.performer:
            look.add("performer-missing", node.id)


def _done(look: Look) -> Iterator[Node]:
    """What people do: steps, and ad-hoc sub-processes, which somebody keeps open."""
    for node in look.nodes():
        if node.kind in WORK or node.ad_hoc is not None:
            yield node
