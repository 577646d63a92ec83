"""Broken and odd variants of good files, the same ones for the same seed."""

import random
from collections.abc import Iterator
from typing import Final

from lxml import etree

from engine.domain import model as domain
from tests import bpmn

_LOOP = "multiInstanceLoopCharacteristics"
_WORDS: Final = (
    *("", " ", "a", "b", "g", "P", "Q", "true", "false", "1", "-1", "1000000"),
    *("PT1H", "P9999999999Y", "R/PT1S", "n > 1", "n >", "=x", "${x}", "__class__"),
    *("zzz", "\u202e", "ệ" * 300, "<", "&", "0" * 5_000, "len", "loopCounter"),
)
_NAMES: Final = (
    *(kind.value for kind in domain.NodeKind),
    *("timerEventDefinition", "errorEventDefinition", "messageEventDefinition"),
    *("sequenceFlow", "scriptTask", "transaction", "process", "laneSet", "lane"),
    *("adHocSubProcess", "completionCondition", "activationCondition"),
    *("messageFlow", "participant", "compensateEventDefinition"),
    *("extensionElements", "conditionExpression", "incoming", "message", _LOOP),
)


_SEVERAL: Final = (domain.EventKind.MULTIPLE, domain.EventKind.PARALLEL_MULTIPLE)


def seeds() -> list[bytes]:
    """Good files that use most of what is accepted."""
    work = (
        '<extensionElements><qt:work form="f" shortName="x" fourEyes="b">'
        '<qt:limit amount="3" unit="working-day"/><qt:clause>8.5.1</qt:clause>'
        "</qt:work></extensionElements>"
    )
    loop = f'<{_LOOP} qt:collection="papers" qt:item="paper"/>'
    inside = bpmn.sub("start t; task u; end f", "t > u > f")
    procedure = (
        '<extensionElements><qt:procedure code="1.0" sets="2"><qt:level>Xã</qt:level>'
        '<qt:fee name="Phí" amount="1000"/></qt:procedure></extensionElements>'
        '<laneSet id="ls"><lane id="l" name="Một cửa"><flowNodeRef>a</flowNodeRef>'
        '<childLaneSet id="cs"><lane id="k" name="Tiếp nhận"><flowNodeRef>b'
        "</flowNodeRef></lane></childLaneSet></lane></laneSet>"
    )
    exchange = (
        '<message id="m" name="M"><extensionElements><qt:exchange partner="Thuế">'
        '<qt:key name="k" expression="code"/></qt:exchange></extensionElements>'
        '</message><error id="r" errorCode="E"/><signal id="i" name="S"/>'
    )
    first = bpmn.diagram(
        f"start s; task a {work}; task b {loop}; xor g; sub c {inside}; "
        'call d calledElement="Q"; send h messageRef="m"; event v; '
        f'receive w messageRef="m"; catch x {bpmn.timer("PT1H")}; end e; '
        'end z <terminateEventDefinition/>; boundary y attachedToRef="c" '
        '<errorEventDefinition errorRef="r"/>',
        's > a > g >yes "Có"> b > c > d > h > v > w > e\ng >no "Không"> a\n'
        "v > x > e\ny > z",
        more=procedure,
        beside=exchange
        + bpmn.process("start s1; task a1; end e1", "s1 > a1 > e1", identity="Q"),
    )
    second = bpmn.diagram(
        'start s; task a; and p; or o default="q"; task b; task c; and j; or k; '
        'end e <signalEventDefinition signalRef="i"/>',
        "s > a > p > b > j > o >q> k > e\np > c > j\no >w [n > 1]> k",
        beside=exchange,
    )
    return [first, second, _last(exchange)]


