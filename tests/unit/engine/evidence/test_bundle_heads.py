"""An older head, or an older bundle, is named as such, with both sizes."""

import hashlib
import io
import json
from dataclasses import replace
from typing import Any

import pytest

from engine.evidence import bundle, record, tree, verifier
from tests.unit.engine.evidence import bundles
from tests.unit.engine.evidence.test_bundle import check, entries, packed

#: Leaves of the log of the good bundle, in its order.
SIZE = bundles.STRANGERS + 2 + 5 + 1 + 19
HEAD = f"log/{bundles.YEAR}.checkpoint"


def leaves(more: int = 0) -> list[bytes]:
    """The leaves of the log of the good bundle, and such as came later."""
    case = bundles.case()
    made = bundles.contents([case])
    exported = [record.leaf_hash(one.body) for one in made.exported]
    strangers = [hashlib.sha256(b"stranger %d" % each).digest() for each in range(30)]
    first, rest = strangers[: bundles.STRANGERS], strangers[bundles.STRANGERS :]
    own = [one.leaf for one in (*bundles.procedure(), *case)]
    found = [*first, *own, *exported, *rest]
    assert tree.root(found) == verifier.read_checkpoint(head()).root
    return found + [bytes([each]) * 32 for each in range(more)]


def head() -> verifier.Note:
    """The head in the good bundle."""
    return verifier.read_note(entries(bundles.good())[HEAD])


def kept(size: int, *, forged: bool = False, **more: Any) -> verifier.Note:
    """A head of the log that somebody kept when it had so many leaves."""
    known = leaves(40)[:size]
    if forged:
        known[3] = bytes(32)
    return verifier.read_head(bundles.note(known, **more))


def compared(note: verifier.Note | None, **keys: Any) -> verifier.Report:
    trusted = keys.get("keys", bundles.trusted())
    return verifier.verify(io.BytesIO(bundles.good()), trusted, note)


def layer(report: verifier.Report, name: str = "head") -> verifier.Layer:
    return next(one for one in report.layers if one.layer == name)


# An older head inside the bundle.


@pytest.mark.parametrize("size", [15, 18, 19, SIZE - 1])
def test_an_older_head_in_the_bundle_is_named_with_both_sizes(size: int) -> None:
    files = entries(bundles.good())
    files[HEAD] = bundles.note(leaves()[:size])
    told = layer(check(packed(files)), "inclusion")
    assert told.result == "FAIL"
    for words, old in ((told.message_vi, "quá cũ"), (told.message_en, "too old")):
        assert old in words
        assert f" {size} " in words
        assert f" {SIZE} " in words


def test_proofs_that_hide_their_size_are_held_against_the_heads_around() -> None:
    files = entries(bundles.good())
    files[HEAD] = bundles.note(leaves()[:15])
    rows = [json.loads(one) for one in files["log/proofs.jsonl"].splitlines()]
    for row in rows:
        del row["size"]
    files["log/proofs.jsonl"] = b"".join(record.canonical(one) + b"\n" for one in rows)
    told = layer(check(packed(files)), "inclusion")
    assert "covers 15 events" in told.message_en
    assert "covers 18 or more" in told.message_en


def test_proofs_without_a_size_pass_as_older_versions_wrote_them() -> None:
    files = entries(bundles.good())
    rows = [json.loads(one) for one in files["log/proofs.jsonl"].splitlines()]
    for row in rows:
        del row["size"]
    files["log/proofs.jsonl"] = b"".join(record.canonical(one) + b"\n" for one in rows)
    assert check(packed(files)).exit_code == 0


# A head that the checker kept.


def test_the_same_head_and_one_that_it_grew_from_pass_with_their_sizes() -> None:
    report = compared(kept(SIZE))
    assert (layer(report).result, report.exit_code) == ("PASS", 0)
    # The bundle holds a proof for the heads around its events.
    report = compared(kept(18))
    assert (layer(report).result, report.exit_code) == ("PASS", 0)
    assert f"({SIZE} events)" in layer(report).message_en
    assert "(18 events)" in layer(report).message_en


