"""The decisions of one package, as business rule tasks ask them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import cast

from engine.decisions import evaluation
from engine.decisions.errors import DecisionError
from engine.decisions.program import Program
from engine.domain.run import Json
from engine.ports import Ruled


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule as a person finds it: the name of its table, its row counted from 1."""

    table: str
    row: int
    #: What the table answered, in words; empty where that is not told.
    answer: str = ""


class Library:
    """Finds the program that holds a decision; the first one given wins."""

    def __init__(
        self,
        programs: Iterable[Program] = (),
        called: Mapping[str, Iterable[Program]] = MappingProxyType({}),
    ) -> None:
        """Take the programs of a package, and those of the procedures it calls.

        Args:
            programs: of the package itself.
            called: of published procedures, by what their names begin with here.
        """
        #: Name here → the program and the name there.
        self._programs: dict[str, tuple[Program, str]] = {}
        for prefix, those in {"": programs, **called}.items():
            for program in those:
                for step in program.steps.values():
                    for name in (step.id, step.name):
                        self._programs.setdefault(prefix + name, (program, name))

    def names(self) -> frozenset[str]:
        """Ids and names of the decisions that exist, for the check at upload."""
        return frozenset(self._programs)

    def decide(self, decision: str, data: Mapping[str, Json]) -> Ruled:
        """Ask a decision.

        Raises:
            DecisionError: It is unknown, or cannot be made from this data.
        """
        found = self._programs.get(decision)
        if found is None:
            known = ", ".join(sorted(self._programs))[:400] or "–"
            raise DecisionError("decision-unknown", name=decision[:80], known=known)
        program, name = found
        made = evaluation.evaluate(program, name, data)
        # Lists and mappings of a result are plain ones.
        return Ruled(cast("Json", made.result), made.rules)

    def matched(self, decision: str, rule: str) -> Matched | None:
        """Where a rule stands that was recorded for a decision; None when nowhere."""
        found = self._programs.get(decision)
        if found is None:
            return None
        for owner, grid in found[0].tables():
            for row in grid.rows:
                if row.id == rule:
                    return Matched(owner.name, row.number)
        return None
