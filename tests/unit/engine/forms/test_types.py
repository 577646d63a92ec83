"""What every component type owes: what it can return it can write, and read again."""

from typing import Any

import pytest

from engine.forms import answers, messages, registry
from engine.forms import form as forms
from engine.forms.types import filepicker
from tests.unit.engine.forms import build

NBSP = "\u00a0"

#: type, settings, what is typed, what is stored, what is shown.
ACCEPTED: list[tuple[str, dict[str, Any], Any, Any, str]] = [
    ("textfield", {}, "  Nguyễn Văn A ", "Nguyễn Văn A", "Nguyễn Văn A"),
    ("textfield", {}, "<b>A</b>", "<b>A</b>", "<b>A</b>"),
    ("textfield", {}, "Nguye\u0302\u0303n", "Nguyễn", "Nguyễn"),
    ("textfield", {"validate": {"maxLength": 1}}, "Đ", "Đ", "Đ"),
    ("textfield", {"validate": {"minLength": 2}}, "", None, ""),
    ("textfield", {"validate": {"pattern": "^[0-9]{2}$"}}, "12", "12", "12"),
    ("textfield", {"validate": {"pattern": "b"}}, "abc", "abc", "abc"),
    (
        "textfield",
        {"validate": {"validationType": "email"}},
        "a@b.vn",
        "a@b.vn",
        "a@b.vn",
    ),
    (
        "textfield",
        {"validate": {"validationType": "phone"}},
        "0912 345.678",
        "0912345678",
        "0912345678",
    ),
    (
        "textfield",
        {"properties": {"qt:check": "cccd"}},
        "001 200 012345",
        "001200012345",
        "001200012345",
    ),
    ("textarea", {}, "một\r\nhai\n", "một\nhai", "một\nhai"),
    ("number", {}, "1.234,5", 1234.5, "1.234,5"),
    ("number", {}, "1234,5", 1234.5, "1.234,5"),
    ("number", {}, "1.234", 1234, "1.234"),
    ("number", {}, "1.234,50", 1234.5, "1.234,5"),
    ("number", {}, "-0", 0, "0"),
    ("number", {"validate": {"required": True}}, "0", 0, "0"),
    ("number", {}, "−12", -12, "-12"),
    ("number", {}, "0,07", 0.07, "0,07"),
    ("number", {}, "100", 100, "100"),
    ("number", {}, 50000, 50000, "50.000"),
    ("number", {}, 5.0, 5, "5"),
    ("number", {"decimalDigits": 3}, "1,234", 1.234, "1,234"),
    ("number", {}, "999.999.999.999.999", 999999999999999, "999.999.999.999.999"),
    ("number", {"validate": {"min": 1, "max": 3}}, "3", 3, "3"),
    (
        "number",
        {"appearance": {"suffixAdorner": "đồng"}},
        "50.000",
        50000,
        "50.000 đồng",
    ),
    ("number", {}, " ", None, ""),
    ("datetime", {}, "5/10/2026", "2026-10-05", "05/10/2026"),
    ("datetime", {}, "05/1/2026", "2026-01-05", "05/01/2026"),
    ("datetime", {}, "2024-02-29", "2024-02-29", "29/02/2024"),
    ("datetime", {}, "", None, ""),
    ("checkbox", {}, "on", True, "Có"),
    ("checkbox", {}, True, True, "Có"),
    ("checkbox", {}, "false", False, "Không"),
    ("checkbox", {}, None, False, "Không"),
    (
        "checklist",
        {},
        ["uyquyen", "don"],
        ["don", "uyquyen"],
        "Đơn đề nghị\nGiấy ủy quyền",
    ),
    ("checklist", {}, ["don", "don"], ["don"], "Đơn đề nghị"),
    ("checklist", {}, [""], [], ""),
    ("radio", {}, "dat", "dat", "Đất đai"),
    ("radio", {}, "", None, ""),
    ("select", {}, "pk", "pk", "Pleiku"),
    ("filepicker", {}, "0198-a", ["0198-a"], "1 tệp đính kèm"),
    (
        "filepicker",
        {"multiple": True},
        ["b", "", "a", "b"],
        ["b", "a"],
        "2 tệp đính kèm",
    ),
    ("filepicker", {}, None, [], ""),
]

