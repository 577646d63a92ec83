"""Words for the values of the domain: states, kinds of act, channels, limits.

Each table maps a value to a message id; a test holds that both languages know every
one of them.
"""

import sys
from collections.abc import Mapping
from typing import Any, Final

from flask.sansio.app import App

from engine.domain.calendars import EditionStatus
from engine.domain.case import TaskStatus
from engine.domain.clock_state import Cause, Policy
from engine.domain.events import EventType
from engine.domain.model import TimeLimit
from engine.domain.offering import Answer, Online, OnlinePayment
from engine.domain.organisation import Role
from engine.domain.procedure import VersionStatus
from engine.domain.run import Status
from engine.domain.working_time import Reason
from webui.i18n import translate

CASE: Final = {
    Status.OPEN: ("In progress", ""),
    Status.COMPLETED: ("Finished", "good"),
    Status.INCIDENT: ("Stopped by an incident", "late"),
}
TASK: Final = {
    TaskStatus.OPEN: ("Not taken yet", "soon"),
    TaskStatus.CLAIMED: ("In progress", ""),
    TaskStatus.DONE: ("Done", "good"),
    TaskStatus.CANCELLED: ("No longer needed", "wait"),
}
VERSION: Final = {
    VersionStatus.DRAFT: ("Awaits publication", "soon"),
    VersionStatus.PUBLISHED: ("In force", "good"),
    VersionStatus.RETIRED: ("No longer in force", "wait"),
}
EVENT: Final = {
    EventType.CASE_OPENED: "Dossier received",
    EventType.CASE_CONTINUED: "Automatic steps continued",
    EventType.CASE_HALTED: "Stopped: it does not come to rest",
    EventType.CASE_RESUMED: "Let go on",
    EventType.INCIDENT_RETRIED: "Step begun anew after an incident",
    EventType.COMPONENT_ADDED: "Documents added to the dossier",
    EventType.COMPONENT_RETURNED: "Originals given back",
    EventType.FEE_PAID: "Fee paid",
    EventType.RESULT_ISSUED: "Result issued",
    EventType.RESULT_RETURNED: "Result handed over",
    EventType.CASE_RATED: "Rated by the applicant",
    EventType.CASE_REMARKED: "Remark on the dossier",
    EventType.WITHDRAWAL_ASKED: "The applicant asked to withdraw",
    EventType.HANDOVER_OFFERED: "Paper file handed on",
    EventType.HANDOVER_ACCEPTED: "Paper file taken over",
    EventType.RECEPTION_INCOMPLETE: "Sent back at the desk to be completed",
    EventType.RECEPTION_REFUSED: "Refused at the desk",
    EventType.TASK_CLAIMED: "Task taken",
    EventType.TASK_RELEASED: "Task given back",
    EventType.TASK_REASSIGNED: "Task given to somebody else",
    EventType.TASK_COMPLETED: "Step done",
    EventType.TASK_RETURNED: "Returned to an earlier step",
    EventType.TASK_RECALLED: "Taken back by who had done it",
    EventType.CASE_STOPPED: "Case stopped",
    EventType.CASE_WITHDRAWN: "Dossier withdrawn",
    EventType.CASE_SUSPENDED: "Case suspended",
    EventType.SUSPENSION_ENDED: "Suspension ended",
    EventType.CASE_TRANSFERRED: "Taken over by the agency that follows",
    EventType.ACTIVITY_BEGUN: "Step begun",
    EventType.TIMER_FIRED: "Waiting time over",
    EventType.MESSAGE_RECEIVED: "Message received",
    EventType.SIGNAL_RECEIVED: "Signal received",
    EventType.SIGNAL_SENT: "Signal sent",
    EventType.SUPPLEMENT_REQUESTED: "Supplement asked for",
    EventType.SUPPLEMENT_RECEIVED: "Supplement received",
    EventType.PAYMENT_REQUESTED: "Payment asked for",
    EventType.PAYMENT_RECEIVED: "Payment received",
    EventType.AGENCY_CONSULTED: "Another agency asked",
    EventType.AGENCY_ANSWERED: "Answer of another agency",
    EventType.OPINION_ASKED: "Opinion asked for",
    EventType.OPINION_GIVEN: "Opinion given",
    EventType.OPINION_WITHDRAWN: "Request for an opinion taken back",
    EventType.COSIGN_ASKED: "Co-signatures asked for",
    EventType.COSIGN_GIVEN: "Co-signature",
    EventType.COSIGN_WITHDRAWN: "Round of co-signatures taken back",
    EventType.EXTENSION_ASKED: "More time asked for",
    EventType.EXTENSION_REFUSED: "More time refused",
    EventType.DEADLINE_EXTENDED: "Promised date extended",
    EventType.PERSONAL_ERASED: "Personal data erased",
    EventType.HOLD_PLACED: "Kept from erasure",
    EventType.HOLD_LIFTED: "No longer kept from erasure",
    EventType.CASE_VIEWED: "Dossier seen",
    EventType.FILE_TAKEN: "File taken away",
    EventType.PAPER_NUMBERED: "Paper numbered",
    EventType.PAPER_PRINTED: "Paper printed",
    EventType.ACCESS_REFUSED: "Attempt refused",
    EventType.EVIDENCE_CHECKED: "Everything checked",
    EventType.TENANT_FOUNDED: "Installation founded",
    EventType.AGENCY_CREATED: "Agency added",
    EventType.AGENCY_RENAMED: "Agency renamed",
    EventType.AGENCY_DESCRIBED: "Address and telephone of an agency",
    EventType.AGENCIES_REORGANISED: "Agencies reorganised",
    EventType.POSITION_CREATED: "Position added",
    EventType.POSITION_HELD: "Position given",
    EventType.HOLDING_ENDED: "Position taken back",
    EventType.SUBSTITUTION_GIVEN: "Substitute appointed",
    EventType.SUBSTITUTION_ENDED: "Substitution ended",
    EventType.OUTAGE_DECLARED: "Outage declared",
    EventType.OUTAGE_ENDED: "Outage ended",
    EventType.ACCOUNT_CREATED: "Account added",
    EventType.ACCOUNT_CLOSED: "Account closed",
    EventType.PASSWORD_CHANGED: "Password changed",
    EventType.PASSWORD_RESET: "Password reset",
    EventType.KEY_ROTATED: "Keys of the log announced",
    EventType.DAY_SEALED: "Day sealed",
    EventType.CALENDAR_PROPOSED: "Calendar drafted",
    EventType.CALENDAR_CONFIRMED: "Calendar confirmed",
    EventType.DUE_CHANGED: "Due date moved by the calendar",
    EventType.EVIDENCE_EXPORTED: "Evidence handed out",
    EventType.HISTORY_IMPORTED: "Foreign history imported",
}
CHANNEL: Final = {
    "direct": "At the counter",
    "online": "Online",
    "post": "By post",
}
#: How a dossier came in, with what nobody chooses.
RECEIVED: Final = {**CHANNEL, "automatic": "Opened by the system"}
ROLE: Final = {
    Role.DESIGNER: "Designer",
    Role.APPROVER: "Approver",
    Role.CLERK: "Clerk",
    Role.SUPERVISOR: "Supervisor",
    Role.AUDITOR: "Auditor",
    Role.ADMINISTRATOR: "Administrator",
    Role.INTEGRATOR: "Connected system",
}
LEVEL: Final = {
    "ministry": "Ministry or central agency",
    "province": "Province",
    "commune": "Commune, ward or special zone",
    "unit": "Unit of an agency",
}
REASON: Final = {
    Reason.WEEKLY_OFF: "weekly days off",
    Reason.HOLIDAY: "public holiday",
    Reason.COMPENSATION: "compensatory day off",
    Reason.SWAP_OFF: "swapped day off",
    Reason.MAKEUP_WORK: "made-up working day",
    Reason.OTHER_HOURS: "other working hours",
    Reason.OTHER_WEEK: "other weekly hours from here on",
    Reason.CUTOFF: "received after the cut-off hour",
    Reason.OUTSIDE_HOURS: "outside working hours",
    Reason.MOVED: "moved to the next working day",
    Reason.PROVISIONAL: "the calendar of this time is not approved yet",
}
#: The life of an edition of a calendar, and what it changes.
EDITION: Final = {
    EditionStatus.DRAFT: "Draft",
    EditionStatus.CONFIRMED: "Confirmed",
    EditionStatus.REPLACED: "Replaced by a later draft",
}
CHANGED: Final = {
    "day": "Special day",
    "week": "Weekly hours",
    "season": "Weekly hours",
    "cutoff": "Cut-off hour of procedures that name none",
    "period": "Period",
}
UNIT: Final = {
    "hour": "%(n)d clock hours",
    "working-hour": "%(n)d working hours",
    "day": "%(n)d calendar days",
    "working-day": "%(n)d working days",
    "month": "%(n)d months",
}
ONE: Final = {
    "hour": "1 clock hour",
    "working-hour": "1 working hour",
    "day": "1 calendar day",
    "working-day": "1 working day",
    "month": "1 month",
}
SEVERITY: Final = {
    "refusal": "Error, must be corrected",
    "decision": "To be decided",
    "warning": "Warning",
    "note": "Note",
}
POLICY: Final = {
    "RESTART": "starts again after a supplement",
    "SUSPEND": "pauses during a supplement",
    "CONTINUE": "runs on during a supplement",
}
#: What moves a promised date, and what a wait does to it.
CAUSE: Final = {
    Cause.SUPPLEMENT: "Waiting for a supplement",
    Cause.PAYMENT: "Waiting for payment",
    Cause.AGENCY: "Waiting for another agency",
    Cause.SUSPENSION: "Suspended",
    Cause.EXTENSION: "Extended",
    Cause.CALENDAR: "Moved by the calendar",
}
WAITS: Final = {
    Policy.SUSPEND: "what was left is counted on afterwards",
    Policy.RESTART: "counted anew afterwards",
    Policy.CONTINUE: "time runs on",
}
PAID: Final = {
    "npsp": "National public service portal",
    "gateway": "Other payment gateway",
    "counter": "At the counter",
    "bank": "Bank transfer",
}
UNITS: Final = {
    "working-day": "working days",
    "working-hour": "working hours",
    "day": "calendar days",
    "hour": "hours of the clock",
    "month": "months",
}
_SAME_DAY: Final = "by the end of the working day"
#: How a version offers its procedure.
ONLINE: Final = {
    Online.WHOLE: "from end to end",
    Online.PART: "in part",
    Online.NONE: "not online",
}
PAID_ONLINE: Final = {
    OnlinePayment.NPSP: "on the national portal",
    OnlinePayment.GATEWAY: "on the gateway of the agency",
    OnlinePayment.NONE: "not paid online",
}
ANSWER: Final = {
    Answer.DOCUMENT: "with a document",
    Answer.NONE: "without a document",
}
DOCUMENT: Final = {"original": "original", "copy": "copy", "e-copy": "e-copy"}


