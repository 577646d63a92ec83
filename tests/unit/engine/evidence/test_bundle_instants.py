"""A bundle tells which events name an instant that their place in the log refutes."""

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from engine.evidence import bundle, checkpoint, verifier
from tests.unit.engine.evidence import bundles
from tests.unit.engine.evidence.test_bundle import check, entries, packed

HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)
SECOND: Final = timedelta(seconds=1)
#: The first event of the case; it has four more, seven minutes after each other.
FIRST: Final = "case:" + "1".zfill(32) + " 1"
HEADS: Final = "log/heads.jsonl"
GROWTH: Final = "log/growth.jsonl"


def layer(content: bytes, **keys: Any) -> verifier.Layer:
    return next(one for one in check(content, **keys).layers if one.layer == "instants")


def timed(before: timedelta, after: timedelta) -> bytes:
    """The bundle of a case around which heads were signed then."""
    times = bundles.heads_at(before, after)
    # What was published yesterday has its place between the first two heads.
    return bundle.assemble(bundles.contents([bundles.case()], times=times))


def rewritten(name: str, change: Callable[[list[dict[str, Any]]], None]) -> bytes:
    """The good bundle after somebody changed the rows of an entry."""
    files = entries(bundles.good())
    rows = [json.loads(line) for line in files[name].splitlines()]
    change(rows)
    files[name] = b"".join(verifier.canonical(one) + b"\n" for one in rows)
    return packed(files)


@pytest.mark.parametrize(
    ("before", "after", "result", "event"),
    [
        (-HOUR, HOUR, "PASS", ""),
        # Up to ten minutes are the time that a command takes, and other clocks.
        (10 * MINUTE, HOUR, "PASS", ""),
        (10 * MINUTE + SECOND, HOUR, "FAIL", FIRST),
        (3 * HOUR, 4 * HOUR, "FAIL", FIRST),
        # It waited for hours for its place: nothing was signed meanwhile.
        (-HOUR, 9 * HOUR, "PASS", ""),
        # A head that covers it was signed before it was.
        (-2 * HOUR, 18 * MINUTE, "PASS", ""),
        (-2 * HOUR, -10 * MINUTE, "FAIL", FIRST[:-1] + "2"),
        (-2 * HOUR, -10 * MINUTE - SECOND, "FAIL", FIRST),
        # The clock went back: what it showed cannot be told from what was made up.
        (5 * HOUR, 5 * MINUTE, "NOT CHECKED", FIRST),
        (5 * HOUR, 11 * MINUTE, "FAIL", FIRST),
        (10 * MINUTE, -5 * HOUR, "NOT CHECKED", FIRST[:-1] + "4"),
    ],
)
def test_instants_are_held_against_the_heads_around_them(
    before: timedelta, after: timedelta, result: str, event: str
) -> None:
    content = timed(before, after)
    told = layer(content)
    assert (told.result, told.event) == (result, event)
    # Whatever is told of instants is told of a bundle that is otherwise sound.
    others = {one.layer for one in check(content).failed} - {"instants"}
    assert others == set()
    assert check(content).exit_code == (1 if result == "FAIL" else 0)


def test_words_name_the_event_and_the_instants_in_both_languages() -> None:
    late, early = layer(timed(3 * HOUR, 4 * HOUR)), layer(timed(-3 * HOUR, -2 * HOUR))
    for words in (late.message_vi, late.message_en):
        assert FIRST in words
        assert "2026-11-20T01:30:00.000000Z" in words
        assert "2026-11-20T04:30:00.000000Z" in words
    assert "ghi lùi ngày" in late.message_vi
    assert "backdated" in late.message_en
    assert "muộn hơn đầu nhật ký đã phủ nó" in early.message_vi
    assert "later than the head that already covers it" in early.message_en


def test_an_older_bundle_without_heads_passes_and_says_what_was_not_checked() -> None:
    content = bundle.assemble(bundles.contents([bundles.case()], around=None))
    assert HEADS not in entries(content)
    report = check(content)
    assert report.exit_code == 0
    assert "instants" in report.as_json()["not_checked"]
    assert "does not hold the heads" in layer(content).message_en


def test_heads_that_were_taken_out_are_missed() -> None:
    files = entries(timed(3 * HOUR, 4 * HOUR))
    del files[HEADS], files[GROWTH]
    report = check(packed(files))
    assert [one.layer for one in report.failed] == ["export"]
    del (files := entries(bundles.good()))[GROWTH]
    assert layer(packed(files)).result == "FAIL"


def test_times_of_heads_that_were_changed_are_no_longer_as_exported() -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        for one in rows:
            one["at"] = one["at"].replace("T01:3", "T01:0")

    report = check(rewritten(HEADS, change))
    assert [one.layer for one in report.failed] == ["export"]


