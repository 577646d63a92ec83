"""Alarms, notices, the portal and figures of what was done on paper in time.

Friday 20/11/2026: a step of two working hours is due at 11:05; it is done on paper at
09:40 and entered at 16:00, after the alarm has rung.
"""

from typing import Final
from uuid import UUID

from engine.commands.sound_alarms import SoundAlarms
from engine.commands.tell_notices import TellNotices
from engine.domain import urgency
from engine.domain.notices import Kind
from engine.domain.portal import PortalState
from tests.integration.engine.office import Office, ext
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_clock_of_cases import at, go, procedure, ring
from tests.integration.engine.test_notices import of
from tests.integration.engine.test_on_paper import sheet

TWO_HOURS: Final = ext('<qt:work><qt:limit amount="2" unit="working-hour"/></qt:work>')
DONE: Final = "2026-11-20T09:40"


@scene
def case(office: Office) -> UUID:
    """A dossier of which nobody has entered anything until 16:00."""
    body = f"task xem 'Xem' {TWO_HOURS}; task tra 'Trả' {TWO_HOURS}"
    office.publish(giay=procedure("8.003", body=body))
    made = office.open("8.003")
    office.claim("thamtra", made, "xem")
    go(office, "2026-11-20T16:00")
    return made


def tell(office: Office) -> None:
    """Tell what there is to tell."""
    office.app.engine.run(TellNotices(), office.tenant)


def enter(office: Office, case: UUID) -> None:
    """The step as it was really done."""
    office.complete("thamtra", case, "xem", paper=sheet(office, "thamtra", DONE))


def test_what_was_done_in_time_is_not_told_as_overdue_any_more(
    office: Office, case: UUID
) -> None:
    assert ring(office) == (1, 1)
    enter(office, case)
    tell(office)
    assert Kind.OVERDUE not in dict(of(office, "thamtra"))
    go(office, "2026-11-20T16:01")
    # The next step, and it alone: its two hours went by on paper.
    assert ring(office) == (1, 1)
    assert ring(office) == (0, 0)
    with office.app.store.read(office.tenant) as uow:
        assert [one.element for one in uow.alarms.waiting(9)] == ["tra"]
    work = office.work(case)
    assert work["xem", 1].alarm_at is None
    # Two hours from 09:40, with the rest at noon.
    assert work["tra", 1].due_at == at("2026-11-20T13:10")


def test_the_whole_case_entered_afterwards_is_told_nobody(
    office: Office, case: UUID
) -> None:
    enter(office, case)
    done = sheet(office, "motcua", "2026-11-20T10:00")
    office.complete("motcua", case, "tra", paper=done)
    go(office, "2026-12-20T16:00")
    assert office.app.engine.run(SoundAlarms(), office.tenant)["raised"] == 0
    tell(office)
    assert of(office, "thamtra") == of(office, "giamsat") == []
    row = office.case(case)
    assert PortalState(row.portal) is PortalState.DONE
    assert row.closed_at == at("2026-11-20T10:00")
    assert row.due_at is not None
    assert row.closed_at < row.due_at


def test_open_work_is_as_urgent_as_its_real_due_instant(
    office: Office, case: UUID
) -> None:
    enter(office, case)
    edges = urgency.edges(office.clock.now(), office.app.engine.tools.calendar)
    due = office.work(case)["tra", 1].due_at
    assert due is not None
    assert edges.serious <= due < edges.now
