"""Activities that run a scope of their own (BPMN 2.0.2, 13.3.4; rule 16)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.model import NodeKind
from engine.spiff.elements import base, registry

if TYPE_CHECKING:
    from engine.spiff.case import Scope
    from engine.spiff.token import Token


@registry.element(NodeKind.SUB_PROCESS, NodeKind.CALL_ACTIVITY)
class Scoped(base.Element):
    """A sub-process or call activity: STARTED while its scope instance holds tokens."""

    def _run_hook(self, my_task: Token) -> bool | None:
        self.arm_boundaries(my_task)
        case = my_task.case
        scope = case.create_subprocess(my_task, self.node.body)
        if begin(scope):
            return None
        del case.subprocesses[my_task.id]  # Nothing in it: complete at once.
        return True


def begin(scope: Scope) -> bool:
    """Put a token on every start of a scope; False when it has none."""
    starts = scope.spec.starts
    for start in starts:
        start.arrive(scope.task_tree.place(start))
    return bool(starts)
