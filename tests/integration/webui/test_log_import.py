"""`quytrinh log import`: a foreign history beside a model, in words and as JSON."""

import hashlib
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine.errors import EngineError
from tests import bpmn
from webui import cli

MODEL = bpmn.diagram(
    "start s; task a 'Tiếp nhận'; and f; task b 'Thẩm định'; task c 'Lấy ý kiến'; "
    "and j; xor x; task d 'Trả kết quả'; end e",
    's > a > f\nf > b > j\nf > c > j\nj > x\nx >ok "Đạt"> d > e\nx >no "Không"> a',
)
LOG = """Mã hồ sơ;Bước;Thời gian;Người xử lý;Hạn;Ngày trả
H1;Tiếp nhận;01/02/2026 08:00;An;10/02/2026;10/02/2026 16:00
H1;Thẩm định;02/02/2026 08:00;Bình;10/02/2026;10/02/2026 16:00
H1;Lấy ý kiến;02/02/2026 09:00;Bình;10/02/2026;10/02/2026 16:00
H1;TRA KET QUA;10/02/2026 16:00;An;10/02/2026;10/02/2026 16:00
H2;Tiếp nhận;30/02/2026;An;;
H2;Tiếp nhận;01/02/2026 08:00;An;02/02/2026;03/02/2026
H2;Thẩm định hồ sơ;02/02/2026 08:00;An;02/02/2026;03/02/2026
H2;In sổ;02/02/2026 09:00;;02/02/2026;03/02/2026
H2;TRA KET QUA;03/02/2026 08:00;An;02/02/2026;03/02/2026
"""
MAP = """[columns]
completed = "Ngày trả"
due = ["Hạn"]
[[four_eyes]]
pair = ["Tiếp nhận", "Thẩm định"]
[[four_eyes]]
pair = ["Tiếp nhận", "TRA KET QUA"]
[labels]
"In sổ" = ""
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with a log, a model and a map."""
    (tmp_path / "model.bpmn").write_bytes(MODEL)
    (tmp_path / "log.csv").write_bytes(LOG.encode("utf-8-sig"))
    (tmp_path / "map.toml").write_text(MAP, "utf-8")
    return tmp_path


def run(files: Path, *more: str) -> Result:
    """Import the log."""
    model = ["--model", str(files / "model.bpmn")]
    arguments = ["log", "import", str(files / "log.csv"), *model, *more]
    return CliRunner().invoke(cli.cli, arguments, catch_exceptions=True)


def test_the_answer_begins_with_the_measures(files: Path) -> None:
    done = run(files, "--map", str(files / "map.toml"), "--json")
    told = json.loads(done.output)
    seconds = told.pop("seconds")
    assert 0 < seconds < 60
    assert list(told.items())[:10] == [
        ("cases", 2),
        ("events", 8),
        ("variants", 2),
        ("fitting", 1),
        # One label without element, and two steps that are not shown.
        ("cost", 3),
        ("on_time", {"Hạn": 1}),
        ("rework", 0),
        ("handovers", 2),
        ("four_eyes", {"Tiếp nhận|Thẩm định": 0, "Tiếp nhận|TRA KET QUA": 2}),
        ("unmapped", 1),
    ]
    assert told["label"] == "imported"
    assert told["sha256"] == hashlib.sha256(LOG.encode("utf-8-sig")).hexdigest()
    assert told["late"] == {"Hạn": 1}
    assert told["problems"] == [
        {
            "line": 6,
            "code": "bad-time",
            "used": False,
            "reason": told["problems"][0]["reason"],
        }
    ]
    assert "30/02/2026" in told["problems"][0]["reason"]
    assert told["suggestions"][0]["element"] == "b"


def test_a_suggestion_is_used_when_the_map_confirms_it(files: Path) -> None:
    with (files / "map.toml").open("a", encoding="utf-8") as file:
        file.write('"Thẩm định hồ sơ" = "b"\n')
    told = json.loads(run(files, "--map", str(files / "map.toml"), "--json").output)
    assert (told["cost"], told["unmapped"], told["suggestions"]) == (1, 0, [])


def test_a_map_to_edit_is_written_and_read(files: Path) -> None:
    path = files / "suggested.toml"
    assert run(files, "--suggest", str(path)).exit_code == 0
    text = path.read_text("utf-8")
    assert '# "Thẩm định hồ sơ" = "b"' in text
    told = json.loads(run(files, "--map", str(path), "--json").output)
    assert told["columns"]["case"] == "Mã hồ sơ"
    assert isinstance(run(files, "--suggest", str(path)).exception, EngineError)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("vi", ("2 hồ sơ", "dòng 6", "không được dùng", "xác nhận trong [labels]")),
        ("en", ("2 cases", "line 6", "is not used", "confirm it in [labels]")),
    ],
)
def test_a_person_reads_the_same(
    files: Path, language: str, words: tuple[str, ...]
) -> None:
    told = run(files, "--map", str(files / "map.toml"), "--language", language).output
    assert [word for word in words if word not in told] == []


def test_a_question_that_the_importer_put_in_is_not_demanded(files: Path) -> None:
    """The gateway has no conditions: a person is asked, which no old log shows."""
    told = json.loads(run(files, "--json").output)
    assert not [one for one in told["deviations"] if one["name"].startswith("Quyết")]


@pytest.mark.parametrize(
    ("name", "content"),
    [("log.csv", b"nothing"), ("model.bpmn", b"<x/>"), ("map.toml", b"[nothing]")],
)
def test_what_cannot_be_read_is_refused(files: Path, name: str, content: bytes) -> None:
    (files / name).write_bytes(content)
    done = run(files, "--map", str(files / "map.toml"), "--json")
    assert isinstance(done.exception, EngineError)
    assert done.output == ""