#: type, settings, what is typed, code of the message.
REFUSED: list[tuple[str, dict[str, Any], Any, str]] = [
    ("textfield", {"validate": {"required": True}}, " \t ", "required"),
    ("textfield", {"validate": {"required": True}}, NBSP, "required"),
    ("textfield", {"validate": {"minLength": 3}}, " ab ", "too-short"),
    ("textfield", {"validate": {"maxLength": 3}}, "abcd", "too-long"),
    ("textfield", {"validate": {"pattern": "^[0-9]{2}$"}}, "123", "pattern"),
    ("textfield", {"validate": {"pattern": "^(a+)+$"}}, "a" * 5000 + "b", "pattern"),
    ("textfield", {"validate": {"validationType": "email"}}, "a@b", "email"),
    ("textfield", {"validate": {"validationType": "phone"}}, "12345", "phone"),
    ("textfield", {"properties": {"qt:check": "phone"}}, "0112345678", "phone"),
    ("textfield", {"properties": {"qt:check": "cccd"}}, "00120001234", "cccd-digits"),
    (
        "textfield",
        {"properties": {"qt:check": "cccd"}},
        "003200012345",
        "cccd-province",
    ),
    ("textfield", {"properties": {"qt:check": "cccd"}}, "001900012345", "cccd-century"),
    ("textfield", {}, "a\nb", "characters"),
    ("textfield", {}, "a\x00b", "characters"),
    ("textfield", {}, "a\ud800b", "characters"),
    ("textfield", {}, 5, "malformed"),
    ("textfield", {}, ["a", "b"], "malformed"),
    ("textfield", {}, {"a": 1}, "malformed"),
    ("textarea", {}, "a\x07", "characters"),
    ("textarea", {"validate": {"required": True}}, "\r\n", "required"),
    ("number", {"validate": {"required": True}}, "", "required"),
    ("number", {}, "1234.5", "number"),
    ("number", {}, "1,234.5", "number"),
    ("number", {}, "1.23", "number"),
    ("number", {}, "12.3456", "number"),
    ("number", {}, "1.2345", "number"),
    ("number", {}, "1234.567", "number"),
    ("number", {}, "1.234567", "number"),
    ("number", {}, ".123", "number"),
    ("number", {}, "1,", "number"),
    ("number", {}, "1,234", "too-many-decimals"),
    ("number", {"decimalDigits": 0}, "1,5", "no-decimals"),
    ("number", {}, "một", "number"),
    ("number", {}, "1e5", "number"),
    ("number", {}, "NaN", "number"),
    ("number", {}, "٣", "number"),
    ("number", {}, float("inf"), "number"),
    ("number", {}, True, "malformed"),
    ("number", {}, "1" * 16, "too-many-digits"),
    ("number", {}, 10**5000, "too-many-digits"),
    ("number", {}, -(10**15), "too-many-digits"),
    ("number", {}, "12345678901234,56", "too-many-digits"),
    ("number", {"validate": {"min": 1}}, "0", "too-small"),
    ("number", {"validate": {"max": 1000}}, "1.001", "too-large"),
    ("datetime", {"validate": {"required": True}}, "", "required"),
    ("datetime", {}, "30/2/2026", "date-missing"),
    ("datetime", {}, "29/02/2025", "date-missing"),
    ("datetime", {}, "10/25/2026", "date-missing"),
    ("datetime", {}, "5/10/26", "date-form"),
    ("datetime", {}, "5-10-2026", "date-form"),
    ("datetime", {}, "01/01/0026", "date-form"),
    ("datetime", {}, "2026-1-5", "date-form"),
    ("checkbox", {"validate": {"required": True}}, None, "required-tick"),
    ("checkbox", {"validate": {"required": True}}, "false", "required-tick"),
    ("checkbox", {}, "yes", "malformed"),
    ("checkbox", {}, 1, "malformed"),
    ("checklist", {"validate": {"required": True}}, [], "required-choice"),
    ("checklist", {}, ["don", "la"], "not-an-option"),
    ("checklist", {}, [1], "not-an-option"),
    ("radio", {"validate": {"required": True}}, "", "required-choice"),
    ("radio", {}, "Đất đai", "not-an-option"),
    ("radio", {}, True, "not-an-option"),
    ("select", {}, "hn", "not-an-option"),
    ("select", {}, ["qn", "pk"], "malformed"),
    ("filepicker", {"validate": {"required": True}}, [""], "required-file"),
    ("filepicker", {}, ["a", "b"], "too-many-files"),
    ("filepicker", {"multiple": True}, [f"f{n}" for n in range(51)], "too-many-files"),
    ("filepicker", {}, "../../etc/passwd", "malformed"),
    ("filepicker", {}, 7, "malformed"),
]


