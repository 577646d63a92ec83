"""Files that people attach to an answer.

The answer is the SHA-256 of the file: so the sealed history commits to the content
itself. Until the answer is stored, the page carries each uploaded file as a signed
token, and nobody can refer to a file that was not uploaded here. A file is only ever
given back as a download.
"""

import hashlib
import urllib.parse
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol, cast
from uuid import UUID

import flask
import itsdangerous
from flask.sansio.app import App
from werkzeug.datastructures import FileStorage, MultiDict

from engine import limits, unsent
from engine.domain.organisation import Account
from engine.forms.answers import FieldError
from engine.forms.field import Field
from engine.forms.form import Form
from engine.forms.types import filepicker
from engine.queries import CaseItem
from webui import context, fields, sniffing, upload_words
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
        "image/gif",
        "image/jpeg",
        "image/png",
        "image/webp",
        "text/plain",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }
)
_OTHER: Final = "application/octet-stream"

#: What waits for the forms that use it.
ROOM: Final = unsent.Room(
    files=limits.UNUSED_FILES,
    own=limits.UNUSED_BYTES,
    all=limits.UNUSED_TENANT_BYTES,
)

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

    def tidy(self, tenant: UUID, before: datetime) -> int:
        """Remove what servers that died had begun to write before an instant."""

    def sweep(self, tenant: UUID, now: datetime) -> int:
        """Once a day, remove files that nothing has named for a day; how many."""


class _Keeps(Protocol):
    @property
    def attachments(self) -> Attachments:
        """The installation's attachments."""


class UploadRefusedError(Exception):
    """A file is not taken; the text says why."""


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
        return str(
            _signer(context.current_actor().account).dumps(
                [self.sha256, self.name, self.type, self.size]
            )
        )

    @property
    def file(self) -> unsent.File:
        """The file as a draft keeps it."""
        return self.sha256, self.name, self.type, self.size

    @property
    def megabytes(self) -> str:
        """The size as people say it: `1,2 MB`."""
        return upload_words.size(self.size)


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


def kept(files: Iterable[unsent.File]) -> tuple[Attached, ...]:
    """Files as a draft kept them."""
    return tuple(
        Attached(sha256=sha256, name=name, type=kind, size=size)
        for sha256, name, kind, size in files
    )


def install(app: App) -> None:
    """Give templates what the file field shows."""
    app.jinja_env.globals.update(
        upload_limits=upload_words.limits_of,
        upload_words=upload_words.script,
        token_prefix=TOKEN,
    )


def attachments() -> Attachments:
    """Where this installation keeps files."""
    return kept_by(context.application())


def of_case(case: UUID) -> Notes:
    """The files of a case of the reader's tenant."""
    return attachments().of_case(context.tenant(), case)


def kept_by(application: context.Application) -> Attachments:
    """Where an installation keeps files, outside of a page too."""
    return cast("_Keeps", application).attachments


def read(
    form: Form,
    values: MultiDict[str, str],
    files: MultiDict[str, FileStorage],
    held: Notes,
    case: UUID | None = None,
) -> Uploads:
    """Store what a request brings for file fields, and keep what came before.

    Args:
        form: The form.
        values: The request's texts, tokens of earlier uploads among them.
        files: The request's files.
        held: What the case holds already, for the limit of a case.
        case: The case; None at the receipt.
    """
    kept: dict[str, tuple[Attached, ...]] = {}
    errors: list[FieldError] = []
    owner = context.current_actor().account
    for field in form.fields:
        if field.type != "filepicker":
            continue
        tokens = values.getlist(f"{TOKEN}{field.key}")
        found = [one for one in opened(tokens, owner) if _accepted(field, one, errors)]
        for sent in files.getlist(f"{fields.PREFIX}{field.key}"):
            stored = _store(field, sent, errors, case) if sent.filename else None
            found += [stored] if stored else []
        kept[field.key] = tuple(found)
        if _size(held, kept) > limits.CASE_ATTACHMENT_BYTES:
            most = limits.CASE_ATTACHMENT_BYTES // _MIB
            text = translate("The files of a case may have %(n)d MB in all.", n=most)
            errors.append(FieldError(field.key, "case-too-large", {}, text))
    return Uploads(files=kept, errors=tuple(errors))


