"""Packages: what belongs in one, what identifies it, which come with the program."""

from pathlib import Path

import pytest

from engine import limits
from engine.errors import ModelInvalidError, NotFoundError
from models_bpmn import catalogue
from tests import bpmn

WORK = '<extensionElements><qt:work form="f"/></extensionElements>'
MAIN = bpmn.diagram(
    f'start s; task a {WORK}; call b calledElement="Q"; end e', "s > a > b > e"
)
CALLED = bpmn.diagram("start t; task u; end v", "t > u > v", identity="Q")
FILES = {
    "process.bpmn": MAIN,
    "called/q.bpmn": CALLED,
    "forms/f.form": b"{}",
    "decisions/fee.dmn": b"<definitions/>",
    "scenarios.toml": b"",
    "SOURCES.md": b"",
}


def written(folder: Path) -> Path:
    for name, content in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def codes(files: dict[str, bytes]) -> list[str]:
    with pytest.raises(ModelInvalidError) as refused:
        catalogue.package(files)
    return [finding.code for finding in refused.value.findings]


def test_a_folder_is_read_linked_and_hashed(tmp_path: Path) -> None:
    package = catalogue.read(written(tmp_path))
    assert dict(package.files) == FILES
    assert package.hash == catalogue.digest(FILES)
    assert [name for name, _ in package.diagrams] == ["process.bpmn", "called/q.bpmn"]
    assert package.forms == {"f": b"{}"}
    assert package.decisions == {"decisions/fee.dmn": b"<definitions/>"}
    loaded = catalogue.load(package)
    assert set(loaded.model.scopes) == {"P", "Q"}


def test_a_missing_form_is_refused() -> None:
    files = {name: FILES[name] for name in ("process.bpmn", "called/q.bpmn")}
    with pytest.raises(ModelInvalidError) as refused:
        catalogue.load(catalogue.package(files))
    assert refused.value.findings[0].code == "form-missing"


def test_what_else_lies_in_the_folder_is_left_alone(tmp_path: Path) -> None:
    written(tmp_path)
    (tmp_path / ".DS_Store").write_bytes(b"x")
    (tmp_path / "forms" / "f.form~").write_bytes(b"x")
    (tmp_path / "notes").mkdir()
    assert dict(catalogue.read(tmp_path).files) == FILES


def test_the_hash_changes_with_every_name_and_byte() -> None:
    hashes = {
        catalogue.digest(files)
        for files in (
            {"a": b"bc", "d": b""},
            {"a": b"b", "d": b"c"},
            {"ab": b"c", "d": b""},
            {"a": b"bc"},
            {"a": b"bcd"},
        )
    }
    assert len(hashes) == 5


@pytest.mark.parametrize(
    "name",
    [
        *("x.exe", "../process.bpmn", "forms/../x.form", "/x.bpmn"),
        *("forms/a/b.form", "a\\b.bpmn", "called/x.form", ""),
    ],
)
def test_a_name_that_does_not_belong_is_refused(name: str) -> None:
    assert codes({**FILES, name: b""}) == ["package-file"]


def test_a_lone_diagram_may_have_any_name_but_two_may_not() -> None:
    assert catalogue.package({"cap-ban-sao.bpmn": CALLED}).diagrams[0][1] == CALLED
    assert codes({"a.bpmn": CALLED, "b.bpmn": CALLED}) == ["package-main"]
    assert codes({"SOURCES.md": b""}) == ["package-main"]


def test_two_forms_of_one_name_and_too_many_bytes_are_refused(tmp_path: Path) -> None:
    assert codes({**FILES, "f.form": b"{}"}) == ["file-twice"]
    large = b" " * (limits.PACKAGE_BYTES + 1)
    assert codes({**FILES, "SOURCES.md": large}) == ["package-too-large"]
    (written(tmp_path) / "SOURCES.md").write_bytes(large)
    with pytest.raises(ModelInvalidError):
        catalogue.read(tmp_path)


def test_built_in_packages_are_listed_by_name(tmp_path: Path) -> None:
    written(tmp_path / "cap-ban-sao")
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "unfinished").mkdir()
    assert catalogue.built_in(tmp_path) == ("cap-ban-sao",)
    assert catalogue.read_built_in("cap-ban-sao", tmp_path).hash == catalogue.digest(
        FILES
    )
    for missing in ("unfinished", "../cap-ban-sao", ""):
        with pytest.raises(NotFoundError):
            catalogue.read_built_in(missing, tmp_path)
    assert catalogue.built_in(tmp_path / "nowhere") == ()


def test_every_built_in_package_has_a_name_and_a_main_diagram() -> None:
    for slug in catalogue.built_in():
        assert catalogue.read_built_in(slug).diagrams[0][0] == "process.bpmn"
