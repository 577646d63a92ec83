"""What the demonstration consists of: `demo.toml`, read once, and its one password."""

import functools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final
from uuid import UUID, uuid5

#: The demonstration's own tenant: its accounts exist nowhere else.
TENANT: Final = UUID("018f0000-0000-7000-8000-00000000de30")
#: Known to everybody, so it opens nothing unless the server is in demo mode.
PASSWORD: Final = "dung-thu-quytrinh"  # noqa: S105 - public on purpose


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What the sign-in page tells about the demonstration."""

    password: str
    #: One mapping an account: `login`, `name`, `duty`.
    accounts: tuple[Mapping[str, str], ...]


@functools.cache
def document() -> Mapping[str, Any]:
    """The whole document."""
    text = resources.files("webui").joinpath("demo.toml").read_text("utf-8")
    return tomllib.loads(text)


def shown() -> Shown:
    """The accounts to try, with their password."""
    return Shown(password=PASSWORD, accounts=tuple(document()["account"]))


def id_of(kind: str, key: str) -> UUID:
    """The id of a record, the same in every demonstration."""
    return uuid5(TENANT, f"{kind}/{key}")
