"""Checking everything once a day, beside the server, and remembering what came out.

The result is kept in a file and not in the database that was checked: whoever changes
the one does not thereby change the other. The check rests between blocks of work, so
that it takes a twentieth of a core and nobody waits for it.
"""

import functools
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from uuid import UUID

import structlog

from engine.domain import iso8601
from engine.evidence import audit
from engine.evidence.findings import Report
from engine.evidence.keeper import Keeper
from webui import (
    background,
    context,
    derived_rows,
    sequencing,
    signer,
    signer_state,
)

#: Part of a core that the daily check may take.
SHARE: Final = 0.05
#: The same of a check that somebody asked for.
ASKED: Final = 0.5
#: Seconds between two looks whether a check is due.
INTERVAL: Final = 60.0
#: The longest rest at once, so that stopping a server need not wait.
_REST: Final = 0.5
_FOLDER: Final = "evidence-check"
_log = structlog.get_logger(__name__)


class Stopped(Exception):  # noqa: N818 - no error: somebody asked for it
    """The server ends; the check is done another time."""


@dataclass(slots=True)
class Pace:
    """Rests so long that work takes no more than its share of a core."""

    share: float = SHARE
    stop: threading.Event = field(default_factory=threading.Event)
    _worked: float = field(default_factory=time.thread_time)

    def __call__(self) -> None:
        """Rest for the work since the last call.

        Raises:
            Stopped: There is no time left.
        """
        worked = time.thread_time() - self._worked
        rest = worked * (1 / self.share - 1)
        while rest > 0 and not self.stop.wait(min(rest, _REST)):
            rest -= _REST
        if self.stop.is_set():
            raise Stopped
        self._worked = time.thread_time()


def asked(application: context.Application, tenant: UUID, data: Path) -> audit.Asked:
    """What is checked of a tenant at full speed, with the memory of its signer."""
    return audit.Asked(
        tenant=tenant,
        log=sequencing.log_name(tenant),
        now=application.clock.now(),
        last=memory(data),
        loose=signer_state.loose(signer_state.refusal(data, tenant)),
        title=functools.partial(derived_rows.title, application, tenant),
        cases=functools.partial(derived_rows.cases, application, tenant),
    )


def memory(data: Path) -> Callable[[str], bytes | None] | None:
    """What the signer signed last; None where none can be asked."""
    path = os.environ.get(signer.SOCKET_VARIABLE)
    if path:
        return signer.Remote(Path(path)).last
    folder = data / "signer"
    return Keeper(folder).last if folder.is_dir() else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """The head of a log that stood when a check began: so much it looked at."""

    year: int
    size: int
    #: Hexadecimal.
    root: str
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What a check found, and what it looked at."""

    report: Report
    covered: tuple[Covered, ...]


def check(application: context.Application, asked_: audit.Asked) -> Checked:
    """Check everything of a tenant."""
    covered = tuple(heads(application, asked_.tenant))
    return Checked(report=audit.run(application.check, asked_), covered=covered)


def heads(application: context.Application, tenant: UUID) -> Iterator[Covered]:
    """The head of each log of a tenant as it stands, the oldest first."""
    for year in application.log.years(tenant):
        head, signed = (
            application.log.head(tenant, year),
            application.log.newest(tenant, year),
        )
        yield Covered(
            year=year,
            size=head.size,
            root=head.root.hex(),
            signed=signed is not None and signed.size == head.size,
        )


@dataclass(frozen=True, slots=True)
class Results:
    """The results of the last checks."""

    data: Path

    def write(self, tenant: UUID, at: datetime, made: Checked) -> None:
        """Keep a result in the place of the last."""
        path = self._path(tenant)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {
            "at": at.isoformat(),
            "covered": [asdict(one) for one in made.covered],
            **made.report.as_json(),
        }
        draft = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.new")
        draft.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        draft.replace(path)

    def read(self, tenant: UUID) -> dict[str, Any] | None:
        """The last result; None: there was no check, or its file is damaged."""
        try:
            content = json.loads(self._path(tenant).read_text("utf-8"))
            content["at"] = datetime.fromisoformat(content["at"])
            content["covered"] = [Covered(**one) for one in content["covered"]]
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return dict(content)

    def ask(self, tenant: UUID) -> None:
        """Have the server check beside its work, sooner than at midnight."""
        path = self._asked(tenant)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)

    def is_asked(self, tenant: UUID) -> bool:
        """Whether somebody waits for a check."""
        return self._asked(tenant).exists()

    def answer(self, tenant: UUID) -> None:
        """Note that nobody waits any more."""
        self._asked(tenant).unlink(missing_ok=True)

    def _asked(self, tenant: UUID) -> Path:
        return self.data / _FOLDER / f"{tenant.hex}.asked"

    def _path(self, tenant: UUID) -> Path:
        return self.data / _FOLDER / f"{tenant.hex}.json"


@dataclass(slots=True)
class DailyCheck(background.Background):
    """Checks every tenant once a day; told to stop, it breaks off."""

    thread: ClassVar[str] = "daily-check"
    application: context.Application
    data: Path
    share: float = SHARE
    interval: float = INTERVAL

    def run(self) -> None:
        """Look now and then whether a check is due."""
        with futures.ThreadPoolExecutor(1, "check") as executor:
            # A server that starts has better things to do first.
            while not self._stop.wait(self.interval):
                failure = executor.submit(self.once).exception()
                if failure is not None and not isinstance(failure, Stopped):
                    _log.error("the evidence was not checked", exc_info=failure)

    def once(self) -> int:
        """Check the tenants that are due; how many were."""
        done = 0
        for tenant in self.application.store.tenants():
            if self._is_due(tenant):
                self._check(tenant)
                done += 1
        return done

    def _is_due(self, tenant: UUID) -> bool:
        results = Results(self.data)
        if results.is_asked(tenant):
            return True
        last = results.read(tenant)
        today = iso8601.day(self.application.clock.now())
        return last is None or iso8601.day(last["at"]) != today

    def _check(self, tenant: UUID) -> None:
        at = self.application.clock.now()
        results = Results(self.data)
        # Whoever asked waits for it: then it may take half of a core.
        share = max(self.share, ASKED) if results.is_asked(tenant) else self.share
        wanted = asked(self.application, tenant, self.data)
        made = check(self.application, replace(wanted, pace=Pace(share, self._stop)))
        results.write(tenant, at, made)
        results.answer(tenant)
        report = made.report
        tell = _log.info if report.ok else _log.error
        first = report.first
        tell(
            "evidence checked",
            tenant=str(tenant),
            ok=report.ok,
            events=report.events,
            cpu_seconds=round(sum(report.seconds.values()), 1),
            first_wrong=first.message_en if first else "",
        )
