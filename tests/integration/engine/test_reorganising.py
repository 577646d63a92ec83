"""Agencies that change: cases go on at who follows, and nothing is written anew."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from engine.commands.rename_agency import RenameAgency
from engine.commands.reorganise_agencies import ReorganiseAgencies
from engine.commands.transfer_case import TransferCase
from engine.domain.case import TaskStatus
from engine.domain.organisation import Naming, Role
from engine.domain.policy import Action, Thing, allowed
from engine.errors import EngineError, NotAllowedError, NotFoundError, NotReadyError
from engine.evidence import record
from tests.integration.engine import forging, reorganised
from tests.integration.engine.office import EXAMINER, LEADER, Office
from tests.integration.engine.reorganised import ORDER, TODAY, transfer
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_verdicts import judged, wrong


@scene
def case(office: Office) -> UUID:
    """A case with the examiner of the office."""
    opened = office.open("1.001", ten="Nguyễn Văn A", phi=0)
    office.complete("motcua", opened, "nhan")
    return opened


def followed(office: Office, since: date = TODAY) -> None:
    """The office is merged into a new one, with an examiner and a leader."""
    reorganised.add_agency(office, "union")
    reorganised.add_person(office, "thamtra3", Role.CLERK, "union", EXAMINER)
    reorganised.add_person(office, "lanhdao2", Role.CLERK, "union", LEADER)
    reorganised.reorganise(office, ("office", "union"), since=since)


def facts(office: Office, case: UUID) -> dict[str, object]:
    found = record.parse(office.events(case)[-1].body)["facts"]
    assert isinstance(found, dict)
    return dict(found)


def test_a_case_goes_on_at_who_follows_and_keeps_its_code_and_its_past(
    office: Office, case: UUID
) -> None:
    before, was = office.events(case), office.case(case)
    followed(office)
    assert transfer(office, case)["moved"]
    after = office.case(case)
    union = office.agencies["union"]
    assert after.code == was.code
    assert (after.agencies.handling, after.agencies.deciding) == (union, union)
    assert after.agencies.receiving == office.agencies["ward"]
    assert office.work(case)["tham_tra", 1].agency == union
    assert office.events(case)[:-1] == before
    assert office.rebuild(case) == []
    office.complete("thamtra3", case, "tham_tra")
    office.clock.move(days=3)
    office.wake(case)
    office.complete("lanhdao2", case, "ky")
    assert office.rebuild(case) == []
    found = judged(office, case)
    assert wrong(found) == []


def test_what_is_recorded_names_old_and_new_and_each_piece_of_work(
    office: Office, case: UUID
) -> None:
    followed(office)
    transfer(office, case)
    old, new = office.agencies["office"].hex, office.agencies["union"].hex
    assert facts(office, case) == {
        "agencies": {"handling": [old, new], "deciding": [old, new]},
        "work": [["tham_tra", 1, old, new, ""]],
    }


def test_a_case_is_transferred_once_and_others_are_left_alone(
    office: Office, case: UUID
) -> None:
    seq = office.case(case).seq
    assert not transfer(office, case)["moved"]
    followed(office)
    transfer(office, case)
    assert not transfer(office, case)["moved"]
    assert office.case(case).seq == seq + 1


def test_who_worked_at_the_closed_agency_may_do_nothing_any_more(
    office: Office, case: UUID
) -> None:
    followed(office)
    for moved in (False, True):
        if moved:
            transfer(office, case)
        with pytest.raises(NotFoundError):
            office.claim("thamtra", case, "tham_tra")


def test_what_was_done_on_the_day_before_the_order_was_entered_stays_right(
    office: Office, case: UUID
) -> None:
    office.complete("thamtra", case, "tham_tra")
    office.clock.move(minutes=5)
    followed(office)
    transfer(office, case)
    assert wrong(judged(office, case)) == []


def test_a_claim_goes_on_where_its_position_is_followed(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, "tham_tra")
    reorganised.add_agency(office, "union")
    old = office.actor("thamtra").positions[0].id
    new = reorganised.add_position(office, "union", EXAMINER)
    reorganised.reorganise(office, ("office", "union"), positions=((old, new),))
    transfer(office, case)
    task = office.work(case)["tham_tra", 1]
    assert (task.status, task.position) == (TaskStatus.CLAIMED, new)
    assert task.assignee == office.accounts["thamtra"].id
    office.complete("thamtra", case, "tham_tra")
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_a_claim_ends_where_nobody_follows_in_the_position(
    office: Office, case: UUID
) -> None:
    office.claim("thamtra", case, "tham_tra")
    followed(office)
    transfer(office, case)
    task = office.work(case)["tham_tra", 1]
    assert (task.status, task.assignee, task.position) == (TaskStatus.OPEN, None, None)
    office.complete("thamtra3", case, "tham_tra")
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_an_agency_that_is_split_gives_each_work_to_who_does_it(
    office: Office, case: UUID
) -> None:
    for name, login, does in (("north", "bac", LEADER), ("south", "nam", EXAMINER)):
        reorganised.add_agency(office, name)
        reorganised.add_person(office, login, Role.CLERK, name, does)
    reorganised.reorganise(office, ("office", "north"), ("office", "south"))
    transfer(office, case)
    assert office.work(case)["tham_tra", 1].agency == office.agencies["south"]
    office.complete("nam", case, "tham_tra")
    office.clock.move(days=3)
    office.wake(case)
    office.complete("bac", case, "ky")
    assert wrong(judged(office, case)) == []
    assert office.rebuild(case) == []


def test_work_that_finds_nobody_stays_in_sight_at_who_follows(
    office: Office, case: UUID
) -> None:
    reorganised.add_agency(office, "union")
    reorganised.reorganise(office, ("office", "union"))
    assert transfer(office, case)["unassigned"] == ["Thẩm tra"]
    assert office.work(case)["tham_tra", 1].agency == office.agencies["union"]
    assert office.rebuild(case) == []


def test_closed_cases_stay_and_who_follows_may_see_them(
    office: Office, case: UUID
) -> None:
    office.complete("thamtra", case, "tham_tra")
    office.clock.move(days=3)
    office.wake(case)
    office.complete("lanhdao", case, "ky")
    office.receive(case, "thue_tra_loi", ket_qua="ok")
    followed(office, since=TODAY + timedelta(days=3))
    assert not transfer(office, case)["moved"]
    closed = office.case(case)
    assert closed.agencies.handling == office.agencies["office"]
    thing = Thing(tenant=office.tenant, agencies=frozenset({closed.agencies.handling}))
    sees = {
        login: allowed(office.actor(login), Action.CASE_VIEW, thing)
        for login in ("thamtra3", "xa", "thamtra")
    }
    assert sees == {"thamtra3": True, "xa": False, "thamtra": False}


def test_what_stands_under_a_closed_agency_comes_under_who_follows(
    office: Office,
) -> None:
    reorganised.add_agency(office, "team", "office")
    reorganised.add_agency(office, "union")
    day = TODAY + timedelta(days=10)
    reorganised.reorganise(office, ("office", "union"), since=day)
    with office.app.store.read(office.tenant) as uow:
        known = uow.accounts.organisation()
    team, union = office.agencies["team"], office.agencies["union"]
    assert team in known.on(day).below([union])
    assert team not in known.on(day - timedelta(days=1)).below([union])


def test_an_order_for_a_day_to_come_moves_nothing_before_it(
    office: Office, case: UUID
) -> None:
    reorganised.add_agency(office, "union")
    reorganised.add_person(office, "thamtra3", Role.CLERK, "union", EXAMINER)
    day = TODAY + timedelta(days=1)
    reorganised.reorganise(office, ("office", "union"), since=day)
    assert not transfer(office, case)["moved"]
    office.claim("thamtra", case, "tham_tra")
    office.clock.move(days=1)
    with pytest.raises(NotFoundError):
        office.complete("thamtra", case, "tham_tra")
    assert transfer(office, case)["moved"]
    office.complete("thamtra3", case, "tham_tra")
    assert wrong(judged(office, case)) == []


def test_a_rename_is_dated_and_the_agency_keeps_its_id(office: Office) -> None:
    day = TODAY + timedelta(days=3)
    naming = Naming(
        since=day,
        name="Phường Quy Nhơn Bắc",
        codes=("H08.1",),
        level="commune",
        parent=office.agencies["province"],
        document=ORDER,
    )
    office.do("quantri", RenameAgency(agency=office.agencies["ward"], naming=naming))
    with office.app.store.read(office.tenant) as uow:
        known = uow.accounts.organisation()
    ward = office.agencies["ward"]
    names = [known.on(one).agencies[ward].name for one in (TODAY, day)]
    assert names == ["Cơ quan ward", "Phường Quy Nhơn Bắc"]
    again = RenameAgency(agency=ward, naming=naming)
    refused(office, NotReadyError, "naming-day", again)


def refused(
    office: Office, error: type[EngineError], code: str, command: object
) -> None:
    before = office.digest()
    with pytest.raises(error) as refusal:
        office.do("quantri", command)
    assert not code or refusal.value.code == code
    assert office.digest() == before


def test_orders_that_make_no_sense_are_refused_and_nothing_is_stored(
    office: Office,
) -> None:
    plan = reorganised.plan
    stranger = office.app.ids.uuid()
    own = office.actor("thamtra").positions[0].id
    yesterday = TODAY - timedelta(days=1)
    for error, code, made in (
        (NotReadyError, "no-moves", plan(office)),
        (NotReadyError, "no-document", plan(office, ("office", "ward"), document=" ")),
        (
            *(NotReadyError, "naming-day"),
            plan(office, ("office", "ward"), since=yesterday),
        ),
        (NotReadyError, "agency-closed", plan(office, ("office", "office"))),
        (
            *(NotReadyError, "agency-closed"),
            plan(office, ("office", "ward"), ("ward", "elsewhere")),
        ),
        (
            *(NotFoundError, "no-agency"),
            plan(office, moves=((office.agencies["office"], stranger),)),
        ),
        (
            *(NotFoundError, "no-position"),
            plan(office, ("office", "ward"), positions=((own, stranger),)),
        ),
        (
            *(NotReadyError, "other-position"),
            plan(office, ("office", "ward"), positions=((own, own),)),
        ),
    ):
        refused(office, error, code, ReorganiseAgencies(plan=made))
    with pytest.raises(NotAllowedError):
        office.do("giamsat", ReorganiseAgencies(plan=plan(office, ("office", "ward"))))
    reorganised.reorganise(office, ("office", "ward"))
    again = ReorganiseAgencies(plan=plan(office, ("office", "elsewhere")))
    refused(office, NotReadyError, "agency-closed", again)


def test_a_forged_successor_is_named_by_the_verdict_on_authority(
    office: Office, case: UUID
) -> None:
    followed(office)
    transfer(office, case)

    def elsewhere(body: forging.Body, _: object) -> None:
        other = office.agencies["elsewhere"].hex
        body["facts"]["agencies"]["handling"][1] = other

    events = forging.forge(office.events(case), 3, elsewhere)
    assert wrong(judged(office, case, events)) == [(3, "authority", "not-successor")]


def test_a_transfer_by_somebody_else_is_named(office: Office, case: UUID) -> None:
    followed(office)
    transfer(office, case)

    def by_clerk(body: forging.Body, _: object) -> None:
        body["doer"] = {"account": office.accounts["thamtra"].id.hex}

    events = forging.forge(office.events(case), 3, by_clerk)
    assert wrong(judged(office, case, events)) == [(3, "authority", "no-role")]


def test_only_who_administers_transfers(office: Office, case: UUID) -> None:
    followed(office)
    with pytest.raises(NotAllowedError):
        office.do("giamsat", TransferCase(case=case))