@pytest.mark.parametrize("size", [18, SIZE])
def test_a_fork_fails_and_is_named(size: int) -> None:
    report = compared(kept(size, forged=True))
    assert (layer(report).result, report.exit_code) == ("FAIL", 1)
    assert "fork" in layer(report).message_en
    assert "hai quá khứ" in layer(report).message_vi


def test_an_older_bundle_does_not_pass_against_a_newer_head() -> None:
    report = compared(kept(SIZE + 5))
    told = layer(report)
    assert (told.result, report.exit_code) == ("NOT CHECKED", 3)
    assert report.as_json()["ok"] is False
    for words in (told.message_vi, told.message_en):
        assert str(SIZE) in words
        assert str(SIZE + 5) in words
    assert "OLDER" in told.message_en
    assert "CŨ HƠN" in told.message_vi
    assert "chưa khớp được" in verifier.verdict(report)[0]


def test_of_a_size_without_a_proof_nothing_is_concluded() -> None:
    report = compared(kept(15))
    assert (layer(report).result, report.exit_code) == ("NOT CHECKED", 3)
    assert "holds no proof" in layer(report).message_en
    assert "compare-head" in layer(report).message_vi


def test_a_bundle_without_heads_around_its_events_proves_no_growth() -> None:
    made = bundles.contents([bundles.case()], around=None)
    content = io.BytesIO(bundle.assemble(made))
    report = verifier.verify(content, bundles.trusted(), kept(15))
    assert layer(report).result == "NOT CHECKED"


def test_a_head_of_another_log_or_year_is_told() -> None:
    other = kept(SIZE, origin="khac.example/quytrinh/2026")
    assert layer(compared(other)).result == "FAIL"
    assert "khac.example" in layer(compared(other)).message_en
    year = kept(SIZE, origin=f"{bundles.LOG}/2025")
    assert layer(compared(year)).result == "NOT CHECKED"
    assert compared(year).exit_code == 3


def test_a_kept_head_that_no_trusted_key_signed_accuses_nobody() -> None:
    forged = kept(SIZE, forged=True, keys=(bundles.OTHER_KEY,))
    report = compared(forged)
    assert (layer(report).result, report.exit_code) == ("NOT CHECKED", 3)
    name, identity, signature = head().signatures[0]
    wrong = replace(
        kept(SIZE, forged=True), signatures=((name, identity, bytes(len(signature))),)
    )
    assert layer(compared(wrong)).result == "NOT CHECKED"


def test_without_keys_no_comparison_passes_and_a_fork_still_fails() -> None:
    assert layer(compared(kept(SIZE), keys=None)).result == "NOT CHECKED"
    assert layer(compared(kept(18, forged=True), keys=None)).result == "FAIL"


def test_without_a_kept_head_the_answer_says_so_and_passes() -> None:
    report = compared(None)
    assert (layer(report).result, report.exit_code) == ("NOT CHECKED", 0)
    assert "--head" in layer(report).message_vi


def test_heads_around_that_were_altered_prove_no_growth() -> None:
    files = entries(bundles.good())
    rows = [json.loads(one) for one in files["log/growth.jsonl"].splitlines()]
    rows[-1]["path"] = [*rows[-1]["path"][:-1], "00" * 32]
    files["log/growth.jsonl"] = b"".join(record.canonical(one) + b"\n" for one in rows)
    report = verifier.verify(io.BytesIO(packed(files)), bundles.trusted(), kept(18))
    assert layer(report).result == "FAIL"


def test_a_copy_that_went_through_an_editor_is_read() -> None:
    note = bundles.note(leaves())
    edited = b"\r\n" + note.replace(b"\n", b"\r\n") + b"\r\n"
    assert verifier.read_head(edited) == verifier.read_head(note)


@pytest.mark.parametrize("content", [b"", b"x", b"x\n\n\xe2\x80\x94 x eA==\n"])
def test_what_is_no_head_is_refused(content: bytes) -> None:
    with pytest.raises(verifier.Malformed):
        verifier.read_head(content)
