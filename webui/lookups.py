"""The citizen's page: where a dossier is, by dossier code and look-up code.

Nobody signs in. The page tells the state in plain words, what was promised and what to
do, and no name or address: whoever holds the receipt knows those. Wrong codes are
counted like failed sign-ins, for each dossier and for all of them, so that nobody
tries all of them.
"""

import hashlib
from datetime import timedelta
from typing import Final

import flask
from werkzeug.wrappers import Response

from engine import limits
from engine.commands.rate_case import RateCase
from engine.domain import lookup
from engine.domain.case import Case
from engine.domain.dossier_text import Told
from engine.domain.portal import PortalState
from engine.errors import EngineError, NotFoundError
from webui import context, errors, networks, shell
from webui.i18n import translate

blueprint = flask.Blueprint("lookups", __name__)
blueprint.before_request(shell.welcome)

_WINDOW: Final = timedelta(seconds=limits.LOGIN_WINDOW)
_LONGEST: Final = 100
_NOTHING: Final = "There is nothing for you to do."
#: The state in the portal's words, and what the applicant is to do.
STATE: Final = {
    PortalState.REGISTERED: ("Newly registered", "Wait for the desk to look at it."),
    PortalState.RECEIVED: ("Received by the desk", _NOTHING),
    PortalState.NOT_RECEIVED: ("Not received", "Read the form that you were given."),
    PortalState.IN_PROCESS: ("In process", _NOTHING),
    PortalState.SUPPLEMENT_ASKED: (
        "Supplement asked for",
        "Bring what the request for a supplement lists to the desk.",
    ),
    PortalState.PAYMENT_ASKED: (
        "Financial obligation asked for",
        "Pay what the notice says; the dossier goes on then.",
    ),
    PortalState.WITHDRAWAL_ASKED: (
        "You asked to withdraw it",
        "Wait for the notice of the agency.",
    ),
    PortalState.STOPPED: ("Processing stopped", "Read the notice of the agency."),
    PortalState.DONE: (
        "Processing done",
        "Come for the result as the receipt says, and bring the receipt.",
    ),
    PortalState.RETURNED: ("Result returned", "You may say how satisfied you are."),
}
#: Points and their words.
SCORES: Final = (
    (5, "Very satisfied"),
    (4, "Satisfied"),
    (3, "Neither satisfied nor dissatisfied"),
    (2, "Dissatisfied"),
    (1, "Very dissatisfied"),
)


@blueprint.route("/tra-cuu", methods=("GET", "POST"))
def show() -> str | tuple[str, int]:
    """Ask for the two codes, or tell where the dossier is."""
    asked = flask.request.values
    code = (asked.get("ho-so") or asked.get("ma") or "").strip()[:_LONGEST]
    if flask.request.method == "GET":
        return _page(code)
    given = flask.request.form.get("tra-cuu", "")[:_LONGEST]
    if not code or not given.strip():
        return _page(
            code, translate("Enter both codes: they stand on the receipt.")
        ), 422
    return _answer(code, given)


@blueprint.post("/tra-cuu/danh-gia")
def rate() -> Response | str | tuple[str, int]:
    """Take the rating, once."""
    sent = flask.request.form
    code = sent.get("ho-so", "").strip()[:_LONGEST]
    given = sent.get("tra-cuu", "")[:_LONGEST]
    if _locked(code):
        return _page(code, translate(errors.TEXTS["sign-in-locked"])), 429
    command = RateCase(
        code=code,
        lookup=lookup.tidy(given),
        score=sent.get("diem", 0, type=int),
        comment=sent.get("nhan-xet", ""),
    )
    try:
        context.application().engine.run(command, context.tenant())
    except NotFoundError:
        return _unknown(code)
    except EngineError as refusal:
        page = _answer(code, given, errors.text_of(refusal))
        return page[0] if isinstance(page, tuple) else page, 422
    flask.flash(translate("Thank you. Your rating was recorded."))
    return _answer(code, given)


def _answer(code: str, given: str, refusal: str = "") -> str | tuple[str, int]:
    if _locked(code):
        return _page(code, translate(errors.TEXTS["sign-in-locked"])), 429
    found = _found(code, given)
    if found is None:
        return _unknown(code)
    case, told = found
    name, todo = STATE[told.state]
    if told.state is PortalState.RETURNED and not told.dossier.rates:
        todo = _NOTHING
    return flask.render_template(
        "lookup/state.html",
        case=case,
        told=told,
        state=(name, todo),
        acts=todo != _NOTHING,
        scores=SCORES,
        rates=told.dossier.rates,
        given=lookup.tidy(given),
        refusal=refusal,
    )


def _found(code: str, given: str) -> tuple[Case, Told] | None:
    """The dossier that both codes open; unknown ones take as long to refuse."""
    with context.application().store.read(context.tenant()) as uow:
        # Codes are issued in capitals; from paper they are often typed in small ones.
        known = uow.cases.find(code) or uow.cases.find(code.upper())
        case = uow.cases.get(known[0]) if len(known) == 1 else None
        # An id finds the case, too, and can be spelt in ways that count anew.
        if case is not None and case.code not in {code, code.upper()}:
            case = None
        if not lookup.fits(given, b"" if case is None else case.lookup):
            return None
        told = None if case is None else uow.dossiers.get(case.id)
    return None if case is None or told is None else (case, told)


def _unknown(code: str) -> tuple[str, int]:
    if code:
        attempts = context.application().attempts
        for key in (_key(code), _key("")):
            attempts.failed(context.tenant(), key, context.now())
    said = translate("There is no dossier with these two codes.")
    return _page(code, said), 422


def _page(code: str, failure: str = "") -> str:
    return flask.render_template("lookup/ask.html", code=code, failure=failure)


def _locked(code: str) -> bool:
    since = context.now() - _WINDOW
    attempts = context.application().attempts
    tenant = context.tenant()
    of_one = attempts.count(tenant, _key(code), since)
    of_all = attempts.count(tenant, _key(""), since)
    return of_one >= limits.LOGIN_FAILURES or of_all >= limits.LOOKUP_FAILURES


def _key(code: str) -> bytes:
    """Dossier (none: any) and network; hashed, so that the table names nobody."""
    network = networks.of(flask.request.remote_addr)
    return hashlib.sha256(f"lookup\n{code.upper()}\n{network}".encode()).digest()
