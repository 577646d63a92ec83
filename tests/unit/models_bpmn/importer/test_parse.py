"""From elements to records: everything that the diagram says arrives."""

import string

import pytest

from engine.domain.model import (
    EventDefinition,
    EventKind,
    Facts,
    NodeKind,
    TimeLimit,
    Work,
)
from engine.domain.offering import Answer, Offering, Online, OnlinePayment
from engine.errors import Finding
from models_bpmn import importer
from models_bpmn.importer import messages
from tests import bpmn
from tests.unit.models_bpmn import loading


def ext(inside: str) -> str:
    return f"<extensionElements>{inside}</extensionElements>"


def test_a_plain_diagram_runs_without_any_extension() -> None:
    model = loading.made(
        bpmn.diagram("start s; task a 'Tiếp nhận'; end e", "s > a > e")
    )
    assert (model.id, model.facts, list(model.nodes)) == ("P", Facts(), ["s", "a", "e"])
    assert model.root.starts == ("s",)
    assert model.nodes["a"].kind is NodeKind.USER_TASK
    assert (model.nodes["a"].incoming, model.nodes["a"].outgoing) == (
        ("s_a",),
        ("a_e",),
    )
    assert model.nodes["a"].work == Work()


def test_names_are_one_line() -> None:
    content = bpmn.diagram("start s; task a 'x~  y'; end e", "s > a > e")
    model = loading.made(content.replace(b"~", b"&#10;"))
    assert model.nodes["a"].name == "x y"


def test_the_procedure_is_read_whole() -> None:
    procedure = ext(
        '<qt:procedure code="2.000908" edition="02" shortName="Bản sao" '
        'field="Hộ tịch" '
        'supplement="SUSPEND" payment="CONTINUE" consultation="RESTART" '
        'online="whole" onlinePayment="gateway" answer="none" '
        'sets="2" retention="20 năm" dossierPattern="H-{n}" '
        'cutoff="15:00"><qt:level>Xã</qt:level><qt:level>Tỉnh</qt:level>'
        "<qt:legalBasis>NĐ 23</qt:legalBasis>"
        '<qt:document name="Đơn"/><qt:document name="Giấy" kind="copy" quantity="3"/>'
        '<qt:limit amount="8" unit="working-hour"/>'
        '<qt:fee name="Lệ phí" amount="8000"/>'
        "<qt:result>Bản sao</qt:result><qt:clause>8.5.1</qt:clause>"
        '<qt:public name="so_ban"/></qt:procedure>'
    )
    content = bpmn.diagram("start s; task a; end e", "s > a > e", more=procedure)
    assert loading.made(content).facts == Facts(
        code="2.000908",
        edition="02",
        short_name="Bản sao",
        field="Hộ tịch",
        supplement_policy="SUSPEND",
        payment_policy="CONTINUE",
        consultation_policy="RESTART",
        sets=2,
        retention="20 năm",
        dossier_pattern="H-{n}",
        cutoff="15:00",
        levels=("Xã", "Tỉnh"),
        legal_basis=("NĐ 23",),
        documents=(("Đơn", "original", 1), ("Giấy", "copy", 3)),
        limit=TimeLimit(8, "working-hour"),
        fees=(("Lệ phí", 8000),),
        results=("Bản sao",),
        offering=Offering(
            online=Online.WHOLE, payment=OnlinePayment.GATEWAY, answer=Answer.NONE
        ),
        clauses=("8.5.1",),
        public=("so_ban",),
    )


def test_work_is_read_whole() -> None:
    written = ext(
        '<qt:work form="f" shortName="Nhận" performer="clerk" fourEyes="b" '
        'record="Phiếu">'
        '<qt:limit amount="2" unit="hour"/><qt:clause>7.5</qt:clause></qt:work>'
    )
    content = bpmn.diagram(
        f"start s; manual a <documentation>Làm gì</documentation>{written}\n"
        "task b; end e",
        "s > a > b > e",
    )
    assert loading.made(content).nodes["a"].work == Work(
        form="f",
        short_name="Nhận",
        performer="clerk",
        four_eyes="b",
        record="Phiếu",
        limit=TimeLimit(2, "hour"),
        clauses=("7.5",),
        documentation="Làm gì",
    )


def test_services_messages_and_payloads_are_read() -> None:
    service = ext(
        '<qt:service function="fees.compute" result="fee">'
        '<qt:parameter name="copies" expression="n + 1"/></qt:service>'
    )
    payload = ext(
        '<qt:payload><qt:value name="code" expression="case_code"/></qt:payload>'
    )
    exchange = ext(
        '<qt:exchange partner="Thuế">'
        '<qt:key name="code" expression="case_code"/></qt:exchange>'
    )
    content = bpmn.diagram(
        f'start s; service a {service}; send b messageRef="m" {payload}; '
        'receive c messageRef="m"; end e',
        "s > a > b > c > e",
        beside=f'<message id="m" name="Thông báo thuế">{exchange}</message>',
    )
    nodes = loading.made(content, services=frozenset({"fees.compute"})).nodes
    assert nodes["a"].service == "fees.compute"
    assert nodes["a"].parameters == {"copies": "n + 1"}
    assert nodes["a"].result == "fee"
    assert nodes["b"].event == EventDefinition(
        kind=EventKind.MESSAGE,
        name="Thông báo thuế",
        payload={"code": "case_code"},
        partner="Thuế",
    )
    assert nodes["c"].event == EventDefinition(
        kind=EventKind.MESSAGE,
        name="Thông báo thuế",
        correlation={"code": "case_code"},
        partner="Thuế",
    )


