"""Large and odd drawings, as tools and people make them: an answer each.

Each is made here, so that what is measured does not depend on files from elsewhere.
"""

import itertools
import re
from collections.abc import Callable, Iterable
from typing import Final

import pytest

from engine import limits
from models_bpmn import packages
from models_bpmn.importer import Analysis, Outcome
from tests import bpmn, effort

DI: Final = (
    'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI"'
)
RUNS, DOCUMENT = Outcome.RUNS, Outcome.DOCUMENTATION
DECISIONS, REFUSED = Outcome.DECISIONS, Outcome.REFUSED


def definitions(*parts: str) -> bytes:
    head = f'<definitions xmlns="{bpmn.BPMN}" {DI} targetNamespace="urn:t">'
    made = f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(parts)}'
    return f"{made}</definitions>".encode()


def process(inside: str, identity: str = "P", more: str = "") -> str:
    return f'<process id="{identity}" {more}>{inside}</process>'


def flows(pairs: Iterable[tuple[str, str]], prefix: str = "f") -> str:
    return "".join(
        f'<sequenceFlow id="{prefix}{number}" sourceRef="{source}"'
        f' targetRef="{target}"/>'
        for number, (source, target) in enumerate(pairs)
    )


def chain(count: int, tag: str = "userTask", prefix: str = "n") -> str:
    """A start, `count` steps as a modeller writes them, and an end."""
    names = [f"{prefix}s", *(f"{prefix}{n}" for n in range(count)), f"{prefix}e"]
    steps = "".join(
        f'<{tag} id="{name}" name="Bước {name}"><documentation>Mô tả công việc của'
        f" bước này.</documentation><incoming>{prefix}f{n}</incoming>"
        f"<outgoing>{prefix}f{n + 1}</outgoing></{tag}>"
        for n, name in enumerate(names[1:-1])
    )
    ends = f'<startEvent id="{names[0]}"/><endEvent id="{names[-1]}"/>'
    pairs = itertools.pairwise(names)
    return f"{ends}{steps}{flows(pairs, f'{prefix}f')}"


def drawn(count: int) -> str:
    """The drawing of a chain."""
    shapes = "".join(
        f'<bpmndi:BPMNShape id="s{n}" bpmnElement="n{n}"><dc:Bounds x="{150 * n}"'
        ' y="80" width="100" height="80"/></bpmndi:BPMNShape>'
        for n in range(count)
    )
    edges = "".join(
        f'<bpmndi:BPMNEdge id="e{n}" bpmnElement="nf{n}"><di:waypoint x="1" y="2"/>'
        '<di:waypoint x="3" y="4"/></bpmndi:BPMNEdge>'
        for n in range(count + 1)
    )
    plane = f'<bpmndi:BPMNPlane id="pl" bpmnElement="P">{shapes}{edges}'
    return f'<bpmndi:BPMNDiagram id="D">{plane}</bpmndi:BPMNPlane></bpmndi:BPMNDiagram>'


def gateways(kind: str, count: int = 200) -> bytes:
    steps = '<startEvent id="s"/><endEvent id="e"/>'
    pairs, last = [], "s"
    for n in range(count):
        steps += f'<{kind} id="g{n}"/><userTask id="a{n}"/><userTask id="b{n}"/>'
        steps += f'<{kind} id="j{n}"/>'
        pairs += [(last, f"g{n}"), (f"g{n}", f"a{n}"), (f"g{n}", f"b{n}")]
        pairs += [(f"a{n}", f"j{n}"), (f"b{n}", f"j{n}")]
        last = f"j{n}"
    return definitions(process(steps + flows([*pairs, (last, "e")])))


def pools(count: int) -> bytes:
    parts = "".join(
        f'<participant id="pt{n}" name="Bên {n}" processRef="P{n}"/>'
        for n in range(count)
    )
    talk = "".join(
        f'<messageFlow id="m{n}" sourceRef="p{n}x1" targetRef="p{n + 1}x2"/>'
        for n in range(count - 1)
    )
    made = "".join(process(chain(20, prefix=f"p{n}x"), f"P{n}") for n in range(count))
    return definitions(f'<collaboration id="C">{parts}{talk}</collaboration>', made)


