"""Nothing that was exported can be taken out of a bundle, nor put beside it."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from engine.domain.events import Event, EventType, Sealed, StreamKind
from engine.evidence import bundle, verifier
from tests.unit.engine.evidence import bundles
from tests.unit.engine.evidence.test_bundle import check, entries, packed

LINES = ("events.jsonl", "log/proofs.jsonl")
ORGANISATION = "organisation:" + f"{700:032x}"


def office() -> list[Sealed]:
    """What the organisation recorded of those who acted."""
    kinds = (
        *(EventType.AGENCY_CREATED, EventType.ACCOUNT_CREATED),
        *(EventType.POSITION_CREATED, EventType.POSITION_HELD),
    )
    events = [Event(type=kind, at=bundles.MORNING) for kind in kinds]
    return bundles.chain(StreamKind.ORGANISATION, 700, events)


def whole() -> bytes:
    """A bundle of a case with the organisation beside it."""
    others = [*bundles.procedure(), *office()]
    return bundle.assemble(bundles.contents([bundles.case()], others))


def thinned(keep: Callable[[dict[str, Any]], bool], **more: Any) -> bytes:
    """The bundle without some lines and their proofs, its manifest written anew."""
    files = entries(whole())
    events = [json.loads(one) for one in files[LINES[0]].splitlines()]
    for name in LINES:
        rows = files[name].splitlines(keepends=True)
        pairs = zip(rows, events, strict=True)
        files[name] = b"".join(row for row, event in pairs if keep(event))
    about = {**json.loads(files["bundle.json"]), **more}
    if more:
        files["bundle.json"] = json.dumps(about).encode()
    return packed(files)


def layer(content: bytes, name: str = "export") -> verifier.Layer:
    return next(one for one in check(content).layers if one.layer == name)


def test_a_bundle_with_all_that_it_rests_on_passes() -> None:
    assert check(whole()).exit_code == 0
    assert layer(whole()).result == "PASS"


def test_every_event_beside_the_cases_is_missed_when_it_is_taken_out() -> None:
    needed = ("case.", "task.", "version.published", "evidence.")
    content = thinned(lambda event: event["type"].startswith(needed))
    report = check(content)
    assert report.exit_code == 1
    # The rest is a true record: only the export says that more was handed out.
    assert [one.layer for one in report.failed] == ["export"]
    told = layer(content)
    assert told.event == "procedure:" + f"{900:032x}" + " 1"
    for words in (told.message_vi, told.message_en):
        assert "5 " in words
        assert f"procedure:{900:032x} 1; {ORGANISATION} 1-4" in words


@pytest.mark.parametrize("seq", [1, 2, 4])
def test_one_event_that_was_taken_out_is_named(seq: int) -> None:
    name = f"{ORGANISATION} {seq}"
    content = thinned(lambda one: f"{one['stream']} {one['seq']}" != name)
    assert layer(content).result == "FAIL"
    assert layer(content).event == name
    assert name in layer(content).message_en


def test_a_list_that_was_shortened_too_is_no_longer_as_exported() -> None:
    listed = json.loads(entries(whole())["bundle.json"])["others"]
    short = [row for row in listed if row[0] != ORGANISATION]
    assert len(short) == len(listed) - 4
    content = thinned(lambda one: one["stream"] != ORGANISATION, others=short)
    told = layer(content)
    assert told.result == "FAIL"
    assert "“bundle.json” is not as exported" in told.message_en


def test_a_list_that_was_taken_out_does_not_make_an_older_bundle() -> None:
    files = entries(whole())
    about = json.loads(files["bundle.json"])
    del about["others"]
    files["bundle.json"] = json.dumps(about).encode()
    assert layer(packed(files)).result == "FAIL"


def test_an_event_that_was_added_is_named() -> None:
    # It has a true place in the log, and was in no bundle.
    made = bundles.contents([bundles.case()], [*bundles.procedure(), *office()])
    short = bundles.contents([bundles.case()])
    known = {
        verifier.leaf_hash(one.body): one.proof
        for one in (*made.others, *made.cases[0].events)
    }
    event = bundles.exported(short)[0]
    leaves = [*known, event.leaf]
    proofs = bundles.proofs(leaves, [*bundles.case(), *bundles.procedure(), *office()])
    last = bundles.proofs(leaves, [event])
    files = entries(
        bundles.reproved(
            short,
            {**proofs, **last},
            heads={bundles.YEAR: bundles.note(leaves)},
        )
    )
    added = office()[0]
    for name, row in zip(
        LINES,
        (
            added.body,
            verifier.canonical(
                {
                    "leaf": added.leaf.hex(),
                    "log": str(bundles.YEAR),
                    "index": proofs[added.leaf].index,
                    "path": [one.hex() for one in proofs[added.leaf].path],
                }
            ),
        ),
        strict=True,
    ):
        files[name] += row + b"\n"
    told = layer(packed(files))
    assert (told.result, told.event) == ("FAIL", f"{ORGANISATION} 1")
    assert "was not in the bundle" in told.message_en


def test_a_bundle_of_an_older_version_says_that_this_was_not_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    about = bundle.about

    def older(contents: bundle.Contents) -> dict[str, Any]:
        told = about(contents)
        del told["others"]
        return told

    monkeypatch.setattr(bundle, "about", older)
    content = whole()
    report = check(content)
    assert report.exit_code == 0
    assert layer(content).result == "NOT CHECKED"
    assert "export" in report.as_json()["not_checked"]
    assert "phiên bản cũ" in layer(content).message_vi
    assert "an older version made the bundle" in layer(content).message_en
    # What the older one proved is still proved.
    files = entries(content)
    files["report.html"] += b" "
    assert layer(packed(files)).result == "FAIL"


@pytest.mark.parametrize(
    "others", [None, {}, [1], [[]], [["x", 1, "00"]], [["x", "1", "0" * 64]]]
)
def test_a_list_of_another_form_is_told_and_never_a_traceback(
    others: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    about = bundle.about
    monkeypatch.setattr(bundle, "about", lambda one: {**about(one), "others": others})
    assert layer(whole()).result == "FAIL"


def test_without_a_trusted_signature_nothing_that_rests_on_it_passes() -> None:
    wrong = bundles.trusted(bundles.OTHER_KEY)
    for keys, signature, code in ((None, "NOT CHECKED", 3), (wrong, "FAIL", 1)):
        report = check(whole(), keys=keys)
        results = {one.layer: one.result for one in report.layers}
        assert results["signature"] == signature
        rest = ("head", "whole", "instants", "export")
        assert {results[one] for one in rest} == {"NOT CHECKED"}
        assert (report.exit_code, report.whole) == (code, False)
        told = {one.layer: one for one in report.layers}["whole"]
        assert "rests on the signature" in told.message_en
        assert "dựa vào chữ ký" in told.message_vi


def test_what_fails_without_keys_still_fails() -> None:
    content = thinned(lambda one: one["stream"] != ORGANISATION)
    report = check(content, keys=None)
    assert "export" in {one.layer for one in report.failed}
    assert report.exit_code == 1
