"""A map says what columns and labels mean; what it does not confirm is not used."""

import unicodedata

import pytest

from models_bpmn.histories import cases, delimited, mapping
from models_bpmn.histories.mapping import Map
from models_bpmn.histories.table import HistoryError
from tests import models
from tests.models import build

MODEL = build(
    "start > a > b > c > end",
    models.task("a", name="Tiếp nhận hồ sơ"),
    models.task("b", name="Thẩm định"),
    models.task("c", name="Trả kết quả"),
)
TEXT = """Mã hồ sơ;Bước;Thời gian;Cán bộ
H1;Tiếp nhận hồ sơ;01/02/2026 08:00;An
H1;tham dinh;02/02/2026;Bình
H1;Trả kết quả;30/02/2026;An
;Trả kết quả;03/02/2026;An
H1;;03/02/2026;An
H1;Thẩm định;;An
"""


def test_the_whole_map_is_read() -> None:
    found = mapping.parse(
        """
[columns]
case = "Mã"
due = ["Hạn 1", "Hạn 2"]
[dates]
order = "mdy"
zone = "-03:30"
[[four_eyes]]
pair = ["A", "B"]
[[four_eyes]]
pair = ["A", "C"]
[labels]
A = "a"
B = ["b", "c"]
C = ""
[model]
silent = ["c"]
""".encode()
    )
    assert found.columns == {"case": "Mã"}
    assert found.due == ("Hạn 1", "Hạn 2")
    assert found.four_eyes == (("A", "B"), ("A", "C"))
    assert found.labels == {"A": ("a",), "B": ("b", "c"), "C": ()}
    assert (found.order, found.silent) == ("mdy", ("c",))
    assert found.zone.utcoffset(None).total_seconds() == -3.5 * 3600


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[columns", "TOML"),
        ("[colums]\n", "colums"),
        ("[columns]\ncae = 'x'", "columns.cae"),
        ("[columns]\ncase = 3", "columns.case"),
        ("[dates]\norder = 'ymd'", "order"),
        ("[dates]\nzone = 'Hanoi'", "zone"),
        ("[dates]\nzone = '+99:00'", "zone"),
        ("[[four_eyes]]\npair = ['A']", "two labels"),
        ("four_eyes = 3", "two labels"),
        ("labels = 3", "labels"),
    ],
)
def test_what_no_map_says_is_refused_by_name(text: str, reason: str) -> None:
    with pytest.raises(HistoryError, match=reason):
        mapping.parse(text.encode())


def test_columns_are_guessed_by_their_names() -> None:
    table = delimited.read(TEXT.encode())
    assert mapping.columns(table, Map()) == {
        "case": "Mã hồ sơ",
        "activity": "Bước",
        "time": "Thời gian",
        "resource": "Cán bộ",
    }
    assert "resource" not in mapping.columns(table, Map(columns={"resource": ""}))


@pytest.mark.parametrize(
    ("given", "reason"),
    [(Map(columns={"case": "x"}), "“x”"), (Map(columns={"activity": ""}), "activity")],
)
def test_a_missing_column_is_refused_by_name(given: Map, reason: str) -> None:
    with pytest.raises(HistoryError, match=reason):
        mapping.columns(delimited.read(TEXT.encode()), given)


def test_labels_are_matched_exactly_then_folded_then_only_suggested() -> None:
    labels = [
        unicodedata.normalize("NFD", "Tiếp nhận hồ sơ"),
        "THAM DINH",
        "Trả kết quả cho dân",
        "hoàn toàn khác hẳn",
    ]
    found = mapping.match([mapping.label_of(one) for one in labels], MODEL, Map())
    assert found.elements == {"Tiếp nhận hồ sơ": ("a",), "THAM DINH": ("b",)}
    assert found.unmapped == ("Trả kết quả cho dân", "hoàn toàn khác hẳn")
    assert [(one.label, one.element) for one in found.suggestions] == [
        ("Trả kết quả cho dân", "c")
    ]


def test_what_the_map_says_comes_first() -> None:
    given = Map(labels={"Thẩm định": (), "x": ("c",)})
    found = mapping.match(["Thẩm định", "x", "a"], MODEL, given)
    assert found.elements == {"Thẩm định": (), "x": ("c",), "a": ("a",)}


def test_two_elements_of_one_name_are_both_meant() -> None:
    model = build(
        "start > a > b > end", models.task("a", name="Ký"), models.task("b", name="Ký")
    )
    assert mapping.match(["Ký"], model, Map()).elements == {"Ký": ("a", "b")}
    model = build(
        "start > a > b > end", models.task("a", name="Ký"), models.task("b", name="Kỳ")
    )
    assert mapping.match(["ky"], model, Map()).unmapped == ("ky",)


def test_an_element_that_the_model_does_not_have_is_refused() -> None:
    for given in (Map(labels={"x": ("nothing",)}), Map(silent=("nothing",))):
        with pytest.raises(HistoryError, match="nothing"):
            mapping.match([], MODEL, given)


def test_a_written_map_is_read_as_the_same_map() -> None:
    labels = ["Tiếp nhận hồ sơ", 'nói "xong"\n', "tham dinh hs"]
    given = Map(
        columns={"case": "Mã"}, due=("Hạn",), labels={mapping.label_of(labels[1]): ()}
    )
    found = mapping.match([mapping.label_of(one) for one in labels], MODEL, given)
    text = mapping.written(given, found, {"a": "Tiếp nhận hồ sơ"})
    again = mapping.parse(text.encode())
    assert again.labels == {"Tiếp nhận hồ sơ": ("a",), 'nói "xong"': ()}
    assert (again.columns, again.due) == (given.columns, given.due)
    assert '# "tham dinh hs" = "b"' in text


def test_every_row_that_cannot_be_used_is_told() -> None:
    table = delimited.read(TEXT.encode())
    found = cases.gather(table, Map())
    assert [one.line for one in found.entries] == [2, 3]
    assert [(one.line, one.code) for one in found.problems] == [
        (4, "bad-time"),
        (5, "no-case"),
        (6, "no-activity"),
        (7, "no-time"),
    ]
    for one in found.problems:
        assert not one.used
        assert one.text("vi") != one.text("en")


def test_cases_are_put_in_order_of_time_and_it_is_told() -> None:
    text = (
        "case,activity,time,lifecycle,due,completed\n"
        "1,b,02/02/2026 09:00,complete,01/02/2026,\n"
        "1,a,01/02/2026 09:00,START,,\n"
        "1,a,01/02/2026 10:00,complete,03/02/2026,02/02/2026\n"
        "2,a,,complete,nonsense,\n"
        "2,a,01/02/2026,complete,nonsense,\n"
    )
    table = delimited.read(text.encode())
    given = Map(columns={"completed": "completed"}, due=("due",))
    gathered = cases.gather(table, given)
    matching = mapping.match(gathered.labels, MODEL, given)
    first, second = cases.cases(table, gathered, matching, given)
    assert [one.label for one in first.events] == ["a", "b"]
    assert first.completed is not None
    assert second.completed is None
    due = first.due["due"]
    # The last row in time says when it was due.
    assert due is not None
    assert due.day.day == 1
    assert second.due == {"due": None}
    assert sorted(one.code for one in gathered.problems) == [
        *("bad-date", "differs", "no-time", "unordered")
    ]
    assert gathered.transitions == {"complete": 3, "start": 1}
