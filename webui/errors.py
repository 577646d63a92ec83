"""Every refusal as a page: one table of statuses, one table of texts.

Views hold no `try`: what the engine refuses arrives here. A page says what happened,
that nothing was changed, what to do, and a code to quote. What was typed is shown again
where a request was refused before a view could keep it.
"""

from dataclasses import dataclass
from typing import Final

import flask
import flask_wtf.csrf
import structlog
from werkzeug import exceptions

from engine import errors
from webui import accesses, audit_words, i18n, paper_words, security, side_words

#: Error class -> HTTP status. The nearest class counts.
STATUS: Final[dict[type[errors.EngineError], int]] = {
    errors.EngineError: 400,
    errors.NotAllowedError: 403,
    errors.NotFoundError: 404,
    errors.StaleError: 409,
    errors.LeaseLostError: 409,
    errors.NotReadyError: 409,
    errors.AlreadyTakenError: 409,
    errors.NothingWaitsError: 409,
    errors.ExistsError: 409,
    errors.IdempotencyError: 409,
    errors.IncidentError: 409,
    errors.TooLargeError: 413,
    errors.AnswersInvalidError: 422,
    errors.OutcomeRequiredError: 422,
    errors.ModelInvalidError: 422,
    errors.FormInvalidError: 422,
    errors.ExpressionError: 422,
    errors.DurationError: 422,
    errors.ServiceFailedError: 502,
    errors.BusyError: 503,
    errors.UnavailableError: 503,
    errors.SignerRefusedError: 503,
    errors.StorageFullError: 507,
    errors.EvidenceError: 500,
    errors.StateError: 500,
    errors.GuardsMissingError: 500,
    errors.ConfigurationError: 500,
}

