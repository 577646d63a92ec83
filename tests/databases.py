"""Databases for tests: a private PostgreSQL cluster, and SQLite files.

The cluster is made by `initdb` in a folder of its own and listens on this machine
only. It syncs what it writes as in production (fsync on), because the crash tests rely
on it. Nobody but the tests knows its port and password; it is stopped and removed at
the end, and a cluster that a killed run left behind is removed by the next one.

Both kinds lie in memory where there is room: they do the same there, and a sync that
waits for no disk takes a third off the tests that write. A process that is killed, or a
server that is stopped at once, loses nothing in memory that a disk would have kept.
"""

import atexit
import contextlib
import itertools
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Final

import psycopg
from psycopg import sql

#: What prepares an empty database; it is given the URL and closes what it opens.
Prepare = Callable[[str], None]

HINT: Final = (
    "PostgreSQL is missing. Run: apt-get install -y postgresql (or put initdb on PATH)"
)
#: Owns the databases of the tests. No superuser, so that grants and guards hold for it.
OWNER: Final = "quytrinh"
#: Many connections for the tests with many workers; little memory, two cores.
SETTINGS: Final = {
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "fsync": "on",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "log_min_messages": "fatal",
    "max_wal_size": "512MB",
}
PREFIX: Final = "quytrinh-pg-"
#: What a database is called in its folder.
FILE: Final = "quytrinh.db"
#: Memory that looks like a disk, and how much of it must be free to be used: two runs
#: of the tests take less.
MEMORY: Final = Path("/dev/shm")  # noqa: S108
ROOM: Final = 4 * 2**30
DISK: Final = Path("/tmp")  # noqa: S108


def parent() -> Path:
    """Find where databases are made: in memory if there is room, else on disk.

    Not TMPDIR: the server runs as another user, and the path of a socket must be short.
    """
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free >= ROOM
    return MEMORY if roomy and os.access(MEMORY, os.W_OK) else DISK


class MissingPostgreSQLError(Exception):
    """PostgreSQL is not installed here."""


class ServerError(Exception):
    """A program of PostgreSQL failed; the message is its output."""


def programs() -> Path:
    """Find the folder of initdb: the newest Debian one, else the one on PATH.

    Raises:
        MissingPostgreSQLError: There is none; the message says how to install it.
    """
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = max(installed, key=lambda each: int(each.parts[-3]), default=None)
    found = newest or shutil.which("initdb")
    if found is None:
        raise MissingPostgreSQLError(HINT)
    return Path(found).resolve().parent


