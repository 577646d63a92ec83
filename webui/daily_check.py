"""Checking everything once a day, beside the server, and remembering what came out.

The result is kept in a file and not in the database that was checked: whoever changes
the one does not thereby change the other. The check rests between blocks of work, so
that it takes a twentieth of a core and nobody waits for it.
"""

import json
import os
import threading
import time
from collections.abc import Callable
from concurrent import futures
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar, Final
from uuid import UUID

import structlog

from engine.domain import iso8601
from engine.evidence import audit
from engine.evidence.findings import Report
from engine.evidence.keeper import Keeper
from webui import background, context, sequencing, signer

#: Part of a core that the daily check may take.
SHARE: Final = 0.05
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
    )


def memory(data: Path) -> Callable[[str], bytes | None] | None:
    """What the signer signed last; None where none can be asked."""
    path = os.environ.get(signer.SOCKET_VARIABLE)
    if path:
        return signer.Remote(Path(path)).last
    folder = data / "signer"
    return Keeper(folder).last if folder.is_dir() else None


@dataclass(frozen=True, slots=True)
class Results:
    """The results of the last checks."""

    data: Path

    def write(self, tenant: UUID, at: datetime, report: Report) -> None:
        """Keep a result in the place of the last."""
        path = self._path(tenant)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        content = {"at": at.isoformat(), **report.as_json()}
        draft = path.with_suffix(".new")
        draft.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        draft.replace(path)

    def read(self, tenant: UUID) -> dict[str, Any] | None:
        """The last result; None: there was no check, or its file is damaged."""
        try:
            content = json.loads(self._path(tenant).read_text("utf-8"))
            content["at"] = datetime.fromisoformat(content["at"])
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return dict(content)

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
        last = Results(self.data).read(tenant)
        today = iso8601.day(self.application.clock.now())
        return last is None or iso8601.day(last["at"]) != today

    def _check(self, tenant: UUID) -> None:
        at = self.application.clock.now()
        pace = Pace(self.share, self._stop)
        report = audit.run(
            self.application.check,
            audit.Asked(
                tenant=tenant,
                log=sequencing.log_name(tenant),
                now=at,
                last=memory(self.data),
                pace=pace,
            ),
        )
        Results(self.data).write(tenant, at, report)
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
