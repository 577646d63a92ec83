"""Form fields on pages: what was typed stays, groups and rows stay together."""

from typing import Any, Final

from werkzeug.datastructures import MultiDict

from engine.forms import answers, document
from engine.forms.form import Form
from webui import fields


def form(*components: dict[str, Any]) -> Form:
    return document.compile({"type": "default", "components": list(components)})


def field(kind: str, key: str, **more: Any) -> dict[str, Any]:
    label = "dateLabel" if kind == "datetime" else "label"
    return {"type": kind, "id": key, "key": key, label: key.title(), **more}


CHOICES: Final = [{"label": "Có", "value": "co"}, {"label": "Không", "value": "khong"}]


def test_only_names_with_the_prefix_are_answers() -> None:
    values = MultiDict([("f.ten", "A"), ("f.chon", "x"), ("f.chon", "y"), ("key", "k")])
    assert fields.sent(values) == {"ten": ["A"], "chon": ["x", "y"]}


def test_a_fresh_field_shows_what_the_case_holds() -> None:
    made = form(field("textfield", "ten"), field("datetime", "ngay"))
    rows = fields.widgets(made, known={"ten": "Lan", "ngay": "2026-11-20"})
    assert [row[0].value for row in rows] == ["Lan", "20/11/2026"]


def test_what_was_typed_wins_over_what_the_case_holds() -> None:
    made = form(field("textfield", "ten"), field("number", "so"))
    rows = fields.widgets(made, known={"ten": "Lan"}, typed={"so": ["mười"]})
    assert [row[0].value for row in rows] == ["", "mười"]


def test_fields_that_the_designer_put_in_one_row_stay_in_one_row() -> None:
    made = form(
        field("textfield", "quyen", layout={"row": "r1"}),
        field("textfield", "so", layout={"row": "r1"}),
        field("textfield", "ten"),
        field("textfield", "ho"),
    )
    rows = fields.widgets(made, known={})
    assert [[one.field.key for one in row] for row in rows] == [
        ["quyen", "so"],
        ["ten"],
        ["ho"],
    ]


def test_an_error_stands_at_its_field_and_in_the_summary() -> None:
    made = form(field("textfield", "ten", validate={"required": True}))
    checked = answers.validate(made, {"ten": "", "la": "x"})
    rows = fields.widgets(made, known={}, typed={}, errors=checked.errors)
    assert rows[0][0].error == "Nhập ten."
    # What belongs to no field is linked to the first one.
    assert [place for place, _ in fields.summary(made, checked.errors)] == [
        "f-ten",
        "f-ten",
    ]


def test_what_was_typed_is_kept_with_labels_and_option_names() -> None:
    made = form(
        field("textfield", "ten"),
        field("radio", "co", values=CHOICES),
        field("textarea", "y"),
    )
    kept = fields.kept(made, {"ten": ["Lan"], "co": ["khong"], "y": [""]}, "vi")
    assert kept == [("Ten", "Lan"), ("Co", "Không")]


def test_a_box_that_was_ticked_says_yes_and_not_what_the_browser_sends() -> None:
    made = form(field("checkbox", "dau"), field("textfield", "ten"))
    kept = fields.kept(made, {"dau": ["true"], "ten": ["true"]}, "vi")
    assert kept == [("Dau", "Có"), ("Ten", "true")]


def test_a_field_hidden_by_the_case_is_left_out_and_one_hidden_here_explained() -> None:
    made = form(
        field("radio", "co", values=CHOICES),
        field("textfield", "ly_do", conditional={"hide": '=co = "co"'}),
    )
    rows = fields.widgets(made, known={"co": "co"})
    assert rows[1][0].hint.startswith("Chỉ điền nếu")
    fixed = form(
        field("radio", "co", values=CHOICES, readonly=True),
        field("textfield", "ly_do", conditional={"hide": '=co = "co"'}),
    )
    shown = fields.widgets(fixed, known={"co": "co"})
    assert [row[0].field.key for row in shown] == ["co"]
    assert (shown[0][0].template, shown[0][0].text) == ("fields/readonly.html", "Có")


def test_inputs_have_the_size_and_keyboard_of_their_answers() -> None:
    made = form(
        field("number", "a", decimalDigits=0),
        field("number", "b"),
        field("datetime", "c"),
        field("textfield", "d", validate={"maxLength": 8}),
        field("textfield", "e", validate={"maxLength": 40}),
        field("textfield", "g", properties={"qt:check": "phone"}),
        field("textfield", "h"),
    )
    widgets = [row[0] for row in fields.widgets(made, known={})]
    assert [(one.size, one.inputmode) for one in widgets] == [
        ("short", "numeric"),
        ("short", "decimal"),
        ("date", ""),
        ("short", ""),
        ("medium", ""),
        ("medium", "tel"),
        ("", ""),
    ]
