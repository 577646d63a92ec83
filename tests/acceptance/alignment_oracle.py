"""Write the golden answers of alignments: `make oracle` runs this with pm4py.

pm4py is under the AGPL: it is installed into an environment of its own, nothing of the
product imports it, and only the numbers that it answers are kept. It sees the trees of
`work_trees`, never our nets: a choice of some is spelt out as every choice of each.
"""

import json
import sys
from itertools import combinations
from pathlib import Path

import pm4py
from pm4py.algo.conformance.alignments.petri_net import algorithm
from pm4py.objects.log.obj import Event, Trace
from pm4py.objects.process_tree.obj import Operator, ProcessTree

from tests.acceptance import work_trees
from tests.acceptance.work_trees import Tree

OPERATORS = {
    "seq": Operator.SEQUENCE,
    "xor": Operator.XOR,
    "and": Operator.PARALLEL,
    "loop": Operator.LOOP,
}
#: What pm4py counts for one deviation that can be seen.
STANDARD = 10_000


def process_tree(made: Tree) -> ProcessTree:
    """The tree as pm4py has it."""
    if made is None or isinstance(made, str):
        return ProcessTree(label=made)
    kind, *parts = made
    if kind == "or":
        some = [
            list(chosen)
            for size in range(1, len(parts) + 1)
            for chosen in combinations(parts, size)
        ]
        chosen = [["and", *one] if len(one) > 1 else one[0] for one in some]
        return process_tree(["xor", *chosen])
    root = ProcessTree(operator=OPERATORS[str(kind)])
    for one in parts:
        child = process_tree(one)
        child.parent = root
        root.children.append(child)
    return root


def costs(made: Tree, traces: list[list[str]]) -> list[int]:
    """The cost of the best alignment of each trace."""
    net, initial, final = pm4py.convert_to_petri_net(process_tree(made))
    found = []
    for trace in traces:
        events = Trace([Event({"concept:name": one}) for one in trace])
        answer = algorithm.apply_trace(events, net, initial, final)
        found.append(answer["cost"] // STANDARD)
    return found


def main(folder: Path) -> None:
    """Write one file for all models."""
    answers: list[dict[str, object]] = []
    for seed in range(work_trees.MODELS):
        made = work_trees.tree(seed)
        traces = work_trees.log(seed, made)
        pairs = zip(traces, costs(made, traces), strict=True)
        answers.append({"tree": made, "traces": [[cost, *one] for one, cost in pairs]})
    told = {"oracle": f"pm4py {pm4py.__version__}, alignments", "answers": answers}
    lines = json.dumps(told, ensure_ascii=False).replace('{"tree"', '\n{"tree"')
    (folder / "structured.json").write_text(lines + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
