"""The page that checks bundles says what the verifier says, in a real browser."""

import base64
import io
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright import sync_api

from engine.evidence import bundle, verifier
from tests.unit.engine.evidence import bundles, mutants
from tests.unit.engine.evidence import test_bundle_heads as heads
from tests.unit.engine.evidence import test_bundle_thinned as thinned
from tests.unit.engine.evidence.test_bundle import entries, packed
from tests.unit.engine.evidence.test_bundle_instants import HOUR, MINUTE, timed
from tests.web import looks, verify_words
from webui import i18n, proving

pytestmark = pytest.mark.browser

PAGE = Path(verifier.__file__).with_name("verify.html")
#: Most bytes of the page: it is sent by post and kept for years.
MOST = 120_000
CHECK = """async ([content, keys, head]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const report = await verify(bytes, keys, head), {layers, exit, reading} = report;
  return {layers, exit, reading, verdict: VERDICTS[verdictOf(report)]};
}"""


@pytest.fixture(scope="module")
def page(chromium: sync_api.Browser) -> Iterator[sync_api.Page]:
    """The page, opened from the file as an auditor does; the network is cut."""
    context = chromium.new_context(offline=True)
    made = context.new_page()
    made.goto(PAGE.as_uri())
    yield made
    context.close()


def answer(page: sync_api.Page, content: bytes, keys: str, head: str = "") -> Any:
    return page.evaluate(CHECK, [base64.b64encode(content).decode(), keys, head])


def test_the_page_is_one_small_file_that_names_nothing_outside() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert len(text.encode()) <= MOST
    links = set(re.findall(r"https?://[^\"'\s<]+", text))
    # Only the names of XML vocabularies, which nobody fetches.
    assert {one.split("/")[2] for one in links} == {"uri.etsi.org", "www.w3.org"}
    assert "connect-src" not in text
    assert "default-src 'none'" in text


def test_the_page_says_the_words_of_the_verifier() -> None:
    text = PAGE.read_text(encoding="utf-8")
    found = verify_words.BLOCK.search(text)
    assert found is not None
    # Where they differ: python -m tests.web.verify_words
    assert json.loads(found[2]) == verify_words.tables()
    assert found[2] == verify_words.written()


def test_layers_that_the_product_checks_too_have_its_names() -> None:
    catalogues = [i18n.translations(code) for code in ("vi", "en")]
    same = {
        "log": "inclusion",
        "chains": "chains",
        "heads": "whole",
        "signatures": "signature",
        "instants": "instants",
        "versions": "models",
        "stamps": "timestamp",
    }
    for own, layer in same.items():
        found = tuple(one.gettext(proving.LAYERS[own]) for one in catalogues)
        assert verifier._NAMES[layer] == found


def test_page_and_verifier_say_the_same_of_good_and_bad_bundles(
    page: sync_api.Page,
) -> None:
    keys, trusted = bundles.key_line(), bundles.trusted()
    tried = [mutants.good(), bundles.good(), *mutants.mutants(60, seed=7)]
    exits = set()
    for number, content in enumerate(tried):
        mine = verifier.verify(io.BytesIO(content), trusted)
        told = answer(page, content, keys)
        exits.add(told["exit"])
        assert told["exit"] == mine.exit_code, number
        assert told["reading"] == mine.reading, number
        for one, other in zip(told["layers"], mine.layers, strict=True):
            assert (one["layer"], one["result"]) == (other.layer, other.result), number
            assert (one["event"], one["offset"]) == (other.event, other.offset), number
    assert exits == {0, 1, 2}


def test_messages_of_the_page_are_those_of_the_verifier(page: sync_api.Page) -> None:
    made = bundles.contents([bundles.case()])
    first, *rest = made.openings
    wrong = bundle.Opening(
        leaf=first.leaf, name=first.name, salt=first.salt, value='"khác"'
    )
    content = bundles.changed(made, openings=(wrong, *rest))
    mine = verifier.verify(io.BytesIO(content), bundles.trusted())
    told = answer(page, content, bundles.key_line())
    for one, other in zip(told["layers"], mine.layers, strict=True):
        assert one["message_vi"] == other.message_vi
        assert one["message_en"] == other.message_en


