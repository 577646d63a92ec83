"""The tab “Hồ sơ” of a case, and the acts that are told there."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Final
from uuid import UUID

import flask

from engine.commands import dossier_acts as acts
from engine.commands import reasons
from engine.commands.hand_over_file import OfferFile
from engine.domain import dossier_left, policy
from engine.domain.dossier_record import Component, Fee
from engine.domain.dossier_text import Told
from engine.domain.run import Json
from engine.errors import NotFoundError, NotReadyError
from engine.queries import CaseItem
from webui import (
    accesses,
    asking,
    context,
    counter,
    dossier,
    dossier_forms,
    drawn_facts,
    filed,
    formats,
    lookups,
    on_paper,
    results,
    sheets,
    stages,
    uploads,
)
from webui.i18n import translate

blueprint = flask.Blueprint("dossier_pages", __name__)
_NOTE: Final = policy.Action.DOSSIER_NOTE
_SHORT: Final = reasons.NAME_CHARS
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
        acts=offered(found, told),
        papers=filed.of_case(found),
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


def offered(found: dossier.Dossier, told: Told) -> list[tuple[str, str]]:
    """What the reader may record now: address and label."""
    item = found.item
    if not context.may(_NOTE, dossier.thing_of(item)):
        return []
    return [
        (flask.url_for("dossier_pages.note", case=item.id, what=what), label)
        for what, label in _offered(found, told)
    ]


def _offered(found: dossier.Dossier, told: Told) -> Iterator[tuple[str, str]]:
    one, open_ = told.dossier, found.item.closed_at is None
    yield "nop-phi", translate("Record a payment")
    if open_:
        yield "giay-to", translate("Add a document")
    if dossier_left.here(one):
        yield "tra-ban-chinh", translate("Give originals back")
    yield "ket-qua", translate("Record the result")
    if results.returnable(one, found):
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
        case=item,
    )
    if what == "nop-phi":
        held, near = uploads.of_case(item.id), item.agencies.all()
        around = asking.on_sheets(around, item, held, lambda: on_paper.doers("", *near))
    return asking.page(lambda: make(item), around)


def _paying(item: CaseItem) -> sheets.Sheet:
    owed = dossier_left.owed(read(item).dossier)
    known: dict[str, Json] = {}
    if owed:
        known = {"name": owed[0].name, "amount": owed[0].amount}
    listed = "; ".join(f"{one.name}: {formats.money(one.amount)}" for one in owed)
    hint = translate(
        "Still to be paid: %(fees)s.", fees=listed or translate("nothing to pay")
    )
    why = translate("Why more is paid than is owed, or for something else")
    return dossier_forms.sheet(
        item,
        translate("Record a payment"),
        (
            sheets.text("name", translate("What for"), longest=_SHORT, hint=hint),
            dossier_forms.number("amount", translate("Amount in đồng")),
            dossier_forms.choice("channel", translate("How it was paid"), CHANNEL),
            dossier_forms.optional("receipt", translate("Number of the receipt")),
            dossier_forms.why(why, required=False),
        ),
        lambda values: _paid(item, owed, values),
        known,
    )


def _paid(item: CaseItem, owed: tuple[Fee, ...], values: sheets.Values) -> object:
    name, amount = str(values["name"]).strip(), int(str(values["amount"]))
    reason = str(values.get("reason") or "")
    due = {one.name: one.amount for one in owed}
    if amount > due.get(name, 0) and not reason.strip():
        said = translate("This is not owed: choose what is, or write why it is paid.")
        return sheets.wrong("reason", said)
    return acts.PayFee(
        case=item.id,
        name=name,
        amount=amount,
        channel=str(values["channel"]),
        receipt=str(values.get("receipt") or ""),
        reason=reason,
    )


def _adding(item: CaseItem) -> sheets.Sheet:
    digitised = {
        "type": "checkbox",
        "key": "digitised",
        "label": translate("Digitised"),
    }
    name = translate("Name of the document")
    return dossier_forms.sheet(
        item,
        translate("Add a document"),
        (
            sheets.text("name", name, longest=_SHORT),
            dossier_forms.choice("kind", translate("Kind"), counter.TABLES["kind"]),
            dossier_forms.number("quantity", translate("Quantity")),
            dossier_forms.choice(
                "source", translate("Where it comes from"), counter.TABLES["source"]
            ),
            digitised,
            dossier_forms.files("files", translate("Scans or electronic copies")),
        ),
        lambda values: acts.AddComponents(
            case=item.id,
            components=_one(values),
            enclosed=dossier_forms.sent(values, "files"),
        ),
        {"quantity": 1},
    )


def _one(values: sheets.Values) -> tuple[Component, ...]:
    return (
        Component(
            name=str(values["name"]),
            kind=str(values["kind"]),
            quantity=int(str(values["quantity"])),
            digitised=bool(values.get("digitised")),
            source=str(values["source"]),
        ),
    )


def _giving_back(item: CaseItem) -> sheets.Sheet:
    here = dossier_left.here(read(item).dossier)
    if not here:
        raise NotReadyError(code="nothing-here")
    kinds = counter.TABLES["kind"]
    offered = {
        str(n): f"{one.name} ({translate(kinds[one.kind])}): {one.quantity}"
        for n, one in enumerate(here)
    }
    return dossier_forms.sheet(
        item,
        translate("Give originals back"),
        (
            dict(sheets.choice("radio", "document", translate("Document"), offered)),
            dossier_forms.number("quantity", translate("Quantity")),
        ),
        lambda values: _given_back(item, here, values),
        {"quantity": 1} if len(here) > 1 else {"quantity": here[0].quantity},
    )


def _given_back(
    item: CaseItem, here: tuple[Component, ...], values: sheets.Values
) -> object:
    one, quantity = here[int(str(values["document"]))], int(str(values["quantity"]))
    if quantity > one.quantity:
        said = translate("At most %(n)s of it are still here.", n=one.quantity)
        return sheets.wrong("quantity", said)
    given = (replace(one, quantity=quantity),)
    return acts.ReturnComponents(case=item.id, components=given)


def _asking_back(item: CaseItem) -> sheets.Sheet:
    return dossier_forms.sheet(
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
    return dossier_forms.sheet(
        item,
        translate("Hand the paper file over"),
        (dossier_forms.choice("taker", translate("To whom"), posts, kind="radio"),),
        lambda values: OfferFile(case=item.id, taker=UUID(str(values["taker"]))),
    )


_SHEETS: Final[dict[str, Callable[[CaseItem], sheets.Sheet]]] = {
    "nop-phi": _paying,
    "giay-to": _adding,
    "tra-ban-chinh": _giving_back,
    "ket-qua": lambda item: results.issue(item, read(item).dossier),
    "tra-ket-qua": lambda item: results.hand_over(item, read(item).dossier),
    "xin-rut": _asking_back,
    "ban-giao": _offering,
}
