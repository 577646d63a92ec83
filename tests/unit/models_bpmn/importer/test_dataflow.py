"""Data as drawn: what each association means is told, and nothing of it runs."""

import pytest

from models_bpmn import importer
from models_bpmn.importer import Outcome, Settings
from tests import bpmn

DATA = (
    '<dataObject id="o1"/><dataObjectReference id="don" name="Đơn" dataObjectRef="o1"/>'
    '<dataStoreReference id="so_goc" name="Sổ gốc"/><dataObjectReference id="tro"/>'
)
PARTS = (
    '<ioSpecification><dataInput id="in" name="{}"/><dataOutput id="out" name="{}"/>'
    "</ioSpecification>"
)


def told(inside: str, own: str = PARTS.format("", "")) -> dict[str, tuple[str, str]]:
    """Code → severity and names, of what is said about the step."""
    content = bpmn.diagram(
        f"start s; task a {own}{inside}; end e", "s > a > e", more=DATA
    )
    found = importer.analyse([("a.bpmn", content)], Settings())
    assert found.outcome is Outcome.RUNS
    return {
        one.code: (one.severity, one.message)
        for one in found.findings
        if one.element == "a" and one.code.startswith("data-")
    }


def flow(kind: str, source: str, target: str) -> str:
    """An association of the step."""
    return (
        f"<data{kind}Association><sourceRef>{source}</sourceRef>"
        f"<targetRef>{target}</targetRef></data{kind}Association>"
    )


@pytest.mark.parametrize("name", ["", "Đơn"])
def test_between_ends_of_one_name_there_is_nothing_to_copy(name: str) -> None:
    found = told(flow("Input", "don", "in"), PARTS.format(name, ""))
    severity, message = found.pop("data-association-same")
    assert severity == "note"
    assert "Đơn has nothing to copy" in message
    assert not found


def test_a_copy_between_two_names_is_a_warning_that_names_both() -> None:
    inside = flow("Input", "don", "in") + flow("Output", "out", "don")
    found = told(inside, PARTS.format("Hồ sơ", "Phiếu"))
    severity, message = found.pop("data-association-copy")
    assert severity == "warning"
    assert "Đơn → Hồ sơ, Phiếu → Đơn" in message
    assert not found


def test_a_data_store_is_a_register_outside_the_case() -> None:
    found = told(flow("Output", "out", "so_goc"), PARTS.format("", "Khác"))
    severity, message = found.pop("data-association-store")
    assert severity == "note"
    assert "Sổ gốc is not carried out: it is a register" in message
    assert not found


def test_what_has_no_name_is_called_by_its_id_and_nothing_is_nothing() -> None:
    _, message = told(flow("Input", "tro", "in"))["data-association-same"]
    assert "with tro has" in message
    assert told("<dataInputAssociation/>") == {}
    _, message = told(flow("Input", "khong_co", "in"))["data-association-same"]
    assert "with in has" in message


def test_an_assignment_in_an_association_is_asked_about() -> None:
    inside = (
        "<dataInputAssociation><assignment><from>1</from><to>x</to></assignment>"
        "</dataInputAssociation>"
    )
    content = bpmn.diagram(f"start s; task a {inside}; end e", "s > a > e", more=DATA)
    found = importer.analyse([("a.bpmn", content)], Settings())
    assert found.outcome is Outcome.DECISIONS
    assert [one.code for one in found.decisions] == ["element-assignment"]
