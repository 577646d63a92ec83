"""Scenes: what happened in an office before a test begins.

A scene is a fixture that is given an office and nothing else:

    @scene
    def case(office: Office) -> UUID:
        ...

It is played once on each kind of database for all tests of a module. Each test that
asks for it works in a copy: of the database as the scene left it, of the folder beside
the database, and with the clock where it stood. What the scene gives must not be
changed by a test; ids do well.
"""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

import storage
from tests import databases
from tests.integration.engine.office import Office

Copies = databases.SQLiteFiles | databases.Databases
Act = Callable[[Office], Any]
#: Fixture → what it plays.
_ACTS: Final[dict[object, Act]] = {}


class Founding:
    """Prepares a database, and remembers the office in it."""

    office: Office

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, url: str) -> None:
        """Found an office in an empty database."""
        storage.migrate(url)
        self.office = Office(url, self.folder)
        self.office.found()
        self.office.close()


class Playing:
    """Prepares a database with an office in it: plays a scene there."""

    office: Office
    told: object

    def __init__(self, start: Office, act: Act, folder: Path) -> None:
        self._start = start
        self._act = act
        self._folder = folder

    def __call__(self, url: str) -> None:
        """Play the scene."""
        self.office = self._start.moved(url, self._folder)
        try:
            self.told = self._act(self.office)
        finally:
            self.office.close()


@dataclass(frozen=True)
class Scene:
    """An office as somebody left it, of which there are copies."""

    copies: Copies
    left: Office
    told: object = None

    @contextlib.contextmanager
    def enter(self, folder: Path) -> Iterator[Office]:
        """Lend a copy of the office, and of what lies beside its database."""
        beside = folder / "beside"
        shutil.copytree(self.left.folder, beside)
        with self.copies.lend(folder) as url:
            made = self.left.moved(url, beside)
            made.clock.at = self.left.clock.at
            try:
                yield made
            finally:
                made.close()

    def then(self, act: Act, folder: Path) -> "Scene":
        """Play what happens next."""
        beside = folder / "beside"
        beside.mkdir()
        playing = Playing(self.left, act, beside)
        copies = self.copies.then(folder, playing)
        return Scene(copies, playing.office, playing.told)


@dataclass(frozen=True)
class Entered:
    """What a test finds: its own office, and what was played there."""

    office: Office
    act: Act | None
    told: object


def scene(act: Act) -> object:
    """Make a fixture of what happens in an office before a test begins."""

    def told(entered: Entered) -> object:
        assert entered.act is act, f"{act.__name__} is not in the module of the test"
        return entered.told

    told.__name__, told.__doc__ = act.__name__, act.__doc__
    made = pytest.fixture(told)
    _ACTS[made] = act
    return made


def wanted(request: pytest.FixtureRequest) -> Act | None:
    """What is played before the test that asks for something."""
    fixtures = (getattr(request.module, one, None) for one in request.fixturenames)
    acts = [_ACTS[one] for one in fixtures if one in _ACTS]
    if len(acts) > 1:
        names = ", ".join(one.__name__ for one in acts)
        raise pytest.UsageError(f"a test begins with one scene, not with {names}")
    return acts[0] if acts else None
