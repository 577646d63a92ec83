"""Calls of published procedures: pinned to a version, or following the latest."""

import json
from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

import pytest

from engine.commands.publish_version import PublishVersion
from engine.commands.rebuild_starts import RebuildStarts
from engine.commands.retire_version import RetireVersion
from engine.commands.transaction import Result
from engine.commands.upload_version import UploadVersion
from engine.domain.events import StreamKind
from engine.domain.organisation import Role
from engine.domain.procedure import Binding, Version, VersionStatus
from engine.domain.run import Json, Status
from engine.errors import ModelInvalidError
from engine.evidence import record
from engine.package import Package
from models_bpmn import packages
from tests import bpmn
from tests.integration.engine.office import DESK, Office, ext, lanes
from tests.integration.engine.test_decision_tables import EXAMPLE
from tests.integration.engine.test_refusals import refused


def form(label: str) -> bytes:
    """A form with one number."""
    field = {"type": "number", "id": "so_tien", "key": "so_tien", "label": label}
    return json.dumps({"type": "default", "components": [field]}).encode()


def fee(step: str = "Thu phí", code: str = "PHI") -> dict[str, bytes]:
    """A procedure with a form of its own, also called by others."""
    content = bpmn.diagram(
        f"start s; task a '{step}' " + ext('<qt:work form="phieu"/>') + "; end e",
        "s > a > e",
        identity="thu_phi",
        more=ext(f'<qt:procedure code="{code}"/>') + lanes(desk="a"),
    )
    return {"process.bpmn": content, "forms/phieu.form": form(step)}


def caller(
    binding: str = "", called: str = "PHI", code: str = "CHA", step: str = "Nộp"
) -> dict[str, bytes]:
    """A procedure with the same names as the one that it calls."""
    bound = f' qt:binding="{binding}"' if binding else ""
    content = bpmn.diagram(
        f"start s; task a '{step}' "
        + ext('<qt:work form="phieu"/>')
        + f"; call c 'Thu phí' calledElement=\"{called}\"{bound}; end e",
        "s > a > c > e",
        identity=f"cha_{code}",
        more=ext(f'<qt:procedure code="{code}"/>') + lanes(desk="a"),
    )
    return {"process.bpmn": content, "forms/phieu.form": form(step)}


def upload_refused(
    office: Office, files: Mapping[str, bytes], login: str = "thietke"
) -> dict[str, str]:
    """The codes and messages with which an upload is refused; nothing is stored."""
    command = UploadVersion(files=files)
    found = refused(office, ModelInvalidError, office.do, login, command)
    assert isinstance(found, ModelInvalidError)
    return {one.code: one.message for one in found.findings}


def left_over(made: Result) -> dict[str, list[Json]]:
    """The callers that did not follow, with the reasons."""
    left = made["left"]
    assert isinstance(left, list)
    told = {}
    for one in left:
        assert isinstance(one, dict)
        reasons = one["reasons"]
        assert isinstance(reasons, list)
        told[str(one["procedure"])] = reasons
    return told


def versions(office: Office, code: str) -> tuple[Version, ...]:
    """The versions of a procedure."""
    with office.app.store.begin(office.tenant) as uow:
        procedure = uow.procedures.by_code(code)
        assert procedure is not None
        return uow.procedures.versions(procedure.id)


def package(office: Office, version: Version) -> Package:
    """The package of a version."""
    with office.app.store.begin(office.tenant) as uow:
        return office.app.packages.published(version, uow.procedures)


def bound(office: Office, code: str) -> list[tuple[str, int, Binding]]:
    """What the newest version of a procedure calls."""
    calls = package(office, versions(office, code)[-1]).calls
    return [(one.code, one.number, one.binding) for one in calls]


def run(office: Office, case: UUID) -> list[str]:
    """Do the work of a case to its end; gives the names of its steps."""
    done = []
    while office.case(case).status is Status.OPEN:
        task = next(one for one in office.work(case).values() if one.closed_at is None)
        done.append(task.name)
        office.complete("motcua", case, task.element, {"so_tien": 5})
    assert office.case(case).status is Status.COMPLETED
    assert office.rebuild(case) == []
    assert office.verify(case) == []
    return done


