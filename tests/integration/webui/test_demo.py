"""The demonstration: complete, the same when installed again, harmless elsewhere."""

import re
from pathlib import Path
from uuid import UUID

import pytest

from engine.commands.found_tenant import FoundTenant
from engine.commands.verify_case import VerifyCase
from engine.domain import iso8601
from engine.domain.case import ACTIVE
from engine.domain.dossier import CODE_KEY
from engine.domain.organisation import Actor
from engine.domain.run import Status
from engine.errors import ConfigurationError
from engine.evidence import retrace
from engine.queries import CaseFilter
from tests import databases
from tests.integration.webui import world
from webui import app, bootstrap, config, demo, demo_data


@pytest.fixture(scope="module")
def installed(
    prepared_files: databases.SQLiteFiles, tmp_path_factory: pytest.TempPathFactory
) -> bootstrap.Application:
    """Install the demonstration once."""
    url = prepared_files.fresh(tmp_path_factory.mktemp("demo"))
    made = bootstrap.build(url, world.MovableClock())
    demo.install_demo(made)
    return made


def actor(made: bootstrap.Application, login: str) -> Actor:
    found = made.sign_in.by_login(demo_data.TENANT, login)
    assert found is not None
    return made.directory.actor(found.account, made.clock.now().date())


def test_there_is_something_to_do_and_something_to_look_at(
    installed: bootstrap.Application,
) -> None:
    cases = installed.queries.cases(actor(installed, "kiemtoan"), CaseFilter())
    states = {case.status for case in cases}
    assert len(cases) == len(demo_data.document()["case"])
    assert {Status.OPEN, Status.COMPLETED} <= states
    assert Status.INCIDENT not in states
    now = installed.clock.now()
    assert any(case.due_at and case.due_at < now for case in cases)


def test_results_are_of_the_day_on_which_they_were_recorded(
    installed: bootstrap.Application,
) -> None:
    auditor, found = actor(installed, "kiemtoan"), 0
    with installed.store.read(demo_data.TENANT) as uow:
        for case in installed.queries.cases(auditor, CaseFilter()):
            told = uow.dossiers.get(case.id)
            result = None if told is None else told.dossier.result
            if result is not None:
                assert result.date == iso8601.day(result.at).isoformat()
                found += 1
    assert found > 0


def test_every_open_work_has_somebody_who_can_do_it(
    installed: bootstrap.Application,
) -> None:
    auditor = actor(installed, "kiemtoan")
    people = [actor(installed, each["login"]) for each in demo_data.shown().accounts]
    found = 0
    for case in installed.queries.cases(auditor, CaseFilter()):
        for task in installed.queries.case_tasks(auditor, case.id):
            if task.status in ACTIVE:
                found += 1
                assert any(
                    one.seat_for(task.performer, task.agency) for one in people
                ), (task.step, task.performer, task.agency)
    assert found >= 5


def test_the_history_of_the_demonstration_verifies(
    installed: bootstrap.Application,
) -> None:
    auditor = actor(installed, "kiemtoan")
    for case in installed.queries.cases(auditor, CaseFilter()):
        result = installed.engine.execute(VerifyCase(case=case.id), auditor)
        assert not result.get("differences"), (case.code, result)


def test_each_case_is_of_a_person_of_its_own_and_names_its_own_code(
    installed: bootstrap.Application,
) -> None:
    auditor = actor(installed, "kiemtoan")
    cases = installed.queries.cases(auditor, CaseFilter())
    people = set()
    for case in cases:
        with installed.store.begin(demo_data.TENANT) as uow:
            steps = retrace.opened(uow.history.read(case.id, case.month))
        people.add(steps[0].values["so_dinh_danh"])
        named = {step.values.get(CODE_KEY, case.code) for step in steps}
        assert named == {case.code}
    assert len(people) == len(cases)


def test_procedures_were_published_by_another_than_their_author(
    installed: bootstrap.Application,
) -> None:
    items = installed.queries.procedures(actor(installed, "kiemtoan"))
    assert len(items) >= 2
    with installed.store.begin(demo_data.TENANT) as uow:
        for item in items:
            assert item.version is not None
            version = uow.procedures.version(item.version)
            assert version.publisher not in (None, version.author)


def test_installing_again_changes_nothing(installed: bootstrap.Application) -> None:
    before = rows(installed)
    demo.install_demo(installed)
    assert rows(installed) == before


def test_the_connected_system_reads_labels_and_need_not_guess_names(
    installed: bootstrap.Application,
) -> None:
    settings = config.Config(secret=world.SECRET, demo=True)
    client = app.create_app(installed, settings).test_client()
    page = client.get("/dang-nhap").text
    data = {"login": "tichhop", "password": demo_data.PASSWORD}
    client.post("/dang-nhap", data={**data, "csrf_token": world.token_in(page)})
    page = client.get("/trao-doi").text
    assert "Đất ở tại nông thôn" in page  # Not its stored value.
    assert "loai_dat" not in page
    form = re.search(r'href="(/trao-doi/[^"]+)"', page)
    assert form is not None
    page = client.get(form[1]).text
    offered = re.findall(r'name="name" value="([^"]+)"', page)
    assert offered == ["so_thong_bao", "so_tien", "trang_thai_thue"]
    assert "trang_thai_thue == &#39;sai_sot&#39;" in page


def rows(made: bootstrap.Application) -> list[object]:
    tables = (
        "event",
        "account",
        "position",
        "holder",
        "agency",
        "task",
        "version_file",
    )
    with made.database.read() as connection:
        return [
            connection.exec_driver_sql(f'SELECT count(*) FROM "{table}"').scalar()  # noqa: S608 - fixed names
            for table in tables
        ]


def test_real_work_is_never_mixed_with_the_demonstration(
    prepared_files: databases.SQLiteFiles, tmp_path: Path
) -> None:
    made = bootstrap.build(prepared_files.fresh(tmp_path), world.MovableClock())
    made.engine.run(FoundTenant(name="Tỉnh thật"), UUID(int=9))
    with pytest.raises(ConfigurationError):
        demo.install_demo(made)
    assert made.store.tenants() == (UUID(int=9),)
    made.close()


@pytest.mark.parametrize(("demo_mode", "status"), [(True, 303), (False, 422)])
def test_the_public_password_opens_a_demo_and_nothing_else(
    installed: bootstrap.Application, *, demo_mode: bool, status: int
) -> None:
    settings = config.Config(secret=world.SECRET, demo=demo_mode)
    client = app.create_app(installed, settings).test_client()
    page = client.get("/dang-nhap").text
    assert (demo_data.PASSWORD in page) is demo_mode
    data = {"login": "motcua", "password": demo_data.PASSWORD}
    data["csrf_token"] = world.token_in(page)
    assert client.post("/dang-nhap", data=data).status_code == status
