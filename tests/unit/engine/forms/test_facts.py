"""Answers that are facts of the dossier: what is told, and what may be answered."""

from datetime import date
from typing import Any, Final

import pytest

from engine import errors
from engine.forms import answers, facts, messages
from engine.forms import form as forms
from tests.unit.engine.forms import build

TODAY: Final = date(2026, 11, 20)
FILE: Final = "0f" * 32
TYPES: Final = {
    "so": ("textfield", "result.number"),
    "ngay": ("datetime", "result.date"),
    "loai": ("radio", "result.kind"),
    "tep": ("filepicker", "result.file"),
    "dien_tu": ("checkbox", "result.electronic"),
    "ma": ("textfield", "result.code"),
}


def fact(key: str, **changes: Any) -> dict[str, Any]:
    """A field that is a fact."""
    kind, name = TYPES[key]
    return build.component(kind, key, properties={"qt:fact": name}, **changes)


def whole() -> forms.Form:
    """A form that tells everything of a result, and something else."""
    return build.form(*map(fact, TYPES), build.component("textfield", "khac"))


def faults(form: forms.Form, **sent: Any) -> list[tuple[str, str]]:
    """Key and code of what is wrong with answers."""
    found = facts.checked(form, answers.validate(form, sent), TODAY, "vi")
    assert all(one.message for one in found.errors)
    return [(one.key, one.code) for one in found.errors]


def test_a_result_is_told_in_the_shape_of_its_act() -> None:
    sent: dict[str, Any] = {
        "so": "12/GP",
        "ngay": "2026-11-20",
        "loai": "dat",
        "khac": "lời nhắn",
    }
    sent |= {"tep": [FILE], "dien_tu": True, "ma": "K1"}
    form = whole()
    assert facts.told(form, answers.validate(form, sent).values)["result"] == {
        "number": "12/GP",
        "date": "2026-11-20",
        "kind": "Đất đai",
        "file": FILE,
        "electronic": True,
        "code": "K1",
    }


def test_what_was_not_answered_is_not_told() -> None:
    values: dict[str, Any] = {"so": "12/GP", "ngay": "2026-11-20"}
    values |= {"tep": [], "dien_tu": False}
    told = {"number": "12/GP", "date": "2026-11-20"}
    assert facts.told(whole(), values) == {"result": told}


@pytest.mark.parametrize(
    "values", [{}, {"so": "12/GP"}, {"ngay": "2026-11-20"}, {"so": "", "ngay": ""}]
)
def test_half_a_result_is_none(values: dict[str, Any]) -> None:
    assert facts.told(whole(), values) == {}


def test_a_form_without_facts_tells_nothing_and_refuses_nothing() -> None:
    form = build.form(build.component("datetime", "ngay"))
    assert facts.named(form) == ()
    assert facts.told(form, {"ngay": "2026-11-20"}) == {}
    assert facts.told(None, {"so": "1", "ngay": "2026-11-20"}) == {}
    assert faults(form, ngay="2027-01-01") == []


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"so": "1", "ngay": "2026-11-20"}, []),
        ({}, []),
        ({"so": "1"}, [("ngay", "required")]),
        ({"ngay": "2026-11-20"}, [("so", "required")]),
        ({"so": "1", "ngay": "2026-11-21"}, [("ngay", "future-day")]),
        ({"so": "1" * 201, "ngay": "2026-11-20"}, [("so", "too-long")]),
        ({"so": "1", "ngay": "2026-11-20", "tep": ["x"]}, [("tep", "malformed")]),
    ],
)
def test_a_result_is_answered_whole_and_of_today_at_the_latest(
    sent: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert faults(whole(), **sent) == expected


@pytest.mark.parametrize(
    ("answer", "told"),
    [("post", {"returned": {"how": "post"}}), ("dat", {}), ("", {}), (None, {})],
)
def test_a_result_is_handed_over_in_a_way_that_is_known(
    answer: str | None, told: dict[str, Any]
) -> None:
    form = build.form(
        build.component("radio", "cach", properties={"qt:fact": "returned.how"})
    )
    assert facts.told(form, {"cach": answer}) == told


def test_a_hidden_number_is_not_asked_for() -> None:
    hidden = fact("so", conditional={"hide": "=khac = null"})
    form = build.form(build.component("textfield", "khac"), hidden, fact("ngay"))
    assert faults(form, ngay="2026-11-20") == []
    assert facts.told(form, {"ngay": "2026-11-20", "khac": None}) == {}


def test_wrong_answers_are_told_before_facts() -> None:
    form = build.form(fact("so", validate={"required": True}), fact("ngay"))
    assert faults(form, ngay="2027-01-01") == [("so", "required")]


def test_every_code_of_facts_has_its_words() -> None:
    for code in ("future-day", "required", "too-long", "malformed"):
        assert code in messages.codes()


def test_a_fact_is_never_personal() -> None:
    (field,) = build.form(fact("so")).fields
    assert not field.personal
    assert field.fact == "result.number"
    wrong = build.component(
        "textfield", "so", properties={"qt:fact": facts.NUMBER, "qt:personal": "yes"}
    )
    with pytest.raises(errors.FormInvalidError) as refusal:
        build.form(wrong)
    assert [one.code for one in refusal.value.findings] == ["property-invalid"]
