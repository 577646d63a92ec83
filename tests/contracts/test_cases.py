"""What every store of cases promises."""

import dataclasses
import json
import threading
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.domain.case import TaskStatus
from engine.domain.run import Status
from engine.errors import NotFoundError, StaleError
from engine.exchange import Outgoing
from engine.ports import CaseChange
from storage import exchange_schema
from storage.database import Database, count_statements
from tests.contracts import world
from tests.contracts.world import World


def test_a_case_is_loaded_as_it_was_saved(here: World) -> None:
    case = here.opened()
    with here.begin() as work:
        assert work.cases.lock(case.id).case == case


def test_the_named_task_is_loaded_with_its_case(here: World) -> None:
    case = here.case()
    task = here.task(case, assignee=here.clerk.id, position=here.desk.id)
    case = here.opened(case, task)
    with here.begin() as work:
        loaded = work.cases.lock(case.id, "check", 1)
    assert (loaded.case, loaded.task) == (case, task)


def test_a_task_that_does_not_exist_is_none_and_the_case_is_there(here: World) -> None:
    case = here.opened()
    with here.begin() as work:
        for name, occurrence in (("check", 2), ("other", 1)):
            loaded = work.cases.lock(case.id, name, occurrence)
            assert (loaded.case, loaded.task) == (case, None)


def test_an_unknown_case_is_not_found(here: World) -> None:
    with here.begin() as work, pytest.raises(NotFoundError):
        work.cases.lock(world.new_id(), "check", 1)


def test_an_act_changes_everything_it_names_and_nothing_else(here: World) -> None:
    case, other = here.opened(), here.opened()
    task = here.task(case)
    act = world.next_act(case, task)
    opened = here.task(case, element="sign", occurrence=3, due_at=None)
    act = dataclasses.replace(act, opened=(opened,))
    with here.begin() as work:
        work.cases.save(act)
        work.commit()
    with here.begin() as work:
        loaded = work.cases.lock(case.id, "check", 1)
        assert loaded.case == act.case
        assert loaded.task == dataclasses.replace(task, status=TaskStatus.DONE)
        assert work.cases.active(loaded.case) == (opened,)
        assert work.history.read(case.id, case.month)[1:] == act.events
        assert work.cases.lock(other.id).case == other


@pytest.mark.parametrize(
    "changes",
    [
        {"applicant": "Đặng Văn Ất"},
        {"due_at": None},
        {"next_wake": world.at(9000)},
        {"next_wake": None},
        {"status": Status.COMPLETED, "closed_at": world.at(1), "state": None},
    ],
    ids=str,
)
def test_an_act_after_a_lock_stores_every_column(
    here: World, changes: dict[str, object]
) -> None:
    # Acts that change little take a shorter statement; none may lose a column by it.
    case = here.opened()
    with here.begin() as work:
        act = world.next_act(work.cases.lock(case.id).case)
        after = dataclasses.replace(act.case, **changes)  # type: ignore[arg-type]
        work.cases.save(dataclasses.replace(act, case=after))
        work.commit()
    with here.begin() as work:
        assert work.cases.lock(case.id).case == after


def test_a_stale_save_is_refused_and_leaves_nothing(here: World) -> None:
    case = here.opened()
    task = here.task(case)
    with here.begin() as work:
        work.cases.save(world.next_act(case, task))
        work.commit()
    second = world.next_act(case, task)
    stale = dataclasses.replace(second, opened=(here.task(case, element="sign"),))
    with pytest.raises(StaleError), here.begin() as work:
        work.cases.save(dataclasses.replace(stale, events=()))
    with here.begin() as work:
        assert work.cases.lock(case.id, "sign", 1).task is None
        assert len(work.history.read(case.id, case.month)) == 2


def test_changing_work_that_does_not_exist_is_refused(here: World) -> None:
    case = here.opened()
    act = world.next_act(case, here.task(case, element="nowhere"))
    with pytest.raises(StaleError), here.begin() as work:
        work.cases.save(act)


def test_what_is_not_committed_is_as_if_it_never_happened(here: World) -> None:
    case, fresh = here.opened(), here.case()
    with here.begin() as work:
        work.cases.save(world.next_act(case, here.task(case)))
        work.cases.save(CaseChange(case=fresh, expected=None))
        assert work.cases.next_code("H01") == 1
        assert work.remember("key", b"request", "response") is None
    with here.begin() as work:
        assert work.cases.lock(case.id).case == case
        assert len(work.history.read(case.id, case.month)) == 1
        assert work.cases.next_code("H01") == 1
        assert work.remember("key", b"other", "response") is None
        with pytest.raises(NotFoundError):
            work.cases.lock(fresh.id)


