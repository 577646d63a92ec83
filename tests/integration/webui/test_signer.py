"""The signer as a process of its own, asked through its socket."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.errors import ConfigurationError, SignerRefusedError
from engine.evidence import checkpoint, keeper, tree, verifier
from webui import signer, signer_beside

LOG = "tinh.example/quytrinh"
EMPTY = checkpoint.text(verifier.Checkpoint(f"{LOG}/2026", 0, tree.EMPTY))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("signer")
    keeper.Keeper(made).make_key(LOG, "1")
    return made


@pytest.fixture(scope="module")
def remote(folder: Path) -> Iterator[signer.Remote]:
    with signer_beside.beside(folder) as started:
        yield started


def test_a_server_gets_a_signed_head_and_never_the_key(remote: signer.Remote) -> None:
    assert remote.last(f"{LOG}/2026") is None
    note = remote.sign(EMPTY, [])
    keys = [verifier.read_key(line) for line in remote.keys(LOG)]
    assert verifier.read_note(note).signed_by(keys) == keys
    assert remote.last(f"{LOG}/2026") == note


def test_a_refusal_comes_back_in_words(remote: signer.Remote) -> None:
    with pytest.raises(SignerRefusedError, match="no checkpoint"):
        remote.sign(b"nonsense", [])
    assert remote.keys("other") == ()


@pytest.mark.parametrize(
    "sent", [b"", b"\n", b"{\n", b"[]\n", b'{"do":"x"}\n', b"\xff\n"]
)
def test_whatever_is_sent_the_next_request_is_answered(
    remote: signer.Remote, folder: Path, sent: bytes
) -> None:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(signer.socket_of(folder)))
        connection.sendall(sent)
    assert len(remote.keys(LOG)) == 1


def test_it_ends_with_the_server_that_started_it(tmp_path: Path) -> None:
    with signer_beside.beside(tmp_path) as started:
        assert started.keys(LOG) == ()
    with pytest.raises(SignerRefusedError, match="does not answer"):
        started.keys(LOG)


def test_one_that_is_killed_is_started_again_and_remembers(tmp_path: Path) -> None:
    keeper.Keeper(tmp_path).make_key(LOG, "1")
    with signer_beside.beside(tmp_path) as started:
        note = started.sign(EMPTY, [])
        (first,) = _children(tmp_path)
        os.kill(first, signal.SIGKILL)
        end = time.monotonic() + 30
        while _children(tmp_path) in ([], [first]) or not signer.answers(
            signer.socket_of(tmp_path)
        ):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert started.last(f"{LOG}/2026") == note
    assert not signer.answers(signer.socket_of(tmp_path)), "the new one ends, too"


def _children(folder: Path) -> list[int]:
    """The processes that sign with the keys of a folder."""
    asked = ["pgrep", "-f", f"webui.signer {folder}$"]
    told = subprocess.run(asked, capture_output=True, check=False, text=True)
    return [int(line) for line in told.stdout.split()]


def test_a_command_beside_a_running_server_asks_its_signer(
    remote: signer.Remote, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with signer_beside.beside(folder) as asked:
        assert asked.keys(LOG) == remote.keys(LOG)
    assert "Traceback" not in capfd.readouterr().err
    assert len(remote.keys(LOG)) == 1, "it does not end with the command"


def test_a_second_signer_does_not_take_the_place_of_the_first(
    remote: signer.Remote, folder: Path
) -> None:
    with pytest.raises(ConfigurationError):
        signer.serve(keeper.Keeper(folder), signer.socket_of(folder), once=True)
    assert len(remote.keys(LOG)) == 1


def test_nobody_answers_where_no_signer_runs(tmp_path: Path) -> None:
    with pytest.raises(SignerRefusedError, match="does not answer"):
        signer.Remote(tmp_path / "none").keys(LOG)


def test_keys_are_made_and_shown_on_the_command_line(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "webui", "signer"]
    folder = ["--folder", str(tmp_path / "kept")]
    made = subprocess.run(
        [*command, "make-key", LOG, *folder], capture_output=True, check=True, text=True
    )
    shown = subprocess.run(
        [*command, "keys", LOG, *folder], capture_output=True, check=True, text=True
    )
    assert made.stdout == shown.stdout
    assert verifier.read_key(made.stdout).name == LOG
