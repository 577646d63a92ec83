"""Documents are set the same on every machine, and data is never markup."""

from datetime import UTC, datetime
from typing import Any

import pytest

from engine.errors import ConfigurationError
from webui.documents import typesetting

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def case(**changes: Any) -> dict[str, Any]:
    return {
        "code": "H01-2026-0001",
        "procedure": {"name": "Cấp bản sao", "code": "1.000001", "version": 1},
        "opened": "20/11/2026 08:30",
        "due": "",
        "closed": "",
        "answer": "conforms",
        "problem": "",
        "picture": "",
        "way": "–",
        "values": True,
        "steps": [],
        **changes,
    }


def step(**changes: Any) -> dict[str, Any]:
    verdict = {"verdict": "FAIL", "reason": "late"}
    return {
        "seq": 1,
        "at": "20/11/2026 08:30",
        "due": "20/11/2026 08:00",
        "late": True,
        "step": "Thẩm tra hồ sơ",
        "what_vi": "Hoàn thành bước",
        "outcome": "Đủ",
        "rules": ["Lệ phí: 2"],
        "who": "Nguyễn Thị Đượm",
        "position": "Chuyên viên",
        "agency": "Sở",
        "answers": [{"label": "Ý kiến", "text": "Đủ", "erased": False, "files": []}],
        "verdicts": {"time": verdict},
        "leaf": "0" * 64,
        **changes,
    }


def pdf(*cases: dict[str, Any], at: datetime = NOON) -> bytes:
    return typesetting.pdf("report", {"cases": list(cases)}, at)


def test_the_same_data_makes_the_same_bytes() -> None:
    made = pdf(case(steps=[step()]))
    assert made.startswith(b"%PDF-")
    assert made == pdf(case(steps=[step()]))
    assert made != pdf(case(steps=[step(seq=2)]))


@pytest.mark.parametrize(
    "text", ["#panic()", '#read("report.typ")', "*_`$@<x>", "= Tiêu đề", "]", "\\", '"']
)
def test_what_people_typed_is_no_markup(text: str) -> None:
    answers = [{"label": text, "text": text, "erased": False}]
    made = pdf(case(code=text, problem=text, steps=[step(answers=answers, who=text)]))
    assert made.startswith(b"%PDF-")


def test_every_shape_of_a_case_is_set() -> None:
    picture = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
    bare = step(
        who="", position="", due="", outcome="", step="", answers=[], verdicts={}
    )
    made = pdf(
        case(steps=[bare], values=False, answer="does not conform"),
        case(picture=picture, due="x", closed="y", answer=""),
        case(answer="conforms with 2 deviations"),
    )
    assert b"/Type/Pages/Count 3" in made


def test_data_that_a_template_cannot_set_is_told() -> None:
    with pytest.raises(ConfigurationError, match="report"):
        pdf({"code": "x"})
