"""What a file does not draw is drawn all the same, and what it draws stays."""

import itertools
from pathlib import Path

import pytest
from lxml import etree

from models_bpmn import catalogue, importer
from models_bpmn.importer import layout, parts, reader
from models_bpmn.importer import vocabulary as words
from models_bpmn.importer.boxes import Box
from models_bpmn.importer.drawing import Drawing, missing
from models_bpmn.importer.report import Report
from tests import effort

PUBLIC = Path(__file__).parents[5] / "shared" / "data"
_DI = "{http://www.omg.org/spec/DD/20100524/DI}"
_BPMNDI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
_HEAD = (
    f'<definitions xmlns="{words.BPMN}" targetNamespace="t"'
    ' xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"'
    ' xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
    ' xmlns:di="http://www.omg.org/spec/DD/20100524/DI">'
)
LANES = """
<collaboration id="c"><participant id="office" name="Ủy ban" processRef="p"/>
<participant id="citizen" name="Công dân"/>
<messageFlow id="m" sourceRef="citizen" targetRef="s"/></collaboration>
<process id="p"><laneSet>
<lane id="one"><flowNodeRef>s</flowNodeRef><flowNodeRef>a</flowNodeRef>
<flowNodeRef>g</flowNodeRef></lane>
<lane id="two"><childLaneSet><lane id="two1"><flowNodeRef>b</flowNodeRef></lane>
<lane id="two2"><flowNodeRef>sub</flowNodeRef><flowNodeRef>e</flowNodeRef></lane>
</childLaneSet></lane></laneSet>
<startEvent id="s" name="Nhận hồ sơ"/><userTask id="a" name="Kiểm tra"/>
<exclusiveGateway id="g" name="Đủ không?"/><userTask id="b" name="Bổ sung"/>
<subProcess id="sub" name="Xử lý"><startEvent id="s2"/><task id="t2"/>
<endEvent id="e2"/><sequenceFlow id="f7" sourceRef="s2" targetRef="t2"/>
<sequenceFlow id="f8" sourceRef="t2" targetRef="e2"/></subProcess>
<boundaryEvent id="late" name="Quá hạn" attachedToRef="sub">
<timerEventDefinition/></boundaryEvent><endEvent id="e"/>
<dataObjectReference id="doc" name="Đơn"/>
<association id="as" sourceRef="doc" targetRef="a"/>
<sequenceFlow id="f1" sourceRef="s" targetRef="a"/>
<sequenceFlow id="f2" sourceRef="a" targetRef="g"/>
<sequenceFlow id="f3" sourceRef="g" targetRef="b" name="thiếu"/>
<sequenceFlow id="f4" sourceRef="b" targetRef="a"/>
<sequenceFlow id="f5" sourceRef="g" targetRef="sub" name="đủ"/>
<sequenceFlow id="f6" sourceRef="sub" targetRef="e"/>
<sequenceFlow id="f9" sourceRef="late" targetRef="e"/>
</process>"""


def file(body: str) -> bytes:
    return f"{_HEAD}{body}</definitions>".encode()


def root_of(content: bytes) -> etree._Element:
    source = reader.read("", content, Report())
    assert source is not None
    return source.root


def waypoints(root: etree._Element) -> dict[str, list[tuple[float, float]]]:
    return {
        edge.get("bpmnElement", ""): [
            (float(one.get("x", "")), float(one.get("y", "")))
            for one in edge.iter(f"{_DI}waypoint")
        ]
        for edge in root.iter(f"{_BPMNDI}BPMNEdge")
    }


def holders(root: etree._Element) -> list[etree._Element]:
    tags = ("process", *sorted(parts.SCOPED))
    return list(root.iter(*(f"{{{words.BPMN}}}{tag}" for tag in tags)))


def check(content: bytes) -> None:
    """Hold everything that a drawing promises against one file."""
    drawn = layout.drawn(content)
    root = root_of(drawn)
    picture, own = Drawing(root), Drawing(root_of(content)).own
    assert missing(root) == 0
    for holder in holders(root):
        found = parts.scope(holder)
        _apart(found, picture, own)
        _inside(holder, found, picture)
    _ends(root, picture, Drawing(root_of(content)).edges)


def _apart(found: parts.Scope, picture: Drawing, own: frozenset[str]) -> None:
    for one, two in itertools.combinations(found.nodes, 2):
        if one in own and two in own:
            continue
        a, b = picture.shapes[one], picture.shapes[two]
        assert a.right <= b.x or b.right <= a.x or a.bottom <= b.y or b.bottom <= a.y


