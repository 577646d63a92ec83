"""Every construct of the suite does the same in a procedure that is called."""

from dataclasses import replace
from typing import Final

import pytest

from engine.domain.model import Model, Node
from models_bpmn import importer
from models_bpmn.importer import Outcome, Settings
from models_bpmn.importer.published import Published
from tests import bpmn
from tests.acceptance.bpmn import playing
from tests.acceptance.bpmn.row import Row
from tests.acceptance.bpmn.rows import ROWS

RUNNING: Final = [row for row in ROWS if not row.refused and not row.document]
#: Nothing in the rows is called so.
CALLER: Final = bpmn.diagram(
    'start vao; call goi calledElement="PHI"; end ra',
    "vao > goi > ra",
    identity="nguoi_goi",
)


def of(row: Row) -> Model:
    found = importer.analyse([("drawing.bpmn", row.xml())], playing.settings())
    made = found.pools[row.pool] if row.pool else found.model
    assert made is not None
    return made


def linked(model: Model) -> importer.Analysis:
    one = Published(code="PHI", number=7, model=model, content=b"{}")
    settings = Settings(find=lambda name: [one] if name == "PHI" else [])
    return importer.analyse([("nguoi_goi.bpmn", CALLER)], settings)


def seen(node: Node, model: Model) -> Node:
    """A node as its caller has it, where no id of the two is the same."""

    def process(name: str) -> str:
        if name not in model.scopes or not model.scopes[name].process:
            return name
        return "PHI@7" if name == model.id else f"PHI@7.{name}"

    def own(name: str) -> str:
        return f"PHI@7/{name}" if name else ""

    return replace(
        node,
        scope=process(node.scope),
        body=process(node.body),
        decision=own(node.decision),
        event=replace(node.event, form=own(node.event.form)),
        work=replace(node.work, form=own(node.work.form)),
    )


@pytest.mark.parametrize("row", RUNNING, ids=lambda row: row.name)
def test_a_construct_is_the_same_in_a_called_procedure(row: Row) -> None:
    model = of(row)
    found = linked(model)
    if not model.root.starts:
        assert [one.code for one in found.decisions] == ["call-start"]
        return
    told = [one.message for one in found.findings]
    assert found.outcome is Outcome.RUNS, told
    told = [one.code for one in found.findings if one.element]
    assert told == ["call-pinned"]
    assert found.model is not None
    for node in model.nodes.values():
        assert found.model.nodes[node.id] == seen(node, model)
    for flow in model.flows.values():
        assert found.model.flows[flow.id] == flow
    assert len(found.model.nodes) == len(model.nodes) + 3
    assert len(found.model.scopes) == len(model.scopes) + 1
    assert (found.nodes, found.executable, found.listed) == (3, 3, ())
