"""Opening a database: everything that must hold for each connection.

SQLite: WAL with synchronous=FULL (a commit is on the disk), foreign keys, secure
delete, thirty seconds of patience, `BEGIN IMMEDIATE` for whoever writes, so that no
reader turns into a writer and fails. PostgreSQL: READ COMMITTED, because every write is
guarded by a version and a lock.
"""

import contextlib
import os
import select
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from sqlalchemy import event, exc

from engine.errors import ConfigurationError
from storage import failures
from storage.statement import Counter, Link
from storage.turns import Turns

#: File systems whose locks SQLite cannot trust (sqlite.org/howtocorrupt.html, 2.1).
NETWORK: Final = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "fuse.glusterfs", "fuse.sshfs", "glusterfs"}
    | {"gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb2", "smb3", "smbfs"}
)
PRAGMAS: Final = (
    "PRAGMA busy_timeout = 30000",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",
    "PRAGMA trusted_schema = OFF",
)
_MOUNTS: Final = Path("/proc/self/mounts")
#: Execution option of connections whose transactions write.
WRITES: Final = "quytrinh_writes"


class Database:
    """An open database, with what its transactions share."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(**{WRITES: True})
        # Of several questions about a case all must see the same moment: values are
        # erased, and acts come about, while somebody reads.
        moment = {"isolation_level": "REPEATABLE READ"}
        several = engine.dialect.name == "postgresql"
        self._looker = engine.execution_options(**moment) if several else engine
        # BEGIN and ROLLBACK around one question are two more journeys to the server.
        alone = {"isolation_level": "AUTOCOMMIT"}
        self._glancer = engine.execution_options(**alone) if several else engine
        self._turns = Turns() if engine.dialect.name == "sqlite" else None
        #: Set while `count_statements` looks.
        self.counter: Counter | None = None

    @contextlib.contextmanager
    def read(self) -> Iterator[sa.Connection]:
        """Lend a connection for one short, reading transaction.

        Raises:
            UnavailableError: The database does not answer.
        """
        with failures.told(), self.engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def glance(self) -> Iterator[Link]:
        """Lend a link for questions of which each sees a moment of its own.

        Raises:
            UnavailableError: The database does not answer.
        """
        with failures.told(), self._glancer.connect() as connection:
            yield Link(connection, self.counter)

    @contextlib.contextmanager
    def alone(self) -> Iterator[Link]:
        """Lend a link for one writing statement that is a transaction by itself.

        Raises:
            UnavailableError: The database does not answer, is busy or full.
        """
        if self._turns is None:
            with self.glance() as link:
                yield link
            return
        with self.write() as connection:
            yield Link(connection, self.counter)

    @contextlib.contextmanager
    def write(self) -> Iterator[sa.Connection]:
        """Lend a connection for one transaction; an exception rolls it back.

        Raises:
            UnavailableError: The database does not answer, is busy or full.
        """
        with (
            _turn(self._turns),
            failures.told(),
            self._writer.begin() as connection,
        ):
            yield connection

    def take(self) -> Link:
        """Begin a transaction by hand; `leave` must follow.

        Raises:
            UnavailableError: The database does not answer or is busy.
        """
        if self._turns is not None:
            self._turns.take()
        try:
            with failures.told():
                return self._begin()
        except BaseException:
            if self._turns is not None:
                self._turns.give()
            raise

    def look(self) -> Link:
        """Begin a transaction that only reads; `leave(link, turn=False)` must follow.

        All its questions see one moment of the database. It waits for no writer and
        keeps none waiting: on SQLite it takes no turn.

        Raises:
            UnavailableError: The database does not answer.
        """
        with failures.told():
            connection = self._looker.connect()
            connection.begin()
            return Link(connection, self.counter)

    def _begin(self) -> Link:
        connection = self._writer.connect()
        try:
            connection.begin()
        except BaseException:
            connection.close()
            raise
        return Link(connection, self.counter)

    def leave(self, link: Link, *, turn: bool = True) -> None:
        """Roll back what was not committed and give the connection back.

        A connection that breaks here is thrown away without a word: what was committed
        is durable, the rest is rolled back by its loss, and what failed before is told.
        """
        try:
            if link.connection.in_transaction():
                link.connection.rollback()
            link.connection.close()
        except exc.DBAPIError:
            link.connection.invalidate()
        finally:
            if turn and self._turns is not None:
                self._turns.give()

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()


def open_database(url: str, *, pool: int = 10) -> Database:
    """Open a database by its SQLAlchemy URL.

    Raises:
        ConfigurationError: The URL names no database that we support, or a SQLite file
            on a network file system.
    """
    return Database(create_engine(url, pool=pool))


def create_engine(url: str, *, pool: int = 10) -> sa.Engine:
    """Make the SQLAlchemy engine of a URL. Raises as `open_database` does.

    What a statement carries stays out of its errors, which are logged.
    """
    try:
        parsed = sa.make_url(url)
    except exc.ArgumentError as error:
        raise ConfigurationError(code="database-url") from error
    backend = parsed.get_backend_name()
    if backend == "sqlite" and parsed.database not in (None, "", ":memory:"):
        return _sqlite(parsed, pool)
    if backend == "postgresql":
        return _postgresql(parsed, pool)
    message = "Only SQLite files and PostgreSQL are supported."
    raise ConfigurationError(message, code="database-url", backend=backend)


def _sqlite(url: sa.URL, pool: int) -> sa.Engine:
    path = Path(url.database or "").absolute()
    kind = file_system(path)
    if kind in NETWORK:
        message = f"SQLite cannot be kept on a network file system ({kind}): {path}"
        raise ConfigurationError(message, code="network-file-system", kind=kind)
    # Made by us before SQLite does, so that nobody else on the machine can read it.
    path.touch(mode=0o600, exist_ok=True)
    engine = sa.create_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver begins no transactions by itself; `_begin_sqlite` does.
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma)


def _begin_sqlite(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    driver: Any = connection.connection.driver_connection
    driver.execute("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgresql(url: sa.URL, pool: int) -> sa.Engine:
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="READ COMMITTED",
        pool_size=pool,
        max_overflow=pool,
        hide_parameters=True,
        connect_args={"options": "-c timezone=UTC"},
    )
    event.listen(engine, "checkout", _check_postgresql)
    return engine


def _check_postgresql(connection: Any, _record: object, _proxy: object) -> None:
    """Throw a connection away that the server closed while nobody used it.

    A server that ends writes to the socket of a connection, and so does nothing else
    while it is idle. Looking there asks the server nothing; `pool_pre_ping` would be
    one more statement each time.

    Raises:
        DisconnectionError: It is dead; the pool makes another one.
    """
    try:
        if not _has_news(connection.fileno()):
            return
        connection.execute("SELECT 1")
        connection.rollback()
    except psycopg.Error as error:
        raise exc.DisconnectionError from error


def _has_news(socket: int) -> bool:
    """Whether something came over a socket, or it was closed."""
    if not hasattr(select, "poll"):  # Windows.
        return bool(select.select([socket], [], [], 0)[0])
    # Unlike `select`, it takes any number of open files.
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))


def file_system(path: Path, mounts: Path = _MOUNTS) -> str:
    """The kind of file system a path is on; empty where the system does not tell."""
    try:
        lines = mounts.read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    place = os.path.realpath(path.parent)
    best, kind = "", ""
    for line in lines:
        _, mount, name, *_ = line.split(" ")
        mount = mount.encode().decode("unicode_escape")
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, name
    return kind


@contextlib.contextmanager
def _turn(turns: Turns | None) -> Iterator[None]:
    if turns is None:
        yield
        return
    turns.take()
    try:
        yield
    finally:
        turns.give()


@contextlib.contextmanager
def count_statements(database: Database) -> Iterator[Counter]:
    """Count what is sent to a database inside the block, for tests and measurements."""
    counter = Counter()

    def statement(*_: object) -> None:
        counter.statements += 1

    def begin(_: object) -> None:
        counter.begins += 1

    def commit(_: object) -> None:
        counter.commits += 1

    def rollback(_: object) -> None:
        counter.rollbacks += 1

    hooks: dict[str, Callable[..., None]] = {
        "before_cursor_execute": statement,
        "begin": begin,
        "commit": commit,
        "rollback": rollback,
    }
    for name, hook in hooks.items():
        event.listen(database.engine, name, hook)
    database.counter = counter
    try:
        yield counter
    finally:
        database.counter = None
        for name, hook in hooks.items():
            event.remove(database.engine, name, hook)
