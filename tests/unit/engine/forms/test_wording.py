"""When a field is asked, in words that stand beside it."""

import pytest

from engine.forms import wording
from tests.unit.engine.forms import build

FIELDS = [
    build.component("radio", "r"),
    build.component("number", "n"),
    build.component("datetime", "d"),
    build.component("checkbox", "t"),
    build.component("checklist", "l"),
    build.component("number", "m", label="Diện tích"),
]


@pytest.mark.parametrize(
    ("hide", "vietnamese", "english"),
    [
        ('r = "dat"', "“Loại hồ sơ” không phải là “Đất đai”", "is not “Đất đai”"),
        ('r != "dat"', "“Loại hồ sơ” là “Đất đai”", "is “Đất đai”"),
        ('not(r = "dat")', "“Loại hồ sơ” là “Đất đai”", "is “Đất đai”"),
        ('not(r in ["dat", "hotich"])', "là một trong: “Đất đai”, “Hộ tịch”", "one of"),
        ("r = null", "đã điền “Loại hồ sơ”", "is filled in"),
        ("r != null", "để trống “Loại hồ sơ”", "is empty"),
        ("n < 50000", "“Lệ phí” từ “50.000” trở lên", "is at least “50.000”"),
        ("50000 > n", "“Lệ phí” từ “50.000” trở lên", "is at least “50.000”"),
        ("n > m", "“Lệ phí” không quá “Diện tích”", "at most “Diện tích”"),
        ('d >= "2026-10-05"', "“Ngày sinh” nhỏ hơn “05/10/2026”", "less than"),
        ("t", "không đánh dấu “Đã đối chiếu bản gốc”", "is not ticked"),
        ("t = false", "đã đánh dấu “Đã đối chiếu bản gốc”", "is ticked"),
        ('not(list contains(l, "bando"))', "“Giấy tờ” có chọn “Bản đồ”", "includes"),
        ("false", "được yêu cầu", "asked to"),
        ("true", "có yêu cầu riêng", "asked separately"),
        (
            'not(t and (r = "dat" or n = 1))',
            "và (“Loại hồ sơ” là “Đất đai” hoặc “Lệ phí” là “1”)",
            "and (",
        ),
    ],
)
def test_a_condition_is_told_in_words(hide: str, vietnamese: str, english: str) -> None:
    asked = build.component("textfield", conditional={"hide": f"={hide}"})
    form = build.form(*FIELDS, asked)
    field = form.fields[-1]
    assert vietnamese in wording.shown_if(form, field, "vi")
    assert wording.shown_if(form, field, "vi").startswith("Chỉ điền nếu ")
    assert english in wording.shown_if(form, field, "en")


def test_a_field_that_is_always_asked_says_nothing() -> None:
    form = build.form(*FIELDS)
    assert {wording.shown_if(form, field) for field in form.fields} == {""}


def test_the_condition_of_a_group_is_told_at_each_field_in_it() -> None:
    asked = build.component("textfield", conditional={"hide": "=not(t)"})
    hide = {"hide": '=r = "dat"'}
    group = {"type": "group", "id": "G", "conditional": hide, "components": [asked]}
    form = build.form(*FIELDS, group)
    assert wording.shown_if(form, form.fields[-1]) == (
        "Chỉ điền nếu đã đánh dấu “Đã đối chiếu bản gốc” và “Loại hồ sơ” không phải là "
        "“Đất đai”."
    )
