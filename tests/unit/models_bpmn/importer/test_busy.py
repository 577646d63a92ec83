"""What could keep an import busy is bounded: every file is answered."""

import pytest

from models_bpmn import importer
from models_bpmn.importer.analysis import Settings
from tests import effort

_HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '


def drawing(nodes: str, flows: str, first: str, last: str) -> bytes:
    return (
        f'{_HEAD} targetNamespace="x"><process id="p" isExecutable="true">'
        f'<startEvent id="s"/><endEvent id="e"/>{nodes}'
        f'<sequenceFlow id="a" sourceRef="s" targetRef="{first}"/>'
        f'<sequenceFlow id="b" sourceRef="{last}" targetRef="e"/>{flows}'
        "</process></definitions>"
    ).encode()


def dense(kind: str, count: int) -> bytes:
    """Every node leads to every other."""
    names = [f"g{n}" for n in range(count)]
    nodes = "".join(f'<{kind} id="{name}"/>' for name in names)
    flows = "".join(
        f'<sequenceFlow id="{a}-{b}" sourceRef="{a}" targetRef="{b}"/>'
        for a in names
        for b in names
        if a != b
    )
    return drawing(nodes, flows, "g0", "g0")


def scripts(count: int) -> bytes:
    nodes = "".join(f'<scriptTask id="g{n}"/>' for n in range(count))
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="g{n}" targetRef="g{n + 1}"/>'
        for n in range(count - 1)
    )
    return drawing(nodes, flows, "g0", f"g{count - 1}")


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(dense("inclusiveGateway", 60), id="dense inclusive gateways"),
        pytest.param(dense("exclusiveGateway", 60), id="dense exclusive gateways"),
        pytest.param(scripts(1_900), id="nothing but script tasks"),
    ],
)
def test_a_drawing_made_to_keep_us_busy_is_answered(content: bytes) -> None:
    with effort.bounded():
        found = importer.analyse([("a.bpmn", content)], Settings())
    assert found.nodes == found.executable + len(found.listed)
