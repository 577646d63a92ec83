"""The command line: every verb, in words and as JSON, on a database of its own."""

import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest

from models_bpmn import catalogue
from tests import bpmn, databases
from webui import bootstrap, cli, delivering, demo, demo_data

SLUG = "cap-ban-sao-tu-so-goc"
CODE = "2.000908"
PACKAGE = catalogue.PROCEDURES / SLUG
SCENARIO = tomllib.loads((PACKAGE / "scenarios.toml").read_text("utf-8"))["scenario"][0]
MODEL = bpmn.diagram(
    f"start s; task a 'Nhập'; xor x; task b 'Sửa'; end e\ncatch w {bpmn.timer('P1D')}",
    's > a > x\nx >dat "Đạt"> w > e\nx >khong "Không đạt"> b > a',
)


@dataclass(frozen=True)
class Said:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The answer as JSON; the only line."""
        (line,) = self.out.splitlines()
        return json.loads(line)

    @property
    def lines(self) -> list[Any]:
        """One JSON answer per line."""
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def refusal(self) -> dict[str, Any]:
        """The refusal: exit code 1 and one line of JSON on stderr."""
        assert (self.code, self.out) == (1, ""), self
        (line,) = self.err.splitlines()
        told: dict[str, Any] = json.loads(line)
        assert told["error"]
        assert told["code"]
        return told


Run = Callable[..., Said]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process, as the installed script does."""

    def command(*arguments: object, stdin: bytes = b"") -> Said:
        monkeypatch.setattr(sys, "argv", ["quytrinh", *map(str, arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        capfd.readouterr()
        code = 0
        try:
            cli.main()
        except SystemExit as done:
            code = int(done.code or 0)
        out, err = capfd.readouterr()
        return Said(code, out, err)

    return command


@pytest.fixture(scope="module")
def demonstration(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Install the demonstration once; every test works in a copy."""
    folder = tmp_path_factory.mktemp("cli")
    app = bootstrap.build(prepared_files.fresh(folder))
    demo.install_demo(app)
    with app.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    app.close()
    (path,) = folder.glob("*.db")
    return path


@pytest.fixture
def database(
    demonstration: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """Name a copy of the demonstration in the environment."""
    path = tmp_path / "quytrinh.db"
    shutil.copyfile(demonstration, path)
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, f"sqlite:///{path}")
    return path


@pytest.fixture
def opening(tmp_path: Path) -> Path:
    """A file with the answers that open a case."""
    path = tmp_path / "mo.json"
    path.write_text(json.dumps(SCENARIO["open"]), "utf-8")
    return path


def commands(
    group: click.Group = cli.cli, *before: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    for name, command in group.commands.items():
        yield (*before, name), command
        if isinstance(command, click.Group):
            yield from commands(command, *before, name)


VERBS = dict(commands())


def test_the_verbs_are_those_of_the_manual() -> None:
    named = {" ".join(path) for path in VERBS}
    assert named >= {
        *("serve", "init", "bench", "procedure check", "procedure play"),
        *("procedure publish", "case open", "case list", "case show"),
        *("case history", "case verify", "case rebuild"),
        *("task list", "task claim", "task complete"),
    }


@pytest.mark.parametrize("path", VERBS, ids=" ".join)
def test_every_verb_says_what_it_does(run: Run, path: tuple[str, ...]) -> None:
    said = run(*path, "--help")
    assert (said.code, said.err) == (0, "")
    assert VERBS[path].help
    first = (VERBS[path].help or "").splitlines()[0]
    assert first.split("Examples")[0][:30] in said.out
    if path[0] in ("case", "task") and len(path) > 1:
        assert "--json" in said.out


def test_wrong_usage_is_told_with_its_own_code(run: Run) -> None:
    for arguments in (
        ["fly"],
        ["case", "open"],
        ["case", "rebuild"],
        ["task", "claim"],
    ):
        said = run(*arguments)
        assert said.code == 2
        assert "Usage" in said.err


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").out.startswith("quytrinh")


# A whole case.


def do(run: Run, *arguments: object, stdin: bytes = b"") -> Any:
    said = run(*arguments, "--json", stdin=stdin)
    assert said.code == 0, said
    return said.json


@pytest.mark.usefixtures("database")
def test_a_case_goes_all_the_way_on_the_command_line(
    run: Run, opening: Path, tmp_path: Path
) -> None:
    opened = do(run, "case", "open", CODE, "--data", opening, "--as", "motcua")
    code = opened["code"]
    for step in SCENARIO["step"]:
        done = _step(run, code, step, tmp_path / "answers.json")
    assert done["status"] == "completed"
    shown = do(run, "case", "show", code)
    assert shown["status"] == "completed"
    assert shown["closed_at"]
    assert {task["status"] for task in shown["tasks"]} == {"done"}
    history = do(run, "case", "history", code)
    assert [event["seq"] for event in history] == list(range(1, len(history) + 1))
    assert history[0]["type"] == "case.opened"
    assert history[0]["values"]["ho_ten"] == "Nguyễn Văn Được"
    assert do(run, "case", "verify", code)["differences"] == []
    cases = len(do(run, "case", "list"))
    rebuilt = do(run, "case", "rebuild", "--all")
    assert rebuilt == {"cases": cases, "differences": 0, "details": []}


def _step(run: Run, code: str, step: dict[str, Any], answers: Path) -> Any:
    """Claim and complete the one piece of work of a case."""
    work = do(run, "task", "list")
    (task,) = [one for one in work if one["code"] == code]
    assert task["element"] == step["complete"]
    login = _who(run, task)
    claimed = do(run, "task", "claim", code, task["element"], "--as", login)
    assert claimed["status"] == "claimed"
    mine = do(run, "task", "list", "--mine", "--as", login)
    assert task["element"] in {one["element"] for one in mine}
    answers.write_text(json.dumps(step["answers"]), "utf-8")
    return do(
        run,
        *("task", "complete", code, task["element"], "--data", answers),
        *("--outcome", step.get("outcome", ""), "--as", login),
    )


def _who(run: Run, task: dict[str, Any]) -> str:
    """The first account to whose positions the work goes."""
    for login in ("motcua", "chuyenvien", "lanhdao", "vanthu"):
        theirs = do(run, "task", "list", "--as", login)
        if any(
            (one["code"], one["element"]) == (task["code"], task["element"])
            for one in theirs
        ):
            return login
    raise AssertionError(f"nobody has {task}")


@pytest.mark.usefixtures("database")
def test_the_same_key_opens_one_case(run: Run, opening: Path) -> None:
    arguments = (
        "case",
        "open",
        CODE,
        "--data",
        opening,
        "--as",
        "motcua",
        "--key",
        "1",
    )
    first, second = do(run, *arguments), do(run, *arguments)
    assert first == second
    cases = do(run, "case", "list", "--as", "motcua")
    assert [one["case"] for one in cases].count(first["case"]) == 1


@pytest.mark.usefixtures("database")
def test_without_json_a_person_reads_lines(run: Run) -> None:
    said = run("case", "list")
    (first, *_) = codes = [line.split()[0] for line in said.out.splitlines()]
    assert len(codes) == len(do(run, "case", "list"))
    assert first in run("case", "show", first).out
    history = run("case", "history", first).out.splitlines()
    assert history[0].split()[0] == "1"
    assert history[0].split()[2] == "case.opened"
    assert "differences: []" in run("case", "verify", first).out
    assert "cases: 1" in run("case", "rebuild", first).out
    assert run("task", "list").out


@pytest.mark.usefixtures("database")
def test_an_account_sees_its_own_cases_only(run: Run) -> None:
    everything = do(run, "case", "list")
    theirs = do(run, "case", "list", "--as", "diachinh")
    assert len(theirs) < len(everything)
    hidden = next(one for one in everything if one not in theirs)
    for verb in ("show", "history", "verify"):
        refusal = run("case", verb, hidden["code"], "--as", "diachinh").refusal
        assert refusal["code"] == "not-found"
    for verb in ("claim", "complete"):
        said = run("task", verb, hidden["code"], "x", "--as", "diachinh")
        assert said.refusal["code"] == "not-found"


REFUSALS: dict[str, tuple[tuple[str, ...], str]] = {
    "an unknown case": (("case", "show", "khong-co"), "not-found"),
    "an unknown case to rebuild": (("case", "rebuild", "khong-co"), "not-found"),
    "an unknown account": (("case", "list", "--as", "khong-co"), "not-found"),
    "an unknown procedure": (
        ("case", "open", "9.9", "--data", "{data}", "--as", "motcua"),
        "no-procedure",
    ),
    "a role that opens nothing": (
        ("case", "open", CODE, "--data", "{data}", "--as", "kiemtoan"),
        "not-allowed",
    ),
    "a file that is no JSON": (
        ("case", "open", CODE, "--data", "{text}", "--as", "motcua"),
        "json",
    ),
    "a file that is no object": (
        ("case", "open", CODE, "--data", "{list}", "--as", "motcua"),
        "json",
    ),
    "answers that are wrong": (
        ("case", "open", CODE, "--data", "{empty}", "--as", "motcua"),
        "answers-invalid",
    ),
    "a diagram that cannot run": (("procedure", "publish", "{text}"), "model-invalid"),
}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("what", REFUSALS)
def test_a_refusal_is_one_line_on_stderr(
    run: Run, opening: Path, tmp_path: Path, what: str
) -> None:
    files = {"data": str(opening)}
    for name, content in (("text", "xin chào"), ("list", "[1]"), ("empty", "{}")):
        path = tmp_path / f"{name}.json"
        path.write_text(content, "utf-8")
        files[name] = str(path)
    arguments, code = REFUSALS[what]
    told = run(*(one.format(**files) for one in arguments)).refusal
    assert told["code"] == code
    if code == "answers-invalid":
        assert {"ho_ten", "loai_giay_to"} <= {one["field"] for one in told["fields"]}
    if code == "model-invalid":
        assert told["findings"]


def test_a_database_that_is_not_there_is_told(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, url)
    assert run("case", "list").refusal["code"] == "schema"


def test_init_makes_the_database_and_the_demo_once(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deep" / "new.db"
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, f"sqlite:///{path}")
    assert run("init").code == 0
    assert path.exists()
    assert run("init", "--demo").code == 0
    cases = do(run, "case", "list")
    assert run("init", "--demo").code == 0
    assert do(run, "case", "list") == cases
    assert do(run, "case", "rebuild", "--all")["differences"] == 0


# Rebuild and verify.


def test_a_damaged_row_is_reported_then_repaired(run: Run, database: Path) -> None:
    case = next(one for one in do(run, "case", "list") if one["status"] == "open")
    with sqlite3.connect(database) as connection:
        connection.execute(
            'UPDATE "case" SET state = NULL WHERE code = ?', [case["code"]]
        )
    connection.close()
    looked = run("case", "rebuild", "--all", "--no-repair", "--json")
    assert (looked.code, looked.json["differences"]) == (1, 1)
    repaired = run("case", "rebuild", case["code"], "--json")
    assert (repaired.code, repaired.json["cases"]) == (1, 1)
    (detail,) = repaired.json["details"]
    assert detail["differences"] == ["state differs from the record"]
    assert do(run, "case", "rebuild", "--all")["differences"] == 0


# Models.


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A diagram in a file."""
    path = tmp_path / "mau.bpmn"
    path.write_bytes(MODEL)
    return path


def test_check_tells_of_each_file_whether_it_runs(
    run: Run, model: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "hong.bpmn"
    broken.write_bytes(b"<x/>")
    archive = tmp_path / "hong.zip"
    archive.write_bytes(b"PK\x03\x04 no zip")
    said = run("procedure", "check", model, "--json")
    assert said.code == 0
    assert said.json["outcome"] == "runs"
    assert said.json["nodes"] == 6
    assert len(said.json["sha256"]) == 64
    said = run("procedure", "check", broken, model, archive, "--json")
    # Every file was analysed, and that is what was asked.
    assert said.code == 0
    assert [one["outcome"] for one in said.lines] == ["refused", "runs", "refused"]
    for one in said.lines:
        assert isinstance(one["ms"], int)
    (finding, *_) = said.lines[0]["findings"]
    assert finding["severity"] == "refusal"
    assert finding["message"]


def test_check_walks_folders_and_knows_packages(run: Run, tmp_path: Path) -> None:
    for name in ("a.bpmn", "b.bpmn20.xml", "c.txt"):
        (tmp_path / name).write_bytes(MODEL)
    said = run("procedure", "check", tmp_path, "--json")
    assert [Path(one["file"]).name for one in said.lines] == ["a.bpmn", "b.bpmn20.xml"]
    said = run("procedure", "check", PACKAGE, "--language", "en")
    assert said.code == 0
    assert said.out.splitlines()[0].startswith(f"{PACKAGE}: runs (")
    shutil.copytree(PACKAGE, tmp_path / "inside" / "package")
    said = run("procedure", "check", tmp_path, "--json")
    names = [Path(one["file"]).name for one in said.lines]
    assert names == ["a.bpmn", "b.bpmn20.xml", "package"]


UNBOUND = bpmn.diagram(
    "start s; task a 'Nhập'; service x 'Tính phí'; end e", "s > a > x > e"
)


def test_check_asks_what_changes_the_meaning_and_takes_answers(
    run: Run, tmp_path: Path
) -> None:
    path, answers = tmp_path / "x.bpmn", tmp_path / "answers.json"
    path.write_bytes(UNBOUND)
    said = run("procedure", "check", path, "--json").json
    assert said["outcome"] == "decisions"
    (asked,) = said["decisions"]
    assert (asked["id"], asked["element"]) == ("service-unbound:x", "x")
    assert asked["default"] == "manual"
    assert {"manual", "drop"} <= set(asked["choices"])
    assert "Tính phí" in asked["question"]
    assert [one["element"] for one in said["listed"]] == ["x"]
    assert said["nodes"] == said["executable"] + len(said["listed"]) == 4
    for given, executable in (("manual", 4), ("drop", 3)):
        answers.write_text(json.dumps({asked["id"]: given}))
        said = run("procedure", "check", path, "--json", "--answers", answers).json
        assert (said["outcome"], said["executable"]) == ("runs", executable)
        assert said["decisions"] == []
    answers.write_text(json.dumps({asked["id"]: "no such choice"}))
    said = run("procedure", "check", path, "--json", "--answers", answers).json
    assert said["outcome"] == "decisions"
    said = run("procedure", "check", path, "--json", "--answers", "default").json
    assert said["outcome"] == "runs"
    answers.write_text("[1")
    assert run("procedure", "check", path, "--answers", answers).code == 2


def test_check_speaks_both_languages(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.bpmn"
    path.write_bytes(b"<x/>")
    said = [
        run("procedure", "check", path, "--json", "--language", language)
        for language in ("vi", "en")
    ]
    vietnamese, english = (one.json["findings"][0]["message"] for one in said)
    assert vietnamese != english


def test_check_needs_no_database(
    run: Run, model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"sqlite:///{tmp_path / 'none.db'}"
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, url)
    assert run("procedure", "check", model).code == 0
    assert run("procedure", "play", model).code == 0
    assert not (tmp_path / "none.db").exists()


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


# Publication.


@pytest.mark.usefixtures("database")
def test_publishing_takes_two_people_and_retires_the_version_before(
    run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "package"
    shutil.copytree(PACKAGE, folder)
    process = folder / "process.bpmn"
    process.write_bytes(process.read_bytes() + b"\n")
    told = do(run, "procedure", "publish", folder)
    assert (told["procedure"], told["number"], told["status"]) == (CODE, 2, "published")
    again = run("procedure", "publish", folder)
    assert again.refusal["code"] == "not-ready"
    both = run("procedure", "publish", folder, "--author", "pheduyet")
    assert both.refusal["code"] == "not-allowed"


# The bench.


def test_bench_measures_everything_that_the_manual_names(
    run: Run, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'bench.db'}"
    said = run("bench", "--json", "--database", url, "--cases", "2", "--many", "2")
    assert said.code == 0, said
    figures = said.json
    assert set(figures) == {"floor", "spiff", "quytrinh", "cases_2000"}
    assert set(figures["floor"]) == {"cpu_ms", "wall_ms"}
    assert set(figures["spiff"]) == {"p5", "p20"}
    for model in ("p5", "p20"):
        measured = figures["quytrinh"][model]
        assert set(measured) == {
            *("cpu_ms_p50", "cpu_ms_p95", "wall_ms_p50", "first", "last"),
            *("statements", "commits", "bytes_per_case"),
        }
        assert measured["commits"] == 1
        assert measured["statements"] <= 9
        assert measured["cpu_ms_p50"] > 0
        assert measured["bytes_per_case"] > 0


def test_the_outbox_tells_what_has_not_arrived_and_tries_again(
    run: Run, database: Path
) -> None:
    (sent,) = run("outbox", "list", "--json").json
    assert (sent["kind"], sent["partner"]) == ("message", "Cơ quan thuế")
    app = bootstrap.build()
    delivering.sweep(app, demo_data.TENANT)
    app.close()
    # What goes outside is not ours to deliver.
    assert run("outbox", "list", "--json").json == []
    (sent,) = run("outbox", "list", "--all", "--json").json
    assert (sent["reason"], sent["attempts"]) == ("outside", 1)
    assert run("outbox", "retry", sent["letter"]).code == 1
    assert run("outbox", "retry").code == 2
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE outbox SET reason = 'ambiguous'")
    assert "ambiguous" in run("outbox", "list").out
    assert run("outbox", "retry", sent["letter"], "--json").json == {"letters": 1}
    (again,) = run("outbox", "list", "--json").json
    assert again["next_try"]


@pytest.mark.usefixtures("database")
def test_a_signal_is_sent_by_whoever_may_and_once_under_its_key(run: Run) -> None:
    send = ("signal", "bao-dong", "--key", "k", "--json", "--as")
    refused = run(*send, "motcua").refusal
    assert refused["code"] == "not-allowed"
    first = run(*send, "tichhop").json
    assert run(*send, "tichhop").json == first
    letters = run("outbox", "list", "--all", "--json").json
    assert [one["letter"] for one in letters].count(first["letter"]) == 1


@pytest.mark.usefixtures("database")
def test_a_case_is_not_opened_at_a_start_that_is_not_there(
    run: Run, opening: Path
) -> None:
    answers = ("--data", opening, "--as", "motcua", "--json")
    wrong = run("case", "open", CODE, "--start", "khong-co", *answers).refusal
    assert wrong["code"] == "no-start"
    wrong = run("case", "open", CODE, "--process", "khong-co", *answers).refusal
    assert wrong["code"] == "no-process"
