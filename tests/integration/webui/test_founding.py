"""An installation without the demonstration: `init`, sign-in, `serve`."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from click.testing import CliRunner, Result

from engine.domain.organisation import Actor, Role
from engine.errors import ConfigurationError
from tests.integration.webui import world
from webui import app, bootstrap, config, demo_data, passwords
from webui.cli import cli, server

SECRET: Final = "sông xanh trăng bạc"
ROOT: Final = Path(__file__).parents[3]
PROGRAM: Final = "from webui.cli import main; main()"
FOUND: Final = ("--tenant", "Tỉnh Mới", "--administrator", "QuanTri", "--name", "Lê An")


@pytest.fixture
def given(empty_database_url: str, tmp_path: Path) -> dict[str, str]:
    """Give the environment of an installation that is still empty."""
    return {
        bootstrap.DATABASE_VARIABLE: empty_database_url,
        "QUYTRINH_DATA": str(tmp_path / "data"),
        server.PASSWORD_VARIABLE: SECRET,
    }


def run(given: Mapping[str, str], *words: str) -> Result:
    return CliRunner().invoke(cli, ["init", *words], env=dict(given))


def opened(given: Mapping[str, str]) -> bootstrap.Application:
    return bootstrap.build(given[bootstrap.DATABASE_VARIABLE])


def rows(given: Mapping[str, str]) -> list[str]:
    made = opened(given)
    found = []
    with made.database.read() as connection:
        for table in ("tenant", "account", "event", "agency", "procedure"):
            question = f'SELECT * FROM "{table}"'  # noqa: S608 - of this test
            found += sorted(map(repr, connection.exec_driver_sql(question)))
    made.close()
    return found


def test_init_alone_migrates_and_says_what_comes_next(given: dict[str, str]) -> None:
    for _ in range(2):
        done = run(given)
        assert done.exit_code == 0
        assert "quytrinh init --tenant NAME --administrator LOGIN" in done.output
    assert rows(given) == []
    run(given, *FOUND)
    assert run(given).output == ""


def test_a_tenant_is_founded_once_and_its_administrator_signs_in(
    given: dict[str, str],
) -> None:
    done = run(given, *FOUND)
    assert (done.exit_code, "“Tỉnh Mới” is founded" in done.output) == (0, True)
    assert SECRET not in done.output
    before = rows(given)
    again = run(given, *FOUND, "--name", "Người khác")
    assert (again.exit_code, "nothing was changed" in again.output) == (0, True)
    assert rows(given) == before
    made = opened(given)
    (tenant,) = made.store.tenants()
    assert made.queries.procedures(_actor(made, tenant)) == ()
    found = made.sign_in.by_login(tenant, "quantri")
    assert found is not None
    assert (found.account.name, found.account.roles) == (
        "Lê An",
        frozenset({Role.ADMINISTRATOR}),
    )
    pages = app.create_app(made, config.Config(secret=world.SECRET)).test_client()
    form = pages.get("/dang-nhap").text
    sent = {"login": "quantri", "csrf_token": world.token_in(form), "next": "/to-chuc"}
    assert pages.post("/dang-nhap", data={**sent, "password": "sai"}).status_code == 422
    signed_in = pages.post("/dang-nhap", data={**sent, "password": SECRET})
    assert (signed_in.status_code, signed_in.location) == (303, "/to-chuc")
    assert pages.get("/to-chuc").status_code == 200
    assert "Lê An" in pages.get("/to-chuc").text
    made.close()


def _actor(made: bootstrap.Application, tenant: UUID) -> Actor:
    found = made.sign_in.by_login(tenant, "quantri")
    assert found is not None
    return made.directory.actor(found.account, made.clock.now().date())


def test_another_tenant_or_the_demo_is_refused_beside_the_first(
    given: dict[str, str],
) -> None:
    run(given, *FOUND)
    before = rows(given)
    for words in (("--tenant", "Tỉnh Khác", "--administrator", "a2"), ("--demo",)):
        done = run(given, *words)
        assert isinstance(done.exception, ConfigurationError)
    assert rows(given) == before


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--tenant", "Tỉnh"), "go together"),
        (("--administrator", "quantri"), "go together"),
        (("--demo", *FOUND), "not both"),
        (("--tenant", "Tỉnh", "--administrator", "quản trị"), "login"),
        (("--tenant", "  ", "--administrator", "quantri"), "name"),
        (("--tenant", "T" * 201, "--administrator", "quantri"), "name"),
    ],
)
def test_what_does_not_fit_is_refused_and_founds_nothing(
    given: dict[str, str], words: tuple[str, ...], told: str
) -> None:
    done = run(given, *words)
    assert done.exit_code != 0
    assert told in f"{done.output} {done.exception}"
    bootstrap.migrate(given[bootstrap.DATABASE_VARIABLE])
    assert rows(given) == []


def test_a_weak_password_founds_nothing(given: dict[str, str]) -> None:
    for weak in ("ngắn", "quantri12345", demo_data.PASSWORD):
        done = run({**given, server.PASSWORD_VARIABLE: weak}, *FOUND)
        assert isinstance(done.exception, ConfigurationError)
        assert weak not in str(done.exception)
    assert rows(given) == []


def test_the_password_comes_from_a_file_or_is_asked_for(
    given: dict[str, str], tmp_path: Path
) -> None:
    environment = {**given, server.PASSWORD_VARIABLE: ""}
    nothing = run(environment, *FOUND)
    assert nothing.exit_code == 2
    assert "--password-file" in nothing.output
    file = tmp_path / "mat-khau"
    file.write_text(f"{SECRET}\n", encoding="utf-8")
    done = run(environment, *FOUND, "--password-file", str(file))
    assert done.exit_code == 0
    made = opened(given)
    (tenant,) = made.store.tenants()
    found = made.sign_in.by_login(tenant, "quantri")
    made.close()
    assert found is not None
    assert passwords.HASHER.verify(found.password_hash, SECRET)


def test_at_a_terminal_the_password_is_asked_for_twice_and_not_shown(
    given: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "at_terminal", lambda: True)
    environment = {**given, server.PASSWORD_VARIABLE: ""}
    typed = f"{SECRET}\nsai\n{SECRET}\n{SECRET}\n"
    done = CliRunner().invoke(cli, ["init", *FOUND], input=typed, env=environment)
    assert done.exit_code == 0
    assert "is founded" in done.output
    assert SECRET not in done.output


def test_where_no_administrator_is_left_the_operator_makes_one(
    given: dict[str, str],
) -> None:
    run(given, *FOUND)
    made = opened(given)
    (tenant,) = made.store.tenants()
    with made.database.write() as connection:
        connection.exec_driver_sql("UPDATE account SET active = false")
    made.close()
    done = run(given, "--tenant", "Tỉnh Mới", "--administrator", "quantri2")
    assert "is founded" in done.output
    made = opened(given)
    found = made.sign_in.by_login(tenant, "quantri2")
    made.close()
    assert found is not None
    assert found.account.active


def serve(environment: Mapping[str, str], *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", *words],
        env={**os.environ, **environment, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def served(here: world.World, tmp_path: Path) -> dict[str, str]:
    """Give the environment of an installation that can be served."""
    return {
        bootstrap.DATABASE_VARIABLE: here.url,
        "QUYTRINH_DATA": str(tmp_path),
        "QUYTRINH_DEMO": "0",
    }


def test_a_port_that_is_taken_is_told_in_one_sentence(served: dict[str, str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        with serve(served, "--port", port) as process:
            _, told = process.communicate(timeout=60)
    assert process.returncode == 1
    (line,) = told.splitlines()
    error = json.loads(line)
    assert error["code"] == "configuration"
    assert f"127.0.0.1:{port}" in error["error"]
    assert "--port" in error["error"]


@pytest.mark.parametrize("by_option", [True, False])
def test_serve_goes_by_the_variables_unless_options_say_otherwise(
    served: dict[str, str],
    by_option: bool,  # noqa: FBT001
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    environment = {"QUYTRINH_HOST": "127.0.0.1", "QUYTRINH_PORT": port}
    words: tuple[str, ...] = ()
    if by_option:
        environment = {"QUYTRINH_HOST": "192.0.2.1", "QUYTRINH_PORT": "1"}
        words = ("--host", "127.0.0.1", "--port", port)
    with serve({**served, **environment}, *words) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.terminate()
        process.communicate(timeout=60)
    assert line == f"Quytrinh: http://127.0.0.1:{port}\n"


@pytest.mark.parametrize(
    "words", [("--port", "0"), ("--port", "70000"), ("--port", "tám")]
)
def test_a_port_that_is_no_port_is_wrong_usage(words: tuple[str, str]) -> None:
    done = CliRunner().invoke(cli, ["serve", *words])
    assert done.exit_code == 2
