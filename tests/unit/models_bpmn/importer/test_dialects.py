"""Each dialect: what is mapped, and what is only listed."""

import json

import pytest

from models_bpmn import importer
from models_bpmn.importer import Analysis, Outcome, Settings
from tests import bpmn

SPACES = {
    "camunda": "http://camunda.org/schema/1.0/bpmn",
    "operaton": "http://operaton.org/schema/1.0/bpmn",
    "flowable": "http://flowable.org/bpmn",
    "activiti": "http://activiti.org/bpmn",
    "zeebe": "http://camunda.org/schema/zeebe/1.0",
    "bizagi": "http://www.bizagi.com/bpmn20",
    "signavio": "http://www.signavio.com",
}
LOOP = "multiInstanceLoopCharacteristics"


def analysed(
    prefix: str, declared: str, *, beside: str = "", more: str = ""
) -> Analysis:
    """One node `x` between start and end, in a file with only this dialect."""
    content = bpmn.diagram(
        f"start s; {declared}; end e", "s > x > e", beside=beside, more=more
    )
    head, body = content.split(b">\n", 2)[1:]
    head = (
        f'<definitions xmlns="{bpmn.BPMN}" xmlns:qt="{bpmn.QT}" '
        f'xmlns:{prefix}="{SPACES[prefix]}" targetNamespace="urn:t"'
    ).encode()
    return importer.analyse([("a.bpmn", head + b">\n" + body)], Settings(forms={}))


