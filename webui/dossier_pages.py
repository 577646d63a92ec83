"""The tab “Hồ sơ” of a case, and the acts that are told there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import flask

from engine.commands import dossier_acts as acts
from engine.commands import reasons
from engine.commands.hand_over_file import OfferFile
from engine.domain import policy
from engine.domain.dossier_record import Component
from engine.domain.dossier_text import Told
from engine.domain.run import Json
from engine.errors import NotFoundError
from engine.queries import CaseItem
from webui import (
    accesses,
    asking,
    context,
    counter,
    dossier,
    drawn_facts,
    lookups,
    on_paper,
    sheets,
    stages,
    uploads,
)
from webui.i18n import translate

blueprint = flask.Blueprint("dossier_pages", __name__)
_NOTE: Final = policy.Action.DOSSIER_NOTE
_SHORT: Final = reasons.NAME_CHARS
_HASH_CHARS: Final = 64
CHANNEL: Final = {
    "counter": "Cash at the counter",
    "bank": "Bank transfer",
    "gateway": "Payment gateway of the province",
    "npsp": "National Public Service Portal",
}
PAID: Final = {
    "none": "nothing to pay",
    "due": "not paid yet",
    "part": "paid in part",
    "paid": "paid",
}


@blueprint.get("/ho-so/<uuid:case>/thong-tin")
def show(case: UUID) -> str:
    """Everything that is told of the dossier."""
    item = dossier.find(case)
    accesses.viewed(case)
    found, told = dossier.read(item), read(item)
    return flask.render_template(
        "cases/dossier.html",
        dossier=found,
        item=item,
        whereabouts=stages.here(found),
        told=told,
        one=told.dossier,
        state=lookups.STATE[told.state][0],
        acts=offered(item, told),
        ending=drawn_facts.ENDING,
        names={k.hex: p.name for k, p in found.organisation.positions.items()},
        tables={
            **counter.TABLES,
            "channel": CHANNEL,
            "paid": PAID,
        },
    )


def read(item: CaseItem) -> Told:
    """What is told of a case.

    Raises:
        NotFoundError: Nothing yet: it waits for its rebuild.
    """
    with context.application().store.read(context.current_actor().tenant) as uow:
        told = uow.dossiers.get(item.id)
    if told is None:
        raise NotFoundError
    return told


def offered(item: CaseItem, told: Told) -> list[tuple[str, str]]:
    """What the reader may record now: address and label."""
    if not context.may(_NOTE, dossier.thing_of(item)):
        return []
    return [
        (flask.url_for("dossier_pages.note", case=item.id, what=what), label)
        for what, label in _offered(item, told)
    ]


def _offered(item: CaseItem, told: Told) -> Iterator[tuple[str, str]]:
    one, open_ = told.dossier, item.closed_at is None
    yield "nop-phi", translate("Record a payment")
    if open_:
        yield "giay-to", translate("Add a document")
    yield "tra-ban-chinh", translate("Give originals back")
    yield "ket-qua", translate("Record the result")
    if one.returned_at is None and (one.result or one.ending):
        yield "tra-ket-qua", translate("Hand the result over")
    if open_ and not one.withdrawal_asked:
        yield "xin-rut", translate("The applicant asks to withdraw")
    yield "ban-giao", translate("Hand the paper file over")


@blueprint.route("/ho-so/<uuid:case>/ghi/<what>", methods=asking.BOTH)
def note(case: UUID, what: str) -> asking.Page:
    """Record one of the acts."""
    context.demand(_NOTE)
    make = _SHEETS.get(what)
    if make is None:
        raise NotFoundError
    item = dossier.find(case)
    context.demand(_NOTE, dossier.thing_of(item))
    around = asking.Asking(
        action=_NOTE,
        onwards="dossier_pages.show",
        name=translate("Case"),
        to={"case": case},
    )
    if what == "nop-phi":
        held, near = dossier.read(item).files, item.agencies.all()
        paper = on_paper.of_case(item, held, lambda: on_paper.doers("", *near))
        around = replace(
            around, paper=paper, after=lambda _: on_paper.attach(item, paper())
        )
    return asking.page(lambda: make(item), around)


def _paying(item: CaseItem) -> sheets.Sheet:
    fees = read(item).dossier.fees
    known: dict[str, Json] = {}
    if fees:
        known = {"name": fees[0].name, "amount": fees[0].amount}
    return _sheet(
        item,
        translate("Record a payment"),
        (
            sheets.text("name", translate("What for"), longest=_SHORT),
            _number("amount", translate("Amount in đồng")),
            _choice("channel", translate("How it was paid"), CHANNEL),
            _optional("receipt", translate("Number of the receipt")),
        ),
        lambda values: acts.PayFee(
            case=item.id,
            name=str(values["name"]),
            amount=int(str(values["amount"])),
            channel=str(values["channel"]),
            receipt=str(values.get("receipt") or ""),
        ),
        known,
    )


def _adding(item: CaseItem) -> sheets.Sheet:
    return _sheet(
        item,
        translate("Add a document"),
        (
            *_component(),
            _choice(
                "source", translate("Where it comes from"), counter.TABLES["source"]
            ),
        ),
        lambda values: acts.AddComponents(case=item.id, components=_one(values)),
    )


def _giving_back(item: CaseItem) -> sheets.Sheet:
    return _sheet(
        item,
        translate("Give originals back"),
        _component(),
        lambda values: acts.ReturnComponents(case=item.id, components=_one(values)),
    )


def _issuing(item: CaseItem) -> sheets.Sheet:
    again = read(item).dossier.result is not None
    reason = sheets.text("reason", translate("Why it replaces the earlier one"))
    return _sheet(
        item,
        translate("Record the result"),
        (
            sheets.text("number", translate("Number"), longest=_SHORT),
            sheets.date_field("date", translate("Date")),
            _optional("kind", translate("Kind of document")),
            _choice("form", translate("Form of the result"), _FORMS),
            *_file(item),
            _optional("code", translate("Code of the result on the portal")),
            *((reason,) if again else ()),
        ),
        lambda values: _issued(item, values),
    )


def _file(item: CaseItem) -> Iterator[dict[str, Any]]:
    """The file of the result: one of the case, or the hash of one kept elsewhere."""
    kept = uploads.attachments().of_case(context.current_actor().tenant, item.id)
    if kept:
        names = {
            sha256: f"{name} ({sha256[:8]})" for sha256, (name, *_) in kept.items()
        }
        label = translate("File of the result, from this case")
        yield dict(sheets.choice("select", "kept", label, names, required=False))
    yield dict(
        sheets.text(
            "file",
            translate("SHA-256 of its file, where it is kept elsewhere"),
            longest=_HASH_CHARS,
            pattern="^[0-9A-Fa-f]{64}$",
            hint=translate("64 characters, 0 to 9 and a to f; empty: on paper only."),
        )
    )


def _issued(item: CaseItem, values: sheets.Values) -> object:
    kept, typed = str(values.get("kept") or ""), str(values.get("file") or "").lower()
    if kept and typed not in ("", kept):
        return sheets.wrong(
            "file", translate("Choose a file of the case, or name another; not both.")
        )
    return acts.IssueResult(
        case=item.id,
        number=str(values["number"]),
        date=sheets.day(values["date"]),
        kind=str(values.get("kind") or ""),
        file=kept or typed,
        electronic=values["form"] == "electronic",
        code=str(values.get("code") or ""),
        reason=str(values.get("reason") or ""),
    )


def _returning(item: CaseItem) -> sheets.Sheet:
    return _sheet(
        item,
        translate("Hand the result over"),
        (
            _choice("how", translate("How"), counter.TABLES["way"]),
            sheets.text("taken_by", translate("Who took it"), longest=_SHORT),
        ),
        lambda values: acts.ReturnResult(
            case=item.id, how=str(values["how"]), taken_by=str(values["taken_by"])
        ),
    )


def _asking_back(item: CaseItem) -> sheets.Sheet:
    return _sheet(
        item,
        translate("The applicant asks to withdraw"),
        (sheets.text("reason", translate("Reason"), longest=reasons.REASON_CHARS),),
        lambda values: acts.AskWithdrawal(case=item.id, reason=str(values["reason"])),
    )


def _offering(item: CaseItem) -> sheets.Sheet:
    organisation = context.organisation_now()
    near = item.agencies.all()
    mine = {one.id for one in context.current_actor().positions}
    posts = {
        key.hex: f"{post.name} · {organisation.agencies[post.agency].name}"
        for key, post in organisation.positions.items()
        if post.agency in near and key not in mine
    }
    if not posts:
        raise NotFoundError
    return _sheet(
        item,
        translate("Hand the paper file over"),
        (_choice("taker", translate("To whom"), posts, kind="radio"),),
        lambda values: OfferFile(case=item.id, taker=UUID(str(values["taker"]))),
    )


_FORMS: Final = {"electronic": "Electronic", "paper": "On paper only"}
_SHEETS: Final[dict[str, Callable[[CaseItem], sheets.Sheet]]] = {
    "nop-phi": _paying,
    "giay-to": _adding,
    "tra-ban-chinh": _giving_back,
    "ket-qua": _issuing,
    "tra-ket-qua": _returning,
    "xin-rut": _asking_back,
    "ban-giao": _offering,
}


def _sheet(
    item: CaseItem,
    title: str,
    parts: tuple[Any, ...],
    make: Callable[[sheets.Values], object],
    known: sheets.Values | None = None,
) -> sheets.Sheet:
    return sheets.Sheet(
        title=title,
        about=translate("Case %(code)s", code=item.code),
        submit=title,
        done=translate("Recorded in case %(code)s.", code=item.code),
        form=sheets.form(*parts),
        make=lambda values, _: make(values),
        known=known or {},
    )


def _component() -> tuple[Any, ...]:
    return (
        sheets.text("name", translate("Name of the document"), longest=_SHORT),
        _choice("kind", translate("Kind"), counter.TABLES["kind"]),
        _number("quantity", translate("Quantity")),
    )


def _one(values: sheets.Values) -> tuple[Component, ...]:
    return (
        Component(
            name=str(values["name"]),
            kind=str(values["kind"]),
            quantity=int(str(values["quantity"])),
            source=str(values.get("source") or "applicant"),
        ),
    )


def _number(key: str, label: str) -> dict[str, Any]:
    rules = {"required": True, "min": 1}
    return {"type": "number", "key": key, "label": label, "validate": rules}


def _optional(key: str, label: str) -> dict[str, Any]:
    made = dict(sheets.text(key, label, longest=_SHORT))
    return {**made, "validate": {"maxLength": _SHORT}}


def _choice(
    key: str, label: str, table: dict[str, str], kind: str = "radio"
) -> dict[str, Any]:
    named = {value: translate(name) for value, name in table.items()}
    return dict(sheets.choice(kind, key, label, named))