def _inside(holder: etree._Element, found: parts.Scope, picture: Drawing) -> None:
    identity = holder.get("id", "")
    for one in found.nodes:
        if identity in picture.open and one not in picture.own:
            assert _holds(picture.shapes[identity], picture.shapes[one]), one
    for host, events in found.borders.items():
        box = picture.shapes[host]
        for event in events:
            if event.get("id", "") not in picture.own:
                middle = picture.shapes[event.get("id", "")].middle
                assert middle.y == box.bottom
                assert box.x < middle.x < box.right


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x - 0.2 <= inner.x
        and outer.y - 0.2 <= inner.y
        and inner.right <= outer.right + 0.2
        and inner.bottom <= outer.bottom + 0.2
    )


def _ends(root: etree._Element, picture: Drawing, own: set[str]) -> None:
    lines = waypoints(root)
    for flow in root.iter(f"{{{words.BPMN}}}sequenceFlow"):
        ends = flow.get("sourceRef", ""), flow.get("targetRef", "")
        if flow.get("id") in own or not picture.shapes.keys() >= {*ends}:
            continue
        points = lines[flow.get("id", "")]
        assert len(points) > 1
        for point, end in ((points[0], ends[0]), (points[-1], ends[1])):
            assert _on_border(picture.shapes[end], point), flow.get("id")
        for (x1, y1), (x2, y2) in itertools.pairwise(points):
            assert x1 == x2 or y1 == y2


def _on_border(box: Box, point: tuple[float, float]) -> bool:
    x, y = point
    level = box.x - 0.2 <= x <= box.right + 0.2 and box.y - 0.2 <= y <= box.bottom + 0.2
    sides = (x - box.x, x - box.right, y - box.y, y - box.bottom)
    return level and min(map(abs, sides)) < 0.2


def without_drawing(content: bytes) -> bytes:
    root = etree.fromstring(content)
    for one in root.findall(f"{_BPMNDI}BPMNDiagram"):
        root.remove(one)
    return etree.tostring(root)


def test_file_without_drawing_gets_pools_lanes_nodes_and_lines() -> None:
    check(file(LANES))
    root = root_of(layout.drawn(file(LANES)))
    picture = Drawing(root)
    assert {"office", "citizen", "one", "two", "two1", "two2", "doc"} <= {
        *picture.shapes
    }
    assert {"m", "as"} <= picture.edges
    office = picture.shapes["office"]
    for lane, nodes in {"one": "sag", "two1": "b", "two2": ("sub", "e")}.items():
        assert _holds(office, picture.shapes[lane])
        for node in nodes:
            assert _holds(picture.shapes[lane], picture.shapes[node])
    assert _holds(picture.shapes["two"], picture.shapes["two1"])
    assert picture.shapes["citizen"].y >= office.bottom


def test_way_runs_from_left_to_right_and_only_loops_lead_back() -> None:
    shapes = Drawing(root_of(layout.drawn(file(LANES)))).shapes
    order = [shapes[one].x for one in ("s", "a", "g", "sub", "e")]
    assert order == sorted(order)
    assert shapes["b"].x > shapes["a"].x


def test_what_no_flow_joins_stands_in_the_order_of_the_file() -> None:
    tasks = "".join(f'<task id="t{number}"/>' for number in range(6))
    inner = f'<adHocSubProcess id="h">{tasks}</adHocSubProcess>'
    content = file(f'<process id="p">{inner}</process>')
    shapes = Drawing(root_of(layout.drawn(content))).shapes
    places = [(shapes[f"t{number}"].y, shapes[f"t{number}"].x) for number in range(6)]
    assert places == sorted(places)


def test_same_file_gives_the_same_drawing() -> None:
    first = layout.drawn(file(LANES))
    layout.drawn.cache_clear()
    assert layout.drawn(file(LANES)) == first


@pytest.mark.parametrize("slug", catalogue.built_in())
def test_file_that_draws_everything_keeps_its_bytes(slug: str) -> None:
    for _, content in catalogue.read_built_in(slug).diagrams:
        assert layout.drawn(content) is content


@pytest.mark.parametrize("slug", catalogue.built_in())
def test_procedures_are_drawn_whole_when_their_drawing_is_lost(slug: str) -> None:
    for _, content in catalogue.read_built_in(slug).diagrams:
        check(without_drawing(content))


