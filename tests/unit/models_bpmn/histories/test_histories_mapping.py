"""A map says what columns and labels mean; what it does not confirm is not used."""

import unicodedata

import pytest

from models_bpmn.histories import cases, delimited, mapping, reading
from models_bpmn.histories.cases import Gathered
from models_bpmn.histories.mapping import Map, label_of
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


def told(*lines: str) -> Gathered:
    """What is gathered of a table of cases, steps and times."""
    content = "\n".join(("case,step,time", *lines)).encode()
    return cases.gather(reading.read(content), Map())


def test_a_label_of_ten_megabytes_is_told_cut_and_not_searched_for() -> None:
    long = "Tiếp nhận " * 1_000_000
    found = told(f"1,{long},2026-11-20 08:00", f"1,{long}x,2026-11-20 09:00")
    assert [(one.line, one.code, one.used) for one in found.problems] == [
        (2, "too-long", True),
        (3, "too-long", True),
    ]
    first, second = found.labels
    # What was cut off still tells them apart, and both are short enough to show.
    assert first != second
    assert max(len(first), len(second)) < 130
    assert first.startswith("Tiếp nhận Tiếp nhận")
    assert first in found.problems[0].text("vi")
    assert "ô quá dài" in found.problems[0].text("vi")
    matching = mapping.match(found.labels, MODEL, Map())
    assert matching.unmapped == (first, second)
    # What is shown is what the map names.
    given = mapping.parse(f'[labels]\n"{first}" = ""\n'.encode())
    assert mapping.match(found.labels, MODEL, given).unmapped == (second,)


def test_no_alike_names_are_searched_above_200_characters() -> None:
    name = "Kiểm tra " * 22
    model = models.build("start > a > end", models.task("a", name=name))
    nearly = label_of(name)[:-1]
    assert mapping.match([nearly], model, Map()).suggestions[0].element == "a"
    assert mapping.match([nearly + "x" * 20], model, Map()).suggestions == ()


def test_a_long_name_of_the_model_is_matched_all_the_same() -> None:
    name = "Kiểm tra " * 60
    model = models.build("start > a > end", models.task("a", name=name))
    found = told(f"1,{name},2026-11-20 08:00")
    assert mapping.match(found.labels, model, Map()).unmapped == ()


@pytest.mark.parametrize(
    ("stamps", "zones", "said"),
    [
        (("T08:00+07:00", "T09:00+0700", "T10:00+07"), {"+07:00": 3}, ""),
        (("T08:00", " 09:00", ""), {"": 2}, ""),
        (
            ("T08:00+07:00", "T02:00Z", "T03:00-05:00"),
            {"+07:00": 1, "Z": 1, "-05:00": 1},
            "nhiều múi giờ (+07:00: 1, -05:00: 1, Z: 1), lẫn trong 1 hồ sơ",
        ),
        (
            ("T08:00+07:00", "T09:00Z", "T10:00"),
            {"+07:00": 1, "Z": 1, "": 1},
            "không ghi thì hiểu là +07:00",
        ),
    ],
)
def test_mixed_zones_are_told_with_their_counts_and_what_is_assumed(
    stamps: tuple[str, ...], zones: dict[str, int], said: str
) -> None:
    found = told(*(f"1,a,2026-11-20{one}" for one in stamps))
    assert dict(found.zones) == zones
    texts = [one.text("vi") for one in found.problems if one.code != "unordered"]
    assert len(texts) == bool(said)
    assert said in "".join(texts)
    assert len(found.entries) == 3


def test_a_number_that_counts_as_a_day_of_excel_is_told_once() -> None:
    found = told("1,a,2026-11-20 08:00", "1,b,45999.5", "2,a,46000.25")
    (problem,) = [one for one in found.problems if one.code == "serial"]
    assert (problem.line, problem.used) == (3, True)
    text = problem.text("vi")
    assert "“45999.5”" in text
    assert "08/12/2025 12:00" in text
    assert "2 ô" in text
