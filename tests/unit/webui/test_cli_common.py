"""What commands print: local times that say so, values that other programs read."""

from datetime import UTC, datetime

import pytest

from webui.cli import common


def test_a_time_is_printed_by_the_clock_of_vietnam_with_its_offset() -> None:
    at = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    assert common.local(at) == "2026-11-21 01:30+07:00"


def test_a_result_is_printed_line_by_line_and_never_as_python(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tasks = [{"step": "Ký", "due_at": None}, {"step": "Đóng dấu", "due_at": None}]
    common.show({"code": "H1", "closed_at": None, "tasks": tasks}, json_=False)
    assert capsys.readouterr().out.splitlines() == [
        "code: H1",
        "closed_at: -",
        'tasks: {"step": "Ký", "due_at": null}',
        'tasks: {"step": "Đóng dấu", "due_at": null}',
    ]


def test_an_empty_list_is_printed_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    common.show({"differences": []}, json_=False)
    assert capsys.readouterr().out == "differences: []\n"
