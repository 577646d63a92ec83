"""Many tasks at once: taken, given back or given to somebody else, one after the other.

Each item is a command of its own on the rights of whoever asked; what is refused is
listed, and the others are done. The reason of a reassignment waits here until the job
is removed, and stands in the cases as an erasable value.
"""

from collections.abc import Mapping, Sequence
from typing import ClassVar, Final, cast
from uuid import UUID

from engine import jobs
from engine.commands.claim_task import ClaimTask
from engine.commands.reassign_task import ReassignTask
from engine.commands.release_task import ReleaseTask
from engine.domain import policy, side_work
from engine.domain.run import Json
from engine.queries import TaskItem
from webui.i18n import translate
from webui.jobs.kind import Done, Kind, Work

TITLES: Final[Mapping[str, str]] = {
    "nhan": "Take many tasks",
    "tra": "Give many tasks back",
    "chuyen-den": "Give many tasks to somebody else",
}


class Many(Kind):
    """Does one thing with each of many tasks."""

    name: ClassVar[str] = "tasks"
    action: ClassVar[policy.Action] = policy.Action.WORKLIST_VIEW

    def title(self, job: jobs.NewJob) -> str:
        """What is done."""
        return translate(TITLES[str(job.asked["act"])])

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """The tasks in the order in which they were shown."""
        made = []
        for one in cast("list[list[Json]]", work.job.asked["tasks"]):
            case, element, occurrence = str(one[0]), str(one[1]), int(str(one[2]))
            task = work.app.queries.task(work.actor, UUID(case), element, occurrence)
            seen = task is not None and _sees(work, task)
            label = f"{task.code} · {task.short_name}" if task and seen else element
            made.append(jobs.NewItem(subject=one, label=label))
        return made

    def step(self, work: Work, item: jobs.Item) -> Done:
        """Do it with one task."""
        case, element, occurrence = cast("list[Json]", item.subject)
        asked = work.job.asked
        names: dict[str, object] = {
            "case": UUID(str(case)),
            "element": str(element),
            "occurrence": int(str(occurrence)),
        }
        return Done(command=_command(asked, names))


def _sees(work: Work, task: TaskItem) -> bool:
    """Whether whoever asked may know of a task: the form may name any."""
    beside = side_work.is_side(task.element)
    thing = policy.Thing(
        tenant=work.actor.tenant,
        agencies=task.agencies.all(),
        procedure=task.procedure_id,
        asked=frozenset({(task.performer, task.agency)} if beside else ()),
    )
    return policy.allowed(work.actor, policy.Action.TASK_VIEW, thing)


def _command(asked: Mapping[str, Json], names: Mapping[str, object]) -> object:
    if asked["act"] == "nhan":
        return ClaimTask(**names)  # type: ignore[arg-type]
    if asked["act"] == "tra":
        return ReleaseTask(**names)  # type: ignore[arg-type]
    account = asked["account"]
    return ReassignTask(
        **names,  # type: ignore[arg-type]
        position=UUID(str(asked["position"])),
        account=UUID(str(account)) if account else None,
        reason=str(asked["reason"]),
    )


def messages() -> tuple[str, ...]:
    """Every message id that a table gives, for the test of the catalogues."""
    return tuple(TITLES.values())