def test_what_is_drawn_stays_where_it_is() -> None:
    drawn = root_of(layout.drawn(file(LANES)))
    for identity in ("b", "late", "t2"):
        shape = next(
            one
            for one in drawn.iter(f"{_BPMNDI}BPMNShape")
            if one.get("bpmnElement") == identity
        )
        parent = shape.getparent()
        if parent is not None:
            parent.remove(shape)
    before = Drawing(drawn).shapes
    content = etree.tostring(drawn)
    check(content)
    after = Drawing(root_of(layout.drawn(content))).shapes
    # A pool or lane may reach out to what is added; nothing changes its place.
    assert all(after[one][:2] == before[one][:2] for one in before)
    for one in ("s", "a", "g", "sub", "e", "s2"):
        assert after[one] == before[one]
    assert {"b", "late", "t2"} <= after.keys()


def test_closed_sub_process_shows_its_content_on_a_sheet_of_its_own() -> None:
    body = """<process id="p"><subProcess id="sub"><task id="t"/></subProcess></process>
    <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">
    <bpmndi:BPMNShape bpmnElement="sub" isExpanded="false">
    <dc:Bounds x="10" y="10" width="100" height="80"/></bpmndi:BPMNShape>
    </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"""
    picture = Drawing(root_of(layout.drawn(file(body))))
    assert picture.shapes["sub"] == Box(10, 10, 100, 80)
    assert [*picture.planes] == ["p", "sub"]
    assert "t" in picture.shapes


def test_several_processes_without_pools_stand_on_one_sheet() -> None:
    body = '<process id="p"><task id="a"/></process><process id="q"><task id="b"/>'
    picture = Drawing(root_of(layout.drawn(file(f"{body}</process>"))))
    assert len(picture.planes) == 1
    assert {"a", "b", "drawing.pool.p", "drawing.pool.q"} <= picture.shapes.keys()


@pytest.mark.parametrize("bounds", ['x="nan"', 'x="inf"', 'x="x"', 'x="1" width="0"'])
def test_shape_without_a_place_is_drawn_anew(bounds: str) -> None:
    body = f"""<process id="p"><task id="t"/></process>
    <bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="p">
    <bpmndi:BPMNShape bpmnElement="t"><dc:Bounds y="1" height="2" {bounds}/>
    </bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"""
    drawn = root_of(layout.drawn(file(body)))
    assert len(list(drawn.iter(f"{_BPMNDI}BPMNShape"))) == 1
    assert missing(drawn) == 0


def test_what_is_no_diagram_is_given_back_as_it_came() -> None:
    assert layout.drawn(b"<nothing/>") == b"<nothing/>"


def test_a_thousand_nodes_are_drawn_whole() -> None:
    nodes = "".join(f'<task id="n{n}"/>' for n in range(1000))
    flows = "".join(
        f'<sequenceFlow id="f{n}.{step}" sourceRef="n{n}" targetRef="n{n + step}"/>'
        for n in range(900)
        for step in (1, 7, 93)
    )
    content = file(f'<process id="p">{nodes}{flows}</process>')
    with effort.bounded():
        drawn = layout.drawn(content)
    assert missing(etree.fromstring(drawn)) == 0


@pytest.mark.skipif(not PUBLIC.is_dir(), reason="shared/data is not at hand")
def test_public_files_are_drawn_whole() -> None:
    found = sorted(PUBLIC.glob("dialects/**/*.bpmn")) + sorted(PUBLIC.glob("miwg/*"))
    looked = 0
    for path in found:
        content = path.read_bytes()
        if reader.read("", content, Report()) is None:
            continue
        looked += 1
        check(content)
    assert looked > 100


def test_report_says_that_the_drawing_is_made_and_only_then() -> None:
    body = '<process id="p" isExecutable="true"><task id="t"/></process>'
    bare = file(body)
    found = importer.analyse([("a.bpmn", bare)], importer.Settings()).findings
    notes = [one for one in found if one.code == "drawn-by-itself"]
    assert [one.severity for one in notes] == ["note"]
    assert "được vẽ tự động" in importer.describe(notes[0], "vi")
    drawn = layout.drawn(bare)
    found = importer.analyse([("a.bpmn", drawn)], importer.Settings()).findings
    assert "drawn-by-itself" not in {one.code for one in found}
