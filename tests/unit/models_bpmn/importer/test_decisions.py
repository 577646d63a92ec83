"""What a person decides: asked once, with a default, and every answer has effect."""

import pytest

from engine.domain.model import NodeKind
from engine.errors import ModelInvalidError
from models_bpmn import importer
from models_bpmn.importer import Analysis, Outcome, Settings, remedies
from models_bpmn.importer.wording import questions
from tests import bpmn
from tests.unit.models_bpmn import mutants

ERROR = '<error id="oops" errorCode="X"/>'
LOOP = "multiInstanceLoopCharacteristics"


def analysed(content: bytes) -> Analysis:
    settings = Settings(forms={}, decisions=frozenset({"d"}))
    return importer.analyse([("a.bpmn", content)], settings)


def between(declared: str, beside: str = "") -> bytes:
    return bpmn.diagram(
        f"start s; task w; {declared}; end e", "s > w > x > e", beside=beside
    )


INNER = bpmn.sub("start s2; task t2; end e2", "s2 > t2 > e2")
#: A drawing for each code that asks: the question, and how many nodes it draws.
ASKED = {
    "service-unbound": between("service x"),
    "element-scriptTask": between("scriptTask x <script>y = 1</script>"),
    "decision-unbound": between("businessRuleTask x"),
    "decision-unknown": between(
        'businessRuleTask x <extensionElements><qt:decision id="zzz"/>'
        "</extensionElements>"
    ),
    "call-unknown": between('call x calledElement="zzz"'),
    "call-missing": between("call x"),
    "compensation-unused": between('task x isForCompensation="true"'),
    "compensation-activity": between(
        'throw x <compensateEventDefinition activityRef="zzz"/>'
    ),
    "compensation-handler": between(
        "task x; boundary b attachedToRef='x' <compensateEventDefinition/>"
    ),
    "cancel-place": between(
        "task x; boundary b attachedToRef='x' <cancelEventDefinition/>"
    ),
    "ad-hoc-events": between(f"adHocSubProcess x {INNER}"),
    "ad-hoc-empty": between("adHocSubProcess x"),
    "complex-without-condition": bpmn.diagram(
        "start s; task a; xor g; complexGateway x; end e",
        "s > a > g >one 'A'> x > e\ng >two 'B'> x".replace("'", '"'),
    ),
    "complex-waiting": between(
        "complexGateway x <activationCondition>waitingForStart and n &gt; 1"
        "</activationCondition>"
    ),
    "compensation-event-sub-process": between(
        "task x; sub v triggeredByEvent='true' "
        + bpmn.sub("start i <compensateEventDefinition/>; task u; end f", "i > u > f")
    ),
    "link-flow": between("throw x <linkEventDefinition/>"),
    "element-eventPosition": between(f"throw x {bpmn.timer('PT1H')}"),
    "element-multipleEventDefinitions": between(
        f"catch x {bpmn.timer('PT1H')}{bpmn.timer('PT2H')}<linkEventDefinition/>"
    ),
    "element-quantity": between('task x startQuantity="2"'),
    "reference-missing": between("send x"),
    "timer-kind": between("catch x <timerEventDefinition/>"),
    "timer": between(f"catch x {bpmn.timer('P101Y')}"),
    "multi-instance-count": between(f"task x <{LOOP}/>"),
    "expression-empty": between(
        "catch x <conditionalEventDefinition><condition/></conditionalEventDefinition>"
    ),
    "expression": between(
        "catch x <conditionalEventDefinition><condition>n &gt;</condition>"
        "</conditionalEventDefinition>"
    ),
    "loop-endless": between("task x <standardLoopCharacteristics/>"),
    "loop-maximum": between('task x <standardLoopCharacteristics loopMaximum="0"/>'),
    "loop-both": between(
        f"task x <{LOOP}><loopCardinality>2</loopCardinality></{LOOP}>"
        '<standardLoopCharacteristics loopMaximum="2"/>'
    ),
    "form-missing": between(
        'task x <extensionElements><qt:work form="no"/></extensionElements>'
    ),
    "vendor-execution": between(
        "task x <extensionElements><camunda:executionListener/></extensionElements>"
    ),
    "expression-language": bpmn.diagram(
        "start s; task w; xor x; task y; end e",
        "s > w > x >ok [${f(x)}]> e\nx >no> y > e",
    ).replace(b'id="x"', b'id="x" default="no"'),
    "flow-without-condition": bpmn.diagram(
        "start s; service z <extensionElements><qt:service function='f'/>"
        "</extensionElements>; xor x; task y; end e",
        "s > z > x > e\nx > y > e",
    ),
    "unreachable": bpmn.diagram(
        "start s; task w; end e; task x; task y", "s > w > e\nx > y > e"
    ),
    "start-several": bpmn.diagram(
        "start s; start x; task w; task y; end e", "s > w > e\nx > y > e"
    ),
    "start-missing": bpmn.diagram("task x; task y; end e", "x > y > x\ny > e"),
    "end-outgoing": bpmn.diagram(
        "start s; task w; end x; task y; end e", "s > w > x > y > e"
    ),
    "endless-loop": bpmn.diagram(
        "start s; xor x; xor y; end e",
        "s > x > y >a [n > 1]> x\ny >b [n <= 1]> e",
    ),
    "event-gateway-target": bpmn.diagram(
        f"start s; event x; catch c {bpmn.timer('PT1H')}; task y; end e",
        "s > x > c > e\nx > y > e",
    ),
    "id-twice": between("task x").replace(b'id="e"', b'id="w"', 1),
}