def ext(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


@pytest.mark.parametrize(
    ("prefix", "name"),
    [
        *(("camunda", "camunda7"), ("operaton", "operaton"), ("zeebe", "camunda8")),
        *(("flowable", "flowable"), ("activiti", "activiti"), ("bizagi", "bizagi")),
        ("signavio", "signavio"),
    ],
)
def test_a_dialect_is_told_by_its_namespace(prefix: str, name: str) -> None:
    found = analysed(prefix, "task x")
    assert (found.dialect, found.outcome) == (name, Outcome.RUNS)


@pytest.mark.parametrize("prefix", ["camunda", "operaton", "flowable", "activiti"])
def test_people_limits_and_lists_of_the_java_engines_are_mapped(prefix: str) -> None:
    loop = (
        f'<{LOOP} {prefix}:collection="${{papers}}" {prefix}:elementVariable="paper"/>'
    )
    found = analysed(
        prefix,
        f'task x {prefix}:candidateGroups="van-thu" {prefix}:dueDate="P3D" {loop}',
    )
    assert found.outcome is Outcome.RUNS
    assert found.model is not None
    node = found.model.nodes["x"]
    assert node.work.performer == "van-thu"
    assert node.work.limit is not None
    assert (node.work.limit.amount, node.work.limit.unit) == (3, "day")
    assert node.multi_instance is not None
    assert (node.multi_instance.collection, node.multi_instance.item) == (
        "papers",
        "paper",
    )
    assert {"assignment-mapped", "due-mapped"} <= {one.code for one in found.findings}


def test_a_person_named_by_an_expression_is_listed() -> None:
    found = analysed("camunda", 'task x camunda:assignee="${initiator}"')
    assert found.model is not None
    assert found.model.nodes["x"].work.performer == ""
    assert "assignment-listed" in {one.code for one in found.findings}


CAMUNDA_FORM = (
    '<camunda:formData><camunda:formField id="amount" label="Số tiền" type="long">'
    '<camunda:validation><camunda:constraint name="required"/></camunda:validation>'
    "</camunda:formField></camunda:formData>"
)
FLOWABLE_FORM = (
    '<flowable:formProperty id="amount" name="Số tiền" type="long" required="true"/>'
)


@pytest.mark.parametrize(
    ("prefix", "inside"),
    [
        (
            "camunda",
            CAMUNDA_FORM,
        ),
        (
            "flowable",
            FLOWABLE_FORM,
        ),
    ],
)
def test_a_form_in_the_diagram_becomes_a_form_document(
    prefix: str, inside: str
) -> None:
    found = analysed(prefix, f"task x {ext(inside)}")
    assert found.outcome is Outcome.RUNS
    assert found.model is not None
    assert found.model.nodes["x"].work.form == "x.form"
    [component] = json.loads(found.forms["x.form"])["components"]
    assert component["type"] == "number"
    assert component["label"] == "Số tiền"
    assert component["validate"] == {"required": True}


def test_a_form_of_camunda_8_is_taken_as_it_stands() -> None:
    form = (
        '{"type":"default","components":[{"type":"textfield","key":"a","label":"A"}]}'
    )
    found = analysed(
        "zeebe",
        "task x " + ext('<zeebe:formDefinition formKey="camunda-forms:bpmn:f1"/>'),
        more=ext(f'<zeebe:userTaskForm id="f1">{form}</zeebe:userTaskForm>'),
    )
    assert found.model is not None
    assert found.model.nodes["x"].work.form == "f1"
    assert json.loads(found.forms["f1"])["components"]


def test_a_form_that_we_cannot_carry_out_is_told_and_not_used() -> None:
    form = '{"type":"default","components":[{"type":"iframe","key":"a"}]}'
    found = analysed(
        "zeebe",
        "task x " + ext('<zeebe:formDefinition formKey="camunda-forms:bpmn:f1"/>'),
        more=ext(f'<zeebe:userTaskForm id="f1">{form}</zeebe:userTaskForm>'),
    )
    assert found.model is not None
    assert found.model.nodes["x"].work.form == ""
    assert "form-unmapped" in {one.code for one in found.findings}


def test_zeebe_lists_people_and_keys_are_mapped() -> None:
    loop = f"<{LOOP}>" + ext(
        '<zeebe:loopCharacteristics inputCollection="= papers" inputElement="paper"/>'
    )
    people = ext('<zeebe:assignmentDefinition candidateGroups="ke-toan"/>')
    found = analysed("zeebe", f"task x {people}{loop}</{LOOP}>")
    assert found.model is not None
    node = found.model.nodes["x"]
    assert node.work.performer == "ke-toan"
    assert node.multi_instance is not None
    assert node.multi_instance.collection == "papers"
    message = '<message id="m" name="M">' + ext(
        '<zeebe:subscription correlationKey="= order.id"/>'
    )
    found = analysed("zeebe", 'receive x messageRef="m"', beside=f"{message}</message>")
    assert found.model is not None
    assert found.model.nodes["x"].event.correlation == {"key": "order.id"}


@pytest.mark.parametrize(
    ("prefix", "declared"),
    [
        ("camunda", 'service x camunda:class="a.B"'),
        ("camunda", 'service x camunda:type="external" camunda:topic="t"'),
        ("flowable", 'service x flowable:delegateExpression="${b}"'),
        ("zeebe", "service x " + ext('<zeebe:taskDefinition type="job"/>')),
    ],
)
def test_what_another_engine_would_call_is_one_question(
    prefix: str, declared: str
) -> None:
    found = analysed(prefix, declared)
    assert [one.id for one in found.decisions] == ["service-unbound:x"]
    assert "binding-listed" in {one.code for one in found.findings}
    assert found.decisions[0].params["binding"] in found.decisions[0].question("vi")


def test_calls_that_pass_the_same_name_share_data_and_others_are_asked_about() -> None:
    called = bpmn.diagram("start t; task u; end f", "t > u > f", identity="P2")

    def asked(inside: str) -> set[str]:
        content = bpmn.diagram(
            f'start s; call x calledElement="P2" {ext(inside)}; end e', "s > x > e"
        )
        files = [("a.bpmn", content), ("b.bpmn", called)]
        return {one.code for one in importer.analyse(files, Settings()).decisions}

    assert asked('<camunda:in source="a" target="a"/>') == set()
    assert asked('<camunda:in variables="all"/>') == set()
    assert asked('<camunda:in source="a" target="b"/>') == {"vendor-execution"}


def test_colours_and_editor_data_go_without_a_word_about_execution() -> None:
    look = '<signavio:signavioMetaData metaKey="bgcolor" metaValue="#fff"/>'
    found = analysed("signavio", f"task x {ext(look)}")
    assert found.outcome is Outcome.RUNS
    assert "look-dropped" not in {one.code for one in found.findings}
    bizagi = (
        "<bizagi:BizagiExtensions><bizagi:BizagiProperties>"
        '<bizagi:BizagiProperty name="bgColor" value="#1"/>'
        "</bizagi:BizagiProperties></bizagi:BizagiExtensions>"
    )
    found = analysed("bizagi", f"task x {ext(bizagi)}")
    assert found.outcome is Outcome.RUNS


def asked(found: Analysis) -> set[str]:
    return {one.code for one in found.decisions}


@pytest.mark.parametrize("prefix", ["camunda", "operaton"])
def test_the_single_value_of_a_decision_of_camunda_7_is_that_of_dmn(
    prefix: str,
) -> None:
    found = analysed(
        prefix,
        f'businessRuleTask x {prefix}:decisionRef="muc_phi" '
        f'{prefix}:resultVariable="phi" {prefix}:mapDecisionResult="singleEntry" '
        f'{prefix}:decisionRefBinding="latest"',
    )
    assert found.outcome is Outcome.RUNS
    assert found.model is not None
    node = found.model.nodes["x"]
    assert (node.decision, node.result) == ("muc_phi", "phi")
    codes = {one.code for one in found.findings}
    assert {"decision-mapped", "decision-version"} <= codes


@pytest.mark.parametrize("shape", ["singleResult", "collectEntries", "resultList", ""])
def test_other_shapes_of_an_answer_are_asked_about(shape: str) -> None:
    written = f'camunda:mapDecisionResult="{shape}"' if shape else ""
    found = analysed(
        "camunda",
        'businessRuleTask x camunda:decisionRef="muc_phi" '
        f'camunda:resultVariable="phi" {written}',
    )
    assert asked(found) == {"vendor-execution"}
    assert found.model is not None
    assert found.model.nodes["x"].decision == "muc_phi"


def test_a_decision_that_is_computed_or_coded_is_asked_about() -> None:
    for written in ('decisionRef="${which}"', 'class="org.example.Rule"'):
        found = analysed("camunda", f"businessRuleTask x camunda:{written}")
        assert asked(found) == {"decision-unbound"}
        [question] = found.decisions
        assert written.partition("=")[0] in question.question("en")


def test_a_decision_of_camunda_8_is_mapped_with_its_result() -> None:
    called = '<zeebe:calledDecision decisionId="{}" resultVariable="{}" {}/>'
    inside = ext(called.format("muc_phi", "phi", 'bindingType="deployment"'))
    found = analysed("zeebe", f"businessRuleTask x {inside}")
    assert found.outcome is Outcome.RUNS
    assert found.model is not None
    node = found.model.nodes["x"]
    assert (node.decision, node.result) == ("muc_phi", "phi")
    assert "decision-version" in {one.code for one in found.findings}
    for decided, result in (("= which", "phi"), ("muc_phi", "kết quả")):
        inside = ext(called.format(decided, result, ""))
        found = analysed("zeebe", f"businessRuleTask x {inside}")
        assert asked(found) == {"decision-unbound"}


def test_the_decision_task_of_flowable_is_a_business_rule_task() -> None:
    key = "<flowable:string>muc_phi</flowable:string>"
    inside = ext(
        f'<flowable:field name="decisionTableReferenceKey">{key}</flowable:field>'
    )
    found = analysed("flowable", f'serviceTask x flowable:type="dmn" {inside}')
    # Flowable writes each output under its own name: a person says that this will do.
    assert asked(found) == {"vendor-execution"}
    assert found.model is not None
    assert found.model.nodes["x"].decision == "muc_phi"
    other = analysed("flowable", 'serviceTask x flowable:type="mail"')
    assert asked(other) == {"service-unbound"}