def nested(depth: int) -> str:
    if not depth:
        return chain(1, prefix="in")
    inside = f'<subProcess id="sub{depth}">{nested(depth - 1)}</subProcess>'
    ends = f'<startEvent id="s{depth}"/><endEvent id="e{depth}"/>'
    pairs = [(f"s{depth}", f"sub{depth}"), (f"sub{depth}", f"e{depth}")]
    return ends + inside + flows(pairs, f"f{depth}_")


TEXT: Final = "Nội dung hướng dẫn. " * 200_000
PICTURE: Final = "QUJDREVG" * 600_000
CHOREOGRAPHY: Final = (
    '<choreography id="ch"><participant id="a"/><participant id="b"/>'
    '<startEvent id="s"/><choreographyTask id="t" initiatingParticipantRef="a">'
    "<participantRef>a</participantRef><participantRef>b</participantRef>"
    '</choreographyTask><sequenceFlow id="f" sourceRef="s" targetRef="t"/>'
    "</choreography>"
)
CONVERSATION: Final = (
    '<collaboration id="c"><participant id="a"/><participant id="b"/>'
    '<conversation id="cv"><participantRef>a</participantRef></conversation>'
    '<conversationLink id="l" sourceRef="a" targetRef="cv"/></collaboration>'
)
ONLY: Final = (
    '<collaboration id="c"><participant id="a" name="A"/><participant id="b"/>'
    '<messageFlow id="m" sourceRef="a" targetRef="b"/></collaboration>'
)
#: What is drawn -> the file, what becomes of it, how many nodes it draws.
DRAWINGS: Final[dict[str, tuple[Callable[[], bytes], Outcome, int]]] = {
    "a chain of 1,000": (lambda: definitions(process(chain(1_000))), RUNS, 1_002),
    "1,900 nodes with their drawing": (
        lambda: definitions(process(chain(1_900)), drawn(1_900)),
        RUNS,
        1_902,
    ),
    "3,000 nodes with their drawing": (
        lambda: definitions(process(chain(3_000)), drawn(3_000)),
        DOCUMENT,
        3_002,
    ),
    "1,000 unbound service tasks": (
        lambda: definitions(process(chain(1_000, "serviceTask"))),
        DECISIONS,
        1_002,
    ),
    "200 exclusive pairs": (lambda: gateways("exclusiveGateway"), DECISIONS, 802),
    "200 inclusive pairs": (lambda: gateways("inclusiveGateway"), DECISIONS, 802),
    "200 parallel pairs": (lambda: gateways("parallelGateway"), RUNS, 802),
    "40 pools that talk": (lambda: pools(40), RUNS, 880),
    "30 sub-processes deep": (lambda: definitions(process(nested(30))), RUNS, 93),
    "5 MB of documentation": (
        lambda: definitions(
            process(f"<documentation>{TEXT}</documentation>{chain(20)}")
        ),
        RUNS,
        22,
    ),
    "an embedded picture of 5 MB": (
        lambda: definitions(
            f'<extensionElements><x:p xmlns:x="urn:x">{PICTURE}</x:p>'
            f"</extensionElements>{process(chain(20))}"
        ),
        RUNS,
        22,
    ),
    "a choreography": (lambda: definitions(CHOREOGRAPHY), DOCUMENT, 0),
    "a conversation": (lambda: definitions(CONVERSATION), DOCUMENT, 0),
    "nothing but a collaboration": (lambda: definitions(ONLY), DOCUMENT, 0),
    "nothing at all": (definitions, DOCUMENT, 0),
    "a process without anything": (lambda: definitions(process("")), DOCUMENT, 0),
    "XPDL": (
        lambda: b'<Package xmlns="http://www.wfmc.org/2008/XPDL2.1"/>',
        REFUSED,
        0,
    ),
    "a web page": (lambda: b"<html><body>404</body></html>", REFUSED, 0),
}


