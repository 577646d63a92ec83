"""Two communes become one and a level goes, with five hundred open cases.

All go on at who follows, under their old codes; what was recorded stays byte for byte;
a rebuild finds nothing to put right (docs/manual/people.md, 9 to 11).
"""

from typing import Final
from uuid import UUID

from engine.commands.open_case import OpenCase
from engine.domain.case import Agencies
from engine.domain.organisation import Role
from tests.integration.engine import reorganised
from tests.integration.engine.office import DESK, EXAMINER, LEADER, Office
from webui import judging

CASES: Final = 500
#: Cases whose whole record is judged; each verdict of the others would be the same.
JUDGED: Final = 40


def opened(office: Office) -> list[UUID]:
    """Cases of both communes: half still at the desk, half with the district."""
    reorganised.add_person(office, "motcua2", Role.CLERK, "elsewhere", DESK)
    district, made = office.agencies["office"], []
    for number in range(CASES):
        login, commune = ("motcua", "ward") if number % 2 else ("motcua2", "elsewhere")
        here = office.agencies[commune]
        agencies = Agencies(
            helping=here, receiving=here, handling=district, deciding=district
        )
        command = OpenCase(
            procedure="1.001", data={"ten": "An", "phi": 0}, agencies=agencies
        )
        case = UUID(str(office.do(login, command)["case"]))
        if number % 4 > 1:
            office.complete(login, case, "nhan")
        if number % 8 == 3:
            office.claim("thamtra", case, "tham_tra")
        made.append(case)
    return made


def merge(office: Office) -> None:
    """The communes become one; what the district did, the province does."""
    reorganised.add_agency(office, "union")
    reorganised.add_person(office, "motcua3", Role.CLERK, "union", DESK)
    reorganised.add_person(office, "tinh1", Role.CLERK, "province", EXAMINER)
    reorganised.add_person(office, "tinh2", Role.CLERK, "province", LEADER)
    reorganised.reorganise(
        office, ("ward", "union"), ("elsewhere", "union"), ("office", "province")
    )


def test_five_hundred_open_cases_go_on_at_the_successor(office: Office) -> None:
    cases = opened(office)
    codes = {case: office.case(case).code for case in cases}
    before = {case: office.events(case) for case in cases}
    merge(office)
    closed = frozenset(office.agencies[one] for one in ("ward", "elsewhere", "office"))
    with office.app.store.read(office.tenant) as uow:
        moving = uow.accounts.moving
        assert moving.count(closed) == CASES
        assert [one.case for one in moving.lying(closed, None, CASES)] == cases
    told = [reorganised.transfer(office, case) for case in cases]
    assert all(one["moved"] and one["unassigned"] == [] for one in told)
    with office.app.store.read(office.tenant) as uow:
        assert uow.accounts.moving.count(closed) == 0
    for case in cases:
        step, login = ("nhan", "motcua3")
        if ("tham_tra", 1) in office.work(case):
            step, login = ("tham_tra", "tinh1")
        office.complete(login, case, step)
        now = office.case(case)
        assert now.code == codes[case]
        assert not now.agencies.all() & closed
        assert office.events(case)[: len(before[case])] == before[case]
        assert office.rebuild(case, repair=False) == []
    with judging.court(office.app, office.tenant) as (court, desk):
        found = [court.case(*desk.case(case)) for case in cases[:JUDGED]]
    assert [each for one in found for each in one.failures()] == []
