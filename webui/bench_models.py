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
