"""`quytrinh evidence check-receipt`: is what somebody holds still in the log."""

from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click

from engine.domain import receipt
from engine.domain.events import Sealed
from engine.errors import ConfigurationError
from engine.evidence import held
from engine.evidence.held import Outcome
from webui import bootstrap, sequencing
from webui.cli import common, heads

_WORDS: Final = {
    Outcome.PROVED: (
        "Nhật ký có sự kiện tiếp nhận hồ sơ này, đúng như trên biên nhận.",
        "The log holds the event that opened this dossier, as on the receipt.",
    ),
    Outcome.PENDING: (
        "Sự kiện có trong hồ sơ, chưa nằm trong đầu nhật ký đã ký. Hãy thử lại sau.",
        "The event is in the case, and in no signed head yet. Try again in a moment.",
    ),
    Outcome.MISSING: (
        "Nhật ký KHÔNG có sự kiện trên biên nhận: đã bị bỏ hoặc bị sửa.",
        "The log does NOT hold the event of the receipt: taken out or altered.",
    ),
    Outcome.ALTERED: (
        "Nhật ký có dấu này, nhưng hồ sơ đang lưu KHÁC với biên nhận.",
        "The log holds this leaf, but the dossier that is stored is ANOTHER one.",
    ),
    Outcome.FORGED: (
        "Dấu này KHÔNG dẫn tới đầu nhật ký đã ký.",
        "This leaf does NOT lead to the signed head.",
    ),
    Outcome.ELSEWHERE: (
        "Biên nhận này của một nhật ký khác.",
        "This receipt is of another log.",
    ),
    Outcome.UNSIGNED: (
        "Đầu nhật ký không có chữ ký của khóa tin cậy.",
        "None of the trusted keys signed the head.",
    ),
}


@click.command("check-receipt")
@click.argument("text")
@heads.KEYS
@common.as_json
def check_receipt(text: str, keys: Path | None, json_: bool) -> None:  # noqa: FBT001
    """Compare TEXT, what the QR code of a receipt says, with the log.

    With --keys the signature on the head is checked, too. Exit 1: the log does not
    prove the receipt.
    """
    try:
        asked = receipt.parse(text)
    except receipt.NoReceiptError as error:
        message = f"This is not the text of a receipt: {error}."
        raise ConfigurationError(message) from error
    trusted = heads.keys_of(keys)
    with common.application(guarded=False) as app:
        tenant = common.tenant_of(app)
        looking = held.Held(
            log=app.log,
            tenant=tenant,
            name=sequencing.log_name(tenant),
            trusted=trusted or (),
        )
        found = looking.look_up(asked, _first(app, tenant, asked.code))
    vietnamese, english = _WORDS[found.outcome]
    told = {
        "ok": found.outcome is Outcome.PROVED,
        "result": found.outcome.value,
        "code": asked.code,
        **_where(found),
        "signature": "checked" if trusted and found.head else "not checked",
        "message_vi": vietnamese,
        "message_en": english,
    }
    common.show(told, json_=json_)
    if found.outcome is not Outcome.PROVED:
        raise click.exceptions.Exit(1)


def _first(app: bootstrap.Application, tenant: UUID, code: str) -> Sealed | None:
    """The first event of the case with a code."""
    item = app.queries.case(common.operator(app), code)
    if item is None:
        return None
    with app.store.read(tenant) as uow:
        events = uow.history.read(item.id, item.month)
    return events[0] if events else None


def _where(found: held.Answer) -> dict[str, Any]:
    place, head = found.place, found.head
    return {
        "case": None if found.case is None else str(found.case),
        "year": None if place is None else place.year,
        "index": None if place is None else place.index,
        "head": None if head is None else head.size,
        "signed_at": None if head is None else common.local(head.at),
    }
