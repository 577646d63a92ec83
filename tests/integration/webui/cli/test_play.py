"""`quytrinh procedure play`: a model in memory, line by line."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests import bpmn
from tests.integration.webui.cli.commanding import Run
from webui import cli


def lines(*commands: object) -> bytes:
    return b"".join(
        one if isinstance(one, bytes) else json.dumps(one).encode() + b"\n"
        for one in commands
    )


KEYS = ["ok", "error", "status", "ready", "waiting", "completed", "taken", "data"]


def test_play_answers_each_line_with_a_line(run: Run, model: Path) -> None:
    said = run(
        "procedure",
        "play",
        model,
        stdin=lines(
            {"open": {"n": 1}},
            b"\n",
            {"complete": "a", "answers": {"m": "hai"}, "outcome": "Không đạt"},
            {"complete": "b"},
            {"complete": "a", "outcome": "dat"},
            {"advance": "P1D"},
            {"state": True},
        ),
    )
    assert (said.code, said.err) == (0, "")
    answers = said.lines
    assert [list(one) for one in answers] == [KEYS] * 6
    assert [one["ok"] for one in answers] == [True] * 6
    assert answers[0] == {
        "ok": True,
        "error": None,
        "status": "open",
        "ready": [{"element": "a", "name": "Nhập", "occurrence": 1}],
        "waiting": [],
        "completed": ["s"],
        "taken": ["s_a"],
        "data": {"n": 1},
    }
    assert answers[1]["data"] == {"n": 1, "m": "hai"}
    assert answers[2]["ready"] == [{"element": "a", "name": "Nhập", "occurrence": 2}]
    (wait,) = answers[3]["waiting"]
    assert (wait["element"], "due" in wait) == ("w", True)
    assert answers[4]["status"] == "completed"
    assert answers[5]["completed"] == []


def test_play_refuses_a_bad_line_and_goes_on(run: Run, model: Path) -> None:
    said = run(
        "procedure",
        "play",
        model,
        stdin=lines(
            {"open": {}},
            b"no json\n",
            b"[1]\n",
            b"\xff\xfe\n",
            b'{"open": {"n": NaN}}\n',
            b"[" * 100_000 + b"\n",
            {"complete": "zzz"},
            {"complete": "a", "outcome": "Đạt"},
        ),
    )
    assert said.code == 0
    assert [one["ok"] for one in said.lines] == [True, *[False] * 6, True]
    assert all(one["error"] for one in said.lines[1:-1])


def test_play_reads_commands_from_a_file(run: Run, model: Path, tmp_path: Path) -> None:
    path = tmp_path / "commands.jsonl"
    path.write_bytes(lines({"open": {}}, {"complete": "a", "outcome": "Đạt"}))
    said = run("procedure", "play", model, "--answers", path)
    assert [one["completed"] for one in said.lines] == [["s"], ["a", "x"]]


def test_play_takes_called_processes_from_other_files(run: Run, tmp_path: Path) -> None:
    main, called = tmp_path / "main.bpmn", tmp_path / "called.bpmn"
    main.write_bytes(
        bpmn.diagram(
            'start s; call c calledElement="Q"; end e', "s > c > e", identity="P"
        )
    )
    called.write_bytes(
        bpmn.diagram("start s2; task q; end e2", "s2 > q > e2", identity="Q")
    )
    stdin = lines({"open": {}}, {"complete": "q"})
    said = run("procedure", "play", main, called, stdin=stdin)
    assert [one["status"] for one in said.lines] == ["open", "completed"]
    said = run("procedure", "play", main, called, "--process", "Q", stdin=stdin)
    assert said.lines[1]["completed"] == ["q", "e2"]
    alone = run("procedure", "play", main, stdin=stdin)
    assert alone.refusal["findings"]


def test_play_refuses_a_model_in_words(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.bpmn"
    path.write_bytes(bpmn.diagram("start s; scriptTask a; end e", "s > a > e"))
    told = run("procedure", "play", path, stdin=lines({"open": {}})).refusal
    assert [one["element"] for one in told["findings"]] == ["a"]


def test_play_answers_before_the_next_command_is_sent(model: Path) -> None:
    script = "from webui import cli; cli.main()"
    with subprocess.Popen(
        [sys.executable, "-c", script, "procedure", "play", str(model)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(cli.__file__).parents[2],
        env={**os.environ, "LC_ALL": "C"},
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for command in ({"open": {"ten": "Đượm"}}, {"state": True}):
            process.stdin.write(lines(command))
            process.stdin.flush()
            answer = json.loads(process.stdout.readline())
            assert answer["data"] == {"ten": "Đượm"}
        process.stdin.close()
        assert process.wait(20) == 0
