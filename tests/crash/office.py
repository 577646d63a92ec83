"""The office that the workers share: one clerk, two procedures in force.

`p20` is the model of the bench (a rework loop, a parallel block, a long tail). The
other has every way in which a case may go on: work, a timer, a message to a partner and
its answer, all side by side, and a loop.
"""

from typing import Final
from uuid import UUID

from engine.commands import change_organisation as organisation
from engine.commands.found_tenant import FoundTenant
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import (
    Account,
    Actor,
    Agency,
    Holder,
    Position,
    Role,
)
from tests import bpmn
from webui import bench_models, bootstrap

#: Answers and payloads carry the key of their act under this name.
KEY: Final = "khoa"
MESSAGE: Final = "ket-qua-thue"
TOGETHER: Final = "phoi-hop"
LOOP: Final = "p20"
#: Cases of `TOGETHER` go back to the start when their last step says so.
LAST_STEP: Final = "sign"

#: The tenant and its clerk.
Office = tuple[UUID, UUID]

_LANES: Final = (
    f'<laneSet id="lanes"><lane id="lane" name="{bench_models.PERFORMER}">'
    + "".join(
        f"<flowNodeRef>{node}</flowNodeRef>"
        for node in ("receive", "check", "note", "close", LAST_STEP)
    )
    + "</lane></laneSet>"
)


def together() -> bytes:
    """A parallel block of work, a timer, and a message sent and answered; a loop."""
    return bpmn.diagram(
        "start s; task receive; and split; task check\n"
        f"catch rest {bpmn.timer('PT1S')}; task note\n"
        'send ask messageRef="m1"; receive reply messageRef="m2"; task close\n'
        f"and join; task {LAST_STEP}; xor again default='done'; end e",
        f"s > receive > split > check > join > {LAST_STEP} > again >done> e\n"
        "split > rest > note > join\n"
        "split > ask > reply > close > join\n"
        "again >back [n == 0]> receive",
        identity=TOGETHER,
        more=_LANES,
        beside='<message id="m1" name="phieu-chuyen"/>'
        f'<message id="m2" name="{MESSAGE}"/>',
    )


def found(url: str) -> Office:
    """Found the office in a migrated database; give its tenant and its clerk."""
    app = bootstrap.build(url)
    try:
        tenant = app.ids.uuid()
        app.engine.run(FoundTenant(name="Tỉnh Minh Họa"), tenant)
        _publish(app, tenant)
        return tenant, _clerk(app, tenant)
    finally:
        app.close()


def actor(app: bootstrap.Application, tenant: UUID, account: UUID) -> Actor:
    """The clerk as the web finds it at each request."""
    with app.store.begin(tenant) as work:
        known = work.accounts.account(account)
        assert known is not None, "the office was not founded"
        return work.accounts.organisation().actor(known, app.clock.now().date())


def add_clerk(url: str, tenant: UUID) -> UUID:
    """Give the clerk of a founded office a colleague in the same position."""
    app = bootstrap.build(url)
    try:
        with app.store.begin(tenant) as work:
            desk = next(iter(work.accounts.organisation().positions))
        account = _account(app, tenant, "colleague", Role.CLERK, Role.INTEGRATOR).id
        holder = Holder(position=desk, account=account)
        app.engine.run(organisation.HoldPosition(holder=holder), tenant)
        return account
    finally:
        app.close()


def _clerk(app: bootstrap.Application, tenant: UUID) -> UUID:
    agency = Agency(id=app.ids.uuid(), name="UBND Phường Mẫu", codes=("H01",))
    position = Position(
        id=app.ids.uuid(),
        agency=agency.id,
        name="Một cửa",
        performers=frozenset({bench_models.PERFORMER}),
    )
    clerk = _account(app, tenant, "clerk", Role.CLERK, Role.INTEGRATOR)
    holder = Holder(position=position.id, account=clerk.id)
    for command in (
        organisation.CreateAgency(agency=agency),
        organisation.CreatePosition(position=position),
        organisation.HoldPosition(holder=holder),
    ):
        app.engine.run(command, tenant)
    return clerk.id


def _account(
    app: bootstrap.Application, tenant: UUID, login: str, *roles: Role
) -> Account:
    account = Account(
        tenant=tenant,
        id=app.ids.uuid(),
        login=login,
        name=login,
        roles=frozenset(roles),
    )
    command = organisation.CreateAccount(account=account, password_hash="!")
    app.engine.run(command, tenant)
    return account


def _publish(app: bootstrap.Application, tenant: UUID) -> None:
    designer = Actor(account=_account(app, tenant, "designer", Role.DESIGNER))
    approver = Actor(account=_account(app, tenant, "approver", Role.APPROVER))
    for name, xml in ((LOOP, bench_models.p20()), (TOGETHER, together())):
        upload = UploadVersion(files={f"{name}.bpmn": xml})
        stored = app.engine.execute(upload, designer)
        publication = PublishVersion(version=UUID(str(stored["version"])))
        app.engine.execute(publication, approver)
