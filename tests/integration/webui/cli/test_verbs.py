"""The command line as a whole: every verb, its help, refusals, the database."""

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.integration.webui.cli.commanding import CODE, Run, do
from webui import bootstrap, cli


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
