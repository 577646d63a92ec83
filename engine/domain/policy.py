"""Who may do what: the only place where rights are decided.

`check` answers every question of the web pages, the command line and the dispatcher.
What an account may not know of is answered with NotFoundError, what it may see but not
do with NotAllowedError, so that nobody learns of a foreign record by asking.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from uuid import UUID

from engine.domain.organisation import Actor, Role
from engine.errors import NotAllowedError, NotFoundError


class Action(Enum):
    """Everything that asks for a right."""

    WORKLIST_VIEW = "worklist.view"
    CASE_OPEN = "case.open"
    CASE_VIEW = "case.view"
    CASE_LIST = "case.list"
    TASK_VIEW = "task.view"
    TASK_CLAIM = "task.claim"
    TASK_RELEASE = "task.release"
    TASK_REASSIGN = "task.reassign"
    TASK_COMPLETE = "task.complete"
    FILE_SEND = "file.send"
    SIDE_ASK = "side.ask"
    SIDE_ANSWER = "side.answer"
    SIDE_WITHDRAW = "side.withdraw"
    CASE_STOP = "case.stop"
    CASE_WITHDRAW = "case.withdraw"
    CASE_SUSPEND = "case.suspend"
    CASE_WAIT = "case.wait"
    PAPER_PRINT = "paper.print"
    DOSSIER_NOTE = "dossier.note"
    CASE_REMARK = "case.remark"
    DEADLINE_ASK = "deadline.ask"
    DEADLINE_EXTEND = "deadline.extend"
    HISTORY_VIEW = "history.view"
    CASE_VERIFY = "case.verify"
    EVIDENCE_EXPORT = "evidence.export"
    VALUES_OPEN = "values.open"
    CASE_REBUILD = "case.rebuild"
    CASE_RETRY = "case.retry"
    PERSONAL_ERASE = "personal.erase"
    CASE_HOLD = "case.hold"
    ACCESS_VIEW = "access.view"
    MESSAGE_DELIVER = "message.deliver"
    SIGNAL_SEND = "signal.send"
    PROCEDURE_LIST = "procedure.list"
    PROCEDURE_VIEW = "procedure.view"
    PROCEDURE_UPLOAD = "procedure.upload"
    PROCEDURE_PUBLISH = "procedure.publish"
    PROCEDURE_RETIRE = "procedure.retire"
    PROCEDURE_TRY = "procedure.try"
    SYSTEM_VIEW = "system.view"
    LOG_VIEW = "log.view"
    LOG_CHECK = "log.check"
    CONFORMANCE_VIEW = "conformance.view"
    ORGANISATION_VIEW = "organisation.view"
    ORGANISATION_CHANGE = "organisation.change"
    OUTAGE_DECLARE = "outage.declare"
    STANDING_VIEW = "standing.view"
    CALENDAR_VIEW = "calendar.view"
    CALENDAR_PROPOSE = "calendar.propose"
    CALENDAR_CONFIRM = "calendar.confirm"
    AUDIT_VIEW = "audit.view"
    AUDIT_CONDUCT = "audit.conduct"
    FIGURES_VIEW = "figures.view"
    SUPERVISION_VIEW = "supervision.view"
    TARGET_VIEW = "target.view"
    TARGET_SET = "target.set"
    NOTICE_VIEW = "notice.view"
    NOTICE_MANAGE = "notice.manage"
    JOB_VIEW = "job.view"
    JOB_CANCEL = "job.cancel"
    JOB_TAKE = "job.take"
    PASSWORD_CHANGE = "password.change"  # noqa: S105 - a name, no password


#: Which roles an action is open to at all.
ROLES: dict[Action, frozenset[Role]] = {
    Action.WORKLIST_VIEW: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Action.CASE_OPEN: frozenset({Role.CLERK}),
    Action.CASE_VIEW: frozenset({Role.CLERK, Role.SUPERVISOR, Role.AUDITOR}),
    Action.CASE_LIST: frozenset({Role.CLERK, Role.SUPERVISOR, Role.AUDITOR}),
    Action.TASK_VIEW: frozenset({Role.CLERK, Role.SUPERVISOR, Role.AUDITOR}),
    Action.TASK_CLAIM: frozenset({Role.CLERK}),
    Action.TASK_RELEASE: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Action.TASK_REASSIGN: frozenset({Role.SUPERVISOR}),
    Action.TASK_COMPLETE: frozenset({Role.CLERK}),
    # Files before the form that uses them: each sender's own.
    Action.FILE_SEND: frozenset({Role.CLERK, Role.INTEGRATOR}),
    # Beside a step: who has the work asks, whose work it is answers.
    Action.SIDE_ASK: frozenset({Role.CLERK}),
    Action.SIDE_ANSWER: frozenset({Role.CLERK}),
    Action.SIDE_WITHDRAW: frozenset({Role.CLERK}),
    Action.CASE_STOP: frozenset({Role.SUPERVISOR}),
    # Whoever receives dossiers records that the applicant wants one back.
    Action.CASE_WITHDRAW: frozenset({Role.CLERK}),
    Action.CASE_SUSPEND: frozenset({Role.SUPERVISOR}),
    # Who works on a case asks for what it lacks, and for more time; who supervises it
    # grants that.
    Action.CASE_WAIT: frozenset({Role.CLERK}),
    # Papers of cases that one sees; giving one its number is an act.
    Action.PAPER_PRINT: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Action.DEADLINE_ASK: frozenset({Role.CLERK}),
    # Fees, components, results and the file: whoever works at an agency of the case.
    Action.DOSSIER_NOTE: frozenset({Role.CLERK}),
    # Remarks: whoever works in a case, is asked beside a step of it or supervises it.
    Action.CASE_REMARK: frozenset({Role.CLERK, Role.SUPERVISOR}),
    Action.DEADLINE_EXTEND: frozenset({Role.SUPERVISOR}),
    Action.HISTORY_VIEW: frozenset({Role.CLERK, Role.SUPERVISOR, Role.AUDITOR}),
    Action.CASE_VERIFY: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Action.EVIDENCE_EXPORT: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    # What people entered leaves the house in a bundle only for these.
    Action.VALUES_OPEN: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Action.CASE_REBUILD: frozenset({Role.ADMINISTRATOR}),
    Action.CASE_RETRY: frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR}),
    Action.PERSONAL_ERASE: frozenset({Role.ADMINISTRATOR}),
    Action.ACCESS_VIEW: frozenset({Role.AUDITOR}),
    Action.CASE_HOLD: frozenset({Role.ADMINISTRATOR}),
    Action.MESSAGE_DELIVER: frozenset({Role.INTEGRATOR}),
    Action.SIGNAL_SEND: frozenset({Role.INTEGRATOR}),
    Action.PROCEDURE_LIST: frozenset(Role),
    Action.PROCEDURE_VIEW: frozenset(Role),
    Action.PROCEDURE_UPLOAD: frozenset({Role.DESIGNER}),
    Action.PROCEDURE_PUBLISH: frozenset({Role.APPROVER}),
    Action.PROCEDURE_RETIRE: frozenset({Role.APPROVER}),
    # Old cases on another version: codes and steps are told, nothing entered is.
    Action.PROCEDURE_TRY: frozenset(
        {Role.DESIGNER, Role.APPROVER, Role.SUPERVISOR, Role.AUDITOR}
    ),
    Action.SYSTEM_VIEW: frozenset({Role.ADMINISTRATOR}),
    Action.LOG_VIEW: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    Action.LOG_CHECK: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    # A supervisor sees the rates of the agencies under supervision.
    Action.CONFORMANCE_VIEW: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Action.ORGANISATION_VIEW: frozenset({Role.ADMINISTRATOR, Role.AUDITOR}),
    Action.ORGANISATION_CHANGE: frozenset({Role.ADMINISTRATOR}),
    # When work went on on paper.
    Action.OUTAGE_DECLARE: frozenset({Role.ADMINISTRATOR}),
    # For whom one stands in oneself.
    Action.STANDING_VIEW: frozenset(Role),
    Action.CALENDAR_VIEW: frozenset(Role) - {Role.INTEGRATOR},
    Action.CALENDAR_PROPOSE: frozenset({Role.ADMINISTRATOR}),
    Action.CALENDAR_CONFIRM: frozenset({Role.APPROVER}),
    Action.AUDIT_VIEW: frozenset({Role.AUDITOR}),
    Action.AUDIT_CONDUCT: frozenset({Role.AUDITOR}),
    # A supervisor sees the figures of the agencies under supervision.
    Action.FIGURES_VIEW: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Action.SUPERVISION_VIEW: frozenset({Role.SUPERVISOR}),
    Action.TARGET_VIEW: frozenset({Role.SUPERVISOR, Role.AUDITOR}),
    Action.TARGET_SET: frozenset({Role.SUPERVISOR}),
    # Notices: one's own; systems that are told, texts, and what arrived.
    Action.NOTICE_VIEW: frozenset(Role),
    Action.NOTICE_MANAGE: frozenset({Role.ADMINISTRATOR}),
    # Long work: one's own; an administrator sees and ends everybody's (`check`).
    Action.JOB_VIEW: frozenset(Role),
    Action.JOB_CANCEL: frozenset(Role),
    # What it made is for whoever asked, and for nobody else.
    Action.JOB_TAKE: frozenset(Role),
    # One's own.
    Action.PASSWORD_CHANGE: frozenset(Role),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """What an action is done to, as far as rights ask."""

    tenant: UUID
    #: Agencies of the case; empty when the thing belongs to the whole tenant.
    agencies: frozenset[UUID] = frozenset()
    #: Its procedure; None: whoever stands in for some procedures only is not asked.
    procedure: UUID | None = None
    #: Work: who is to do it, where, and who has claimed it.
    performer: str = ""
    agency: UUID | None = None
    assignee: UUID | None = None
    #: Performers and agencies that are asked beside a step of the case now.
    asked: frozenset[tuple[str, UUID]] = frozenset()
    #: Documents: who wrote it, and who else wrote on it.
    author: UUID | None = None
    authors: frozenset[UUID] = frozenset()


def allowed(actor: Actor, action: Action, thing: Thing) -> bool:
    """Whether `check` would pass."""
    try:
        check(actor, action, thing)
    except (NotAllowedError, NotFoundError):
        return False
    return True


def check(actor: Actor, action: Action, thing: Thing) -> None:
    """Pass when the actor may do the action to the thing.

    Raises:
        NotFoundError: The actor may not know that the thing exists.
        NotAllowedError: The actor may know of it, but not do this.
    """
    if thing.tenant != actor.tenant:
        raise NotFoundError
    if not actor.account.active:
        raise NotAllowedError(code="account-closed")
    known = sees(actor, thing) if thing.agencies else _own(actor, action, thing)
    if not known and not (action in _ASKED and _is_asked(actor, thing)):
        raise NotFoundError
    if not ROLES[action] & actor.account.roles:
        raise NotAllowedError(action=action.value)
    narrower = _NARROWER.get(action)
    if narrower is not None:
        narrower(actor, action, thing)
    lies = _lies(action, thing) if action in _SUPERVISED else frozenset()
    if lies and not actor.supervised & lies:
        raise NotAllowedError(code="not-supervised")
    # ISO 9001:2015, 7.5.2: whoever approves a document is not its author.
    if action in _APPROVAL and actor.account.id in {thing.author, *thing.authors}:
        raise NotAllowedError(code="own-document")


def sees(actor: Actor, thing: Thing) -> bool:
    """Whether the actor may see a case of these agencies."""
    roles = actor.account.roles
    if Role.AUDITOR in roles or Role.ADMINISTRATOR in roles or Role.INTEGRATOR in roles:
        return True
    if Role.CLERK in roles and actor.agencies_for(thing.procedure) & thing.agencies:
        return True
    if Role.SUPERVISOR in roles and actor.supervised & thing.agencies:
        return True
    # What a closed agency handled stays with it; who follows may look (people.md, 11).
    works = bool(roles & {Role.CLERK, Role.SUPERVISOR})
    return works and bool(actor.followed & thing.agencies)


def _is_asked(actor: Actor, thing: Thing) -> bool:
    """Whether the actor is asked beside a step, or supervises where somebody is."""
    roles, supervised = actor.account.roles, actor.supervised
    return any(
        (Role.CLERK in roles and actor.seat_for(performer, agency, thing.procedure))
        or (Role.SUPERVISOR in roles and agency in supervised)
        for performer, agency in thing.asked
    )


#: What whoever is asked may do, in whichever agency: look at the case as long as the
#: question is open, and do what it was asked for (docs/manual/people.md, 5).
_ASKED = frozenset(
    {
        Action.CASE_VIEW,
        Action.TASK_VIEW,
        Action.HISTORY_VIEW,
        Action.TASK_CLAIM,
        Action.TASK_RELEASE,
        Action.TASK_REASSIGN,
        Action.SIDE_ANSWER,
        Action.CASE_REMARK,
    }
)
_APPROVAL = frozenset({Action.PROCEDURE_PUBLISH, Action.CALENDAR_CONFIRM})
_JOBS = frozenset({Action.JOB_VIEW, Action.JOB_CANCEL, Action.JOB_TAKE})


def _own(actor: Actor, action: Action, thing: Thing) -> bool:
    """Long work is its owner's, and that of whoever administers; the rest is open."""
    if action not in _JOBS or thing.author in (None, actor.account.id):
        return True
    return action is not Action.JOB_TAKE and Role.ADMINISTRATOR in actor.account.roles


