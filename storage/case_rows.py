"""The statements about cases and their work, and how records become their parameters.

Lock order: the case row first, then its work. PostgreSQL gives a transaction that
waited for a lock the newest version of the rows it locks and an old one of those it
only reads; therefore `LOCK_BOTH` locks the task as well.
"""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.domain import clock_text
from engine.domain.case import Agencies, Case, Task, TaskStatus
from engine.domain.run import Status
from engine.ports import CaseChange
from storage import schema, text
from storage.statement import Statement, parameter, setting

#: Work opened by one act is ranked by act, then by place.
RANKS_PER_ACT: Final = 100_000
#: Cases read at a time when all are walked through.
BATCH: Final = 500

_CASE: Final = schema.case.c
_TASK: Final = schema.task.c

THIS_CASE: Final = sa.and_(
    _CASE.tenant_id == parameter("tenant", _CASE.tenant_id),
    _CASE.id == parameter("case", _CASE.id),
)
_THESE_TASKS: Final = sa.and_(
    _TASK.tenant_id == parameter("tenant", _CASE.tenant_id),
    _TASK.case_id == parameter("case", _CASE.id),
)
_THIS_TASK: Final = sa.and_(
    _THESE_TASKS,
    _TASK.element == parameter("element", _TASK.element),
    _TASK.occurrence == parameter("occurrence", _TASK.occurrence),
)
_CASE_COLUMNS: Final = tuple(
    column
    for column in schema.case.c
    if column.name not in {"tenant_id", "id", "folded"}
)
#: Columns of work by which lists are filtered; nobody else reads them.
_OF_CASE: Final = frozenset({"procedure", "channel", "step", "paused"})
#: Characters of a step's name in lists, as far as they are filtered by it.
_STEP_CHARS: Final = 60
_TASK_COLUMNS: Final = tuple(
    column
    for column in schema.task.c
    if column.name not in {"tenant_id", "case_id", "month", "rank", *_OF_CASE}
)
#: What `case_from` and `task_from` read.
CASE_COLUMNS, TASK_COLUMNS = _CASE_COLUMNS, _TASK_COLUMNS
#: Where the task begins in a row of `LOCK_BOTH`.
SPLIT: Final = 1 + len(_CASE_COLUMNS)
_VERSION: Final = schema.tenant.c.organisation
_WITH_TENANT: Final = schema.case.join(
    schema.tenant, schema.tenant.c.tenant_id == _CASE.tenant_id
)

