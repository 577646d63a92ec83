"""A small world for tests of storage: an office, its people, a procedure, cases.

Ids are counted, instants are steps of a minute: two runs write the same rows.
"""

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa

from engine.domain import calendar_content, events
from engine.domain.calendars import Edition
from engine.domain.case import Agencies, Case, Task, TaskStatus, month_of
from engine.domain.organisation import (
    Account,
    Actor,
    Agency,
    Holder,
    Position,
    Role,
)
from engine.domain.procedure import Procedure, Version, VersionStatus
from engine.domain.run import Json, Status, Visit
from engine.evidence import record
from engine.ports import CaseChange
from storage import schema
from storage.database import Database
from storage.unit_of_work import Store, UnitOfWork

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
_MORNING = calendar_content.hours_of(["08:00-12:00"])
#: A week of a calendar.
WEEK = (_MORNING,) * 5 + ((), ())
MONTH = month_of(NOON)

_IDS = itertools.count(1)


def new_id() -> UUID:
    """An id later than every one before, as UUIDv7 are."""
    return UUID(int=next(_IDS) | 7 << 76 | 2 << 62)


def add_old_version(work: UnitOfWork, version: Version) -> None:
    """Store a version as releases before `version_model` did: without a document."""
    row = {
        **dataclasses.asdict(version),
        "tenant_id": version.tenant,
        "status": version.status.value,
        "kind": version.kind.value,
    }
    del row["tenant"]
    work._link.connection.execute(sa.insert(schema.procedure_version), row)


def at(minutes: int) -> datetime:
    """An instant some minutes after noon."""
    return NOON + timedelta(minutes=minutes)


def noise(size: int) -> bytes:
    """Bytes where a test needs no randomness."""
    return bytes(range(size % 256)) if size < 256 else bytes(size)


@dataclasses.dataclass(frozen=True)
class World:
    """A tenant as the tests find it, with the numbers of its cases."""

    store: Store
    tenant: UUID
    office: UUID
    #: Under the office, with a position of its own.
    ward: UUID
    elsewhere: UUID
    clerk: Account
    colleague: Account
    supervisor: Account
    auditor: Account
    desk: Position
    ward_desk: Position
    procedure: Procedure
    version: Version
    numbers: Iterator[int] = dataclasses.field(
        default_factory=lambda: itertools.count(1)
    )

    def begin(self) -> UnitOfWork:
        """A unit of work in the tenant."""
        return self.store.begin(self.tenant)

    def actor(self, account: Account) -> Actor:
        """An account with what it holds."""
        with self.begin() as work:
            return work.accounts.organisation().actor(account, NOON.date())

    def case(self, **changes: object) -> Case:
        """A case that is not stored yet."""
        number = next(self.numbers)
        made = Case(
            tenant=self.tenant,
            id=new_id(),
            month=MONTH,
            procedure=self.procedure.id,
            procedure_version=self.version.id,
            code=f"H01-{number:04d}",
            status=Status.OPEN,
            agencies=Agencies(
                helping=self.office,
                receiving=self.office,
                handling=self.office,
                deciding=self.office,
            ),
            version=1,
            seq=1,
            head=bytes(32),
            state=b"state 1",
            opened_at=at(number),
            due_at=at(number + 1440),
            next_wake=at(number + 60),
            applicant="Nguyễn Thị Đượm",
        )
        return dataclasses.replace(made, **changes)  # type: ignore[arg-type]

    def task(self, case: Case, **changes: object) -> Task:
        """Work of a case that is not stored yet."""
        made = Task(
            tenant=self.tenant,
            case=case.id,
            month=case.month,
            element="check",
            occurrence=1,
            name="Thẩm định hồ sơ",
            short_name="Thẩm định",
            performer="desk",
            agency=self.office,
            status=TaskStatus.OPEN,
            opened_at=case.opened_at,
            due_at=at(300),
        )
        return dataclasses.replace(made, **changes)  # type: ignore[arg-type]

    def opened(self, case: Case | None = None, *tasks: Task) -> Case:
        """Store a new case with its first event, and one piece of work unless told."""
        case = case or self.case()
        event = sealed(stream_of(case), {"name": case.applicant})
        case = dataclasses.replace(case, head=event.leaf)
        change = CaseChange(
            case=case,
            expected=None,
            opened=tasks or (self.task(case),),
            events=(event,),
        )
        with self.begin() as work:
            work.cases.save(change)
            work.commit()
        return case


def edition(agency: UUID | None = None, hours: str = "08:00-12:00") -> Edition:
    """A draft of a calendar that works the same hours every day but Sunday."""
    day = calendar_content.hours_of([hours])
    content = calendar_content.Content(
        name="Lịch thử",
        first=date(2026, 1, 1),
        last=date(2026, 12, 31),
        week=(day, day, day, day, day, day, ()),
    )
    return Edition(
        id=new_id(),
        agency=agency,
        content=content,
        source="thử",
        authors=(),
        proposed_at=NOON,
    )


