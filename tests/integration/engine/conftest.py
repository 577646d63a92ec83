"""Fixtures: an office on each database in turn.

The office is founded once for each kind of database; a test works in a copy, or in a
copy of a scene that was played there.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.conftest import KINDS
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import Act, Entered, Founding, Scene, wanted


@pytest.fixture(scope="session")
def founded_in_files(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Found an office in SQLite files."""
    founding = Founding(tmp_path_factory.mktemp("beside"))
    folder = tmp_path_factory.mktemp("office")
    return Scene(databases.SQLiteFiles(folder, founding), founding.office)


@pytest.fixture(scope="session")
def founded_on_the_server(
    cluster: databases.Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Scene:
    """Found an office in PostgreSQL databases."""
    founding = Founding(tmp_path_factory.mktemp("beside"))
    return Scene(databases.Databases(cluster, founding), founding.office)


@pytest.fixture(scope="module")
def scenes() -> Iterator[dict[tuple[str, Act], Scene]]:
    """Keep the scenes of a module until its last test."""
    played: dict[tuple[str, Act], Scene] = {}
    yield played
    for one in played.values():
        one.copies.forget()


@pytest.fixture(params=KINDS)
def entered(
    request: pytest.FixtureRequest,
    scenes: dict[tuple[str, Act], Scene],
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Entered]:
    """Give an office after the scene of the test, and what the scene tells."""
    kind = "in_files" if request.param == "sqlite" else "on_the_server"
    here: Scene = request.getfixturevalue(f"founded_{kind}")
    act = wanted(request)
    if act is not None:
        known = (kind, act)
        if known not in scenes:
            scenes[known] = here.then(act, tmp_path_factory.mktemp("scene"))
        here = scenes[known]
    with here.enter(tmp_path) as office:
        yield Entered(office, act, here.told)


@pytest.fixture
def office(entered: Entered) -> Office:
    """Give an office with one procedure in force, on each kind of database."""
    return entered.office
