"""The built scripts and styles in a real browser, under the product's policy."""

import functools
import http.server
import json
import threading
from collections.abc import Iterator
from typing import Final

import pytest
from playwright import sync_api

from tests.web import looks
from webui import frontend_build

pytestmark = pytest.mark.browser

#: No inline script or style, nothing from elsewhere, no code made of text.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'self'"
)

PROCESS: Final = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
  xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
  xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"
  xmlns:di="http://www.omg.org/spec/DD/20100524/DI" targetNamespace="urn:test">
 <process id="p" isExecutable="true">
  <startEvent id="start"/>
  <userTask id="receive" name="Tiếp nhận hồ sơ"/>
  <userTask id="examine" name="Thẩm tra, dự thảo kết quả"/>
  <userTask id="sign" name="Lãnh đạo ký"/>
  <sequenceFlow id="f1" sourceRef="start" targetRef="receive"/>
  <sequenceFlow id="f2" sourceRef="receive" targetRef="examine"/>
  <sequenceFlow id="f3" sourceRef="examine" targetRef="sign"/>
 </process>
 <bpmndi:BPMNDiagram id="d"><bpmndi:BPMNPlane id="plane" bpmnElement="p">
  <bpmndi:BPMNShape id="s0" bpmnElement="start">
   <dc:Bounds x="100" y="102" width="36" height="36"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s1" bpmnElement="receive">
   <dc:Bounds x="200" y="80" width="120" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s2" bpmnElement="examine">
   <dc:Bounds x="1400" y="80" width="120" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNShape id="s3" bpmnElement="sign">
   <dc:Bounds x="2600" y="80" width="120" height="80"/></bpmndi:BPMNShape>
  <bpmndi:BPMNEdge id="e1" bpmnElement="f1">
   <di:waypoint x="136" y="120"/><di:waypoint x="200" y="120"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge id="e2" bpmnElement="f2">
   <di:waypoint x="320" y="120"/><di:waypoint x="1400" y="120"/></bpmndi:BPMNEdge>
  <bpmndi:BPMNEdge id="e3" bpmnElement="f3">
   <di:waypoint x="1520" y="120"/><di:waypoint x="2600" y="120"/></bpmndi:BPMNEdge>
 </bpmndi:BPMNPlane></bpmndi:BPMNDiagram>
</definitions>
"""

MARKS: Final = {
    "done": ["start", "receive", "in_a_called_process"],
    "current": ["examine"],
    "taken": ["f1", "f2"],
}

PAGE: Final = """<!doctype html><html lang="vi"><head><meta charset="utf-8">
<title>Hồ sơ</title><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,">
<link rel="stylesheet" href="dist/{app_css}">
<link rel="stylesheet" href="dist/{diagram_css}">
<script type="module" src="dist/{app_js}"></script>
<script type="module" src="dist/{diagram_js}"></script></head><body><main>
<h1>Hồ sơ H99.12-261119-0040</h1>
<div class="page-header__search"><input type="search" aria-label="Tìm"></div>
<div class="diagram-frame"><div class="diagram-frame__canvas"
  data-diagram-url="{diagram}" data-marks='{marks}'
  data-flags='{{"current": "Đang ở đây"}}'
  data-failure="Không tải được sơ đồ. Danh sách bước bên dưới có đủ nội dung."
  aria-label="Sơ đồ quy trình"></div></div>
<div class="list-bar"><strong data-chosen-count="Đã chọn %d việc"></strong>
  <button type="button" data-clear>Bỏ chọn</button></div>
<table class="worklist"><tbody><tr><td><input type="checkbox" aria-label="Chọn"></td>
  </tr></tbody></table>
