"""Words for verdicts: reasons, questions, classes of deviation.

Each table maps a code or value to a message id; a test holds that every code that
judging gives has one, and that both languages know it.
"""

from typing import Final

from engine.judging.ruling import Kind, Question, Ruling, Verdict
from webui import paper_words

VERDICT: Final = {
    Verdict.PASS: ("Holds", "good"),
    Verdict.DEVIATION: ("Deviates", "soon"),
    Verdict.FAIL: ("Does not hold", "late"),
    Verdict.UNKNOWN: ("Not judged", "wait"),
}

QUESTION: Final = {
    Question.INTEGRITY: "Unaltered",
    Question.CONTROL_FLOW: "Order of steps",
    Question.AUTHORITY: "Authority",
    Question.TIME: "Time",
    Question.DATA: "Data and decision",
    Question.VERSION: "Version in force",
}

KIND: Final = {
    Kind.LATE: "Late",
    Kind.REASSIGNED: "Taken back or given on by a supervisor",
    Kind.RELEASED: "Given back",
    Kind.STOPPED: "Stopped by an incident",
    Kind.HALTED: "Halted",
    Kind.RETRIED: "Begun anew",
    Kind.RESUMED: "Let go on",
    Kind.RETURNED: "Returned to an earlier step",
    Kind.RECALLED: "Taken back by who had done it",
    Kind.STOPPED_BY_PERSON: "Stopped by a person",
    Kind.WITHDRAWN: "Withdrawn by the applicant",
    Kind.SUSPENDED: "Case suspended",
    Kind.EXTENDED: "Promised date extended",
    Kind.ASKED_AGAIN: "Another supplement asked for",
    Kind.ON_PAPER: "Done on paper outside of an outage",
    Kind.UNDECIDED: "Result before the decision",
    Kind.CLOCK: "The clock of the server was turned back",
}
#: Why; the names in a text are the parameters of the ruling.
REASON: Final = {
    **paper_words.REASONS,
    "sealed": "The bytes are those that were sealed, and follow the event before.",
    "sealed-erased": (
        "The bytes are those that were sealed; values were lawfully erased."
    ),
    "missing": "Event %(seq)s is missing.",
    "bytes-changed": "The bytes are not those that were sealed.",
    "chain-broken": "It does not follow the event before.",
    "row-differs": "What stands beside the event says something else than the event.",
    "format": "It cannot be read: no event of ours looks like this.",
    "uncommitted": "A value “%(name)s” stands there that the event does not know.",
    "value-changed": "The value “%(name)s” is not the one that was entered.",
    "value-missing": "The value “%(name)s” was taken away without an erasure.",
    "tail-missing": "The case tells of another last event: the end was cut off.",
    "untrusted": "Not judged: an event before it cannot be trusted.",
    "as-modelled": "The procedure allowed exactly this.",
    "work-moved": "Work was taken or given back; the case did not move.",
    "noted": "A note; the case did not move.",
    "not-possible": "The procedure did not allow this now. It allowed: %(allowed)s.",
    "other-flows": "The procedure leads by %(allowed)s; recorded is %(recorded)s.",
    "other-elements": "The procedure completes %(allowed)s; recorded is %(recorded)s.",
    "other-work": "The procedure opens %(allowed)s; recorded is %(recorded)s.",
    "other-closed": "The procedure ends %(allowed)s; recorded is %(recorded)s.",
    "other-decisions": "The procedure decides %(allowed)s; recorded is %(recorded)s.",
    "other-thrown": "The procedure sends %(allowed)s; recorded is %(recorded)s.",
    "other-incidents": "The procedure stops at %(allowed)s; recorded is %(recorded)s.",
    "other-status": "After this the case is %(allowed)s; recorded is %(recorded)s.",
    "other-rest": (
        "Whether automatic steps remain: %(allowed)s; recorded is %(recorded)s."
    ),
    "no-act": "A case knows no such act.",
    "no-effect": "The event does not tell what it led to.",
    "no-such-work": "There is no such work open.",
    "claimed-already": "Somebody had taken this work already.",
    "not-claimed": "Nobody had taken this work.",
    "not-followed": "Not judged: the procedure could not be followed up to here.",
    "erased-path": "Not judged: what led the case was erased.",
    "stopped": "It stopped at “%(element)s”: %(why)s",
    "halted": "It did not come to rest after %(steps)s automatic steps.",
    "retried": "A step that had stopped was begun anew.",
    "resumed": "A halted case was let go on.",
    "returned": "Work was returned to an earlier step, which no arrow shows.",
    "recalled": "Who had done a step took it back before anybody went on.",
    "stopped-by-person": "A supervisor stopped the case by a document.",
    "withdrawn": "The applicant withdrew the dossier.",
    "suspended": "The case was suspended by a document.",
    "extended": "The promised date was extended (letter %(letter)s).",
    "result-undecided": "The result was recorded while work before it was open.",
    "returned-undecided": ("The result was handed over while work before it was open."),
    "asked-again": "A supplement was asked for the %(round)s. time.",
    "other-clock": (
        "By our rules the clock moves so: %(due)s; recorded is: %(recorded)s."
    ),
    "other-place": "%(agency)s has no part in the case.",
    "other-request": "It answers another request than the one that was open.",
    "own-request": "%(account)s had a hand in asking for it, and must not grant it.",
    "other-approver": "Approved by another account than the one that did it.",
    "was-suspended": "The case was suspended then: nobody could work on it.",
    "not-suspended": "The case was not suspended.",
    "not-own-step": "%(account)s had not done the step “%(element)s”.",
    "position-held": "The doer held the position, which does this step here.",
    "role-held": "The doer may do this.",
    "engine": "The system did it, as it may.",
    "letter": "A message between cases brought it.",
    "citizen": "Whoever holds the receipt did it, by its look-up code.",
    "no-work": "Not judged: there is no such work.",
    "nobody": "It names nobody, but somebody must have done it.",
    "no-account": "There is no account “%(account)s”.",
    "account-closed": "The account of %(account)s was closed.",
    "no-role": "%(account)s has no role for this.",
    "no-position": "%(account)s names no position.",
    "not-holder": "%(account)s did not hold the position “%(position)s” then.",
    "stood-in": "The doer stood in for the holder of the position, by an order.",
    "not-substitute": (
        "%(account)s could not act for the holder of “%(position)s” then."
    ),
    "other-agency": "The position “%(position)s” is of another agency.",
    "not-performer": (
        "The position “%(position)s” does not do the work of “%(performer)s”."
    ),
    "not-receiving": "“%(agency)s” neither receives nor helps in this case.",
    "not-supervising": "%(account)s does not supervise this case.",
    "claimed-by-other": "%(account)s touched the work that %(holder)s had taken.",
    "four-eyes": "%(account)s did “%(partner)s” too: two people must do these steps.",
    "round-open": (
        "It was completed although co-signatures were missing: %(agreed)s of %(quorum)s"
        " had agreed (question %(n)s)."
    ),
    "other-left": "With the step other questions ended than it says: %(left)s.",
    "other-question": "It is not what was asked, or has another number than %(n)s.",
    "signed-it": "%(account)s had signed the step, and so could not complete it.",
    "own-signature": (
        "%(account)s could not sign here: who asked or has the step, or signed already."
    ),
    "not-asker": "%(account)s had neither asked nor had the step.",
    "engine-only": "Only the system does this, but %(account)s is named.",
    "released": "Work was given back to the position.",
    "handed-back": "Who had the work lost the position: the work was given back.",
    "still-holder": (
        "Nobody gave the work back, and %(account)s still held “%(position)s”."
    ),
    "followed": "The agencies that follow took the case over.",
    "not-successor": "“%(successor)s” did not follow “%(agency)s” then.",
    "reassigned": "A supervisor took the work back.",
    "given-on": "A supervisor gave the work to somebody else.",
    "other-holder": "The event names another holder of the work than the record.",
    "work-misgiven": (
        "The work “%(element)s” was given to “%(performer)s”, not as "
        "the procedure says."
    ),
    "work-elsewhere": (
        "The work “%(element)s” was given to “%(agency)s”, which takes no part."
    ),
    "in-order": "Instants run on; due dates follow the calendar.",
    "in-time": "Done before it was due.",
    "late": "Done after it was due (%(due)s).",
    "case-late": "The case ended after the promised date (%(due)s).",
    "backwards": "It happened before the event that stands before it (%(before)s).",
    "early": "The timer fired before it was due (%(due)s).",
    "no-timer": "No timer of this step was set.",
    "other-calendar": (
        "The edition of the calendar that it names (%(edition)s) was not in force."
    ),
    "foreign-calendar": (
        "It counted on the calendar %(edition)s; at %(agency)s another one was in force"
        " then: %(counted)s."
    ),
    "other-due": (
        "“%(element)s” is due on %(due)s by the calendar; recorded is %(recorded)s."
    ),
    "other-case-due": (
        "The promised date is %(due)s by the calendar; recorded is %(recorded)s."
    ),
    "other-timer": (
        "The timer “%(element)s” is due on %(due)s; recorded is %(recorded)s."
    ),
    "data-fit": "Answers fit the form; choices evaluate to what was recorded.",
    "no-data": "Nothing was entered or chosen.",
    "form-refuses": "The form refuses the answer “%(name)s”.",
    "form-otherwise": "The form keeps “%(name)s” otherwise than recorded.",
    "other-result": "The result it records is not what was answered.",
    "other-return": "The hand-over it records is not what was answered.",
    "other-ending": (
        "It records the ending “%(recorded)s”, which the drawing does not say there."
    ),
    "not-plain": "What was entered is no plain value.",
    "foreign-answer": "“%(name)s” is asked for by a form, and not by this step.",
    "other-code": "It names another dossier than %(code)s.",
    "other-choice": (
        "At “%(element)s” the data lead to %(evaluated)s; recorded is %(recorded)s."
    ),
    "other-rules": (
        "At “%(element)s” the rules %(evaluated)s match; recorded is %(recorded)s."
    ),
    "erased-answers": "Not judged: lawfully erased were %(names)s.",
    "erased-inputs": (
        "Recorded; not evaluated again, because what it reads was lawfully erased."
    ),
    "in-force": "Published by somebody else than its author, and in force.",
    "same-version": "The version that the case began with.",
    "no-version": "There is no such version of a procedure.",
    "no-norm": "Not judged: the version that the case ran on is not known.",
    "other-hash": "The version named has other bytes than the one that is kept.",
    "no-life": "No record tells of version %(number)s.",
    "other-version": "It names version %(number)s; what ran is version %(known)s.",
    "version-changed": (
        "The case began with version %(known)s; here it names %(number)s."
    ),
    "unpublished": "Version %(number)s was never published.",
    "own-approval": "%(account)s wrote version %(number)s and published it.",
    "not-yet": "Version %(number)s was published only on %(published)s.",
    "retired": "Version %(number)s was out of force since %(retired)s.",
}

#: Of an extension whose letter has no number yet.
UNNUMBERED: Final = (
    "The promised date was extended (the letter gets its number when printed)."
)


def messages() -> tuple[str, ...]:
    """Every message id, for the test of the catalogues."""
    tables = (QUESTION, KIND, REASON)
    plain = (word for table in tables for word in table.values())
    return (*plain, UNNUMBERED, *(word for word, _ in VERDICT.values()))


def reason(ruling: Ruling) -> str:
    """The text that says why, by what the ruling is about."""
    untyped = ruling.code == "extended" and not ruling.params["letter"]
    return UNNUMBERED if untyped else REASON[ruling.code]
