"""Statements that are compiled once for all databases of a run of the tests.

Nearly every test opens a database of its own, and SQLAlchemy keeps what it compiled
with the engine that it was compiled for: each test would compile the same few hundred
statements again. Two engines of one kind compile a statement to the same text, so here
they share it.
"""

import functools
from collections.abc import Iterator, MutableMapping
from typing import Any

import sqlalchemy as sa

#: Dialect, statement, and what else its text depends on.
Key = tuple[Any, ...]


class Shared(MutableMapping[Key, Any]):
    """What was compiled, by the name of the database's kind instead of its engine."""

    def __init__(self) -> None:
        self._known: dict[Key, Any] = {}

    def __getitem__(self, key: Key) -> Any:
        """What was compiled for any engine of that kind."""
        return self._known[_named(key)]

    def __setitem__(self, key: Key, compiled: Any) -> None:
        """Keep it for every engine of that kind."""
        self._known[_named(key)] = compiled

    def __delitem__(self, key: Key) -> None:
        """Forget it."""
        del self._known[_named(key)]

    def __iter__(self) -> Iterator[Key]:
        """The keys, with names in the place of dialects."""
        return iter(self._known)

    def __len__(self) -> int:
        """How many statements are known."""
        return len(self._known)

    def get(self, key: Key, default: Any = None) -> Any:
        """As `[]`, without an exception for what is new."""
        return self._known.get(_named(key), default)


def _named(key: Key) -> Key:
    dialect, *rest = key
    return (dialect.name, dialect.driver, *rest)


def share() -> Shared:
    """Let every engine that is made from now on compile together with the others."""
    shared = Shared()
    made = sa.create_engine

    @functools.wraps(made)
    def create_engine(*given: Any, **named: Any) -> sa.Engine:
        options = {"compiled_cache": shared, **named.pop("execution_options", {})}
        return made(*given, execution_options=options, **named)

    sa.create_engine = create_engine
    return shared