def every(content: bytes) -> list[dict[str, str]]:
    """Each choice of the first question, the others left to their defaults."""
    first = analysed(content).asked[0]
    return [{first.id: one} for one in first.choices if not one.endswith("…")]


@pytest.mark.parametrize("code", ASKED)
def test_every_choice_makes_the_drawing_run_and_keeps_the_balance(code: str) -> None:
    content = ASKED[code]
    before = importer.analyse(
        [("a.bpmn", content)],
        Settings(forms={}, services=frozenset({"f"}), decisions=frozenset({"d"})),
    )
    assert before.outcome is Outcome.DECISIONS
    assert code in {one.code for one in before.decisions}
    choices = every(content)
    assert choices
    for answers in choices:
        found = importer.analyse(
            [("a.bpmn", content)],
            Settings(
                forms={},
                services=frozenset({"f"}),
                decisions=frozenset({"d"}),
                answers=answers,
                defaults=True,
            ),
        )
        assert found.outcome is Outcome.RUNS, answers
        assert found.model is not None
        assert mutants.faults(found.model) == [], answers
        assert found.nodes == found.executable + len(found.listed), answers
        assert "decided" in {one.code for one in found.findings}


@pytest.mark.parametrize("code", ASKED)
def test_without_an_answer_nothing_is_loaded(code: str) -> None:
    with pytest.raises(ModelInvalidError):
        importer.load([("a.bpmn", ASKED[code])], forms={}, decisions=frozenset())


def test_an_unperformed_step_becomes_what_is_answered() -> None:
    content = between("service x 'Tính phí'")
    id_ = "service-unbound:x"

    def kinds(answer: str) -> dict[str, NodeKind]:
        found = importer.analyse(
            [("a.bpmn", content)],
            Settings(answers={id_: answer}, services=frozenset({"fees"})),
        )
        assert found.outcome is Outcome.RUNS
        assert found.model is not None
        return {one.id: one.kind for one in found.model.nodes.values()}

    assert kinds("manual")["x"] is NodeKind.MANUAL_TASK
    assert kinds("function:fees")["x"] is NodeKind.SERVICE_TASK
    assert "x" not in kinds("drop")


@pytest.mark.parametrize(
    ("declared", "drawn", "kept"),
    [
        # Waits, and is begun by something else than the flow that goes.
        (
            f"boundary x attachedToRef='w' {bpmn.timer('PT1H')}; task h",
            "w > x > h > e",
            {"x", "h"},
        ),
        (
            "sub x triggeredByEvent='true' "
            + bpmn.sub(f"start i {bpmn.timer('PT1H')}; task h; end j", "i > h > j"),
            "w > x",
            {"x", "i", "h", "j"},
        ),
    ],
)
def test_a_flow_that_goes_takes_along_only_what_it_alone_led_to(
    declared: str, drawn: str, kept: set[str]
) -> None:
    content = bpmn.diagram(f"start s; task w; {declared}; end e", f"s > w > e\n{drawn}")
    found = analysed(content)
    assert found.model is not None
    assert kept <= set(found.model.nodes)
    assert found.nodes == found.executable + len(found.listed)


