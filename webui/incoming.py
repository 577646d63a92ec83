"""Files that come in parts, and go on where a broken connection left them.

The protocol is tus 1.0.0 (https://tus.io/protocols/resumable-upload) with the
extensions creation, checksum, termination and expiration. A part counts as a whole or
not at all. When the last one has come the file is held against its name; a GET then
gives the token by which a form refers to it.
"""

import base64
import binascii
import hashlib
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Final
from uuid import UUID

import flask
from werkzeug.http import http_date

from engine import limits, unsent
from engine.domain import policy
from engine.domain.organisation import Account
from engine.errors import EngineError, NotFoundError, TooLargeError
from webui import context, dossier, upload_words, uploads
from webui.i18n import translate

blueprint = flask.Blueprint("incoming", __name__)

_VERSION: Final = "1.0.0"
_PATH: Final = "/tep-len"
_PART: Final = "application/offset+octet-stream"
_CHECKSUM: Final = "sha256"
#: tus, "Checksum Mismatch".
_MISMATCH: Final = 460
_LIFE: Final = timedelta(hours=limits.UPLOAD_HOURS)
#: A file is never longer in digits than this.
_DIGITS: Final = 12


class _RefusedError(Exception):
    """A request that the protocol refuses: status and reason."""

    def __init__(self, status: int, said: str = "") -> None:
        super().__init__(said)
        self.status = status


@blueprint.errorhandler(_RefusedError)
def _refused(error: _RefusedError) -> flask.Response:
    return _answer(error.status, said=str(error))


@blueprint.route(_PATH, methods=["OPTIONS"])
def describe() -> flask.Response:
    """What this server understands (tus, OPTIONS)."""
    return _answer(
        HTTPStatus.NO_CONTENT,
        {
            "Tus-Version": _VERSION,
            "Tus-Extension": "creation,checksum,termination,expiration",
            "Tus-Checksum-Algorithm": _CHECKSUM,
            "Tus-Max-Size": str(limits.ATTACHMENT_BYTES),
        },
    )


@blueprint.post(_PATH)
def begin() -> flask.Response:
    """Announce a file: its name and size (tus, Creation)."""
    owner = _owner()
    told = _metadata()
    size = _number("Upload-Length")
    name = uploads.plain(told.get("filename", ""))
    said = upload_words.why_not(name, size)
    if said:
        raise _RefusedError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, said)
    _check_underway(owner, size)
    application, now = context.application(), context.now()
    made = unsent.Upload(
        id=application.engine.tools.ids.uuid(),
        account=owner.id,
        case=_case(told.get("case", "")),
        name=name,
        type="",
        size=size,
        received=0,
        sha256=None,
        began_at=now,
        seen_at=now,
    )
    full = application.uploads.begin(owner.tenant, made, uploads.ROOM)
    if full is not None:
        said = upload_words.full(full)
        raise _RefusedError(HTTPStatus.TOO_MANY_REQUESTS, said)
    where = flask.url_for("incoming.status", upload=made.id)
    return _answer(HTTPStatus.CREATED, {"Location": where, **_expires(made)})


@blueprint.get(f"{_PATH}/<uuid:upload>")
def status(upload: UUID) -> flask.Response:
    """How much has come (tus, HEAD); of a whole file, the token for a form."""
    found = _find(upload)
    answer = flask.jsonify(name=found.name, size=found.size, offset=found.received)
    if found.sha256 is not None:
        whole = uploads.Attached(
            sha256=found.sha256, name=found.name, type=found.type, size=found.size
        )
        answer = flask.jsonify(
            name=found.name,
            size=whole.megabytes,
            sha256=whole.sha256,
            token=whole.token,
        )
    headers = {
        "Tus-Resumable": _VERSION,
        "Upload-Offset": str(found.received),
        "Upload-Length": str(found.size),
        **_expires(found),
    }
    answer.headers.update(headers)
    return answer


@blueprint.patch(f"{_PATH}/<uuid:upload>")
def add(upload: UUID) -> flask.Response:
    """Take the next part (tus, PATCH)."""
    found = _find(upload)
    if flask.request.mimetype != _PART:
        raise _RefusedError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    if found.sha256 is not None or _number("Upload-Offset") != found.received:
        raise _RefusedError(HTTPStatus.CONFLICT)
    part = _part(found)
    owner = context.current_actor().account
    files = context.application().uploads
    now = files.add(owner.tenant, found, part, context.now())
    if now is None:
        raise _RefusedError(HTTPStatus.CONFLICT)
    if now.received == now.size:
        _finish(now, owner)
    return _answer(
        HTTPStatus.NO_CONTENT, {"Upload-Offset": str(now.received), **_expires(now)}
    )


