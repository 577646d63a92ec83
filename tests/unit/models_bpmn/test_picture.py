"""The diagram as a picture: whole, marked, and safe whatever a file says."""

from typing import Final

import pytest
from lxml import etree

from engine.domain.model import NodeKind
from models_bpmn import catalogue, packages, picture
from models_bpmn.picture import text
from tests import bpmn
from webui import bootstrap

SVG: Final = "{http://www.w3.org/2000/svg}"
MAKER: Final = packages.Maker(bootstrap.registry().names())


def parsed(drawn: str) -> etree._Element:
    return etree.fromstring(drawn.encode())


def by_element(drawn: str, kind: str = "element") -> dict[str, etree._Element]:
    found = parsed(drawn).iterfind(f".//{SVG}g[@data-{kind}]")
    return {one.get(f"data-{kind}", ""): one for one in found}


def words(drawn: str) -> str:
    return " ".join("".join(map(str, one.itertext())) for one in parsed(drawn))


@pytest.mark.parametrize("slug", catalogue.built_in())
def test_every_node_and_flow_of_a_procedure_is_in_its_picture(slug: str) -> None:
    package = MAKER.check(catalogue.read_built_in(slug).files)
    drawn = picture.draw(package.diagram, "Sơ đồ")
    main = {
        one.id for one in package.model.nodes.values() if not one.part_of
    } & declared(package.diagram)
    assert main <= by_element(drawn).keys()
    flows = declared(package.diagram) & package.model.flows.keys()
    assert flows <= by_element(drawn, "flow").keys()


def declared(content: bytes) -> set[str]:
    """Ids of the file itself: called processes have pictures of their own."""
    return {
        str(one.get("id")) for one in etree.fromstring(content).iter() if one.get("id")
    }


@pytest.mark.parametrize(
    "kind", [one for one in NodeKind if one is not NodeKind.BOUNDARY_EVENT]
)
def test_every_kind_of_element_is_drawn(kind: NodeKind) -> None:
    file = bpmn.definitions(
        bpmn.process(f"start s; end e; {kind.value} x 'Bước'", "s > x > e")
    )
    assert "x" in by_element(picture.draw(file, "Sơ đồ"))


def test_marks_are_classes_and_words() -> None:
    file = bpmn.definitions(
        bpmn.process("start s; task a 'Thẩm tra'; end e", "s > a > e")
    )
    marks = picture.Marks(
        classes={"a": ("is-done", "is-current")}, flags={"a": [("current", "Đang xem")]}
    )
    drawn = picture.draw(file, "Sơ đồ", marks)
    assert by_element(drawn)["a"].get("class") == "node is-done is-current"
    assert "Đang xem" in drawn
    assert "Đang xem" not in picture.draw(file, "Sơ đồ")


def test_what_a_file_says_is_text_and_never_markup() -> None:
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&quot; onload=&quot;x"
    file = bpmn.definitions(
        bpmn.process(f'start s; end e; plain t name="{evil}"', "s > t > e")
    )
    drawn = picture.draw(
        file, '"><script>', picture.Marks(flags={"t": [('"x', "<b>")]})
    )
    assert not list(parsed(drawn).iter(f"{SVG}script"))
    assert all(
        not str(name).startswith("on")
        for one in parsed(drawn).iter()
        for name in one.attrib
    )


def test_a_picture_that_stands_alone_brings_its_style() -> None:
    file = bpmn.definitions(bpmn.process("start s; task a; end e", "s > a > e"))
    alone = picture.draw(file, "Sơ đồ", style=picture.STYLE)
    assert parsed(alone).find(f"{SVG}style") is not None
    # A page's own policy allows no style inside.
    assert "<style" not in picture.draw(file, "Sơ đồ")
    assert "style=" not in picture.draw(file, "Sơ đồ")


def test_a_file_that_cannot_be_read_gives_no_picture() -> None:
    assert picture.draw(b"<definitions", "Sơ đồ") == ""


def test_names_are_broken_at_words_and_what_does_not_fit_is_cut() -> None:
    assert text.wrapped("Thẩm tra hồ sơ", 60, 12, 4) == ["Thẩm tra", "hồ sơ"]
    assert text.wrapped("một hai ba bốn", 20, 12, 2) == ["một", "hai…"]
    assert text.wrapped("", 20, 12, 2) == []
