"""What a designer sends: one diagram, several files, or a zip of a package."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from werkzeug.datastructures import FileStorage

from engine import limits
from engine.errors import Finding, ModelInvalidError, TooLargeError
from webui.i18n import translate

ACCEPTED: Final = (".bpmn", ".zip")
_MOST_FILES: Final = 500
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
#: What a damaged archive makes of `zipfile`; a lone number that is wrong may do each.
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, LookupError),
    *(NotImplementedError, OSError, RuntimeError, ValueError, OverflowError),
)


def files(sent: Iterable[FileStorage]) -> dict[str, bytes]:
    """The files of a package, by name.

    Raises:
        ModelInvalidError: Nothing was sent, or it is neither a diagram nor a zip.
        TooLargeError: It exceeds the limit of a package.
    """
    uploads = [one for one in sent if one.filename]
    if not uploads:
        raise _refusal("upload-empty", translate("Choose a file first."))
    found: dict[str, bytes] = {}
    for upload in uploads:
        name = PurePosixPath((upload.filename or "").replace("\\", "/")).name
        content = upload.stream.read(limits.PACKAGE_BYTES + 1)
        _check_size(len(content))
        if name.lower().endswith(".zip"):
            found |= _unpacked(name, content)
        elif name.lower().endswith((".bpmn", ".dmn")):
            found[name] = content
        else:
            text = translate("%(name)s is neither .bpmn nor .zip.", name=name)
            raise _refusal("upload-type", text)
    return found


def _unpacked(name: str, content: bytes) -> dict[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [one for one in archive.infolist() if not one.is_dir()]
            if len(members) > _MOST_FILES:
                raise TooLargeError
            # Other methods can ask for any memory, whatever the size of the member.
            if any(one.compress_type not in _METHODS for one in members):
                raise _unreadable(name)
            # What the archive declares is checked first, what it holds while reading.
            _check_size(sum(member.file_size for member in members))
            read = {
                member.filename: _member(archive, member)
                for member in members
                if not stat.S_ISLNK(member.external_attr >> 16)
            }
    except _DAMAGED as error:
        raise _unreadable(name) from error
    return _without_folder(read)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as file:
        content = file.read(member.file_size + 1)
    _check_size(len(content))
    return content


def _without_folder(read: dict[str, bytes]) -> dict[str, bytes]:
    """Leave out a folder that everything stands in."""
    tops = {name.partition("/")[0] for name in read}
    inside = all("/" in name for name in read)
    if len(tops) != 1 or not inside:
        return read
    return {name.partition("/")[2]: content for name, content in read.items()}


def _check_size(size: int) -> None:
    if size > limits.PACKAGE_BYTES:
        raise TooLargeError(limit=limits.PACKAGE_BYTES)


def _unreadable(name: str) -> ModelInvalidError:
    text = translate("%(name)s cannot be opened as a zip.", name=name)
    return _refusal("upload-zip", text)


def _refusal(code: str, text: str) -> ModelInvalidError:
    return ModelInvalidError([Finding(code=code, severity="refusal", message=text)])