@pytest.mark.parametrize(
    ("before", "after", "result"),
    [
        (-HOUR, HOUR, "PASS"),
        (3 * HOUR, 4 * HOUR, "FAIL"),
        (-3 * HOUR, -2 * HOUR, "FAIL"),
        (5 * HOUR, 5 * MINUTE, "NOT CHECKED"),
    ],
)
def test_the_page_judges_instants_as_the_verifier_does(
    page: sync_api.Page, before: timedelta, after: timedelta, result: str
) -> None:
    content = timed(before, after)
    mine = verifier.verify(io.BytesIO(content), bundles.trusted())
    told = answer(page, content, bundles.key_line())
    assert [one["result"] for one in told["layers"]] == [
        one.result for one in mine.layers
    ]
    at = verifier.LAYERS.index("instants")
    one, other = told["layers"][at], mine.layers[at]
    assert one["result"] == result
    assert (one["event"], one["offset"]) == (other.event, other.offset)
    assert (one["message_vi"], one["message_en"]) == (
        other.message_vi,
        other.message_en,
    )


def test_without_keys_the_page_confirms_nothing(page: sync_api.Page) -> None:
    assert answer(page, bundles.good(), "")["exit"] == 3


def assert_same(
    page: sync_api.Page, content: bytes, key: str | None, head: bytes = b""
) -> verifier.Report:
    """Page and verifier give the same answer, word for word."""
    trusted = None if key is None else [verifier.read_key(key)]
    kept = verifier.read_head(head) if head else None
    mine = verifier.verify(io.BytesIO(content), trusted, kept)
    told = answer(page, content, key or "", head.decode())
    assert told["layers"] == [asdict(one) for one in mine.layers]
    assert told["exit"] == mine.exit_code
    assert told["verdict"] == list(verifier.verdict(mine))
    return mine


OTHER = bundles.key_line(bundles.OTHER_KEY)


@pytest.mark.parametrize("key", [None, OTHER, bundles.key_line()])
def test_what_rests_on_the_signature_is_told_alike(
    page: sync_api.Page, key: str | None
) -> None:
    report = assert_same(page, thinned.whole(), key)
    passes = key == bundles.key_line()
    assert (report.exit_code == 0) is passes
    content = thinned.thinned(lambda one: one["stream"] != thinned.ORGANISATION)
    assert "export" in {one.layer for one in assert_same(page, content, key).failed}


@pytest.mark.parametrize(
    ("size", "forged", "result"),
    [
        (heads.SIZE, False, "PASS"),
        (18, False, "PASS"),
        (15, False, "NOT CHECKED"),
        (heads.SIZE + 5, False, "NOT CHECKED"),
        (18, True, "FAIL"),
    ],
)
def test_a_kept_head_is_compared_alike(
    page: sync_api.Page,
    size: int,
    forged: bool,  # noqa: FBT001
    result: str,
) -> None:
    known = heads.leaves(40)[:size]
    if forged:
        known[3] = bytes(32)
    note = bundles.note(known)
    report = assert_same(page, bundles.good(), bundles.key_line(), note)
    assert heads.layer(report).result == result
    other = bundles.note(known, origin="khac.example/quytrinh/2026")
    assert assert_same(page, bundles.good(), bundles.key_line(), other).failed
    year = bundles.note(known, origin=f"{bundles.LOG}/2025")
    assert assert_same(page, bundles.good(), None, year).exit_code == 3
    unsigned = bundles.note(known, (bundles.OTHER_KEY,))
    report = assert_same(page, bundles.good(), bundles.key_line(), unsigned)
    assert heads.layer(report).result == "NOT CHECKED"


@pytest.mark.parametrize("size", [15, 18, 19])
def test_an_older_head_in_the_bundle_is_told_alike(
    page: sync_api.Page, size: int
) -> None:
    files = entries(bundles.good())
    files[heads.HEAD] = bundles.note(heads.leaves()[:size])
    report = assert_same(page, packed(files), bundles.key_line())
    assert {"inclusion"} <= {one.layer for one in report.failed}


@pytest.mark.parametrize("name", ["bundle.json", "events.jsonl", heads.HEAD])
@pytest.mark.parametrize(
    "text",
    [b"x", b"[]\n", b'{"a":1,"a":1}\n', b"99999999999999999999\n", b"\xff\n"],
    ids=range(5),
)
def test_reasons_are_told_alike(page: sync_api.Page, name: str, text: bytes) -> None:
    files = {**entries(bundles.good()), name: text}
    report = assert_same(page, packed(files), bundles.key_line())
    why = report.failed[0]
    # Vietnamese says it in Vietnamese, too.
    assert "no " not in why.message_vi


