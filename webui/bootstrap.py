"""The composition root: the one place that knows every package.

It joins the ports of the engine with their adapters and gives one `Application`, which
the web server, the command line, the background worker and the tests share.
"""

import functools
import os
from collections.abc import Iterable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import cast
from uuid import UUID

import storage
from engine import services
from engine.commands import normalise_versions
from engine.commands.transaction import Result, Tools
from engine.conformance import game
from engine.dispatch import Engine
from engine.domain import iso8601
from engine.domain.events import Sealed
from engine.domain.run import Json
from engine.erasure import Remains
from engine.errors import ConfigurationError, GuardsMissingError
from engine.package import Packages
from engine.ports import Clock, Ids, Store
from engine.queries import Queries
from engine.spiff import runtime
from models_bpmn import calendars, packages
from storage import (
    answers,
    attachments,
    attempts,
    behind,
    bell,
    bulk,
    check,
    chosen,
    database,
    days,
    directory,
    drafts,
    figures,
    files,
    floor,
    guards,
    heads,
    jobs,
    kept,
    log,
    migrations,
    months,
    partitions,
    post,
    purging,
    read,
    results,
    sessions,
    statistics,
    supervision,
    unit_of_work,
    uploads,
    wakes,
    work,
)
from storage import crowd as crowds
from storage.statement import Counter
from webui import config, erasures, system

