"""Waiting for somebody outside, and more time: forms on the page of a case.

What a wait does to the promised date is the policy of the procedure; the form says so
before anything is sent.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final
from uuid import UUID

import flask

from engine.commands import ask_outside as ask
from engine.commands import reasons
from engine.domain import policy
from engine.domain.clock_state import Cause, Wait
from engine.domain.model import TimeLimit
from engine.errors import NotReadyError
from webui import asking, context, dossier, on_paper, sheets, wait_words, words
from webui.i18n import translate

blueprint = flask.Blueprint("waits", __name__)
_WAIT: Final = policy.Action.CASE_WAIT
#: Units in which somebody is given time, those of the law first.
UNITS: Final = ("working-day", "working-hour", "day", "hour", "month")
_Make = Callable[[dossier.Dossier], sheets.Sheet]


@blueprint.route("/ho-so/<uuid:case>/yeu-cau-bo-sung", methods=asking.BOTH)
def ask_supplement(case: UUID) -> asking.Page:
    """Ask the applicant for what is missing."""
    return _page(case, _asking_supplement)


@blueprint.route("/ho-so/<uuid:case>/da-bo-sung", methods=asking.BOTH)
def take_supplement(case: UUID) -> asking.Page:
    """Note what was brought."""
    return _page(case, _taking_supplement, Cause.SUPPLEMENT)


@blueprint.route("/ho-so/<uuid:case>/yeu-cau-nop", methods=asking.BOTH)
def ask_payment(case: UUID) -> asking.Page:
    """Ask for a fee or a financial obligation."""
    return _page(case, _asking_payment)


@blueprint.route("/ho-so/<uuid:case>/da-nop", methods=asking.BOTH)
def take_payment(case: UUID) -> asking.Page:
    """Note a payment."""
    return _page(case, _taking_payment, Cause.PAYMENT)


@blueprint.route("/ho-so/<uuid:case>/hoi-co-quan", methods=asking.BOTH)
def ask_agency(case: UUID) -> asking.Page:
    """Ask another agency."""
    return _page(case, _asking_agency)


@blueprint.route("/ho-so/<uuid:case>/co-quan-tra-loi", methods=asking.BOTH)
def take_answer(case: UUID) -> asking.Page:
    """Note the answer of an agency."""
    return _page(case, _taking_answer, Cause.AGENCY)


def offered(found: dossier.Dossier) -> list[tuple[str, str]]:
    """What the reader may do about waits now: address and label."""
    if found.item.closed_at is not None:
        return []
    if not context.may(_WAIT, dossier.thing_of(found.item)):
        return []
    return [
        (flask.url_for(endpoint, case=found.item.id), label)
        for endpoint, label in _acts(found)
    ]


def _acts(found: dossier.Dossier) -> Iterator[tuple[str, str]]:
    if acted(found, Cause.SUPPLEMENT):
        yield "waits.take_supplement", translate("Supplement received")
    else:
        yield "waits.ask_supplement", translate("Ask for a supplement")
    if acted(found, Cause.PAYMENT):
        yield "waits.take_payment", translate("Payment received")
    else:
        name = translate("Ask for a fee or financial obligation")
        yield "waits.ask_payment", name
    yield "waits.ask_agency", translate("Ask another agency")
    if acted(found, Cause.AGENCY):
        yield "waits.take_answer", translate("The agency has answered")


def acted(found: dossier.Dossier, cause: Cause) -> tuple[Wait, ...]:
    """The open waits of a cause that acts, and not the drawing, began."""
    waits = () if found.clock is None else found.clock.open_waits
    return tuple(
        one for one in waits if one.cause is cause and not one.key.startswith("at:")
    )


def _page(case: UUID, make: _Make, ends: Cause | None = None) -> asking.Page:
    context.demand(_WAIT)
    item = dossier.find(case)
    context.demand(_WAIT, dossier.thing_of(item))
    if item.closed_at is not None:
        raise NotReadyError(code="case-closed")
    found = dossier.read(item)
    near = item.agencies.all()
    around = asking.on_sheets(
        asking.of_case(_WAIT, case),
        item,
        found.files,
        lambda: on_paper.doers("", *near),
    )
    if ends is not None and flask.request.method == "GET" and not acted(found, ends):
        raise NotReadyError(code="no-wait")
    return asking.page(lambda: make(found), around)


def _asking_supplement(found: dossier.Dossier) -> sheets.Sheet:
    item, facts = found.item, found.package.model.facts
    documents = {name: name for name, _, _ in facts.documents}
    fields = [_words("missing", translate("What is missing"))]
    if documents:
        label = translate("Documents of the procedure that it is about")
        offered_ = sheets.choice(
            "checklist", "components", label, documents, required=False
        )
        fields.insert(0, dict(offered_))
    fields.append(_words("reason", translate("Why it is needed")))
    fields += _rule_and_day()
    return sheets.Sheet(
        title=translate("Ask for a supplement"),
        about=wait_words.of_asking(found, Cause.SUPPLEMENT),
        submit=translate("Ask for it"),
        done=translate("Case %(code)s waits for a supplement.", code=item.code),
        form=sheets.form(*fields),
        make=lambda values, _: ask.RequestSupplement(
            case=item.id,
            missing=str(values["missing"]),
            reason=str(values["reason"]),
            components=_names(values.get("components")),
            basis=str(values.get("basis") or ""),
            until=sheets.day(values["until"]) if values.get("until") else None,
        ),
    )


def _rule_and_day() -> Iterator[dict[str, Any]]:
    """The rule that asks for it, and by when it is to be there: form 02 tells both."""
    hint = translate("For example: clause 2, article 17, Decree 118/2025/NĐ-CP")
    label = translate("Legal basis")
    yield dict(sheets.text("basis", label, pattern="^.*$", hint=hint))
    label = translate("To be brought by")
    yield dict(sheets.date_field("until", label, required=False))


def _taking_supplement(found: dossier.Dossier) -> sheets.Sheet:
    item, facts = found.item, found.package.model.facts
    documents = {name: name for name, _, _ in facts.documents}
    fields = [_words("note", translate("Note"), required=False)]
    if documents:
        label = translate("What was brought")
        offered_ = sheets.choice(
            "checklist", "components", label, documents, required=False
        )
        fields.insert(0, dict(offered_))
    return sheets.Sheet(
        title=translate("Supplement received"),
        about=wait_words.of_ending(found, acted(found, Cause.SUPPLEMENT)),
        submit=translate("Note it"),
        done=translate("Case %(code)s goes on.", code=item.code),
        form=sheets.form(*fields),
        make=lambda values, _: ask.ReceiveSupplement(
            case=item.id,
            components=_names(values.get("components")),
            note=str(values.get("note") or ""),
        ),
    )


def _asking_payment(found: dossier.Dossier) -> sheets.Sheet:
    item = found.item
    return sheets.Sheet(
        title=translate("Ask for a fee or financial obligation"),
        about=wait_words.of_asking(found, Cause.PAYMENT),
        submit=translate("Ask for it"),
        done=translate("Case %(code)s waits for payment.", code=item.code),
        form=sheets.form(_amount(), _words("reason", translate("What it is for"))),
        make=lambda values, _: ask.RequestPayment(
            case=item.id,
            amount=int(str(values["amount"])),
            reason=str(values["reason"]),
        ),
    )


def _taking_payment(found: dossier.Dossier) -> sheets.Sheet:
    item = found.item
    channels = {key: translate(words.PAID[key]) for key in ask.CHANNELS}
    return sheets.Sheet(
        title=translate("Payment received"),
        about=wait_words.of_ending(found, acted(found, Cause.PAYMENT)),
        submit=translate("Note it"),
        done=translate("Case %(code)s goes on.", code=item.code),
        form=sheets.form(
            _amount(),
            sheets.choice("radio", "channel", translate("How it was paid"), channels),
            sheets.text("receipt", translate("Number of the receipt")),
        ),
        make=lambda values, _: ask.ReceivePayment(
            case=item.id,
            amount=int(str(values["amount"])),
            channel=str(values["channel"]),
            receipt=str(values["receipt"]),
        ),
    )


def _asking_agency(found: dossier.Dossier) -> sheets.Sheet:
    item = found.item
    return sheets.Sheet(
        title=translate("Ask another agency"),
        about=wait_words.of_asking(found, Cause.AGENCY),
        submit=translate("Ask it"),
        done=translate("Case %(code)s waits for another agency.", code=item.code),
        form=sheets.form(
            sheets.text("agency", translate("Agency")),
            sheets.text("letter", translate("Number and date of the letter")),
            _words("question", translate("What is asked")),
            *limit_fields(translate("Time that the law gives it"), required=False),
        ),
        make=lambda values, _: ask.ConsultAgency(
            case=item.id,
            agency=str(values["agency"]),
            letter=str(values["letter"]),
            question=str(values["question"]),
            limit=limit_of(values),
        ),
    )


def _taking_answer(found: dossier.Dossier) -> sheets.Sheet:
    item = found.item
    begun = acted(found, Cause.AGENCY)
    waits = {one.key: _asked(found, one.key) for one in begun}
    if not waits:
        raise NotReadyError(code="no-wait")
    told = translate("Note the answer in case %(code)s.", code=item.code)
    return sheets.Sheet(
        title=translate("The agency has answered"),
        about=f"{told} {wait_words.of_ending(found, begun)}",
        submit=translate("Note it"),
        done=translate("The answer is noted in case %(code)s.", code=item.code),
        form=sheets.form(
            sheets.choice("radio", "wait", translate("Which agency"), waits),
            sheets.text("letter", translate("Number and date of its letter")),
            _words("answer", translate("What it answers")),
        ),
        make=lambda values, _: ask.ReceiveAnswer(
            case=item.id,
            wait=str(values["wait"]),
            letter=str(values["letter"]),
            answer=str(values["answer"]),
        ),
        known={"wait": next(iter(waits))} if len(waits) == 1 else {},
    )


def _asked(found: dossier.Dossier, key: str) -> str:
    """The agency that a wait is for."""
    for step in found.steps:
        facts = step.body["facts"]
        if facts.get("wait") == key and "agency" in facts:
            return str(facts["agency"])
    return key


def _words(key: str, label: str, *, required: bool = True) -> dict[str, Any]:
    made = dict(sheets.text(key, label, longest=reasons.REASON_CHARS))
    rules = {"maxLength": reasons.REASON_CHARS, "required": required}
    return {**made, "type": "textarea", "validate": rules}


def _amount() -> dict[str, Any]:
    return {
        "type": "number",
        "key": "amount",
        "label": translate("Amount in đồng"),
        "decimalDigits": 0,
        "validate": {"required": True, "min": 1},
    }


def limit_fields(label: str, *, required: bool) -> tuple[dict[str, Any], ...]:
    """A number and its unit."""
    units = {unit: translate(words.UNITS[unit]) for unit in UNITS}
    return (
        {
            "type": "number",
            "key": "span",
            "label": label,
            "decimalDigits": 0,
            "validate": {"required": required, "min": 1, "max": 999},
        },
        dict(
            sheets.choice(
                "select", "unit", translate("Unit of time"), units, required=required
            )
        ),
    )


def limit_of(values: sheets.Values) -> TimeLimit | None:
    """The limit that was typed; None: none."""
    span = values.get("span")
    if span is None:
        return None
    unit = str(values.get("unit") or UNITS[0])
    return TimeLimit(int(str(span)), unit)


def _names(chosen: Any) -> tuple[str, ...]:
    return tuple(map(str, chosen)) if isinstance(chosen, list) else ()