@pytest.mark.parametrize("name", ["PHI", "thu_phi"])
def test_a_call_runs_the_published_version_with_its_own_forms(
    office: Office, name: str
) -> None:
    office.publish_files(fee())
    office.publish_files(caller(called=name))
    assert bound(office, "CHA") == [("PHI", 1, Binding.PINNED)]
    made = package(office, versions(office, "CHA")[-1])
    assert {"phieu", "PHI@1/phieu"} <= set(made.forms)
    assert made.forms["phieu"] != made.forms["PHI@1/phieu"]
    assert [one.code for one in made.findings if one.element == "c"] == ["call-pinned"]
    case = office.open("CHA")
    office.reopen()
    assert run(office, case) == ["Nộp", "Thu phí"]


def test_a_pinned_call_stays_and_one_of_the_latest_follows(office: Office) -> None:
    office.publish_files(fee())
    office.publish_files(caller(code="GHIM"))
    office.publish_files(caller("latest", code="MOI"))
    before = [office.open(code) for code in ("GHIM", "MOI")]
    stored = office.do("thietke", UploadVersion(files=fee("Thu lệ phí")))
    version = UUID(str(stored["version"]))
    made = office.do("pheduyet", PublishVersion(version=version))
    assert made["followed"] == [{"procedure": "MOI", "number": 2}]
    assert made["left"] == []
    assert bound(office, "GHIM") == [("PHI", 1, Binding.PINNED)]
    assert bound(office, "MOI") == [("PHI", 2, Binding.LATEST)]
    assert len(versions(office, "GHIM")) == 1
    after = [office.open(code) for code in ("GHIM", "MOI")]
    office.reopen()
    steps = [run(office, one)[-1] for one in (*before, *after)]
    assert steps == ["Thu phí", "Thu phí", "Thu phí", "Thu lệ phí"]
    for code in ("GHIM", "MOI", "PHI"):
        command = RebuildStarts(procedure=versions(office, code)[0].procedure)
        found = office.app.engine.run(command, office.tenant)["differences"]
        assert found == []


def test_the_record_tells_why_a_version_followed_and_who_answers_for_it(
    office: Office,
) -> None:
    office.publish_files(fee())
    office.publish_files(caller("latest"))
    office.publish_files(fee("Thu lệ phí"))
    first, second = versions(office, "CHA")
    assert first.status is VersionStatus.RETIRED
    assert second.status is VersionStatus.PUBLISHED
    assert second.author == first.author
    assert second.publisher == office.accounts["pheduyet"].id
    called = versions(office, "PHI")[-1]
    cause = {"procedure": "PHI", "version": called.id.hex, "number": 2}
    with office.app.store.begin(office.tenant) as uow:
        stream = uow.history.stream(StreamKind.PROCEDURE, second.procedure)
        assert stream is not None
        events = uow.history.read(second.procedure, stream.month)
    told = [(one.type, json.loads(one.body)) for one in events]
    last = [(kind, body["facts"].get("cause")) for kind, body in told[-3:]]
    assert last == [
        ("version.uploaded", cause),
        ("version.retired", cause),
        ("version.published", cause),
    ]
    assert told[-3][1]["facts"]["author"] == first.author.hex
    assert {body["doer"]["account"] for _, body in told[-3:]} == {
        office.accounts["pheduyet"].id.hex
    }


def test_versions_follow_through_several_calls(office: Office) -> None:
    office.publish_files(fee())
    office.publish_files(caller("latest", code="GIUA"))
    office.publish_files(caller("latest", called="GIUA", code="NGOAI"))
    office.publish_files(fee("Thu lệ phí"))
    assert bound(office, "GIUA") == [("PHI", 2, Binding.LATEST)]
    assert bound(office, "NGOAI") == [("GIUA", 2, Binding.LATEST)]
    assert run(office, office.open("NGOAI")) == ["Nộp", "Nộp", "Thu lệ phí"]


