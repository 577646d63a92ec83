"""The diagram as ordered text, for those who cannot see it and for the handbook.

Steps are what somebody or something does or waits for; gateways are folded into the
branches that lead from step to step. Steps inside a sub-process are numbered below it
(`4.1`), those of a called process below the first step that calls it.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from engine.domain.model import EventKind, Flow, Model, Node, NodeKind

#: Kind of node (with its event, where it matters) → Vietnamese and English word.
_WORDS: Final[Mapping[tuple[NodeKind, EventKind], tuple[str, str]]] = {
    (NodeKind.TASK, EventKind.NONE): ("việc", "task"),
    (NodeKind.USER_TASK, EventKind.NONE): ("việc", "task"),
    (NodeKind.MANUAL_TASK, EventKind.NONE): ("việc làm ngoài hệ thống", "manual task"),
    (NodeKind.SERVICE_TASK, EventKind.NONE): ("tự động", "automatic"),
    (NodeKind.BUSINESS_RULE_TASK, EventKind.NONE): ("tra quyết định", "decision"),
    (NodeKind.SEND_TASK, EventKind.MESSAGE): ("gửi thông điệp", "send message"),
    (NodeKind.RECEIVE_TASK, EventKind.MESSAGE): ("chờ thông điệp", "await message"),
    (NodeKind.CALL_ACTIVITY, EventKind.NONE): ("quy trình được gọi", "called process"),
    (NodeKind.SUB_PROCESS, EventKind.NONE): ("nhóm bước", "group of steps"),
    (NodeKind.CATCH_EVENT, EventKind.TIMER): ("chờ đến hạn", "await time"),
    (NodeKind.CATCH_EVENT, EventKind.MESSAGE): ("chờ thông điệp", "await message"),
    (NodeKind.CATCH_EVENT, EventKind.SIGNAL): ("chờ tín hiệu", "await signal"),
    (NodeKind.CATCH_EVENT, EventKind.CONDITIONAL): ("chờ điều kiện", "await condition"),
    (NodeKind.THROW_EVENT, EventKind.NONE): ("mốc", "milestone"),
    (NodeKind.THROW_EVENT, EventKind.MESSAGE): ("gửi thông điệp", "send message"),
    (NodeKind.THROW_EVENT, EventKind.SIGNAL): ("phát tín hiệu", "send signal"),
    (NodeKind.BOUNDARY_EVENT, EventKind.TIMER): ("khi quá hạn", "when overdue"),
    (NodeKind.BOUNDARY_EVENT, EventKind.MESSAGE): ("khi có thông điệp", "on message"),
    (NodeKind.BOUNDARY_EVENT, EventKind.SIGNAL): ("khi có tín hiệu", "on signal"),
    (NodeKind.BOUNDARY_EVENT, EventKind.CONDITIONAL): (
        "khi điều kiện đúng",
        "on condition",
    ),
    (NodeKind.BOUNDARY_EVENT, EventKind.ERROR): ("khi có lỗi", "on error"),
    (NodeKind.THROW_EVENT, EventKind.ESCALATION): ("báo lên cấp trên", "escalate"),
    (NodeKind.THROW_EVENT, EventKind.COMPENSATION): ("hoàn tác", "undo"),
    (NodeKind.BOUNDARY_EVENT, EventKind.COMPENSATION): ("để hoàn tác", "to undo it"),
    (NodeKind.BOUNDARY_EVENT, EventKind.CANCEL): ("khi bị hủy", "when cancelled"),
    (NodeKind.BOUNDARY_EVENT, EventKind.ESCALATION): ("khi báo lên", "on escalation"),
    (NodeKind.CATCH_EVENT, EventKind.MULTIPLE): (
        "chờ một trong các sự kiện",
        "await any of several events",
    ),
    (NodeKind.CATCH_EVENT, EventKind.PARALLEL_MULTIPLE): (
        "chờ đủ các sự kiện",
        "await all of several events",
    ),
    (NodeKind.THROW_EVENT, EventKind.MULTIPLE): ("phát nhiều tin", "send several"),
    (NodeKind.BOUNDARY_EVENT, EventKind.MULTIPLE): (
        "khi có một trong các sự kiện",
        "on any of several events",
    ),
    (NodeKind.BOUNDARY_EVENT, EventKind.PARALLEL_MULTIPLE): (
        "khi đủ các sự kiện",
        "on all of several events",
    ),
}
_OTHERWISE: Final = ("trường hợp khác", "otherwise")
_FOLDED: Final = frozenset(
    {
        NodeKind.EXCLUSIVE_GATEWAY,
        NodeKind.INCLUSIVE_GATEWAY,
        NodeKind.PARALLEL_GATEWAY,
        NodeKind.EVENT_BASED_GATEWAY,
        NodeKind.COMPLEX_GATEWAY,
    }
)
_UNNUMBERED: Final = _FOLDED | {
    NodeKind.START_EVENT,
    NodeKind.END_EVENT,
    NodeKind.BOUNDARY_EVENT,
}


@dataclass(frozen=True, slots=True)
class Branch:
    """A way on from a step."""

    #: When it is taken; empty: always.
    label: str
    #: Number of the next step; empty: the case or the group of steps ends.
    target: str
    #: Name of the end that is reached, as drawn; empty for a step.
    end: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One line of the outline."""

    #: `3`, or `4.1` for the first step inside step 4.
    number: str
    node: str
    #: Innermost lane; empty when none is drawn.
    lane: str
    name: str
    #: What kind of step it is, as a person says it.
    kind: str
    next: tuple[Branch, ...]


