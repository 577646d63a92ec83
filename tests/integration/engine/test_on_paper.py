"""Acts done on paper and entered later: limits, hands, outages, verdicts, rebuilds.

Friday 20/11/2026. The network is down from 09:10 to 11:00; what was done meanwhile is
entered in the afternoon. Due instants are worked out by hand.
"""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

import pytest

from engine.commands import ask_outside as ask
from engine.commands import change_organisation as change
from engine.commands.declare_outage import DeclareOutage, EndOutage
from engine.commands.open_case import OpenCase
from engine.commands.return_task import ReturnTask
from engine.commands.suspend_case import EndSuspension, SuspendCase
from engine.domain.case import Agencies
from engine.domain.events import EventType
from engine.domain.on_paper import OnPaper
from engine.errors import EngineError, NotAllowedError, NotFoundError, NotReadyError
from engine.evidence import gathering
from engine.evidence.exports import csv as csv_export
from engine.evidence.exports import rows, xes
from engine.evidence.papers import slip
from tests import bpmn
from tests.integration.engine import forging
from tests.integration.engine import test_substitution as substitution
from tests.integration.engine.forging import Body
from tests.integration.engine.office import Office, ext, lanes
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import at, due, go, procedure
from tests.integration.engine.test_papers import source_of
from tests.integration.engine.test_verdicts import judged, kinds, wrong

NINE: Final = "2026-11-20T09:30"
WHY: Final = "Mất mạng cả buổi sáng"


@scene
def case(office: Office) -> UUID:
    """Received at 09:05, entered on the screen."""
    office.publish(giay=procedure("8.001"))
    return office.open("8.001")


def sheet(office: Office, who: str, when: str = NINE, **more: Any) -> OnPaper:
    """What a sheet tells."""
    position = office.actor(who).positions[0].id
    by = office.accounts[who].id
    made = OnPaper(at=at(when), by=by, position=position, why=WHY)
    return replace(made, **more)


def declare(office: Office, ends: str | None = "2026-11-20T11:00") -> UUID:
    """Declare the outage of the morning."""
    made = office.do(
        "quantri",
        DeclareOutage(
            begins=at("2026-11-20T09:10"),
            ends=None if ends is None else at(ends),
            reason="Đứt cáp quang",
            document="12/TB-UBND",
        ),
    )
    return UUID(str(made["outage"]))


def refused(do: Callable[[], object], kind: type[EngineError], code: str) -> None:
    with pytest.raises(kind) as caught:
        do()
    assert caught.value.code == code


def paper_of(office: Office, case: UUID, seq: int = -1) -> Body:
    facts = json.loads(office.events(case)[seq].body)["facts"]
    told: Body = facts["paper"]
    return told


def open_on_paper(office: Office, paper: OnPaper) -> UUID:
    ward, handling = office.agencies["ward"], office.agencies["office"]
    command = OpenCase(
        procedure="8.001",
        data={},
        agencies=Agencies(
            helping=ward, receiving=ward, handling=handling, deciding=handling
        ),
        paper=paper,
    )
    return UUID(str(office.do("motcua", command)["case"]))


# Limits count by the real instants.


