"""A case is erased while its bundle is made: whole as before, or whole as after.

Somebody else erases, on a connection of their own, at each point at which the maker of
the bundle reads, records, waits or stamps.
"""

import io
import json
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands.erase_personal import ErasePersonal
from engine.commands.export_evidence import ERASED
from engine.errors import StaleError
from engine.evidence import gathering, verifier
from storage.history import History
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import Office
from tests.integration.engine.test_erasing import BASIS, NAME, ORDER, closed_case
from webui import erasures, exporting, reporting, sequencing
from webui.exporting import Export, Made

OTHER: Final = "Phạm Văn Kín Đáo"
#: Where somebody comes between: what is called there.
POINTS: Final[dict[str, tuple[Any, str]]] = {
    "before anything is read": (gathering, "gather"),
    "between two reads of one moment": (History, "read"),
    "before the versions are read": (gathering, "_versions"),
    "before the report is made": (reporting.Report, "make"),
    "before the files are listed": (Export, "_files"),
    "before the export is recorded": (Export, "_record"),
    "before the heads are read again": (gathering, "with_export"),
    "before it is stamped": (Export, "_stamp"),
}


@pytest.fixture
def kept(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Kept:
    """An office whose log is kept, with a register of erasures of its own."""
    monkeypatch.setenv("QUYTRINH_DATA", str(tmp_path / "data"))
    office.reopen()
    return Kept(office, tmp_path / "signer")


def erase(kept: Kept, case: UUID, *names: str) -> None:
    """Erase as somebody else does, on another connection; wait until it is done."""
    failed: list[Exception] = []
    here = kept.office
    command = ErasePersonal(case=case, basis=BASIS, order=ORDER, names=names)

    def other() -> None:
        erasures.erase(here.app, command, here.actor("quantri"))

    hook, threading.excepthook = (
        threading.excepthook,
        lambda told: failed.append(told.exc_value),  # type: ignore[arg-type]
    )
    try:
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(30)
    finally:
        threading.excepthook = hook
    assert not thread.is_alive()
    assert failed == []


def export(kept: Kept, *cases: UUID) -> Made:
    """The bundle of some cases, for the auditor."""
    office = kept.office
    items = [
        office.app.queries.case(office.actor("kiemtoan"), one.hex) for one in cases
    ]
    made = Export(
        app=office.app, actor=office.actor("kiemtoan"), sequence=kept.sequence
    )
    return made.make([one for one in items if one is not None])


def entries(made: Made) -> dict[str, bytes]:
    """What a bundle holds."""
    with zipfile.ZipFile(io.BytesIO(made.content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def verified(kept: Kept, made: Made) -> list[str]:
    """The layers that fail, with trusted keys."""
    lines = kept.signer.keys(sequencing.log_name(kept.tenant))
    keys = [verifier.read_key(line) for line in lines]
    report = verifier.verify(io.BytesIO(made.content), keys)
    return [one.layer for one in report.failed]


def once(
    monkeypatch: pytest.MonkeyPatch, point: str, act: Callable[[], None], call: int = 1
) -> list[int]:
    """Let somebody act just before a call of what stands at a point; count calls."""
    owner, name = POINTS[point]
    true, calls = getattr(owner, name), list[int]()

    def between(*given: Any, **more: Any) -> Any:
        calls.append(1)
        if len(calls) == call:
            act()
        return true(*given, **more)

    monkeypatch.setattr(owner, name, between)
    return calls


@pytest.mark.parametrize("point", POINTS)
def test_no_point_lets_an_erased_value_out_or_mixes_before_and_after(
    kept: Kept, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    case, other = closed_case(kept.office), closed_case(kept.office, OTHER)
    kept.sequence()
    # The second case is read after the first one was erased.
    second = 2 if POINTS[point][0] is History else 1
    calls = once(monkeypatch, point, lambda: erase(kept, case), second)
    made = export(kept, case, other)
    assert calls
    found = entries(made)
    assert verified(kept, made) == []
    everything = b"".join(found.values())
    assert NAME.encode() not in everything
    assert OTHER.encode() in everything
    told = [json.loads(line) for line in found["events.jsonl"].splitlines()]
    erased = [one for one in told if one["type"] == "personal.erased"]
    assert len(erased) == 1
    (first, second_) = json.loads(found["report.json"])["cases"]
    assert {first["answer"], second_["answer"]} == {"conforms"}
    assert ORDER in json.dumps(first, ensure_ascii=False)
    assert [one["seq"] for one in first["steps"]][-1] == erased[0]["seq"]
    assert set(first["steps"][0]["verdicts"]) == set(second_["steps"][0]["verdicts"])


def test_what_is_erased_afterwards_was_handed_out_whole_and_is_in_the_register(
    kept: Kept,
) -> None:
    case = closed_case(kept.office)
    made = export(kept, case)
    erase(kept, case)
    found = entries(made)
    assert NAME.encode() in found["personal/openings.jsonl"]
    assert NAME in found["report.json"].decode()
    assert b"personal.erased" not in found["events.jsonl"]
    assert verified(kept, made) == []
    with pytest.raises(StaleError):
        Export(app=kept.office.app, actor=kept.office.actor("kiemtoan")).check(made)


def test_whoever_may_see_no_value_gets_a_bundle_of_one_moment_as_well(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = closed_case(kept.office)
    kept.sequence()
    once(monkeypatch, "before the report is made", lambda: erase(kept, case))
    office = kept.office
    item = office.app.queries.case(office.actor("kiemtoan"), case.hex)
    assert item is not None
    made = Export(
        app=office.app,
        actor=office.actor("kiemtoan"),
        sequence=kept.sequence,
        options=exporting.Options(values=False),
    ).make([item])
    found = entries(made)
    assert b"personal.erased" not in found["events.jsonl"]
    (told,) = json.loads(found["report.json"])["cases"]
    assert told["answer"] == "conforms"
    assert ORDER not in json.dumps(told, ensure_ascii=False)
    assert verified(kept, made) == []


def test_what_is_erased_again_and_again_is_refused_by_name(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = closed_case(kept.office)
    kept.sequence()
    names = iter(("ghi_chu", "y_kien", "phi", "ten"))
    true = gathering.with_export

    def between(*given: Any) -> Any:
        erase(kept, case, next(names))
        return true(*given)

    monkeypatch.setattr(gathering, "with_export", between)
    with pytest.raises(StaleError) as refused:
        export(kept, case)
    assert refused.value.code == ERASED
    # One value is left: it was tried three times.
    assert list(names) == ["ten"]


def test_acts_meanwhile_are_in_no_part_of_a_bundle(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = kept.office
    case = kept.case(1)
    kept.sequence()

    def act() -> None:
        office.complete("thamtra", case, "tham_tra", {"y_kien": "Đạt"})

    once(monkeypatch, "before the report is made", act)
    made = export(kept, case)
    found = entries(made)
    assert b"tham_tra" in found["events.jsonl"]
    (told,) = json.loads(found["report.json"])["cases"]
    assert told["status"] == "open"
    assert [one["seq"] for one in told["steps"]] == [1, 2]
    assert told["answer"] == "conforms"
    assert verified(kept, made) == []


def test_who_reads_sees_one_moment_whatever_others_do_meanwhile(office: Office) -> None:
    case = office.open("1.001", ten="An", phi=0)
    with office.app.store.read(office.tenant) as uow:
        row = uow.cases.get(case)
        thread = threading.Thread(
            target=lambda: office.complete("motcua", case, "nhan", {"ghi_chu": "x"})
        )
        thread.start()
        thread.join(30)
        assert [one.seq for one in uow.history.read(row.id, row.month)] == [1]
        assert uow.cases.get(case).seq == 1
    assert office.case(case).seq == 2