#: Refusal code -> message id, where the text of the class says too little.
TEXTS: Final = {
    "account-closed": "Your account is closed.",
    "already-taken": "Somebody else has taken this task.",
    "bpmn-error": "A step reported an error that the procedure does not expect.",
    "notice-hooks": "No more systems can be told.",
    "busy": "The system is busy. Send it again in a moment.",
    "closed-already": "This account is closed already.",
    "a-document": "This procedure is kept as a document; no cases run on it.",
    "claimed-by-other": "Somebody else has taken this task.",
    "case-open": "The case is still open: name the values that are to be erased.",
    "case-closed": "The case is finished.",
    "waits-already": "The case waits for this already.",
    "no-wait": "The case does not wait for this.",
    "which-wait": "Say which agency has answered.",
    "no-amount": "Give an amount in đồng.",
    "no-channel": "Say how it was paid.",
    "no-receipt": "Give the number of the receipt.",
    "no-agency-name": "Name the agency.",
    "no-letter": "Give the number of the letter.",
    "no-result-number": "Give the number of the document.",
    "no-applicant": "Give the name of the applicant.",
    "no-choice": "Choose one of the values offered.",
    "no-components": "Name at least one document.",
    "no-result": "There is no result yet that could be handed over.",
    "not-decided": (
        "The dossier is not decided yet: the steps before the result are done first."
    ),
    "no-file": "A file has not come. Choose it again.",
    "enclosed-files": "These are more files than go with one act. Choose fewer.",
    "not-owed": "This is not owed: pay what is, or write why it is paid.",
    "not-received": "No more is given back than came in and is still here.",
    "nothing-here": "Nothing that could be given back is here.",
    "before-receipt": "The day lies before the receipt of the dossier.",
    "returned-already": "The result was handed over already.",
    "future-day": "The day lies in the future.",
    "not-holding": "The file is at another desk: that desk hands it over.",
    "not-offered": "Nobody has handed this file over.",
    "not-over": "The dossier is not finished yet; it can be rated then.",
    "rated-already": "This dossier was rated already. Thank you.",
    "no-component": "Name the document.",
    "no-limit": "This is not a time limit.",
    "no-promise": "This case promises no date.",
    "not-later": "The new date must be later than the promised one, and not over yet.",
    "stands": "The clock stands still: say how much longer, not until when.",
    "own-request": "You, or somebody for you, asked for it: another must grant it.",
    "not-asked": "Nobody has asked for more time.",
    "held": "The case is kept from erasure by order of a document.",
    "no-basis": "Name the rule and the document that order it.",
    "not-held": "The case is not kept from erasure.",
    "nothing-to-erase": "The case holds no such value any more.",
    "csrf": "This page was open too long, or its form does not come from us.",
    "foreign-origin": "The request came from another site.",
    "exists": "There is such a record already.",
    "four-eyes": "Two people must do these two steps: you did the other one.",
    "holding-end": "A position can end today at the earliest, and only before it ends.",
    "key-reused": "This form was already sent with other content.",
    "last-administrator": "One account that administers must stay open.",
    "must-change": "Change your password first: somebody else gave it to you.",
    "no-account": "Only a person can do this.",
    "no-activity": "There is nothing of this name to begin here.",
    "no-agency": "There is no such agency.",
    "no-case": "Choose the case that takes the message.",
    "no-name": "Give the signal a name.",
    "no-position": "You hold no position today, so there is no place to receive cases.",
    "no-incident": "Nothing has stopped in this case.",
    "no-retry": "What stopped this case cannot begin anew.",
    "no-procedure": "There is no such procedure.",
    "no-process": "This procedure has no such process.",
    "no-start": "The process has no such start event.",
    "no-task": "There is no such task in this case.",
    "no-tenant": "The system has not been set up yet.",
    "not-in-case": "You hold no position that has a part in this case.",
    "not-in-force": "This procedure has no version in force.",
    "no-why": "Write the reason.",
    "no-remark": "Write what is to be noted.",
    "no-return": "The work cannot go back to this step from here.",
    "not-yours": "Only who has done a step takes it back.",
    **side_words.REFUSALS,
    **paper_words.REFUSALS,
    **audit_words.REFUSALS,
    "recall-several": "One of several instances of a step cannot be taken back.",
    "recall-sent": (
        "This step has sent a message. It stays done: ask who has the work now to"
        " return it."
    ),
    "recall-asked": (
        "This step has asked another system. It stays done: ask who has the work now"
        " to return it."
    ),
    "recall-nothing": (
        "Nothing that could be taken back came of this step, or it waits for others."
    ),
    "recall-begun": (
        "Somebody has already gone on with it. Ask who has the work now to return it."
    ),
    "no-recall": "From where the case is now the step cannot be taken back.",
    "case-over": "The case is over.",
    "suspended": "The case is suspended: nobody works on it until it goes on.",
    "not-suspended": "The case is not suspended.",
    "not-at-rest": (
        "The case is over, has stopped, or something in it is due just now. Try again"
        " in a moment."
    ),
    "not-receiving": "Your position is not where the dossier came in.",
    "nothing-chosen": "Choose at least one task that you may do this with.",
    "bulk-rows": "These are more tasks than are done at once. Choose fewer.",
    "no-such-act": "Choose what to do with the tasks.",
    "no-target": "Choose to whom the tasks go.",
    "saved-filters": "You keep too many lists. Remove one first.",
    "list-rows": "The list is too long for a file. Narrow it by a filter.",
    "no-reason": "Write why somebody else is to do it.",
    "not-for-position": "This position does not do such work in this case.",
    "own-substitute": "Nobody stands in for themselves.",
    "substitution-days": (
        "Somebody stands in from today at the earliest, and the last day is not before "
        "the first."
    ),
    "not-holder": "This person does not hold the position today.",
    "agency-closed": "This agency is closed then, or follows itself.",
    "no-moves": "Say which agency follows which, each pair once.",
    "naming-day": "Choose today or a later day, after the last change of this agency.",
    "other-position": (
        "A position is followed by one of the agency that follows, which exists then."
    ),
    "own-parent": "An agency does not stand under itself.",
    "not-supervised": "You do not supervise the unit of this task.",
    "reason-chars": "The reason is too long.",
    "not-your-position": "This task belongs to a position that you do not hold.",
    "nothing-waits": "Nothing in the case waits for this message or signal.",
    "not-provable": (
        "The newest events are not in a signed head of the log yet. "
        "Try again in a moment; if it stays so, tell your administrator."
    ),
    "bundle-cases": "These are more cases than one bundle takes. Choose fewer.",
    "bundle-bytes": (
        "The attached files are too large for one bundle. "
        "Choose fewer cases, or leave them out."
    ),
    "no-cases": "There are no such cases.",
    "job-items": "This is more than one job takes. Choose less.",
    "job-kind": "This release does not know this kind of job.",
    "jobs-open": "Too many jobs of yours are not over. Wait, or cancel one.",
    "lease-lost": "Another worker has taken over this job.",
    "worker-died": "The worker died at it, each time it was tried.",
    "own-document": "The author of a version may not publish it.",
    "own-password": "Change your own password on its page, with the current one.",
    "signed-out": "You are not signed in.",
    "sign-in-locked": "Too many failed sign-ins. Wait 15 minutes, then try again.",
    "network-locked": (
        "Too many failed sign-ins from your network. Wait 15 minutes, then try again."
    ),
    "erased-meanwhile": (
        "Something of it was erased while it was made. Ask for it again."
    ),
    "stale": "Somebody changed this record after you opened it.",
    "no-calendar": "There is no such edition of a calendar.",
    "calendar-period": "The last day of the period is before the first.",
    "calendar-size": "A calendar holds 2,000 special days at most.",
    "calendar-texts": "A calendar needs a name, and a text has 400 characters at most.",
    "target-share": "Enter a share over 0 and up to 100 percent.",
    "target-day": "A target is valid from a day between 2000 and five years ahead.",
    "calendar-hours": (
        "Write hours as 07:30-11:30, 13:00-17:00, in order, "
        "and leave at least one weekday with work."
    ),
    "calendar-seasons": "Two weeks of hours begin on one day.",
    "calendar-day-hours": ("A day that is worked needs its hours; a day off has none."),
    "calendar-day-source": "Name each special day and the document that orders it.",
    "calendar-makeup": "Work is not made up on a day that is worked anyway.",
    "calendar-off": "This day is off already; a day off is made of a day of work.",
    "calendar-other-off": "This day is off. To have work done, make it a make-up day.",
    "calendar-other-same": "These are the hours that this day has anyway.",
    "calendar-other-outside": "A shorter day lies within the usual hours of the day.",
    "day-off": "The new date is a day off. Choose a day on which work is done.",
    "calendar-not-draft": "This edition is no draft any more.",
    "calendar-document-day": "Give the date of the document, today at the latest.",
    "days-order": "The last day is before the first.",
    "no-text": "Write what you mean.",
}

