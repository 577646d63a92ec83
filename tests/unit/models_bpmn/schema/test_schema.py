"""The committed schema files are made from the one source, and mean the same."""

import json

import pytest
from lxml import etree

from models_bpmn.schema import generate, source
from tests import bpmn
from tests.unit.models_bpmn import loading

FULL = (
    f'<qt:procedure xmlns:qt="{source.NAMESPACE}" code="2.000908" edition="1" '
    'shortName="Cấp bản sao" field="Chứng thực" supplement="RESTART" sets="1" '
    'online="part" onlinePayment="npsp" answer="document" '
    'startForm="mo" retention="5 năm" dossierPattern="x" cutoff="15:00">'
    "<qt:level>Cấp xã</qt:level><qt:legalBasis>Nghị định 23/2015/NĐ-CP</qt:legalBasis>"
    '<qt:document name="Giấy tờ tùy thân" kind="copy" quantity="2"/>'
    '<qt:limit amount="1" unit="working-day"/><qt:fee name="Phí" amount="0"/>'
    "<qt:result>Bản sao</qt:result><qt:clause>8.5.1</qt:clause>"
    '<qt:public name="số_bản"/></qt:procedure>'
)


def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.fromstring(generate.xsd().encode()))


@pytest.mark.parametrize(
    ("name", "make"), [(generate.XSD, generate.xsd), (generate.MODDLE, generate.moddle)]
)
def test_the_committed_file_equals_the_generated_one(name: str, make: object) -> None:
    assert callable(make)
    assert (generate.FOLDER / name).read_text(encoding="utf-8") == make()


def test_the_xsd_and_the_importer_accept_the_same_procedure() -> None:
    assert xsd().validate(etree.fromstring(FULL))
    content = bpmn.diagram(
        "start s; task a; end e",
        "s > a > e",
        more=f"<extensionElements>{FULL}</extensionElements>",
    )
    assert loading.refusals(content, forms={"mo": b""}) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("shortName", "shortname"),
        ("RESTART", "restart"),
        ('sets="1"', 'sets="0"'),
        ("15:00", "25:00"),
        ("qt:fee", "qt:fees"),
        ('unit="working-day"', 'unit="week"'),
        ('amount="1" ', ""),
        ("Cấp bản sao", "Cấp bản sao " * 4),
        ('name="số_bản"', 'name="số bản"'),
    ],
)
def test_the_xsd_and_the_importer_refuse_the_same_mistakes(old: str, new: str) -> None:
    wrong = FULL.replace(old, new)
    assert wrong != FULL
    assert not xsd().validate(etree.fromstring(wrong))
    content = bpmn.diagram(
        "start s; task a; end e",
        "s > a > e",
        more=f"<extensionElements>{wrong}</extensionElements>",
    )
    found = loading.refusals(content, forms={"mo": b""})
    assert found
    assert {element for _, element in found} == {"P"}


def test_the_moddle_descriptor_knows_every_element_and_its_places() -> None:
    descriptor = json.loads(generate.moddle())
    types = {one["name"]: one for one in descriptor["types"]}
    assert set(types) == {
        *(one.name[0].upper() + one.name[1:] for one in source.ELEMENTS),
        *("LoopData", "CallData", "ClockData", "EndingData"),
    }
    assert types["Work"]["meta"]["allowedIn"] == [
        "bpmn:Task",
        "bpmn:UserTask",
        "bpmn:ManualTask",
        "bpmn:AdHocSubProcess",
    ]
    for one in types.values():
        names = [each["name"] for each in one["properties"]]
        assert len(names) == len(set(names)), one["name"]


def test_every_child_of_the_source_is_an_element_of_it() -> None:
    for element in source.ELEMENTS:
        assert set(element.children) <= set(source.BY_NAME)
        assert not (element.text and element.children)
