"""The keeper of the keys signs what grew, and nothing else."""

import hashlib
import os
from pathlib import Path

import pytest

from engine.errors import SignerRefusedError
from engine.evidence import checkpoint, keeper, tree, verifier

LOG = "tinh.example/quytrinh"
ORIGIN = f"{LOG}/2026"


class Log:
    """A log that grows."""

    def __init__(self, salt: bytes = b"") -> None:
        self.salt = salt
        self.frontier = tree.Frontier()
        self.nodes: dict[tuple[int, int], bytes] = {}

    def grow(self, size: int) -> bytes:
        while self.frontier.size < size:
            leaf = hashlib.sha256(self.salt + bytes([self.frontier.size])).digest()
            for level, index, value in self.frontier.append(leaf):
                self.nodes[level, index] = value
        head = verifier.Checkpoint(ORIGIN, size, self.frontier.root())
        return checkpoint.text(head)

    def proof(self, first: int, second: int) -> list[bytes]:
        return tree.consistency(first, second, lambda level, at: self.nodes[level, at])


@pytest.fixture
def kept(tmp_path: Path) -> keeper.Keeper:
    made = keeper.Keeper(tmp_path)
    made.make_key(LOG, "1")
    return made


def trusted(kept: keeper.Keeper) -> list[verifier.Key]:
    return [verifier.read_key(line) for line in kept.keys(LOG)]


def test_a_signed_head_is_a_note_that_the_verifier_accepts(kept: keeper.Keeper) -> None:
    text = Log().grow(3)
    note = verifier.read_note(kept.sign(text, []))
    assert note.text == text
    assert verifier.read_checkpoint(note).size == 3
    assert note.signed_by(trusted(kept)) == trusted(kept)


def test_a_log_that_grew_is_signed_again(kept: keeper.Keeper) -> None:
    log = Log()
    kept.sign(log.grow(0), [])
    kept.sign(log.grow(3), [])
    kept.sign(log.grow(9), log.proof(3, 9))
    kept.sign(log.grow(9), [])
    last = kept.last(ORIGIN)
    assert last is not None
    assert verifier.read_checkpoint(verifier.read_note(last)).size == 9


def test_a_log_that_went_back_is_never_signed(kept: keeper.Keeper) -> None:
    kept.sign(Log().grow(9), [])
    with pytest.raises(SignerRefusedError, match="went back"):
        kept.sign(Log().grow(8), [])


def test_another_past_is_never_signed(kept: keeper.Keeper) -> None:
    kept.sign(Log().grow(5), [])
    forged = Log(b"forged")
    for size in (5, 9):
        with pytest.raises(SignerRefusedError, match="grow"):
            kept.sign(forged.grow(size), [])
    with pytest.raises(SignerRefusedError, match="grow"):
        kept.sign(forged.grow(9), forged.proof(5, 9))


def test_the_memory_outlives_the_process(kept: keeper.Keeper, tmp_path: Path) -> None:
    kept.sign(Log().grow(9), [])
    with pytest.raises(SignerRefusedError, match="went back"):
        keeper.Keeper(tmp_path).sign(Log().grow(8), [])


def test_a_key_that_others_may_read_stops_signing_and_says_so(
    kept: keeper.Keeper, tmp_path: Path
) -> None:
    (path,) = (tmp_path / "keys").rglob("*.pem")
    path.chmod(0o640)
    with pytest.raises(SignerRefusedError, match="may be read by others"):
        kept.sign(Log().grow(1), [])
    path.chmod(0o600)
    assert kept.sign(Log().grow(1), [])


def test_a_key_of_another_user_stops_signing_and_says_just_that(
    kept: keeper.Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.geteuid() + 1
    monkeypatch.setattr("os.geteuid", lambda: other)
    with pytest.raises(SignerRefusedError, match="belongs to another user"):
        kept.sign(Log().grow(1), [])
    monkeypatch.undo()
    assert kept.sign(Log().grow(1), [])


def test_a_second_key_signs_beside_the_first_until_it_is_removed(
    kept: keeper.Keeper, tmp_path: Path
) -> None:
    (old,) = trusted(kept)
    kept.make_key(LOG, "2")
    log = Log()
    both = verifier.read_note(kept.sign(log.grow(1), []))
    assert len(both.signed_by(trusted(kept))) == 2
    assert both.signed_by([old]) == [old]
    next((tmp_path / "keys").rglob("1.pem")).unlink()
    alone = verifier.read_note(kept.sign(log.grow(2), log.proof(1, 2)))
    assert alone.signed_by([old]) == []
    assert len(alone.signed_by(trusted(kept))) == 1


def test_a_key_is_never_made_over_another(kept: keeper.Keeper) -> None:
    with pytest.raises(SignerRefusedError, match="already"):
        kept.make_key(LOG, "1")


@pytest.mark.parametrize("name", ["", "../x", "a/b", "a b", ".a", "a" * 65])
def test_names_that_could_lead_elsewhere_are_refused(
    kept: keeper.Keeper, name: str
) -> None:
    with pytest.raises(SignerRefusedError):
        kept.make_key(LOG, name)
    with pytest.raises(SignerRefusedError):
        kept.make_key(f"../{name}", "1")


@pytest.mark.parametrize(
    "text", [b"", b"x", b"a/2026\n-1\nAAAA\n", b"a/2026\n1\nAAAA\n", b"\xff\n1\n\n"]
)
def test_what_is_no_checkpoint_is_not_signed(kept: keeper.Keeper, text: bytes) -> None:
    with pytest.raises(SignerRefusedError):
        kept.sign(text, [])


def test_a_log_without_key_is_told(kept: keeper.Keeper) -> None:
    head = verifier.Checkpoint("other/2026", 0, tree.EMPTY)
    with pytest.raises(SignerRefusedError, match="no key for the log other"):
        kept.sign(checkpoint.text(head), [])


def test_a_damaged_memory_stops_signing(kept: keeper.Keeper, tmp_path: Path) -> None:
    kept.sign(Log().grow(1), [])
    (path,) = (tmp_path / "heads").iterdir()
    path.write_bytes(b"")
    with pytest.raises(SignerRefusedError, match="damaged"):
        kept.sign(Log().grow(2), [])


def test_a_head_that_cannot_be_remembered_is_not_handed_out(
    kept: keeper.Keeper, tmp_path: Path
) -> None:
    # Where the last heads belong stands a file: as little can be written as on a full
    # disk.
    kept.sign(Log().grow(1), [])
    draft = tmp_path / "heads" / "tinh.example%2Fquytrinh%2F2027.new"
    draft.mkdir()
    text = checkpoint.text(verifier.Checkpoint(f"{LOG}/2027", 0, tree.EMPTY))
    with pytest.raises(SignerRefusedError, match="cannot be kept"):
        kept.sign(text, [])
    assert kept.last(f"{LOG}/2027") is None
