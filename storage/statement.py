"""The short way to the driver, for the statements of the hot path.

SQLAlchemy's own execution costs 35 µs a statement, the driver 5 µs. A `Statement` is an
ordinary Core construct that is compiled once for a dialect, with the processors of its
types, and then handed to the driver that the transaction's connection already holds.
Begin, commit, rollback and the pool stay SQLAlchemy's.
"""

import contextlib
import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, Protocol, Self, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine.interfaces import DBAPICursor

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


class Driver(Protocol):
    """What sqlite3 and psycopg connections have in common."""

    def execute(self, statement: str, parameters: Any, /) -> DBAPICursor:
        """Run a statement and give its cursor."""

    def cursor(self) -> DBAPICursor:
        """A new cursor."""


class Counter:
    """Counts statements and commits."""

    def __init__(self) -> None:
        self.statements = 0
        self.begins = 0
        self.commits = 0
        self.rollbacks = 0


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Compiled:
    """A statement as one dialect speaks it."""

    sql: str
    #: Name and writer of each parameter.
    parameters: tuple[tuple[str, Processor | None], ...]
    positional: bool
    #: Reader of each column of the result.
    columns: tuple[Processor | None, ...]

    def bind(self, values: Values) -> object:
        """Give the parameters as the driver takes them."""
        if self.positional:
            return [
                values[name] if write is None else write(values[name])
                for name, write in self.parameters
            ]
        return {
            name: values[name] if write is None else write(values[name])
            for name, write in self.parameters
        }


#: SQLite and PostgreSQL say ON CONFLICT alike, each with a class of its own.
Insert = sqlite.Insert | postgresql.Insert
INSERTS: Final[Mapping[str, Callable[[sa.Table], Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


class Statement:
    """A Core construct that is compiled once for each dialect."""

    def __init__(self, construct: sa.Executable) -> None:
        self._construct: Callable[[sa.Dialect], Any] = lambda _: construct
        self._compiled: dict[str, _Compiled] = {}

    @classmethod
    def upsert(cls, table: sa.Table, finish: Callable[[Insert], Any]) -> Self:
        """An INSERT of a table that `finish` completes with ON CONFLICT."""
        made = cls(sa.insert(table))
        made._construct = lambda dialect: finish(INSERTS[dialect.name](table))
        return made

    def compiled(self, dialect: sa.Dialect) -> _Compiled:
        """The statement in a dialect."""
        found = self._compiled.get(dialect.name)
        if found is None:
            found = self._compiled[dialect.name] = self._compile(dialect)
        return found

    def _compile(self, dialect: sa.Dialect) -> _Compiled:
        construct = self._construct(dialect)
        compiled = construct.compile(dialect=dialect)
        names = compiled.positiontup if compiled.positional else list(compiled.binds)
        chosen = getattr(construct, "exported_columns", ())
        return _Compiled(
            sql=str(compiled),
            parameters=tuple(
                (name, _writer(compiled.binds[name].type, dialect)) for name in names
            ),
            positional=compiled.positional,
            columns=tuple(_reader(column.type, dialect) for column in chosen),
        )


def parameter(name: str, column: sa.Column[Any]) -> sa.BindParameter[Any]:
    """A parameter of a column's type."""
    return sa.bindparam(name, type_=column.type)


def setting(table: sa.Table, *names: str) -> dict[str, sa.BindParameter[Any]]:
    """Assign to each column a parameter `new_<column>`."""
    return {name: parameter(f"new_{name}", table.c[name]) for name in names}


def insert(table: sa.Table) -> Statement:
    """An INSERT of every column that the database does not fill itself."""
    names = [each.name for each in table.c if each.server_default is None]
    return Statement(sa.insert(table).values(setting(table, *names)))


def _writer(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).bind_processor(dialect)


def _reader(kind: sa.types.TypeEngine[Any], dialect: sa.Dialect) -> Processor | None:
    return kind.dialect_impl(dialect).result_processor(dialect, None)


class Link:
    """The connection of one transaction, with the short way beside it."""

    __slots__ = ("_counter", "_dialect", "_driver", "connection")

    def __init__(self, connection: sa.Connection, counter: Counter | None) -> None:
        self.connection = connection
        self._dialect = connection.dialect
        self._driver = cast("Driver", connection.connection.driver_connection)
        self._counter = counter

    def run(self, statement: Statement, values: Values) -> DBAPICursor:
        """Run a statement that gives no rows."""
        compiled = statement.compiled(self._dialect)
        if self._counter is not None:
            self._counter.statements += 1
        return self._driver.execute(compiled.sql, compiled.bind(values))

    def run_all(self, statement: Statement, rows: Iterable[Values]) -> DBAPICursor:
        """Run a statement for each of several rows, in one batch."""
        compiled = statement.compiled(self._dialect)
        if self._counter is not None:
            self._counter.statements += 1
        cursor = self._driver.cursor()
        bound: Any = [compiled.bind(values) for values in rows]
        cursor.executemany(compiled.sql, bound)
        return cursor

    def first(self, statement: Statement, values: Values) -> list[Any] | None:
        """Run a question and give its first row."""
        compiled = statement.compiled(self._dialect)
        if self._counter is not None:
            self._counter.statements += 1
        cursor = self._driver.execute(compiled.sql, compiled.bind(values))
        row = cursor.fetchone()
        cursor.close()
        if row is None:
            return None
        return [
            value if read is None else read(value)
            for value, read in zip(row, compiled.columns, strict=True)
        ]

    def rows(self, statement: Statement, cursor: DBAPICursor) -> list[list[Any]]:
        """Read what a statement that was run has answered."""
        readers = statement.compiled(self._dialect).columns
        return [
            [
                value if read is None else read(value)
                for value, read in zip(row, readers, strict=True)
            ]
            for row in cursor.fetchall()
        ]

    def together(self) -> contextlib.AbstractContextManager[object]:
        """Send what is run inside in one round trip where the driver can.

        Results of `run` may be looked at only after the block.
        """
        if self._dialect.name == "postgresql":
            return cast(
                "contextlib.AbstractContextManager[object]",
                cast("Any", self._driver).pipeline(),
            )
        return contextlib.nullcontext()
