"""A month in which nothing is forged: a check of everything finds nothing.

What an office meets is in it: a sequencer killed in mid-batch, restarts, keys that
rotate, clocks that jump, a backup brought back with the signer's folder, personal data
that is erased. `make soak` takes the whole month, the suite some days of it.
"""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest

from engine.commands.erase_personal import ErasePersonal
from engine.domain.run import Status
from engine.errors import EngineError
from tests.integration.engine.backups import Backup
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import MAIN_STEPS, Office
from tests.integration.engine.test_bundles_of_erased_cases import export, verified
from webui import sequencing

ROOT: Final = Path(__file__).resolve().parents[3]


@dataclass
class Month:
    """What happens in an office, and what a check says after each day."""

    kept: Kept
    backup: Backup
    acts: int
    chance: random.Random
    cases: dict[UUID, int] = field(default_factory=dict)
    kills: int = 0
    restores: int = 0
    events: int = 0
    erased: int = 0

    @property
    def office(self) -> Office:
        """The office."""
        return self.kept.office

    def day(self, trouble: Callable[["Month"], None]) -> None:
        """A day with its trouble, and the check after it."""
        self.work(self.acts)
        trouble(self)
        self.work(self.acts // 2)
        self.kept.sequence()
        self.check()
        self.export()
        self.office.clock.move(hours=20)

    def check(self) -> None:
        """Nothing is wrong."""
        report = self.kept.check()
        assert [one.message_en for one in report.findings] == []
        self.events = report.events

    def export(self) -> None:
        """A bundle of the cases of which most is done: nothing in it is wrong."""
        most = sorted(self.cases, key=lambda one: self.cases[one])[-_BUNDLED:]
        assert verified(self.kept, export(self.kept, *most)) == []

    def work(self, count: int) -> None:
        """Open cases and do steps of them."""
        for _ in range(count):
            self.office.clock.move(seconds=self.chance.randint(1, 90))
            if not self.cases or self.chance.random() < 0.3:
                name = f"Người {len(self.cases)}"
                self.cases[self.office.open("1.001", ten=name, phi=0)] = 0
            else:
                self._step(self.chance.choice(sorted(self.cases)))
            if self.chance.random() < 0.1:
                self.kept.sequence()

    def _step(self, case: UUID) -> None:
        done = self.cases[case]
        if done >= len(MAIN_STEPS) + 1:
            return
        self.cases[case] += 1
        try:
            if done == len(MAIN_STEPS):
                self.office.receive(case, "thue_tra_loi")
                return
            login, element = MAIN_STEPS[done]
            self.office.wake(case)
            self.office.complete(login, case, element, {"ghi_chu": "Đủ"})
        except EngineError:
            # Not its turn yet; refusals leave no events.
            self.cases[case] -= 1

    def restart(self) -> None:
        """A server that begins again remembers nothing."""
        self.office.reopen()
        self.kept.work = sequencing.Sequencing(self.office.app, self.kept.signer)


def nothing(_: Month) -> None:
    """A quiet day."""


def killed(month: Month) -> None:
    """Kill the sequencer in the middle of its batches, again and again."""
    for _ in range(2):
        month.work(10)
        command = [
            *(sys.executable, "-m", "tests.integration.engine.killed"),
            *(month.office.url, str(month.kept.folder), month.kept.tenant.hex),
            month.office.clock.at.isoformat(),
        ]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            assert child.stdout.readline() == b"ready\n"
            time.sleep(month.chance.uniform(0, 0.03))
            child.kill()
        month.kills += 1
    month.restart()


def rotated(month: Month) -> None:
    """A second key signs beside the first, which is dropped later."""
    log = sequencing.log_name(month.kept.tenant)
    month.kept.signer.make_key(log, "2")
    month.office.clock.move(minutes=2)
    month.kept.sequence()
    month.work(5)
    month.kept.sequence()
    month.check()
    [first] = month.kept.folder.glob(f"keys/*{month.kept.tenant.hex}/1.pem")
    first.unlink()
    month.office.clock.move(minutes=2)
    month.work(5)
    month.kept.sequence()


def jumped(month: Month) -> None:
    """The clock jumps back and forth."""
    for hours in (-30, 75, -3):
        month.office.clock.at += timedelta(hours=hours)
        month.work(5)
        month.kept.sequence()
        month.check()


def restored(month: Month) -> None:
    """A backup of a minute ago comes back: alone it is named, with the folder not."""
    month.kept.sequence()
    month.backup.take()
    month.restart()
    cases = dict(month.cases)
    month.work(10)
    month.kept.sequence()
    month.backup.bring_back_database()
    # The signer remembers what the database does not know any more.
    told = {one[:2] for one in month.kept.codes(month.kept.check())}
    assert told == {("signer", "rolled-back")}
    month.backup.bring_back_signer()
    month.cases = cases
    month.restart()
    month.check()
    month.restores += 1


def erased(month: Month) -> None:
    """What was entered in a finished case is erased."""
    finished = [one for one in sorted(month.cases) if _is_over(month, one)]
    for case in finished[:2]:
        order = ErasePersonal(case=case, basis="Luật 91/2025/QH15", order="12/QĐ")
        month.office.do("quantri", order)
        del month.cases[case]
        month.erased += 1


def _is_over(month: Month, case: UUID) -> bool:
    return month.office.case(case).status is Status.COMPLETED


#: Cases of the bundle that is made every evening.
_BUNDLED: Final = 3
TROUBLES: Final = (killed, rotated, jumped, restored, erased, nothing)


@pytest.fixture
def month(
    office: Office, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Month]:
    """Give the first morning of a month."""
    kept = Kept(office, tmp_path / "signer")
    kept.sequence()
    server = not office.url.startswith("sqlite")
    backup = Backup(
        kept,
        tmp_path / "backup",
        request.getfixturevalue("cluster") if server else None,
    )
    yield Month(kept, backup, acts=12, chance=random.Random(9))  # noqa: S311
    assert kept.check().ok


def test_some_days_with_every_trouble_raise_no_alarm(month: Month) -> None:
    for trouble in TROUBLES:
        month.day(trouble)
    assert (month.kills, month.restores) == (2, 1)
    assert month.events > 80
    report = month.kept.check()
    by_layer = {one.layer: one.result for one in report.layers}
    assert by_layer["days"] == by_layer["signatures"] == by_layer["signer"] == "PASS"


@pytest.mark.soak
def test_a_month_with_every_trouble_raises_no_alarm(month: Month) -> None:
    month.acts = 60 if month.office.url.startswith("sqlite") else 20
    troubles = [*TROUBLES, *(killed, jumped, restored, erased, nothing) * 5][:30]
    for trouble in troubles:
        month.day(trouble)
    assert month.kills >= 10
    assert month.restores >= 5
    assert month.erased >= 2
    assert len(month.cases) > 100
    print(f"{month.events} events, {len(month.cases)} cases, {month.kills} kills")  # noqa: T201
