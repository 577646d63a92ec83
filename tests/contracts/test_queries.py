"""What every answerer of questions promises: what is shown, in which order, to whom."""

import dataclasses
from datetime import datetime

import pytest
import sqlalchemy as sa

from engine.domain.case import Agencies, Task, TaskStatus
from engine.domain.organisation import Account, Position, Role
from engine.domain.procedure import Procedure, VersionStatus
from engine.domain.run import Status
from engine.queries import (
    CaseFilter,
    CaseItem,
    TaskItem,
    WorkFilter,
)
from storage.database import Database
from storage.read import Queries
from tests.contracts import world
from tests.contracts.world import World


@pytest.fixture
def queries(database: Database) -> Queries:
    return Queries(database)


def _work(
    queries: Queries, here: World, account: Account, wanted: WorkFilter | None = None
) -> list[str]:
    found = queries.work(here.actor(account), wanted or WorkFilter())
    return [item.element for item in found]


def test_work_is_the_earliest_due_first_then_the_oldest_and_without_limit_last(
    here: World, queries: Queries
) -> None:
    case = here.case()

    def work(name: str, due: int | None, opened: int) -> Task:
        return here.task(
            case,
            element=name,
            due_at=None if due is None else world.at(due),
            opened_at=world.at(opened),
        )

    here.opened(
        case,
        work("no limit, younger", None, 9),
        work("no limit", None, 1),
        work("late", 30, 2),
        work("early", 10, 5),
        work("late, older", 30, 1),
    )
    assert _work(queries, here, here.clerk) == [
        *("early", "late, older", "late", "no limit", "no limit, younger")
    ]


def test_work_is_open_to_a_position_or_claimed_by_the_actor(
    here: World, queries: Queries
) -> None:
    case = here.case()
    claimed = TaskStatus.CLAIMED
    me, other = here.clerk.id, here.colleague.id
    here.opened(
        case,
        here.task(case, element="open", due_at=world.at(1)),
        here.task(
            *(case,),
            element="mine",
            status=claimed,
            assignee=me,
            performer="anyone",
            agency=here.elsewhere,
            due_at=world.at(2),
        ),
        here.task(case, element="colleague's", status=claimed, assignee=other),
        here.task(case, element="other performer", performer="boss"),
        here.task(case, element="other office", agency=here.ward),
        here.task(case, element="done", status=TaskStatus.DONE, assignee=me),
        here.task(case, element="cancelled", status=TaskStatus.CANCELLED),
    )
    assert _work(queries, here, here.clerk) == ["open", "mine"]
    assert _work(queries, here, here.clerk, WorkFilter(mine=True)) == ["mine"]
    assert _work(queries, here, here.auditor) == []


def test_work_without_a_performer_is_everybodys_in_the_agency(
    here: World, queries: Queries
) -> None:
    case = here.case()
    here.opened(
        case,
        here.task(case, element="anybody's", performer=""),
        here.task(case, element="other office", performer="", agency=here.elsewhere),
    )
    assert _work(queries, here, here.clerk) == ["anybody's"]


def test_everybody_is_for_those_who_see_the_whole_tenant(
    here: World, queries: Queries
) -> None:
    case = here.case()
    here.opened(
        case,
        here.task(case, element="a", agency=here.elsewhere, due_at=world.at(1)),
        here.task(
            case, element="b", status=TaskStatus.CLAIMED, assignee=here.colleague.id
        ),
        here.task(case, element="c", status=TaskStatus.DONE),
    )
    everybody = WorkFilter(everybody=True)
    assert _work(queries, here, here.auditor, everybody) == ["a", "b"]
    assert _work(queries, here, here.supervisor, everybody) == []


def test_pages_of_work_of_two_positions_join_without_gap_or_repetition(
    here: World, queries: Queries
) -> None:
    case = here.case()
    names = [f"t{number:02d}" for number in range(11)]
    here.opened(
        case,
        *(
            here.task(
                case,
                element=name,
                due_at=world.at(number // 3),
                performer=("desk", "pay")[number % 2],
                agency=here.ward,
            )
            for number, name in enumerate(names)
        ),
    )
    account = dataclasses.replace(here.clerk)
    actor = dataclasses.replace(here.actor(account), positions=(here.ward_desk,))
    pages = [
        queries.work(actor, WorkFilter(limit=4, offset=offset))
        for offset in range(0, 16, 4)
    ]
    assert [len(page) for page in pages] == [4, 4, 3, 0]
    assert [item.element for page in pages for item in page] == names


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("duom", True),
        ("Đượm Nguyễn", True),
        ("NGUYEN", True),
        ("%", False),
        ("_", False),
        ("duong", False),
        ("", True),
    ],
)
def test_work_and_cases_are_found_by_words_without_marks(
    here: World, queries: Queries, text: str, *, found: bool
) -> None:
    case = here.opened()
    work = queries.work(here.actor(here.clerk), WorkFilter(text=text))
    cases = queries.cases(here.actor(here.clerk), CaseFilter(text=text))
    assert [item.case for item in work] == [case.id][:found]
    assert [item.id for item in cases] == [case.id][:found]


