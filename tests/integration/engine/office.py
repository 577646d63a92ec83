"""An office for tests of the engine: agencies, people, a procedure, a movable clock.

Everything is made through the commands, on the database that the test was given; a test
reads and damages its rows with plain SQL.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa

from engine.commands import change_organisation as change
from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.found_tenant import FoundTenant
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.rebuild_case import RebuildCase
from engine.commands.receive_message import ReceiveMessage
from engine.commands.release_task import ReleaseTask
from engine.commands.transaction import Result
from engine.commands.upload_version import UploadVersion
from engine.commands.verify_case import VerifyCase
from engine.commands.wake_case import WakeCase
from engine.dispatch import Engine
from engine.domain.case import Agencies, Case, Task
from engine.domain.events import Sealed
from engine.domain.organisation import (
    Account,
    Actor,
    Agency,
    Holder,
    Position,
    Role,
)
from engine.domain.run import Json
from storage import guards, schema
from tests import bpmn
from webui import bootstrap

DESK: Final = "Một cửa"
EXAMINER: Final = "Chuyên viên"
LEADER: Final = "Lãnh đạo"
#: A Friday, 09:05 in Vietnam, in working time.
MORNING: Final = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)

#: Before the office is founded.
NOWHERE: Final = UUID(int=0)
#: Login -> role, agency, what the position does.
PEOPLE: Final[Mapping[str, tuple[Role, str, str]]] = {
    "motcua": (Role.CLERK, "ward", DESK),
    "thamtra": (Role.CLERK, "office", EXAMINER),
    "thamtra2": (Role.CLERK, "office", EXAMINER),
    "lanhdao": (Role.CLERK, "office", LEADER),
    "giamsat": (Role.SUPERVISOR, "province", "Giám sát"),
    "xa": (Role.CLERK, "elsewhere", EXAMINER),
    "kiemtoan": (Role.AUDITOR, "province", "Kiểm toán"),
    "quantri": (Role.ADMINISTRATOR, "province", "Quản trị"),
    "lienthong": (Role.INTEGRATOR, "province", "Liên thông"),
    "thietke": (Role.DESIGNER, "province", "Thiết kế"),
    "pheduyet": (Role.APPROVER, "province", "Phê duyệt"),
}
AGENCIES: Final = {
    "province": None,
    "office": "province",
    "ward": "province",
    "elsewhere": "province",
}


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = MORNING

    def now(self) -> datetime:
        """The instant that the test has chosen."""
        return self.at

    def move(self, **span: float) -> None:
        """Let time go by."""
        self.at += timedelta(**span)


@dataclass
class Office:
    """One installation with two tenants."""

    url: str
    #: For what a test keeps beside the database.
    folder: Path
    clock: Clock = field(default_factory=Clock)
    tenant: UUID = NOWHERE
    abroad: UUID = NOWHERE
    agencies: dict[str, UUID] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Open the database."""
        self.app = bootstrap.build(self.url, self.clock)

    def found(self) -> None:
        """Fill the database."""
        self.tenant, self.abroad = self.app.ids.uuid(), self.app.ids.uuid()
        for tenant, name in ((self.tenant, "Tỉnh Thử"), (self.abroad, "Tỉnh Khác")):
            self.app.engine.run(FoundTenant(name=name, beside=True), tenant)
        for name, parent in AGENCIES.items():
            self._agency(self.tenant, name, parent)
        self._agency(self.abroad, "abroad", None)
        for login, (role, agency, performer) in PEOPLE.items():
            self._person(self.tenant, login, role, agency, performer)
        self._person(self.abroad, "nuocngoai", Role.CLERK, "abroad", EXAMINER)
        self.publish(thu_tuc=MAIN)

    def moved(self, url: str, folder: Path | None = None) -> "Office":
        """The same office in a copy of its database, on the first morning."""
        return Office(
            url,
            folder or self.folder,
            tenant=self.tenant,
            abroad=self.abroad,
            agencies=dict(self.agencies),
            accounts=dict(self.accounts),
        )

    def reopen(self) -> None:
        """Forget everything that a process keeps."""
        self.app.close()
        self.app = bootstrap.build(self.url, self.clock)

    def reopen_unguarded(self) -> None:
        """Forget what a process keeps, where the check at the start would refuse."""
        tools = bootstrap.tools(self.clock)
        self.app = replace(
            self.app, engine=Engine(self.app.store, tools), packages=tools.packages
        )

    def close(self) -> None:
        """Give back the connections."""
        self.app.close()

    # Who.

    def actor(self, login: str) -> Actor:
        """An account with what it holds today."""
        account = self.accounts[login]
        with self.app.store.begin(account.tenant) as uow:
            organisation = uow.accounts.organisation()
        return organisation.actor(account, self.clock.at.date())

    def _agency(self, tenant: UUID, name: str, parent: str | None) -> None:
        self.agencies[name] = self.app.ids.uuid()
        agency = Agency(
            id=self.agencies[name],
            name=f"Cơ quan {name}",
            codes=(name.upper(),),
            parent=self.agencies[parent] if parent else None,
        )
        self.app.engine.run(change.CreateAgency(agency=agency), tenant)

    def _person(
        self, tenant: UUID, login: str, role: Role, agency: str, performer: str
    ) -> None:
        ids = self.app.ids
        account = Account(
            tenant=tenant,
            id=ids.uuid(),
            login=login,
            name=f"Người {login}",
            roles=frozenset({role}),
        )
        self.accounts[login] = account
        position = Position(
            id=ids.uuid(),
            agency=self.agencies[agency],
            name=performer,
            performers=frozenset({performer}),
        )
        run = self.app.engine.run
        run(change.CreateAccount(account=account, password_hash="!"), tenant)
        run(change.CreatePosition(position=position), tenant)
        holder = Holder(position=position.id, account=account.id)
        run(change.HoldPosition(holder=holder), tenant)

    # What they do.

    def do(self, login: str, command: object, key: str | None = None) -> Result:
        """Execute a command."""
        return self.app.engine.execute(command, self.actor(login), key=key)

    def publish(self, **files: bytes) -> Result:
        """Upload a diagram as `name=bytes` and put it in force."""
        return self.publish_files(
            {f"{name}.bpmn": content for name, content in files.items()}
        )

    def publish_files(self, files: Mapping[str, bytes]) -> Result:
        """Upload a package and put it in force."""
        stored = self.do("thietke", UploadVersion(files=files))
        version = UUID(str(stored["version"]))
        self.do("pheduyet", PublishVersion(version=version))
        return stored

    def open(self, procedure: str, key: str | None = None, **data: Json) -> UUID:
        """Receive a dossier in the ward for the office."""
        ward, office = self.agencies["ward"], self.agencies["office"]
        command = OpenCase(
            procedure=procedure,
            data=data,
            agencies=Agencies(
                helping=ward, receiving=ward, handling=office, deciding=office
            ),
        )
        return UUID(str(self.do("motcua", command, key)["case"]))

    def claim(self, login: str, case: UUID, element: str, visit: int = 1) -> Result:
        """Claim work."""
        return self.do(login, ClaimTask(case=case, element=element, occurrence=visit))

    def release(self, login: str, case: UUID, element: str, visit: int = 1) -> Result:
        """Release work."""
        command = ReleaseTask(case=case, element=element, occurrence=visit)
        return self.do(login, command)

    def complete(
        self,
        login: str,
        case: UUID,
        element: str,
        answers: Mapping[str, Json] | None = None,
        **more: Any,
    ) -> Result:
        """Complete work; `key` is the idempotency key."""
        key = more.pop("key", None)
        command = CompleteTask(
            case=case,
            element=element,
            occurrence=more.pop("visit", 1),
            answers=answers or {},
            **more,
        )
        return self.do(login, command, key)

    def receive(self, case: UUID, name: str, **payload: Json) -> Result:
        """Hand a message to a case, with its dossier code as the key."""
        command = ReceiveMessage(
            case=case,
            name=name,
            payload=payload,
            correlation={"ho_so": self.case(case).code},
        )
        return self.do("lienthong", command)

    def wake(self, case: UUID) -> Result:
        """Do what is due."""
        return self.app.engine.run(WakeCase(case=case), self.tenant)

    def rebuild(self, case: UUID, *, repair: bool = True) -> list[Json]:
        """The differences that a rebuild finds."""
        command = RebuildCase(case=case, repair=repair)
        found = self.app.engine.run(command, self.tenant)["differences"]
        assert isinstance(found, list)
        return found

    def verify(self, case: UUID) -> list[Json]:
        """The differences that a verification finds."""
        found = self.do("kiemtoan", VerifyCase(case=case))["differences"]
        assert isinstance(found, list)
        return found

    # What stands there.

    def case(self, case: UUID) -> Case:
        """A case's row."""
        with self.app.store.begin(self.tenant) as uow:
            return uow.cases.lock(case).case

    def work(self, case: UUID) -> dict[tuple[str, int], Task]:
        """A case's work, in the order of opening."""
        with self.app.store.begin(self.tenant) as uow:
            rows = uow.cases.work(uow.cases.lock(case).case)
        return {(one.element, one.occurrence): one for one in rows}

    def events(self, case: UUID) -> tuple[Sealed, ...]:
        """A case's events."""
        with self.app.store.begin(self.tenant) as uow:
            return uow.history.read(case, uow.cases.lock(case).case.month)

    def sql(self, statement: str, **values: object) -> list[Any]:
        """Do something behind the engine's back; `:case`-like names are values."""
        given = {
            name: _stored(value, self.app.database.engine.dialect.name)
            for name, value in values.items()
        }
        with self.app.database.write() as connection:
            done = connection.execute(sa.text(statement), given)
            return list(done) if done.returns_rows else []

    def unguard(self) -> None:
        """Take the guards off, as somebody with the whole machine could."""
        with self.app.database.write() as connection:
            if connection.dialect.name == "sqlite":
                names = connection.exec_driver_sql(
                    "SELECT name FROM sqlite_master WHERE type = 'trigger'"
                ).scalars()
                for name in list(names):
                    connection.exec_driver_sql(f"DROP TRIGGER {name}")
                return
            for table in guards.GUARDED:
                parts = guards.partitions(connection, table)
                for part in (table, *parts):
                    connection.exec_driver_sql(
                        f'ALTER TABLE "{part}" DISABLE TRIGGER USER'
                    )

    def digest(self) -> str:
        """The whole database in one hash: equal before and after a refusal."""
        made = hashlib.sha256()
        with self.app.database.read() as connection:
            for table in schema.metadata.sorted_tables:
                rows = sorted(map(repr, connection.execute(sa.select(table))))
                made.update(f"{table.name}:{rows}".encode())
        return made.hexdigest()