def test_an_activity_that_is_done_once_has_neither_loop_nor_instances() -> None:
    found = analysed(ASKED["loop-both"])
    assert [one.choices[0] for one in found.decisions] == ["once"]
    assert found.model is not None
    node = found.model.nodes["x"]
    assert (node.loop, node.multi_instance) == (None, None)


@pytest.mark.parametrize("text", ["${done(it)}", "getState() == 0", ""])
def test_instances_that_nobody_knows_how_to_end_early_are_all_done(text: str) -> None:
    inside = (
        "<multiInstanceLoopCharacteristics><loopCardinality>3</loopCardinality>"
        f"<completionCondition>{text}</completionCondition>"
        "</multiInstanceLoopCharacteristics>"
    )
    content = bpmn.diagram(f"start s; task x {inside}; end e", "s > x > e")
    found = analysed(content)
    if text:
        (asked,) = found.decisions
        assert asked.choices == ("all", "once", "expression:…", "manual")
    assert found.model is not None
    instances = found.model.nodes["x"].multi_instance
    assert instances is not None
    assert (instances.cardinality, instances.completion) == ("3", "")


def test_instances_whose_number_nobody_knows_are_done_once() -> None:
    inside = (
        "<multiInstanceLoopCharacteristics><loopCardinality>${many()}"
        "</loopCardinality><completionCondition>${done(it)}</completionCondition>"
        "</multiInstanceLoopCharacteristics>"
    )
    content = bpmn.diagram(f"start s; task x {inside}; end e", "s > x > e")
    found = analysed(content)
    (asked,) = found.decisions
    assert asked.choices == ("once", "expression:…", "manual")
    assert found.model is not None
    assert found.model.nodes["x"].multi_instance is None


def test_a_person_before_a_gateway_without_conditions_chooses_by_its_names() -> None:
    content = bpmn.diagram(
        "start s; task a; xor g; task b 'Lưu'; end e", "s > a > g > b > e\ng > e"
    )
    found = analysed(content)
    assert found.model is not None
    assert found.model.nodes["g"].by_outcome
    assert found.model.nodes["a"].work.outcomes == ("g_b", "g_e")
    assert found.model.flows["g_b"].name == "Lưu"


def test_a_step_to_decide_is_added_where_no_person_stands() -> None:
    found = analysed(ASKED["event-gateway-target"])
    assert found.model is not None
    added = found.model.nodes["decide.x"]
    assert added.kind is NodeKind.MANUAL_TASK
    # What is added was not drawn: it is in no count.
    assert found.nodes == 5


def test_a_typed_answer_is_carried_out_and_a_wrong_one_asked_again() -> None:
    content = ASKED["expression-language"]
    [asked] = analysed(content).decisions
    files = [("a.bpmn", content)]
    good = Settings(forms={}, answers={asked.id: "expression:amount > 5"})
    found = importer.analyse(files, good)
    assert found.model is not None
    assert found.model.flows["ok"].condition == "amount > 5"
    bad = Settings(forms={}, answers={asked.id: "expression:import os"})
    again = importer.analyse(files, bad)
    assert again.outcome is Outcome.DECISIONS


def test_a_drawing_that_says_it_does_not_run_is_a_document() -> None:
    content = between("task x").replace(b'"true"', b'"false"')
    found = analysed(content)
    assert found.outcome is Outcome.DOCUMENTATION
    assert (found.executable, len(found.listed)) == (0, 4)
    [asked] = found.asked
    settings = Settings(answers={asked.id: "run"})
    assert importer.analyse([("a.bpmn", content)], settings).outcome is Outcome.RUNS


def test_answers_change_the_identity_of_the_model() -> None:
    content = between("service x")
    made = [
        importer.analyse(
            [("a.bpmn", content)], Settings(answers={"service-unbound:x": a})
        )
        for a in ("manual", "drop")
    ]
    hashes = {one.model.hash for one in made if one.model is not None}
    assert len(hashes) == 2


def test_every_choice_and_question_has_words_in_both_languages() -> None:
    for language in ("vi", "en"):
        for content in ASKED.values():
            for decision in analysed(content).asked:
                assert decision.question(language)
                assert all(decision.labels(language).values())
    assert set(questions.QUESTIONS) - {"process-not-executable"} <= set(
        remedies.REMEDIES
    )
