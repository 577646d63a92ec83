"""The two benchmark models that the comparison with other engines uses.

P5: start, five user tasks, an exclusive gateway, end. P20: t1 to t5, back to t4 once,
    t6 to t10, a parallel block of three, t11 to t20, end: 25 completions.
"""

import itertools
from collections.abc import Iterable, Mapping

from engine.domain.run import Json

_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'targetNamespace="urn:quytrinh:bench">'
)
#: Lane and performer of every task.
PERFORMER = "bench"


def _task(name: str) -> str:
    return f'<userTask id="{name}" name="{name}"/>'


def _flows(pairs: Iterable[tuple[str, str, str]]) -> str:
    lines = []
    for number, (source, target, condition) in enumerate(pairs):
        inside = (
            f"<conditionExpression>{condition}</conditionExpression>"
            if condition
            else ""
        )
        lines.append(
            f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{target}">'
            f"{inside}</sequenceFlow>"
        )
    return "".join(lines)


def _process(name: str, nodes: list[str], pairs: list[tuple[str, str, str]]) -> bytes:
    members = "".join(
        f"<flowNodeRef>{node.split(chr(34))[1]}</flowNodeRef>" for node in nodes
    )
    lanes = (
        f'<laneSet id="lanes"><lane id="lane" name="{PERFORMER}">{members}</lane>'
        "</laneSet>"
    )
    body = lanes + "".join(nodes) + _flows(pairs)
    return (
        f'{_HEAD}<process id="{name}" name="{name}" isExecutable="true">{body}'
        "</process></definitions>"
    ).encode()


def p5() -> bytes:
    """Five user tasks in a row and an exclusive gateway."""
    tasks = [f"t{n}" for n in range(1, 6)]
    nodes = ['<startEvent id="begin"/>', *map(_task, tasks)]
    nodes += ['<exclusiveGateway id="x" default="f6"/>', '<endEvent id="done"/>']
    nodes += ['<endEvent id="other"/>']
    chain = ["begin", *tasks, "x"]
    pairs = [(a, b, "") for a, b in itertools.pairwise(chain)]
    pairs += [("x", "done", ""), ("x", "other", "n &lt; 0")]
    return _process("p5", nodes, pairs)


def p20() -> bytes:
    """A rework loop, a parallel block and a long tail."""
    tasks = [f"t{n}" for n in range(1, 21)]
    nodes = ['<startEvent id="begin"/>', *map(_task, tasks)]
    nodes += [_task(name) for name in ("a1", "a2", "a3")]
    nodes += ['<exclusiveGateway id="x" default="f6"/>']
    nodes += ['<parallelGateway id="split"/>', '<parallelGateway id="join"/>']
    nodes += ['<endEvent id="done"/>']
    pairs = [("begin", "t1", "")]
    pairs += [(f"t{n}", f"t{n + 1}", "") for n in range(1, 5)]
    pairs += [("t5", "x", ""), ("x", "t6", ""), ("x", "t4", "n == 0")]
    pairs += [(f"t{n}", f"t{n + 1}", "") for n in range(6, 10)]
    pairs += [("t10", "split", "")]
    for name in ("a1", "a2", "a3"):
        pairs += [("split", name, ""), (name, "join", "")]
    pairs += [("join", "t11", "")]
    pairs += [(f"t{n}", f"t{n + 1}", "") for n in range(11, 20)]
    pairs += [("t20", "done", "")]
    return _process("p20", nodes, pairs)


def blocks(count: int, ways: str) -> bytes:
    """A loop around parallel, inclusive and exclusive blocks, for aligning logs."""
    kinds = ("parallelGateway", "inclusiveGateway", "exclusiveGateway")
    steps = [f"b{n}" for n in range(count + 1)]
    inside = [f"{way}{n}" for n in range(count) for way in ways]
    nodes = ['<startEvent id="begin"/>', *map(_task, [*steps, *inside, "g", "h"])]
    pairs = [("begin", "m", ""), ("m", "b0", "")]
    for n in range(count):
        kind = kinds[n % len(kinds)]
        nodes += [f'<{kind} id="s{n}"/>', f'<{kind} id="j{n}"/>']
        pairs += [(f"b{n}", f"s{n}", ""), (f"j{n}", f"b{n + 1}", "")]
        for number, way in enumerate(ways):
            condition = "" if kind == kinds[0] else f"n == {number}"
            pairs += [(f"s{n}", f"{way}{n}", condition), (f"{way}{n}", f"j{n}", "")]
    nodes += ['<exclusiveGateway id="m"/>', '<exclusiveGateway id="again"/>']
    nodes += ['<endEvent id="done"/>']
    pairs += [(steps[-1], "again", ""), ("again", "m", "n == 0")]
    pairs += [("again", "g", "n == 1"), ("g", "h", ""), ("h", "done", "")]
    return _process("blocks", nodes, pairs)


#: Completions of P20 in order; t5 sends back to t4 the first time.
P20_ORDER = (
    *(f"t{n}" for n in range(1, 6)),
    "t4",
    "t5",
    *(f"t{n}" for n in range(6, 11)),
    *("a1", "a2", "a3"),
    *(f"t{n}" for n in range(11, 21)),
)
P5_ORDER = tuple(f"t{n}" for n in range(1, 6))


def answers(element: str, visit: int) -> Mapping[str, Json]:
    """Three values: a text, a number, a text of 24 characters."""
    number = 0 if element == "t5" and visit == 1 else 1
    return {"s": element, "n": number, "note": "ghi chú xử lý hồ sơ số 1"}
