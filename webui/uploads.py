"""Files that people attach to an answer.

The answer is the SHA-256 of the file: so the sealed history commits to the content
itself. Until the answer is stored, the page carries each uploaded file as a signed
token, and nobody can refer to a file that was not uploaded here. A file is only ever
given back as a download.
"""

import mimetypes
import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, cast
from uuid import UUID

import flask
import itsdangerous
from flask.sansio.app import App
from werkzeug.datastructures import FileStorage, MultiDict

from engine import limits
from engine.forms.answers import FieldError
from engine.forms.field import Field
from engine.forms.form import Form
from engine.forms.types import filepicker
from engine.queries import CaseItem
from webui import context, fields
from webui.i18n import translate

#: Names of the inputs that keep a file that was uploaded before.
TOKEN: Final = "t."  # noqa: S105 - a prefix of names
_SALT: Final = "quytrinh.attachment"
_NAME_CHARS: Final = 200
_MIB: Final = 1024 * 1024
#: Media types that are told to the browser; everything else is only bytes.
_KNOWN: Final = frozenset(
    {
        "application/pdf",
        "image/jpeg",
        "image/png",
        "text/plain",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
_OTHER: Final = "application/octet-stream"

#: SHA-256 to name, media type and size.
Notes = Mapping[str, tuple[str, str, int]]


class Attachments(Protocol):
    """Where the bytes and their names are kept."""

    def put(self, tenant: UUID, content: bytes) -> str:
        """Store bytes and give their SHA-256 in hex."""

    def get(self, tenant: UUID, sha256: str) -> bytes:
        """The bytes with a hash. Raises NotFoundError."""

    def attach(
        self,
        place: tuple[UUID, UUID, int],
        account: UUID,
        at: datetime,
        files: Notes,
    ) -> None:
        """Note files of a case: tenant, case, month; who, when, what."""

    def of_case(self, tenant: UUID, case: UUID) -> Notes:
        """The files of a case."""

    def forget(self, tenant: UUID, sha256: str) -> None:
        """Remove bytes that no case has any more."""


class _Keeps(Protocol):
    @property
    def attachments(self) -> Attachments:
        """The installation's attachments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that was uploaded."""

    sha256: str
    name: str
    type: str
    size: int

    @property
    def token(self) -> str:
        """The file as a page carries it until the answer is stored."""
        return str(_signer().dumps([self.sha256, self.name, self.type, self.size]))

    @property
    def megabytes(self) -> str:
        """The size as people say it: `1,2 MB`."""
        return size_in_words(self.size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploads:
    """What came with one request, by key of the field."""

    files: Mapping[str, tuple[Attached, ...]]
    errors: tuple[FieldError, ...] = ()

    def answers(self) -> dict[str, list[str]]:
        """The hashes, as the form checks them."""
        return {key: [one.sha256 for one in kept] for key, kept in self.files.items()}

    def notes(self) -> Notes:
        """Names, types and sizes of every file."""
        return {
            one.sha256: (one.name, one.type, one.size)
            for kept in self.files.values()
            for one in kept
        }


def install(app: App) -> None:
    """Give templates what the file field shows."""
    app.jinja_env.globals.update(upload_limits=limits_in_words, token_prefix=TOKEN)


def attachments() -> Attachments:
    """Where this installation keeps files."""
    return cast("_Keeps", context.application()).attachments


def size_in_words(size: int) -> str:
    """`1,2 MB`; below a tenth of that `34 KB`, at least `1 KB`."""
    if size * 10 < _MIB:
        return f"{max(-(-size // 1024), 1)} KB"
    return f"{size / _MIB:.1f} MB".replace(".", ",")


def read(
    form: Form,
    values: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    held: Notes,
) -> Uploads:
    """Store what a request brings for file fields, and keep what came before.

    Args:
        form: The form.
        values: The request's texts, tokens of earlier uploads among them.
        files: The request's files.
        held: What the case holds already, for the limit of a case.
    """
    kept: dict[str, tuple[Attached, ...]] = {}
    errors: list[FieldError] = []
    for field in form.fields:
        if field.type != "filepicker":
            continue
        found = [_opened(token) for token in values.getlist(f"{TOKEN}{field.key}")]
        found.extend(
            _store(field, sent, errors)
            for sent in files.getlist(f"{fields.PREFIX}{field.key}")
            if sent.filename
        )
        kept[field.key] = tuple(one for one in found if one is not None)
        if _size(held, kept) > limits.CASE_ATTACHMENT_BYTES:
            most = limits.CASE_ATTACHMENT_BYTES // _MIB
            text = translate("The files of a case may have %(n)d MB in all.", n=most)
            errors.append(FieldError(field.key, "case-too-large", {}, text))
    return Uploads(files=kept, errors=tuple(errors))


def attach(item: CaseItem, uploads: Uploads) -> None:
    """Note the names of files that were stored with an answer."""
    notes = uploads.notes()
    if notes:
        actor = context.current_actor()
        place = (actor.tenant, item.id, item.month)
        attachments().attach(place, actor.account.id, context.now(), notes)


def download(name: str, kind: str, content: bytes) -> flask.Response:
    """A file as a download, never shown inside a page of ours (RFC 6266)."""
    answer = flask.make_response(content)
    answer.headers["Content-Type"] = kind if kind in _KNOWN else _OTHER
    # RFC 6266, 4.3: the name in UTF-8 (RFC 8187), which every browser understands.
    encoded = urllib.parse.quote(name, safe="")
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{encoded}"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _size(held: Notes, kept: Mapping[str, tuple[Attached, ...]]) -> int:
    sizes = {sha256: size for sha256, (_, _, size) in held.items()}
    sizes |= {one.sha256: one.size for files in kept.values() for one in files}
    return sum(sizes.values())


def _store(
    field: Field, sent: FileStorage, errors: list[FieldError]
) -> Attached | None:
    name = _plain(sent.filename or "")
    content = sent.stream.read(limits.ATTACHMENT_BYTES + 1)
    if len(content) > limits.ATTACHMENT_BYTES:
        most = limits.ATTACHMENT_BYTES // _MIB
        text = translate("%(name)s is larger than %(n)d MB.", name=name, n=most)
        errors.append(FieldError(field.key, "file-too-large", {}, text))
        return None
    if not content:
        text = translate("%(name)s is empty.", name=name)
        errors.append(FieldError(field.key, "file-empty", {}, text))
        return None
    if not filepicker.accepts(field, name=name, media_type=sent.mimetype or ""):
        kinds = ", ".join(field.accept)
        text = translate("%(name)s is none of: %(kinds)s.", name=name, kinds=kinds)
        errors.append(FieldError(field.key, "file-type", {}, text))
        return None
    tenant = context.current_actor().tenant
    return Attached(
        sha256=attachments().put(tenant, content),
        name=name,
        type=mimetypes.guess_type(name)[0] or _OTHER,
        size=len(content),
    )


def _plain(name: str) -> str:
    """The last part of a name that a browser sent, without control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[-_NAME_CHARS:] or "tep"


def _opened(token: str) -> Attached | None:
    """A file that a page of ours carried; None for what we did not sign."""
    try:
        sha256, name, kind, size = _signer().loads(token)
    except itsdangerous.BadSignature:
        return None
    return Attached(sha256=sha256, name=name, type=kind, size=size)


def _signer() -> itsdangerous.URLSafeSerializer:
    """Signs for one account: nobody else's page can carry the token."""
    account = context.current_actor().account.id.hex
    return itsdangerous.URLSafeSerializer(
        context.settings().secret, f"{_SALT}.{account}"
    )


def limits_in_words(field: Field) -> str:
    """What may be attached, for the hint of a field."""
    kinds, most = ", ".join(field.accept), limits.ATTACHMENT_BYTES // _MIB
    if kinds:
        return translate("%(kinds)s, at most %(n)d MB each", kinds=kinds, n=most)
    return translate("At most %(n)d MB each", n=most)
