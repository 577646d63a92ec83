"""What has stopped: the case page, the page of the system, the command line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest
from click.testing import CliRunner

from engine.commands.open_case import OpenCase
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from engine.domain.run import Json, Status
from engine.errors import ServiceFailedError, StateError
from tests import bpmn
from tests.integration.webui import test_worker, world
from tests.integration.webui.world import HERE, World
from webui import bootstrap, cli, worker

ASKING = bpmn.diagram(
    "start s; service f 'Hỏi kho dữ liệu' <extensionElements>"
    '<qt:service function="data.set"/></extensionElements>; task a; end e',
    "s > f > a > e",
    identity="hoi",
)


class Moody:
    """Functions that fail until their mood is better."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names
        self.fails = True

    def names(self) -> frozenset[str]:
        """The functions that exist."""
        return self._names

    def call(self, name: str, parameters: Mapping[str, Json]) -> Json:
        """Answer, or fail."""
        assert (name, dict(parameters)) == ("data.set", {})
        if self.fails:
            raise ServiceFailedError("The registry does not answer.")
        return {}


@pytest.fixture
def moody(here: World) -> Moody:
    """A procedure that asks a function, which fails at first."""
    engine = here.application.engine
    made = Moody(engine.tools.services.names())
    engine.tools = replace(engine.tools, services=made)
    designer = here.actor(world.login_of(Role.DESIGNER, "own-position"))
    approver = here.actor(world.login_of(Role.APPROVER, "own-position"))
    stored = engine.execute(UploadVersion(files={"p.bpmn": ASKING}), designer)
    engine.execute(PublishVersion(version=UUID(str(stored["version"]))), approver)
    return made


def opened(here: World) -> UUID:
    """A case that has stopped."""
    clerk = here.actor(world.login_of(Role.CLERK, "own-position"))
    command = OpenCase(procedure="hoi", data={})
    return UUID(str(here.application.engine.execute(command, clerk)["case"]))


def test_the_case_page_lets_a_supervisor_begin_anew(here: World, moody: Moody) -> None:
    case = opened(here)
    browser = here.client(world.login_of(Role.SUPERVISOR, "own-position"))
    page = browser.get(f"/ho-so/{case}").text
    assert "Bị dừng: Hỏi kho dữ liệu" in page
    assert "The registry does not answer." in page
    assert "Làm lại phần bị dừng" in page
    moody.fails = False
    done = browser.post(f"/ho-so/{case}/lam-lai")
    assert done.status_code == 303
    page = browser.get(done.location).text
    assert "Đã cho làm lại phần bị dừng." in page
    assert "Làm lại phần bị dừng" not in page
    assert test_worker.status_of(here, case) is Status.OPEN
    again = browser.post(f"/ho-so/{case}/lam-lai")
    assert again.status_code == 409
    assert "Hồ sơ này không có gì bị dừng." in again.text


def test_a_clerk_sees_that_it_stopped_and_no_button(here: World, moody: Moody) -> None:
    case = opened(here)
    assert moody.fails
    browser = here.client(world.login_of(Role.CLERK, "own-position"))
    page = browser.get(f"/ho-so/{case}").text
    assert "Bị dừng: Hỏi kho dữ liệu" in page
    assert "Làm lại phần bị dừng" not in page


def test_an_administrator_who_sees_no_cases_comes_to_the_system(
    here: World, moody: Moody
) -> None:
    case = opened(here)
    moody.fails = False
    browser = here.client(world.login_of(Role.ADMINISTRATOR, "own-position"))
    done = browser.post(f"/ho-so/{case}/lam-lai")
    assert (done.status_code, done.location) == (303, "/he-thong")
    assert test_worker.status_of(here, case) is Status.OPEN


@pytest.fixture
def stuck(here: World, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A case that is due and cannot be woken."""
    test_worker.publish(here)
    (case,) = test_worker.open_cases(here, 1)
    here.clock.move(hours=2)
    run = here.application.engine.run

    def broken(command: object, tenant: UUID) -> object:
        if getattr(command, "case", None) == case:
            raise StateError("The work of x (1) has no row.")
        return run(command, tenant)

    with monkeypatch.context() as patched:
        patched.setattr(here.application.engine, "run", broken)
        working = worker.Worker(here.application, interval=0.01)
        working.start()
        standing = here.application.wakes.standing
        assert test_worker.until(lambda: bool(standing(HERE)))
        here.clock.move(seconds=5)
        assert test_worker.until(lambda: standing(HERE)[0].failures >= 2)
        working.stop()
    return case


def test_a_wake_up_that_keeps_failing_is_shown_to_the_administrator(
    here: World, stuck: UUID
) -> None:
    browser = here.client(world.login_of(Role.ADMINISTRATOR, "own-position"))
    page = browser.get("/he-thong").text
    assert "Hồ sơ không chạy tiếp được" in page
    assert str(stuck) in page
    assert "StateError: The work of x (1) has no row." in page
    working = worker.Worker(here.application, interval=0.01)
    working.start()
    done = (stuck, Status.COMPLETED)
    assert test_worker.until(lambda: (stuck, status(here, stuck)) == done)
    working.stop()
    page = browser.get("/he-thong").text
    assert str(stuck) not in page
    assert "Mọi hồ sơ đến lúc đều đã chạy tiếp." in page
    assert here.application.wakes.clear(HERE) == 1
    assert here.application.wakes.clear(HERE) == 0


def status(here: World, case: UUID) -> Status:
    return test_worker.status_of(here, case)


def test_failures_of_another_time_are_counted_anew(here: World, stuck: UUID) -> None:
    wakes = here.application.wakes
    [before] = wakes.standing(HERE)
    later = datetime.fromisoformat("2030-01-01T00:00:00+00:00")
    wakes.failed(HERE, stuck, later, "x" * 1_000)
    [after] = wakes.standing(HERE)
    assert after.failures == before.failures + 1
    assert after.first_at == before.first_at
    assert after.last_at == later
    assert len(after.reason) == 500
    assert wakes.standing(UUID(int=77)) == ()


def test_the_command_line_retries_a_case(
    here: World, moody: Moody, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = opened(here)
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, here.application.url)
    supervisor = world.login_of(Role.SUPERVISOR, "own-position")
    verb = ["case", "retry", str(case), "--as", supervisor, "--json"]
    # Another process has the functions of the installation, which answer.
    assert moody.fails
    wrong = CliRunner().invoke(cli.cli, [*verb, "--step", "f", "--visit", "7"])
    assert wrong.exit_code == 1
    said = CliRunner().invoke(cli.cli, verb)
    assert said.exit_code == 0, said.output
    assert '"retried": ["f"]' in said.output
    assert test_worker.status_of(here, case) is Status.OPEN