def test_a_head_before_an_event_cannot_be_left_out() -> None:
    files = entries(timed(3 * HOUR, 4 * HOUR))
    for name in (HEADS, GROWTH):
        rows = files[name].splitlines(keepends=True)
        files[name] = rows[0] + rows[2]
    told = layer(packed(files))
    assert (told.result, told.event) == ("FAIL", FIRST)
    assert "is left out" in told.message_en


def test_no_head_at_all_is_a_head_left_out() -> None:
    files = entries(bundles.good())
    files[HEADS] = files[GROWTH] = b""
    told = layer(packed(files))
    assert (told.result, told.event) == ("FAIL", FIRST)


def test_behind_a_whole_batch_more_may_have_waited(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    times = {10: -31 * HOUR, 11: -30 * HOUR, 13: 3 * HOUR, 18: 4 * HOUR}
    content = bundle.assemble(
        bundles.contents(
            [bundles.case()],
            times={size: bundles.MORNING + one for size, one in times.items()},
        )
    )
    assert layer(content).event == FIRST
    monkeypatch.setattr(verifier, "BATCH", 2)
    # The head over 13 took a whole batch of two, that over 11 did not.
    assert layer(content).result == "PASS"


@pytest.mark.parametrize("step", ["00" * 32, "x", None])
def test_a_head_of_another_log_is_named(step: str | None) -> None:
    def change(rows: list[dict[str, Any]]) -> None:
        rows[1]["path"] = rows[1]["path"][:-1] + ([step] if step else [])

    assert layer(rewritten(GROWTH, change)).result == "FAIL"


@pytest.mark.parametrize(
    "change",
    [
        {"size": 12},
        {"since": 13},
        {"since": -1},
        {"since": 0},
        {"log": "2027"},
        {"log": "x"},
        {"at": "2026-02-30T00:00:00.000000Z"},
        {"at": 1},
        {"note": None},
        {"note": "\ud83d"},
    ],
)
def test_rows_of_heads_that_cannot_be_are_refused(change: dict[str, Any]) -> None:
    files = entries(bundles.good())
    rows = files[HEADS].splitlines(keepends=True)
    row = {**json.loads(rows[1]), **change}
    rows[1] = json.dumps(row).encode() + b"\n"
    files[HEADS] = b"".join(rows)
    assert layer(packed(files)).result == "FAIL"


def test_a_head_signed_by_a_key_that_the_reader_lacks_is_not_checked() -> None:
    made = bundles.contents([bundles.case()])
    assert made.around is not None
    first = made.around[0]
    head = verifier.read_checkpoint(verifier.read_note(first.head.note))
    text = checkpoint.text(head)
    public, key = bundles.OTHER_KEY.public_key().public_bytes_raw(), bundles.OTHER_KEY
    for signature, result in ((key.sign(text), "NOT CHECKED"), (bytes(64), "FAIL")):
        note = checkpoint.note(text, [(bundles.LOG, public, signature)])
        forged = replace(first, head=replace(first.head, note=note))
        content = bundles.changed(made, around=(forged, *made.around[1:]))
        keys = bundles.trusted() + (bundles.trusted(key) if result == "FAIL" else [])
        assert layer(content, keys=keys).result == result


def test_instants_have_one_form() -> None:
    assert verifier._moment("2026-11-20T01:44:00.0Z") is None
    assert verifier._moment("2026-11-20T24:00:00.000000Z") is None
    assert verifier._moment("1970-01-01T00:00:01.000002Z") == 1_000_002


def test_a_new_year_begins_behind_the_heads_of_the_old() -> None:
    def head(year: str, size: int, since: int) -> Any:
        return verifier._Head(year, size, since, "", 0)

    old = [head("2025", 5, 4), head("2025", 9, 5), head("2025", 12, 9)]
    first = head("2026", 4, 0)
    heads = {"2025": old, "2026": [first]}
    assert verifier._between(heads, "2026", 0, {}) == (old[2], first)
    # The very last head of a year may have been signed when the next was on its way.
    last = {"2025": verifier.Checkpoint("x", 12, bytes(32))}
    assert verifier._between(heads, "2026", 0, last) == (old[1], first)
    assert verifier._between({"2026": [first]}, "2026", 3, {}) == (None, first)
    assert verifier._between(heads, "2026", 4, last) is None


def test_heads_take_few_bytes() -> None:
    with zipfile.ZipFile(io.BytesIO(bundles.good())) as archive:
        sizes = [archive.getinfo(one).compress_size for one in (HEADS, GROWTH)]
    assert sum(sizes) < 2_000
