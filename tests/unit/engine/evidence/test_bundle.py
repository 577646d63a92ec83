"""Every attack on a bundle is caught by the verifier alone, and named."""

import base64
import hashlib
import io
import json
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib import parse

import pytest

from engine.domain.events import Event, EventType, Sealed, StreamKind
from engine.evidence import bundle, record, verifier
from tests.unit.engine.evidence import bundles

OLD_PYTHON = ("python3.9", "python3.10", "python3.12", "python3.13")


def check(content: bytes, **keys: Any) -> verifier.Report:
    return verifier.verify(io.BytesIO(content), keys.get("keys", bundles.trusted()))


def entries(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {one: archive.read(one) for one in archive.namelist()}


def packed(files: Mapping[str, bytes], *, fitted: bool = True) -> bytes:
    """An archive of files; the manifest is written anew to fit them."""
    names = dict(files)
    del names["mimetype"]
    listed = {
        name: hashlib.sha256(one).digest()
        for name, one in names.items()
        if name not in (verifier.MANIFEST, verifier.STAMP)
    }
    if fitted:
        names[verifier.MANIFEST] = verifier.manifest(listed)
    return bundle._archive(names)


def edited(change: Callable[[dict[str, bytes]], None], *, fitted: bool = True) -> bytes:
    """The good bundle after somebody changed its entries."""
    files = entries(bundles.good())
    change(files)
    return packed(files, fitted=fitted)


def assert_caught(content: bytes, layer: str, words: str) -> verifier.Layer:
    report = check(content)
    assert report.exit_code != 0
    found = {one.layer: one for one in report.failed}
    assert layer in found, report.failed
    assert words in found[layer].message_en
    assert found[layer].message_vi != found[layer].message_en
    return found[layer]


# What is good.


def test_a_good_bundle_passes_every_layer_that_it_can() -> None:
    report = check(bundles.good())
    results = {one.layer: one.result for one in report.layers}
    assert results.pop("timestamp") == "NOT CHECKED"
    # Nobody gave a head to compare with.
    assert results.pop("head") == "NOT CHECKED"
    assert set(results.values()) == {"PASS"}
    assert (report.exit_code, report.whole) == (0, True)
    assert report.as_json()["not_checked"] == ["head", "timestamp"]


def test_the_same_content_makes_the_same_bytes() -> None:
    assert bundles.good() == bundles.good()


def test_without_trusted_keys_nothing_is_confirmed() -> None:
    report = check(bundles.good(), keys=None)
    assert report.exit_code == 3
    assert report.as_json()["ok"] is False
    assert "signature" in report.as_json()["not_checked"]


def test_a_bundle_made_again_by_another_zip_program_still_passes() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in entries(bundles.good()).items():
            method = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(name, content, method)
    assert check(file.getvalue()).exit_code == 0


def test_two_cases_stand_in_one_bundle() -> None:
    made = bundles.contents([bundles.case(1), bundles.case(2)])
    report = check(bundle.assemble(made))
    assert report.exit_code == 0
    assert [one["code"] for one in report.cases] == ["H01-2026-0001", "H01-2026-0002"]


def test_an_open_case_is_told_as_not_proved_whole() -> None:
    report = check(bundle.assemble(bundles.contents([bundles.case(closed=False)])))
    assert (report.exit_code, report.whole) == (0, False)
    assert "whole" in report.as_json()["not_checked"]
    assert "not proved" in verifier.verdict(report)[1]


def sealed_case() -> tuple[bundle.Contents, list[Sealed]]:
    case = bundles.case(closed=False)
    plain = bundles.contents([case])
    event, day = bundles.sealed_day(plain, [case])
    return bundles.contents([case], [*bundles.procedure(), event], day=day), case


def test_an_open_case_is_whole_up_to_a_sealed_day() -> None:
    made, _ = sealed_case()
    report = check(bundle.assemble(made))
    assert (report.exit_code, report.whole) == (0, True)


def test_names_of_files_that_some_system_cannot_keep_are_coded() -> None:
    files = {"quy trình: 1?.bpmn": b"<a/>", "50%25.form": b"{}", "b .form": b"{}"}
    for name in files:
        coded = bundle.entry_name(name)
        assert not set(coded) & set('\\:*?"<>|')
        assert parse.unquote(coded) == name


def test_a_key_that_rotated_signs_beside_the_old_one() -> None:
    case = bundles.case()
    made = bundles.contents([case])
    made = replace(made, around=None)
    exported = bundles.exported(replace(made, exported=()))
    events = [*bundles.procedure(), *case, *exported]
    leaves = [one.leaf for one in events]
    known = bundles.proofs(leaves, events)
    told = bundle.Proved(exported[0].body, known[exported[0].leaf])
    made = replace(made, exported=(told,))
    note = bundles.note(leaves, (bundles.KEY, bundles.OTHER_KEY))
    content = bundles.reproved(made, bundles.proofs(leaves, events), heads={2026: note})
    assert check(content).exit_code == 0
    assert check(content, keys=bundles.trusted(bundles.OTHER_KEY)).exit_code == 0


# Attacks on the archive.


def test_a_missing_entry_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        del files["report.json"]

    assert_caught(edited(change, fitted=False), "manifest", "“report.json” is missing")


def test_an_extra_entry_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["report.docx"] = b"PK"

    assert_caught(edited(change, fitted=False), "manifest", "“report.docx” is not in")
    assert_caught(edited(change), "export", "“report.docx” is not as exported")


def test_an_entry_that_is_no_part_of_the_format_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["run-me.exe"] = b"MZ"

    assert_caught(edited(change), "container", "“run-me.exe” is no part")


def test_a_renamed_entry_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["report.txt"] = files.pop("report.json")

    assert_caught(edited(change, fitted=False), "manifest", "report")


def test_a_doubled_entry_is_named() -> None:
    files = entries(bundles.good())
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("events.jsonl", b"{}\n")
    assert_caught(file.getvalue(), "container", "“events.jsonl” stands twice")


@pytest.mark.parametrize(
    "name",
    ["../events.jsonl", "/etc/x", "a//b", "C:x", "a\\b", "log/./x", "log/x ", "a\nb"],
)
def test_a_path_trick_is_named(name: str) -> None:
    def change(files: dict[str, bytes]) -> None:
        files[name] = b""

    assert_caught(edited(change), "container", "is not valid")


def test_an_entry_that_unpacks_to_more_than_it_says_is_damaged() -> None:
    content = bytearray(
        edited(lambda files: files.update({"report.html": b"0" * 2_000_000}))
    )
    assert len(content) < 20_000
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.rindex(b"report.html")
        at = content.rindex(mark, 0, at if mark[2] == 1 else content.index(b"report.h"))
        content[at + place : at + place + 4] = struct.pack("<L", 100)
    assert_caught(bytes(content), "manifest", "“report.html” is damaged")


def test_an_enormous_entry_is_refused_before_it_is_unpacked() -> None:
    content = bytearray(bundles.good())
    local = content.index(b"PK\x03\x04", 40)
    central = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    for at in (local + 22, central + 24):
        content[at : at + 4] = struct.pack("<L", verifier.ENTRY_BYTES + 1)
    assert_caught(bytes(content), "container", "larger than allowed")


def test_an_encrypted_entry_is_refused() -> None:
    content = bytearray(bundles.good())
    local = content.index(b"PK\x03\x04", 40)
    central = content.index(b"PK\x01\x02", content.index(b"PK\x01\x02") + 4)
    content[local + 6] |= 1
    content[central + 8] |= 1
    assert_caught(bytes(content), "container", "is encrypted")


def test_an_entry_with_two_descriptions_is_named() -> None:
    content = bytearray(bundles.good())
    content[content.index(b"PK\x03\x04", 40) + 14] ^= 1
    assert_caught(bytes(content), "container", "two places")


@pytest.mark.parametrize("place", ["before", "behind", "cut"])
def test_bytes_outside_of_the_entries_are_refused(place: str) -> None:
    good = bundles.good()
    made = {"before": b"MZ" + good, "behind": good + b"\0", "cut": good[:-1]}
    assert check(made[place]).exit_code == 2


def test_bytes_between_entries_and_directory_are_refused() -> None:
    good = bundles.good()
    at = good.index(b"PK\x01\x02")
    end = len(good) - 22
    begin = struct.unpack_from("<L", good, end + 16)[0]
    tail = good[end : end + 16] + struct.pack("<L", begin + 3) + good[end + 20 :]
    content = good[:at] + b"abc" + good[at:end] + tail
    assert_caught(content, "container", "missing or left over between")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x05\x06" + bytes(18), b"x" * 99])
def test_what_is_no_archive_is_told(content: bytes) -> None:
    report = check(content)
    assert report.exit_code == 2


# Attacks on what it says.


def test_a_changed_byte_of_a_file_is_named_by_the_manifest() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["report.json"] += b" "

    assert_caught(edited(change, fitted=False), "manifest", "“report.json” differs")


def lines(files: Mapping[str, bytes], name: str) -> list[bytes]:
    return files[name].splitlines()


def put(files: dict[str, bytes], name: str, rows: list[bytes]) -> None:
    files[name] = b"".join(row + b"\n" for row in rows)


def test_a_changed_event_is_named_although_the_manifest_was_rewritten() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["events.jsonl"] = files["events.jsonl"].replace(b"01:44:", b"01:45:")

    content = edited(change)
    found = assert_caught(content, "chains", "does not follow the one before")
    assert found.event.endswith(" 4")
    assert_caught(content, "inclusion", "is that of another event")


def test_an_event_in_another_form_of_the_same_value_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        rows = lines(files, "events.jsonl")
        rows[1] = json.dumps(json.loads(rows[1])).encode()
        put(files, "events.jsonl", rows)

    assert_caught(edited(change), "events", "line 2 is not in the standard form")


def without(number: int) -> bytes:
    def change(files: dict[str, bytes]) -> None:
        for name in ("events.jsonl", "log/proofs.jsonl"):
            rows = lines(files, name)
            del rows[number]
            put(files, name, rows)

    return edited(change)


def test_an_event_withheld_from_the_middle_is_named() -> None:
    found = assert_caught(without(2), "chains", "is missing")
    assert found.event.endswith(" 3")


def test_the_last_event_of_a_case_cannot_be_cut_off() -> None:
    assert_caught(without(4), "chains", "last event, or their number")


def cut(made: bundle.Contents) -> bundle.Contents:
    case = made.cases[0]
    return replace(made, cases=(replace(case, events=case.events[:-1]),))


def test_a_case_cut_off_with_its_description_is_not_what_was_exported() -> None:
    made = cut(bundles.contents([bundles.case()]))
    leaves = {record.leaf_hash(one.body) for one in made.cases[0].events}
    opened = tuple(one for one in made.openings if one.leaf in leaves)
    content = bundle.assemble(replace(made, openings=opened))
    assert not check(content).whole
    assert_caught(content, "export", "“bundle.json” is not as exported")


def test_a_case_cut_off_after_a_day_was_sealed_is_named() -> None:
    made, _ = sealed_case()
    made = replace(cut(made), openings=())
    assert_caught(bundle.assemble(made), "whole", "does not agree with the sealed day")


def test_a_place_among_the_heads_of_another_day_is_refused() -> None:
    made, _ = sealed_case()
    assert made.day is not None
    day = {**made.day, "day": "2026-11-21"}
    assert_caught(bundles.changed(made, day=day), "whole", "does not agree")
    other = {**made.day, "event": record.leaf_hash(made.others[0].body).hex()}
    assert_caught(bundles.changed(made, day=other), "whole", "does not agree")


def test_a_case_cannot_be_left_without_its_place_and_called_whole() -> None:
    made, _ = sealed_case()
    assert made.day is not None
    report = check(bundles.changed(made, day={**made.day, "places": []}))
    assert not report.whole


def test_events_in_another_order_are_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        for name in ("events.jsonl", "log/proofs.jsonl"):
            rows = lines(files, name)
            rows[1], rows[2] = rows[2], rows[1]
            put(files, name, rows)

    assert_caught(edited(change), "chains", "changed places")


def test_events_of_other_streams_in_another_order_are_named() -> None:
    made = bundles.contents([bundles.case()])
    content = bundles.changed(made, others=made.others[::-1])
    assert_caught(content, "chains", "in the wrong place")


def test_two_cases_that_are_mixed_are_named() -> None:
    made = bundles.contents([bundles.case(1), bundles.case(2)])

    def mix(files: dict[str, bytes]) -> None:
        for name in ("events.jsonl", "log/proofs.jsonl"):
            rows = lines(files, name)
            put(files, name, [*rows[:2], *rows[5:7], *rows[2:5], *rows[7:]])

    files = entries(bundle.assemble(made))
    mix(files)
    assert_caught(packed(files), "chains", "in the wrong place")


def test_an_event_of_another_case_is_named() -> None:
    made = bundles.contents([bundles.case(1), bundles.case(2)])
    content = bundles.changed(
        made,
        cases=made.cases[:1],
        others=(*made.others, made.cases[1].events[0]),
        openings=(),
    )
    assert_caught(content, "chains", "a case that the bundle does not name")


def test_an_event_of_another_case_inside_a_case_is_named() -> None:
    made = bundles.contents([bundles.case(1), bundles.case(2)])
    first, second = made.cases
    mixed = replace(first, events=(*first.events[:2], second.events[2]))
    content = bundles.changed(made, cases=(mixed,), openings=())
    assert_caught(content, "chains", "last event, or their number")


def test_a_case_under_the_code_of_another_is_named() -> None:
    made = bundles.contents([bundles.case()])
    content = bundles.changed(
        made, cases=(replace(made.cases[0], code="H01-2026-0002"),)
    )
    assert_caught(content, "chains", "its code or first event")


def test_a_case_that_is_named_twice_is_refused() -> None:
    def change(files: dict[str, bytes]) -> None:
        about = json.loads(files["bundle.json"])
        about["cases"] *= 2
        files["bundle.json"] = json.dumps(about).encode()

    assert_caught(edited(change), "events", "twice")


def test_a_bundle_of_no_case_proves_nothing() -> None:
    made = bundles.contents([bundles.case()])
    content = bundles.changed(made, cases=(), openings=())
    assert_caught(content, "events", "bundle.json")


def test_another_tenant_is_named() -> None:
    made = bundles.contents([bundles.case()])
    content = bundles.changed(made, tenant="f" * 32)
    assert_caught(content, "events", "another tenant")


def test_an_event_that_stands_twice_is_named() -> None:
    made = bundles.contents([bundles.case()])
    content = bundles.changed(made, others=(*made.others, made.others[0]))
    assert_caught(content, "events", "stands twice")


@pytest.mark.parametrize("part", ["value", "salt", "name", "leaf"])
def test_a_changed_opening_is_named(part: str) -> None:
    made = bundles.contents([bundles.case()])
    first, *rest = made.openings
    other: dict[str, Any] = {
        "value": '"Trần Văn Khác"',
        "salt": bytes(16),
        "name": "so_ban",
        "leaf": bytes(32),
    }
    wrong = replace(first, **{part: other[part]})
    content = bundles.changed(made, openings=(wrong, *rest))
    assert_caught(content, "openings", "so_ban" if part == "name" else "ho_ten")


def test_a_value_that_is_told_twice_is_named() -> None:
    made = bundles.contents([bundles.case()])
    content = bundles.changed(made, openings=(*made.openings, made.openings[0]))
    assert_caught(content, "openings", "stands twice")


def test_values_that_are_withheld_at_the_export_are_no_fault_and_later_are() -> None:
    made = bundles.contents([bundles.case()], openings=())
    assert check(bundle.assemble(made)).exit_code == 0
    content = bundles.changed(bundles.contents([bundles.case()]), openings=())
    assert_caught(content, "export", "“personal” is not as exported")


def test_an_attachment_that_is_not_the_one_in_its_name_is_refused() -> None:
    made = bundles.contents([bundles.case()])
    name = hashlib.sha256(b"scan").hexdigest()
    good = bundles.contents([bundles.case()], attachments={name: b"scan"})
    assert check(bundle.assemble(good)).exit_code == 0
    content = bundles.changed(made, attachments={name: b"forged"})
    assert_caught(content, "openings", name)


def test_a_changed_model_file_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        name = next(one for one in files if one.endswith(".bpmn"))
        files[name] = files[name].replace(b"Definitions", b"X") + b" "

    assert_caught(edited(change), "models", "1.000001")


def test_a_model_file_that_was_added_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        files[f"models/{bundles.HASH}/files/more.form"] = b"{}"

    assert_caught(edited(change), "models", "1.000001")


def test_a_missing_model_is_named() -> None:
    made = bundles.contents([bundles.case()])
    assert_caught(bundles.changed(made, editions=()), "models", "does not hold")


def test_another_normalised_model_is_named() -> None:
    made = bundles.contents([bundles.case()])
    wrong = replace(made.editions[0], document=b'{"format":1,"x":2}')
    content = bundles.changed(made, editions=(wrong,))
    assert_caught(content, "models", "model.json” is not the model")


def test_a_model_that_no_case_runs_on_is_named() -> None:
    made = bundles.contents([bundles.case()])
    more = replace(made.editions[0], hash="0" * 64)
    content = bundles.changed(made, editions=(*made.editions, more))
    assert_caught(content, "models", "no case here runs on")


def test_a_version_without_its_publication_is_named() -> None:
    made = bundles.contents([bundles.case()], bundles.procedure()[:1])
    assert_caught(bundle.assemble(made), "models", "no event that publishes")


# Attacks on the proofs.


def test_a_wrong_key_is_named() -> None:
    report = check(bundles.good(), keys=bundles.trusted(bundles.OTHER_KEY))
    assert report.exit_code == 1
    assert [one.layer for one in report.failed] == ["signature"]
    assert "none of the trusted keys" in report.failed[0].message_en


def test_a_key_of_another_log_is_no_key_of_this_one() -> None:
    keys = bundles.trusted(name="khac.example/quytrinh")
    assert check(bundles.good(), keys=keys).exit_code == 1


def test_a_head_signed_by_a_forger_is_named() -> None:
    made, case = bundles.contents([bundles.case()]), bundles.case()
    leaves = [one.leaf for one in case]
    note = bundles.note(leaves, (bundles.OTHER_KEY,))
    content = bundles.reproved(
        made,
        bundles.proofs(leaves, case),
        others=(),
        exported=(),
        heads={2026: note},
    )
    assert_caught(content, "signature", "none of the trusted keys")


def test_a_broken_signature_is_named() -> None:
    def change(files: dict[str, bytes]) -> None:
        note = verifier.read_note(files["log/2026.checkpoint"])
        name, identity, signature = note.signatures[0]
        wrong = bytes([*signature[:-1], signature[-1] ^ 1])
        encoded = base64.b64encode(identity + wrong).decode()
        files["log/2026.checkpoint"] = note.text + f"\n— {name} {encoded}\n".encode()

    assert_caught(edited(change), "signature", "is wrong")


def test_a_stale_head_is_named() -> None:
    case = bundles.case()
    made = bundles.contents([case])
    old = bundles.note([one.leaf for one in bundles.procedure()])
    content = bundles.changed(made, heads={2026: old})
    assert_caught(content, "inclusion", "too old: it covers 2 events")


def test_a_head_of_another_log_is_named() -> None:
    made = bundles.contents([bundles.case()])
    leaves = [one.leaf for one in bundles.case()]
    note = bundles.note(leaves, origin="khac.example/quytrinh/2026")
    content = bundles.changed(made, heads={2026: note})
    assert_caught(content, "inclusion", "that of another log")


def test_the_proof_of_another_leaf_is_named() -> None:
    made = bundles.contents([bundles.case()])
    first, second = made.cases[0].events[:2]
    swapped = {
        record.leaf_hash(first.body): second.proof,
        record.leaf_hash(second.body): first.proof,
    }
    content = bundles.reproved(made, swapped)
    assert_caught(content, "inclusion", "does not lead")

    def swap(files: dict[str, bytes]) -> None:
        rows = lines(files, "log/proofs.jsonl")
        put(files, "log/proofs.jsonl", [rows[1], rows[0], *rows[2:]])

    assert_caught(edited(swap), "inclusion", "that of another event")


def test_a_missing_and_a_needless_proof_are_named() -> None:
    def fewer(files: dict[str, bytes]) -> None:
        put(files, "log/proofs.jsonl", lines(files, "log/proofs.jsonl")[:-1])

    def more(files: dict[str, bytes]) -> None:
        rows = lines(files, "log/proofs.jsonl")
        put(files, "log/proofs.jsonl", [*rows, rows[0]])

    assert_caught(edited(fewer), "inclusion", "has no proof")
    assert_caught(edited(more), "inclusion", "belongs to no event")


def test_a_head_that_proves_nothing_here_is_refused() -> None:
    def change(files: dict[str, bytes]) -> None:
        files["log/2025.checkpoint"] = files["log/2026.checkpoint"]

    assert_caught(edited(change), "inclusion", "“log/2025.checkpoint” is no part")


@pytest.mark.parametrize(
    "text",
    [b"", b"[]", b"null", b"{}", b'"x"', b"[" * 100_000, b"9" * 100_000, b"{", b"\xff"],
    ids=range(9),
)
@pytest.mark.parametrize(
    "name",
    [
        *("bundle.json", "events.jsonl", "log/proofs.jsonl", "log/day.json"),
        *("personal/openings.jsonl", "log/2026.checkpoint", "log/policy"),
        verifier.MANIFEST,
    ],
)
def test_nonsense_in_an_entry_is_told_and_never_a_traceback(
    name: str, text: bytes
) -> None:
    def change(files: dict[str, bytes]) -> None:
        files[name] = text + b"\n"

    report = check(edited(change, fitted=name != verifier.MANIFEST))
    assert report.exit_code == 1


# What is there for reading.

_PARTS = {
    "report.html": "report.html",
    "report.json": "report.json",
    "report.pdf": "report.pdf",
    "report.replay.html": "report.replay",
    "report.replay.H01-1.html": "report.replay",
    "README.html": "README.html",
    "organisation.json": "organisation.json",
    "calendars/vn.json": "calendars",
    "log/policy": "log",
    "attachments/index.csv": "attachments",
    f"models/{bundles.HASH}/diagram.svg": "models",
}


def exported_with(name: str) -> dict[str, bytes]:
    """The entries of a true bundle that holds some file for reading."""
    made = bundles.contents([bundles.case()])
    reading = {name: b"<p>true</p>", **made.reading}
    if name.startswith(("log/", "models/")):
        reading = dict(made.reading)
    made = bundles.contents([bundles.case()], reading=reading)
    assert check(bundle.assemble(made)).exit_code == 0
    return entries(bundle.assemble(made))


@pytest.mark.parametrize(("name", "part"), _PARTS.items())
def test_a_forged_report_or_picture_is_named_however_well_it_fits(
    name: str, part: str
) -> None:
    files = exported_with(name)
    words = f"“{part}” is not as exported at 2026-11-20"
    found = assert_caught(packed({**files, name: files[name] + b" "}), "export", words)
    assert found.event.endswith(" 2")
    assert found.event.startswith("access:")
    del files[name]
    assert_caught(packed(files), "export", words)


def test_every_byte_of_every_file_that_is_no_event_is_proved() -> None:
    good = exported_with("calendars/vn.json")
    proofs = ("log/proofs.jsonl", "log/growth.jsonl", "log/2026.checkpoint")
    free = ("mimetype", "events.jsonl", *proofs)
    names = [one for one in good if one not in (*free, verifier.MANIFEST)]
    assert len(names) > 10
    for name in names:
        for at in {0, len(good[name]) // 2, len(good[name]) - 1}:
            content = bytearray(good[name])
            content[at] ^= 1
            report = check(packed({**good, name: bytes(content)}))
            assert report.exit_code == 1, (name, at)
            if "events" not in {one.layer for one in report.failed}:
                assert "export" in {one.layer for one in report.failed}, (name, at)


def test_a_bundle_whose_export_is_not_in_the_log_fails() -> None:
    made = bundles.contents([bundles.case()])
    assert_caught(bundles.changed(made, exported=()), "export", "is missing")


def test_the_event_of_another_export_proves_nothing_here() -> None:
    case = bundles.case()
    other = bundles.exported(bundles.contents([case], openings=(), around=None))
    made = bundles.contents([case], [*bundles.procedure(), *other], around=None)
    content = bundles.changed(made, exported=())
    assert_caught(content, "export", "“bundle.json” is not as exported")


def test_an_event_of_the_export_that_was_made_up_is_not_believed() -> None:
    made = bundles.contents([bundles.case()])
    reading = {**made.reading, "report.html": b"<h1>forged</h1>"}
    forged = replace(made, reading=reading, exported=())
    (event,) = bundles.exported(forged)
    proof = made.exported[0].proof
    content = bundles.changed(forged, exported=(bundle.Proved(event.body, proof),))
    assert_caught(content, "inclusion", "does not lead")
    results = {one.layer: one.result for one in check(content).layers}
    assert results["export"] == "NOT CHECKED"


@pytest.mark.parametrize("parts", [None, [], "x", {}, {"report.html": None}])
def test_an_event_of_the_export_that_names_no_parts_proves_nothing(parts: Any) -> None:
    event = Event(type=EventType.EVIDENCE_EXPORTED, at=bundles.MORNING)
    event = replace(event, facts={"parts": parts})
    (sealed,) = bundles.chain(StreamKind.ACCESS, 902, [event])
    made = bundles.contents([bundles.case()], [*bundles.procedure(), sealed])
    content = bundle.assemble(replace(made, exported=()))
    assert_caught(content, "export", "is not as exported")


def test_a_stamp_is_over_this_manifest_or_refused() -> None:
    made = bundles.contents([bundles.case()])

    def stamp(manifest: bytes) -> bytes:
        return b"0\x31" + b"\x04\x20" + hashlib.sha256(manifest).digest() + b"..."

    content = bundle.assemble(replace(made, stamp=stamp))
    report = check(content)
    assert report.exit_code == 0
    assert report.as_json()["not_checked"] == ["head", "timestamp"]
    assert "openssl" in report.layers[-1].message_en
    content = bundle.assemble(replace(made, stamp=lambda _: stamp(b"another")))
    assert_caught(content, "timestamp", "over something else")


# The command.


def test_the_file_alone_checks_a_bundle_with_older_pythons(tmp_path: Path) -> None:
    place = tmp_path / "ho-so.asice"
    place.write_bytes(bundles.good())
    keys = tmp_path / "keys.txt"
    keys.write_text(f"# khoá của tỉnh\n{bundles.key_line()}\n", encoding="utf-8")
    alone = tmp_path / "verifier.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    found = [one for one in OLD_PYTHON if _runs(one)]
    for python in [sys.executable, *found]:
        made = subprocess.run(
            [python, "-I", alone, place, "--keys", keys, "--json"],
            capture_output=True,
            check=False,
            cwd=tmp_path,
        )
        assert made.returncode == 0, made.stderr
        assert json.loads(made.stdout)["ok"] is True
        assert made.stderr == b""


def _runs(python: str) -> bool:
    try:
        return not subprocess.run(
            [python, "-c", ""], capture_output=True, check=False
        ).returncode
    except FileNotFoundError:
        return False


def test_the_command_prints_both_languages_on_any_console(tmp_path: Path) -> None:
    place = tmp_path / "ho-so.asice"
    place.write_bytes(without(2))
    made = subprocess.run(
        [sys.executable, verifier.__file__, place],
        capture_output=True,
        check=False,
        env={"PYTHONIOENCODING": "ascii"},
    )
    assert made.returncode == 1
    assert b"KH?NG ??T" in made.stdout
    assert b"is missing" in made.stdout


def test_a_file_that_cannot_be_opened_is_no_bundle(tmp_path: Path) -> None:
    assert verifier.verify(tmp_path / "none").exit_code == 2
    assert verifier.verify(tmp_path).exit_code == 2