def _stored(value: object, dialect: str) -> object:
    """A value as the database's driver takes it."""
    if isinstance(value, UUID) and dialect == "sqlite":
        return value.bytes
    return value


def lanes(**members: str) -> str:
    """Lanes `a='x y'`: the lane of the performer named by a key of `_LANES`."""
    made = []
    for key, names in members.items():
        inside = "".join(f"<flowNodeRef>{one}</flowNodeRef>" for one in names.split())
        made.append(f'<lane id="lane_{key}" name="{_LANES[key]}">{inside}</lane>')
    return f'<laneSet id="lanes">{"".join(made)}</laneSet>'


_LANES: Final = {"desk": DESK, "examiner": EXAMINER, "leader": LEADER}


def ext(inside: str) -> str:
    """Extension elements."""
    return f"<extensionElements>{inside}</extensionElements>"


#: A function answers with the name; by it a gateway chooses.
ASKING: Final = bpmn.diagram(
    "start s; service tinh 'Tra cứu' "
    + ext(
        '<qt:service function="data.set" result="kq">'
        '<qt:parameter name="ten" expression="ten"/></qt:service>'
    )
    + "\nxor x default='x_b'; task a 'Việc A'; task b 'Việc B'; end e",
    "s > tinh > x\nx >x_a [kq == None]> a > e\nx >x_b> b > e",
    identity="tra",
    more=lanes(examiner="a b"),
)

