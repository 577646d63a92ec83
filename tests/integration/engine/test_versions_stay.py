"""An accepted version runs for ever as it was accepted, whatever a release refuses."""

import hashlib
import json
from uuid import UUID

import pytest

from engine import limits
from engine.commands.normalise_versions import NormaliseVersions
from engine.commands.upload_version import UploadVersion
from engine.errors import EvidenceError, ModelInvalidError, NotAllowedError
from models_bpmn import importer
from storage import guards
from tests.integration.engine.office import MAIN, MAIN_STEPS, Office
from tests.integration.engine.test_refusals import refused
from webui import bootstrap


def documents(office: Office) -> list[bytes]:
    """What the versions of the office run as."""
    rows = office.sql("SELECT bytes FROM version_model")
    return sorted(bytes(row[0]) for row in rows)


def facts(office: Office, kind: str) -> list[dict[str, object]]:
    """The facts of the events of a kind in the streams of procedures."""
    rows = office.sql(
        "SELECT body FROM event WHERE type = :kind ORDER BY seq", kind=kind
    )
    return [json.loads(bytes(row[0]))["facts"] for row in rows]


def finish(office: Office, case: UUID) -> None:
    """Take a case of the office's procedure to its end."""
    for login, element in MAIN_STEPS[:2]:
        office.complete(login, case, element)
    office.clock.move(days=4)
    office.wake(case)
    office.complete("lanhdao", case, "ky")
    office.receive(case, "thue_tra_loi")
    assert office.case(case).closed_at is not None


def test_a_version_that_the_importer_would_refuse_now_still_runs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun = office.open("1.001", phi=0)
    # A rule of a later release: no process of the office is small enough any more.
    monkeypatch.setattr(limits, "PROCESS_NODES", 3)
    office.reopen()
    command = UploadVersion(files={"p.bpmn": MAIN + b"\n"})
    refused(office, ModelInvalidError, office.do, "thietke", command)
    later = office.open("1.001", phi=0)
    for case in (begun, later):
        finish(office, case)
        assert office.rebuild(case) == []
        assert office.verify(case) == []


def test_a_running_case_never_asks_the_importer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(*_: object, **__: object) -> None:
        raise AssertionError("the importer was asked")

    office.reopen()
    monkeypatch.setattr(importer, "load", read)
    monkeypatch.setattr(importer, "analyse", read)
    finish(office, office.open("1.001", phi=0))


def test_the_events_of_a_version_name_what_it_runs_as(office: Office) -> None:
    [document] = documents(office)
    expected = hashlib.sha256(document).hexdigest()
    for kind in ("version.uploaded", "version.published"):
        [told] = facts(office, kind)
        assert told["model"] == expected
        assert told["hash"] != expected, "the identity stays that of the files"


def test_a_changed_document_is_never_run(office: Office) -> None:
    case = office.open("1.001", phi=0)
    office.unguard()
    [document] = documents(office)
    forged = document.replace("Ký duyệt".encode(), "Ký thay".encode())
    assert forged != document
    office.sql("UPDATE version_model SET bytes = :forged", forged=forged)
    office.reopen_unguarded()
    with pytest.raises(EvidenceError, match="stored model of a version changed"):
        office.complete("motcua", case, "nhan")


def before_documents(office: Office) -> bytes:
    """Make the database one of a release without documents; give what there was."""
    [document] = documents(office)
    office.unguard()
    office.sql("DELETE FROM version_model")
    return document


def test_an_upgrade_stores_what_older_versions_run_as(office: Office) -> None:
    case = office.open("1.001", phi=0)
    document = before_documents(office)
    assert bootstrap.migrate(office.url) == ()
    assert documents(office) == [document]
    [told] = facts(office, "version.normalised")
    assert told["model"] == hashlib.sha256(document).hexdigest()
    office.reopen()
    finish(office, case)
    assert office.rebuild(case) == []
    before = office.digest()
    assert bootstrap.migrate(office.url) == ()
    assert office.digest() == before, "what is stored is not stored again"
    with office.app.database.read() as connection:
        guards.check_guards(connection)


def test_a_version_without_a_document_runs_as_the_importer_reads_it(
    office: Office,
) -> None:
    before_documents(office)
    office.reopen_unguarded()
    finish(office, office.open("1.001", phi=0))
    assert documents(office) == [], "only an upgrade stores it"


def test_an_upgrade_names_an_older_version_that_it_refuses(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    before_documents(office)
    monkeypatch.setattr(limits, "PROCESS_NODES", 3)
    [told] = bootstrap.migrate(office.url)
    assert told.startswith("Thủ tục thử, version 1: ")
    assert documents(office) == []


def test_nobody_asks_for_documents_but_an_upgrade(office: Office) -> None:
    for login in ("quantri", "thietke", "pheduyet"):
        refused(office, NotAllowedError, office.do, login, NormaliseVersions())