@blueprint.delete(f"{_PATH}/<uuid:upload>")
def end(upload: UUID) -> flask.Response:
    """Give a file up (tus, Termination)."""
    found = _find(upload)
    tenant = context.current_actor().tenant
    forget(context.application(), tenant, found)
    return _answer(HTTPStatus.NO_CONTENT)


def sweep(application: context.Application, tenant: UUID) -> int:
    """Remove files whose time is over and that nothing refers to; how many rows."""
    before = application.clock.now() - _LIFE
    old = application.uploads.abandoned(tenant, before)
    gone = sum(forget(application, tenant, one) for one in old)
    files = uploads.kept_by(application)
    files.tidy(tenant, before)
    files.sweep(tenant, application.clock.now())
    return gone


def forget(
    application: context.Application, tenant: UUID, upload: unsent.Upload
) -> bool:
    """Remove a file on its way; its bytes stay where anything kept names them.

    Returns:
        False: a draft names it. The row stays, so that the bytes count and go when the
        draft has gone.
    """
    sha256, files = upload.sha256, application.uploads
    if sha256 is not None and files.drafted(tenant, sha256):
        files.keep(tenant, upload.id, application.clock.now())
        return False
    files.forget(tenant, upload.id)
    if sha256 is None or files.wanted(tenant, sha256):
        return True
    if not files.recorded(tenant, upload):
        uploads.kept_by(application).forget(tenant, sha256)
    return True


def _finish(found: unsent.Upload, owner: Account) -> None:
    """Hold the whole against its name, and keep it."""
    files = context.application().uploads
    content = files.content(owner.tenant, found.id)
    try:
        kind, sha256 = uploads.checked(found.name, content, owner.tenant)
    except uploads.UploadRefusedError as refused:
        files.forget(owner.tenant, found.id)
        raise _RefusedError(HTTPStatus.UNPROCESSABLE_ENTITY, str(refused)) from refused
    files.whole(owner.tenant, found.id, sha256, kind)


def _owner() -> Account:
    context.demand(policy.Action.FILE_SEND)
    return context.current_actor().account


def _find(upload: UUID) -> unsent.Upload:
    owner = _owner()
    found = context.application().uploads.find(owner.tenant, owner.id, upload)
    if found is None:
        raise NotFoundError
    return found


def _case(text: str) -> UUID | None:
    """The case that a file is for; only one that the sender may see."""
    if not text:
        return None
    try:
        return dossier.find(UUID(text)).id
    except (ValueError, EngineError) as error:
        raise _RefusedError(HTTPStatus.BAD_REQUEST) from error


def _check_underway(owner: Account, size: int) -> None:
    count, taken = context.application().uploads.underway(owner.tenant, owner.id)
    if count >= limits.UPLOADS_UNDERWAY or taken + size > limits.UPLOADS_UNDERWAY_BYTES:
        said = translate("Too many files are underway. Finish or leave some first.")
        raise _RefusedError(HTTPStatus.TOO_MANY_REQUESTS, said)


def _part(found: unsent.Upload) -> bytes:
    """The body, checked against its announced length and checksum."""
    length = flask.request.content_length
    rest = found.size - found.received
    if length is None:
        raise _RefusedError(HTTPStatus.LENGTH_REQUIRED)
    if length > min(limits.UPLOAD_PART_BYTES, rest):
        raise TooLargeError(limit=limits.UPLOAD_PART_BYTES)
    # A body that ends too early is refused here by the server.
    part = flask.request.get_data(cache=False, parse_form_data=False)
    if not part or len(part) != length:
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    _check_sum(part)
    return part


def _check_sum(part: bytes) -> None:
    given = flask.request.headers.get("Upload-Checksum", "")
    if not given:
        return
    algorithm, _, expected = given.partition(" ")
    if algorithm != _CHECKSUM:
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    if base64.b64encode(hashlib.sha256(part).digest()).decode() != expected:
        raise _RefusedError(_MISMATCH)


def _metadata() -> Mapping[str, str]:
    """tus, Upload-Metadata: pairs of a key and a Base64 text, with commas between."""
    found = {}
    for pair in flask.request.headers.get("Upload-Metadata", "").split(","):
        key, _, value = pair.strip().partition(" ")
        try:
            found[key] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise _RefusedError(HTTPStatus.BAD_REQUEST) from error
    return found


def _number(header: str) -> int:
    text = flask.request.headers.get(header, "")
    if not text.isascii() or not text.isdigit() or len(text) > _DIGITS:
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    return int(text)


def _expires(upload: unsent.Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.seen_at + _LIFE)}


def _answer(
    status: int, headers: Mapping[str, str] | None = None, said: str = ""
) -> flask.Response:
    made = flask.make_response(said, status)
    made.headers["Tus-Resumable"] = _VERSION
    if said:
        made.headers["Content-Type"] = "text/plain; charset=utf-8"
    made.headers.update(headers or {})
    return made