def outline(model: Model, language: str = "vi") -> tuple[Step, ...]:
    """The steps of a model in the order in which a case can meet them first."""
    numbers = _numbers(model)
    return tuple(
        Step(
            number=number,
            node=identity,
            lane=model.nodes[identity].lanes[-1] if model.nodes[identity].lanes else "",
            name=model.nodes[identity].name or identity,
            kind=_kind(model, model.nodes[identity], language),
            next=tuple(_branches(model, identity, numbers, language)),
        )
        for identity, number in numbers.items()
    )


def _numbers(model: Model) -> dict[str, str]:
    """Node id → number, in outline order."""
    numbers: dict[str, str] = {}
    entered: set[str] = set()
    # Scopes in progress: the prefix of their numbers and the steps still to number.
    waiting = [("", deque(_ordered(model, model.id)))]
    counts = [0]
    entered.add(model.id)
    while waiting:
        prefix, steps = waiting[-1]
        if not steps:
            waiting.pop()
            counts.pop()
            continue
        node = model.nodes[steps.popleft()]
        counts[-1] += 1
        numbers[node.id] = f"{prefix}{counts[-1]}"
        if node.body in model.scopes and node.body not in entered:
            entered.add(node.body)
            inner = deque(_ordered(model, node.body))
            waiting.append((f"{numbers[node.id]}.", inner))
            counts.append(0)
    return numbers


def _ordered(model: Model, scope: str) -> list[str]:
    """The numbered nodes of a scope, nearest to its start first."""
    entered = model.scopes[scope]
    begun = (*entered.starts, *entered.triggers, *entered.handlers)
    seen: dict[str, None] = dict.fromkeys(begun)
    waiting = deque(seen)
    while waiting:
        node = model.nodes[waiting.popleft()]
        after = [flow.target for flow in _outgoing(model, node)]
        # A part of an event that opens the process leads on from the whole.
        also = [one for one in (node.handler, node.part_of) if one]
        for target in (*after, *node.boundaries, *also):
            if target not in seen:
                seen[target] = None
                waiting.append(target)
    return [node for node in seen if _numbered(model.nodes[node])]


def _numbered(node: Node) -> bool:
    return node.kind not in _UNNUMBERED and node.event.kind is not EventKind.LINK


def _branches(
    model: Model, identity: str, numbers: Mapping[str, str], language: str
) -> Iterator[Branch]:
    node = model.nodes[identity]
    yield from _followed(model, node, "", numbers, language)
    for event in node.boundaries:
        boundary = model.nodes[event]
        label = boundary.name or _word(boundary, language)
        yield from _followed(model, boundary, label, numbers, language)


def _followed(
    model: Model, node: Node, label: str, numbers: Mapping[str, str], language: str
) -> Iterator[Branch]:
    """The steps and ends behind a node, through any gateways between."""
    if node.handler:
        yield Branch(label, numbers[node.handler])
    elif not node.outgoing:
        yield Branch(label, "")
    passed: set[str] = set()
    waiting = [(flow, label) for flow in reversed(_outgoing(model, node))]
    while waiting:
        flow, before = waiting.pop()
        target = model.nodes[flow.target]
        said = _label(model, flow, language)
        here = " – ".join(part for part in (before, said) if part)
        if target.kind is NodeKind.END_EVENT:
            yield Branch(here, "", target.name)
        elif _numbered(target):
            yield Branch(here, numbers[target.id])
        elif target.id not in passed:
            passed.add(target.id)
            waiting.extend((one, here) for one in reversed(_outgoing(model, target)))


def _outgoing(model: Model, node: Node) -> tuple[Flow, ...]:
    """The flows out of a node; of a link that throws, those of the one that catches."""
    if node.event.kind is not EventKind.LINK or node.kind is NodeKind.CATCH_EVENT:
        return model.outgoing(node)
    for other in model.scopes[node.scope].nodes:
        end = model.nodes[other]
        if end.kind is NodeKind.CATCH_EVENT and end.event == node.event:
            return model.outgoing(end)
    return ()


def _label(model: Model, flow: Flow, language: str) -> str:
    source = model.nodes[flow.source]
    if flow.name or flow.condition:
        return flow.name or flow.condition
    if source.default == flow.id:
        return _OTHERWISE[0] if language == "vi" else _OTHERWISE[1]
    return ""


def _kind(model: Model, node: Node, language: str) -> str:
    """The word of a step; an event sub-process is called by what begins it."""
    if node.transaction:
        return "giao dịch" if language == "vi" else "transaction"
    if node.ad_hoc is not None:
        return "các bước tùy chọn" if language == "vi" else "steps as needed"
    if not node.triggered:
        return _word(node, language)
    start = model.nodes[model.scopes[node.body].starts[0]]
    vi, en = _WORDS[NodeKind.BOUNDARY_EVENT, start.event.kind]
    return vi if language == "vi" else en


def _word(node: Node, language: str) -> str:
    vi, en = _WORDS[node.kind, node.event.kind]
    return vi if language == "vi" else en
