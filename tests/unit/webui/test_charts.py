"""Charts: well-formed, told in words, and at the right height."""

from collections.abc import Iterator

import flask
import pytest
from lxml import etree

from webui import charts
from webui.charts import Point

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(autouse=True)
def vietnamese(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Translate nothing: the ids of messages are the texts."""
    monkeypatch.setattr(
        charts, "translate", lambda text, **values: text % values if values else text
    )
    monkeypatch.setattr("webui.i18n.language", lambda: "vi")
    with flask.Flask("test").test_request_context():
        yield


def drawn(*points: Point) -> etree._Element:
    text = charts.percentages("k", "Đúng <hạn>", points)
    return etree.fromstring(str(text).replace("<svg ", f'<svg xmlns="{SVG[1:-1]}" ', 1))


def texts(root: etree._Element, css: str = "") -> list[str]:
    found = root.iter(f"{SVG}text")
    return [one.text or "" for one in found if not css or one.get("class") == css]


def test_title_and_description_say_what_is_shown() -> None:
    root = drawn(
        Point(name="10/26", value=96.5, target=95.0),
        Point(name="11/26", value=92.0, target=95.0),
    )
    ids = str(root.attrib["aria-labelledby"]).split()
    said = {one.get("id"): one.text or "" for one in root if one.get("id")}
    assert said[ids[0]] == "Đúng <hạn>"
    assert "From 96,5 % (10/26) to 92 % (11/26), the least 92 % (11/26)" in said[ids[1]]
    assert "Under the target: 11/26." in said[ids[1]]


def test_a_point_under_its_target_is_filled_and_has_its_number_beside_it() -> None:
    root = drawn(Point(name="a", value=90.0, target=95.0), Point(name="b", value=99.0))
    [under, good] = root.iter(f"{SVG}circle")
    assert str(under.attrib["class"]).endswith("--under")
    assert not str(good.attrib["class"]).endswith("--under")
    assert float(under.attrib["cy"]) > float(good.attrib["cy"])
    assert texts(root, "chart__value") == ["90 %", "99 %"]


def test_a_month_without_anything_leaves_a_gap() -> None:
    values = (95.0, 96.0, None, 97.0, 98.0)
    root = drawn(*(Point(name=str(n), value=one) for n, one in enumerate(values)))
    lines = [one.attrib["points"].split() for one in root.iter(f"{SVG}polyline")]
    assert [len(one) for one in lines] == [2, 2]
    assert len(list(root.iter(f"{SVG}circle"))) == 4


def test_every_value_lies_inside_of_the_frame() -> None:
    for least in (0.0, 12.5, 88.0, 99.9, 100.0):
        root = drawn(Point(name="a", value=least), Point(name="b", value=100.0))
        heights = [float(one.attrib["cy"]) for one in root.iter(f"{SVG}circle")]
        assert all(22 <= one <= 212 for one in heights), least


def test_a_single_value_stands_on_a_scale_from_nothing_to_all() -> None:
    root = drawn(Point(name="a", value=None), Point(name="b", value=100.0))
    assert texts(root)[:6] == ["0", "20", "40", "60", "80", "100"]
    assert not texts(root, "chart__cut")


def test_a_scale_that_does_not_begin_at_nothing_says_so() -> None:
    root = drawn(Point(name="a", value=96.0), Point(name="b", value=98.0))
    assert texts(root)[0] == "80"
    assert texts(root, "chart__cut") == ["The scale begins at 80 %, not at 0."]
    broad = drawn(Point(name="a", value=12.0), Point(name="b", value=98.0))
    assert texts(broad)[0] == "0"
    assert not texts(broad, "chart__cut")


def test_nothing_to_count_is_said_and_draws_no_line() -> None:
    root = drawn(*(Point(name=str(n), value=None) for n in range(12)))
    assert "There is nothing to count yet." in [one.text for one in root]
    assert not list(root.iter(f"{SVG}circle"))
