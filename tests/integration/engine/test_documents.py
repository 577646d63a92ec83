"""Procedures as controlled documents: upload, publication, retirement."""

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from engine import limits
from engine.commands.publish_version import PublishVersion
from engine.commands.upload_version import UploadVersion
from engine.domain.organisation import Role
from engine.domain.procedure import VersionStatus
from engine.errors import (
    ModelInvalidError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
)
from engine.package import Package
from tests import bpmn
from tests.integration.engine.office import MAIN, Office, ext, lanes
from tests.integration.engine.test_refusals import refused

LATER = MAIN.replace("Tiếp nhận hồ sơ".encode(), "Nhận hồ sơ".encode())


def test_an_author_never_publishes_their_own_version(office: Office) -> None:
    account = office.accounts["thietke"]
    both = frozenset({Role.DESIGNER, Role.APPROVER})
    office.accounts["thietke"] = replace(account, roles=both)
    stored = office.do("thietke", UploadVersion(files={"p.bpmn": LATER}))
    command = PublishVersion(version=UUID(str(stored["version"])))
    found = refused(office, NotAllowedError, office.do, "thietke", command)
    assert found.code == "own-document"
    office.do("pheduyet", command)


def test_only_designers_upload_and_only_approvers_publish(office: Office) -> None:
    upload = UploadVersion(files={"p.bpmn": LATER})
    for login in ("motcua", "pheduyet", "quantri", "kiemtoan"):
        refused(office, NotAllowedError, office.do, login, upload)
    stored = office.do("thietke", upload)
    command = PublishVersion(version=UUID(str(stored["version"])))
    for login in ("motcua", "quantri", "kiemtoan"):
        refused(office, NotAllowedError, office.do, login, command)
    refused(office, NotFoundError, office.do, "nuocngoai", command)
    refused(office, NotAllowedError, office.app.engine.run, command, office.tenant)


def test_a_running_case_stays_on_the_version_it_began_with(office: Office) -> None:
    before = office.open("1.001", phi=0)
    stored = office.publish(lan_hai=LATER)
    assert stored["number"] == 2
    after = office.open("1.001", phi=0)
    office.reopen()
    for case in (before, after):
        office.complete("motcua", case, "nhan")
        office.complete("thamtra", case, "tham_tra")
        assert office.rebuild(case) == []
    names = [office.work(case)["nhan", 1].name for case in (before, after)]
    assert names == ["Tiếp nhận hồ sơ", "Nhận hồ sơ"]
    numbers = {
        json.loads(event.body)["model"]["number"] for event in office.events(before)
    }
    assert numbers == {1}


def test_the_version_before_retires_and_each_step_is_an_event(office: Office) -> None:
    second = office.publish(lan_hai=LATER)
    with office.app.store.begin(office.tenant) as uow:
        procedure = uow.procedures.by_code("1.001")
        assert procedure is not None
        versions = uow.procedures.versions(procedure.id)
    assert [one.status for one in versions] == [
        VersionStatus.RETIRED,
        VersionStatus.PUBLISHED,
    ]
    rows = office.sql("SELECT type FROM event WHERE kind = 'procedure' ORDER BY seq")
    assert [row[0] for row in rows] == [
        *("version.uploaded", "version.published", "version.uploaded"),
        *("version.retired", "version.published"),
    ]
    command = PublishVersion(version=UUID(str(second["version"])))
    refused(office, NotReadyError, office.do, "pheduyet", command)
    first = PublishVersion(version=versions[0].id)
    refused(office, NotReadyError, office.do, "pheduyet", first)


def test_the_same_bytes_are_the_same_version(office: Office) -> None:
    before = office.digest()
    again = office.do("thietke", UploadVersion(files={"thu_tuc.bpmn": MAIN}))
    assert (again["number"], again["status"]) == (1, "published")
    assert office.digest() == before


def test_a_draft_is_not_in_force(office: Office) -> None:
    draft = bpmn.diagram("start s; task a; end e", "s > a > e", identity="nhap")
    office.do("thietke", UploadVersion(files={"p.bpmn": draft}))
    refused(office, NotFoundError, office.open, "nhap")