class Cluster:
    """A running PostgreSQL server that only these tests know."""

    def __init__(self) -> None:
        self._programs = programs()
        _remove_leftovers(self._programs)
        # The name carries our process id: a cluster without its process is a leftover.
        name = f"{PREFIX}{os.getpid()}-"
        self.folder = Path(tempfile.mkdtemp(prefix=name, dir=parent()))
        self._password = secrets.token_hex(16)
        atexit.register(self.stop)
        self._create()
        self._port = self._start()
        self._admin = psycopg.connect(
            self._dsn("postgres", "postgres"), autocommit=True
        )
        self._execute(
            sql.SQL("CREATE ROLE {} LOGIN CREATEDB PASSWORD {}").format(
                sql.Identifier(OWNER), sql.Literal(self._password)
            )
        )

    def url(self, database: str, role: str = OWNER) -> str:
        """Give the SQLAlchemy URL of a database, for its owner or for `postgres`."""
        where = f"127.0.0.1:{self._port}/{database}"
        return f"postgresql+psycopg://{role}:{self._password}@{where}"

    def create(self, database: str, template: str = "template0") -> None:
        """Make a database, empty or as a copy of one that nobody is connected to."""
        self._execute(
            sql.SQL(
                "CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY FILE_COPY"
            ).format(
                sql.Identifier(database),
                sql.Identifier(OWNER),
                sql.Identifier(template),
            )
        )

    def drop(self, database: str) -> None:
        """Remove a database and whoever is still connected to it."""
        name = sql.Identifier(database)
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))

    def dump(self, database: str) -> bytes:
        """Back up a database as an administrator does, while it is used."""
        target = self.folder / "dump"
        _run(
            [
                *(self._programs / "pg_dump", "--format", "custom", "--compress", "0"),
                *("--dbname", self._uri(database), "--file", target),
            ]
        )
        content = target.read_bytes()
        target.unlink()
        return content

    def restore(self, database: str, content: bytes) -> None:
        """Put what was dumped into a new database in the place of the old one."""
        self.drop(database)
        self.create(database)
        source = self.folder / "restored"
        source.write_bytes(content)
        _give_to_server(source)
        _run(
            [
                *(self._programs / "pg_restore", "--exit-on-error", "--no-owner"),
                *("--dbname", self._uri(database), source),
            ]
        )
        source.unlink()

    def _uri(self, database: str) -> str:
        return self.url(database).replace("+psycopg", "")

    def crash(self) -> None:
        """Stop the server without ceremony, as a power cut does, and start it again.

        Every connection is cut; what was committed is recovered from its log.
        """
        self._admin.close()
        control = (self._programs / "pg_ctl", "--pgdata", self.folder / "data")
        _run([*control, "stop", "--wait", "--mode", "immediate"])
        _run(
            [
                *(*control, "start", "--wait", "--timeout", "60"),
                *("--log", self.folder / "log"),
            ]
        )
        self._admin = psycopg.connect(
            self._dsn("postgres", "postgres"), autocommit=True
        )

    def stop(self) -> None:
        """Stop the server and remove its folder; stopping twice does nothing."""
        atexit.unregister(self.stop)
        with contextlib.suppress(AttributeError):
            self._admin.close()
        _remove(self._programs, self.folder)

    def _dsn(self, database: str, role: str) -> str:
        address = f"host=127.0.0.1 port={self._port} dbname={database}"
        return f"{address} user={role} password={self._password}"

    def _execute(self, statement: sql.Composed) -> None:
        self._admin.execute(statement)

    def _create(self) -> None:
        secret = self.folder / "password"
        secret.write_text(self._password)
        _give_to_server(self.folder, secret)
        _run(
            [
                *(self._programs / "initdb", "--pgdata", self.folder / "data"),
                *("--username", "postgres", "--pwfile", secret),
                *(
                    "--auth",
                    "scram-sha-256",
                    "--encoding",
                    "UTF8",
                    "--locale",
                    "C.UTF-8",
                ),
                "--no-sync",  # What initdb writes need not survive a crash.
            ]
        )

    def _start(self) -> int:
        # Another program may take the port between looking and listening: try again.
        failure = ServerError("PostgreSQL did not start.")
        for _ in range(3):
            port = _free_port()
            self._configure(port)
            try:
                _run(
                    [
                        *(self._programs / "pg_ctl", "start", "--wait"),
                        *("--timeout", "60", "--pgdata", self.folder / "data"),
                        *("--log", self.folder / "log"),
                    ]
                )
            except ServerError as error:
                failure = error
            else:
                return port
        raise failure

    def _configure(self, port: int) -> None:
        settings = {**SETTINGS, "unix_socket_directories": str(self.folder)}
        lines = [f"{name} = '{value}'" for name, value in settings.items()]
        configuration = self.folder / "data" / "postgresql.auto.conf"
        configuration.write_text("\n".join([*lines, f"port = {port}", ""]))


