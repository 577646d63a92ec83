"""A worker of long work that is to be killed.

Each item opens a case in its name, as whoever asked: what was done can be counted
in the database afterwards, whatever the worker said.
"""

import time
from collections.abc import Sequence
from datetime import timedelta
from typing import ClassVar, Final

from engine import jobs
from engine.commands.open_case import OpenCase
from engine.domain import policy
from tests.crash import office
from webui import bootstrap
from webui.jobs import registry, runner
from webui.jobs.kind import Done, Kind, Work

#: How many items the job has.
ITEMS: Final = 100


class Opening(Kind):
    """Opens a case an item."""

    name: ClassVar[str] = "opening"
    action: ClassVar[policy.Action] = policy.Action.CASE_OPEN

    def title(self, job: jobs.NewJob) -> str:
        """What is done."""
        return f"Mở hồ sơ: {job.kind}"

    def plan(self, work: Work) -> Sequence[jobs.NewItem]:
        """So many cases."""
        assert work.job.kind == self.name
        return [jobs.NewItem(subject=n, label=f"{n}") for n in range(1, ITEMS + 1)]

    def step(self, work: Work, item: jobs.Item) -> Done:
        """Open a case that carries the number of its item."""
        assert work.job.planned
        # Long enough to be killed in the middle.
        time.sleep(0.005)
        data = {office.KEY: f"{item.number}"}
        return Done(command=OpenCase(procedure=office.LOOP, data=data))


def know() -> None:
    """Put the kind into the registry of this process."""
    registry.KINDS = {**registry.KINDS, Opening.name: Opening()}  # type: ignore[misc]


def main(url: str) -> None:
    """Work until killed; leases are short, so that the next one need not wait."""
    know()
    runner.LEASE = timedelta(seconds=1)  # type: ignore[misc]
    app = bootstrap.build(url)
    runner.Runner(app, interval=0.05, renew=0.2).run()
