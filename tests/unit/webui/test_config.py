"""The configuration of a server."""

import stat
from pathlib import Path
from uuid import UUID

import pytest

from engine.errors import ConfigurationError
from webui import config


def read(tmp_path: Path, **environment: str) -> config.Config:
    return config.from_environment({"QUYTRINH_DATA": str(tmp_path), **environment})


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first.secret == second.secret
    assert len(first.secret) == 64
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    assert first.secret not in repr(first)


def test_a_short_secret_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="QUYTRINH_SECRET"):
        read(tmp_path, QUYTRINH_SECRET="kurz")


@pytest.mark.parametrize("port", ["", "8000"])
def test_an_empty_variable_is_the_default(tmp_path: Path, port: str) -> None:
    assert read(tmp_path, QUYTRINH_PORT=port).port == 8000


@pytest.mark.parametrize("port", ["tám nghìn", "-1", "80.0", "８０"])
def test_a_port_that_is_no_number_is_refused_by_name(tmp_path: Path, port: str) -> None:
    with pytest.raises(ConfigurationError, match="QUYTRINH_PORT"):
        read(tmp_path, QUYTRINH_PORT=port)


@pytest.mark.parametrize(
    ("host", "flag", "demo"),
    [
        ("127.0.0.1", "", True),
        ("localhost", "", True),
        ("127.0.0.1", "0", False),
        ("0.0.0.0", "", False),  # noqa: S104 - what must not be a demo
        ("0.0.0.0", "1", True),  # noqa: S104 - somebody says so
        ("10.1.2.3", "yes", False),
    ],
)
def test_a_public_password_opens_nothing_on_a_network_by_accident(
    tmp_path: Path, *, host: str, flag: str, demo: bool
) -> None:
    made = read(tmp_path, QUYTRINH_HOST=host, QUYTRINH_DEMO=flag)
    assert made.demo is demo


def test_hosts_show_the_pages_of_their_tenants(tmp_path: Path) -> None:
    tenant = UUID(int=5)
    made = read(tmp_path, QUYTRINH_TENANTS=f" A.vn = {tenant} , ")
    assert made.tenants == {"a.vn": tenant}
    with pytest.raises(ConfigurationError, match="QUYTRINH_TENANTS"):
        read(tmp_path, QUYTRINH_TENANTS="a.vn=x")


def test_arguments_win_over_the_environment(tmp_path: Path) -> None:
    environment = {"QUYTRINH_DATA": str(tmp_path), "QUYTRINH_PORT": "1"}
    made = config.from_environment(environment, host="10.0.0.1", port=0)
    assert (made.host, made.port) == ("10.0.0.1", 0)


def test_a_public_address_is_one_or_is_refused(tmp_path: Path) -> None:
    assert read(tmp_path).address == ""
    made = read(tmp_path, QUYTRINH_ADDRESS="https://mot-cua.example.gov.vn/")
    assert made.address == "https://mot-cua.example.gov.vn"
    for wrong in ("mot-cua.example.gov.vn", "https://x/y", "ftp://x", "https://x?y=1"):
        with pytest.raises(ConfigurationError, match="QUYTRINH_ADDRESS"):
            read(tmp_path, QUYTRINH_ADDRESS=wrong)