_READ: Final = (
    sa.select(_VERSION, *_CASE_COLUMNS).select_from(_WITH_TENANT).where(THIS_CASE)
)
READ_CASE: Final = Statement(_READ)
LOCK_CASE: Final = Statement(_READ.with_for_update(of=schema.case))
LOCK_BOTH: Final = Statement(
    sa.select(_VERSION, *_CASE_COLUMNS, *_TASK_COLUMNS)
    .select_from(_WITH_TENANT.join(schema.task, _THIS_TASK))
    .where(THIS_CASE)
    .with_for_update(of=[schema.case, schema.task])
)
READ_TASK: Final = Statement(sa.select(*_TASK_COLUMNS).where(_THIS_TASK))
READ_WORK: Final = sa.select(*_TASK_COLUMNS).where(_THESE_TASKS).order_by(_TASK.rank)
READ_ACTIVE: Final = READ_WORK.where(sa.or_(schema.OPEN, schema.CLAIMED))
DOERS: Final = (
    sa.select(_TASK.assignee, _TASK.on_behalf_of, _TASK.hand)
    .where(
        _THESE_TASKS,
        _TASK.element == parameter("element", _TASK.element),
        _TASK.status == TaskStatus.DONE.value,
        _TASK.assignee.is_not(None),
    )
    .distinct()
)
_FIND: Final = sa.select(_CASE.id).where(
    _CASE.tenant_id == parameter("tenant", _CASE.tenant_id)
)
FIND_BY_ID: Final = _FIND.where(_CASE.id == parameter("case", _CASE.id))
FIND_BY_CODE: Final = _FIND.where(_CASE.code == parameter("code", _CASE.code))
INSERT_CASE: Final = Statement(
    sa.insert(schema.case).values(setting(schema.case, *schema.case.c.keys()))
)
UPDATE_CASE: Final = Statement(
    sa.update(schema.case)
    .where(THIS_CASE, _CASE.version == parameter("expected", _CASE.version))
    .values(
        setting(
            schema.case,
            *("status", "version", "seq", "head", "due_at", "closed_at", "next_wake"),
            *("applicant", "state", "process", "conversation", "generation"),
            *("clock", "suspended_at", "alarm_at", "portal", "sides"),
            *("helping", "receiving", "handling", "deciding"),
        )
    )
)
FOLD_CASE: Final = Statement(
    sa.update(schema.case).where(THIS_CASE).values(setting(schema.case, "folded"))
)
#: Most acts change no more than this, and so touch no index.
ADVANCE_CASE: Final = Statement(
    sa.update(schema.case)
    .where(THIS_CASE, _CASE.version == parameter("expected", _CASE.version))
    .values(setting(schema.case, "status", "version", "seq", "head", "state"))
)
INSERT_TASK: Final = Statement(
    sa.insert(schema.task).values(setting(schema.task, *schema.task.c.keys()))
)
UPDATE_TASK: Final = Statement(
    sa.update(schema.task)
    .where(_THIS_TASK)
    .values(
        setting(
            schema.task,
            *("status", "agency", "due_at", "assignee", "position", "closed_at"),
            *("on_behalf_of", "alarm_at", "hand", "paused"),
        )
    )
)
#: The clock of a case stops or goes on: so does all of its open work.
PAUSE_TASKS: Final = Statement(
    sa.update(schema.task)
    .where(_THESE_TASKS, schema.ACTIVE)
    .values(setting(schema.task, "paused"))
)
TASK_KEYS: Final = sa.select(_TASK.element, _TASK.occurrence, _TASK.rank).where(
    _THESE_TASKS
)
DELETE_TASK: Final = Statement(sa.delete(schema.task).where(_THIS_TASK))
REPLACE_TASK: Final = Statement(
    sa.update(schema.task)
    .where(_THIS_TASK)
    .values(
        setting(
            schema.task,
            *(each.name for each in schema.task.c if not each.primary_key),
        )
    )
)


DUE: Final = (
    sa.select(_CASE.id)
    .where(
        _CASE.tenant_id == parameter("tenant", _CASE.tenant_id),
        _CASE.next_wake <= parameter("now", _CASE.next_wake),
    )
    .order_by(_CASE.next_wake, _CASE.id)
    .limit(sa.bindparam("some"))
    .with_for_update(skip_locked=True)
)
ALL: Final = (
    sa.select(_CASE.id)
    .where(
        _CASE.tenant_id == parameter("tenant", _CASE.tenant_id),
        _CASE.id > parameter("after", _CASE.id),
    )
    .order_by(_CASE.id)
    .limit(BATCH)
)


def case_from(tenant: UUID, case: UUID, row: Sequence[Any]) -> Case:
    """A case from its row, without tenant and id."""
    (month, procedure, version, code, status, *agencies) = row[:9]
    (acts, seq, head, opened, due, closed, wake, channel, applicant) = row[9:18]
    state, process, conversation, generation, suspended, clock, alarm = row[18:25]
    portal, lookup, sides = row[25:]
    helping, receiving, handling, deciding = agencies
    return Case(
        tenant=tenant,
        id=case,
        month=month,
        procedure=procedure,
        procedure_version=version,
        code=code,
        status=Status(status),
        agencies=Agencies(
            helping=helping,
            receiving=receiving,
            handling=handling,
            deciding=deciding,
        ),
        version=acts,
        seq=seq,
        head=head,
        state=state,
        opened_at=opened,
        due_at=due,
        closed_at=closed,
        next_wake=wake,
        channel=channel,
        applicant=applicant,
        process=process,
        conversation=conversation,
        generation=generation,
        clock=clock,
        suspended_at=suspended,
        alarm_at=alarm,
        portal=portal,
        lookup=lookup or b"",
        sides=sides,
    )


