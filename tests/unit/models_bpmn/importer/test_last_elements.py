"""Multiple events, complex gateways, ad-hoc sub-processes, decisions: what is read."""

import pytest

from engine.domain.model import AdHoc, EventKind, Model, Node, NodeKind
from models_bpmn import importer, outline
from models_bpmn.importer import Analysis, Outcome, Settings
from tests import bpmn
from tests.unit.models_bpmn import loading, mutants

MESSAGE = '<messageEventDefinition messageRef="m"/>'
SIGNAL = '<signalEventDefinition signalRef="g"/>'
ERROR = '<errorEventDefinition errorRef="r"/>'
HOUR = bpmn.timer("PT1H")
BESIDE = '<message id="m" name="M"/><signal id="g" name="G"/><error id="r"/>'
TOGETHER = 'parallelMultiple="true"'


def drawn(declared: str, flows: str) -> bytes:
    return bpmn.diagram(declared, flows, beside=BESIDE)


def parts(model: Model, whole: str) -> list[Node]:
    return [model.nodes[one] for one in model.nodes[whole].parts]


def settled(content: bytes, **answers: str) -> Analysis:
    """The analysis with answers to decisions of element x."""
    given = {f"{code.replace('_', '-')}:x": one for code, one in answers.items()}
    return importer.analyse(
        [("a.bpmn", content)], Settings(forms={}, answers=given, defaults=True)
    )


@pytest.mark.parametrize("together", [False, True])
def test_the_definitions_of_an_event_are_parts_behind_it(
    together: bool,  # noqa: FBT001
) -> None:
    more = TOGETHER if together else ""
    content = drawn(
        f"start s; task a; catch x 'Chờ' {more}{MESSAGE}{HOUR}; task b; end e",
        "s > a > x > b > e",
    )
    model = loading.made(content)
    whole = model.nodes["x"]
    kinds = (EventKind.MULTIPLE, EventKind.PARALLEL_MULTIPLE)
    assert whole.event.kind is kinds[together]
    assert whole.parts == ("x~1", "x~2")
    assert model.root.nodes == ("s", "a", "x", "x~1", "x~2", "b", "e")
    first, second = parts(model, "x")
    assert (first.event.kind, first.event.name) == (EventKind.MESSAGE, "M")
    assert second.event.kind is EventKind.TIMER
    for part in (first, second):
        assert (part.part_of, part.scope) == ("x", "P")
        assert (part.name, part.kind) == ("Chờ", NodeKind.CATCH_EVENT)
        assert not part.incoming
        assert not part.outgoing
    assert mutants.faults(model) == []


def test_the_balance_and_the_outline_count_an_event_once() -> None:
    content = drawn(f"start s; task a; catch x {MESSAGE}{HOUR}; end e", "s > a > x > e")
    found = importer.analyse([("a.bpmn", content)], Settings(forms={}))
    assert (found.nodes, found.executable, found.listed) == (4, 4, ())
    assert found.model is not None
    steps = outline.outline(found.model, "en")
    assert [(one.node, one.kind) for one in steps] == [
        ("a", "task"),
        ("x", "await any of several events"),
    ]


def test_a_boundary_event_of_several_definitions_stands_on_its_activity_once() -> None:
    content = drawn(
        "start s; task a; end e; task b;"
        f"boundary x attachedToRef='a' cancelActivity='false' {SIGNAL}{HOUR}",
        "s > a > e\nx > b > e",
    )
    model = loading.made(content)
    assert model.nodes["a"].boundaries == ("x",)
    for part in parts(model, "x"):
        assert (part.attached_to, part.interrupting) == ("a", False)
    [step, *_] = outline.outline(model, "en")
    assert [one.label for one in step.next] == ["", "on any of several events"]


def test_several_definitions_begin_an_event_sub_process() -> None:
    body = bpmn.sub(f"start i {TOGETHER}{MESSAGE}{SIGNAL}; task h; end j", "i > h > j")
    model = loading.made(
        drawn(
            f"start s; task a; end e; sub v triggeredByEvent='true' {body}", "s > a > e"
        )
    )
    assert model.scopes["v"].starts == ("i",)
    assert model.scopes["v"].triggers == ()
    assert model.nodes["i"].event.kind is EventKind.PARALLEL_MULTIPLE
    kinds = {one.node: one.kind for one in outline.outline(model)}
    assert kinds["v"] == "khi đủ các sự kiện"


