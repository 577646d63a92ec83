"""A process that does an office's work until it is told to stop, or killed.

Everything goes through the application that the server builds. Several workers share
one worklist and so collide all the time; they also fire the timers that are due.
"""

import functools
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Final, TypeVar
from uuid import UUID

from engine.commands.claim_task import ClaimTask
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.commands.receive_message import ReceiveMessage
from engine.commands.wake_case import WakeCase
from engine.domain.run import Status
from engine.errors import EngineError, UnavailableError
from engine.queries import CaseFilter, TaskItem, WorkFilter
from tests.crash import journal, office
from webui import bench_models, bootstrap

#: Less open work than this: a new dossier comes in.
ENOUGH_WORK: Final = 12
PROCEDURES: Final = (office.LOOP, office.TOGETHER)


T = TypeVar("T")


class Worker:
    """One clerk at one desk."""

    def __init__(
        self,
        app: bootstrap.Application,
        office_of: tuple[UUID, UUID],
        path: Path,
        seed: str,
        patience: float,
    ) -> None:
        self._app = app
        self._tenant, clerk = office_of
        self._patience = patience
        self._actor = self._insist(lambda: office.actor(app, self._tenant, clerk))
        told = journal.read(path)
        self._journal = journal.Journal(path)
        self._left = told.pending()
        self._number = len(told.asked)
        self._name = path.stem
        self._random = random.Random(seed)  # noqa: S311
        self.stopping = False

    def run(self) -> None:
        """Ask again for what has no answer, then work."""
        for act in self._left:
            self._journal.asked(act)
            self._do(act)
        while not self.stopping:
            self._wake()
            act = self._next()
            self._journal.asked(act)
            self._do(act)

    def _do(self, act: journal.Act) -> None:
        command, execute = command_of(act), self._app.engine.execute
        try:
            # Whether an act without answer was done nobody knows; its key does.
            result = self._insist(lambda: execute(command, self._actor, key=act.key))
        except UnavailableError:
            raise
        except EngineError as error:
            self._journal.refused(act, type(error).__name__)
        else:
            self._journal.acked(act, dict(result))

    def _insist(self, ask: Callable[[], T]) -> T:
        """Ask again while the database is away, as long as there is patience."""
        end = time.monotonic() + self._patience
        while True:
            try:
                return ask()
            except UnavailableError:
                if time.monotonic() > end:
                    raise
                time.sleep(0.05)

    def _wake(self) -> None:
        """Fire what is due, as the background work of a server does."""
        for case in self._insist(self._due):
            command = WakeCase(case=case)
            self._insist(functools.partial(self._app.engine.run, command, self._tenant))

    def _due(self) -> tuple[UUID, ...]:
        with self._app.store.begin(self._tenant) as work:
            return work.cases.due(self._app.clock.now(), 3)

    def _next(self) -> journal.Act:
        """Choose among everything that could be done now."""
        self._number += 1
        key = f"{self._name}-{self._number}"
        queries, chance = self._app.queries, self._random
        work = self._insist(lambda: queries.work(self._actor, WorkFilter(limit=50)))
        if len(work) < ENOUGH_WORK:
            procedure = chance.choice(PROCEDURES)
            return journal.Act(key, "open", procedure, answers={office.KEY: key})
        wanted = CaseFilter(procedure=office.TOGETHER, status=Status.OPEN)
        cases = self._insist(lambda: queries.cases(self._actor, wanted))
        if cases and chance.random() < 0.15:
            case, answers = chance.choice(cases).id.hex, {office.KEY: key}
            return journal.Act(key, "message", case, office.MESSAGE, answers=answers)
        return self._work(key, chance.choice(work))

    def _work(self, key: str, item: TaskItem) -> journal.Act:
        chance = self._random.random
        if chance() < 0.1:
            return journal.Act(
                key, "claim", item.case.hex, item.element, item.occurrence
            )
        answers = dict(bench_models.answers(item.element, item.occurrence))
        if item.element == office.LAST_STEP:
            answers["n"] = int(chance() > 0.3)
        return journal.Act(
            key,
            "complete",
            item.case.hex,
            item.element,
            item.occurrence,
            answers | {office.KEY: key},
            item.case_version if chance() < 0.5 else None,
        )


def command_of(act: journal.Act) -> object:
    """The command of an act; the same act always gives the same."""
    if act.kind == "open":
        return OpenCase(procedure=act.about, data=act.answers)
    case = UUID(act.about)
    if act.kind == "message":
        return ReceiveMessage(case=case, name=act.element, payload=act.answers)
    if act.kind == "claim":
        return ClaimTask(case=case, element=act.element, occurrence=act.occurrence)
    return CompleteTask(
        case=case,
        element=act.element,
        occurrence=act.occurrence,
        answers=act.answers,
        version=act.version,
    )


def _build(url: str, patience: float) -> bootstrap.Application:
    """Start again until the database is there, as a supervisor of servers does."""
    end = time.monotonic() + patience
    while True:
        try:
            return bootstrap.build(url)
        except UnavailableError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def main(
    url: str, office_of: office.Office, path: Path, seed: str, patience: float
) -> None:
    """Work.

    Args:
        url: the database.
        office_of: tenant and clerk.
        path: the journal.
        seed: of what is chosen by chance.
        patience: seconds to wait while the database is away, before giving up.
    """
    app = _build(url, patience)
    worker = Worker(app, office_of, path, seed, patience)

    def stop(_number: int, _frame: FrameType | None) -> None:
        worker.stopping = True

    signal.signal(signal.SIGTERM, stop)
    worker.run()
    app.close()
