"""A tiny BPMN builder for tests: ten readable lines instead of fifty of XML.

    diagram("start s; task a 'Receive'; end e", "s > a > e")

The first text declares nodes, separated by semicolons or new lines: kind, id, then a
quoted name and raw XML (attributes without angle bracket first, then children). The
second draws flows, one chain a line; `s >ok [x > 1]> a` is a flow with the id `ok` and
a condition, `s >ok "Đạt"> a` one with a name. Flows without id are `source_target`.
"""

import re
from typing import Final
from xml.sax.saxutils import escape, quoteattr

BPMN: Final = "http://www.omg.org/spec/BPMN/20100524/MODEL"
QT: Final = "urn:quytrinh:bpmn:1"

#: Short words of the builder → BPMN elements, with what they bring along.
KINDS: Final = {
    "start": "startEvent",
    "end": "endEvent",
    "catch": "intermediateCatchEvent",
    "throw": "intermediateThrowEvent",
    "boundary": "boundaryEvent",
    "task": "userTask",
    "plain": "task",
    "manual": "manualTask",
    "service": "serviceTask",
    "send": "sendTask",
    "receive": "receiveTask",
    "call": "callActivity",
    "sub": "subProcess",
    "xor": "exclusiveGateway",
    "and": "parallelGateway",
    "or": "inclusiveGateway",
    "event": "eventBasedGateway",
}
_NODE: Final = re.compile(
    r"(?P<kind>\w+)\s+(?P<id>[\w.-]+)\s*(?:'(?P<name>[^']*)')?\s*"
    r"(?P<attributes>[^<]*)(?P<inside><.*)?",
    re.DOTALL,
)
# A semicolon that ends an XML entity breaks nothing.
_BREAK: Final = re.compile(r"(?<!&gt)(?<!&lt)(?<!&amp)(?<!&quot);|\n")
_ARROW: Final = re.compile(
    r"\s>(?:(?P<id>[\w.-]+)?\s*(?:\"(?P<name>[^\"]*)\")?\s*"
    r"(?:\[(?P<condition>.*?)\])?>)?\s"
)


def nodes(text: str) -> str:
    """The XML of declared nodes."""
    made: list[str] = []
    for line in _BREAK.split(text):
        if not line.strip():
            continue
        match = _NODE.fullmatch(line.strip())
        assert match, f"not a node: {line!r}"
        tag = KINDS.get(match["kind"], match["kind"])
        name = f" name={quoteattr(match['name'])}" if match["name"] else ""
        more = f" {match['attributes'].strip()}" if match["attributes"] else ""
        inside = match["inside"] or ""
        made.append(f'<{tag} id="{match["id"]}"{name}{more}>{inside}</{tag}>\n')
    return "".join(made)


def flow(
    source: str, target: str, *, identity: str = "", name: str = "", condition: str = ""
) -> str:
    """The XML of one sequence flow."""
    identity = identity or f"{source}_{target}"
    named = f" name={quoteattr(name)}" if name else ""
    inside = ""
    if condition:
        inside = f"<conditionExpression>{escape(condition)}</conditionExpression>"
    return (
        f'<sequenceFlow id="{identity}"{named} sourceRef="{source}" '
        f'targetRef="{target}">{inside}</sequenceFlow>\n'
    )


def flows(text: str) -> str:
    """The XML of drawn flows: `a > b > c`, `a >id "name" [condition]> b`."""
    made: list[str] = []
    for line in text.split("\n"):
        if not line.strip():
            continue
        arrows = list(_ARROW.finditer(line))
        assert arrows, f"no flow: {line!r}"
        starts = [0, *(arrow.end() for arrow in arrows)]
        ends = [*(arrow.start() for arrow in arrows), len(line)]
        names = [line[a:b].strip() for a, b in zip(starts, ends, strict=True)]
        made += map(_drawn, names, names[1:], arrows)
    return "".join(made)


def _drawn(source: str, target: str, arrow: re.Match[str]) -> str:
    return flow(
        source,
        target,
        identity=arrow["id"] or "",
        name=arrow["name"] or "",
        condition=(arrow["condition"] or "").strip(),
    )


def process(
    declared: str,
    drawn: str = "",
    *,
    identity: str = "P",
    name: str = "",
    more: str = "",
) -> str:
    """One executable process; `more` is XML put in front (extensions, lanes)."""
    named = f" name={quoteattr(name)}" if name else ""
    return (
        f'<process id="{identity}"{named} isExecutable="true">\n{more}'
        f"{nodes(declared)}{flows(drawn)}</process>\n"
    )


def definitions(*parts: str) -> bytes:
    """A whole file of processes, messages, signals and errors."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<definitions xmlns="{BPMN}" xmlns:qt="{QT}"\n'
        '  xmlns:camunda="http://camunda.org/schema/1.0/bpmn"\n'
        '  xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"\n'
        '  xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"\n'
        '  targetNamespace="urn:quytrinh:test">\n'
        f"{''.join(parts)}</definitions>\n"
    ).encode()


def diagram(
    declared: str,
    drawn: str = "",
    *,
    identity: str = "P",
    more: str = "",
    beside: str = "",
) -> bytes:
    """A file with one process; `beside` stands next to it (messages, errors)."""
    return definitions(beside, process(declared, drawn, identity=identity, more=more))


def timer(text: str, kind: str = "timeDuration") -> str:
    """The definition of a timer event."""
    inside = f"<{kind}>{escape(text)}</{kind}>"
    return f"<timerEventDefinition>{inside}</timerEventDefinition>"


def sub(declared: str, drawn: str) -> str:
    """The inside of a sub-process, on one line so that it fits into a declaration."""
    return (nodes(declared.replace("\n", ";")) + flows(drawn)).replace("\n", "")
