"""The rules that a linked model keeps, in one table; each has a code and two texts.

A rule is a function that looks at the graph and remarks what it finds. None of them
follows the graph by recursion: a chain of a thousand steps is an ordinary procedure.
"""

from collections.abc import Callable
from typing import Final

from models_bpmn.importer.lint import (
    attached,
    deadlines,
    dossiers,
    gateways,
    handlers,
    loops,
    people,
    records,
    references,
    soundness,
    ways,
)
from models_bpmn.importer.lint.look import Look

Rule = Callable[[Look], None]

RULES: Final[tuple[Rule, ...]] = (
    references.sizes,
    references.nesting,
    references.flows,
    references.defaults,
    references.boundaries,
    attached.forms,
    attached.services,
    attached.decisions,
    dossiers.recorded,
    attached.four_eyes,
    attached.performers,
    ways.starts,
    handlers.event_sub_processes,
    handlers.ad_hoc,
    handlers.compensation,
    handlers.undoing_sub_processes,
    handlers.transactions,
    ways.directions,
    ways.links,
    ways.unreachable,
    ways.ends,
    gateways.ways_out,
    gateways.conditions,
    gateways.complex_gateways,
    gateways.ignored_conditions,
    gateways.outcome_names,
    gateways.event_based,
    loops.endless,
)

#: Rules that follow the ways of a graph whose references all hold: asked once, last.
WALKS: Final[tuple[Rule, ...]] = (
    soundness.sound,
    gateways.missing,
    deadlines.sums,
    deadlines.waits,
    people.own_approval,
    people.outcomes,
    records.parts,
    records.evidence,
    dossiers.taken_back,
    dossiers.refusals,
)


def check(look: Look) -> None:
    """Let every rule look at the graph."""
    for rule in RULES:
        rule(look)


def walk(look: Look) -> None:
    """Let the rules look that need a whole graph."""
    for rule in WALKS:
        rule(look)
