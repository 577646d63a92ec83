"""`quytrinh procedure check`: what becomes of files and folders."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from tests import bpmn
from tests.integration.webui.cli.commanding import MODEL, PACKAGE, Run
from webui import bootstrap


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


def test_a_folder_that_only_has_a_file_of_that_name_hides_no_other_file(
    run: Run, tmp_path: Path
) -> None:
    paths = ("process.bpmn", "other.bpmn", "src/deep/x.bpmn2", "src/Y.BPMN")
    for name in paths:
        path = tmp_path / "repository" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MODEL)
    for given in (tmp_path, tmp_path / "repository"):
        said = run("procedure", "check", given, "--json")
        files = {Path(one["file"]) for one in said.lines}
        assert files == {tmp_path / "repository" / name for name in paths}
        assert len(said.lines) == len(paths)
    (tmp_path / "repository" / "forms").mkdir()
    assert len(run("procedure", "check", tmp_path, "--json").lines) == len(paths)


@pytest.mark.parametrize("name", [b"a\xff b.bpmn", b"a\\b.bpmn", b".bpmn"])
def test_a_file_is_checked_whatever_it_is_called(
    run: Run, tmp_path: Path, name: bytes
) -> None:
    (tmp_path / os.fsdecode(name)).write_bytes(MODEL)
    assert run("procedure", "check", tmp_path, "--json").json["outcome"] == "runs"
    assert run("procedure", "check", tmp_path).code == 0


def test_a_file_that_cannot_be_read_is_told_and_the_others_are_checked(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a.bpmn", "b.bpmn"):
        (tmp_path / name).write_bytes(MODEL)
    read = Path.read_bytes

    def forbidden(path: Path) -> bytes:
        if path.name == "a.bpmn":
            raise PermissionError(errno.EACCES, "Permission denied")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", forbidden)
    said = run("procedure", "check", tmp_path, "--json")
    assert [one["outcome"] for one in said.lines] == ["refused", "runs"]
    assert [one["code"] for one in said.lines[0]["findings"]] == ["file-unreadable"]
    assert said.code == 0


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