def analysed(content: bytes) -> Analysis:
    maker = packages.Maker(frozenset())
    with effort.bounded():
        return maker.analyse({"a.bpmn": content})


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_large_or_odd_drawing_is_answered_and_balanced(name: str) -> None:
    make, outcome, nodes = DRAWINGS[name]
    found = analysed(make())
    assert found.outcome is outcome, [one.code for one in found.findings][:10]
    assert found.nodes == found.executable + len(found.listed) == nodes


SMALL: Final = definitions(process(chain(3), more='isExecutable="true"'))
#: How the same drawing comes out of tools: ids, prefixes, attributes of their own.
EXPORTS: Final[dict[str, Callable[[bytes], bytes]]] = {
    "bpmn-js": lambda one: prefixed(one, "bpmn"),
    "Eclipse and jBPM": lambda one: prefixed(one, "bpmn2").replace(
        b"<bpmn2:process ",
        b'<bpmn2:process xmlns:drools="http://www.jboss.org/drools"'
        b' drools:packageName="com.x" drools:adHoc="false" drools:version="1.0" ',
    ),
    "Trisotech": lambda one: prefixed(one, "semantic"),
    "Signavio": lambda one: one.replace(
        b'name="', b'signavio:bg="#fff" xmlns:signavio="http://www.signavio.com" name="'
    ).replace(b'"n1"', b'"sid-6C1DB2F6-0B5F-4AC1-9F3F-6E1A4B1C7C1D"'),
    "Bizagi": lambda one: one.replace(b'"n1"', b'"Id_3f2504e0-4f89-11d3-9a0c"').replace(
        b"<userTask ",
        b'<userTask xmlns:b="http://www.bizagi.com/bpmn20" b:x="" completionQuantity='
        b'"1" startQuantity="1" isForCompensation="false" ',
    ),
    "Enterprise Architect": lambda one: one.replace(
        b'"n1"', b'"EAID_21D6B1A3_9C07_4d8c"'
    ),
    "Visio": lambda one: one.replace(b'"n1"', b'"_{9E3C-44}"'),
    "ARIS": lambda one: one.replace(b'"n1"', b'"_-24cb8f31.1"'),
    "ADONIS": lambda one: one.replace(b'"n1"', b'"obj.31337"'),
    "Activiti explorer": lambda one: one.replace(
        b"<definitions ",
        b'<definitions xmlns:activiti="http://activiti.org/bpmn"'
        b' typeLanguage="http://www.w3.org/2001/XMLSchema" ',
    ).replace(b"<userTask ", b'<userTask activiti:assignee="kermit" '),
    "references with prefixes": lambda one: re.sub(
        rb'Ref="',
        b'Ref="tns:',
        one.replace(b"<definitions ", b'<definitions xmlns:tns="urn:t" '),
    ),
    "single quotes": lambda one: one.replace(b'"', b"'"),
    "one line of Windows": lambda one: one.replace(b"><", b">\r\n<"),
    "UTF-16": lambda one: one.decode().replace("UTF-8", "UTF-16").encode("utf-16"),
    "a byte order mark": lambda one: b"\xef\xbb\xbf" + one,
    "Latin-1": lambda one: re.sub(rb"[^\x00-\x7f]+", b"\xe9", one).replace(
        b"UTF-8", b"ISO-8859-1"
    ),
}


def prefixed(content: bytes, prefix: str) -> bytes:
    """The elements of the language behind a prefix."""
    name = prefix.encode()
    made = re.sub(rb"<(/?)(?=[a-z])", rb"<\1" + name + b":", content)
    return made.replace(
        b"<" + name + b":definitions xmlns=",
        b"<" + name + b":definitions xmlns:" + name + b"=",
    )


@pytest.mark.parametrize("tool", EXPORTS)
def test_an_export_of_any_tool_runs_as_it_is_drawn(tool: str) -> None:
    found = analysed(EXPORTS[tool](SMALL))
    assert found.outcome is RUNS, [one.code for one in found.findings]
    assert (found.nodes, found.executable) == (5, 5)


def test_the_limits_let_a_full_process_in_with_its_drawing() -> None:
    content = definitions(process(chain(1_998)), drawn(1_998))
    assert len(content) < limits.DIAGRAM_BYTES
    assert analysed(content).outcome is RUNS
