"""Words for papers and for what was done on paper: refusals, and how it is judged."""

from typing import Final

REFUSALS: Final = {
    "paper-future": (
        "What was done on paper was done before now. Enter the date and hour that stand"
        " on the sheet."
    ),
    "paper-early": (
        "This step had not begun yet at that date and hour. Look at the sheet again, or"
        " enter the step before it first."
    ),
    "paper-clock": (
        "The clock of this dossier was stopped, or went on, after that date and hour."
        " Look at the sheet again; if it is right, ask your supervisor."
    ),
    "paper-order": (
        "After that date and hour somebody still worked on this dossier. Look at the"
        " sheet again; if it is right, enter when it reached those who work on it."
    ),
    "paper-why": (
        "No outage was declared for that date and hour, or the receipt is older than a"
        " day. Write why it was done on paper."
    ),
    "paper-scan": "The scanned sheet is not a file that was sent here. Send it again.",
    "paper-scan-case": (
        "This scanned sheet is in another dossier, or was not sent for this one from"
        " your account. Scan the sheet of this dossier and send it again."
    ),
    "paper-holder": (
        "This person did not hold a position then that does such work here. Choose who"
        " did it on paper."
    ),
    "outage-future": "An outage begins now or earlier. Enter when it began.",
    "outage-end": (
        "An outage ends after it began, and not in the future. Enter when it ended, or"
        " leave the end empty while it goes on."
    ),
    "outage-over": "This outage is over already. Open the list of outages again.",
    "no-outage": "There is no such outage. Open the list of outages again.",
    "no-paper": "The case has no such paper now. Open the page “Papers” again.",
    "no-number": "This paper has no number of its own.",
    "number-given": "The register has given this number to another paper.",
    "typed-number": "This paper bears the number that was typed with its act.",
    "draft-paper": "More time is only asked for: the letter comes once it is given.",
    "nothing-to-print": "Nothing was received on this day.",
    "papers-at-once": "So many papers do not go into one file.",
    "book-rows": "So many dossiers do not go into one book: choose fewer days.",
    "several-sets": "These dossiers have different forms: print each by itself.",
    "typesetting-time": "Making the document takes too long: choose fewer days.",
    "no-reach": "Give the address or the telephone.",
    "reach-day": "Choose today or a later day.",
    "supplement-day": "The day by which it is to be brought lies before the request.",
}
#: Reasons of verdicts.
REASONS: Final = {
    "on-paper": (
        "Done on paper on %(at)s by %(account)s, and entered later; no outage was"
        " declared for that time."
    ),
    "paper-in-outage": (
        "Done on paper on %(at)s by %(account)s during the outage of document"
        " %(document)s, and entered later."
    ),
    "paper-instant": (
        "It cannot have been done on paper on %(at)s: what it follows was done on"
        " %(since)s."
    ),
    "paper-onward": (
        "What it led to counts from %(recorded)s in the record; by the acts that it"
        " waited for it counts from %(due)s."
    ),
    "paper-after": "It was entered before it was done on paper on %(at)s.",
    "paper-act": "An act of the kind %(type)s is not done on paper.",
    "paper-unexplained": (
        "It was done on paper, and neither an outage nor a reason says why."
    ),
    "no-such-outage": "It names an outage that was not declared for %(at)s.",
}
#: What is said of a paper that was recorded, and could not be set: its number stays.
NOT_SET: Final = (
    "The paper could not be made",
    (
        "What was recorded before stays so: a number that the paper was given is kept, "
        "and it bears the same when you print it again. Quote the code below to your "
        "administrator if it fails again."
    ),
)
#: Refusals that come after the number was given.
SETTING: Final = frozenset({"not-set", "typesetting-time"})
