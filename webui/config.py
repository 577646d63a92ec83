"""The configuration of a server: one frozen record, read once from the environment.

| variable | meaning | default |
|---|---|---|
| QUYTRINH_DATA | folder for the secret | `instance` |
| QUYTRINH_HOST, QUYTRINH_PORT | address to serve | 127.0.0.1, 8000 |
| QUYTRINH_ADDRESS | where citizens reach the pages; the QR code opens it | none |
| QUYTRINH_HTTPS | `1`: people reach the server by https | `0` |
| QUYTRINH_PROXIES | reverse proxies in front that may be trusted | `0` |
| QUYTRINH_DEMO | `1`: the password of demo accounts opens them | see below |
| QUYTRINH_SECRET | signs forms; the same on every server | a file in the folder |
| QUYTRINH_SIGNER | socket of the signer (`quytrinh signer run`) | one beside us |
| QUYTRINH_LOG | first part of the names of logs | `quytrinh` |
| QUYTRINH_TSA | time-stamping authority that stamps bundles (RFC 3161) | none |
| QUYTRINH_TENANTS | `host=tenant id`, separated by commas | the only tenant |

Without QUYTRINH_DEMO, a server is in demo mode when only its own machine can reach it:
the password is public, so it must open nothing on a network by accident.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib import parse
from uuid import UUID

from engine.errors import ConfigurationError

_SECRET_BYTES = 32
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """How a server runs."""

    #: Signs the tokens of forms; changing it makes open forms ask to be sent again.
    secret: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    #: People reach the server by https: cookies are `Secure`, HSTS is sent.
    https: bool = False
    #: Reverse proxies whose `X-Forwarded-*` headers count.
    proxies: int = 0
    demo: bool = False
    #: Mail is sent (`webui.notice_config`).
    mail: bool = False
    #: Whose pages a host shows; other hosts show the first tenant.
    tenants: Mapping[str, UUID] = field(default_factory=dict)
    #: Where people reach the pages, without a slash at the end; empty: not known.
    address: str = ""
    #: Where what is no database is kept.
    data: Path = Path("instance")
    #: Where the built scripts and styles are.
    assets: Path = Path(__file__).parent / "static" / "dist"

    def __post_init__(self) -> None:
        """Refuse a secret that could be guessed."""
        if len(self.secret) < _SECRET_BYTES:
            raise ConfigurationError("QUYTRINH_SECRET needs at least 32 characters.")


def from_environment(
    environment: Mapping[str, str], *, host: str = "", port: int | None = None
) -> Config:
    """Read the configuration; the folder and the secret are made when missing.

    Args:
        environment: The variables.
        host: Address to serve on, in place of the variable.
        port: Port to serve on, in place of the variable.

    Raises:
        ConfigurationError: A value does not fit; the message names the variable.
    """
    folder = folder_of(environment)
    address = host or environment.get("QUYTRINH_HOST") or "127.0.0.1"
    here = "1" if address in _LOOPBACK else "0"
    return Config(
        data=folder,
        secret=environment.get("QUYTRINH_SECRET") or _secret(folder / "secret"),
        host=address,
        port=_number(environment, "QUYTRINH_PORT", "8000") if port is None else port,
        https=environment.get("QUYTRINH_HTTPS", "0") == "1",
        proxies=_number(environment, "QUYTRINH_PROXIES", "0"),
        demo=(environment.get("QUYTRINH_DEMO") or here) == "1",
        mail=bool(environment.get("QUYTRINH_SMTP")),
        address=address_of(environment.get("QUYTRINH_ADDRESS", "")),
        tenants=_tenants(environment.get("QUYTRINH_TENANTS", "")),
    )


def address_of(text: str) -> str:
    """The public address as it was written, empty for none.

    Raises:
        ConfigurationError: It is none.
    """
    if not text:
        return ""
    parts = parse.urlsplit(text)
    plain = parts.path in {"", "/"} and not parts.query and not parts.username
    if parts.scheme not in {"http", "https"} or not parts.hostname or not plain:
        raise ConfigurationError(
            f"QUYTRINH_ADDRESS is an address such as https://host, not {text!r}."
        )
    return f"{parts.scheme}://{parts.netloc}"


def folder_of(environment: Mapping[str, str]) -> Path:
    """Where what is no database is kept."""
    return Path(environment.get("QUYTRINH_DATA") or "instance").resolve()


def _secret(path: Path) -> str:
    """Read the secret, made at the first start and readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text("ascii").strip()
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_SECRET_BYTES))
    return path.read_text("ascii")


def _number(environment: Mapping[str, str], name: str, default: str) -> int:
    text = environment.get(name) or default
    if not text.isascii() or not text.isdigit():
        raise ConfigurationError(f"{name} is a whole number, not {text!r}.")
    return int(text)


def _tenants(text: str) -> dict[str, UUID]:
    found = {}
    for pair in filter(None, (each.strip() for each in text.split(","))):
        host, _, tenant = pair.partition("=")
        try:
            found[host.strip().lower()] = UUID(tenant.strip())
        except ValueError:
            raise ConfigurationError(
                f"QUYTRINH_TENANTS: {tenant!r} is no tenant id."
            ) from None
    return found
