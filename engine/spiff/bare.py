"""SpiffWorkflow as its documentation shows it: the yardstick of `quytrinh bench`.

Nothing of ours stands between: its own parser, its own joins, its own script engine and
its own full JSON, saved at each step. It must never meet a model that somebody
uploaded.
"""

from collections.abc import Mapping

from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.serializer.workflow import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState


class Bare:
    """Runs one process of a benchmark model."""

    def __init__(self, xml: bytes, process: str) -> None:
        parser = BpmnParser()
        parser.add_bpmn_str(xml)
        self._spec = parser.get_spec(process)
        self._serializer = BpmnWorkflowSerializer()

    def start(self) -> str:
        """A case at its first task, as JSON."""
        workflow = BpmnWorkflow(self._spec)
        workflow.do_engine_steps()
        return str(self._serializer.serialize_json(workflow))

    def ready(self, state: str) -> list[str]:
        """The ids of the tasks that wait for a person."""
        workflow = self._serializer.deserialize_json(state)
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        return [task.task_spec.bpmn_id for task in ready]

    def complete(self, state: str, element: str, answers: Mapping[str, object]) -> str:
        """Load, complete one task, go on, and give the state to save."""
        workflow = self._serializer.deserialize_json(state)
        task = next(
            task
            for task in workflow.get_tasks(state=TaskState.READY, manual=True)
            if task.task_spec.bpmn_id == element
        )
        task.set_data(**answers)
        task.run()
        workflow.do_engine_steps()
        return str(self._serializer.serialize_json(workflow))
