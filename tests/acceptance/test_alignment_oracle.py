"""Our cheapest deviations are those of pm4py's alignments (golden answers).

`make oracle` writes them anew; pm4py is no part of the product or of its development.
"""

import json
from collections import Counter
from pathlib import Path

from engine.conformance import flow_compiler
from engine.conformance.alignment import Aligner
from tests.acceptance import work_trees

GOLDEN = Path(__file__).with_name("golden") / "alignment" / "structured.json"


def test_every_cost_is_that_of_the_oracle() -> None:
    answers = json.loads(GOLDEN.read_text("utf-8"))["answers"]
    assert len(answers) == work_trees.MODELS
    met: Counter[int] = Counter()
    wrong = []
    for answer in answers:
        aligner = Aligner(flow_compiler.net(work_trees.diagram(answer["tree"])))
        for cost, *trace in answer["traces"]:
            found = aligner.align([((label,),) for label in trace]).cost
            met[cost] += 1
            if found != cost:
                wrong.append((answer["tree"], trace, cost, found))
    assert wrong == []
    # The answers tell fitting traces from others, and others from each other.
    assert all(met[cost] >= 30 for cost in range(4))


def test_the_golden_logs_are_those_that_are_generated() -> None:
    answers = json.loads(GOLDEN.read_text("utf-8"))["answers"]
    for seed, answer in enumerate(answers):
        assert answer["tree"] == work_trees.tree(seed)
        traces = [trace for _, *trace in answer["traces"]]
        assert traces == work_trees.log(seed, answer["tree"])
