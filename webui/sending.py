"""Sending one notice: a mail by SMTP, a message to a system by HTTPS.

A refusal says why as a code, and whether trying again can help; what the other side
said is kept for the log, cut short. Nothing here knows the database.

Systems are told as Standard Webhooks say (version 1): `webhook-id` (the same at every
attempt), `webhook-timestamp`, `webhook-signature` (`v1,` and the Base64 HMAC-SHA256 of
`id.timestamp.body`). Addresses are looked up once, all of them must be allowed, and the
connection goes to the very address that was looked at (OWASP SSRF, ASVS 5.0, 1.3.6);
redirects are not followed.
"""

import base64
import contextlib
import hashlib
import hmac
import http.client
import ipaddress
import smtplib
import socket
import ssl
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message, policy, utils
from typing import Final
from urllib import parse
from uuid import UUID

from webui import notice_config
from webui.notice_config import Hooking, Mailing

_PREFIX: Final = "whsec_"
_ANSWER: Final = 300
_URL_CHARS: Final = 500
_READ: Final = 4 * 1024
#: Seconds after which a system is cut off, however slowly it goes on answering.
_WHOLE: Final = 45.0
_FINAL: Final = 500
_GOOD: Final = range(200, 300)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: IPv6 addresses in which an IPv4 address is wrapped (RFC 6052).
_WRAPPED: Final = ipaddress.IPv6Network("64:ff9b::/96")
#: The only IPv6 addresses that hosts of the whole world have (IANA, IPv6 Address
#: Space); loopback, site-local, wrapped and reserved ones lie outside of them.
_WORLD: Final = ipaddress.IPv6Network("2000::/3")
#: Kept for protocols and documents (RFC 6890, 7526, 9637), which `is_global` of some
#: releases of Python does not know.
_KEPT: Final = (
    ipaddress.ip_network("192.0.0.0/24"),
    ipaddress.ip_network("192.88.99.0/24"),
    ipaddress.ip_network("3fff::/20"),
)


class SendingError(Exception):
    """A notice did not arrive."""

    def __init__(self, reason: str, answer: str = "", *, final: bool = False) -> None:
        self.reason = reason
        self.answer = short(answer)
        self.final = final
        super().__init__(reason)


def short(answer: str) -> str:
    """What the other side said, on one line and not too much of it."""
    plain = "".join(one if one.isprintable() else " " for one in answer)
    return " ".join(plain.split())[:_ANSWER]


# Mail.


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail before it is sent."""

    id: UUID
    to: str
    subject: str
    body: str
    at: datetime


def mail(letter: Letter, mailing: Mailing) -> str:
    """Send a mail; what the server said.

    Raises:
        SendingError: It was not taken.
    """
    try:
        server = _connected(mailing)
        try:
            return _handed(server, letter, mailing)
        finally:
            # The mail is taken, or not, before this: how the server ends is nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
            server.close()
    except smtplib.SMTPAuthenticationError as error:
        raise SendingError("mail-login", str(error.smtp_code)) from error
    except smtplib.SMTPRecipientsRefused as error:
        ((code, said),) = error.recipients.values()
        raise _refused("mail-address", code, said) from error
    except smtplib.SMTPResponseException as error:
        raise _refused("mail-refused", error.smtp_code, error.smtp_error) from error
    except ssl.SSLError as error:
        raise SendingError("tls", error.reason or "") from error
    except smtplib.SMTPNotSupportedError as error:
        raise SendingError("tls", str(error)) from error
    except (smtplib.SMTPException, OSError) as error:
        raise SendingError("unreachable", type(error).__name__) from error


def _refused(reason: str, code: int, said: bytes | str) -> SendingError:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return SendingError(reason, f"{code} {text}", final=code >= _FINAL)


def _connected(mailing: Mailing) -> smtplib.SMTP:
    where = (mailing.host, mailing.port)
    checked = notice_config.tls(mailing.trusted)
    if mailing.tls == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(
            *where, timeout=mailing.timeout, context=checked
        )
    else:
        server = smtplib.SMTP(*where, timeout=mailing.timeout)
    try:
        if mailing.tls == "starttls":
            server.starttls(context=checked)
        if mailing.user:
            server.login(mailing.user, mailing.password)
    except BaseException:
        server.close()
        raise
    return server


def _handed(server: smtplib.SMTP, letter: Letter, mailing: Mailing) -> str:
    server.send_message(_written(letter, mailing), mailing.sender, [letter.to])
    return ""


def _written(letter: Letter, mailing: Mailing) -> message.EmailMessage:
    """The mail; its id is the same at every attempt, so that copies are seen as one."""
    written = message.EmailMessage(policy=policy.SMTP)
    written["From"] = mailing.sender
    written["To"] = letter.to
    written["Subject"] = letter.subject
    written["Date"] = utils.format_datetime(letter.at.astimezone(UTC))
    written["Message-ID"] = f"<{letter.id}@{mailing.sender.partition('@')[2]}>"
    # RFC 3834: nobody's holiday notice answers a machine.
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(letter.body)
    return written


# Systems.


def secret_of(secret: str, tenant: UUID, hook: UUID, generation: int) -> str:
    """The secret of a hook: worked out, so that it stands in no table."""
    named = f"webhook\0{tenant.hex}\0{hook.hex}\0{generation}".encode()
    made = hmac.new(secret.encode(), named, hashlib.sha256).digest()
    return _PREFIX + base64.b64encode(made).decode()


def signature(secret: str, id_: str, at: int, body: bytes) -> str:
    """The signature over a message."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{id_}.{at}.".encode() + body
    made = hmac.new(key, signed, hashlib.sha256).digest()
    return "v1," + base64.b64encode(made).decode()


