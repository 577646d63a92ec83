"""Inside of ad-hoc work: what may be begun, what runs, what was done, how it ends."""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain.deciding import Evaluating
from engine.domain.events import EventType
from engine.domain.model import Model, Node, is_work, performer_of
from engine.domain.run import Act, Begin, Complete, Wait
from engine.errors import NotReadyError
from engine.ports import Context
from engine.queries import TaskItem
from webui import context, dossier, timeline, words

_TOLD = frozenset(
    {
        EventType.ACTIVITY_BEGUN,
        EventType.TASK_COMPLETED,
        EventType.TIMER_FIRED,
        EventType.MESSAGE_RECEIVED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something that may be begun."""

    activity: str
    name: str
    #: Who does it; empty: the system.
    performer: str
    limit: str
    #: How often it was begun in this visit.
    begun: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inside:
    """What stands inside of one piece of ad-hoc work."""

    offers: tuple[Offer, ...]
    #: Work inside that is still to be done.
    open: tuple[TaskItem, ...]
    #: What it waits for inside, by name.
    waits: tuple[str, ...]
    #: What happened inside, the newest first.
    done: tuple[timeline.Line, ...]
    #: Whether an activity can be begun now, whoever asks.
    begins: bool
    #: One activity at a time.
    sequential: bool
    #: The condition that ends it; empty: a person does.
    condition: str
    #: Whether a person can end it now.
    ends: bool


def read(of: dossier.Dossier, task: TaskItem) -> Inside | None:
    """The inside of a piece of work; None when it is an ordinary task."""
    model = of.package.model
    node = model.nodes[task.element]
    if node.ad_hoc is None:
        return None
    within = frozenset(_members(model, node))
    starts = model.scopes[node.body].starts
    done = tuple(_done(of, task, within))
    begin = Begin(task.element, task.occurrence, starts[0]) if starts else None
    return Inside(
        offers=tuple(_offer(model.nodes[one], done) for one in starts),
        open=tuple(one for one in of.open_tasks if one.element in within),
        waits=tuple(
            _called(model, one) for one in of.picture.waiting if one.element in within
        ),
        done=done[::-1],
        begins=begin is not None and _possible(of, begin),
        sequential=node.ad_hoc.sequential,
        condition=node.ad_hoc.completion,
        ends=_possible(of, Complete(task.element, task.occurrence)),
    )


def _members(model: Model, node: Node) -> Iterator[str]:
    """Everything inside, at any depth."""
    waiting, seen = [node.body], set[str]()
    while waiting:
        scope = waiting.pop()
        if scope in seen or scope not in model.scopes:
            continue
        seen.add(scope)
        for one in model.scopes[scope].nodes:
            yield one
            waiting.append(model.nodes[one].body)


def _offer(node: Node, done: tuple[timeline.Line, ...]) -> Offer:
    begun = sum(
        line.type is EventType.ACTIVITY_BEGUN and line.element == node.id
        for line in done
    )
    return Offer(
        activity=node.id,
        name=node.name or node.id,
        performer=performer_of(node) if is_work(node) else "",
        limit=words.limit(node.work.limit),
        begun=begun,
    )


def _done(
    of: dossier.Dossier, task: TaskItem, within: frozenset[str]
) -> Iterator[timeline.Line]:
    """What happened inside while this visit was open."""
    here = [task.element, task.occurrence]
    began, ended = 0, of.steps[-1].seq
    for step in of.steps:
        effect = step.body.get("effect", {})
        if here in [one[:2] for one in effect.get("opened", ())]:
            began = step.seq
        if here in [one[:2] for one in effect.get("closed", ())]:
            ended = step.seq
    for line in of.lines:
        during = began < line.seq <= ended
        if during and line.type in _TOLD and line.element in within:
            yield line


def _called(model: Model, wait: Wait) -> str:
    node = model.nodes[wait.element]
    return node.name or wait.name or node.id


def _possible(of: dossier.Dossier, act: Act) -> bool:
    """Whether the tokens take an act: tried on a copy, without an automatic step."""
    tools = context.application().engine.tools
    execution = tools.game.load(of.package.model, of.state)
    tried = Context(
        now=context.now(),
        decider=Evaluating(),
        services=tools.services,
        decisions=of.package.decisions,
        budget=0,
    )
    try:
        execution.act(act, tried)
    except NotReadyError:
        return False
    return True