def test_an_exception_inside_rolls_back(here: World) -> None:
    case = here.opened()

    def fail() -> None:
        with here.begin() as work:
            work.cases.save(world.next_act(case))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with here.begin() as work:
        assert work.cases.lock(case.id).case == case


def test_of_two_threads_on_one_case_the_second_sees_what_the_first_did(
    here: World,
) -> None:
    """A clerk who waited for the lock sees the task as the other left it."""
    case = here.opened()
    began = threading.Event()
    seen: list[object] = []

    def second() -> None:
        with here.begin() as work:
            began.set()
            loaded = work.cases.lock(case.id, "check", 1)
            assert loaded.task is not None
            seen.extend((loaded.case.version, loaded.task.status))

    waiting = threading.Thread(target=second)
    with here.begin() as work:
        loaded = work.cases.lock(case.id, "check", 1)
        waiting.start()
        # SQLite lets the second begin only when the first has left.
        began.wait(0.3)
        work.cases.save(world.next_act(loaded.case, loaded.task))
        work.commit()
    waiting.join(10)
    assert seen == [2, TaskStatus.DONE]


def test_of_two_threads_that_both_loaded_one_version_one_wins(here: World) -> None:
    case = here.opened()
    barrier = threading.Barrier(2)
    results: list[str] = []

    def act() -> None:
        barrier.wait()
        try:
            with here.begin() as work:
                work.cases.save(world.next_act(case, here.task(case)))
                work.commit()
        except Exception as error:  # noqa: BLE001 - The name of any loss is compared.
            results.append(type(error).__name__)
        else:
            results.append("won")

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert sorted(results) == ["StaleError", "won"]
    with here.begin() as work:
        assert len(work.history.read(case.id, case.month)) == 2


def test_open_work_comes_in_the_order_of_opening(here: World) -> None:
    case = here.case()
    names = ["z", "a", "m"]
    case = here.opened(case, *(here.task(case, element=name) for name in names))
    act = world.next_act(case, here.task(case, element="a"))
    later = (here.task(case, element="b"), here.task(case, element="a", occurrence=2))
    with here.begin() as work:
        work.cases.save(dataclasses.replace(act, opened=later))
        work.commit()
    with here.begin() as work:
        found = work.cases.active(case)
    order = [(task.element, task.occurrence) for task in found]
    assert order == [("z", 1), ("m", 1), ("b", 1), ("a", 2)]


def test_doers_are_those_who_completed_an_element(here: World) -> None:
    case = here.case()
    done, me, other = TaskStatus.DONE, here.clerk.id, here.colleague.id
    here.opened(
        case,
        here.task(case, status=done, assignee=me),
        here.task(case, occurrence=2, status=done, assignee=other),
        here.task(case, occurrence=3, status=done, assignee=me),
        here.task(case, occurrence=4, status=done),
        here.task(case, element="sign", status=done, assignee=here.auditor.id),
        here.task(
            case, occurrence=5, status=TaskStatus.CLAIMED, assignee=here.auditor.id
        ),
    )
    with here.begin() as work:
        assert work.cases.doers(case, "check") == {me, other}
        assert work.cases.doers(case, "nothing") == frozenset()


def test_a_case_is_found_by_id_or_code(here: World) -> None:
    case = here.opened()
    with here.begin() as work:
        for ref in (case.code, str(case.id), case.id.hex):
            assert work.cases.find(ref) == (case.id,)
        assert work.cases.find("nothing") == ()
        assert work.cases.find(str(world.new_id())) == ()


def test_due_cases_come_oldest_first_and_no_more_than_asked(here: World) -> None:
    wakes = [30, 10, 20, 90]
    cases = [here.opened(here.case(next_wake=world.at(wake))) for wake in wakes]
    here.opened(here.case(next_wake=None))
    first, second, third = cases[1], cases[2], cases[0]
    with here.begin() as work:
        due = work.cases.due(world.at(30), 10)
        assert due == (first.id, second.id, third.id)
        assert work.cases.due(world.at(30), 2) == (first.id, second.id)
        assert work.cases.due(world.at(9), 10) == ()


def test_due_cases_that_another_worker_holds_are_passed_over(here: World) -> None:
    if here.store._database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time: nothing to pass over.")
    held, free = (here.opened(here.case(next_wake=world.at(n))) for n in (1, 2))
    with here.begin() as first, here.begin() as second:
        assert first.cases.due(world.at(5), 1) == (held.id,)
        assert second.cases.due(world.at(5), 5) == (free.id,)


def test_codes_count_by_prefix_and_tenant(here: World, there: World) -> None:
    with here.begin() as work:
        assert [work.cases.next_code("A") for _ in range(3)] == [1, 2, 3]
        assert work.cases.next_code("B") == 1
        assert [work.cases.hold_code(one) for one in "ABC"] == [3, 1, 0]
        assert work.cases.next_code("C") == 1, "held is not given"
        work.cases.type_code("A", 7)
        work.cases.type_code("A", 7)
        assert [work.cases.typed_code("A", one) for one in (6, 7)] == [False, True]
        assert not work.cases.typed_code("B", 7)
        work.commit()
    with there.begin() as work:
        assert not work.cases.typed_code("A", 7)
        assert work.cases.hold_code("A") == 0
        assert work.cases.next_code("A") == 1


