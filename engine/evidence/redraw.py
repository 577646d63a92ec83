"""Draw a recorded sample again, and say whether it proves."""

from dataclasses import dataclass

from engine.domain import sampling
from engine.domain.programme import Drawn
from engine.domain.sampling import Sample
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Redrawn:
    """A sample drawn again from what the records hold now."""

    recorded: Sample
    now: Sample

    @property
    def same_population(self) -> bool:
        """Whether the same cases with the same weights are there."""
        return self.recorded.digest == self.now.digest

    @property
    def same_cases(self) -> bool:
        """Whether the same cases were drawn, in the same order."""
        first = [one.case for one in self.recorded.chosen]
        return first == [one.case for one in self.now.chosen]


def redraw(drawn: Drawn, uow: UnitOfWork) -> Redrawn:
    """Draw with the recorded question, seed, size and weights, as of that instant."""
    population = uow.auditing.population(drawn.plan.query)
    return Redrawn(recorded=drawn.sample, now=sampling.draw(drawn.plan, population))