def test_each_of_several_events_may_open_a_process() -> None:
    content = drawn(f"start x {MESSAGE}{HOUR}; task a; end e", "x > a > e")
    model = loading.made(content)
    assert (model.root.starts, model.root.triggers) == ((), ("x~1", "x~2"))
    assert model.root.opening == "x~1"
    assert [one.node for one in outline.outline(model)] == ["a"]
    assert mutants.faults(model) == []


def test_a_process_is_not_opened_by_several_events_at_once() -> None:
    content = drawn(f"start x {TOGETHER}{MESSAGE}{SIGNAL}; task a; end e", "x > a > e")
    assert loading.refusals(content) == [("element-multipleEventDefinitions", "x")]
    found = settled(content, **{"element-multipleEventDefinitions": "any"})
    assert found.model is not None
    assert found.model.root.triggers == ("x~1", "x~2")


@pytest.mark.parametrize("kind", ["throw", "end"])
def test_messages_and_signals_may_be_sent_together(kind: str) -> None:
    value = '<qt:value name="k" expression="1"/>'
    sent = f"<extensionElements><qt:payload>{value}</qt:payload></extensionElements>"
    content = drawn(
        f"start s; task a; {kind} x {sent}{MESSAGE}{SIGNAL}"
        + ("" if kind == "end" else "; end e"),
        "s > a > x" + ("" if kind == "end" else " > e"),
    )
    model = loading.made(content)
    assert model.nodes["x"].event.kind is EventKind.MULTIPLE
    assert [one.event.kind for one in parts(model, "x")] == [
        EventKind.MESSAGE,
        EventKind.SIGNAL,
    ]
    # All of them carry what the event sends.
    assert {tuple(one.event.payload) for one in parts(model, "x")} == {("k",)}


@pytest.mark.parametrize(
    "declared",
    [
        f"boundary x attachedToRef='a' {ERROR}{HOUR}",
        f"end x {ERROR}{MESSAGE}",
        f"end x <terminateEventDefinition/>{MESSAGE}",
    ],
)
def test_other_definitions_do_not_stand_together(declared: str) -> None:
    content = drawn(
        f"start s; task a; {declared}; task b; end e",
        "s > a > " + ("e\nx > b > e" if declared[0] == "b" else "b > x"),
    )
    assert ("element-multipleEventDefinitions", "x") in loading.refusals(content)
    assert settled(content).outcome is Outcome.RUNS


def test_of_definitions_that_do_not_stand_together_those_that_do_may_stay() -> None:
    content = drawn(
        "start s; task a; task b; end e; "
        f"boundary x attachedToRef='a' {ERROR}{HOUR}{SIGNAL}",
        "s > a > e\nx > b > e",
    )
    found = settled(content, **{"element-multipleEventDefinitions": "several"})
    assert found.model is not None
    assert [one.event.kind for one in parts(found.model, "x")] == [
        EventKind.TIMER,
        EventKind.SIGNAL,
    ]


def test_what_is_wrong_with_one_part_is_settled_without_touching_the_others() -> None:
    content = drawn(
        f"start s; task a; catch x {HOUR}<timerEventDefinition/>{MESSAGE}"
        "<messageEventDefinition/>; end e",
        "s > a > x > e",
    )
    found = settled(content, timer_kind="time:P3D", reference_missing="name")
    assert found.model is not None
    first, second, third, fourth = (one.event for one in parts(found.model, "x"))
    assert first.timer is not None
    assert second.timer is not None
    assert (first.timer.text, second.timer.text) == ("PT1H", "P3D")
    assert (third.name, fourth.name) == ("M", "x")


def test_behind_an_event_gateway_any_of_several_events_may_decide() -> None:
    declared = "start s; event k; catch x {}; catch t " + HOUR + "; end e"
    flows = "s > k > x > e\nk > t > e"
    either = declared.format(f"{MESSAGE}{SIGNAL}")
    assert loading.refusals(drawn(either, flows)) == []
    every = declared.format(f"{TOGETHER}{MESSAGE}{SIGNAL}")
    assert loading.refusals(drawn(every, flows)) == [("event-gateway-target", "x")]


def test_parts_are_called_after_an_event_that_got_another_id() -> None:
    called = bpmn.process(
        f"start i; catch x {MESSAGE}{SIGNAL}; end j", "i > x > j", identity="Q"
    )
    main = bpmn.process(
        "start s; task x; call c calledElement='Q'; end e", "s > x > c > e"
    )
    model = loading.made(bpmn.definitions(main), bpmn.definitions(BESIDE, called))
    assert model.nodes["Q.x"].parts == ("Q.x~1", "Q.x~2")
    assert model.nodes["Q.x~1"].part_of == "Q.x"