#: Environment variable that names the database.
DATABASE_VARIABLE = "QUYTRINH_DATABASE_URL"
#: Where the embedded database lives unless the variable says otherwise.
DEFAULT_DATABASE = "sqlite:///instance/quytrinh.db"
_SQLITE_FILE = "sqlite:///"
#: The register of erasures, in the folder of what is no database.
_ATTACHMENTS = "attachments"
_REGISTER = "erasures.jsonl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """Everything that is made once."""

    url: str
    database: database.Database
    engine: Engine
    store: Store
    queries: Queries
    worklists: work.Worklists
    kept: kept.Kept
    bell: bell.Bell
    post: post.Post
    figures: figures.Figures
    singles: behind.Records
    months: months.MonthFigures
    supervision: supervision.Supervision
    packages: Packages
    sign_in: sessions.SignIn
    sessions: sessions.Sessions
    attempts: attempts.Attempts
    directory: directory.Directory
    drafts: drafts.Drafts
    uploads: uploads.Uploads
    wakes: wakes.Wakes
    jobs: jobs.Queue
    results: results.Results
    answers: answers.Answers
    attachments: attachments.Attachments
    log: log.Log
    heads: heads.Heads
    days: days.Days
    check: check.Check
    chosen: chosen.Chosen
    clock: Clock
    ids: Ids

    def prepare(self, now: datetime) -> None:
        """Make the partitions of this month and the next (PostgreSQL).

        What its planner has never looked at is looked at.
        """
        partitions.prepare(self.database, now)
        statistics.look_at_new(self.database)

    def close(self) -> None:
        """Give back the connections."""
        self.database.close()


def database_url() -> str:
    """The database that the environment names, else the embedded one."""
    return os.environ.get(DATABASE_VARIABLE) or DEFAULT_DATABASE


@functools.cache
def registry() -> services.Registry:
    """The built-in functions and those that installed packages bring.

    What is installed does not change while the program runs.
    """
    brought = {
        entry.name: entry.load()
        for entry in metadata.entry_points(group="quytrinh.services")
    }
    return services.Registry({**services.BUILT_IN, **brought})


def tools(clock: Clock | None = None, folder: Path | None = None) -> Tools:
    """The collaborators that need no database."""
    functions = registry()
    return Tools(
        runtime=runtime.SpiffRuntime(),
        game=game.TokenGame(),
        packages=packages.Maker(functions.names()),
        services=functions,
        calendar=calendars.default_calendar(),
        clock=clock or system.SystemClock(),
        ids=system.SystemIds(),
        files=files.Files((folder or data_folder()) / _ATTACHMENTS),
        erasures=erasures.FileRegister((folder or data_folder()) / _REGISTER),
    )


def migrate(url: str) -> tuple[str, ...]:
    """Create or upgrade the database; the guards stand again afterwards.

    Versions from before `version_model` get their document now, while a release reads
    them that is as near as can be to the one that accepted them. What it refuses is
    given back in words.
    """
    if url.startswith(_SQLITE_FILE):
        Path(url.removeprefix(_SQLITE_FILE)).parent.mkdir(parents=True, exist_ok=True)
    storage.migrate(url)
    opened = database.open_database(url)
    try:
        partitions.prepare(opened, system.SystemClock().now())
        store = unit_of_work.Store(opened)
        engine = Engine(store, tools())
        command = normalise_versions.NormaliseVersions()
        results = [engine.run(command, tenant) for tenant in store.tenants()]
        return tuple(str(one) for result in results for one in _refused(result))
    finally:
        opened.close()


def _refused(result: Result) -> list[Json]:
    refused = result["refused"]
    return refused if isinstance(refused, list) else []


def grant(url: str, role: str) -> None:
    """Let a role of PostgreSQL serve; the history it cannot change.

    Raises:
        ConfigurationError: The database is not PostgreSQL, or has no such role.
    """
    opened = database.open_database(url)
    try:
        with opened.write() as connection:
            migrations.check(connection)
            guards.grant_application(connection, role)
    finally:
        opened.close()


def data_folder() -> Path:
    """Where what is no database is kept."""
    return config.folder_of(os.environ)


def build(
    url: str | None = None,
    clock: Clock | None = None,
    folder: Path | None = None,
    *,
    guarded: bool = True,
) -> Application:
    """Open the database and join everything.

    Args:
        url: The database; None: the configured one.
        clock: Tells the time; None: the machine's.
        folder: Where what is no database is kept; None: the configured one.
        guarded: False: open it also when it does not protect the history, to look.

    Raises:
        ConfigurationError: The database cannot be opened or is not migrated.
        GuardsMissingError: The database does not protect the history.
    """
    url = url or database_url()
    if not url:
        raise ConfigurationError
    opened = database.open_database(url)
    with opened.read() as connection:
        migrations.check(connection)
        if guarded:
            guards.check_guards(connection)
    folder = folder or data_folder()
    made = tools(clock, folder)
    store = unit_of_work.Store(opened)
    return Application(
        url=url,
        database=opened,
        engine=Engine(store, made),
        store=store,
        queries=read.Queries(opened),
        worklists=work.Worklists(opened),
        kept=kept.Kept(opened),
        bell=bell.Bell(opened),
        post=post.Post(opened),
        figures=figures.Figures(opened),
        singles=behind.Records(opened),
        months=months.MonthFigures(opened),
        supervision=supervision.Supervision(opened),
        packages=made.packages,
        sessions=sessions.Sessions(opened),
        sign_in=sessions.SignIn(opened),
        attempts=attempts.Attempts(opened),
        directory=directory.Directory(opened),
        drafts=drafts.Drafts(opened),
        uploads=uploads.Uploads(opened, results.Results(folder / "parts")),
        wakes=wakes.Wakes(opened),
        jobs=jobs.Queue(opened),
        results=results.Results(folder / "jobs"),
        answers=answers.Answers(opened),
        attachments=attachments.Attachments(
            opened, files.Files(folder / _ATTACHMENTS), made.ids
        ),
        log=log.Log(opened),
        heads=heads.Heads(opened),
        days=days.Days(opened),
        check=check.Check(opened),
        chosen=chosen.Chosen(opened),
        clock=made.clock,
        ids=made.ids,
    )


# What `quytrinh bench` needs of storage.

Floor = floor.Floor
floor_of = floor.open_floor


def purge(app: Application) -> tuple[Remains, ...]:
    """Make the database give up old pages; tell what only somebody else can do."""
    return purging.purge(app.database)


def missing_guards(app: Application) -> tuple[str, ...]:
    """The guards of the history that are missing or were changed."""
    with app.database.read() as connection:
        try:
            guards.check_guards(connection)
        except GuardsMissingError as error:
            return tuple(map(str, cast("tuple[object, ...]", error.params["missing"])))
    return ()


def append(app: Application, sealed: Sealed) -> None:
    """Append an event, as cheaply as one can be kept."""
    bulk.append(app.database, sealed)


Copy = bulk.Copy


def fill(app: Application, tenant: UUID, copies: Iterable[Copy], count: int) -> int:
    """Write so many events of cases at least, with their places; how many."""
    year = iso8601.day(app.clock.now()).year
    return bulk.fill(app.database, tenant, year, copies, count)


Crowd = crowds.Crowd
CrowdDesk = crowds.Desk


def crowd(app: Application, wanted: Crowd) -> None:
    """Write many cases and their work, without history."""
    crowds.fill(app.database, wanted)


def size(app: Application) -> int:
    """The bytes that the database takes."""
    return floor.size(app.database)


def settle(app: Application) -> None:
    """Let the database look at what it holds, as it does by itself in the end."""
    floor.settle(app.database)


def counting(app: Application) -> AbstractContextManager[Counter]:
    """Count statements and commits while it is open."""
    return database.count_statements(app.database)
