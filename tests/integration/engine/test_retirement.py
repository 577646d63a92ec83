"""Taking a version out of force: no new case, no end of the old ones."""

from uuid import UUID

import pytest

from engine.commands.publish_version import PublishVersion
from engine.commands.retire_version import RetireVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.events import StreamKind
from engine.domain.procedure import VersionStatus
from engine.domain.run import Status
from engine.errors import EngineError, NotAllowedError, NotFoundError, NotReadyError
from engine.evidence import retrace
from tests.integration.engine.office import MAIN, Office


def version_of(office: Office) -> UUID:
    """The version in force."""
    (item,) = office.app.queries.procedures(office.actor("pheduyet"))
    assert item.version is not None
    return item.version


def test_no_case_begins_on_a_retired_version_and_running_ones_go_on(
    office: Office,
) -> None:
    case, version = office.open("1.001"), version_of(office)
    done = office.do("pheduyet", RetireVersion(version=version))
    assert done["status"] == "retired"
    (item,) = office.app.queries.procedures(office.actor("pheduyet"))
    assert (item.version, item.status) == (None, VersionStatus.RETIRED)
    with pytest.raises(EngineError) as refusal:
        office.open("1.001")
    assert refusal.value.code == "not-in-force"
    office.complete("motcua", case, "nhan")
    assert office.case(case).status is Status.OPEN
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_the_retirement_is_in_the_history_of_the_procedure(office: Office) -> None:
    version = version_of(office)
    office.do("pheduyet", RetireVersion(version=version))
    with office.app.store.begin(office.tenant) as uow:
        procedure = uow.procedures.version(version).procedure
        stream = uow.history.stream(StreamKind.PROCEDURE, procedure)
        assert stream is not None
        steps = retrace.opened(uow.history.read(procedure, stream.month))
    last = steps[-1].body
    assert last["type"] == "version.retired"
    assert last["doer"]["account"] == office.accounts["pheduyet"].id.hex
    assert last["facts"]["version"] == version.hex


def test_only_what_is_in_force_retires_and_only_once(office: Office) -> None:
    changed = MAIN.replace("Thủ tục thử".encode(), "Thủ tục khác".encode())
    draft = office.do("thietke", UploadVersion(files={"a.bpmn": changed}))
    with pytest.raises(NotReadyError):
        office.do("pheduyet", RetireVersion(version=UUID(str(draft["version"]))))
    version = version_of(office)
    office.do("pheduyet", RetireVersion(version=version))
    before = office.digest()
    for command in (RetireVersion(version=version), PublishVersion(version=version)):
        with pytest.raises(NotReadyError):
            office.do("pheduyet", command)
    assert office.digest() == before


def test_a_later_version_comes_into_force_after_a_retirement(office: Office) -> None:
    office.do("pheduyet", RetireVersion(version=version_of(office)))
    office.publish(thu_tuc=MAIN.replace(b"P3D", b"P4D"))
    assert office.case(office.open("1.001")).status is Status.OPEN


@pytest.mark.parametrize(
    "login", ["thietke", "motcua", "giamsat", "kiemtoan", "quantri", "lienthong"]
)
def test_only_approvers_retire(office: Office, login: str) -> None:
    command, before = RetireVersion(version=version_of(office)), office.digest()
    with pytest.raises(NotAllowedError):
        office.do(login, command)
    assert office.digest() == before


def test_nobody_retires_a_version_of_another_tenant(office: Office) -> None:
    with pytest.raises(NotFoundError):
        office.do("nuocngoai", RetireVersion(version=version_of(office)))
