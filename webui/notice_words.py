"""Words of notices: why somebody is told, by which way, and why it did not arrive."""

from typing import Final

from engine.domain import notice_texts
from engine.domain.notices import Kind, Way
from engine.notices import Delivery

#: What one's own list says.
LINE: Final = {
    Kind.ASSIGNED: "Work was given to you",
    Kind.OPENED: "Work waits to be taken",
    Kind.ASKED: "You are asked",
    Kind.ANSWERED: "What you asked was answered",
    Kind.RETURNED: "Work came back to you",
    Kind.SUPPLEMENTED: "What the case waited for is here",
    Kind.MENTION: "Somebody named you",
    Kind.SOON: "Due soon",
    Kind.OVERDUE: "Overdue",
    Kind.ESCALATED: "Overdue in a unit that you supervise",
    Kind.EXTENSION: "More time is asked for",
    Kind.DIGEST: "Digest of the day",
}
#: What whoever administers reads.
NAME: Final = {
    Kind.ASSIGNED: "Work given to a person",
    Kind.OPENED: "Work to be taken",
    Kind.ASKED: "Opinion or signature asked for",
    Kind.ANSWERED: "Question answered",
    Kind.RETURNED: "Work returned",
    Kind.SUPPLEMENTED: "Supplement, payment or answer received",
    Kind.MENTION: "Somebody named in words of a case",
    Kind.SOON: "Due soon",
    Kind.OVERDUE: "Overdue",
    Kind.ESCALATED: "Overdue, for supervisors",
    Kind.EXTENSION: "More time asked for, for supervisors",
    Kind.DIGEST: "Digest of the day",
}
#: What one chooses.
CHOICE: Final = {
    Kind.ASSIGNED: "Work is given to me",
    Kind.OPENED: "Work is opened that my position may take",
    Kind.ASKED: "I or my position are asked for an opinion or a signature",
    Kind.ANSWERED: "What I asked is answered",
    Kind.RETURNED: "Work comes back to me",
    Kind.SUPPLEMENTED: "What my case waited for is here (supplement, payment, answer)",
    Kind.MENTION: "Somebody names me (@login or @name) in words on a case",
    Kind.SOON: "My work is due soon",
    Kind.OVERDUE: "My work is overdue",
    Kind.ESCALATED: "Work or a case that I supervise is overdue",
    Kind.EXTENSION: "More time is asked for in a case that I supervise",
    Kind.DIGEST: "Digest of the day, on working mornings",
}
TONE: Final = {
    Kind.SOON: "soon",
    Kind.OVERDUE: "late",
    Kind.ESCALATED: "late",
}
WAY: Final = {
    Way.PAGE: "On the pages",
    Way.MAIL: "By mail",
    Way.HOOK: "To a system",
}
#: Why a delivery did not arrive, and what to do.
REASON: Final = {
    "": "Arrived",
    "lost": "The server stopped while it was sent, too often. Try it again.",
    "no-mail": "No mail server is set up (QUYTRINH_SMTP).",
    "no-address": "The person has removed the address.",
    "account-closed": "The account is closed.",
    "no-hook": "The system is not told any more.",
    "mail-login": "The mail server does not take our password.",
    "mail-address": "The mail server does not know the address.",
    "mail-refused": "The mail server refused the mail.",
    "tls": "The connection could not be secured; look at the certificate.",
    "unreachable": "The other side did not answer.",
    "no-host": "There is no such host.",
    "private-address": "The host is in a private network (QUYTRINH_HOOK_NETWORKS).",
    "url": "The address is not one that can be told.",
    "hook-refused": "The system did not take it.",
}
ARRIVED, WAITS, FAILED = "Arrived", "On its way", "Given up"
WHAT: Final = notice_texts.WHAT["en"]
#: What is wrong with a text.
FAULT: Final = {
    "empty": "Write something here.",
    "long": "This is too long: at most %(name)s characters.",
    "lines": "A subject is one line.",
    "braces": "A brace is open or closed that has no other; write {{ for a brace.",
    "unknown": "There is no place “%(name)s”; the list below has those there are.",
}
URL_FAULT: Final = {
    "url": "Enter a whole address, such as https://host/path.",
    "url-https": "Systems are told by https only.",
}


def messages() -> tuple[str, ...]:
    """Message ids that stand in tables, for the test of the catalogues."""
    tables = (LINE, NAME, CHOICE, WAY, REASON, FAULT, URL_FAULT, WHAT)
    told = [text for table in tables for text in table.values()]
    return (*told, ARRIVED, WAITS, FAILED)


def state(delivery: Delivery) -> tuple[str, str]:
    """Word and tone of how a delivery stands."""
    if delivery.delivered_at is not None:
        return ARRIVED, "good"
    return (WAITS, "wait") if delivery.next_try else (FAILED, "late")