def url_fault(url: str) -> str:
    """What is wrong with the address of a hook, as a code; empty: nothing."""
    try:
        parts = parse.urlsplit(url)
        port = parts.port
    except ValueError:
        return "url"
    if parts.scheme != "https":
        return "url-https"
    if not url.isascii() or not url.isprintable() or len(url) > _URL_CHARS:
        return "url"
    plain = not parts.fragment and parts.username is None and " " not in url
    return "" if plain and parts.hostname and port != 0 else "url"


def is_public(address: Address) -> bool:
    """Whether an address is one of the whole world's, also when it wraps another."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = address.ipv4_mapped or address.sixtofour
        if address in _WRAPPED:
            inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inside is not None:
            return is_public(inside)
        if address.teredo is not None or address not in _WORLD:
            return False
    kept = any(address in network for network in _KEPT)
    return address.is_global and not address.is_multicast and not kept


def checked(host: str, port: int, hooking: Hooking) -> str:
    """The address to which a message to a host goes.

    Raises:
        SendingError: The host has no address, or one that may not be told.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise SendingError("no-host", host) from error
    addresses = [ipaddress.ip_address(str(one[4][0]).split("%")[0]) for one in found]
    for one in addresses:
        inside = any(one in network for network in hooking.networks)
        if not inside and not is_public(one):
            raise SendingError("private-address", host)
    return str(addresses[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message to a system before it is sent."""

    id: UUID
    url: str
    secret: str
    body: bytes
    at: datetime


class _Pinned(http.client.HTTPSConnection):
    """A connection to an address that was looked at, under the name of its host."""

    def __init__(self, url: parse.SplitResult, hooking: Hooking) -> None:
        self._tls = notice_config.tls(hooking.trusted)
        host = url.hostname or ""
        super().__init__(host, url.port or 443, timeout=hooking.timeout)
        self._to = checked(host, self.port, hooking)

    def connect(self) -> None:
        """Connect to the address that was looked at; nothing is looked up again."""
        plain = socket.create_connection((self._to, self.port), self.timeout)
        try:
            self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def post(sent: Message, hooking: Hooking) -> str:
    """Hand a message to a system; what it said.

    Raises:
        SendingError: It did not take it.
    """
    url = parse.urlsplit(sent.url)
    if url_fault(sent.url):
        raise SendingError("url", final=True)
    connection = _Pinned(url, hooking)
    cut = threading.Timer(_WHOLE, _cut, (connection,))
    cut.daemon = True
    cut.start()
    try:
        path = parse.urlunsplit(("", "", url.path or "/", url.query, ""))
        connection.request("POST", path, sent.body, _headers(sent))
        answer = connection.getresponse()
        said = f"{answer.status} {answer.read(_READ).decode('utf-8', 'replace')}"
    except ssl.SSLError as error:
        raise SendingError("tls", error.reason or "") from error
    except (http.client.HTTPException, OSError) as error:
        raise SendingError("unreachable", type(error).__name__) from error
    finally:
        cut.cancel()
        connection.close()
    if answer.status not in _GOOD:
        # A redirect, too: it could lead where nobody looked.
        raise SendingError("hook-refused", said)
    return short(said)


def _cut(connection: http.client.HTTPSConnection) -> None:
    held = connection.sock
    if held is not None:
        with contextlib.suppress(OSError):
            held.shutdown(socket.SHUT_RDWR)


def _headers(sent: Message) -> dict[str, str]:
    at, name = int(sent.at.timestamp()), str(sent.id)
    return {
        "Content-Type": "application/json",
        "User-Agent": "Quytrinh",
        "Idempotency-Key": name,
        "webhook-id": name,
        "webhook-timestamp": str(at),
        "webhook-signature": signature(sent.secret, name, at, sent.body),
    }


def host_of(url: str) -> str:
    """The host of an address, which is all that the log shows of it."""
    return parse.urlsplit(url).hostname or ""
