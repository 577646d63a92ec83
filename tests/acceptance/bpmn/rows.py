"""Every row of the suite, family by family."""

from typing import Final

from tests.acceptance.bpmn import (
    activities,
    boundary_events,
    boundary_from_inside,
    boundary_hosts,
    calls,
    combinations,
    data_and_pools,
    end_events,
    event_gateways,
    event_sub_processes,
    event_sub_processes_beside,
    gateways,
    instances,
    intermediate_events,
    loops,
    outside,
    start_events,
    sub_processes,
    tasks,
    throw_events,
)
from tests.acceptance.bpmn.row import Row

ROWS: Final[tuple[Row, ...]] = (
    *tasks.ROWS,
    *activities.ROWS,
    *sub_processes.ROWS,
    *calls.ROWS,
    *loops.ROWS,
    *instances.ROWS,
    *gateways.ROWS,
    *event_gateways.ROWS,
    *start_events.ROWS,
    *event_sub_processes.ROWS,
    *event_sub_processes_beside.ROWS,
    *intermediate_events.ROWS,
    *throw_events.ROWS,
    *boundary_events.ROWS,
    *boundary_from_inside.ROWS,
    *boundary_hosts.ROWS,
    *end_events.ROWS,
    *outside.ROWS,
    *combinations.ROWS,
    *data_and_pools.ROWS,
)
