"""A small installation for tests of the web: two tenants, people, one open case.

Every role exists in every relation to the case. The case waits for one piece of work
and for one message. Sessions are made beside the sign-in page, so that a test signs in
without hashing.
"""

import os
import re
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import flask
import itsdangerous
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from engine.commands import change_organisation as change
from engine.commands.ask_job import AskJob
from engine.commands.found_tenant import FoundTenant
from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.case import Agencies
from engine.domain.organisation import (
    Account,
    Actor,
    Agency,
    Holder,
    Position,
    Role,
)
from engine.domain.run import Json
from tests import bpmn
from tests.integration.webui import lent
from webui import app, bootstrap, config
from webui.jobs import runner, trial

SECRET: Final = "only-for-tests-only-for-tests-only"
HERE: Final = UUID("018f0000-0000-7000-8000-000000000001")
THERE: Final = UUID("018f0000-0000-7000-8000-000000000002")
HOSTS: Final = {"here.test": HERE, "there.test": THERE}
#: Argon2id with the product's parameters; computed once, because it is slow on purpose.
PASSWORD: Final = "một mật khẩu đủ dài"

EXAMINER: Final = "Chuyên viên thụ lý"
#: Relation to the case -> the agency of one's position and what the position does.
RELATIONS: Final = {
    "own-position": ("handling", EXAMINER),
    "own-agency": ("handling", "Văn thư"),
    "supervised": ("department", "Lãnh đạo"),
    "other-agency": ("receiving", "Bộ phận Một cửa"),
    "unrelated": ("elsewhere", EXAMINER),
    "other-tenant": ("abroad", EXAMINER),
}
AGENCIES: Final = {
    "province": None,
    "department": "province",
    "handling": "department",
    "receiving": "province",
    "elsewhere": "province",
}

LANE: Final = (
    f'<laneSet id="lanes"><lane id="lane" name="{EXAMINER}">'
    "<flowNodeRef>tham_tra</flowNodeRef></lane></laneSet>"
)
#: Where the nodes stand in the picture.
PLACES: Final = {
    "s": (100, 102, 36, 36),
    "chia": (180, 95, 50, 50),
    "tham_tra": (270, 80, 100, 80),
    "cho_thue": (302, 202, 36, 36),
    "gop": (410, 95, 50, 50),
    "e": (500, 102, 36, 36),
}
PICTURE: Final = (
    '<di:BPMNDiagram xmlns:di="http://www.omg.org/spec/BPMN/20100524/DI" '
    'xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" id="picture">'
    '<di:BPMNPlane id="plane" bpmnElement="thu_tuc">'
    + "".join(
        f'<di:BPMNShape id="{node}_di" bpmnElement="{node}">'
        f'<dc:Bounds x="{x}" y="{y}" width="{width}" height="{height}"/></di:BPMNShape>'
        for node, (x, y, width, height) in PLACES.items()
    )
    + "</di:BPMNPlane></di:BPMNDiagram>"
)
MODEL: Final = bpmn.definitions(
    '<message id="m" name="thong_bao_thue"/>',
    bpmn.process(
        "start s; and chia; task tham_tra 'Thẩm tra hồ sơ'; and gop; end e\n"
        "catch cho_thue 'Chờ thuế' <messageEventDefinition messageRef=\"m\"/>",
        "s > chia > tham_tra > gop > e\nchia > cho_thue > gop",
        identity="thu_tuc",
        name="Thủ tục thử",
        more=LANE,
    ),
    PICTURE,
)
#: The same with another name: a second version, still a draft.
DRAFT: Final = MODEL.replace("Thủ tục thử".encode(), "Thủ tục thử 2".encode())


class MovableClock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        # A Friday, 09:05 in Vietnam, in working time.
        self.at = datetime(2026, 11, 20, 2, 5, tzinfo=UTC)

    def now(self) -> datetime:
        """The instant that the test has chosen."""
        return self.at

    def move(self, **span: float) -> None:
        """Let time go by."""
        self.at += timedelta(**span)


