"""The command of the verifier speaks Vietnamese and English, whatever goes wrong."""

import json
import re
from pathlib import Path

import pytest

from engine.evidence import bundle, verifier
from tests.unit.engine.evidence import bundles


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A good bundle, with its key and its head beside it."""
    made = bundles.contents([bundles.case()])
    (tmp_path / "ho-so.asice").write_bytes(bundle.assemble(made))
    (tmp_path / "keys.txt").write_text(f"{bundles.key_line()}\n", encoding="utf-8")
    (tmp_path / "head.txt").write_bytes(made.heads[bundles.YEAR])
    return tmp_path


def run(place: Path, *more: str) -> int:
    return verifier.main([str(place / "ho-so.asice"), *more])


def test_every_layer_is_named_in_both_languages(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(place, "--keys", str(place / "keys.txt")) == 0
    said = capsys.readouterr().out
    assert tuple(verifier._NAMES) == verifier.LAYERS
    for layer in verifier.LAYERS:
        vietnamese, english = verifier._NAMES[layer]
        assert f"{vietnamese}: " in said
        assert f"{english} ({layer}): " in said
        assert said.index(f"{vietnamese}: ") < said.index(f"{english} ({layer}): ")


def test_a_kept_head_is_read_from_its_file(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = ["--keys", str(place / "keys.txt"), "--head", str(place / "head.txt")]
    assert run(place, *options, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["not_checked"] == ["timestamp"]
    assert sorted(told) == ["cases", "layers", "not_checked", "ok", "reading"]


@pytest.mark.parametrize(
    ("option", "content", "words"),
    [
        ("keys", b"# x\nx+y+z\n", ("dòng 2: không phải base64", "line 2: no base64")),
        ("keys", b"\xff", ("tệp khóa không phải là văn bản", "is no text")),
        ("keys", b"x", ("không phải khóa kiểm tra Ed25519", "no Ed25519 verifier key")),
        ("head", b"x", ("không phải văn bản có chữ ký", "no signed note")),
        ("head", b"x\n\n\xe2\x80\x94 x eA==\n", ("chữ ký quá ngắn", "is too short")),
        ("head", None, ("không mở được tệp", "cannot be opened")),
    ],
    ids=range(6),
)
def test_what_cannot_be_read_is_told_in_both_languages(
    place: Path,
    capsys: pytest.CaptureFixture[str],
    option: str,
    content: bytes | None,
    words: tuple[str, str],
) -> None:
    file = place / "given.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SystemExit) as stopped:
        run(place, f"--{option}", str(file))
    assert stopped.value.code == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert words[0] in lines[0]
    assert words[1] in lines[1]


def test_help_and_wrong_commands_are_told_in_both_languages(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for arguments, code in ((["--help"], 0), ([], 2), (["x", "--keyz"], 2)):
        with pytest.raises(SystemExit) as stopped:
            verifier.main(arguments)
        assert stopped.value.code == code
        told = capsys.readouterr()
        said = told.out + told.err
        assert "Cách dùng / Usage: " in said
        wanted = ("Mã thoát 0", "Exit 0") if code == 0 else ("Lệnh không", "command")
        assert all(one in said for one in wanted)


def test_every_reason_that_the_file_raises_has_its_words() -> None:
    text = Path(verifier.__file__).read_text(encoding="utf-8")
    raised = re.findall(r'Malformed\("([^"]+)"', text)
    assert len(raised) > 15
    assert set(raised) <= set(verifier._WHY)
    for code, (vietnamese, english) in verifier._WORDS.items():
        assert vietnamese != english, code
