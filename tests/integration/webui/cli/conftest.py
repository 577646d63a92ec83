"""Fixtures of the command line: a way to run it, and the demonstration to run on."""

import io
import json
import shutil
import sys
from pathlib import Path

import pytest

from tests import databases
from tests.integration.webui.cli.commanding import MODEL, SCENARIO, Run, Said
from webui import bootstrap, cli, demo


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


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A diagram in a file."""
    path = tmp_path / "mau.bpmn"
    path.write_bytes(MODEL)
    return path
