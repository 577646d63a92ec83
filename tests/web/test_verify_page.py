"""The page that checks bundles says what the verifier says, in a real browser."""

import base64
import io
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python import sync_playwright
from playwright import sync_api

from engine.evidence import bundle, verifier
from tests.unit.engine.evidence import bundles, mutants
from tests.unit.engine.evidence.test_bundle_instants import HOUR, MINUTE, timed

pytestmark = pytest.mark.browser

PAGE = Path(verifier.__file__).with_name("verify.html")
#: Most bytes of the page: it is sent by post and kept for years.
MOST = 120_000
CHECK = """async ([content, keys]) => {
  const bytes = Uint8Array.from(atob(content), (one) => one.charCodeAt(0));
  const {layers, exit, cases, reading} = await verify(bytes, keys);
  return {layers, exit, reading};
}"""


@pytest.fixture(scope="module")
def page(chromium: sync_api.Browser) -> Iterator[sync_api.Page]:
    """The page, opened from the file as an auditor does; the network is cut."""
    context = chromium.new_context(offline=True)
    made = context.new_page()
    made.goto(PAGE.as_uri())
    yield made
    context.close()


def answer(page: sync_api.Page, content: bytes, keys: str) -> Any:
    return page.evaluate(CHECK, [base64.b64encode(content).decode(), keys])


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
    found = re.search(r'id="words">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    assert json.loads(found[1]) == {
        code: list(words) for code, words in verifier._WORDS.items()
    }


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


def choose(page: sync_api.Page, content: bytes, keys: str) -> None:
    file: Any = {
        "name": "ho-so.asice",
        "mimeType": "application/vnd.etsi.asic-e+zip",
        "buffer": content,
    }
    page.set_input_files("#bundle", files=[file])
    page.fill("#keys", keys)
    page.click("#check")
    page.wait_for_selector("#verdict")


def test_an_auditor_reads_the_verdict_and_the_events(page: sync_api.Page) -> None:
    choose(page, bundles.good(), bundles.key_line())
    assert "Bằng chứng toàn vẹn." in page.inner_text("#verdict")
    text = page.inner_text("#answer")
    assert bundles.code_of(1) in text
    assert "Nguyễn Thị Đượm" in text
    report = sync_playwright.Axe().run(page)
    assert report.violations_count == 0, report.generate_report()


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
    page.wait_for_function(
        "document.getElementById('verdict').textContent.includes('Khoá tin cậy')"
    )