def case_row(case: Case) -> dict[str, Any]:
    """A case as the parameters of its statements."""
    agencies = case.agencies
    return {
        "tenant": case.tenant,
        "case": case.id,
        "new_tenant_id": case.tenant,
        "new_id": case.id,
        "new_month": case.month,
        "new_procedure": case.procedure,
        "new_procedure_version": case.procedure_version,
        "new_code": case.code,
        "new_status": case.status.value,
        "new_helping": agencies.helping,
        "new_receiving": agencies.receiving,
        "new_handling": agencies.handling,
        "new_deciding": agencies.deciding,
        "new_version": case.version,
        "new_seq": case.seq,
        "new_head": case.head,
        "new_opened_at": case.opened_at,
        "new_due_at": case.due_at,
        "new_closed_at": case.closed_at,
        "new_next_wake": case.next_wake,
        "new_channel": case.channel,
        "new_applicant": case.applicant,
        "new_state": case.state,
        "new_process": case.process,
        "new_conversation": case.conversation,
        "new_generation": case.generation,
        "new_clock": case.clock,
        "new_suspended_at": case.suspended_at,
        "new_sides": case.sides,
        "new_alarm_at": case.alarm_at,
        "new_portal": case.portal,
        "new_lookup": case.lookup or None,
    }


def task_from(case: Case, row: Sequence[Any]) -> Task:
    """A piece of work from its row, without what its case knows."""
    (element, occurrence, name, short_name, performer, agency) = row[:6]
    (status, opened_at, due_at, assignee, position, closed_at) = row[6:12]
    behalf, alarm, hand = row[12:]
    return Task(
        tenant=case.tenant,
        case=case.id,
        month=case.month,
        element=element,
        occurrence=occurrence,
        name=name,
        short_name=short_name,
        performer=performer,
        agency=agency,
        status=TaskStatus(status),
        opened_at=opened_at,
        due_at=due_at,
        assignee=assignee,
        position=position,
        closed_at=closed_at,
        on_behalf_of=behalf,
        alarm_at=alarm,
        hand=hand,
    )


def task_row(task: Task, rank: int = 0) -> dict[str, Any]:
    """A piece of work as the parameters of its statements."""
    return {
        "tenant": task.tenant,
        "case": task.case,
        "element": task.element,
        "occurrence": task.occurrence,
        "new_tenant_id": task.tenant,
        "new_case_id": task.case,
        "new_element": task.element,
        "new_occurrence": task.occurrence,
        "new_month": task.month,
        "new_rank": rank,
        "new_name": task.name,
        "new_short_name": task.short_name,
        "new_performer": task.performer,
        "new_agency": task.agency,
        "new_status": task.status.value,
        "new_opened_at": task.opened_at,
        "new_due_at": task.due_at,
        "new_assignee": task.assignee,
        "new_position": task.position,
        "new_closed_at": task.closed_at,
        "new_on_behalf_of": task.on_behalf_of,
        "new_alarm_at": task.alarm_at,
        "new_hand": task.hand,
    }


def folded(change: CaseChange) -> str:
    """What a case is searched by, without diacritics."""
    case = change.case
    return text.fold(" ".join(filter(None, (case.code, case.applicant, change.words))))


def new_case_row(change: CaseChange) -> dict[str, Any]:
    """A new case with what it is searched by."""
    return case_row(change.case) | {"new_folded": folded(change)}


def opened_rows(change: CaseChange) -> list[dict[str, Any]]:
    """The work that an act opened, in the order of opening."""
    first = change.case.version * RANKS_PER_ACT
    ranked = enumerate(change.opened, start=first)
    return [work_row(change.case, task, rank) for rank, task in ranked]


def changed_row(case: Case, task: Task) -> dict[str, Any]:
    """Work with what lists know of the clock of its case."""
    stands = clock_text.stands(case.clock)
    return task_row(task) | {"new_paused": stands and task.closed_at is None}


def work_row(case: Case, task: Task, rank: int) -> dict[str, Any]:
    """Work with what lists know of its case."""
    return changed_row(case, task) | {
        "new_rank": rank,
        "new_procedure": case.procedure,
        "new_channel": case.channel,
        "new_step": task.short_name[:_STEP_CHARS],
    }