class Databases:
    """Fresh databases for one test after the other, each as `prepare` left it."""

    #: Counts the databases of the cluster, whoever makes them.
    _numbers = itertools.count(1)

    def __init__(
        self,
        cluster: Cluster,
        prepare: Prepare | None = None,
        start: str = "template0",
    ) -> None:
        self._cluster = cluster
        self._prepare = prepare
        self._template = (
            start if prepare is None else self._make_template(prepare, start)
        )

    @contextlib.contextmanager
    def fresh(self) -> Iterator[str]:
        """Lend the URL of a database that nobody else uses."""
        name = self._new_name()
        self._cluster.create(name, self._template)
        try:
            yield self._cluster.url(name)
        finally:
            self._cluster.drop(name)

    def lend(self, folder: Path) -> AbstractContextManager[str]:
        """As `fresh`; these need no folder."""
        del folder
        return self.fresh()

    def then(self, folder: Path, prepare: Prepare) -> "Databases":
        """Make databases that were prepared as these, and then further."""
        del folder
        return Databases(self._cluster, prepare, self._template)

    def forget(self) -> None:
        """Remove what is copied; no more can be made."""
        self._cluster.drop(self._template)

    def _make_template(self, prepare: Prepare, start: str) -> str:
        name = self._new_name()
        self._cluster.create(name, start)
        prepare(self._cluster.url(name))
        return name

    def _new_name(self) -> str:
        kind = "empty" if self._prepare is None else "ready"
        return f"{kind}_{next(self._numbers)}"


class SQLiteFiles:
    """Fresh SQLite files, each a copy of one that `prepare` made once."""

    def __init__(
        self,
        folder: Path,
        prepare: Prepare | None = None,
        start: Path | None = None,
    ) -> None:
        self._template: Path | None = None
        if prepare is not None:
            self._template = folder / "template.db"
            if start is not None:
                shutil.copyfile(start, self._template)
            prepare(sqlite_url(self._template))

    def fresh(self, folder: Path) -> str:
        """Make a database file in the folder and give its URL."""
        path = folder / FILE
        if self._template is not None:
            shutil.copyfile(self._template, path)
        return sqlite_url(path)

    @contextlib.contextmanager
    def lend(self, folder: Path) -> Iterator[str]:
        """As `fresh`, for a while; whoever owns the folder removes it."""
        yield self.fresh(folder)

    def then(self, folder: Path, prepare: Prepare) -> "SQLiteFiles":
        """Make files that were prepared as these, and then further."""
        return SQLiteFiles(folder, prepare, self._template)

    def forget(self) -> None:
        """Remove what is copied; no more can be made."""
        if self._template is not None:
            self._template.unlink()


def sqlite_url(path: Path) -> str:
    """Give the SQLAlchemy URL of a SQLite file."""
    return f"sqlite:///{path}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _server_account() -> dict[str, object]:
    """PostgreSQL refuses to run as root: root starts it as the user `postgres`."""
    if os.geteuid() != 0:
        return {}
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _run(command: list[str | Path]) -> None:
    # Its own session: Ctrl-C reaches the tests, and they stop the server.
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd="/",
        start_new_session=True,
        text=True,
        **_server_account(),  # type: ignore[call-overload]
    ) as process:
        output, _ = process.communicate(timeout=120)
    if process.returncode != 0:
        raise ServerError(f"{command[0]} failed:\n{output}")


def _give_to_server(*paths: Path) -> None:
    for path in paths:
        if os.geteuid() == 0:
            shutil.chown(path, "postgres", "postgres")


def _remove(binaries: Path, folder: Path) -> None:
    """Stop the server of a folder, if it runs, and remove the folder."""
    if (folder / "data" / "postmaster.pid").exists():
        # Nothing of it is kept, so it need not write out what it holds in memory.
        with contextlib.suppress(ServerError):
            _run(
                [
                    *(binaries / "pg_ctl", "stop", "--wait", "--mode", "immediate"),
                    *("--pgdata", folder / "data"),
                ]
            )
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers(binaries: Path) -> None:
    """Remove the clusters of test runs that were killed."""
    for folder in [*MEMORY.glob(f"{PREFIX}*"), *DISK.glob(f"{PREFIX}*")]:
        process = folder.name.removeprefix(PREFIX).split("-")[0]
        if process.isdigit() and not _is_running(int(process)):
            _remove(binaries, folder)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # Somebody else's, and alive.
        return True
    return True
