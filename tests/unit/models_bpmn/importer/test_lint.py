"""Rules about the graph: what is drawn wrongly is refused with the element."""

import pytest

from engine import limits
from tests import bpmn
from tests.unit.models_bpmn import loading

T = bpmn.timer("PT1H")


def ext(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


def work(attributes: str, inside: str = "") -> str:
    return ext(f"<qt:work {attributes}>{inside}</qt:work>")


SERVICE = ext('<qt:service function="f"/>')
MESSAGE = '<message id="msg" name="M"/><error id="oops" errorCode="X"/>'

#: What is drawn → what is refused.
REFUSED = {
    "two starts": (
        "start s; start t; task a; end e",
        "s > a > e\nt > a",
        [("start-several", "P")],
    ),
    "no end reachable": ("start s; task a", "s > a > a", [("end-unreachable", "P")]),
    "unreachable step": (
        "start s; task a; task b; task c; end e",
        "s > a > e\nb > c > e",
        [("unreachable", "b")],
    ),
    "unreachable ring": (
        "start s; task a; task b; task c; end e",
        "s > a > e\nb > c > b",
        [("unreachable", "b")],
    ),
    "dangling boundary": (
        f'start s; task a; end e; boundary b attachedToRef="zzz" {T}',
        "s > a > e\nb > e",
        [("boundary-host", "b"), ("unreachable", "b")],
    ),
    "boundary on a gateway": (
        f'start s; task a; and g; end e; boundary b attachedToRef="g" {T}',
        "s > a > g > e\nb > e",
        [("boundary-host", "b")],
    ),
    "boundary on a catch event": (
        f'start s; catch a {T}; end e; boundary b attachedToRef="a" {T}',
        "s > a > e\nb > e",
        [("boundary-host", "b")],
    ),
    "flow into a sub-process": (
        f"start s; sub a {bpmn.sub('start t; task u; end f', 't > u > f')}; end e",
        "s > a > e\ns > u",
        [("flow-crossing", "s_u")],
    ),
    "flow into a start": (
        "start s; task a; end e",
        "s > a > e\na > s",
        [("start-incoming", "s")],
    ),
    "flow out of an end": (
        "start s; task a; end e",
        "s > a > e > a",
        [("end-unreachable", "P"), ("end-outgoing", "e")],
    ),
    "exclusive gateway without condition": (
        "start s; task a; xor g; end e; end f",
        "s > a > g >x [n > 1]> e\ng >y> f",
        [("flow-without-condition", "y")],
    ),
    "inclusive gateway without condition": (
        "start s; task a; or g; end e; end f",
        's > a > g >x "Có"> e\ng >y "Không"> f',
        [("flow-without-condition", "x"), ("flow-without-condition", "y")],
    ),
    "choice behind an automatic step": (
        f"start s; service a {SERVICE}; xor g; end e; end f",
        's > a > g >x "Có"> e\ng >y "Không"> f',
        [("flow-without-condition", "x"), ("flow-without-condition", "y")],
    ),
    "choice of a person and of a timer": (
        f'start s; task a; xor g; end e; end f; boundary b attachedToRef="a" {T}',
        's > a > g >x "Có"> e\ng >y "Không"> f\nb > g',
        [("outcome-sources", "g")],
    ),
    "choice of many people": (
        (
            "start s; task b; task a <multiInstanceLoopCharacteristics>"
            "<loopCardinality>3</loopCardinality></multiInstanceLoopCharacteristics>; "
            "xor g; end e"
        ),
        's > b > g\ng >x "Có"> a > g\ng >y "Không"> e',
        [("outcome-sources", "g")],
    ),
    "automatic loop": (
        "start s; xor g; xor h; end e",
        "s > g > h >x [n > 1]> g\nh >y [n <= 1]> e",
        [("endless-loop", "g")],
    ),
    "automatic loop in a parallel branch": (
        f"start s; task a; and p; service b {SERVICE}; xor g; end e; end f",
        "s > a > p > b > g >x [n > 1]> b\ng >y [n <= 1]> e\np > f",
        [("endless-loop", "b")],
    ),
    "automatic loop through a sub-process": (
        f"start s; xor m; sub a {bpmn.sub('start t; end f', 't > f')}; xor g; end e",
        "s > m > a > g >x [n > 1]> m\ng >y [n <= 1]> e",
        [("endless-loop", "m")],
    ),
    "automatic loop over an error": (
        (
            f'start s; service a {SERVICE}; end e; boundary b attachedToRef="a" '
            '<errorEventDefinition errorRef="oops"/>'
        ),
        "s > a > e\nb > a",
        [("endless-loop", "a")],
    ),
    "self-loop of an automatic step": (
        f"start s; service a {SERVICE}; end e",
        "s > a > a\na > e",
        [("endless-loop", "a")],
    ),
    "event-based gateway before a task": (
        f"start s; event g; catch a {T}; task b; end e",
        "s > g > a > e\ng > b > e",
        [("event-gateway-target", "b")],
    ),
    "event-based gateway, event entered from elsewhere": (
        f"start s; task w; event g; catch a {T}; catch b {T}; end e",
        "s > w > g > a > e\ng > b > e\nw > b",
        [("event-gateway-target", "b")],
    ),
    "event-based gateway, receive task with a boundary event": (
        (
            f"start s; event g; catch a {T}; receive b messageRef='m'; "
            f"boundary c attachedToRef='b' {T}; end e"
        ),
        "s > g > a > e\ng > b > e\nc > e",
        [("reference-unknown", "b"), ("event-gateway-boundary", "c")],
    ),
    "send without message": (
        "start s; send a; end e",
        "s > a > e",
        [("reference-missing", "a")],
    ),
    "receive without message": (
        "start s; receive a; end e",
        "s > a > e",
        [("reference-missing", "a")],
    ),
    "message end without message": (
        "start s; task a; end e <messageEventDefinition/>",
        "s > a > e",
        [("reference-missing", "e")],
    ),
    "signal that is not declared": (
        'start s; catch a <signalEventDefinition signalRef="zzz"/>; end e',
        "s > a > e",
        [("reference-unknown", "a")],
    ),
    "message reference to an error": (
        'start s; receive a messageRef="oops"; end e',
        "s > a > e",
        [("reference-unknown", "a")],
    ),
    "error end without error": (
        "start s; task a; end e <errorEventDefinition/>",
        "s > a > e",
        [("reference-missing", "e")],
    ),
    "catch event that waits for nothing": (
        "start s; catch a; end e",
        "s > a > e",
        [("element-eventPosition", "a")],
    ),
    "four-eyes partner missing": (
        f"start s; task a {work('fourEyes=' + chr(34) + 'zzz' + chr(34))}; end e",
        "s > a > e",
        [("four-eyes-unknown", "a")],
    ),
    "four-eyes partner itself": (
        f"start s; task a {work('fourEyes=' + chr(34) + 'a' + chr(34))}; end e",
        "s > a > e",
        [("four-eyes-unknown", "a")],
    ),
    "call of nothing": ("start s; call a; end e", "s > a > e", [("call-missing", "a")]),
    "call of an unknown process": (
        'start s; call a calledElement="zzz"; end e',
        "s > a > e",
        [("call-unknown", "a")],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_drawn_wrongly_is_refused(name: str) -> None:
    declared, drawn, expected = REFUSED[name]
    content = bpmn.diagram(declared, drawn, beside=MESSAGE)
    assert loading.refusals(content, services=frozenset({"f"})) == expected


#: What tools draw loosely, and the repair that keeps its meaning: once refused, these
#: run now, since nobody has to guess what is meant.
REPAIRED = {
    "no start": ("task a; end e", "a > e", [("start-added", "P")]),
    "dangling target": (
        "start s; task a; end e",
        "s > a > e\na > nowhere",
        [("flow-dropped", "a_nowhere")],
    ),
    "dangling source": (
        "start s; task a; end e",
        "s > a > e\nnowhere > e",
        [("flow-dropped", "nowhere_e")],
    ),
    "dangling default": (
        'start s; task a default="zzz"; end e',
        "s > a > e",
        [("default-dropped", "a")],
    ),
    "default of another": (
        'start s; task a default="s_a"; end e',
        "s > a > e",
        [("default-dropped", "a")],
    ),
    "sub-process without start": (
        f"start s; sub a {bpmn.sub('task u; end f', 'u > f')}; end e",
        "s > a > e",
        [("start-added", "a")],
    ),
    "gateway without way out": (
        "start s; task a; xor g",
        "s > a > g",
        [("end-added", "g")],
    ),
    "event-based gateway with one way": (
        f"start s; event g; catch a {T}; end e",
        "s > g > a > e",
        [("gateway-plain", "g")],
    ),
    "id that is none": (
        "start s; task 1a; end e",
        "s >f> 1a >g> e",
        [("id-changed", "_1a.1")],
    ),
    "error boundary that does not interrupt": (
        (
            f"start s; sub a {bpmn.sub('start t; task u; end f', 't > u > f')}; end e; "
            'boundary b attachedToRef="a" cancelActivity="false" '
            '<errorEventDefinition errorRef="oops"/>'
        ),
        "s > a > e\nb > e",
        [("error-interrupts", "b")],
    ),
}


@pytest.mark.parametrize("name", REPAIRED)
def test_what_is_drawn_loosely_is_repaired_and_noted(name: str) -> None:
    declared, drawn, expected = REPAIRED[name]
    content = bpmn.diagram(declared, drawn, beside=MESSAGE)
    found = loading.findings(content, services=frozenset({"f"}))
    notes = [(one.code, one.element) for one in found if one.severity == "note"]
    assert set(expected) <= set(notes)
    assert "refusal" not in {one.severity for one in found}


#: What looks similar and must be accepted.
ACCEPTED = {
    "loop of a person": ("start s; task a; end e", "s > a > e\na >again [x > 1]> a"),
    "rework": (
        "start s; task a; task b; xor g; end e",
        's > a > b > g >x "Sửa lại"> a\ng >y "Đạt"> e',
    ),
    "loop with a timer": (
        f"start s; xor m; catch a {T}; xor g; end e",
        "s > m > a > g >x [n > 1]> m\ng >y [n <= 1]> e",
    ),
    "loop over a sub-process that waits": (
        (
            f"start s; xor m; sub a {bpmn.sub('start t; task u; end f', 't > u > f')}; "
            "xor g; end e"
        ),
        "s > m > a > g >x [n > 1]> m\ng >y [n <= 1]> e",
    ),
    "loop over a sub-process that fails at once or waits": (
        "start s; xor m; sub a "
        + bpmn.sub(
            "start t; xor k; task u; end f; end z "
            '<errorEventDefinition errorRef="oops"/>',
            "t > k >k1 [n > 1]> u > f\nk >k2 [n <= 1]> z",
        )
        + '; xor g; end e; end h; boundary b attachedToRef="a" '
        '<errorEventDefinition errorRef="oops"/>',
        "s > m > a > g >x [n > 1]> m\ng >y [n <= 1]> e\nb > h",
    ),
    "names that repeat": (
        "start s 'x'; task a 'x'; task b 'x'; end e 'x'",
        "s > a > b > e",
    ),
    "end without end event": ("start s; task a", "s > a"),
    "ids that engines reserve": (
        "start Start; task Root; end End",
        "Start > Root > End",
    ),
    "flow written outside of its sub-process": (
        f"start s; sub a {bpmn.sub('start t; task u; end f', 't > u')}; end e",
        "s > a > e\nu > f",
    ),
    "every kind of event": (
        (
            'start s; send a messageRef="msg"; receive b messageRef="msg"; '
            'catch c <messageEventDefinition messageRef="msg"/>; throw d; '
            'end e <terminateEventDefinition/>; boundary h attachedToRef="b" '
            f'cancelActivity="false" {T}'
        ),
        "s > a > b > c > d > e\nh > e",
    ),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_what_is_drawn_rightly_is_accepted(name: str) -> None:
    declared, drawn = ACCEPTED[name]
    content = bpmn.diagram(declared, drawn, beside=MESSAGE)
    assert loading.refusals(content, services=frozenset({"f"})) == []


WARNED = {
    "performer-missing": ("start s; task a; end e", "s > a > e", "a"),
    "no-way-to-end": (
        "start s; task a; and g; task b; end e",
        "s > a > g > e\ng > b > b",
        "b",
    ),
    "gateway-without-default": (
        "start s; task a; xor g; end e; end f",
        "s > a > g >x [n > 1]> e\ng >y [n <= 1]> f",
        "g",
    ),
    "condition-ignored": (
        "start s; task a; and g; end e; end f",
        "s > a > g >x [n > 1]> e\ng >y> f",
        "x",
    ),
    "boundary-error-never": (
        (
            'start s; task a; end e; boundary b attachedToRef="a" '
            '<errorEventDefinition errorRef="oops"/>'
        ),
        "s > a > e\nb > e",
        "b",
    ),
    "outcome-twice": (
        "start s; task a; xor g; end e; end f",
        's > a > g >x "Có"> e\ng >y "Có"> f',
        "g",
    ),
}


@pytest.mark.parametrize("code", WARNED)
def test_what_hardly_is_meant_is_a_warning(code: str) -> None:
    declared, drawn, element = WARNED[code]
    content = bpmn.diagram(declared, drawn, beside=MESSAGE)
    found = {one.code: one for one in loading.findings(content)}
    assert (found[code].severity, found[code].element) == ("warning", element)
    assert loading.refusals(content) == []


def test_a_lane_or_a_performer_names_who_does_it() -> None:
    lane = (
        '<laneSet><lane name="Địa chính"><flowNodeRef>a</flowNodeRef></lane></laneSet>'
    )
    laned = bpmn.diagram("start s; task a; end e", "s > a > e", more=lane)
    assert loading.findings(laned) == ()
    role = work('performer="registrar"')
    named = bpmn.diagram(f"start s; task a {role}; end e", "s > a > e")
    assert loading.findings(named) == ()


def test_forms_are_looked_up_in_the_package() -> None:
    content = bpmn.diagram(
        f"start s; task a {work('form=' + chr(34) + 'f' + chr(34))}; end e",
        "s > a > e",
        more=ext('<qt:procedure startForm="g"/>'),
    )
    assert loading.refusals(content, forms={"f": b"{}", "g": b"{}"}) == []
    assert loading.refusals(content, forms={}) == [
        ("form-missing", "P"),
        ("form-missing", "a"),
    ]
    unchecked = [one.code for one in loading.findings(content)]
    assert unchecked.count("form-unchecked") == 2


def chain(count: int, kind: str = "task") -> bytes:
    declared = "\n".join(f"{kind} a{n}" for n in range(count))
    drawn = "s > " + " > ".join(f"a{n}" for n in range(count)) + " > e"
    return bpmn.diagram(f"start s\n{declared}\nend e", drawn)


def test_a_chain_as_long_as_a_process_may_be_is_accepted() -> None:
    assert len(loading.made(chain(limits.PROCESS_NODES - 2)).nodes) == 2_000
    assert loading.refusals(chain(limits.PROCESS_NODES - 2, "and")) == []


def test_a_process_over_the_limit_is_refused() -> None:
    assert loading.refusals(chain(limits.PROCESS_NODES)) == [("process-too-large", "P")]


def test_a_thousand_sub_processes_inside_each_other_meet_the_depth_limit() -> None:
    inside = "<startEvent id='s0'/>"
    for n in range(1, 1_000):
        inside = f"<startEvent id='s{n}'/><subProcess id='p{n}'>{inside}</subProcess>"
    found = loading.refusals(bpmn.definitions(f"<process id='P'>{inside}</process>"))
    assert found[0][0] in {"xml", "xml-depth"}


def test_a_diamond_of_gateways_is_walked_once() -> None:
    declared = ["start s", "task w", "end e"]
    drawn = ["s > w > g0"]
    for n in range(300):
        declared += [f"and g{n}", f"and h{n}", f"and k{n}"]
        drawn += [f"g{n} > h{n} > g{n + 1}", f"g{n} > k{n} > g{n + 1}"]
    content = bpmn.diagram(
        "\n".join([*declared, "and g300"]), "\n".join([*drawn, "g300 > e"])
    )
    assert loading.refusals(content) == []


#: What names another element in its text → what is drawn.
NAMED = {
    "flow-without-condition": (
        "start s; task a; xor g 'Số ngày?'; end e; end f",
        "s > a > g >x [n > 1]> e\ng >y> f",
    ),
    "event-gateway-target": (
        "start s; event g 'Chờ gì?'; task a; task b; end e",
        "s > g > a > e\ng > b > e",
    ),
    "boundary-error-never": (
        """start s; task a 'Thẩm tra'; end e
        boundary b attachedToRef="a" <errorEventDefinition errorRef="oops"/>""",
        "s > a > e\nb > e",
    ),
}


@pytest.mark.parametrize("code", NAMED)
def test_what_has_a_name_is_quoted_once(code: str) -> None:
    content = bpmn.diagram(*NAMED[code], beside=MESSAGE)
    found = [one.message for one in loading.findings(content) if one.code == code]
    assert found
    for message in found:
        assert message.count("“") == 1
        assert ")”" not in message