@dataclass(slots=True)
class World:
    """An installation under test."""

    url: str
    clock: MovableClock = field(default_factory=MovableClock)
    application: bootstrap.Application = field(init=False)
    app: flask.Flask = field(init=False)
    #: The app, as long as it is lent.
    borrowed: lent.Made | None = None
    case: UUID = HERE
    published: UUID = HERE
    draft: UUID = HERE
    #: Long work that the first designer asked for and nobody has begun.
    job: UUID = HERE

    def __post_init__(self) -> None:
        """Open the database and make the pages."""
        self.open()

    def open(self, *, alone: bool = False, **settings: Any) -> None:
        """Open the database (again) and make the pages with a configuration.

        Args:
            alone: The app is not to be shared: a test changes it.
            settings: The configuration; all but the folder is fixed in a shared app.
        """
        self.close()
        self.application = bootstrap.build(self.url, self.clock)
        values: dict[str, Any] = {"secret": SECRET, "tenants": HOSTS}
        values |= {"data": config.folder_of(os.environ), **settings}
        configured = config.Config(**values)
        if alone or settings.keys() - {"data"}:
            self.app = app.create_app(self.application, configured)
            return
        self.borrowed = lent.take(self.application, configured)
        self.app = self.borrowed.app

    def close(self) -> None:
        """Give back the connections and the app."""
        if self.borrowed is not None:
            lent.give(self.borrowed)
            self.borrowed = None
        if hasattr(self, "application"):
            self.application.close()

    def actor(self, login: str) -> Actor:
        """An account with its positions."""
        tenant = THERE if login.endswith("other-tenant") else HERE
        found = self.application.sign_in.by_login(tenant, login)
        assert found is not None, login
        return self.application.directory.actor(found.account, self.clock.at.date())

    def client(self, login: str = "") -> "Browser":
        """A browser in which an account is signed in, or nobody."""
        return Browser(self, login)


#: Lends a copy of the world for the length of a block.
Lend = Callable[[], AbstractContextManager[World]]


class Browser:
    """A test client that carries a session and the token of its forms."""

    def __init__(self, world: World, login: str) -> None:
        host = "there.test" if login.endswith("other-tenant") else "here.test"
        self.base = f"http://{host}"
        self.client: FlaskClient = world.app.test_client()
        self.client.environ_base["HTTP_HOST"] = host
        raw = "0" * 40
        values: dict[str, str | bool] = {"csrf_token": raw}
        if login:
            tenant = HOSTS[host]
            found = world.application.sign_in.by_login(tenant, login)
            assert found is not None, login
            values |= {"_user_id": found.uniquifier, "_fresh": True}
        secret = world.application.sessions.create(
            HOSTS[host], world.clock.now(), values
        )
        self.client.set_cookie("quytrinh", secret, domain=host)
        signer = itsdangerous.URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token")
        self.token = signer.dumps(raw)

    def get(self, path: str, **more: Any) -> TestResponse:
        """Ask for a page."""
        return self.client.get(path, base_url=self.base, **more)

    def post(self, path: str, **data: object) -> TestResponse:
        """Send a form with its token."""
        return self.send("POST", path, **data)

    def send(self, method: str, path: str, **data: object) -> TestResponse:
        """Send a request that changes something, with its token."""
        sent = {"csrf_token": self.token, **data}
        return self.client.open(path, method=method, data=sent, base_url=self.base)


def work(world: World) -> None:
    """Do the long work that somebody asked for, as a server does beside its pages."""
    worker = runner.Runner(world.application)
    while worker.once():
        pass


def id_of(kind: str, name: str) -> UUID:
    """The id of a record, the same in every run."""
    return uuid5(HERE, f"{kind}/{name}")


def login_of(role: Role, relation: str) -> str:
    """The login of a role in a relation to the case."""
    return f"{role.value}.{relation}"


