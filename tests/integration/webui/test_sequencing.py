"""The sequencer beside the server goes on, whatever else fails or takes long."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from engine.commands import seal_day
from engine.domain.organisation import Role
from engine.errors import SignerRefusedError, UnavailableError
from engine.evidence import keeper
from tests.integration.webui import world
from tests.integration.webui.world import HERE, THERE, World
from webui import sequencing


def until(done: Callable[[], bool]) -> None:
    """Wait for a condition."""
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.01)


def append(here: World, key: str = "another") -> None:
    """Append an event that no sequencer brought about."""
    command = seal_day.AnnounceKeys(keys=(key,))
    here.application.engine.run(command, HERE)


def kept(folder: Path) -> keeper.Keeper:
    made = keeper.Keeper(folder)
    for tenant in (HERE, THERE):
        made.make_key(sequencing.log_name(tenant), "1")
    return made


def test_a_day_that_takes_long_to_seal_delays_no_place(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered, released = threading.Event(), threading.Event()
    standing = here.application.days.standing

    def slow(tenant: UUID, year: int) -> Any:
        entered.set()
        assert released.wait(30)
        return standing(tenant, year)

    monkeypatch.setattr(here.application.days, "standing", slow)
    work = sequencing.Sequencing(here.application, kept(tmp_path), interval=0.01)
    work.start()
    try:
        assert entered.wait(30)
        # While it waits in the sealing, new events get places and heads.
        size = here.application.log.head(HERE, 2026).size
        append(here)
        until(lambda: here.application.log.standing(HERE, 2026).signed > size)
    finally:
        released.set()
        work.stop()


def test_a_tenant_whose_head_is_refused_keeps_no_other_waiting(
    here: World, tmp_path: Path
) -> None:
    signer = kept(tmp_path)
    first, second = here.application.store.tenants()[:2]
    (key,) = (tmp_path / "keys").glob(f"*{first.hex}/*.pem")
    key.chmod(0o644)
    with pytest.raises(SignerRefusedError, match="may be read by others"):
        sequencing.Sequencing(here.application, signer).once()
    log = here.application.log
    assert log.newest(first, 2026) is None
    assert log.standing(second, 2026).signed == log.head(second, 2026).size > 0


class Failing(sequencing.Sequencing):
    """A sequencer whose database was away for a long time."""

    passes = 0

    def places(self) -> int:
        """Fail a hundred times."""
        self.passes += 1
        if self.passes <= 100:
            raise UnavailableError
        return sequencing.Sequencing.places(self)


def test_after_an_outage_it_rests_for_seconds_and_not_for_minutes(
    here: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = Failing(here.application, kept(tmp_path), interval=0.001)
    rests = []

    def rest(seconds: float) -> bool:
        rests.append(seconds)
        return False

    work._stop.wait = rest  # type: ignore[method-assign,assignment]
    work.start()
    until(lambda: here.application.log.standing(HERE, 2026).signed > 0)
    work.stop()
    assert max(rests[:100]) == sequencing.LONGEST
    assert rests[100] <= 0.001
    told = capsys.readouterr()
    # Of the same failure the operator is told once, not a hundred times.
    assert (told.out + told.err).count("the log is behind") == 1


class Counting:
    """A keeper, and how often each log was announced."""

    def __init__(self, signer: keeper.Keeper) -> None:
        self.signer = signer
        self.more: tuple[str, ...] = ()

    def keys(self, log: str) -> tuple[str, ...]:
        """The keys, with those that a test adds."""
        return (*self.signer.keys(log), *self.more)

    def last(self, origin: str) -> bytes | None:
        """The last note."""
        return self.signer.last(origin)

    def sign(self, text: bytes, proof: Any) -> bytes:
        """Sign."""
        return self.signer.sign(text, proof)


def test_keys_that_stay_are_not_looked_up_in_the_log_every_minute(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = Counting(kept(tmp_path))
    work = sequencing.Sequencing(here.application, signer)
    work.places()
    asked: list[UUID] = []
    run = here.application.engine.run

    def noted(_: object, command: Any, tenant: UUID) -> Any:
        asked.append(tenant)
        return run(command, tenant)

    monkeypatch.setattr(type(here.application.engine), "run", noted)
    here.clock.move(minutes=2)
    work.places()
    assert asked == []
    signer.more = signer.signer.keys(sequencing.log_name(HERE))
    here.clock.move(minutes=2)
    work.places()
    assert HERE in asked, "other keys are announced within a minute"
    asked.clear()
    here.clock.move(minutes=61)
    work.places()
    assert HERE in asked, "a log that was brought back is looked into"


def test_the_page_names_when_the_promise_is_not_held(
    here: World, sequenced: sequencing.Sequencing
) -> None:
    login = world.login_of(Role.AUDITOR, "unrelated")
    # What was there before the log began says nothing of the promise.
    assert "mức cam kết là 2" not in here.client(login).get("/kiem-chung").text
    append(here, "one")
    sequenced.once()
    shown = here.client(login).get("/kiem-chung").text
    assert "mức cam kết là 2" in shown
    assert "Không kịp" not in shown
    append(here)
    here.clock.move(seconds=90)
    late = here.client(login).get("/kiem-chung").text
    assert "Không kịp" in late
    assert sequencing.promise(here.application, HERE).waits >= 90
    sequenced.once()
    found = sequencing.promise(here.application, HERE)
    assert found.waits == 0
    assert found.broken > 0
