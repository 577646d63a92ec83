"""Instants made up in a real database are named by the bundle alone, without us."""

import json
from collections.abc import Callable
from uuid import UUID

import pytest

from engine.evidence import verifier
from storage import log_schema
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import MAIN_STEPS, Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_attacks import backdated
from tests.integration.engine.test_bundles_of_erased_cases import entries, export
from webui import sequencing


@scene
def week(office: Office) -> None:
    """Something was done, and a week went by."""
    made = Kept(office, office.folder / "signer")
    made.sequence()
    made.case()
    made.sequence()
    office.clock.move(days=7)
    made.case()
    made.sequence()


@pytest.fixture
def kept(office: Office, week: None) -> Kept:
    """An office after that week."""
    del week
    return Kept(office, office.folder / "signer")


def told(kept: Kept, *cases: UUID) -> tuple[int, verifier.Layer]:
    """The exit code, and what is said of instants; nothing else fails."""
    made = export(kept, *cases)
    lines = kept.signer.keys(sequencing.log_name(kept.tenant))
    keys = [verifier.read_key(line) for line in lines]
    place = kept.folder / "case.asice"
    place.write_bytes(made.content)
    report = verifier.verify(place, keys)
    assert {one.layer for one in report.failed} <= {"instants"}
    [layer] = [one for one in report.layers if one.layer == "instants"]
    return report.exit_code, layer


def test_what_is_done_day_after_day_has_instants_that_pass(kept: Kept) -> None:
    case = kept.case(0)
    kept.sequence()
    for login, element in MAIN_STEPS[:2]:
        kept.office.clock.move(hours=3)
        kept.office.complete(login, case, element, {"ghi_chu": "Đủ"})
        kept.sequence()
    code, layer = told(kept, case)
    assert (code, layer.result) == (0, "PASS")


@pytest.mark.parametrize(
    ("earlier", "words"),
    [(3, "bị ghi lùi ngày"), (-3, "muộn hơn đầu nhật ký")],
)
def test_a_new_case_with_another_instant_is_named(
    kept: Kept, earlier: int, words: str
) -> None:
    case = kept.case(0)
    name = backdated(kept, case, days=earlier)
    kept.sequence()
    kept.office.clock.move(days=30)
    code, layer = told(kept, case)
    assert (code, layer.result, layer.event) == (1, "FAIL", name)
    assert words in layer.message_vi


def test_an_act_in_a_case_with_an_earlier_instant_is_named(kept: Kept) -> None:
    case = kept.case(0)
    kept.office.clock.move(days=2)
    kept.case()
    kept.sequence()
    kept.office.claim("motcua", case, "nhan")
    name = backdated(kept, case, days=1)
    code, layer = told(kept, case)
    assert (code, layer.result, layer.event) == (1, "FAIL", name)


def test_a_few_minutes_and_long_waits_are_no_finding(kept: Kept) -> None:
    case = kept.case(0)
    backdated(kept, case, minutes=9)
    kept.office.clock.move(hours=5)
    waited = kept.case(0)
    kept.office.clock.move(hours=5)
    code, layer = told(kept, case, waited)
    assert (code, layer.result) == (0, "PASS")


def test_a_clock_that_was_turned_back_is_not_decided_and_no_failure(
    kept: Kept,
) -> None:
    kept.office.clock.move(days=-2)
    case = kept.case()
    kept.sequence()
    code, layer = told(kept, case)
    assert (code, layer.result) == (0, "NOT CHECKED")
    assert "đồng hồ máy chủ đã lùi" in layer.message_vi


def _elsewhere(note: bytes) -> bytes:
    return note.replace(b"\n", b"x\n", 1)


def _rooted(note: bytes) -> bytes:
    lines = note.split(b"\n")
    lines[2] = b"A" * 43 + b"="
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("attack", "words"),
    [(_elsewhere, "của nhật ký khác"), (_rooted, "không cùng một nhật ký")],
)
def test_an_altered_head_around_an_event_is_named(
    kept: Kept, attack: Callable[[bytes], bytes], words: str
) -> None:
    case = kept.case()
    kept.sequence()
    kept.office.clock.move(hours=1)
    kept.case()
    kept.sequence()
    kept.office.unguard()
    table = log_schema.checkpoint
    with kept.office.app.database.write() as connection:
        heads = connection.execute(table.select().order_by(table.c.size)).all()
        # The head that covers the case, not the last one.
        size, note = heads[-2].size, attack(heads[-2].note)
        connection.execute(table.update().where(table.c.size == size).values(note=note))
    kept.guard()
    code, layer = told(kept, case)
    assert (code, layer.result) == (1, "FAIL")
    assert words in layer.message_vi


def test_heads_are_chosen_by_their_places_not_by_their_number(kept: Kept) -> None:
    # The heads of a long year stay behind.
    for _ in range(12):
        kept.office.clock.move(minutes=1)
        kept.case(0)
        kept.sequence()
    case = kept.case(0)
    found = entries(export(kept, case))["log/heads.jsonl"].splitlines()
    places = entries(export(kept, case))["log/proofs.jsonl"].splitlines()
    assert 2 <= len(found) <= 2 * len(places)
    sizes = [json.loads(line)["size"] for line in found]
    assert sizes == sorted(sizes)
    heads = kept.office.app.heads
    last = heads.before(kept.tenant, 2026, sizes[-1] + 1)
    assert last is not None
    assert last.size == sizes[-1]
    assert heads.covering(kept.tenant, 2026, last.size - 1) == last
    assert heads.ended(kept.tenant, 2026) is None
    ended = heads.ended(kept.tenant, 2027)
    assert ended is not None
