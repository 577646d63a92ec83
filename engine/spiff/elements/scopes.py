"""Activities that run a scope of their own (BPMN 2.0.2, 13.3.4; rule 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.model import NodeKind
from engine.spiff.elements import base, registry

if TYPE_CHECKING:
    from engine.spiff.case import Scope
    from engine.spiff.token import Token


@registry.element(NodeKind.CALL_ACTIVITY)
class Scoped(base.Element):
    """A sub-process or call activity: STARTED while its scope instance holds tokens."""

    def _run_hook(self, my_task: Token) -> bool | None:
        self.arm_boundaries(my_task)
        case = my_task.case
        scope = case.create_subprocess(my_task, self.node.body)
        if begin(scope, scope.spec.starts):
            return None
        del case.subprocesses[my_task.id]  # Nothing in it: complete at once.
        return True


def begin(scope: Scope, starts: tuple[base.Element, ...]) -> bool:
    """Put a token on every start of a scope; False when there is none."""
    for start in starts:
        start.arrive(scope.task_tree.place(start))
    if starts:
        arm_starts(scope)
    return bool(starts)


def arm_starts(scope: Scope) -> None:
    """Arm the start events of the event sub-processes of a scope (rule 30)."""
    for start in scope.spec.armed:
        start.arm(scope.task_tree)