def test_a_draft_that_waited_follows_when_it_is_published(office: Office) -> None:
    office.publish_files(fee())
    draft = office.do("thietke", UploadVersion(files=caller("latest")))
    office.publish_files(fee("Thu lệ phí"))
    command = PublishVersion(version=UUID(str(draft["version"])))
    made = office.do("pheduyet", command)
    assert made["followed"] == [{"procedure": "CHA", "number": 2}]
    assert bound(office, "CHA") == [("PHI", 2, Binding.LATEST)]


def test_a_caller_that_does_not_fit_stays_and_is_named(office: Office) -> None:
    office.publish_files(fee())
    office.publish_files(caller("latest"))
    only = bpmn.diagram(
        f"start s {bpmn.timer('P1D')}; task a; end e",
        "s > a > e",
        identity="thu_phi",
        more=ext('<qt:procedure code="PHI"/>'),
    )
    stored = office.do("thietke", UploadVersion(files={"process.bpmn": only}))
    version = UUID(str(stored["version"]))
    made = office.do("pheduyet", PublishVersion(version=version))
    assert (made["status"], made["followed"]) == ("published", [])
    [reason] = left_over(made)["CHA"]
    assert reason == (
        "“Thu phí” (c): the procedure PHI begins only at events, so it cannot be "
        "called; give it a plain start event."
    )
    assert bound(office, "CHA") == [("PHI", 1, Binding.LATEST)]
    assert run(office, office.open("CHA")) == ["Nộp", "Thu phí"]


def test_procedures_that_call_each_other_are_refused(office: Office) -> None:
    office.publish_files(fee())
    office.publish_files(caller("latest", code="GIUA"))
    office.publish_files(caller("latest", called="GIUA"))
    for called, path in (("GIUA", "GIUA"), ("CHA", "CHA")):
        found = upload_refused(office, caller(called=called, code="PHI"))
        assert f"PHI → {path} → PHI" in found["call-cycle"]


def test_nobody_approves_what_they_wrote_by_way_of_a_call(office: Office) -> None:
    account = office.accounts["pheduyet"]
    both = frozenset({Role.DESIGNER, Role.APPROVER})
    office.publish_files(fee())
    office.accounts["pheduyet"] = replace(account, roles=both)
    mine = office.do("pheduyet", UploadVersion(files=caller("latest")))
    other = office.accounts["thietke"]
    office.accounts["thietke"] = replace(other, roles=both)
    office.do("thietke", PublishVersion(version=UUID(str(mine["version"]))))
    stored = office.do("thietke", UploadVersion(files=fee("Thu lệ phí")))
    made = office.do("pheduyet", PublishVersion(version=UUID(str(stored["version"]))))
    assert made["followed"] == []
    assert list(left_over(made)) == ["CHA"]
    assert len(versions(office, "CHA")) == 1


def test_what_is_published_nowhere_or_twice_is_a_question(office: Office) -> None:
    found = upload_refused(office, caller())
    assert "call-unknown" in found
    office.publish_files(fee())
    office.publish_files(fee(code="PHI2"))
    by_process = caller(called="thu_phi")
    found = upload_refused(office, by_process)
    assert "PHI, PHI2" in found["call-ambiguous"]
    answers = json.dumps({"call-ambiguous:c": "procedure:PHI2"}).encode()
    office.publish_files({**by_process, "answers.json": answers})
    assert bound(office, "CHA") == [("PHI2", 1, Binding.PINNED)]


def test_a_call_that_a_person_settled_is_not_looked_up(office: Office) -> None:
    office.publish_files(fee())
    answers = json.dumps({"call-unknown:c": "manual"}).encode()
    office.publish_files({**caller(), "answers.json": answers})
    assert bound(office, "CHA") == []