def choose(page: sync_api.Page, content: bytes, keys: str, head: str = "") -> None:
    file: Any = {
        "name": "ho-so.asice",
        "mimeType": "application/vnd.etsi.asic-e+zip",
        "buffer": content,
    }
    page.set_input_files("#bundle", files=[file])
    page.fill("#keys", keys)
    page.fill("#head", head)
    page.click("#check")
    page.wait_for_selector("#verdict")


def test_an_auditor_reads_the_verdict_and_the_events(page: sync_api.Page) -> None:
    choose(page, bundles.good(), bundles.key_line())
    assert "Bằng chứng toàn vẹn." in page.inner_text("#verdict")
    text = page.inner_text("#answer")
    assert bundles.code_of(1) in text
    assert "Nguyễn Thị Đượm" in text
    assert looks.violations(page) == []


def test_an_altered_event_is_named_in_the_table(page: sync_api.Page) -> None:
    made = bundles.contents([bundles.case()])
    first = made.cases[0]
    forged = bundle.Proved(
        first.events[2].body.replace(b"01:44:", b"01:45:"), first.events[2].proof
    )
    assert forged.body != first.events[2].body
    case = bundle.Member(
        stream=first.stream,
        code=first.code,
        events=(*first.events[:2], forged, *first.events[3:]),
    )
    content = bundles.changed(made, cases=(case,), openings=())
    choose(page, content, bundles.key_line())
    assert "KHÔNG toàn vẹn" in page.inner_text("#verdict")
    wrong = page.locator("table").nth(1).locator("tr.wrong").all_inner_texts()
    # The changed event has no proof; the one after it has lost its predecessor.
    assert [text.split("\t")[0] for text in wrong] == ["3", "4"]


def test_keys_that_are_none_are_told(page: sync_api.Page) -> None:
    choose(page, bundles.good(), "không phải khoá")
    told = page.inner_text("#verdict")
    assert (
        "Không đọc được khóa tin cậy: dòng 1: không phải khóa kiểm tra Ed25519." in told
    )
    assert "The trusted keys cannot be read: line 1: no Ed25519 verifier key." in told


def test_a_kept_head_that_is_none_is_told(page: sync_api.Page) -> None:
    choose(page, bundles.good(), bundles.key_line(), "không phải đầu nhật ký")
    told = page.inner_text("#verdict")
    assert "Không đọc được đầu nhật ký đã giữ: không phải văn bản có chữ ký" in told
    assert "The head that you kept cannot be read: no signed note." in told


def test_layers_events_and_values_are_told_in_words(page: sync_api.Page) -> None:
    document = {
        "facts": {"start_form": "don"},
        "nodes": [["kiem_tra", {"id": "kiem_tra", "name": "Kiểm tra giấy tờ"}]],
        "flows": [],
    }
    part = {"key": "ho_ten", "label": "Họ và tên", "type": "textfield"}
    model = {"forms": [["don", {"parts": [part]}]], "model": document}
    (edition,) = bundles.contents([bundles.case()]).editions
    compiled = verifier.canonical(model)
    life = bundles.procedure(compiled)
    made = bundles.contents(
        [bundles.case()], life, editions=(replace(edition, document=compiled),)
    )
    choose(page, bundle.assemble(made), bundles.key_line())
    text = page.inner_text("#answer")
    assert "Bằng chứng toàn vẹn." in page.inner_text("#verdict")
    for told in ("Tiếp nhận hồ sơ", "Dossier received", "Hoàn thành bước"):
        assert told in text
    assert "case.opened" not in text
    assert "Họ và tên: Nguyễn Thị Đượm" in text
    assert "ho_ten" not in text
    assert "Kiểm tra giấy tờ" in text
    for vietnamese, english in verifier._NAMES.values():
        assert vietnamese in text
        assert english in text


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("null", "(để trống / empty)"),
        ("[]", "(để trống / empty)"),
        ("true", "Có / Yes"),
        ('["a","b"]', "Đầu, b"),
        ("2", "2"),
        ('"2026-11-20"', "2026-11-20"),
    ],
)
def test_values_are_told_as_people_write_them(
    page: sync_api.Page, value: str, told: str
) -> None:
    script = """(text) => said(parse(encoder.encode(text)), new Map([
      ["options", [new Map([["value", "a"], ["label", "Đầu"]])]]]))"""
    assert page.evaluate(script, value) == told
    day = 'said("2026-11-20T08:15", new Map([["type", "datetime"]]))'
    assert page.evaluate(day) == "20/11/2026 08:15"