#: What only whoever supervises does where the work or the case lies.
_SUPERVISED = frozenset(
    {
        Action.TASK_REASSIGN,
        Action.CASE_STOP,
        Action.CASE_SUSPEND,
        Action.TARGET_SET,
        Action.DEADLINE_EXTEND,
    }
)


def _lies(action: Action, thing: Thing) -> frozenset[UUID | None]:
    """Work lies in its agency, a case in each that takes part; else roles decide."""
    if action is Action.TASK_REASSIGN:
        return frozenset({thing.agency})
    return frozenset(thing.agencies)


def _check_work(actor: Actor, action: Action, thing: Thing) -> None:
    """Work is done in a position; a supervisor may take it back, not do it."""
    supervises = Role.SUPERVISOR in actor.account.roles
    if (
        action is Action.TASK_RELEASE
        and supervises
        and thing.agency in actor.supervised
    ):
        return
    agency = thing.agency
    if agency is None or not actor.seat_for(thing.performer, agency, thing.procedure):
        raise NotAllowedError(code="not-your-position")
    if thing.assignee not in (None, actor.account.id):
        raise NotAllowedError(code="claimed-by-other")


def _check_part(actor: Actor, _: Action, thing: Thing) -> None:
    """A remark is made in a position with a part in the case; who may look has none."""
    roles, agencies = actor.account.roles, thing.agencies
    works = Role.CLERK in roles and (
        actor.agencies_for(thing.procedure) & agencies
        or any(actor.seat_for(*one, thing.procedure) for one in thing.asked)
    )
    supervises = Role.SUPERVISOR in roles and actor.supervised & agencies
    if agencies and not works and not supervises:
        raise NotAllowedError(code="not-in-case")


#: What is asked of a position besides the role.
_NARROWER: dict[Action, Callable[[Actor, Action, Thing], None]] = {
    Action.TASK_CLAIM: _check_work,
    Action.TASK_RELEASE: _check_work,
    Action.TASK_COMPLETE: _check_work,
    Action.SIDE_ASK: _check_work,
    Action.SIDE_ANSWER: _check_work,
    Action.CASE_REMARK: _check_part,
}