def joined(condition: str, flow: str = "") -> bytes:
    inside = f"<activationCondition>{condition}</activationCondition>"
    return bpmn.diagram(
        f"start s; and f; task a; task b; complexGateway x {inside}; task c; end e",
        f"s > f > a > x >on {flow}> c > e\nf > b > x >off [n > 1]> e",
    )


def test_a_complex_gateway_keeps_its_condition() -> None:
    model = loading.made(joined("activationCount &gt;= 1", "[n == 0]"))
    assert model.nodes["x"].kind is NodeKind.COMPLEX_GATEWAY
    assert model.nodes["x"].activation == "activationCount >= 1"
    assert {one.node for one in outline.outline(model)} == {"a", "b", "c"}


def test_the_flows_out_of_a_complex_gateway_have_conditions() -> None:
    assert loading.refusals(joined("activationCount == 2")) == [
        ("flow-without-condition", "on")
    ]
    found = settled(joined("activationCount == 2"))
    assert found.model is not None
    assert found.model.flows["on"].condition == "True"
    assert found.model.nodes["x"].kind is NodeKind.COMPLEX_GATEWAY


def test_a_complex_split_needs_no_activation_condition_and_a_join_does() -> None:
    split = bpmn.diagram(
        "start s; task a; complexGateway x; task b; end e",
        "s > a > x >one [n > 1]> b > e\nx >two [n <= 1]> e",
    )
    assert loading.refusals(split) == []
    without = joined("", "[n == 0]")
    assert loading.refusals(without) == [("complex-without-condition", "x")]
    answer = {"complex-without-condition": "expression:activationCount == 1"}
    found = settled(without, **answer)
    assert found.model is not None
    assert found.model.nodes["x"].activation == "activationCount == 1"


def test_no_condition_tells_the_phases_of_a_complex_gateway_apart() -> None:
    content = joined("waitingForStart and n &gt; 1", "[not waitingForStart]")
    assert loading.refusals(content) == [
        ("complex-waiting", "x"),
        ("complex-waiting", "on"),
    ]
    found = settled(content)
    assert found.model is not None
    assert found.model.nodes["x"].activation == "True and n > 1"
    assert found.model.flows["on"].condition == "not True"


def test_no_data_are_kept_under_the_name_that_a_gateway_counts_by() -> None:
    content = bpmn.diagram(
        "start s; service x <extensionElements><qt:service function='f' "
        "result='activationCount'/></extensionElements>; end e",
        "s > x > e",
    )
    assert loading.refusals(content, services=frozenset({"f"})) == [("qt-value", "x")]


def ad_hoc(inside: str, more: str = "", attributes: str = "") -> bytes:
    return bpmn.diagram(
        f"start s; task a; adHocSubProcess x 'Xác minh' {attributes}{inside}{more}; "
        "end e",
        "s > a > x > e",
    )


def test_what_no_flow_enters_may_be_begun_in_an_ad_hoc_sub_process() -> None:
    steps = bpmn.sub("task b; task c; task d", "b > c")
    model = loading.made(ad_hoc(steps))
    assert model.nodes["x"].ad_hoc == AdHoc()
    assert model.scopes["x"].starts == ("b", "d")
    assert "x" in {one.node for one in outline.outline(model)}
    numbers = {one.node: one.number for one in outline.outline(model)}
    assert (numbers["x"], numbers["b"], numbers["d"]) == ("2", "2.1", "2.2")
    assert mutants.faults(model) == []
    assert ("performer-missing", "x") in {
        (one.code, one.element) for one in loading.findings(ad_hoc(steps))
    }


def test_an_ad_hoc_sub_process_keeps_what_orders_and_ends_it() -> None:
    steps = bpmn.sub("task b; task c", "")
    ends = "<completionCondition>n &gt; 1</completionCondition>"
    content = ad_hoc(
        steps, ends, "ordering='Sequential' cancelRemainingInstances='false'"
    )
    assert loading.made(content).nodes["x"].ad_hoc == AdHoc(
        sequential=True, completion="n > 1", cancel_remaining=False
    )
    wrong = content.replace(b"'Sequential'", b"'sequential'")
    assert loading.refusals(wrong) == [("attribute-value", "x")]
    assert settled(wrong).outcome is Outcome.RUNS


