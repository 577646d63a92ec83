"""How notices leave the house: mail and systems, as the environment says.

| variable | meaning | default |
|---|---|---|
| QUYTRINH_ADDRESS | where people reach the pages, for links | host and port |
| QUYTRINH_SMTP | mail server, `host` or `host:port` | none: no mail is sent |
| QUYTRINH_SMTP_TLS | `starttls`, `tls` or `none` | `starttls` |
| QUYTRINH_SMTP_USER | account at the mail server | none |
| QUYTRINH_SMTP_PASSWORD_FILE | file with its password | none |
| QUYTRINH_SMTP_FROM | sender of notices | needed with QUYTRINH_SMTP |
| QUYTRINH_HOOK_NETWORKS | private networks that may be told, `10.1.0.0/16,…` | none |
| QUYTRINH_TRUSTED | file with authorities trusted besides the machine's | none |
"""

import ipaddress
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib import parse
from uuid import UUID

from engine.errors import ConfigurationError
from webui import config

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
#: Seconds that the other side may take to answer once.
TIMEOUT: Final = 15.0
_TLS: Final = ("starttls", "tls", "none")
_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_MOST_PORT: Final = 65_535
#: An address that every mail server takes (RFC 5321 without quoted local parts).
_MAIL: Final = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_MAIL_CHARS: Final = 254


def is_mail(text: str) -> bool:
    """Whether a text is a mail address."""
    return len(text) <= _MAIL_CHARS and _MAIL.fullmatch(text) is not None


def tls(trusted: Path | None) -> ssl.SSLContext:
    """What a certificate is checked by: the machine's authorities, and ours."""
    made = ssl.create_default_context()
    if trusted is not None:
        made.load_verify_locations(trusted)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailing:
    """The mail server of an installation."""

    host: str
    port: int
    #: `starttls`, `tls` or `none`.
    tls: str
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    trusted: Path | None = None
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Hooking:
    """How systems are told by HTTPS."""

    #: Keys of hooks are worked out from it.
    secret: str = field(repr=False)
    #: Private networks that may be told all the same.
    networks: tuple[Network, ...] = ()
    trusted: Path | None = None
    timeout: float = TIMEOUT


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Everything that the postman needs."""

    #: Where people reach the pages, without a slash at the end.
    address: str
    hooking: Hooking
    #: None: no mail is sent.
    mailing: Mailing | None = None
    #: Hosts that show a tenant of their own.
    hosts: Mapping[UUID, str] = field(default_factory=dict)

    def address_of(self, tenant: UUID) -> str:
        """Where people of a tenant reach its pages."""
        host = self.hosts.get(tenant)
        if host is None:
            return self.address
        parts = parse.urlsplit(self.address)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{host}{port}"


def from_environment(
    environment: Mapping[str, str], settings: config.Config
) -> Outgoing:
    """Read how notices leave the house.

    Raises:
        ConfigurationError: A value does not fit; the message names the variable.
    """
    trusted = _trusted(environment.get("QUYTRINH_TRUSTED", ""))
    hooking = Hooking(
        secret=settings.secret,
        networks=_networks(environment.get("QUYTRINH_HOOK_NETWORKS", "")),
        trusted=trusted,
    )
    return Outgoing(
        address=_address(environment.get("QUYTRINH_ADDRESS", ""), settings),
        hooking=hooking,
        mailing=_mailing(environment, trusted),
        hosts={tenant: host for host, tenant in settings.tenants.items()},
    )


def _address(text: str, settings: config.Config) -> str:
    if not text:
        scheme = "https" if settings.https else "http"
        return f"{scheme}://{settings.host}:{settings.port}"
    return config.address_of(text)


def _mailing(environment: Mapping[str, str], trusted: Path | None) -> Mailing | None:
    server = environment.get("QUYTRINH_SMTP", "")
    if not server:
        return None
    kind = environment.get("QUYTRINH_SMTP_TLS") or "starttls"
    if kind not in _TLS:
        raise ConfigurationError(f"QUYTRINH_SMTP_TLS is one of {', '.join(_TLS)}.")
    host, _, port = server.partition(":")
    if not host or not re.fullmatch("[0-9]{0,5}", port) or int(port or 1) > _MOST_PORT:
        raise ConfigurationError(f"QUYTRINH_SMTP is host:port, not {server!r}.")
    sender = environment.get("QUYTRINH_SMTP_FROM", "")
    if not is_mail(sender):
        raise ConfigurationError("QUYTRINH_SMTP_FROM needs the address of the sender.")
    user = environment.get("QUYTRINH_SMTP_USER", "")
    if not user.isascii():
        raise ConfigurationError("QUYTRINH_SMTP_USER is plain ASCII.")
    if user and kind == "none":
        raise ConfigurationError(
            "QUYTRINH_SMTP_TLS is none: a password would be sent readably."
        )
    return Mailing(
        host=host,
        port=int(port) if port else _PORTS[kind],
        tls=kind,
        sender=sender,
        user=user,
        password=_password(environment) if user else "",
        trusted=trusted,
    )


def _trusted(text: str) -> Path | None:
    path = Path(text) if text else None
    try:
        tls(path)
    except OSError as error:
        raise ConfigurationError(
            f"QUYTRINH_TRUSTED: {text} holds no certificates."
        ) from error
    return path


def _password(environment: Mapping[str, str]) -> str:
    path = Path(environment.get("QUYTRINH_SMTP_PASSWORD_FILE", ""))
    try:
        # Mail servers take no other letters (RFC 4616 with SASLprep aside).
        return path.read_text(encoding="ascii").rstrip("\r\n")
    except (OSError, UnicodeError) as error:
        raise ConfigurationError(
            f"QUYTRINH_SMTP_PASSWORD_FILE: {path} cannot be read as plain ASCII."
        ) from error


def _networks(text: str) -> tuple[Network, ...]:
    found = []
    for one in filter(None, (each.strip() for each in text.split(","))):
        try:
            found.append(ipaddress.ip_network(one))
        except ValueError as error:
            raise ConfigurationError(
                f"QUYTRINH_HOOK_NETWORKS: {one!r} is no network."
            ) from error
    return tuple(found)