def test_a_step_done_on_paper_begins_and_ends_by_the_real_instants(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T16:00")
    declare(office)
    office.complete("thamtra2", case, "xem", paper=sheet(office, "thamtra", why=""))
    work = office.work(case)
    assert work["xem", 1].closed_at == at(NINE)
    assert work["xem", 1].assignee == office.accounts["thamtra2"].id
    assert work["xem", 1].hand == office.accounts["thamtra"].id
    assert work["tra", 1].opened_at == at(NINE)
    event = office.events(case)[-1]
    assert event.at == at("2026-11-20T16:00")
    assert office.rebuild(case) == []


def test_a_receipt_on_paper_promises_from_the_real_receipt(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-23T08:00")
    made = open_on_paper(office, sheet(office, "motcua", "2026-11-20T10:00"))
    # Five working days from Friday 10:00, of which Tuesday 24/11 is none.
    assert due(office, made) == at("2026-11-30T10:00")
    assert due(office, case) == at("2026-11-30T09:05")
    assert office.case(made).opened_at == at("2026-11-20T10:00")
    # Sixteen working hours from Friday 10:00, not from Monday 08:00.
    first = office.work(made)["xem", 1]
    assert first.opened_at == at("2026-11-20T10:00")
    with office.app.store.read(office.tenant) as uow:
        told = uow.dossiers.get(made)
    assert told is not None
    assert told.dossier.received_at == at("2026-11-20T10:00")
    assert office.rebuild(made) == []
    found = judged(office, made)
    assert wrong(found) == []
    assert kinds(found) == [(1, "on-paper", "")]


def test_a_case_that_ended_on_paper_is_judged_by_when_it_really_ended(
    office: Office, case: UUID
) -> None:
    go(office, "2026-12-10T08:00")
    office.complete("thamtra", case, "xem", paper=sheet(office, "thamtra"))
    real = "2026-11-20T10:30"
    office.complete("motcua", case, "tra", paper=sheet(office, "motcua", real))
    assert office.case(case).closed_at == at(real)
    found = judged(office, case)
    assert wrong(found) == []
    assert [kind for _, kind, _ in kinds(found)] == ["on-paper", "on-paper"]
    assert found.deviations[0].cause == WHY
    assert office.rebuild(case) == []
    with office.app.store.read(office.tenant) as uow:
        told = uow.dossiers.get(case)
    assert told is not None
    assert told.dossier.ended_at == at(real)


def test_a_supplement_asked_on_paper_stops_the_clock_at_its_real_instant(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T16:00")
    asked = sheet(office, "thamtra", "2026-11-20T10:00")
    office.do(
        "thamtra",
        ask.RequestSupplement(case=case, missing="Giấy", reason="Thiếu", paper=asked),
    )
    brought = sheet(office, "thamtra", "2026-11-20T11:00")
    office.do("thamtra", ask.ReceiveSupplement(case=case, paper=brought))
    found = judged(office, case)
    assert wrong(found) == []
    waited = office.case(case)
    assert '"2026-11-20T03:00:00.000000Z"' in waited.clock
    assert '"2026-11-20T04:00:00.000000Z"' in waited.clock
    assert office.rebuild(case) == []


def test_what_moves_the_clock_on_paper_is_entered_in_the_order_it_happened(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T10:00")
    office.do(
        "thamtra", ask.RequestSupplement(case=case, missing="Giấy", reason="Thiếu")
    )
    go(office, "2026-11-20T16:00")
    early = sheet(office, "thamtra", "2026-11-20T09:50")
    refused(
        lambda: office.do("thamtra", ask.ReceiveSupplement(case=case, paper=early)),
        NotReadyError,
        "paper-clock",
    )


def test_nothing_was_done_on_paper_while_the_case_was_suspended(
    office: Office, case: UUID
) -> None:
    stop = SuspendCase(case=case, reason="Chờ án", basis="Điều 7", document="5/QĐ")
    go(office, "2026-11-20T09:20")
    office.do("giamsat", stop)
    go(office, "2026-11-20T10:20")
    office.do("giamsat", EndSuspension(case=case, reason="Bản án đã có"))
    go(office, "2026-11-20T16:00")
    refused(
        lambda: office.complete("thamtra", case, "xem", paper=sheet(office, "thamtra")),
        NotReadyError,
        "suspended",
    )


# Instants that cannot be.


@pytest.mark.parametrize(
    ("when", "code"),
    [("2026-11-20T16:01", "paper-future"), ("2026-11-20T09:04", "paper-early")],
)
def test_a_real_instant_lies_between_what_came_before_and_now(
    office: Office, case: UUID, when: str, code: str
) -> None:
    go(office, "2026-11-20T16:00")
    before = office.digest()
    paper = sheet(office, "thamtra", when)
    refused(
        lambda: office.complete("thamtra", case, "xem", paper=paper),
        NotReadyError,
        code,
    )
    assert office.digest() == before


def test_the_next_step_is_not_done_before_the_one_that_opened_it_really_was(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T16:00")
    office.complete("thamtra", case, "xem", paper=sheet(office, "thamtra"))
    early = sheet(office, "motcua", "2026-11-20T09:29")
    refused(
        lambda: office.complete("motcua", case, "tra", paper=early),
        NotReadyError,
        "paper-early",
    )
    office.complete("motcua", case, "tra", paper=sheet(office, "motcua"))
    assert wrong(judged(office, case)) == []


def test_an_instant_without_its_offset_is_none(office: Office) -> None:
    bare = datetime(2026, 11, 20, 9, 30)  # noqa: DTZ001 - this is what is refused
    with pytest.raises(ValueError, match="2026"):
        OnPaper(at=bare, by=office.tenant, position=office.tenant)


# Reasons and outages.


def test_outside_of_an_outage_paper_needs_a_reason(office: Office, case: UUID) -> None:
    go(office, "2026-11-20T16:00")
    bare = sheet(office, "thamtra", why="  ")
    refused(
        lambda: office.complete("thamtra", case, "xem", paper=bare),
        NotReadyError,
        "paper-why",
    )
    declare(office)
    after = sheet(office, "thamtra", "2026-11-20T11:00", why="")
    refused(
        lambda: office.complete("thamtra", case, "xem", paper=after),
        NotReadyError,
        "paper-why",
    )


@pytest.mark.usefixtures("case")
def test_an_old_receipt_needs_a_reason_even_in_an_outage(office: Office) -> None:
    go(office, "2026-11-25T16:00")
    declare(office)
    bare = sheet(office, "motcua", why="")
    refused(lambda: open_on_paper(office, bare), NotReadyError, "paper-why")
    made = open_on_paper(office, sheet(office, "motcua"))
    found = judged(office, made)
    assert wrong(found) == []
    assert kinds(found) == []


def test_paper_in_an_outage_is_no_deviation_and_names_it(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T10:00")
    outage = declare(office, ends=None)
    office.complete("thamtra", case, "xem", paper=sheet(office, "thamtra", why=""))
    go(office, "2026-11-20T11:30")
    # What the outage covered when it was entered stays covered.
    office.do("quantri", EndOutage(id=outage, ends=at("2026-11-20T09:20")))
    assert paper_of(office, case)["outage"] == outage.hex
    found = judged(office, case)
    assert wrong(found) == []
    assert found.deviations == ()
    ruling = found.events[-1].rulings[2]
    assert (ruling.code, ruling.params["document"]) == ("paper-in-outage", "12/TB-UBND")


def test_outages_are_listed_found_and_ended_once(office: Office) -> None:
    go(office, "2026-11-20T12:00")
    outage = declare(office, ends=None)
    with office.app.store.read(office.tenant) as uow:
        assert uow.outages.in_force(at("2026-11-20T09:09")) is None
        found = uow.outages.in_force(at("2026-11-20T09:10"))
    assert found is not None
    assert (found.id, found.ends, found.reason) == (outage, None, "Đứt cáp quang")
    ends = EndOutage(id=outage, ends=at("2026-11-20T11:00"))
    office.do("quantri", ends)
    refused(lambda: office.do("quantri", ends), NotReadyError, "outage-over")
    with office.app.store.read(office.tenant) as uow:
        assert uow.outages.in_force(at("2026-11-20T11:00")) is None
        (only,) = uow.outages.listed()
    assert only.ends == at("2026-11-20T11:00")
    assert only.ended_by == office.accounts["quantri"].id
    unknown = EndOutage(id=office.tenant, ends=at("2026-11-20T11:00"))
    refused(lambda: office.do("quantri", unknown), NotFoundError, "no-outage")


@pytest.mark.parametrize(
    ("begins", "ends", "code"),
    [
        ("2026-11-20T12:01", None, "outage-future"),
        ("2026-11-20T10:00", "2026-11-20T10:00", "outage-end"),
        ("2026-11-20T10:00", "2026-11-20T12:01", "outage-end"),
    ],
)
def test_an_outage_lies_in_the_past(
    office: Office, begins: str, ends: str | None, code: str
) -> None:
    go(office, "2026-11-20T12:00")
    command = DeclareOutage(
        begins=at(begins),
        ends=None if ends is None else at(ends),
        reason="Mất điện",
        document="1/TB",
    )
    refused(lambda: office.do("quantri", command), NotReadyError, code)
    empty = replace(command, begins=at("2026-11-20T09:00"), ends=None, reason=" ")
    refused(lambda: office.do("quantri", empty), NotReadyError, "no-why")
    bare = replace(command, begins=at("2026-11-20T09:00"), ends=None, document=" ")
    refused(lambda: office.do("quantri", bare), NotReadyError, "no-document")


def test_only_who_administers_declares_outages(office: Office) -> None:
    for login in ("motcua", "giamsat", "kiemtoan", "pheduyet"):
        command = DeclareOutage(begins=office.clock.at, reason="x", document="1")
        refused(
            lambda who=login, what=command: office.do(who, what),  # type: ignore[misc]
            NotAllowedError,
            "not-allowed",
        )


# Who.


def test_who_did_it_on_paper_held_the_position_then(office: Office, case: UUID) -> None:
    go(office, "2026-11-20T16:00")
    theirs = office.actor("xa").positions[0].id
    for who, position in (("xa", theirs), ("lanhdao", None), ("giamsat", None)):
        paper = sheet(office, who)
        if position is not None:
            paper = replace(paper, position=position)
        refused(
            lambda paper=paper: office.complete(  # type: ignore[misc]
                "thamtra", case, "xem", paper=paper
            ),
            NotAllowedError,
            "paper-holder",
        )
    nobody = sheet(office, "thamtra", by=office.tenant)
    refused(
        lambda: office.complete("thamtra", case, "xem", paper=nobody),
        NotAllowedError,
        "paper-holder",
    )


def test_who_left_since_still_did_it_then(office: Office, case: UUID) -> None:
    paper = sheet(office, "thamtra2")
    go(office, "2026-11-25T08:00")
    run = office.app.engine.run
    holding = change.EndHolding(
        position=paper.position,
        account=paper.by,
        valid_from=date.min,
        valid_to=date(2026, 11, 24),
    )
    run(holding, office.tenant)
    run(change.CloseAccount(account=paper.by), office.tenant)
    late = replace(paper, at=at("2026-11-25T08:00"))
    refused(
        lambda: office.complete("thamtra", case, "xem", paper=late),
        NotAllowedError,
        "paper-holder",
    )
    office.complete("thamtra", case, "xem", paper=paper)
    assert wrong(judged(office, case)) == []


def test_who_enters_needs_the_position_now(office: Office, case: UUID) -> None:
    go(office, "2026-11-20T16:00")
    refused(
        lambda: office.complete("lanhdao", case, "xem", paper=sheet(office, "thamtra")),
        NotAllowedError,
        "not-your-position",
    )


def test_both_hands_count_for_four_eyes(office: Office) -> None:
    office.publish(doi=pair())
    made = office.open("8.002")
    go(office, "2026-11-20T16:00")
    office.complete("thamtra", made, "xem", paper=sheet(office, "thamtra2"))
    for login in ("thamtra", "thamtra2"):
        refused(
            lambda who=login: office.complete(who, made, "duyet"),  # type: ignore[misc]
            NotAllowedError,
            "four-eyes",
        )
    assert office.rebuild(made) == []


def test_a_second_pair_of_eyes_on_paper_is_another_persons(office: Office) -> None:
    office.publish(doi=pair())
    made = office.open("8.002")
    office.complete("thamtra", made, "xem")
    go(office, "2026-11-20T16:00")
    own = sheet(office, "thamtra")
    refused(
        lambda: office.complete("thamtra2", made, "duyet", paper=own),
        NotAllowedError,
        "four-eyes",
    )


def test_a_substitute_does_no_step_of_a_pair_on_paper(
    office: Office, case: UUID
) -> None:
    """A sheet does not say for whom it was, and four eyes count whom it was for."""
    office.publish(doi=pair())
    made = office.open("8.002")
    substitution.give(office, "thamtra", "xa")
    go(office, "2026-11-20T16:00")
    theirs = office.actor("thamtra").positions[0].id
    paper = replace(sheet(office, "xa"), position=theirs)
    refused(
        lambda: office.complete("thamtra2", made, "xem", paper=paper),
        NotAllowedError,
        "paper-holder",
    )
    office.complete("thamtra2", case, "xem", paper=paper)
    assert wrong(judged(office, case)) == []
    office.complete("thamtra2", made, "xem", paper=sheet(office, "thamtra"))
    put = _told(by=paper.by.hex)
    found = judged(office, made, forging.forge(office.events(made), 2, put))
    assert [one[:2] for one in wrong(found)] == [(2, "authority")]


def pair() -> bytes:
    """Two steps of one performer, which two people must do."""
    second = ext('<qt:work fourEyes="xem"/>')
    return bpmn.definitions(
        bpmn.process(
            f"start s; task xem 'Xem'; task duyet 'Duyệt' {second}; end e",
            "s > xem > duyet > e",
            identity="p_8_002",
            more=lanes(examiner="xem duyet") + ext('<qt:procedure code="8.002"/>'),
        )
    )


def test_work_returned_on_paper_opens_the_earlier_step_at_the_real_instant(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T09:20")
    office.complete("thamtra", case, "xem")
    go(office, "2026-11-20T16:00")
    command = ReturnTask(
        case=case,
        element="tra",
        occurrence=1,
        target="xem",
        reason="Thiếu chữ ký",
        paper=sheet(office, "motcua"),
    )
    office.do("motcua", command)
    assert office.work(case)["xem", 2].opened_at == at(NINE)
    found = judged(office, case)
    assert wrong(found) == []
    assert [kind for _, kind, _ in kinds(found)] == ["returned", "on-paper"]
    assert office.rebuild(case) == []


# Forged.


def _at(when: str) -> Callable[[Body, Body], None]:
    def change(body: Body, _: Body) -> None:
        instant = at(when).astimezone(UTC).isoformat(timespec="microseconds")
        body["facts"]["paper"]["at"] = instant.replace("+00:00", "Z")

    return change


def _told(**facts: Any) -> Callable[[Body, Body], None]:
    return lambda body, _: body["facts"]["paper"].update(facts)


@pytest.mark.parametrize(
    ("change", "question", "code"),
    [
        (_at("2026-11-20T09:04"), "time", "paper-instant"),
        (_at("2026-11-20T16:01"), "time", "paper-after"),
        (_told(at="2026-11-20T02:30:00+00:00"), "time", "format"),
        (_told(why=""), "authority", "paper-unexplained"),
        (_told(outage="0" * 32), "authority", "no-such-outage"),
        (_told(position="0" * 32), "authority", "no-position"),
        (_told(by="0" * 32), "authority", "no-account"),
    ],
)
def test_a_sheet_that_was_forged_does_not_hold(
    office: Office,
    case: UUID,
    change: Callable[[Body, Body], None],
    question: str,
    code: str,
) -> None:
    go(office, "2026-11-20T16:00")
    office.complete("thamtra", case, "xem", paper=sheet(office, "thamtra"))
    found = judged(office, case, forging.forge(office.events(case), 2, change))
    assert (2, question, code) in wrong(found)


def test_a_sheet_on_an_act_that_is_done_here_does_not_hold(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, "xem")

    def put(body: Body, _: Body) -> None:
        body["facts"]["paper"] = {
            "at": body["at"],
            "by": body["doer"]["account"],
            "position": body["doer"]["position"],
            "scan": "",
            "why": WHY,
        }

    found = judged(office, case, forging.forge(office.events(case), 2, put))
    assert (2, "authority", "paper-act") in wrong(found)


def test_a_paper_hand_of_both_steps_is_found_in_the_record(office: Office) -> None:
    office.publish(doi=pair())
    made = office.open("8.002")
    go(office, "2026-11-20T16:00")
    office.complete("thamtra", made, "xem")
    paper = sheet(office, "thamtra2", "2026-11-20T16:00")
    office.complete("thamtra2", made, "duyet", paper=paper)
    first = office.accounts["thamtra"].id.hex
    position = office.actor("thamtra").positions[0].id.hex
    change = _told(by=first, position=position)
    found = judged(office, made, forging.forge(office.events(made), 3, change))
    assert (3, "authority", "four-eyes") in wrong(found)


# What is printed and exported.


def test_the_slip_names_who_did_it_on_paper_and_when(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T16:00")
    office.complete("thamtra2", case, "xem", paper=sheet(office, "thamtra"))
    made = slip.slip(source_of(office, case), office.clock.at)
    (line,) = (one for one in made.lines if one.kind is EventType.TASK_COMPLETED)
    assert line.at == at(NINE)
    assert line.giver.person == "Người thamtra"
    assert line.giver.agency == "Cơ quan office"


def test_exports_carry_both_instants(office: Office, case: UUID) -> None:
    go(office, "2026-11-20T16:00")
    office.complete("thamtra2", case, "xem", paper=sheet(office, "thamtra"))
    with office.app.store.begin(office.tenant) as uow:
        row = uow.cases.get(case)
        version = uow.procedures.version(row.procedure_version)
        model = office.app.packages.published(version, uow.procedures).model
    done = rows.steps(office.events(case), model)
    (step,) = (one for one in done if one.element == "xem")
    assert (step.at, step.real) == (at("2026-11-20T16:00"), at(NINE))
    assert step.account == office.accounts["thamtra2"].id.hex
    assert step.hand == office.accounts["thamtra"].id.hex
    exported = rows.Exported(
        code=row.code,
        procedure="8.001",
        opened=row.opened_at,
        due=row.due_at,
        closed=None,
        done=done,
    )
    (line,) = (
        one
        for one in csv.DictReader(
            io.StringIO(csv_export.write([exported], rows.Head()).decode())
        )
        if one["element"] == "xem"
    )
    assert line["time"] == "2026-11-20T09:00:00.000000+00:00"
    assert line["real"] == "2026-11-20T02:30:00.000000+00:00"
    assert line["hand"] == step.hand
    text = xes.write([exported], rows.Head()).decode()
    assert text.count('key="quytrinh:real"') == 1
    assert '"quytrinh:real" value="2026-11-20T02:30:00.000000+00:00"' in text


def test_a_bundle_tells_of_the_outage_and_of_who_did_it_on_paper(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T12:00")
    declare(office)
    other = DeclareOutage(begins=at("2026-11-20T08:00"), reason="Khác", document="1")
    office.do("quantri", replace(other, ends=at("2026-11-20T08:10")))
    office.complete("thamtra2", case, "xem", paper=sheet(office, "thamtra", why=""))
    bodies = [json.loads(one.body) for one in office.events(case)]
    with office.app.store.begin(office.tenant) as uow:
        sources = gathering.Sources(
            uow=uow,
            log=office.app.log,
            heads=office.app.heads,
            days=office.app.days,
            tenant=office.tenant,
            origin="thu",
        )
        told = [json.loads(one.body) for one in gathering.office(sources, bodies)]
    outages = [one["facts"] for one in told if one["type"] == "outage.declared"]
    assert [one["document"] for one in outages] == ["12/TB-UBND"]
    accounts = {
        one["facts"]["account"] for one in told if one["type"] == "account.created"
    }
    assert office.accounts["thamtra"].id.hex in accounts
    assert office.accounts["thamtra2"].id.hex in accounts
