"""Archives that people upload: read whole, or refused; never a fault of ours."""

import io
import random
import zipfile

import pytest

from engine import limits
from engine.errors import EngineError, ModelInvalidError
from models_bpmn import packages

CONTENT = b"<definitions/>" * 200


def packed(method: int = zipfile.ZIP_DEFLATED, content: bytes = CONTENT) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        archive.writestr("process.bpmn", content)
        archive.writestr("forms/a.form", content)
    return made.getvalue()


def damaged(whole: bytes, chance: random.Random) -> bytes:
    """An archive with some wrong bytes, sometimes cut."""
    made = bytearray(whole)
    for _ in range(chance.choice((1, 2, 5, 30))):
        made[chance.randrange(len(made))] = chance.randrange(256)
    return bytes(made[: chance.randrange(len(made))] if chance.random() < 0.2 else made)


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_whole_archive_gives_its_files(method: int) -> None:
    files = packages.unpack("a.zip", packed(method))
    assert files == {"process.bpmn": CONTENT, "forms/a.form": CONTENT}


def test_a_damaged_archive_is_read_or_refused() -> None:
    chance, refused = random.Random(8), 0  # noqa: S311 - no secret
    for _ in range(1_500):
        try:
            packages.unpack("a.zip", damaged(packed(), chance))
        except EngineError:
            refused += 1
    assert refused > 500


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_may_ask_for_any_memory_are_refused(method: int) -> None:
    with pytest.raises(ModelInvalidError):
        packages.unpack("a.zip", packed(method))


def test_an_archive_that_grows_beyond_the_limit_is_refused_unread() -> None:
    bomb = packed(content=bytes(limits.PACKAGE_BYTES))
    with pytest.raises(ModelInvalidError) as found:
        packages.unpack("a.zip", bomb)
    assert found.value.findings[0].code == "package-too-large"