def test_no_code_is_given_twice_to_threads_of_which_some_fail(here: World) -> None:
    given: list[int] = []

    def take(number: int) -> None:
        for turn in range(5):
            with here.begin() as work:
                code = work.cases.next_code("H01")
                if (number + turn) % 3:
                    work.commit()
                    given.append(code)

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert len(given) == len(set(given)) == 13


def test_a_rebuilt_case_is_saved_without_an_event_and_a_newer_one_refuses_it(
    here: World,
) -> None:
    case = here.opened()
    rebuilt = dataclasses.replace(
        case,
        state=b"rebuilt",
        next_wake=None,
        due_at=None,
        applicant="",
        status=Status.INCIDENT,
    )
    with here.begin() as work:
        events = work.history.read(case.id, case.month)
        work.cases.save(CaseChange(case=rebuilt, expected=case.version))
        work.commit()
    with here.begin() as work:
        assert work.cases.lock(case.id).case == rebuilt
        assert work.history.read(case.id, case.month) == events
        with pytest.raises(StaleError):
            work.cases.save(CaseChange(case=rebuilt, expected=7))


def test_rebuilt_work_takes_the_place_of_the_stored_work(here: World) -> None:
    case = here.case()
    kept = here.task(case, element="kept")
    gone = here.task(case, element="gone")
    case = here.opened(case, gone, kept)
    changed = dataclasses.replace(kept, status=TaskStatus.CLAIMED, name="Ký")
    added = here.task(case, element="added")
    with here.begin() as work:
        work.cases.replace_tasks(case, (added, changed))
        work.commit()
    with here.begin() as work:
        assert work.cases.active(case) == (added, changed)
        assert work.cases.lock(case.id, "gone", 1).task is None
        # Again: nothing changes, the order neither.
        work.cases.replace_tasks(case, (added, changed))
        assert work.cases.active(case) == (added, changed)


def test_all_cases_come_oldest_first_across_batches(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.case_rows.BATCH", 2)
    cases = [here.opened().id for _ in range(5)]
    with here.begin() as work:
        assert list(work.cases.all()) == cases


def test_outgoing_effects_are_stored_once_under_their_own_key(
    here: World, database: Database
) -> None:
    case = here.opened()
    act = world.next_act(case)
    sent = Outgoing(
        stream=case.id,
        seq=2,
        n=1,
        kind="message",
        name="Chuyển hồ sơ",
        partner="H02",
        body={"code": case.code, "note": "Đủ"},
    )
    with here.begin() as work:
        work.cases.save(dataclasses.replace(act, outgoing=(sent,)))
        work.commit()
    with database.read() as connection:
        columns = exchange_schema.outbox.c
        question = sa.select(columns.n, columns.body, columns.attempts).where(
            columns.stream == case.id
        )
        rows = connection.execute(question).all()
    assert [tuple(row) for row in rows] == [
        (1, json.dumps(sent.body, ensure_ascii=False), 0)
    ]


def test_a_change_that_names_another_tenant_is_refused(
    here: World, there: World
) -> None:
    case, foreign = here.opened(), there.opened()
    act = world.next_act(case, here.task(case))
    mixed = [
        world.next_act(foreign),
        dataclasses.replace(act, opened=(there.task(foreign),)),
        dataclasses.replace(act, changed=(there.task(foreign),)),
        dataclasses.replace(act, events=world.next_act(foreign).events),
    ]
    for change in mixed:
        with pytest.raises(NotFoundError), here.begin() as work:
            work.cases.save(change)


def test_a_completion_is_nine_statements_and_one_commit(
    here: World, database: Database
) -> None:
    cases = [here.opened() for _ in range(2)]
    for case in cases:  # The first one reads the organisation.
        with count_statements(database) as counted, here.begin() as work:
            loaded = work.cases.lock(case.id, "check", 1)
            work.accounts.organisation()
            act = world.next_act(loaded.case, loaded.task)
            opened = here.task(case, element="sign")
            work.remember(f"key {case.code}", b"request", "{}")
            work.cases.save(dataclasses.replace(act, opened=(opened,)))
            work.commit()
    assert counted.statements + counted.begins + counted.commits <= 9
    assert (counted.commits, counted.rollbacks) == (1, 0)


def test_an_id_of_nothing_is_never_loaded(here: World) -> None:
    with here.begin() as work, pytest.raises(NotFoundError):
        work.cases.lock(UUID(int=0))