def stream_of(case: Case) -> events.Stream:
    """The stream of a case before its first event."""
    return events.Stream(
        tenant=case.tenant, kind=events.StreamKind.CASE, id=case.id, month=case.month
    )


def sealed(
    stream: events.Stream, values: dict[str, Json] | None = None
) -> events.Sealed:
    """The next event of a stream."""
    event = events.Event(
        type=events.EventType.TASK_COMPLETED, at=at(stream.seq), values=values or {}
    )
    return record.seal(event, stream, noise)


def next_act(case: Case, task: Task | None = None) -> CaseChange:
    """The change that one more act makes: the task is done, an event is added."""
    stream = events.Stream(
        tenant=case.tenant,
        kind=events.StreamKind.CASE,
        id=case.id,
        month=case.month,
        seq=case.seq,
        head=case.head,
    )
    event = sealed(stream, {"note": "Đủ hồ sơ", "fee": 8000, "kind": "direct"})
    after = dataclasses.replace(
        case,
        version=case.version + 1,
        seq=event.seq,
        head=event.leaf,
        state=b"state %d" % (case.version + 1),
    )
    done = () if task is None else (dataclasses.replace(task, status=TaskStatus.DONE),)
    return CaseChange(case=after, expected=case.version, changed=done, events=(event,))


def found(database: Database, name: str = "Tỉnh Minh Họa") -> World:
    """Found a tenant with an office, a ward under it, and another office."""
    store = Store(database)
    tenant = new_id()
    office, ward, elsewhere = new_id(), new_id(), new_id()
    people = [_account(tenant, *each) for each in _PEOPLE]
    desk = Position(
        id=new_id(), agency=office, name="Văn thư", performers=frozenset({"desk"})
    )
    ward_desk = Position(
        id=new_id(), agency=ward, name="Một cửa", performers=frozenset({"desk", "pay"})
    )
    procedure = Procedure(tenant=tenant, id=new_id(), code="1.000", name="Cấp bản sao")
    version = version_of(procedure, 1)
    with store.begin(tenant) as work:
        work.accounts.found(name, beside=True)
        for agency, parent in ((office, None), (ward, office), (elsewhere, None)):
            work.accounts.add_agency(
                Agency(id=agency, name=f"Cơ quan {agency.int % 7}", parent=parent)
            )
        for account in people:
            work.accounts.add_account(account, "hash")
        for position in (desk, ward_desk):
            work.accounts.add_position(position)
        for account in people[:3]:
            work.accounts.add_holder(Holder(position=desk.id, account=account.id))
        work.procedures.add(procedure)
        drawn = b"<definitions/>"
        files = {"process.bpmn": drawn, "called/called@1/process.bpmn": drawn}
        work.procedures.add_version(version, files, b"{}")
        work.commit()
    return World(
        store=store,
        tenant=tenant,
        office=office,
        ward=ward,
        elsewhere=elsewhere,
        clerk=people[0],
        colleague=people[1],
        supervisor=people[2],
        auditor=people[3],
        desk=desk,
        ward_desk=ward_desk,
        procedure=procedure,
        version=version,
    )


def version_of(
    procedure: Procedure,
    number: int,
    status: VersionStatus = VersionStatus.PUBLISHED,
) -> Version:
    """A version of a procedure."""
    published = status is not VersionStatus.DRAFT
    return Version(
        tenant=procedure.tenant,
        id=new_id(),
        procedure=procedure.id,
        number=number,
        status=status,
        hash=f"{number:064x}",
        name=f"Cấp bản sao từ sổ gốc, lần {number}",
        controlled=True,
        author=new_id(),
        created_at=NOON,
        publisher=new_id() if published else None,
        published_at=NOON if published else None,
    )


_PEOPLE = (
    ("binh", "Trần Văn Bình", Role.CLERK),
    ("dao", "Đào Thị Ước", Role.CLERK),
    ("sau", "Lê Văn Sáu", Role.SUPERVISOR),
    ("kiem", "Phạm Thị Kiểm", Role.AUDITOR),
)


def _account(tenant: UUID, login: str, name: str, role: Role) -> Account:
    return Account(
        tenant=tenant, id=new_id(), login=login, name=name, roles=frozenset({role})
    )


def mark(database: Database, case: Case, visit: Visit, status: TaskStatus) -> None:
    """Write the status of a piece of work, past its life cycle."""
    task = schema.task
    with database.write() as connection:
        connection.execute(
            sa.update(task)
            .where(
                task.c.tenant_id == case.tenant,
                task.c.case_id == case.id,
                task.c.element == visit.element,
                task.c.occurrence == visit.occurrence,
            )
            .values(status=status.value)
        )