def test_work_and_cases_are_found_by_code_and_procedure(
    here: World, queries: Queries
) -> None:
    case, _ = here.opened(), here.opened()
    actor = here.actor(here.clerk)
    for wanted, count in ((here.procedure.code, 2), ("none", 0)):
        assert len(queries.work(actor, WorkFilter(procedure=wanted))) == count
        assert len(queries.cases(actor, CaseFilter(procedure=wanted))) == count
    found = queries.work(actor, WorkFilter(text=case.code.lower()))
    assert [item.case for item in found] == [case.id]


def test_a_task_tells_what_its_line_shows(here: World, queries: Queries) -> None:
    case = here.case()
    task = here.task(case, status=TaskStatus.CLAIMED, assignee=here.clerk.id)
    here.opened(case, task)
    item = queries.task(here.actor(here.auditor), case.id, "check", 1)
    assert item == TaskItem(
        case=case.id,
        element="check",
        occurrence=1,
        code=case.code,
        applicant=case.applicant,
        procedure=here.version.name,
        procedure_code=here.procedure.code,
        procedure_id=here.procedure.id,
        step=task.name,
        short_name=task.short_name,
        performer="desk",
        agency=here.office,
        agencies=case.agencies,
        status=TaskStatus.CLAIMED,
        assignee=here.clerk.id,
        assignee_name=here.clerk.name,
        opened_at=task.opened_at,
        due_at=task.due_at,
        case_due_at=case.due_at,
        case_version=1,
    )


def test_all_work_of_a_case_comes_in_the_order_of_opening(
    here: World, queries: Queries
) -> None:
    case = here.case()
    done = here.task(case, element="z", status=TaskStatus.DONE)
    here.opened(case, done, here.task(case, element="a"))
    actor = here.actor(here.clerk)
    assert [item.element for item in queries.case_tasks(actor, case.id)] == ["z", "a"]


def test_cases_come_newest_first_by_page_and_status(
    here: World, queries: Queries
) -> None:
    cases = [here.opened() for _ in range(3)]
    closed = here.opened(here.case(status=Status.COMPLETED, closed_at=world.at(9)))
    actor = here.actor(here.clerk)

    def ids(**wanted: object) -> list[object]:
        chosen = CaseFilter(**wanted)  # type: ignore[arg-type]
        return [item.id for item in queries.cases(actor, chosen)]

    newest = [closed.id, *(case.id for case in reversed(cases))]
    assert ids() == newest
    assert ids(limit=2, offset=1) == newest[1:3]
    assert ids(status=Status.COMPLETED) == [closed.id]
    assert ids(status=Status.INCIDENT) == []


def test_ended_cases_of_a_procedure_come_last_closed_first(
    here: World, queries: Queries
) -> None:
    first, second, third = (
        here.opened(here.case(status=Status.COMPLETED, closed_at=world.at(hour)))
        for hour in (7, 9, 8)
    )
    here.opened()
    here.opened(
        here.case(status=Status.COMPLETED, closed_at=world.at(9), process="pool")
    )
    tenant, procedure = first.tenant, here.procedure.id

    def ids(
        since: datetime, until: datetime | None = None, limit: int = 10
    ) -> list[object]:
        span = (since, until or world.at(60))
        found = queries.ended(tenant, procedure, span, limit)
        return [item.id for item in found]

    assert ids(world.at(7)) == [second.id, third.id, first.id]
    assert ids(world.at(8)) == [second.id, third.id]
    assert ids(world.at(7), limit=1) == [second.id]
    assert ids(world.at(7), until=world.at(8)) == [first.id]
    assert queries.ended(tenant, tenant, (world.at(7), world.at(60)), 10) == ()


def test_a_case_is_found_by_id_or_code_and_tells_its_bar(
    here: World, queries: Queries
) -> None:
    case = here.opened()
    actor = here.actor(here.clerk)
    expected = CaseItem(
        id=case.id,
        month=case.month,
        code=case.code,
        applicant=case.applicant,
        procedure=here.version.name,
        procedure_code=here.procedure.code,
        procedure_id=here.procedure.id,
        version=here.version.id,
        version_number=1,
        status=Status.OPEN,
        agencies=case.agencies,
        opened_at=case.opened_at,
        due_at=case.due_at,
        closed_at=None,
        acts=1,
        portal=case.portal,
    )
    for ref in (case.code, str(case.id), case.id.hex):
        assert queries.case(actor, ref) == expected
    assert queries.case(actor, "nothing") is None
    assert queries.case(actor, str(world.new_id())) is None


