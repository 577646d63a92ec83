"""`quytrinh decision`: what it prints, and how it ends."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests import dmn
from webui.cli import cli

TABLE = dmn.simple("FIRST", [("< 18", '"trẻ em"'), ("-", '"người lớn"')])


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, ["decision", *words])


@pytest.fixture
def table(tmp_path: Path) -> str:
    path = tmp_path / "tuổi.dmn"
    path.write_bytes(TABLE)
    return str(path)


def answer(*words: str) -> tuple[int, dict[str, Any]]:
    result = run("evaluate", *words, "--json")
    return result.exit_code, json.loads(result.output)


def test_a_decision_answers_with_result_and_rules(table: str) -> None:
    assert answer(table, "--decision", "d", "--data", '{"x": 17}') == (
        0,
        {"ok": True, "error": None, "result": "trẻ em", "rules": ["r1"]},
    )


def test_a_person_reads_the_result_and_the_rules(table: str) -> None:
    result = run("evaluate", table, "--decision", "d", "--data", '{"x": 18}')
    assert result.output == '"người lớn"\nrules: r2\n'


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        ("{}", "d", "missing"),
        ('{"x": "17"}', "d", "of the type number"),
        ('{"x": 17}', "e", "no decision"),
        ('{"x": 17', "d", "not JSON"),
        ("[17]", "d", "JSON object"),
        ('{"x": NaN}', "d", "NaN"),
        ('{"x": 1e999}', "d", "no number"),
        ('{"x": ' + "[" * 100_000, "d", "not JSON"),
        ('{"x": "\\ud800"}', "d", "half a character"),
        ('{"x": ' + "9" * 5_000 + "}", "d", "not JSON"),
        ('{"x": 1}', "\udcff", "no decision"),
    ],
)
def test_bad_input_is_exit_1_with_words(
    table: str, data: str, name: str, words: str
) -> None:
    code, found = answer(table, "--decision", name, "--data", data)
    assert code == 1
    assert (found["ok"], found["result"], found["rules"]) == (False, None, [])
    assert words in found["error"]
    plain = run("evaluate", table, "--decision", name, "--data", data)
    assert plain.exit_code == 1
    assert words in plain.output


def test_a_file_that_cannot_be_read_is_exit_1_with_words(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no.dmn"):
        code, found = answer(str(path), "--decision", "d")
        assert (code, found["ok"]) == (1, False)
        assert found["error"]
        assert run("check", str(path)).exit_code == 1


def test_a_file_that_is_refused_makes_no_decision(tmp_path: Path) -> None:
    path = tmp_path / "a.dmn"
    path.write_bytes(dmn.simple("UNIQUE", [("-", "1"), ("5", "2")]))
    code, found = answer(str(path), "--decision", "d", "--data", '{"x": 1}')
    assert code == 1
    assert "rules 1 and 2 both match" in found["error"]


def test_check_tells_every_file_in_one_line(table: str, tmp_path: Path) -> None:
    bad = tmp_path / "bad.dmn"
    bad.write_bytes(dmn.simple("FIRST", [("<", "1")]))
    result = run("check", table, str(bad), "--json", "--language", "en")
    good, refused = (json.loads(line) for line in result.output.splitlines())
    assert result.exit_code == 1
    assert (good["ok"], good["decisions"], good["findings"]) == (True, ["d"], [])
    assert refused["ok"] is False
    assert refused["findings"][0]["code"] == "cell-end"
    assert refused["findings"][0]["line"] == 2
    assert run("check", table).exit_code == 0
    assert "luật 1" in run("check", str(bad)).output