def found(url: str, password_hash: str) -> World:
    """Fill a migrated database."""
    world = World(url)
    for tenant, name in ((HERE, "Tỉnh Thử"), (THERE, "Tỉnh Khác")):
        _run(world, FoundTenant(name=name, beside=True), tenant)
    for name, parent in AGENCIES.items():
        above = id_of("agency", parent) if parent else None
        _run(world, change.CreateAgency(agency=_agency(name, above)), HERE)
    _run(world, change.CreateAgency(agency=_agency("abroad", None)), THERE)
    for role in Role:
        for relation in RELATIONS:
            _add(world, role, relation, password_hash)
    _publish(world)
    opened = world.application.engine.execute(
        OpenCase(procedure="thu_tuc", data={}, agencies=case_agencies()),
        world.actor(login_of(Role.CLERK, "other-agency")),
    )
    world.case = UUID(str(opened["case"]))
    asked = world.application.engine.execute(
        AskJob(kind=trial.Trial.name, asked=_trial(world)),
        world.actor(login_of(Role.DESIGNER, "own-position")),
    )
    world.job = UUID(str(asked["job"]))
    return world


def _trial(world: World) -> dict[str, Json]:
    """Old cases on the draft: what its page asks for."""
    now = world.clock.now()
    return {
        "version": world.draft.hex,
        "code": "thu_tuc",
        "number": 2,
        "since": (now - timedelta(days=365)).isoformat(),
        "until": now.isoformat(),
    }


def copy(template: World, folder: Path) -> World:
    """The same world in a SQLite file of its own."""
    path = folder / "world.db"
    shutil.copyfile(template.url.removeprefix("sqlite:///"), path)
    return again(template, f"sqlite:///{path}")


def again(template: World, url: str) -> World:
    """The same world in a database that is a copy of the one it was made in."""
    made = World(url)
    made.case, made.published = template.case, template.published
    made.draft, made.clock.at = template.draft, template.clock.at
    made.job = template.job
    return made


def token_in(page: str) -> str:
    """The token of the first form of a page."""
    match = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert match is not None
    return match.group(1)


def case_agencies() -> Agencies:
    """The agencies of the cases of this world."""
    receiving, handling = id_of("agency", "receiving"), id_of("agency", "handling")
    return Agencies(
        helping=receiving, receiving=receiving, handling=handling, deciding=handling
    )


def _agency(name: str, parent: UUID | None) -> Agency:
    return Agency(
        id=id_of("agency", name), name=f"Cơ quan {name}", codes=("H99",), parent=parent
    )


def _add(world: World, role: Role, relation: str, password_hash: str) -> None:
    agency, performer = RELATIONS[relation]
    tenant = THERE if agency == "abroad" else HERE
    login = login_of(role, relation)
    account = Account(
        tenant=tenant,
        id=id_of("account", login),
        login=login,
        name=f"Người {login}",
        roles=frozenset({role}),
    )
    position = Position(
        id=id_of("position", login),
        agency=id_of("agency", agency),
        name=performer,
        performers=frozenset({performer}),
    )
    held = Holder(position=position.id, account=account.id)
    created = change.CreateAccount(account=account, password_hash=password_hash)
    _run(world, created, tenant)
    _run(world, change.CreatePosition(position=position), tenant)
    _run(world, change.HoldPosition(holder=held), tenant)


def _publish(world: World) -> None:
    execute = world.application.engine.execute
    designer = world.actor(login_of(Role.DESIGNER, "own-position"))
    approver = world.actor(login_of(Role.APPROVER, "own-position"))
    first = execute(UploadVersion(files={"process.bpmn": MODEL}), designer)
    world.published = UUID(str(first["version"]))
    execute(PublishVersion(version=world.published), approver)
    second = execute(UploadVersion(files={"process.bpmn": DRAFT}), designer)
    world.draft = UUID(str(second["version"]))


def _run(world: World, command: object, tenant: UUID) -> None:
    world.application.engine.run(command, tenant)


def facts(world: World) -> tuple[tuple[object, ...], ...]:
    """Everything that requests may not change: events, tasks, cases, versions.

    That somebody looked, or was refused, is recorded: it is no change.
    """
    kinds = ("event", "task", "case", "procedure_version", "version_file", "account")
    with world.application.database.read() as connection:
        return tuple(
            tuple(sorted(map(repr, connection.exec_driver_sql(question))))
            for question in (_rows_of(kind) for kind in kinds)
        )


def _rows_of(table: str) -> str:
    seen = " WHERE kind <> 'access'" if table == "event" else ""
    return f'SELECT * FROM "{table}"{seen}'  # noqa: S608 - names of our own
