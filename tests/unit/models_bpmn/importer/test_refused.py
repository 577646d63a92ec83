"""What does not run is refused by its name, with the element and what to do."""

import pytest

from models_bpmn import importer
from models_bpmn.importer import vocabulary
from models_bpmn.importer.wording import elements
from tests import bpmn
from tests.unit.models_bpmn import loading


def between(declared: str, *, beside: str = "") -> bytes:
    """One node `x` between start and end, with a step of a person before it."""
    return bpmn.diagram(
        f"start s; task w; {declared}; end e", "s > w > x > e", beside=beside
    )


def ext(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


EVIL = "__import__('os').system('id')"
LOOP = "multiInstanceLoopCharacteristics"
NODES = {
    "scriptTask": f'scriptTask x scriptFormat="python" <script>{EVIL}</script>',
    "instantiate": 'receive x instantiate="true" messageRef="m"',
    "multipleEventDefinitions": (f"catch x {bpmn.timer('PT1H')}<linkEventDefinition/>"),
    "eventDefinitionRef": "catch x <eventDefinitionRef>T</eventDefinitionRef>",
    "quantity": 'task x startQuantity="2"',
    "multiInstanceBehavior": (
        f'task x <{LOOP} behavior="One"><loopCardinality>2</loopCardinality></{LOOP}>'
    ),
    "eventPosition": f"throw x {bpmn.timer('PT1H')}",
    "assignment": (
        "task x <dataInputAssociation><assignment><from>1</from><to>x</to>"
        "</assignment></dataInputAssociation>"
    ),
    "transformation": (
        f"task x <dataInputAssociation><transformation>{EVIL}</transformation>"
        "</dataInputAssociation>"
    ),
}


@pytest.mark.parametrize("name", NODES)
def test_an_element_that_does_not_run_is_refused_by_name(name: str) -> None:
    content = between(NODES[name], beside='<message id="m" name="M"/>')
    found = loading.refusals(content)
    assert (f"element-{name}", "x") in found
    assert all(element == "x" for _, element in found), found


@pytest.mark.parametrize("kind", ["error", "escalation"])
def test_only_what_happens_outside_begins_a_case(kind: str) -> None:
    content = bpmn.diagram(
        f"start s <{kind}EventDefinition/>; task a; end e", "s > a > e"
    )
    assert loading.refusals(content) == [("element-startEventDefinition", "s")]


def test_an_embedded_sub_process_begins_at_a_none_start_event() -> None:
    inside = bpmn.sub(f"start i {bpmn.timer('PT1H')}; end f", "i > f")
    content = bpmn.diagram(f"start s; task a; sub p {inside}; end e", "s > a > p > e")
    assert loading.refusals(content) == [("element-startEventDefinition", "i")]


def test_what_is_asked_outside_of_the_safe_language_is_refused() -> None:
    inside = bpmn.sub("task t2", "")
    ends = f"<completionCondition>{EVIL}</completionCondition>"
    assert loading.refusals(between(f"adHocSubProcess x {inside}{ends}")) == [
        ("expression", "x")
    ]
    begins = f"<activationCondition>{EVIL}</activationCondition>"
    assert loading.refusals(between(f"complexGateway x {begins}")) == [
        ("expression", "x")
    ]


def test_a_service_task_without_function_is_refused() -> None:
    assert loading.refusals(between("service x")) == [("service-unbound", "x")]


def test_an_unregistered_function_is_refused_and_a_registered_one_is_not() -> None:
    content = between("service x " + ext('<qt:service function="fees"/>'))
    assert loading.refusals(content) == [("service-unknown", "x")]
    assert loading.refusals(content, services=frozenset({"fees"})) == []


VENDOR = {
    "camunda:inputOutput": f"task x {ext('<camunda:inputOutput/>')}",
    "camunda:executionListener": f"task x {ext('<camunda:executionListener/>')}",
    "zeebe:ioMapping": f"task x {ext('<zeebe:ioMapping/>')}",
    "spiffworkflow:preScript": (
        f"task x {ext(f'<spiffworkflow:preScript>{EVIL}</spiffworkflow:preScript>')}"
    ),
    "spiffworkflow:postScript": (
        f"task x {ext(f'<spiffworkflow:postScript>{EVIL}</spiffworkflow:postScript>')}"
    ),
    "spiffworkflow:serviceTaskOperator": (
        f"service x {ext('<spiffworkflow:serviceTaskOperator/>')}"
    ),
}


@pytest.mark.parametrize("name", VENDOR)
def test_a_foreign_extension_that_changes_execution_is_refused(name: str) -> None:
    found = loading.findings(between(VENDOR[name]))
    [refusal, *_] = [one for one in found if one.code == "vendor-execution"]
    assert refusal.element == "x"
    assert name in " ".join(one.message for one in found)


def test_other_foreign_extensions_are_ignored_with_a_note() -> None:
    inside = ext('<camunda:properties/><foo xmlns="urn:other"/>')
    content = between(f'task x camunda:priority="50" {inside}')
    found = [(one.severity, one.code) for one in loading.findings(content)]
    assert found.count(("note", "vendor-ignored")) == 2
    assert "refusal" not in {severity for severity, _ in found}


def test_bpmn_hidden_in_extension_elements_is_refused() -> None:
    content = between(f"task x {ext('<scriptTask/>')}")
    assert loading.refusals(content) == [("element-unknown", "x")]


@pytest.mark.parametrize(
    "tag", ["choreographyTask", "conversation", "globalTask", "callChoreography", "zzz"]
)
def test_an_unknown_element_is_refused_by_name(tag: str) -> None:
    content = bpmn.diagram(f"start s; task a; end e; {tag} x", "s > a > e")
    [finding] = [one for one in loading.findings(content) if one.severity == "refusal"]
    assert (finding.code, finding.element) == ("element-unknown", "x")
    assert tag in finding.message


def test_a_misspelt_attribute_is_told_and_a_wrong_boolean_refused() -> None:
    host = 'task x; boundary b attachedToRef="x" {} ' + bpmn.timer("PT1H")
    odd = between(host.format('cancelactivity="false"'))
    assert "attribute-unknown" in {one.code for one in loading.findings(odd)}
    wrong = between(host.format('cancelActivity="no"'))
    assert loading.refusals(wrong) == [("attribute-value", "b")]


def test_documentation_elements_are_accepted() -> None:
    drawn = (
        '<laneSet id="l"><lane id="l1" name="Bộ phận Một cửa">'
        "<flowNodeRef>w</flowNodeRef></lane></laneSet>"
        '<dataObject id="d"/><dataObjectReference id="r" dataObjectRef="d"/>'
        '<dataStoreReference id="t"/><textAnnotation id="n"><text>x</text>'
        '</textAnnotation><association id="c" sourceRef="w" targetRef="n"/>'
        '<group id="g"/>'
    )
    beside = (
        '<collaboration id="co"><participant id="p1" processRef="P"/>'
        '<participant id="p2" name="Công dân"/>'
        '<messageFlow id="f" sourceRef="p2" targetRef="w"/></collaboration>'
        '<category id="k"/><dataStore id="ds"/><itemDefinition id="i"/>'
    )
    content = bpmn.diagram(
        "start s; task w; end e", "s > w > e", more=drawn, beside=beside
    )
    found = [(one.severity, one.code) for one in loading.findings(content)]
    assert found == [("note", "data-objects"), ("note", "data-stores")]


def test_all_refusals_are_told_at_once() -> None:
    content = bpmn.diagram(
        "start s; scriptTask x; task a; businessRuleTask y; end e",
        "s > x > a > y > e",
    ).replace(b'id="a_y"', b'id="a_y" name="1"')
    content = content.replace(b"</process>", b'<choreographyTask id="z"/></process>')
    assert set(loading.refusals(content)) == {
        ("element-scriptTask", "x"),
        ("decision-unbound", "y"),
        ("element-unknown", "z"),
    }


def test_more_remarks_than_anybody_reads_are_counted() -> None:
    declared = "; ".join(f"scriptTask x{n}" for n in range(300))
    drawn = "s > " + " > ".join(f"x{n}" for n in range(300)) + " > e"
    found = loading.findings(bpmn.diagram(f"start s; {declared}; end e", drawn))
    assert len([one for one in found if one.severity == "refusal"]) == 200
    assert importer.describe(found[-1], "en") == "100 more remarks are not shown."


def test_every_refused_element_has_a_test() -> None:
    elsewhere = {
        *("startEventDefinition", "parallelEventGateway"),
        "correlationSubscription",
    }
    assert set(NODES) | elsewhere == set(elements.REFUSED)


@pytest.mark.parametrize("tag", vocabulary.STAND_INS)
def test_a_node_that_does_not_run_keeps_its_place_and_causes_no_other_refusal(
    tag: str,
) -> None:
    named = f"element-{tag}" if tag in elements.REFUSED else "element-unknown"
    assert set(loading.refusals(between(f"{tag} x"))) == {(named, "x")}


def test_a_parallel_event_gateway_and_a_correlation_subscription_are_refused() -> None:
    content = bpmn.diagram(
        'start s; event g eventGatewayType="Parallel"; '
        f"catch a {bpmn.timer('PT1H')}; catch b {bpmn.timer('PT2H')}; end e",
        "s > g > a > e\ng > b > e",
        more='<correlationSubscription id="cs"/>',
    )
    assert set(loading.refusals(content)) == {
        ("element-parallelEventGateway", "g"),
        ("element-correlationSubscription", "cs"),
    }
