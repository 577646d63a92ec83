"""What the reception desk asks beside the form of a procedure, and what it makes of it.

The checklist of documents comes from the procedure (docs/manual/dossiers.md, rule 1);
a dossier that is not received is answered by form 02 or 03 (rule 3).
"""

import hashlib
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import flask

from engine.commands import dossier_acts
from engine.commands.open_case import CONTACT, SUBMITTERS
from engine.commands.refuse_reception import SendBack
from engine.commands.transaction import Result
from engine.domain import dossier_record, lookup
from engine.domain.dossier_record import Component, Fee
from engine.domain.events import EventType
from engine.domain.model import Facts
from engine.errors import EngineError
from webui import attempts, context
from webui.i18n import translate

#: What the page offers to choose from.
TABLES: Final = {
    "kind": {"original": "original", "copy": "copy", "e-copy": "e-copy"},
    "source": {
        "applicant": "From the applicant",
        "store": "From the store of data",
        "population": "From the population database",
    },
    "way": {"direct": "At the counter", "post": "By post", "online": "Online"},
}
#: Button of the page that ticks every document.
ALL: Final = "du"
#: Id of the checklist.
CHECKLIST: Final = "thanh-phan"
#: Most documents on the checklist of the page.
_MOST: Final = 200
_HELD: Final = "received"
_DIGITS: Final = 4
#: An amount in đồng, with or without a dot after each thousand.
_AMOUNT: Final = re.compile(r"[0-9]{1,3}(\.[0-9]{3}){0,3}|[0-9]{1,12}")
#: Button of the page: what is done with the dossier.
_SENT_BACK: Final = {
    "02": EventType.RECEPTION_INCOMPLETE,
    "03": EventType.RECEPTION_REFUSED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A document of the checklist."""

    #: Beginning of the names of its fields.
    field: str
    name: str
    here: bool
    kind: str
    quantity: str
    digitised: bool
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counter:
    """What was asked, fresh or as it was sent."""

    rows: tuple[Row, ...]
    #: The page asked for them; a program that sends none has said nothing.
    asked: bool
    sets: str
    submitter: str
    collect: str
    contact: dict[str, str]
    reason: str
    #: Name and amount of each fee, as typed, and why one is not as stated.
    fees: tuple[tuple[str, str], ...]
    fees_why: str
    #: What the version states for each of them.
    stated: tuple[int, ...] = ()

    @property
    def due(self) -> tuple[Fee, ...] | None:
        """What is to be paid; None: as the version says."""
        if not self.asked:
            return None
        return tuple(Fee(name=name, amount=_amount(text)) for name, text in self.fees)

    @property
    def components(self) -> tuple[Component, ...]:
        """What was handed in."""
        return tuple(
            Component(
                name=one.name,
                kind=one.kind,
                quantity=_count(one.quantity),
                digitised=one.digitised,
                source=one.source,
            )
            for one in self.rows
            if one.here and self.asked
        )

    @property
    def count(self) -> int:
        """The number of sets."""
        return _count(self.sets)

    @property
    def errors(self) -> dict[str, str]:
        """What cannot be received as it was typed: id of the field, sentence."""
        return dict(self._wrong()) if self.asked else {}

    def _wrong(self) -> Iterator[tuple[str, str]]:
        if self.rows and not any(one.here for one in self.rows):
            yield CHECKLIST, translate("Tick the documents that were handed in.")
        for one in self.rows:
            if one.here and _count(one.quantity) < 1:
                yield (
                    f"{one.field}-so",
                    translate(
                        "Quantity of “%(name)s”: a whole number from 1.", name=one.name
                    ),
                )
            if one.digitised and not one.here:
                yield (
                    f"{one.field}-co",
                    translate(
                        "“%(name)s” is digitised: tick it as brought, too.",
                        name=one.name,
                    ),
                )
        if self.count < 1:
            yield "sets", translate("Number of sets: a whole number from 1.")
        yield from self._wrong_fees()

    def _wrong_fees(self) -> Iterator[tuple[str, str]]:
        amounts = [_amount(text) for _, text in self.fees]
        for place, (name, _) in enumerate(self.fees):
            if amounts[place] < 0:
                text = translate("%(fee)s: an amount in đồng, such as 8.000.", fee=name)
                yield f"phi-{place}", text
        if (*amounts,) != self.stated and not self.fees_why.strip():
            text = translate("Write why a fee is not as the procedure states it.")
            yield "phi-vi-sao", text

    @property
    def missing(self) -> tuple[str, ...]:
        """The documents that are not there."""
        return tuple(one.name for one in self.rows if not one.here)


def read(facts: Facts) -> Counter:
    """What the page asks; nothing is there before somebody ticked it."""
    sent = flask.request.form
    typed = flask.request.method == "POST" and "sets" in sent
    rows = tuple(
        _row(f"tp-{place}", document, typed=typed)
        for place, document in enumerate(facts.documents[:_MOST])
    )
    return Counter(
        rows=rows,
        asked=typed,
        sets=sent.get("sets", str(facts.sets)),
        submitter=_one_of("submitter", SUBMITTERS),
        collect=_one_of("collect", dossier_record.WAYS),
        contact={name: sent.get(name, "").strip()[:500] for name in CONTACT},
        reason=sent.get("reason", ""),
        fees=tuple(
            (name, sent.get(f"phi-{place}", f"{amount}").strip())
            for place, (name, amount) in enumerate(facts.fees)
        ),
        fees_why=sent.get("phi-vi-sao", ""),
        stated=tuple(amount for _, amount in facts.fees),
    )


def code(key: str) -> str:
    """The look-up code of a receipt: the same when the form is sent twice.

    It is made of the secret of the installation and the key of the form, so that no
    answer that is kept for a second sending needs to hold it.
    """
    secret = str(flask.current_app.config["SECRET_KEY"]).encode()
    return lookup.code(hmac.digest(secret, f"lookup:{key}".encode(), hashlib.sha256))


def remember(case: str, given: str) -> None:
    """Keep a look-up code until the receipt has shown it."""
    flask.session[_HELD] = {**flask.session.get(_HELD, {}), case: given}


def held(case: UUID) -> str:
    """The look-up code of a case received in this session, until it is printed."""
    return str(flask.session.get(_HELD, {}).get(case.hex, ""))


def install(app: flask.Flask) -> None:
    """Let pages offer the receipt of what was received just now."""
    app.jinja_env.globals["just_received"] = held


def once(case: str) -> str:
    """The look-up code of a case received in this session, shown once."""
    held = dict(flask.session.get(_HELD, {}))
    given = str(held.pop(case, ""))
    if given:
        flask.session[_HELD] = held
    return given


def marks_all() -> bool:
    """Whether everything is to be ticked as brought, and nothing received yet."""
    return flask.request.form.get("act") == ALL


def wanted() -> EventType | None:
    """Whether the dossier is to be sent back, and how."""
    return _SENT_BACK.get(flask.request.form.get("act", ""))


def send_back(
    kind: EventType, counter: Counter, about: tuple[str, str, UUID], key: str
) -> Result | EngineError:
    """Do not receive it.

    Args:
        kind: Form 02 or 03.
        counter: What was asked.
        about: Code of the procedure, name of the applicant, agency of the desk.
        key: Key of the form.
    """
    procedure, name, agency = about
    command = SendBack(
        kind=kind,
        procedure=procedure,
        agency=agency,
        missing=counter.missing if kind is EventType.RECEPTION_INCOMPLETE else (),
        reason=counter.reason,
        name=name,
        contact=counter.contact,
    )
    return attempts.attempt(command, key)


def desk_agency() -> UUID | None:
    """The agency in which the reader receives dossiers."""
    positions = context.current_actor().positions
    return positions[0].agency if positions else None


def _row(field: str, document: tuple[str, str, int], *, typed: bool) -> Row:
    name, kind, quantity = document
    sent = flask.request.form
    return Row(
        field=field,
        name=name,
        here=typed and (f"{field}-co" in sent or marks_all()),
        kind=_one_of(f"{field}-loai", dossier_acts.KINDS, kind),
        quantity=sent.get(f"{field}-so", str(quantity)),
        digitised=f"{field}-so-hoa" in sent,
        source=_one_of(f"{field}-nguon", dossier_acts.SOURCES),
    )


def _one_of(name: str, known: tuple[str, ...], usual: str = "") -> str:
    chosen = flask.request.form.get(name, usual or known[0])
    if chosen not in known:
        flask.abort(400)
    return chosen


def _count(text: str) -> int:
    """A number as typed; what is none counts as 0 and is refused by the command."""
    return (
        int(text) if text.isascii() and text.isdigit() and len(text) <= _DIGITS else 0
    )


def _amount(text: str) -> int:
    """An amount as typed; what is none counts as -1 and is refused by the command."""
    return int(text.replace(".", "")) if _AMOUNT.fullmatch(text) else -1
