"""Work that a timer opened before an order on paper was entered.

Friday 20/11/2026; the case was received at 09:05. The stop was signed at 10:00 and is
entered at 16:00; at 11:05 a timer had opened a reminder, and nobody had done anything.
"""

from typing import Final
from uuid import UUID

import pytest

from engine.commands.end_case import StopCase
from engine.domain.case import TaskStatus
from engine.domain.organisation import Role
from tests import bpmn
from tests.integration.engine import reorganised
from tests.integration.engine.office import Office, lanes
from tests.integration.engine.test_clock_of_cases import at, go
from tests.integration.engine.test_on_paper import sheet
from tests.integration.engine.test_orders_on_paper import CHIEF, ORDER, sound

TWO_HOURS: Final = bpmn.timer("PT2H")
REMINDED: Final = bpmn.definitions(
    bpmn.process(
        "start s; task xem 'Xem xét'; task goi 'Nhắc việc'; end e; end f;"
        f"boundary nhac attachedToRef='xem' cancelActivity='false' {TWO_HOURS}",
        "s > xem > e\nnhac > goi > f",
        identity="p_nhac",
        more=lanes(examiner="xem goi"),
    )
)


@pytest.fixture
def case(office: Office) -> UUID:
    """Received at 09:05, with a reminder at 11:05."""
    reorganised.add_person(office, CHIEF, Role.SUPERVISOR, "province", "Giám sát")
    office.publish(nhac=REMINDED)
    return office.open("p_nhac")


def test_work_that_a_timer_opened_after_a_stop_on_paper_never_lasted(
    office: Office, case: UUID
) -> None:
    go(office, "2026-11-20T11:05")
    office.wake(case)
    assert office.work(case)["goi", 1].opened_at == at("2026-11-20T11:05")
    go(office, "2026-11-20T16:00")
    paper = sheet(office, CHIEF, "2026-11-20T10:00")
    office.do("giamsat", StopCase(case=case, **ORDER, paper=paper))
    work = office.work(case)
    assert {one.status for one in work.values()} == {TaskStatus.CANCELLED}
    assert work["xem", 1].closed_at == at("2026-11-20T10:00")
    assert work["goi", 1].closed_at == work["goi", 1].opened_at
    assert office.case(case).closed_at == at("2026-11-20T10:00")
    sound(office, case)
