"""Fixtures of the command line: a way to run it, and files to give it."""

import io
import json
import sys
from pathlib import Path

import pytest

from tests.integration.webui.cli.commanding import MODEL, SCENARIO, Run, Said
from webui import cli


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
