"""Alarms that were told go when their case is over, and not before."""

import sqlalchemy as sa

from engine.alarms import Alarm
from storage import alarm_schema, schema
from storage.bell import Bell
from storage.database import Database
from tests.contracts import world
from tests.contracts.world import World


def alarms(database: Database, here: World) -> int:
    mine = alarm_schema.alarm.c.tenant_id == here.tenant
    with database.read() as connection:
        return len(connection.execute(sa.select(alarm_schema.alarm).where(mine)).all())


def rung(here: World) -> Alarm:
    """The alarm of a case that was due at noon."""
    with here.begin() as work:
        (found,) = work.alarms.ring(world.at(1), 10)
        work.commit()
    return found


def told(here: World, alarm: Alarm) -> None:
    with here.begin() as work:
        work.alarms.delivered(alarm, world.at(2))
        work.commit()


def close(database: Database, here: World, alarm: Alarm) -> None:
    case = schema.case.c
    mine = (case.tenant_id == here.tenant, case.id == alarm.case)
    with database.write() as connection:
        connection.execute(
            sa.update(schema.case).where(*mine).values(closed_at=world.at(3))
        )


def test_an_alarm_goes_when_it_was_told_and_its_case_is_over(
    database: Database, here: World
) -> None:
    here.opened(here.case(due_at=world.NOON, alarm_at=world.NOON))
    alarm, bell = rung(here), Bell(database)
    assert bell.clear(here.tenant, world.at(9)) == 0
    told(here, alarm)
    assert bell.clear(here.tenant, world.at(9)) == 0
    assert alarms(database, here) == 1
    close(database, here, alarm)
    assert bell.clear(here.tenant, world.at(2)) == 0
    assert bell.clear(here.tenant, world.at(9)) == 1
    assert alarms(database, here) == 0


def test_an_alarm_that_nobody_was_told_stays(database: Database, here: World) -> None:
    here.opened(here.case(due_at=world.NOON, alarm_at=world.NOON))
    close(database, here, rung(here))
    assert Bell(database).clear(here.tenant, world.at(9)) == 0
    assert alarms(database, here) == 1
