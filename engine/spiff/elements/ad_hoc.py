"""Ad-hoc sub-processes (BPMN 2.0.2, 13.3.5; rule 36).

Open work, READY, that holds a scope instance in which a person begins activities.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from engine import expressions
from engine.domain.model import ACTIVITIES
from engine.domain.model import AdHoc as Definition
from engine.domain.run import Choice, Json
from engine.errors import NotReadyError
from engine.spiff import case
from engine.spiff.elements import activities, base, scopes

if TYPE_CHECKING:
    from engine.spiff.token import Token


class AdHoc(activities.Work):
    """A sub-process whose activities people begin in the order that they like."""

    @property
    def definition(self) -> Definition:
        """What the model says about it."""
        return self.node.ad_hoc or Definition()

    def _update_hook(self, my_task: Token) -> bool:
        """Open the visit, then a scope instance without tokens."""
        super()._update_hook(my_task)
        scopes.arm_starts(my_task.case.create_subprocess(my_task, self.node.body))
        return True

    def begin(self, token: Token, activity: str) -> None:
        """Put a token on an activity.

        Raises:
            NotReadyError: It may not be begun, or not now.
        """
        scope = token.case.subprocesses[token.id]
        may = scope.stays and (not self.definition.sequential or case.deserted(scope))
        for start in scope.spec.starts if may else ():
            if start.node.id == activity:
                start.arrive(scope.task_tree.place(start))
                return
        raise NotReadyError(element=activity, occurrence=token.occurrence)

    def complete(self, token: Token, answers: Mapping[str, Json], outcome: str) -> None:
        """End it, where no condition does.

        Raises:
            NotReadyError: A condition ends it, or a token stands inside.
            OutcomeRequiredError: The outcome is missing or not one of the task's.
        """
        scope = token.case.subprocesses[token.id]
        if self.definition.completion or not case.deserted(scope):
            raise NotReadyError(element=self.node.id, occurrence=token.occurrence)
        super().complete(token, answers, outcome)

    def finish(self, token: Token) -> None:
        """End the scope instance, and with it the visit."""
        scope = token.case.subprocesses[token.id]
        case.empty(scope)
        scope.ended()

    def ends_with(self, token: Token) -> bool:
        """Whether an activity inside, now complete, ends it and all the rest."""
        scope = token.workflow
        never = token.many is not None and not token.many.completed
        if never or not scope.stays or not self._enough(token):
            return False
        if self.definition.cancel_remaining:
            case.empty(scope, token)
            return True
        scope.stays = False
        return False

    def _enough(self, token: Token) -> bool:
        text = self.definition.completion

        def evaluate() -> Json:
            return expressions.truth(
                expressions.compile(text).evaluate(case.view(token)), text=text
            )

        return token.case.decide(Choice.ENOUGH, token, evaluate) is True


def connect(elements: dict[str, base.Element], inner: list[base.Element]) -> None:
    """Tell activities which ad-hoc sub-process asks its condition after them."""
    asking = {
        one.node.body: one
        for one in (*elements.values(), *inner)
        if isinstance(one, AdHoc) and one.definition.completion
    }
    for element in elements.values() if asking else ():
        node = element.node
        aside = node.triggered or node.for_compensation
        if node.kind in ACTIVITIES and not aside:
            element.within = asking.get(node.scope)
