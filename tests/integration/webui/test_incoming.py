"""Files that come in parts: they go on where they stood, and are what they say."""

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Final
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from engine import limits
from engine.commands.complete_task import CompleteTask
from engine.commands.open_case import OpenCase
from engine.domain.organisation import Role
from tests.integration.webui import world
from tests.integration.webui.world import Browser, World
from webui import incoming, uploads, worker

CLERK: Final = world.login_of(Role.CLERK, "own-position")
OTHER: Final = world.login_of(Role.CLERK, "own-agency")
PDF: Final = b"%PDF-1.7\n" + b"0123456789" * 100
PART: Final = {"Content-Type": "application/offset+octet-stream"}


def ask(
    browser: Browser,
    method: str,
    path: str,
    body: bytes = b"",
    headers: Mapping[str, str] | None = None,
) -> TestResponse:
    return browser.client.open(
        path,
        method=method,
        data=body,
        headers={"X-CSRF-Token": browser.token, **(headers or {})},
        base_url=browser.base,
    )


def told(name: str, **more: str) -> str:
    pairs = {"filename": name, **more}
    return ",".join(
        f"{key} {base64.b64encode(value.encode()).decode()}"
        for key, value in pairs.items()
    )


def begin(browser: Browser, name: str, size: int, **more: str) -> TestResponse:
    headers = {"Upload-Length": str(size), "Upload-Metadata": told(name, **more)}
    return ask(browser, "POST", "/tep-len", headers=headers)


def part(
    browser: Browser, where: str, offset: int, body: bytes, **more: str
) -> TestResponse:
    headers = {**PART, "Upload-Offset": str(offset), **more}
    return ask(browser, "PATCH", where, body, headers)


def sent(browser: Browser, name: str, content: bytes) -> tuple[str, TestResponse]:
    """Send a whole file in two parts: where it is, the answer to the last one."""
    where = begin(browser, name, len(content)).location
    half = len(content) // 2
    assert part(browser, where, 0, content[:half]).status_code == 204
    answer = part(browser, where, half, content[half:])
    return where, answer if answer.status_code != 204 else browser.get(where)


def parts_on_disk(here: World, where: str) -> int:
    """How many parts of a file are kept."""
    store = here.application.uploads._parts._folder
    folder = store / world.HERE.hex / UUID(where.rpartition("/")[2]).hex
    return sum(one.is_file() for one in folder.rglob("*"))


def test_a_file_in_parts_gives_the_token_of_a_whole_file(here: World) -> None:
    browser = here.client(CLERK)
    where, whole = sent(browser, "Giấy tờ.pdf", PDF)
    answer = whole.get_json()
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert (answer["name"], answer["sha256"]) == ("Giấy tờ.pdf", sha256)
    assert uploads.kept_by(here.application).get(world.HERE, sha256) == PDF
    assert parts_on_disk(here, where) == 0
    with here.app.test_request_context(base_url=browser.base):
        owner = here.actor(CLERK).account
        (file,) = uploads.opened([answer["token"]], owner)
        assert (file.type, file.size) == ("application/pdf", len(PDF))
        assert uploads.opened([answer["token"]], here.actor(OTHER).account) == []


def test_the_server_says_where_to_go_on(here: World) -> None:
    browser = here.client(CLERK)
    where = begin(browser, "a.pdf", len(PDF)).location
    part(browser, where, 0, PDF[:300])
    answer = ask(browser, "HEAD", where)
    assert answer.headers["Upload-Offset"] == "300"
    assert answer.headers["Upload-Length"] == str(len(PDF))
    assert answer.headers["Tus-Resumable"] == "1.0.0"
    assert "Upload-Expires" in answer.headers


def test_a_part_for_another_place_is_refused_and_changes_nothing(here: World) -> None:
    browser = here.client(CLERK)
    where = begin(browser, "a.pdf", len(PDF)).location
    part(browser, where, 0, PDF[:300])
    assert part(browser, where, 0, PDF[:300]).status_code == 409
    assert part(browser, where, 301, PDF[301:400]).status_code == 409
    assert ask(browser, "HEAD", where).headers["Upload-Offset"] == "300"


def test_a_part_that_was_damaged_on_the_way_does_not_count(here: World) -> None:
    browser = here.client(CLERK)
    where = begin(browser, "a.pdf", len(PDF)).location
    right = base64.b64encode(hashlib.sha256(PDF).digest()).decode()
    damaged = part(
        browser, where, 0, PDF[:-1] + b"x", **{"Upload-Checksum": f"sha256 {right}"}
    )
    assert damaged.status_code == 460
    assert ask(browser, "HEAD", where).headers["Upload-Offset"] == "0"
    whole = part(browser, where, 0, PDF, **{"Upload-Checksum": f"sha256 {right}"})
    assert whole.status_code == 204


