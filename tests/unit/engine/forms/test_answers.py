"""Answers as a whole: what may be sent, what is kept, what is never taken."""

import pytest

from engine import limits
from engine.forms import answers, messages
from tests.unit.engine.forms import build


def test_unknown_names_are_refused_and_allowed_ones_are_not() -> None:
    form = build.form(build.component("textfield"))
    outcome = answers.validate(
        form, {"x": "a", "status": "closed", "token": "t"}, allow=frozenset({"token"})
    )
    assert [(error.key, error.code) for error in outcome.errors] == [
        ("status", "unknown-field")
    ]
    assert outcome.values == {"x": "a"}
    assert "status" not in outcome.typed


@pytest.mark.parametrize("property_", ["readonly", "disabled"])
def test_a_read_only_field_is_never_taken_from_the_request(property_: str) -> None:
    form = build.form(build.component("textfield", **{property_: True}))
    assert form.fields[0].readonly
    for known in ({"x": "thật"}, {}):
        outcome = answers.validate(form, {"x": "giả"}, known=known)
        assert outcome.ok
        assert outcome.values == {}
        assert outcome.typed == {}


def test_a_read_only_default_is_stored_once() -> None:
    form = build.form(build.component("radio", readonly=True, defaultValue="dat"))
    assert answers.validate(form, {"x": "hotich"}).values == {"x": "dat"}
    known = answers.validate(form, {"x": "hotich"}, known={"x": "hotich"})
    assert known.values == {}


def test_what_the_case_holds_never_fills_an_open_field() -> None:
    form = build.form(build.component("textfield", validate={"required": True}))
    outcome = answers.validate(form, {}, known={"x": "cũ"})
    assert [error.code for error in outcome.errors] == ["required"]


def test_a_default_stands_in_the_input_but_not_for_an_answer() -> None:
    form = build.form(build.component("number", defaultValue=50000))
    assert form.fields[0].default == 50000
    assert form.typed({}) == {"x": ("50.000",)}
    assert form.typed({"x": 7}) == {"x": ("7",)}
    assert answers.validate(form, {"x": ""}).values == {"x": None}


def test_everything_typed_is_kept_when_one_answer_is_wrong() -> None:
    form = build.form(
        build.component("textfield", "a"),
        build.component("number", "b"),
        build.component("checklist", "c"),
        build.component("checkbox", "d"),
    )
    sent = {"a": [" Nguyễn "], "b": ["1234.5"], "c": ["don", "bando"], "d": ["on"]}
    outcome = answers.validate(form, sent)
    assert outcome.typed == {key: tuple(items) for key, items in sent.items()}
    error = outcome.error("b")
    assert error is not None
    assert error.code == "number"
    assert outcome.error("a") is None


def test_plain_json_is_kept_as_it_would_be_typed() -> None:
    form = build.form(build.component("number"), build.component("checkbox", "y"))
    outcome = answers.validate(form, {"x": 1234.5, "y": True})
    assert outcome.typed == {"x": ("1.234,5",), "y": ("true",)}


def test_errors_come_in_form_order() -> None:
    required = {"required": True}
    form = build.form(
        build.component("textfield", "b", validate=required),
        build.component("textfield", "a", validate=required),
    )
    outcome = answers.validate(form, {})
    assert [error.key for error in outcome.errors] == ["b", "a"]
    assert outcome.errors[0].message == "Nhập họ và tên người nộp."


def test_a_hidden_field_is_neither_checked_nor_stored() -> None:
    form = build.form(
        build.component("radio"),
        build.component(
            "textfield",
            "y",
            validate={"required": True},
            conditional={"hide": '=x = "dat"'},
        ),
    )
    outcome = answers.validate(form, {"x": "dat", "y": "lén"})
    assert outcome.ok
    assert outcome.values == {"x": "dat"}
    shown = answers.validate(form, {"x": "hotich"})
    assert [error.key for error in shown.errors] == ["y"]