def test_a_procedure_out_of_force_and_a_document_are_not_called(
    office: Office,
) -> None:
    office.publish_files(fee())
    version = versions(office, "PHI")[0].id
    office.do("pheduyet", RetireVersion(version=version))
    assert "call-unknown" in upload_refused(office, caller(), "thietke")
    paper = UploadVersion(files=fee(code="GIAY"), document=True)
    stored = office.do("thietke", paper)
    office.do("pheduyet", PublishVersion(version=UUID(str(stored["version"]))))
    assert "call-unknown" in upload_refused(office, caller(called="GIAY"), "thietke")


def test_the_procedures_of_another_tenant_are_not_there(office: Office) -> None:
    office.publish_files(fee())
    account = office.accounts["nuocngoai"]
    designer = replace(account, roles=frozenset({Role.DESIGNER}))
    office.accounts["nuocngoai"] = designer
    assert "call-unknown" in upload_refused(office, caller(), "nuocngoai")


def test_nobody_uploads_what_stands_for_a_published_procedure(office: Office) -> None:
    office.publish_files(fee())
    office.publish_files(caller())
    [version] = versions(office, "CHA")
    with office.app.store.begin(office.tenant) as uow:
        files = dict(uow.procedures.files(version.id))
    assert {"called/PHI@1/process.bpmn", "called/PHI@1/model.json"} < set(files)
    found = upload_refused(office, files)
    assert set(found) == {"package-called"}


def test_the_same_upload_is_the_same_version_until_what_it_calls_changes(
    office: Office,
) -> None:
    office.publish_files(fee())
    office.publish_files(caller())
    again = office.do("thietke", UploadVersion(files=caller()))
    assert again["number"] == 1
    office.publish_files(fee("Thu lệ phí"))
    assert office.do("thietke", UploadVersion(files=caller()))["number"] == 2


def test_each_asks_its_own_table_of_the_same_name(office: Office) -> None:
    found = dict(packages.read(EXAMPLE))
    table = "decisions/phi-ban-sao.dmn"
    lane = f'name="{DESK}"'.encode()
    called = found["process.bpmn"].replace('name="Bộ phận Một cửa"'.encode(), lane)
    office.publish_files({**found, "process.bpmn": called})
    ruled = ext('<qt:decision id="phi_phai_nop" result="cua_toi"/>')
    content = bpmn.diagram(
        f"start s; businessRuleTask b {ruled}; "
        'call c calledElement="ban-sao-co-phi"; end e',
        "s > b > c > e",
        identity="cha",
    )
    mine = found[table].replace(b"<text>1000</text>", b"<text>900</text>")
    office.publish_files({"process.bpmn": content, table: mine})
    case = office.open("cha", doi_tuong="khac", so_trang=11)
    (event,) = office.events(case)
    kept = {one.name: one.value for one in event.personal}
    answers = {
        name: record.value(value)
        for name, value in kept.items()
        if name.startswith("answer:") and value is not None
    }
    assert answers == {
        "answer:b:1": {"answer": 9900, "rules": ["nhieu_trang"]},
        "answer:tinh_phi:1": {"answer": 11000, "rules": ["nhieu_trang"]},
    }
    office.reopen()
    assert office.rebuild(case) == []
    assert office.verify(case) == []


def test_one_procedure_is_called_one_way(office: Office) -> None:
    office.publish_files(fee())
    files = caller()
    drawn = files["process.bpmn"]
    head, tail = drawn.split(b"<endEvent", 1)
    second = b'<callActivity id="d" calledElement="PHI" qt:binding="latest"/>'
    both = head + second + b"<endEvent" + tail
    both = both.replace(b'targetRef="e"', b'targetRef="d"', 1)
    flow = b'<sequenceFlow id="last" sourceRef="d" targetRef="e"/></process>'
    both = both.replace(b"</process>", flow)
    found = upload_refused(office, {**files, "process.bpmn": both})
    assert "call-bindings" in found
    answers = json.dumps({"call-bindings:d": "as-first"}).encode()
    office.publish_files({**files, "process.bpmn": both, "answers.json": answers})
    assert bound(office, "CHA") == [("PHI", 1, Binding.PINNED)] * 2
