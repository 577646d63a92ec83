"""A mail server and a system that is told, as real servers on this machine."""

import base64
import email
import http.server
import ipaddress
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any, TypeVar

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from webui import system

S = TypeVar("S", bound=socketserver.BaseServer)


def certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for `localhost` and its key; it is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = system.SystemClock().now()
    names: list[x509.GeneralName] = [
        x509.DNSName("localhost"),
        x509.IPAddress(ipaddress.ip_address("127.0.0.1")),
    ]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert, secret = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return cert, secret


def _context(pair: tuple[Path, Path]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*pair)
    return context


class MailServer(socketserver.ThreadingTCPServer):
    """Takes mails (RFC 5321, STARTTLS, AUTH PLAIN) and keeps them."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, pair: tuple[Path, Path] | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Mail)
        self.context = None if pair is None else _context(pair)
        self.mails: list[EmailMessage] = []
        self.logins: list[str] = []
        #: Command -> what is answered in place of the usual.
        self.answers: dict[str, str] = {}

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Mail(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        """Speak with one client."""
        self._say("220 here")
        while line := self.rfile.readline():
            words = line.decode().strip()
            verb = words.split(" ")[0].upper()
            told = self.server.answers.get(verb)
            if told is not None:
                self._say(told)
            elif verb == "QUIT":
                self._say("221 bye")
                return
            else:
                self._do(verb, words)

    def finish(self) -> None:
        """Close what the client was secured by."""
        super().finish()
        self.request.close()

    def _do(self, verb: str, words: str) -> None:
        if verb == "EHLO":
            more = ["STARTTLS"] if self.server.context else []
            lines = ["localhost", "AUTH PLAIN", "SMTPUTF8", *more]
            for line in lines[:-1]:
                self._say(f"250-{line}")
            self._say(f"250 {lines[-1]}")
        elif verb == "STARTTLS" and self.server.context:
            self._say("220 go")
            self.request = self.server.context.wrap_socket(
                self.request, server_side=True
            )
            self.rfile = self.request.makefile("rb")
            self.wfile = self.request.makefile("wb", buffering=0)
        elif verb == "AUTH":
            self.server.logins.append(
                base64.b64decode(words.rpartition(" ")[2]).decode()
            )
            self._say("235 welcome")
        elif verb == "DATA":
            self._take()
        else:
            self._say("250 ok")

    def _take(self) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line)
        parsed = email.message_from_bytes(b"".join(lines), policy=policy.default)
        assert isinstance(parsed, EmailMessage)
        self.server.mails.append(parsed)
        self._say("250 taken")

    def _say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())


class HookServer(http.server.ThreadingHTTPServer):
    """A system that is told by HTTPS and keeps what it was told."""

    daemon_threads = True

    def __init__(self, pair: tuple[Path, Path]) -> None:
        super().__init__(("127.0.0.1", 0), _Hook)
        self.socket = _context(pair).wrap_socket(self.socket, server_side=True)
        self.told: list[tuple[Mapping[str, str], bytes]] = []
        self.status = 204
        self.location = ""

    @property
    def url(self) -> str:
        """Where it is told."""
        return f"https://localhost:{self.server_address[1]}/nhan?x=1"

    def bodies(self) -> list[Any]:
        """What it was told."""
        return [json.loads(body) for _, body in self.told]


class _Hook(http.server.BaseHTTPRequestHandler):
    server: HookServer

    def do_POST(self) -> None:
        """Take one message."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.told.append((headers, body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def running(server: S) -> Iterator[S]:
    """Serve in a thread."""
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
