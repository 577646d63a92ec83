"""The rules that a linked model keeps, in one table; each has a code and two texts.

A rule is a function that looks at the graph and remarks what it finds. None of them
follows the graph by recursion: a chain of a thousand steps is an ordinary procedure.
"""

from collections.abc import Callable
from typing import Final

from models_bpmn.importer.lint import (
    attached,
    gateways,
    handlers,
    loops,
    references,
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
    attached.four_eyes,
    attached.decisions,
    attached.performers,
    ways.starts,
    handlers.event_sub_processes,
    handlers.compensation,
    handlers.ad_hoc,
    handlers.transactions,
    handlers.undoing_sub_processes,
    ways.directions,
    ways.links,
    ways.unreachable,
    ways.ends,
    gateways.ways_out,
    gateways.conditions,
    gateways.ignored_conditions,
    gateways.complex_gateways,
    gateways.outcome_names,
    gateways.event_based,
    loops.endless,
)


def check(look: Look) -> None:
    """Let every rule look at the graph."""
    for rule in RULES:
        rule(look)