def test_boundary_events_belong_to_their_activity() -> None:
    content = bpmn.diagram(
        f"start s; sub a {bpmn.sub('start t; task u; end f', 't > u > f')}; end e; "
        f'boundary b attachedToRef="a" cancelActivity="false" {bpmn.timer("PT1H")}; '
        'boundary c attachedToRef="a" <errorEventDefinition/>',
        "s > a > e\nb > e\nc > e",
    )
    nodes = loading.made(content).nodes
    assert nodes["a"].boundaries == ("b", "c")
    assert (nodes["b"].interrupting, nodes["c"].interrupting) == (False, True)
    assert nodes["c"].event == EventDefinition(kind=EventKind.ERROR)
    assert nodes["a"].body == "a"
    assert nodes["u"].scope == "a"


def test_lanes_go_from_outermost_to_innermost_and_into_sub_processes() -> None:
    lanes = (
        '<laneSet><lane name="Sở"><flowNodeRef>a</flowNodeRef>'
        "<flowNodeRef>c</flowNodeRef>"
        '<childLaneSet><lane name="Một cửa"><flowNodeRef>a</flowNodeRef></lane>'
        "</childLaneSet></lane></laneSet>"
    )
    content = bpmn.diagram(
        "start s; task a; end e; sub c "
        + bpmn.sub("start t; task u; end f", "t > u > f"),
        "s > a > c > e",
        more=lanes,
    )
    nodes = loading.made(content).nodes
    assert nodes["a"].lanes == ("Sở", "Một cửa")
    assert nodes["c"].lanes == nodes["u"].lanes == ("Sở",)
    assert nodes["e"].lanes == ()


def test_named_flows_behind_a_step_are_its_outcomes() -> None:
    content = bpmn.diagram(
        "start s; task a; plain b; xor g; end e; end f",
        's > a > g >x "Đạt"> e\ng >y "Trả lại"> b > g\ng >z "Từ chối"> f',
    )
    nodes = loading.made(content).nodes
    assert nodes["a"].work.outcomes == nodes["b"].work.outcomes == ("x", "y", "z")
    assert nodes["g"].by_outcome


def test_conditions_decide_where_they_are_written() -> None:
    content = bpmn.diagram(
        'start s; task a; xor g default="y"; end e; end f',
        's > a > g >x "Đạt" [ok]> e\ng >y "Không"> f',
    )
    nodes = loading.made(content).nodes
    assert not nodes["g"].by_outcome
    assert nodes["a"].work.outcomes == ()


def test_flows_without_id_get_one_that_is_free() -> None:
    content = bpmn.diagram("start s; task flow.1; end e", "s > flow.1 > e")
    for name in (b"s_flow.1", b"flow.1_e"):
        content = content.replace(b' id="%s"' % name, b"")
    model = loading.made(content)
    assert list(model.flows) == ["flow.2", "flow.3"]
    assert model.nodes["flow.1"].incoming == ("flow.2",)


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ('<qt:wrok form="f"/>', "qt-unknown"),
        ('<qt:work from="f"/>', "qt-attribute-unknown"),
        ('<qt:procedure code="x"/>', "qt-misplaced"),
        ('<qt:limit amount="1" unit="day"/>', "qt-misplaced"),
        ("<qt:work/><qt:work/>", "qt-twice"),
        ('<qt:work><qt:limit amount="1"/></qt:work>', "qt-attribute-missing"),
        ('<qt:work><qt:limit amount="1,5" unit="day"/></qt:work>', "qt-value"),
        ('<qt:work><qt:limit amount="1" unit="days"/></qt:work>', "qt-value"),
        ("<qt:work><qt:clause> </qt:clause></qt:work>", "qt-empty"),
        ("<qt:work>form</qt:work>", "qt-text"),
        ("<qt:work><qt:level>x</qt:level></qt:work>", "qt-unknown"),
        ("<qt:work><script/></qt:work>", "qt-foreign"),
    ],
)
def test_misspelt_extensions_are_refused(inside: str, code: str) -> None:
    content = bpmn.diagram(f"start s; task a {ext(inside)}; end e", "s > a > e")
    assert loading.refusals(content) == [(code, "a")]


def test_a_wrong_expression_in_an_extension_is_refused() -> None:
    service = ext(
        '<qt:service function="f">'
        '<qt:parameter name="x" expression="open(1)"/></qt:service>'
    )
    content = bpmn.diagram(f"start s; service a {service}; end e", "s > a > e")
    assert loading.refusals(content, services=frozenset({"f"})) == [("qt-value", "a")]


def test_an_extension_attribute_outside_of_loops_is_refused() -> None:
    content = bpmn.diagram('start s; task a qt:form="f"; end e', "s > a > e")
    assert loading.refusals(content) == [("qt-attribute-unknown", "a")]


def test_every_text_exists_in_both_languages_with_the_same_words() -> None:
    for code, message in messages.CATALOGUE.items():
        texts = (message.vi, message.en)
        words = [set(string.Formatter().parse(text)) for text in texts]
        fields = [{field for _, field, _, _ in one if field} for one in words]
        # “{it}” alone may be left out where no element is meant.
        assert fields[0] == fields[1], code
        assert message.severity in {"refusal", "warning", "note"}


def test_a_finding_of_another_part_speaks_english() -> None:
    other = Finding(code="other", severity="note", message="Something else.")
    assert importer.describe(other, "vi") == "Something else."


def test_a_finding_is_described_in_vietnamese() -> None:
    content = bpmn.diagram("start s; scriptTask a 'Tính phí {x}'; end e", "s > a > e")
    [finding] = loading.findings(content)
    assert importer.describe(finding, "vi").startswith(
        "“Tính phí {x}” (a): tác vụ kịch bản"
    )
    assert importer.describe(finding, "en") == finding.message