#: Status -> (heading, what to do), message ids.
PAGES: Final = {
    400: ("The request was not understood", "Go back and send it again."),
    403: (
        "You may not do this",
        "Nothing was changed. Ask your administrator when this is your duty.",
    ),
    404: (
        "There is no such page, or you may not see it",
        "Check the address, or look for the case by its code.",
    ),
    405: ("This page does not take such requests", "Go back and send it again."),
    409: (
        "It is no longer as it was",
        "Nothing was changed. Open it again and look at how it stands now.",
    ),
    413: ("That was too large", "Nothing was stored. Send less, or smaller files."),
    422: (
        "Something has to be corrected",
        "Nothing was changed. Go back and correct it.",
    ),
    429: ("Too many attempts", "Wait before you try again."),
    500: (
        "Something went wrong on our side",
        "Nothing was stored. Quote the code below to your administrator.",
    ),
    502: ("Another system did not answer", "Nothing was changed. Try again later."),
    503: ("The system is not ready", "Try again in a moment."),
    507: (
        "The server has no room left",
        "Nothing was stored. Tell your administrator, then send it again.",
    ),
}

#: What the page of an altered record says: no fault of the program, and evidence.
_ALTERED: Final = (
    "This record was changed after it was sealed",
    (
        "Leave the database as it is, and tell whoever keeps the records. "
        "The replay of the case shows the part that still holds."
    ),
)
_BAD_REQUEST: Final = 400
_FAULT: Final = 500
#: Statuses of requests that a view had no chance to answer with the form again.
#: A body that is too large (413) was never read.
_KEEP_TYPED: Final = frozenset({403, 409, 503, 507})
#: Never shown again.
_SECRET_FIELDS: Final = frozenset(
    {"password", "current_password", "password_again", "f.password"}
    | {"csrf_token", "key"}
)
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What an error page says."""

    status: int
    heading: str
    what: str
    advice: str
    #: To quote to an administrator.
    reference: str
    #: What was typed, field by field, when it would be lost otherwise.
    typed: tuple[tuple[str, str], ...] = ()


def install(app: flask.Flask) -> None:
    """Answer every refusal with a page."""
    app.register_error_handler(errors.EngineError, _refused)
    app.register_error_handler(flask_wtf.csrf.CSRFError, forged)
    app.register_error_handler(exceptions.HTTPException, _http)


def status_of(error: errors.EngineError) -> int:
    """The HTTP status of a refusal."""
    return next(STATUS[each] for each in type(error).__mro__ if each in STATUS)


def text_of(error: errors.EngineError) -> str:
    """What a refusal says, in the language of the request."""
    known = TEXTS.get(error.code)
    if known is not None:
        return i18n.translate(known)
    if error.message == (type(error).__doc__ or "").strip():
        return i18n.translate(sentence_of(type(error)))
    # A text made for this one case (a model's finding, a service's answer).
    return error.message


def sentence_of(refusal: type[errors.EngineError]) -> str:
    """The first sentence of a class's docstring: the message id of its text."""
    return (refusal.__doc__ or "").strip().partition("\n")[0]


