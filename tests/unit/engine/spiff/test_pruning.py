"""SpiffWorkflow's tree holds what is open and nothing else, however old the case."""

from SpiffWorkflow.util.task import TaskIterator, TaskState

from engine.domain import run
from engine.domain.deciding import Evaluating
from engine.domain.model import Model
from engine.ports import Context
from engine.spiff.runtime import SpiffExecution, SpiffRuntime
from tests import models
from tests.conformance.driving import NOW, Functions

CONTEXT = Context(now=NOW, decider=Evaluating(), services=Functions({}))
LOOPS = 1_500


def rework() -> Model:
    """One of two parallel branches goes round and round."""
    return models.build(
        "start > split",
        models.both("split"),
        "split > wait_for_opinion > join",
        "split > back > check > again",
        models.xor("back"),
        models.xor("again", default="again-join"),
        models.flow("again", "back", "more"),
        "again > join > end",
        models.both("join"),
    )


def begin(model: Model, **data: run.Json) -> SpiffExecution:
    execution = SpiffRuntime().begin(model)
    execution.act(run.Open(data), CONTEXT)
    return execution


def test_1500_rework_loops_leave_two_tasks_and_a_small_state() -> None:
    execution = begin(rework(), more=True)
    sizes = set()
    for loop in range(1, LOOPS + 1):
        done = run.Complete("check", loop, {"more": loop < LOOPS})
        execution.act(done, CONTEXT)
        if loop < LOOPS:
            sizes.add(len(execution._case.tasks))
    assert sizes == {3}  # The root and two open tasks.
    assert len(execution.dump()) < 400
    execution.act(run.Complete("wait_for_opinion", 1), CONTEXT)
    assert execution.picture().status is run.Status.COMPLETED
    assert len(execution._case.tasks) == 1


def test_what_happens_beside_the_flow_leaves_nothing_behind_either() -> None:
    """Signals begin and end a sub-process, a condition fires, rests, is armed again."""
    model = models.build(
        "start > a > a",
        models.on("a", "b", models.when("n"), interrupting=False),
        "b > t",
        models.throw("t", models.escalation("E")),
        models.handler(
            "h",
            "go",
            models.signal("s"),
            "go > x > end",
            models.task("x", loop=models.again("n", maximum=2)),
            interrupting=False,
        ),
        models.handler(
            "told", "hear", models.escalation(), "hear > end2", interrupting=False
        ),
    )
    execution = begin(model, n=False)
    sizes = set()
    for turn in range(1, LOOPS // 5):
        execution.act(run.Signal("s"), CONTEXT)
        for visit in (2 * turn - 1, 2 * turn):
            execution.act(run.Complete("x", visit, {"n": True}), CONTEXT)
        execution.act(run.Complete("a", turn, {"n": False}), CONTEXT)
        sizes.add((len(execution._case.tasks), len(execution._case.subprocesses)))
    assert sizes == {(4, 0)}  # The root, the task, its condition and the armed start.
    assert len(execution.dump()) < 400


def test_the_tree_is_one_that_spiffworkflow_itself_can_walk() -> None:
    inner = models.sub("p", "start2 > a > end2", multi_instance=models.times("3"))
    model = models.build(
        "start > p > end",
        inner,
        models.on("p", "t", models.timer("PT1H"), interrupting=False),
        "t > late > end3",
    )
    case = begin(model)._case
    walked = [one.id for one in TaskIterator(case.task_tree)]
    assert sorted(walked) == sorted(case.tasks)
    assert len(case.subprocesses) == 3
    assert not case.is_completed()
    ready = [one for scope in case.subprocesses.values() for one in scope.get_tasks()]
    names = [one.task_spec.name for one in ready if one.has_state(TaskState.READY)]
    assert names == ["a", "a", "a"]
    assert case.get_task_from_id(ready[-1].id) is ready[-1]


def test_cancelling_a_sub_process_leaves_nothing_of_it_behind() -> None:
    deep = models.sub("q", "start3 > a > end3", multi_instance=models.times("2"))
    model = models.build(
        "start > p > end",
        models.sub("p", "start2 > q > end2", deep),
        models.on("p", "stop", models.signal("stop")),
        "stop > end4",
    )
    execution = begin(model)
    case = execution._case
    assert len(case.subprocesses) == 3
    effect = execution.act(run.Signal("stop"), CONTEXT)
    assert [one.element for one in effect.closed] == ["stop", "a", "a"]
    assert (case.subprocesses, case.tokens, len(case.tasks)) == ({}, {}, 1)
    assert case.completed


def test_cases_share_their_specs_and_never_change_them() -> None:
    runtime = SpiffRuntime()
    model = rework()
    one, two = runtime.begin(model), runtime.begin(model)
    assert one._case.spec is two._case.spec
    specs = one._case.spec.task_specs

    def looks() -> dict[str, str]:
        return {name: repr(sorted(vars(one).items())) for name, one in specs.items()}

    before = looks()
    one.act(run.Open({"more": True}), CONTEXT)
    one.act(run.Complete("check", 1), CONTEXT)
    assert looks() == before
    two.act(run.Open({"more": False}), CONTEXT)
    assert [visit.occurrence for visit in two.picture().ready] == [1, 1]


def test_ids_that_spiffworkflow_reserves_are_ids_like_others() -> None:
    model = models.build("Root > Start > End > P.EndJoin > end", id="P")
    execution = begin(model)
    for name in ("Root", "Start", "End", "P.EndJoin"):
        assert [one.element for one in execution.picture().ready] == [name]
        execution.act(run.Complete(name, 1), CONTEXT)
    assert execution.picture().status is run.Status.COMPLETED


def test_a_chain_of_two_thousand_steps_does_not_exhaust_the_stack() -> None:
    chain = [models.xor(f"x{number}") for number in range(2_000)]
    ids = " > ".join(one.node.id for one in chain)
    execution = begin(models.build(f"start > {ids} > a > end", *chain))
    effect = execution.act(run.Continue(), CONTEXT)
    while effect.more:
        effect = execution.act(run.Continue(), CONTEXT)
    assert [one.element for one in effect.opened] == ["a"]
