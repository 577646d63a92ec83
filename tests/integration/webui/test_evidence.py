"""Evidence is handed out as a bundle that the verifier alone checks, and recorded."""

import hashlib
import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine import limits
from engine.commands import access
from engine.domain import iso8601
from engine.domain.events import StreamKind
from engine.domain.organisation import Role
from engine.errors import NotReadyError, TooLargeError
from engine.evidence import keeper, verifier
from storage import guards
from tests.integration.webui import world
from tests.integration.webui.world import World
from webui import exporting, handouts, sequencing

AUDITOR = world.login_of(Role.AUDITOR, "unrelated")
SUPERVISOR = world.login_of(Role.SUPERVISOR, "supervised")


@pytest.fixture
def signing(
    here: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> sequencing.Sequencing:
    """A signer of this test; who waits for the log lets the sequencer pass."""
    signer = sequencing.Beside(tmp_path / "s", keeper.Keeper(tmp_path / "s"))
    made = sequencing.Sequencing(here.application, signer)
    monkeypatch.setattr(time, "sleep", lambda _: made.once())
    return made


def trusted(signing: sequencing.Sequencing) -> list[verifier.Key]:
    lines = signing.signer.keys(sequencing.log_name(world.HERE))
    return [verifier.read_key(line) for line in lines]


def downloaded(here: World, login: str = AUDITOR, **asked: str) -> bytes:
    page = here.client(login).post(f"/ho-so/{here.case}/bang-chung", **asked)
    assert page.status_code == 200, page.text
    assert page.content_type == "application/vnd.etsi.asic-e+zip"
    return bytes(page.data)


def checked(content: bytes, signing: sequencing.Sequencing) -> verifier.Report:
    return verifier.verify(io.BytesIO(content), trusted(signing))


def entry(content: bytes, name: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(name)


def recorded(here: World) -> list[dict[str, Any]]:
    """What the access stream of today tells."""
    stream = access.stream_of(world.HERE, iso8601.day(here.clock.now()))
    with here.application.store.read(world.HERE) as uow:
        known = uow.history.known(StreamKind.ACCESS, stream)
        if known is None:
            return []
        events = uow.history.read(stream, known.month)
    bodies = [json.loads(one.body) for one in events]
    return [one for one in bodies if one["type"] == "evidence.exported"]


def test_an_auditor_takes_a_bundle_that_the_verifier_passes(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    content = downloaded(here)
    report = checked(content, signing)
    assert report.exit_code == 0, report.failed
    report_json = json.loads(entry(content, "report.json"))
    (case,) = report_json["cases"]
    assert [one["type"] for one in case["steps"]] == ["case.opened"]
    html = entry(content, "report.html").decode()
    assert case["code"] in html
    assert "<svg" in html
    # The style sheet is no text: an escaped selector would colour nothing.
    assert ".is-done>.shape" in html
    assert case["answer"] == "conforms"
    verdicts = case["steps"][0]["verdicts"]
    assert {one["verdict"] for one in verdicts.values()} == {"PASS"}
    about = json.loads(entry(content, "bundle.json"))
    assert about["for"]["roles"] == ["auditor"]


def test_what_is_taken_is_recorded_and_locks_no_case(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    before = here.application.queries.case(here.actor(AUDITOR), str(here.case))
    content = downloaded(here)
    (told,) = recorded(here)
    assert told["doer"]["account"] == here.actor(AUDITOR).account.id.hex
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        digests = {
            one: hashlib.sha256(archive.read(one)).digest()
            for one in archive.namelist()
        }
    assert told["facts"]["parts"] == verifier.parts(digests)
    assert "report.pdf" in told["facts"]["parts"]
    # The event that says so goes with the bundle.
    body = entry(content, "events.jsonl").splitlines()[-1]
    assert json.loads(body) == told
    ((case, seq, leaf),) = told["facts"]["cases"]
    about = json.loads(entry(content, "bundle.json"))["cases"][0]
    assert (case, seq, leaf) == (about["stream"], about["events"], about["head"])
    after = here.application.queries.case(here.actor(AUDITOR), str(here.case))
    assert before == after


def test_without_values_nothing_that_was_entered_leaves_the_house(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    content = downloaded(here, without_values="on")
    assert entry(content, "personal/openings.jsonl") == b""
    assert checked(content, signing).exit_code == 0
    (case,) = json.loads(entry(content, "report.json"))["cases"]
    assert all("answers" not in one for one in case["steps"])
    assert recorded(here)[0]["facts"]["openings"] == 0


def test_nothing_is_handed_out_that_cannot_be_proved(here: World) -> None:
    page = here.client(SUPERVISOR).post(f"/ho-so/{here.case}/bang-chung")
    assert page.status_code == 409
    assert "đầu nhật ký đã ký" in page.text
    assert recorded(here) == []


def test_an_export_waits_for_the_head_a_little(
    here: World, signing: sequencing.Sequencing, monkeypatch: pytest.MonkeyPatch
) -> None:
    rounds = []

    def rest(_: float) -> None:
        rounds.append(1)
        if len(rounds) in {2, 5}:
            signing.once()

    monkeypatch.setattr(time, "sleep", rest)
    monkeypatch.setattr(here.application.log, "years", lambda _: (2026,))
    downloaded(here)
    # Twice for the case, and then for the record of the export.
    assert len(rounds) == 5
    assert len(recorded(here)) == 1


def test_patience_ends_and_is_told_in_words(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exporting, "PATIENCE", 0.0)
    monkeypatch.setattr(here.application.log, "years", lambda _: (2026,))
    item = here.application.queries.case(here.actor(AUDITOR), str(here.case))
    assert item is not None
    export = exporting.Export(app=here.application, actor=here.actor(AUDITOR))
    with pytest.raises(NotReadyError) as refused:
        export.make([item])
    assert refused.value.code == "not-provable"


def test_a_record_that_was_altered_is_handed_out_and_named_by_the_verifier(
    here: World, signing: sequencing.Sequencing
) -> None:
    signing.once()
    with here.application.database.write() as connection:
        names = connection.exec_driver_sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' "
            "AND tbl_name = 'event'"
        ).scalars()
        for name in list(names):
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.execute(
            sa.text(
                "UPDATE event SET body = CAST(replace(CAST(body AS TEXT), "
                "'direct', 'online') AS BLOB) WHERE type = 'case.opened'"
            )
        )
        guards.ensure_guards(connection)
    content = downloaded(here)
    report = checked(content, signing)
    assert report.exit_code == 1
    found = {one.layer: one for one in report.failed}
    assert found["inclusion"].event == f"case:{here.case.hex} 1"
    (case,) = json.loads(entry(content, "report.json"))["cases"]
    assert "changed" in case["problem"]
    page = here.client(AUDITOR).get(f"/ho-so/{here.case}/bang-chung")
    assert page.status_code == 200


def test_too_many_cases_are_refused_before_anything_is_read(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BUNDLE_CASES", 0)
    item = here.application.queries.case(here.actor(AUDITOR), str(here.case))
    assert item is not None
    export = exporting.Export(app=here.application, actor=here.actor(AUDITOR))
    with pytest.raises(TooLargeError):
        export.make([item])


def test_cases_of_a_procedure_or_a_year_are_chosen(here: World) -> None:
    actor = here.actor(AUDITOR)
    year = here.clock.now().year
    everything = exporting.choose(here.application, actor, "", year)
    assert here.case in {one.id for one in everything}
    code = everything[0].procedure_code
    assert exporting.choose(here.application, actor, code, None) == everything
    assert exporting.choose(here.application, actor, "", year - 1) == ()


@pytest.mark.parametrize("name", ["verifier.py", "verify.html"])
def test_the_programs_that_check_are_handed_out_with_their_hash(
    here: World, name: str, signing: sequencing.Sequencing
) -> None:
    signing.once()
    browser = here.client(AUDITOR)
    page = browser.get(f"/bang-chung/{name}")
    assert page.data == handouts.get(name).content
    assert "attachment" in page.headers["Content-Disposition"]
    shown = browser.get(f"/ho-so/{here.case}/bang-chung").text
    assert handouts.get(name).digest in shown
    # A program inside the bundle could be the forger's own.
    with zipfile.ZipFile(io.BytesIO(downloaded(here))) as archive:
        assert not [one for one in archive.namelist() if name in one]