def _last(exchange: str) -> bytes:
    """Events of several definitions, ad-hoc work, a decision, two pools."""
    either = '<messageEventDefinition messageRef="m"/>' + bpmn.timer("PT1H")
    asks = (
        '<extensionElements><qt:decision id="d" result="r"><qt:parameter name="n" '
        'expression="n + 1"/></qt:decision></extensionElements>'
    )
    undo = "start k <compensateEventDefinition/>; task l; end n"
    inside = bpmn.sub(
        "start p; task q; end t; sub y triggeredByEvent='true' "
        + bpmn.sub(undo, "k > l > n"),
        "p > q > t",
    )
    first = bpmn.process(
        "start s; and f; task a; task b; complexGateway g <activationCondition>"
        "activationCount &gt;= 1</activationCondition>; adHocSubProcess h "
        "ordering='Sequential' "
        + bpmn.sub("task c; task d", "")
        + "<completionCondition>n == 1</completionCondition>; "
        f"businessRuleTask x {asks}; catch w parallelMultiple='true' {either}; "
        f"sub o {inside}; throw u <compensateEventDefinition/>; end e; "
        f"boundary v attachedToRef='b' {either}; send z",
        "s > f > a > g >one [n > 1]> h > x > w > o > u > e\n"
        "f > b > g >two [n <= 1]> z > e\nv > e",
    )
    second = bpmn.process(
        "start i2 <messageEventDefinition/>; task j; end m2",
        "i2 > j > m2",
        identity="Q",
    )
    pools = (
        '<collaboration id="co"><participant id="pp" processRef="P"/><participant '
        'id="pq" processRef="Q"/><messageFlow id="mf" name="Đơn" sourceRef="z" '
        'targetRef="i2"/></collaboration>'
    )
    return bpmn.definitions(exchange.replace('id="r"', 'id="rr"'), pools, first, second)


def mutants(seed: int, count: int) -> Iterator[bytes]:
    """`count` variants of the seeds, of their bytes and of their trees in turn."""
    chance = random.Random(seed)  # noqa: S311 - repeatable, not secret
    originals = seeds()
    for number in range(count):
        content = chance.choice(originals)
        if number % 3 == 0:
            yield _bytes(content, chance)
        else:
            root = etree.fromstring(content)
            for _ in range(chance.randint(1, 4)):
                _tree(root, chance)
            yield etree.tostring(root, encoding="utf-8")


def _bytes(content: bytes, chance: random.Random) -> bytes:
    made = bytearray(content)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(made))
        length = chance.randint(0, 40)
        piece = made[chance.randrange(len(made)) :][: chance.randint(0, 40)]
        made[at : at + length] = chance.choice((piece, b"", chance.randbytes(2)))
    return bytes(made)


def _tree(root: "etree._Element", chance: random.Random) -> None:
    elements = list(root.iter())
    one, other = chance.choice(elements), chance.choice(elements)
    action = chance.randrange(6)
    parent = one.getparent()
    if action == 0 and one.attrib:
        words = chance.choice((_WORDS, [two.get("id", "") for two in elements]))
        one.set(chance.choice(list(one.attrib)), chance.choice(words))
    elif action == 1 and parent is not None:
        parent.remove(one)
    elif action == 2:
        one.tag = f"{{{bpmn.BPMN}}}{chance.choice(_NAMES)}"
    elif action == 3 and one not in other.iterancestors() and one is not other:
        other.append(one)
    elif action == 4:
        one.text = chance.choice(_WORDS)
    elif action == 5:
        flags = ("cancelActivity", "triggeredByEvent", "isSequential", "default")
        one.set(chance.choice(flags), chance.choice(_WORDS))


def faults(model: domain.Model) -> list[str]:
    """What an accepted model must not have: references that mean nothing."""
    found = [
        f"{node.id}: {fault}"
        for node in model.nodes.values()
        for fault in _node_faults(node, model)
    ]
    for flow in model.flows.values():
        ends = model.nodes.get(flow.source), model.nodes.get(flow.target)
        if ends[0] is None or ends[1] is None or ends[0].scope != ends[1].scope:
            found.append(f"{flow.id}: ends")
    free = {node.body for node in model.nodes.values() if node.ad_hoc is not None}
    wrong = (
        scope.id
        for scope in model.scopes.values()
        if scope.id not in free
        and len(scope.starts) != 1
        and (scope.starts or not scope.triggers)
    )
    return [*found, *(f"{scope}: starts" for scope in wrong)]


def _node_faults(node: domain.Node, model: domain.Model) -> Iterator[str]:
    scope = model.scopes.get(node.scope)
    if scope is None or node.id not in scope.nodes:
        yield "scope"
    if node.kind in domain.SCOPED and node.body not in model.scopes:
        yield "body"
    if node.default and node.default not in node.outgoing:
        yield "default"
    host = model.nodes.get(node.attached_to)
    if node.kind is domain.NodeKind.BOUNDARY_EVENT and host is None:
        yield "host"
    several = node.event.kind in _SEVERAL
    wholes = {model.nodes[one].part_of for one in node.parts}
    if wholes != ({node.id} if several else set()):
        yield "parts"
    if any(node.id not in model.nodes[one].attached_to for one in node.boundaries):
        yield "boundaries"
    if not set(node.work.outcomes) <= set(model.flows):
        yield "outcomes"