def page(
    status: int, what: str = "", said: tuple[str, str] | None = None
) -> flask.Response:
    """The page of a status, with what happened in words."""
    heading, advice = said or PAGES.get(
        status, PAGES[_BAD_REQUEST if status < _FAULT else _FAULT]
    )
    refusal = Refusal(
        status=status,
        heading=i18n.translate(heading),
        what=what,
        advice=i18n.translate(advice),
        reference=security.request_id(),
        typed=_typed() if status in _KEEP_TYPED else (),
    )
    text = flask.render_template("errors/error.html", refusal=refusal)
    return flask.make_response(text, status)


def _refused(error: errors.EngineError) -> flask.Response:
    status = status_of(error)
    # Refused rights are noted, so that an attack is seen (ASVS 5.0, 16.3.2).
    level = _log.error if status >= _FAULT else _log.info
    accesses.refused(error)
    name, passing = type(error).__name__, isinstance(error, errors.UnavailableError)
    # What the database itself said helps an operator, and only an operator.
    cause = repr(error.__cause__) if passing else None
    level("refused", code=error.code, status=status, error=name, cause=cause)
    if isinstance(error, errors.EvidenceError):
        return page(status, said=_ALTERED)
    if error.code in paper_words.SETTING:
        return page(
            status, text_of(error) if status < _FAULT else "", said=paper_words.NOT_SET
        )
    # An internal fault names itself in the log, never to the person (16.5.1).
    return page(status, text_of(error) if passing or status < _FAULT else "")


def forged(error: flask_wtf.csrf.CSRFError) -> flask.Response:
    """The page of a form that is not ours, or older than its session."""
    _log.info("refused", code="csrf", status=403, error=error.description)
    return page(403, i18n.translate(TEXTS["csrf"]))


def _http(error: exceptions.HTTPException) -> flask.Response:
    status = error.code or _FAULT
    if status < _BAD_REQUEST:  # A redirection that werkzeug raised.
        return flask.make_response(error.get_response())
    if status >= _FAULT:
        _log.error("failed", status=status)
    answer = page(status)
    if isinstance(error, exceptions.MethodNotAllowed) and error.valid_methods:
        answer.headers["Allow"] = ", ".join(error.valid_methods)
    return answer


def _typed() -> tuple[tuple[str, str], ...]:
    """What came in a form of our own; never what another site sent."""
    if not flask.g.get("same_origin"):
        return ()
    return tuple(
        (name, value)
        for name, value in flask.request.form.items(multi=True)
        if name not in _SECRET_FIELDS and value
    )