<p><button type="button" hx-get="answer.html" hx-target="#answer">Nhận việc</button></p>
<p id="answer">Chưa nhận</p></main></body></html>
"""


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves files as the product does: with its content policy."""

    extensions_map = {  # noqa: RUF012 - the name the base class looks for
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".bpmn": "application/xml",
        ".woff2": "font/woff2",
    }

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
        """Keep quiet."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    (folder / "dist").symlink_to(frontend_build.TARGET)
    (folder / "process.bpmn").write_text(PROCESS, encoding="utf-8")
    (folder / "answer.html").write_text("Đã nhận", encoding="utf-8")
    for name, diagram in {"case": "process.bpmn", "lost": "gone.bpmn"}.items():
        (folder / f"{name}.html").write_text(_page(diagram), encoding="utf-8")
    handler = functools.partial(Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def _page(diagram: str) -> str:
    built = json.loads(frontend_build.MANIFEST.read_text())
    names = {name.replace(".", "_"): file for name, file in built.items()}
    return PAGE.format(diagram=diagram, marks=json.dumps(MARKS), **names)


@pytest.fixture
def complaints(page: sync_api.Page) -> list[str]:
    """Collect what the browser complains about: errors and refused content."""
    heard: list[str] = []
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on(
        "console",
        lambda said: heard.append(said.text) if said.type == "error" else None,
    )
    return heard


@pytest.fixture
def case_page(
    page: sync_api.Page, site: str, complaints: list[str]
) -> Iterator[sync_api.Page]:
    page.goto(f"{site}/case.html")
    page.wait_for_selector('[data-diagram="shown"]')
    yield page
    assert complaints == []


def test_the_record_is_marked_on_the_diagram(case_page: sync_api.Page) -> None:
    marked = {
        mark: case_page.eval_on_selector_all(
            f".djs-element.is-{mark}", "all => all.map(each => each.dataset.elementId)"
        )
        for mark in ("done", "current", "taken", "deviating")
    }
    assert {mark: sorted(ids) for mark, ids in marked.items()} == {
        "done": ["receive", "start"],
        "current": ["examine"],
        "taken": ["f1", "f2"],
        "deviating": [],
    }
    sync_api.expect(case_page.locator(".diagram-flag")).to_have_text(["Đang ở đây"])


@pytest.mark.parametrize(
    ("shape", "style", "colour"),
    [
        ("[data-element-id=examine] .djs-visual > rect", "fill", "rgb(232, 241, 245)"),
        ("[data-element-id=receive] .djs-visual > rect", "fill", "rgb(230, 243, 234)"),
        ("[data-element-id=sign] .djs-visual > rect", "fill", "rgb(255, 255, 255)"),
        ("[data-element-id=f2] .djs-visual > path", "stroke", "rgb(42, 125, 76)"),
        ("[data-element-id=f3] .djs-visual > path", "stroke", "rgb(34, 36, 42)"),
    ],
)
def test_marks_win_over_the_colours_of_the_viewer(
    case_page: sync_api.Page, shape: str, style: str, colour: str
) -> None:
    read = "(each, style) => getComputedStyle(each)[style]"
    assert case_page.locator(shape).evaluate(read, style) == colour


def test_labels_are_drawn_in_our_font(case_page: sync_api.Page) -> None:
    family = case_page.eval_on_selector(
        "[data-element-id=receive] text", "each => getComputedStyle(each).fontFamily"
    )
    assert family.startswith('"Be Vietnam Pro"')
    check = "document.fonts.check('400 12px \"Be Vietnam Pro\"', 'Hồ sơ')"
    assert case_page.evaluate(check) is True


def test_a_wide_diagram_scrolls_in_its_frame_to_the_current_step(
    case_page: sync_api.Page,
) -> None:
    step = case_page.locator("[data-element-id=examine] .djs-visual").bounding_box()
    frame = case_page.locator(".diagram-scroll").bounding_box()
    assert step is not None
    assert frame is not None
    middle = step["x"] + step["width"] / 2
    assert middle == pytest.approx(frame["x"] + frame["width"] / 2, abs=5)
    overflow = "document.documentElement.scrollWidth - innerWidth"
    assert case_page.evaluate(overflow) <= 0


def test_the_diagram_follows_the_width_of_a_phone(case_page: sync_api.Page) -> None:
    case_page.set_viewport_size({"width": 390, "height": 800})
    step = case_page.locator("[data-element-id=examine]")
    sync_api.expect(step).to_be_in_viewport(ratio=0.9)
    assert case_page.evaluate("document.documentElement.scrollWidth") <= 390


#: A row as tables of the product have it: a number first.
ROW: Final = (
    '<table class="data-table data-table--cards" id="hang"><tbody><tr>'
    '<td class="number" data-label="STT">1</td><td data-label="Lúc">08:00</td>'
    '<td data-label="Việc">Tiếp nhận</td></tr></tbody></table>'
)


def test_labels_of_a_card_begin_on_one_line(case_page: sync_api.Page) -> None:
    case_page.set_viewport_size({"width": 390, "height": 800})
    case_page.evaluate("row => document.body.insertAdjacentHTML('beforeend', row)", ROW)
    begins = """cells => cells.map(cell => {
        const style = getComputedStyle(cell);
        return [style.display, style.paddingLeft];
    })"""
    found = case_page.locator("#hang td").evaluate_all(begins)
    assert found == [["grid", "0px"]] * 3


def test_the_logo_of_the_viewer_stays_in_view(case_page: sync_api.Page) -> None:
    on_top = """each => {
        const box = each.getBoundingClientRect();
        const x = box.left + box.width / 2, y = box.top + box.height / 2;
        return each.contains(document.elementFromPoint(x, y));
    }"""
    case_page.locator(".diagram-scroll").evaluate("each => { each.scrollLeft = 0 }")
    logo = case_page.locator(".bjs-powered-by svg").bounding_box()
    assert logo is not None
    assert (logo["width"], logo["height"]) == (53, 21)  # As its makers drew it.
    assert case_page.eval_on_selector(".bjs-powered-by", on_top) is True


def test_the_page_has_no_accessibility_fault(case_page: sync_api.Page) -> None:
    assert looks.violations(case_page) == []


def test_htmx_swaps_and_the_policy_refuses_nothing(case_page: sync_api.Page) -> None:
    case_page.get_by_role("button", name="Nhận việc").click()
    sync_api.expect(case_page.locator("#answer")).to_have_text("Đã nhận")


def test_choosing_a_row_shows_the_bulk_bar(case_page: sync_api.Page) -> None:
    case_page.locator(".worklist input").check()
    sync_api.expect(case_page.locator(".list-bar.has-chosen strong")).to_have_text(
        "Đã chọn 1 việc"
    )
    case_page.get_by_role("button", name="Bỏ chọn").click()
    sync_api.expect(case_page.locator(".list-bar.has-chosen")).to_have_count(0)


def test_slash_goes_to_the_search(case_page: sync_api.Page) -> None:
    case_page.keyboard.press("/")
    sync_api.expect(case_page.locator("input[type=search]")).to_be_focused()


def test_a_lost_diagram_is_said_in_words(page: sync_api.Page, site: str) -> None:
    page.goto(f"{site}/lost.html")
    failure = page.locator('[data-diagram="failed"] [role=status]')
    sync_api.expect(failure).to_contain_text("Không tải được sơ đồ")


def test_the_policy_of_these_tests_refuses_inline_script(
    page: sync_api.Page, site: str
) -> None:
    page.goto(f"{site}/case.html")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'), "
        "{textContent: 'window.ran = true'}))"
    )
    assert page.evaluate("window.ran") is None
