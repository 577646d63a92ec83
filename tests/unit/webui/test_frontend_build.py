"""Finding node, and what the build leaves behind."""

import gzip
import json
import sys
from pathlib import Path

import pytest

from webui import frontend_build

LOCK = json.loads((frontend_build.SOURCES / "package-lock.json").read_text())
SHIPPED = {
    folder.split("node_modules/")[-1]: entry
    for folder, entry in LOCK["packages"].items()
    if folder and not entry.get("dev")
}


def _program(folder: Path, name: str, answer: str) -> None:
    folder.mkdir(exist_ok=True)
    program = folder / name
    program.write_text(f"#!/bin/sh\necho {answer}\n")
    program.chmod(0o755)


def _install(folder: Path, release: str) -> Path:
    _program(folder, "node", release)
    _program(folder, "npm", "10.0.0")
    return folder


@pytest.fixture
def on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    return tmp_path / "path"


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "venv" / "python"))
    return tmp_path / "venv"


def test_a_new_node_on_path_is_preferred(on_path: Path, wheel: Path) -> None:
    _install(on_path, "v22.1.0")
    _install(wheel, "v24.19.0")
    assert frontend_build.node_folder() == on_path


@pytest.mark.parametrize("release", ["v18.20.4", "v9.0.0", "nonsense"])
def test_an_old_node_on_path_is_passed_over(
    release: str, on_path: Path, wheel: Path
) -> None:
    _install(on_path, release)
    _install(wheel, "v24.19.0")
    assert frontend_build.node_folder() == wheel


def test_node_without_npm_is_passed_over(on_path: Path, wheel: Path) -> None:
    _program(on_path, "node", "v22.1.0")
    _install(wheel, "v24.19.0")
    assert frontend_build.node_folder() == wheel


def test_a_machine_without_node_is_told_what_to_install(
    on_path: Path, wheel: Path
) -> None:
    assert not on_path.exists()
    assert not wheel.exists()
    with pytest.raises(frontend_build.FrontendBuildError, match="pip install"):
        frontend_build.node_folder()


def test_the_lock_names_checksums_and_no_hosts() -> None:
    assert SHIPPED
    for name, entry in SHIPPED.items():
        assert entry["integrity"].startswith("sha512-"), name
        assert "resolved" not in entry, name


def test_every_package_is_pinned_exactly() -> None:
    package = json.loads((frontend_build.SOURCES / "package.json").read_text())
    pinned = {**package["dependencies"], **package["devDependencies"]}
    loose = {name: release for name, release in pinned.items() if release[0] in "^~>*"}
    assert loose == {}


def test_the_notice_carries_the_licence_of_everything_shipped() -> None:
    notice = (frontend_build.TARGET / "NOTICE.txt").read_text(encoding="utf-8")
    for name, entry in SHIPPED.items():
        assert f"{name} {entry['version']}: {entry['license']}\n" in notice
    assert "esbuild" not in notice


def test_every_name_of_the_manifest_is_a_file_with_its_compressed_twin() -> None:
    manifest = json.loads(frontend_build.MANIFEST.read_text())
    assert {"app.css", "app.js", "diagram.css", "diagram.js"} <= manifest.keys()
    for file in manifest.values():
        path = frontend_build.TARGET / file
        packed = path.with_name(f"{file}.gz")
        if path.suffix == ".woff2":  # Compressed already.
            assert not packed.exists()
        else:
            assert gzip.decompress(packed.read_bytes()) == path.read_bytes()