@pytest.mark.parametrize("part", ["helping", "receiving", "handling", "deciding"])
@pytest.mark.parametrize(
    ("role", "at_office", "at_ward", "at_elsewhere"),
    [
        (Role.CLERK, True, False, False),
        (Role.SUPERVISOR, True, True, False),
        (Role.AUDITOR, True, True, True),
        (Role.ADMINISTRATOR, True, True, True),
        (Role.INTEGRATOR, True, True, True),
        (Role.DESIGNER, False, False, False),
        (Role.APPROVER, False, False, False),
    ],
)
def test_cases_are_listed_for_whom_policy_lets_see_them(
    here: World,
    queries: Queries,
    part: str,
    role: Role,
    *,
    at_office: bool,
    at_ward: bool,
    at_elsewhere: bool,
) -> None:
    """The rule is `engine.domain.policy.sees`; the clerk's place is the office."""
    seen = {}
    nobody = here.elsewhere
    account = dataclasses.replace(here.clerk, roles=frozenset({role}))
    actor = here.actor(account)
    for place in (here.office, here.ward, nobody):
        agencies = Agencies(
            helping=nobody, receiving=nobody, handling=nobody, deciding=nobody
        )
        agencies = dataclasses.replace(agencies, **{part: place})
        case = here.opened(here.case(agencies=agencies))
        found = queries.cases(actor, CaseFilter(text=case.code))
        seen[place] = [item.id for item in found] == [case.id]
    assert list(seen.values()) == [at_office, at_ward, at_elsewhere]


def test_the_catalogue_tells_the_version_in_force_and_a_waiting_draft(
    here: World, queries: Queries
) -> None:
    here.opened()
    here.opened(here.case(status=Status.COMPLETED))
    draft = world.version_of(here.procedure, 2, VersionStatus.DRAFT)
    empty = Procedure(
        tenant=here.tenant, id=world.new_id(), code="0.001", name="Chưa có"
    )
    with here.begin() as work:
        work.procedures.add_version(draft, {"process.bpmn": b"2"}, b"{}")
        work.procedures.add(empty)
        work.commit()
    first, second = queries.procedures(here.actor(here.clerk))
    assert (first.code, first.version, first.status) == (
        "0.001",
        None,
        VersionStatus.DRAFT,
    )
    assert (second.version, second.number) == (here.version.id, 1)
    assert (second.status, second.running) == (VersionStatus.PUBLISHED, 1)
    assert second.draft == draft.id
    published = dataclasses.replace(
        draft, status=VersionStatus.PUBLISHED, published_at=world.at(1)
    )
    with here.begin() as work:
        work.procedures.change_version(published)
        work.commit()
    _, after = queries.procedures(here.actor(here.clerk))
    assert (after.version, after.number, after.draft) == (draft.id, 2, None)


def test_names_of_accounts_are_given_for_those_that_exist(
    here: World, queries: Queries
) -> None:
    known = {here.clerk.id: here.clerk.name, here.auditor.id: here.auditor.name}
    assert queries.names(here.tenant, [*known, world.new_id()]) == known
    assert queries.names(here.tenant, []) == {}


def test_a_worklist_reads_ranges_of_its_index(here: World, database: Database) -> None:
    """With 100,000 tasks a list that sorts them all would be too slow."""
    if database.engine.dialect.name != "sqlite":
        pytest.skip("The plan on PostgreSQL depends on the numbers of rows.")
    position = Position(
        id=world.new_id(), agency=here.office, name="x", performers=frozenset({"a"})
    )
    actor = dataclasses.replace(here.actor(here.clerk), positions=(position,))
    plans: list[str] = []

    def explain(
        connection: sa.Connection, _cursor: object, sql: str, values: object, *_: object
    ) -> None:
        driver = connection.connection.driver_connection
        assert driver is not None
        rows = driver.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        plans.extend(row[3] for row in rows)

    sa.event.listen(database.engine, "before_cursor_execute", explain)
    try:
        Queries(database).work(actor, WorkFilter())
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", explain)
    text = "\n".join(plans)
    # No sort follows the search: each part comes in order and ends after a page.
    ranges = "task_active (tenant_id=? AND agency=? AND performer=? AND status=?)"
    assert f"{ranges}\nSCAN part_1" in text
    assert "task_claimed (tenant_id=? AND assignee=?)\nSCAN part_0" in text
    assert "SCAN task" not in text