def test_a_file_that_is_not_what_its_name_says_is_refused_with_what_it_is(
    here: World,
) -> None:
    browser = here.client(CLERK)
    where, answer = sent(browser, "đơn.pdf", b"\x89PNG\r\n\x1a\n" + b"0" * 90)
    assert answer.status_code == 422
    assert "nội dung là ảnh PNG, không phải tài liệu PDF" in answer.text
    assert parts_on_disk(here, where) == 0
    assert here.application.uploads.underway(
        world.HERE, here.actor(CLERK).account.id
    ) == (0, 0)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Length": "0"}, 413),
        ({"Upload-Length": str(limits.ATTACHMENT_BYTES + 1)}, 413),
        ({"Upload-Length": "9" * 30}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": "filename ???"}, 400),
        ({"Upload-Length": "5", "Upload-Metadata": told("a", case="x")}, 400),
    ],
)
def test_what_cannot_be_sent_is_refused_at_once(
    here: World, headers: dict[str, str], status: int
) -> None:
    answer = ask(here.client(CLERK), "POST", "/tep-len", headers=headers)
    assert answer.status_code == status


def test_more_than_was_announced_is_refused(here: World) -> None:
    browser = here.client(CLERK)
    where = begin(browser, "a.pdf", 10).location
    assert part(browser, where, 0, PDF).status_code == 413
    assert part(browser, where, 0, PDF[:5]).status_code == 204
    assert part(browser, where, 5, PDF[5:12]).status_code == 413


def test_nobody_reaches_the_file_of_somebody_else(here: World) -> None:
    where = begin(here.client(CLERK), "a.pdf", len(PDF)).location
    other = here.client(OTHER)
    assert ask(other, "HEAD", where).status_code == 404
    assert part(other, where, 0, PDF).status_code == 404
    assert ask(other, "DELETE", where).status_code == 404


def test_a_part_without_the_token_of_a_page_is_refused(here: World) -> None:
    browser = here.client(CLERK)
    where = begin(browser, "a.pdf", len(PDF)).location
    browser.token = "forged"
    assert part(browser, where, 0, PDF).status_code == 403


def test_one_person_has_only_so_many_files_underway(here: World) -> None:
    browser = here.client(CLERK)
    for number in range(limits.UPLOADS_UNDERWAY):
        assert begin(browser, f"{number}.pdf", 10).status_code == 201
    answer = begin(browser, "zu-viel.pdf", 10)
    assert answer.status_code == 429
    assert "quá nhiều tệp" in answer.text
    assert begin(here.client(OTHER), "a.pdf", 10).status_code == 201


def test_what_is_given_up_leaves_nothing(here: World) -> None:
    browser = here.client(CLERK)
    where = begin(browser, "a.pdf", len(PDF)).location
    part(browser, where, 0, PDF[:300])
    assert parts_on_disk(here, where) == 1
    assert ask(browser, "DELETE", where).status_code == 204
    assert parts_on_disk(here, where) == 0
    assert ask(browser, "HEAD", where).status_code == 404


def test_the_sweep_takes_what_nobody_finished_or_used(here: World) -> None:
    browser = here.client(CLERK)
    where = begin(browser, "a.pdf", len(PDF)).location
    part(browser, where, 0, PDF[:300])
    sha256 = sent(browser, "b.pdf", PDF)[1].get_json()["sha256"]
    here.clock.move(hours=limits.UPLOAD_HOURS - 1)
    assert incoming.sweep(here.application, world.HERE) == 0
    here.clock.move(hours=2)
    worker.Worker(here.application)._clean(world.HERE)
    assert parts_on_disk(here, where) == 0
    files = here.application.attachments._files
    assert not files._place(world.HERE, sha256).exists()


def test_the_sweep_leaves_what_a_record_names_though_the_server_died_then(
    here: World,
) -> None:
    """An answer is durable before the row that says whose its file is."""
    receiver = world.login_of(Role.CLERK, "other-agency")
    execute = here.application.engine.execute
    first = sent(here.client(receiver), "a.pdf", PDF)[1].get_json()["sha256"]
    execute(
        OpenCase(
            procedure="thu_tuc",
            data={"tep": [first]},
            agencies=world.case_agencies(),
        ),
        here.actor(receiver),
    )
    browser, content = here.client(CLERK), PDF + b"2"
    where = begin(browser, "b.pdf", len(content), case=str(here.case)).location
    assert part(browser, where, 0, content).status_code == 204
    second = browser.get(where).get_json()["sha256"]
    here.clock.move(minutes=5)
    execute(
        CompleteTask(
            case=here.case,
            element="tham_tra",
            occurrence=1,
            answers={"tep": [second]},
        ),
        here.actor(CLERK),
    )
    here.clock.move(hours=limits.UPLOAD_HOURS + 1)
    assert incoming.sweep(here.application, world.HERE) == 2
    held = here.application.attachments
    for one in (first, second):
        os.utime(held._files._place(world.HERE, one), (0, 0))
    here.clock.move(days=2)
    incoming.sweep(here.application, world.HERE)
    assert held.get(world.HERE, first) == PDF
    assert held.get(world.HERE, second) == content


def test_the_sweep_leaves_what_a_case_holds(here: World) -> None:
    sha256 = sent(here.client(CLERK), "b.pdf", PDF)[1].get_json()["sha256"]
    held = here.application.attachments
    item = here.application.queries.case(here.actor(CLERK), str(here.case))
    assert item is not None
    place = (world.HERE, here.case, item.month)
    note = {sha256: ("b.pdf", "application/pdf", len(PDF))}
    held.attach(place, UUID(int=1), here.clock.now(), note)
    here.clock.move(hours=limits.UPLOAD_HOURS + 1)
    assert incoming.sweep(here.application, world.HERE) == 1
    assert held.get(world.HERE, sha256) == PDF
