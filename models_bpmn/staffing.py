"""A model against an organisation: work that nobody can do here.

The drawing alone cannot tell; an upload and the page of a version can, and what they
tell is true on one day only. So these are warnings, never refusals.
"""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from engine.domain.model import WORK, Model, Node, performer_of
from engine.domain.organisation import Organisation
from engine.errors import Finding
from models_bpmn.importer.report import Place, Report


def check(model: Model, organisation: Organisation, day: date) -> tuple[Finding, ...]:
    """Tell the steps that no position does, and pairs that one person must do alone."""
    report = Report()
    told: set[str] = set()
    for node in model.nodes.values():
        who = performer_of(node)
        if node.kind not in WORK or not who or who in told:
            continue
        if not any(one.performs(who) for one in organisation.positions.values()):
            told.add(who)
            report.add("performer-unstaffed", _place(node), who=who)
    for node, partner in _pairs(model):
        people = _holders(node, organisation, day)
        if len(people) == 1 and people == _holders(partner, organisation, day):
            label = partner.name or partner.id
            report.add("four-eyes-alone", _place(node), partner=label)
    return report.findings


def _pairs(model: Model) -> Iterator[tuple[Node, Node]]:
    for node in model.nodes.values():
        partner = model.nodes.get(node.work.four_eyes)
        if partner is not None:
            yield node, partner


def _holders(node: Node, organisation: Organisation, day: date) -> set[UUID]:
    who = performer_of(node)
    able = {
        one.id
        for one in organisation.positions.values()
        if one.performs(who) and one.exists_on(day)
    }
    return {
        holder.account
        for holder in organisation.holders
        if holder.position in able and holder.valid_from <= day <= holder.valid_to
    }


def _place(node: Node) -> Place:
    return Place(element=node.id, name=node.name, line=node.line)