def test_a_diagram_without_lanes_is_everybodys_work(office: Office) -> None:
    plain = bpmn.diagram("start s; task a; end e", "s > a > e", identity="tron")
    office.publish(tron=plain)
    case = office.open("tron")
    office.complete("lanhdao", case, "a")
    assert office.rebuild(case) == []


UNKNOWN_FUNCTION = '<qt:service function="os.system"/>'
UNKNOWN_FORM = '<qt:work form="x"/>'
HOSTILE: dict[str, bytes] = {
    "no XML": b"BPMN",
    "nothing": b"",
    "a document type": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    "over the limit": MAIN + b" " * limits.DIAGRAM_BYTES,
    "a script": bpmn.diagram(
        "start s; scriptTask a <script>import os</script>; end e", "s > a > e"
    ),
    "an endless loop": bpmn.diagram(
        "start s; plain p; xor x; service b; end e", "s > x > b > x\nx > e"
    ),
    "a million instances": bpmn.diagram(
        "start s; task a <multiInstanceLoopCharacteristics><loopCardinality>1000000"
        "</loopCardinality></multiInstanceLoopCharacteristics>; end e",
        "s > a > e",
    ),
    "ten thousand million years": bpmn.diagram(
        f"start s; catch c {bpmn.timer('P9999999999Y')}; end e", "s > c > e"
    ),
    "a call of itself": bpmn.diagram(
        'start s; call a calledElement="P"; end e', "s > a > e"
    ),
    "an unknown function": bpmn.diagram(
        f"start s; service a {ext(UNKNOWN_FUNCTION)}; end e",
        "s > a > e",
    ),
    "an unknown form": bpmn.diagram(
        f"start s; task a {ext(UNKNOWN_FORM)}; end e",
        "s > a > e",
        more=lanes(desk="a"),
    ),
}


def test_hostile_files_are_refused_and_nothing_is_stored(office: Office) -> None:
    for what, content in HOSTILE.items():
        command = UploadVersion(files={"p.bpmn": content})
        found = refused(office, ModelInvalidError, office.do, "thietke", command)
        assert isinstance(found, ModelInvalidError)
        refusals = [one for one in found.findings if one.severity == "refusal"]
        assert refusals, what
        assert all(one.message for one in refusals), what


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"../p.bpmn": MAIN},
        {"process.bpmn": MAIN, "forms/x.form": b"{"},
        {"process.bpmn": MAIN, "run.sh": b"#!/bin/sh"},
    ],
)
def test_packages_of_anything_else_are_refused(
    office: Office, files: dict[str, bytes]
) -> None:
    command = UploadVersion(files=files)
    refused(office, ModelInvalidError, office.do, "thietke", command)


def test_a_package_is_checked_before_anybody_has_to_wait(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = office.app.packages
    check = packages.check
    begun: list[UUID] = []

    def watched(files: Mapping[str, bytes]) -> Package:
        # Somebody else can write while the package is checked for the first time.
        if not begun and "p.bpmn" in files:
            begun.append(office.open("1.001", phi=0))
        return check(files)

    monkeypatch.setattr(packages, "check", watched)
    command = UploadVersion(files={"p.bpmn": LATER})
    refused(office, NotAllowedError, office.do, "kiemtoan", command)
    assert not begun, "who may not upload makes no work"
    office.do("thietke", command)
    assert len(begun) == 1


def test_a_diagram_without_a_name_goes_by_its_code(office: Office) -> None:
    nameless = bpmn.definitions(
        bpmn.process("start s; task a; end e", "s > a > e", identity="khong_ten")
    )
    stored = office.do("thietke", UploadVersion(files={"p.bpmn": nameless}))
    version = UUID(str(stored["version"]))
    with office.app.store.read(office.tenant) as uow:
        assert uow.procedures.version(version).name == "khong_ten"
        procedure = uow.procedures.by_code("khong_ten")
    assert procedure is not None
    assert procedure.name == "khong_ten"