@pytest.mark.parametrize(
    ("kind", "settings", "sent", "stored", "shown"),
    ACCEPTED,
    ids=[f"{row[0]}-{row[4]!r}" for row in ACCEPTED],
)
def test_an_answer_is_stored_shown_and_read_again(
    kind: str, settings: dict[str, Any], sent: object, stored: object, shown: str
) -> None:
    form = build.form(build.component(kind, **settings))
    outcome = answers.validate(form, {} if sent is None else {"x": sent})
    assert outcome.errors == ()
    assert outcome.values == {"x": stored}
    assert type(outcome.values["x"]) is type(stored)
    assert [text for _, text in form.show(outcome.values)] == [shown]
    again = answers.validate(form, form.typed(outcome.values))
    assert again.values == outcome.values


@pytest.mark.parametrize(
    ("kind", "settings", "sent", "code"),
    REFUSED,
    ids=[f"{row[0]}-{row[3]}" for row in REFUSED],
)
def test_a_wrong_answer_names_its_field_and_is_not_stored(
    kind: str, settings: dict[str, Any], sent: object, code: str
) -> None:
    form = build.form(
        build.component(kind, **settings), build.component("textarea", "y")
    )
    outcome = answers.validate(form, {"x": sent, "y": "giữ"})
    assert [(error.key, error.code) for error in outcome.errors] == [("x", code)]
    assert "x" not in outcome.values
    assert outcome.typed["y"] == ("giữ",)
    label = form.fields[0].label
    assert label[1:] in outcome.errors[0].message


def test_every_keyed_type_is_in_both_tables() -> None:
    keyed = {name for name, kind in registry.types().items() if kind.keyed}
    assert keyed == {row[0] for row in ACCEPTED} == {row[0] for row in REFUSED}
    assert keyed == set(build.VALID)


def test_every_message_can_be_reached_by_an_answer() -> None:
    other = {"unknown-field", "other-code", "answers-too-large", "future-day"}
    assert {row[3] for row in REFUSED} == messages.codes() - other


def test_dates_and_texts_are_read_as_they_are_shown() -> None:
    for kind, settings, _, stored, shown in ACCEPTED:
        typed = kind in ("textfield", "textarea", "number", "datetime")
        if typed and "appearance" not in settings:
            form = build.form(build.component(kind, **settings))
            assert answers.validate(form, {"x": shown}).values == {"x": stored}


def test_a_stored_value_of_another_kind_is_shown_as_it_is() -> None:
    for kind in build.VALID:
        form = build.form(build.component(kind))
        assert forms.show(form.fields[0], "cũ") in ("cũ", "Không", "1 tệp đính kèm")


@pytest.mark.parametrize(
    ("accept", "name", "media_type", "expected"),
    [
        ("", "a.exe", "", True),
        (".pdf", "Đơn.PDF", "", True),
        (".pdf,.jpg", "a.jpg", "", True),
        (".pdf", "a.pdf.exe", "application/pdf", False),
        ("image/*", "a", "image/png", True),
        ("application/pdf", "a", "application/pdf", True),
        ("image/*", "a.png", "", False),
    ],
)
def test_files_are_accepted_by_ending_or_media_type(
    accept: str, name: str, media_type: str, *, expected: bool
) -> None:
    field = build.form(build.component("filepicker", accept=accept)).fields[0]
    assert filepicker.accepts(field, name=name, media_type=media_type) is expected


def test_a_type_is_registered_once() -> None:
    with pytest.raises(ValueError, match="text is registered twice"):
        registry.component("text")(registry.ComponentType)
    assert registry.types()["text"].keyed is False
