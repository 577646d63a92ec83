"""A round of verdicts reads many cases at a time, each as it is by itself."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.judging.ruling import Answer
from storage import chosen, schema
from tests.integration.engine.office import MAIN_STEPS, Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_erasing import closed_case
from webui import judged_rows, judging


@scene
def cases(office: Office) -> list[UUID]:
    """Some cases of several months, one of them closed, the others at some step."""
    made = [closed_case(office)]
    for steps in (0, 1, 2):
        case = office.open("1.001", ten=f"Người {steps}", phi=0)
        for login, element in MAIN_STEPS[:steps]:
            office.complete(login, case, element, {"ghi_chu": "Đủ"})
        made.append(case)
        office.clock.move(days=20)
    return made


def read(office: Office, cases: list[UUID]) -> dict[UUID, judged_rows.Case]:
    with office.app.chosen.moment(office.tenant, cases) as moment:
        return dict(judged_rows.chosen(moment, office.tenant))


@pytest.mark.parametrize("size", [1, 2, 250])
def test_chosen_cases_are_judged_as_each_is_by_itself(
    office: Office,
    cases: list[UUID],
    monkeypatch: pytest.MonkeyPatch,
    size: int,
) -> None:
    monkeypatch.setattr(chosen, "CHUNK", size)
    found = read(office, [*reversed(cases), cases[0]])
    assert found.keys() == {*cases}
    with judging.court(office.app, office.tenant) as (court, desk):
        for case in cases:
            alone = desk.case(case)
            assert found[case][1] == alone[1]
            bodies = [one.body for one in found[case][0]]
            assert bodies == [one.body for one in alone[0]]
            assert [one.at for one in found[case][0]] == [one.at for one in alone[0]]
            mine, other = court.case(*found[case]), court.case(*alone)
            assert judging.plain(mine) == judging.plain(other)


def test_only_what_was_chosen_is_read(office: Office, cases: list[UUID]) -> None:
    assert read(office, cases[1:2]).keys() == {cases[1]}
    assert read(office, []) == {}
    assert read(office, [office.tenant]) == {}


def test_cases_of_other_tenants_are_not_read(office: Office, cases: list[UUID]) -> None:
    with office.app.chosen.moment(office.abroad, cases) as moment:
        assert dict(judged_rows.chosen(moment, office.abroad)) == {}


def test_a_case_whose_events_are_gone_does_not_conform(
    office: Office, cases: list[UUID]
) -> None:
    office.unguard()
    with office.app.database.write() as connection:
        stream = schema.event.c.stream
        connection.execute(sa.delete(schema.event).where(stream == cases[1]))
    events, head = read(office, cases)[cases[1]]
    assert events == []
    assert head is not None
    with judging.court(office.app, office.tenant) as (court, _):
        assert court.case(events, head).answer is Answer.DOES_NOT_CONFORM