def test_the_work_of_an_ad_hoc_sub_process_has_a_performer_and_a_form() -> None:
    work = (
        "<extensionElements><qt:work performer='Tổ xác minh' form='ket-qua'/>"
        "</extensionElements>"
    )
    content = ad_hoc(work, bpmn.sub("task b", ""))
    found = loading.findings(content, forms={})
    assert ("form-missing", "x") in {(one.code, one.element) for one in found}
    assert loading.made(content).nodes["x"].work.performer == "Tổ xác minh"


def test_start_and_end_events_do_not_stand_in_an_ad_hoc_body() -> None:
    content = ad_hoc(bpmn.sub("start i; task b; task c; end j", "i > b > c > j"))
    assert loading.refusals(content) == [("ad-hoc-events", "x")]
    found = settled(content)
    assert found.model is not None
    assert found.model.scopes["x"].starts == ("b",)
    assert set(found.model.scopes["x"].nodes) == {"b", "c"}
    assert found.nodes == found.executable + 2
    embedded = settled(content, ad_hoc_events="sub-process").model
    assert embedded is not None
    assert embedded.nodes["x"].ad_hoc is None


def test_an_ad_hoc_body_has_something_to_begin() -> None:
    content = ad_hoc(bpmn.sub("task b; task c", "b > c > b"))
    assert ("ad-hoc-empty", "x") in loading.refusals(content)


def test_only_activities_are_begun_in_an_ad_hoc_body() -> None:
    content = ad_hoc(bpmn.sub(f"task b; catch c {HOUR}; task d", "c > d"))
    found = importer.analyse([("a.bpmn", content)], Settings(forms={}))
    assert [(one.id, one.choices) for one in found.decisions] == [
        ("unreachable:c", ("drop",))
    ]
    assert found.model is not None
    assert found.model.scopes["x"].starts == ("b",)


def decision(more: str = "") -> bytes:
    inside = f"<extensionElements><qt:decision id='muc_phi' {more}</extensionElements>"
    return bpmn.diagram(
        f"start s; task a; businessRuleTask x {inside}; end e", "s > a > x > e"
    )


def test_a_business_rule_task_names_its_decision() -> None:
    given = "<qt:parameter name='so' expression='so_trang + 1'/></qt:decision>"
    model = loading.made(decision(f"result='phi'>{given}"))
    node = model.nodes["x"]
    assert (node.kind, node.decision) == (NodeKind.BUSINESS_RULE_TASK, "muc_phi")
    assert (node.result, dict(node.parameters)) == ("phi", {"so": "so_trang + 1"})
    assert outline.outline(model, "en")[1].kind == "decision"


@pytest.mark.parametrize(
    ("known", "refused"),
    [(None, []), ({"muc_phi"}, []), (set(), [("decision-unknown", "x")])],
)
def test_a_decision_is_among_those_at_hand(
    known: set[str] | None, refused: list[tuple[str, str]]
) -> None:
    at_hand = None if known is None else frozenset(known)
    found = importer.analyse([("a.bpmn", decision("/>"))], Settings(decisions=at_hand))
    assert [(one.code, one.place.element) for one in found.decisions] == refused


def test_an_unnamed_decision_may_be_one_of_those_at_hand_or_typed() -> None:
    content = bpmn.diagram(
        "start s; task a; businessRuleTask x; end e", "s > a > x > e"
    )
    known = Settings(decisions=frozenset({"d2", "d1"}))
    [asked] = importer.analyse([("a.bpmn", content)], known).decisions
    assert asked.choices == ("manual", "decision:d1", "decision:d2", "drop")
    [asked] = importer.analyse([("a.bpmn", content)], Settings()).decisions
    assert asked.choices == ("manual", "decision:…", "drop")
    found = settled(content, decision_unbound="decision:d7")
    assert found.model is not None
    assert found.model.nodes["x"].decision == "d7"


def test_a_compensation_event_sub_process_stands_in_a_sub_process() -> None:
    undo = bpmn.sub("start i <compensateEventDefinition/>; task u; end f", "i > u > f")
    handler = f"sub x triggeredByEvent='true' {undo}"
    inside = bpmn.sub(f"start k; task b; end l; {handler}", "k > b > l")
    model = loading.made(
        bpmn.diagram(f"start s; sub p {inside}; task z; end e", "s > p > z > e")
    )
    assert model.scopes["p"].handlers == ("x",)
    assert model.nodes["i"].event.kind is EventKind.COMPENSATION
    beside = bpmn.diagram(f"start s; task z; end e; {handler}", "s > z > e")
    assert loading.refusals(beside) == [("compensation-event-sub-process", "x")]
