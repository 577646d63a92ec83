"""`quytrinh evidence export` writes bundles; `verifier` writes what checks them."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from tests import databases
from webui import bootstrap, demo
from webui.cli import cli

#: docs/manual/evidence.md and the issue: what a case of 25 events may cost.
BYTES = 200_000


@pytest.fixture(scope="module")
def home(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """The demonstration in a folder of its own."""
    folder = tmp_path_factory.mktemp("home")
    application = bootstrap.build(prepared_files.fresh(folder), folder=folder)
    demo.install_demo(application)
    url = application.url
    application.close()
    (folder / "url").write_text(url, encoding="utf-8")
    return folder


@pytest.fixture
def run(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command there."""
    monkeypatch.setenv("QUYTRINH_DATABASE_URL", (home / "url").read_text("utf-8"))
    monkeypatch.setenv("QUYTRINH_DATA", str(home))

    def ran(*arguments: str) -> Result:
        return CliRunner().invoke(cli, arguments)

    return ran


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output or result.exception
    return json.loads(result.output)


def test_every_case_is_exported_small_and_checked_by_the_file_alone(
    run: Any, tmp_path: Path
) -> None:
    keys = tmp_path / "keys.txt"
    cases = [one["code"] for one in told(run("case", "list", "--json"))]
    assert len(cases) >= 5
    alone = tmp_path / "verifier.py"
    assert run("evidence", "verifier", "-o", str(alone)).exit_code == 0
    place = tmp_path / "case.asice"
    for code in cases[:3]:
        made = told(run("evidence", "export", code, "-o", str(place), "--json"))
        assert made["missing"] == []
        assert made["bytes"] <= BYTES
        keys.write_text(run("evidence", "keys").output, encoding="utf-8")
        checked = subprocess.run(
            [sys.executable, "-I", alone, place, "--keys", keys, "--json"],
            capture_output=True,
            check=False,
        )
        assert checked.returncode == 0, checked.stdout


def test_a_year_of_a_procedure_stands_in_one_bundle(run: Any, tmp_path: Path) -> None:
    listed = told(run("case", "list", "--json"))
    year = listed[0]["opened_at"][:4]
    place = str(tmp_path / "year.asice")
    made = told(run("evidence", "export", "--year", year, "-o", place, "--json"))
    assert made["cases"] == len(listed)
    wrong = run("evidence", "export", "--year", "1999", "-o", place)
    assert wrong.exit_code != 0


def test_an_account_without_the_right_gets_no_bundle(run: Any, tmp_path: Path) -> None:
    code = told(run("case", "list", "--json"))[0]["code"]
    place = tmp_path / "case.asice"
    refused = run("evidence", "export", code, "-o", str(place), "--as", "motcua")
    assert refused.exit_code != 0
    assert not place.exists()


def test_nothing_named_is_nothing_exported(run: Any) -> None:
    assert run("evidence", "export").exit_code != 0


def test_what_is_left_out_is_told_in_vietnamese_first(run: Any, tmp_path: Path) -> None:
    code = told(run("case", "list", "--json"))[0]["code"]
    place = tmp_path / "case.asice"
    told(run("evidence", "export", code, "-o", str(place), "--json"))
    with zipfile.ZipFile(place) as archive:
        about = json.loads(archive.read("bundle.json"))
        events = [json.loads(one) for one in archive.read("events.jsonl").splitlines()]
    (left_out,) = about["left_out"]
    assert left_out.startswith("attachments/: chỉ yêu cầu mã băm")
    assert left_out.endswith("/ only their hashes were asked for")
    # Every event beside the case, but that of the export, is listed.
    beside = [one for one in events if not one["stream"].startswith("case:")]
    listed = [(stream, seq) for stream, seq, _ in about["others"]]
    assert listed == [(one["stream"], one["seq"]) for one in beside[:-1]]
    assert {one["type"] for one in beside} >= {"account.created", "calendar.confirmed"}


def test_a_bundle_is_compared_with_the_head_that_was_kept(
    run: Any, tmp_path: Path
) -> None:
    place, keys = tmp_path / "case.asice", tmp_path / "keys.txt"
    older, newer = tmp_path / "older.txt", tmp_path / "newer.txt"
    code = told(run("case", "list", "--json"))[0]["code"]
    told(run("evidence", "export", code, "-o", str(place), "--json"))
    assert run("evidence", "head", "-o", str(older)).exit_code == 0
    keys.write_text(run("evidence", "keys").output, encoding="utf-8")
    check = ("evidence", "verify", str(place), "--keys", str(keys))
    same = run(*check, "--head", str(older), "--json")
    assert same.exit_code == 0, same.output
    assert "head" not in json.loads(same.output)["not_checked"]
    # Another export is recorded: the log goes on, and the bundle is of before.
    told(run("evidence", "export", code, "-o", str(tmp_path / "b.asice"), "--json"))
    assert run("evidence", "head", "-o", str(newer)).exit_code == 0
    stale = run(*check, "--head", str(newer))
    assert stale.exit_code == 3
    assert "Gói CŨ HƠN đầu nhật ký đã giữ" in stale.output
    # The new one goes on from the head that was kept; which proof it holds, it says.
    again = ("evidence", "verify", str(tmp_path / "b.asice"), "--keys", str(keys))
    assert run(*again, "--head", str(older)).exit_code in {0, 3}
    assert run(*again, "--head", str(newer)).exit_code == 0
    assert run(*check, "--head", str(keys)).exit_code == 2