#: Two branches, a decision, a four-eyes pair, a message out and a message in.
MAIN: Final = bpmn.definitions(
    '<message id="m_out" name="gui_thue">'
    + ext('<qt:exchange partner="Thuế"/>')
    + '</message><message id="m_in" name="thue_tra_loi">'
    + ext('<qt:exchange><qt:key name="ho_so" expression="ma_ho_so"/></qt:exchange>')
    + "</message>",
    bpmn.process(
        "start s; task nhan 'Tiếp nhận hồ sơ'; and chia; and gop; end e\n"
        "task tham_tra 'Thẩm tra' "
        + ext('<qt:work><qt:limit amount="2" unit="working-day"/></qt:work>')
        + f"\ncatch doi 'Chờ 3 ngày' {bpmn.timer('P3D')}\n"
        "xor x default=\"thuong\"; task thu_phi 'Thu phí'\n"
        "task ky 'Ký duyệt' "
        + ext('<qt:work fourEyes="tham_tra"/>')
        + "\nsend gui 'Gửi thuế' messageRef=\"m_out\" "
        + ext('<qt:payload><qt:value name="phi" expression="phi"/></qt:payload>')
        + "\nreceive cho 'Chờ thuế' messageRef=\"m_in\"",
        "s > nhan > chia > tham_tra > gop > x\nchia > doi > gop\n"
        "x >co [phi > 0]> thu_phi > ky\nx >thuong> ky > gui > cho > e",
        identity="thu_tuc",
        name="Thủ tục thử",
        more=ext(
            '<qt:procedure code="1.001" applicant="ten"'
            ' dossierPattern="{agency}-{yymmdd}-{n:4}">'
            '<qt:limit amount="10" unit="working-day"/></qt:procedure>'
        )
        + lanes(desk="nhan thu_phi", examiner="tham_tra", leader="ky"),
    ),
)
#: Who does what in MAIN, in order, up to the point where the message is awaited.
MAIN_STEPS: Final = (("motcua", "nhan"), ("thamtra", "tham_tra"), ("lanhdao", "ky"))