def install(app: App) -> None:
    """Give templates the tables, and filters that translate what stands in them."""
    app.jinja_env.globals["words"] = sys.modules[__name__]
    app.jinja_env.filters["word"] = translate


def messages() -> tuple[str, ...]:
    """Every message id that a table gives, for the test of the catalogues."""
    found = [word for word, _ in (*CASE.values(), *TASK.values(), *VERSION.values())]
    plain: tuple[Mapping[Any, str], ...] = (EVENT, RECEIVED, ROLE, REASON, UNIT)
    plain += (CAUSE, WAITS, PAID, UNITS, EDITION, CHANGED)
    plain += (ONLINE, PAID_ONLINE, ANSWER)
    for table in (*plain, LEVEL, ONE, SEVERITY, POLICY, DOCUMENT):
        found.extend(table.values())
    return (*found, _SAME_DAY)


def limit(span: TimeLimit | None) -> str:
    """A time limit: `8 ngày làm việc`; empty for none."""
    if span is None:
        return ""
    if span.unit == "working-day" and span.amount == 0:
        return translate(_SAME_DAY)
    one = span.amount == 1
    said = translate(ONE[span.unit] if one else UNIT[span.unit], n=span.amount)
    # The number and its unit stay on one line.
    return said.replace(" ", "\N{NO-BREAK SPACE}", 1)