def keep(name: str, content: bytes, owner: Account, case: UUID | None) -> Attached:
    """Store a whole file that no answer refers to yet.

    Raises:
        UploadRefusedError: It is empty, too large, or not what its name says; or too
            much waits for the forms that use it.
    """
    name = plain(name)
    sha256 = hashlib.sha256(content).hexdigest()
    made = Attached(
        sha256=sha256, name=name, type=_checked(name, content), size=len(content)
    )
    application, now = context.application(), context.now()
    # The row comes first: bytes without one would never be cleaned away.
    full = application.uploads.begin(
        owner.tenant,
        unsent.Upload(
            id=application.engine.tools.ids.uuid(),
            account=owner.id,
            case=case,
            name=made.name,
            type=made.type,
            size=made.size,
            received=made.size,
            sha256=made.sha256,
            began_at=now,
            seen_at=now,
        ),
        ROOM,
    )
    if full is not None:
        raise UploadRefusedError(upload_words.full(full))
    attachments().put(owner.tenant, content)
    return made


def checked(name: str, content: bytes, tenant: UUID) -> tuple[str, str]:
    """Keep the bytes of a file that is what its name says: media type and SHA-256.

    Raises:
        UploadRefusedError: It is not.
    """
    kind = _checked(name, content)
    return kind, attachments().put(tenant, content)


def _checked(name: str, content: bytes) -> str:
    said = upload_words.why_not(name, len(content)) or sniffing.refusal(name, content)
    if said:
        raise UploadRefusedError(said)
    return sniffing.type_of(name, content) or _OTHER


def attach(item: CaseItem, uploads: Uploads) -> None:
    """Note the names of files that were stored with an answer."""
    notes = uploads.notes()
    if notes:
        actor = context.current_actor()
        place = (actor.tenant, item.id, item.month)
        attachments().attach(place, actor.account.id, context.now(), notes)
        context.application().uploads.used(actor.tenant, actor.account.id, notes)


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
    field: Field, sent: FileStorage, errors: list[FieldError], case: UUID | None
) -> Attached | None:
    name = plain(sent.filename or "")
    given = Attached(sha256="", name=name, type=sent.mimetype or "", size=0)
    content = sent.stream.read(limits.ATTACHMENT_BYTES + 1)
    if not upload_words.why_not(name, len(content)) and not _accepted(
        field, given, errors
    ):
        return None
    try:
        return keep(name, content, context.current_actor().account, case)
    except UploadRefusedError as refused:
        errors.append(FieldError(field.key, "file-refused", {}, str(refused)))
        return None


def _accepted(field: Field, file: Attached, errors: list[FieldError]) -> bool:
    """Whether a field takes files of this name or type."""
    if filepicker.accepts(field, name=file.name, media_type=file.type):
        return True
    kinds = ", ".join(field.accept)
    text = translate("%(name)s is none of: %(kinds)s.", name=file.name, kinds=kinds)
    errors.append(FieldError(field.key, "file-type", {}, text))
    return False


def plain(name: str) -> str:
    """The last part of a name that a browser sent, without control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(each for each in last if each.isprintable())[-_NAME_CHARS:] or "tep"


def opened(tokens: Iterable[str], owner: Account) -> list[Attached]:
    """The files that a page of ours carried for its owner; what we signed, no other."""
    found = []
    for token in tokens:
        try:
            sha256, name, kind, size = _signer(owner).loads(token)
        except itsdangerous.BadSignature:
            continue
        found.append(Attached(sha256=sha256, name=name, type=kind, size=size))
    return found


def _signer(owner: Account) -> itsdangerous.URLSafeSerializer:
    """Signs for one account: nobody else's page can carry the token."""
    return itsdangerous.URLSafeSerializer(
        context.settings().secret, f"{_SALT}.{owner.id.hex}"
    )