def test_a_field_that_hangs_on_a_wrong_answer_is_not_complained_about() -> None:
    form = build.form(
        build.component("number"),
        build.component(
            "textfield",
            "y",
            validate={"required": True},
            conditional={"hide": "=x > 5"},
        ),
    )
    outcome = answers.validate(form, {"x": "nhiều"})
    assert [error.key for error in outcome.errors] == ["x"]


def test_hiding_passes_on_through_a_chain_in_any_order() -> None:
    form = build.form(
        build.component("checkbox", "c", conditional={"hide": "=b = null"}),
        build.component("textfield", "b", conditional={"hide": "=a"}),
        build.component("checkbox", "a"),
    )
    assert form.order == ("a", "b", "c")
    outcome = answers.validate(form, {"a": "on", "b": "x", "c": "on"})
    assert outcome.values == {"a": True}
    assert form.hidden({"a": True, "b": "x"}) == {"Field_b", "Field_c"}
    assert form.hidden({"a": False, "b": "x"}) == frozenset()


def test_a_group_hides_what_is_in_it() -> None:
    inner = build.component("textfield", "y", validate={"required": True})
    group = {
        "type": "group",
        "id": "Group_1",
        "label": "Người được ủy quyền",
        "components": [inner],
        "conditional": {"hide": "=not(x)"},
    }
    form = build.form(build.component("checkbox"), group)
    assert [part.id for part in form.parts] == ["Field_x", "Group_1", "Field_y"]
    assert form.parts[2].group == "Group_1"
    assert answers.validate(form, {}).values == {"x": False}
    assert form.hidden({"x": False}) == {"Group_1", "Field_y"}
    assert not answers.validate(form, {"x": "on"}).ok


def test_too_much_is_refused_as_a_whole() -> None:
    form = build.form(build.component("textarea"))
    fits = answers.validate(form, {"x": "a" * (limits.ANSWERS_BYTES - 1)})
    assert fits.ok
    for sent in ({"x": "a" * limits.ANSWERS_BYTES}, {"y" * limits.ANSWERS_BYTES: "a"}):
        outcome = answers.validate(form, sent)
        assert [error.code for error in outcome.errors] == ["answers-too-large"]
        assert outcome.values == {}


def test_a_thousand_wrong_items_are_refused_by_size_and_not_by_patience() -> None:
    form = build.form(build.component("checklist"))
    outcome = answers.validate(form, {"x": [None] * 100_000})
    assert [error.code for error in outcome.errors] == ["answers-too-large"]


def test_messages_come_in_the_language_asked_for() -> None:
    form = build.form(
        build.component(
            "textfield",
            validate={"required": True},
            properties={"qt:label-en": "Full name"},
        )
    )
    outcome = answers.validate(form, {}, language="en")
    # The label in a message is that of the language; without one, the Vietnamese one.
    assert outcome.errors[0].message == "Enter “Full name”."


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Họ và tên", "Nhập họ và tên."),
        ("Họ và tên: *", "Nhập họ và tên."),
        ("CCCD của người nộp", "Nhập CCCD của người nộp."),
        ("GCN quyền sử dụng đất", "Nhập GCN quyền sử dụng đất."),
        ("Ý kiến", "Nhập ý kiến."),
        ("{limit}", "Nhập {limit}."),
    ],
)
def test_a_label_is_written_as_it_stands_inside_a_sentence(
    label: str, expected: str
) -> None:
    assert messages.message("required", {"label": label}, "vi") == expected


def test_every_message_stands_in_both_languages_and_names_the_field() -> None:
    params = {"label": "Số tiền", "limit": 5, "length": 9}
    for code in messages.codes():
        texts = [messages.message(code, params, each) for each in ("vi", "en")]
        assert texts[0] != texts[1]
        if code != "answers-too-large":
            assert all("ố tiền" in text for text in texts)
