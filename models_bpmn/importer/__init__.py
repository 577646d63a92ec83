"""From bytes to a checked, linked model: reader → dialect → normalise → lint → report.

Each step is a file: `reader` makes a safe tree, `dialect` refuses by name what does not
run, `parse` makes records, `link` joins the processes of several files, `normalise`
decides what a plain diagram leaves unsaid, `lint` keeps the rules, `report` gathers
every remark, so that a designer meets all of them at once.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.domain.model import Model
from engine.errors import Finding, ModelInvalidError
from models_bpmn.importer import choice, link, lint, normalise
from models_bpmn.importer.link import Graph
from models_bpmn.importer.lint.look import Look
from models_bpmn.importer.messages import describe
from models_bpmn.importer.report import Place, Report

__all__ = ["Loaded", "describe", "load"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A model that was accepted."""

    model: Model
    #: Warnings and notes.
    findings: tuple[Finding, ...]
    #: The files the model is made of, by name, in link order.
    files: Mapping[str, bytes]


def load(
    files: Sequence[tuple[str, bytes]],
    *,
    process: str = "",
    forms: Mapping[str, bytes] | None = None,
    services: frozenset[str] = frozenset(),
) -> Loaded:
    """Read, check and link the files of a procedure.

    Args:
        files: name and bytes of each BPMN file; called processes may stand in any.
        process: id of the process that a case runs; empty: the first executable one
            of the first file.
        forms: the form documents of the package by name; None: they are not at hand,
            and whether a named form exists is not checked.
        services: names of the functions that service tasks may call.

    Raises:
        ModelInvalidError: with every refusal found, by file and line.
    """
    report = Report()
    chosen = choice.choose(files, process, report)
    if chosen is None:
        raise ModelInvalidError(report.findings)
    order = link.order(chosen.main, chosen.drafts, report)
    graph = link.link(order, chosen.drafts, report)
    normalise.outcomes(graph, report)
    names = None if forms is None else frozenset(forms)
    lint.check(Look(graph=graph, report=report, forms=names, services=services))
    used = chosen.used(order)
    for name, _ in files:
        if name not in used:
            report.add("file-unused", Place(file=name))
    report.raise_refusals()
    return Loaded(model=_model(graph, used), findings=report.findings, files=used)


def _model(graph: Graph, files: Mapping[str, bytes]) -> Model:
    digest = hashlib.sha256()
    for content in files.values():
        digest.update(content)
    return Model(
        id=graph.id,
        name=graph.name,
        hash=digest.hexdigest(),
        nodes=graph.nodes,
        flows=graph.flows,
        scopes=graph.scopes,
        facts=graph.facts,
    )
