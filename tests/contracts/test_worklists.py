"""What every worklist promises: whose work, in which order, how it is counted."""

import dataclasses
from collections import Counter
from datetime import datetime, timedelta

import pytest

from engine.domain import clock_text, urgency
from engine.domain.case import Task, TaskStatus
from engine.domain.clock_state import Cause, Clock, Policy, Wait
from engine.domain.organisation import Account
from engine.domain.urgency import Edges, Urgency
from engine.queries import Choice, Facets, Line, Part, Scope
from storage.database import Database, count_statements
from storage.work import Worklists
from tests.contracts import world
from tests.contracts.world import World

#: Noon; seriously overdue before 11:30, due soon until 12:20.
AT = Edges(now=world.at(0), serious=world.at(-30), soon=world.at(20))
LATE = {"opened_at": world.at(-900)}


@pytest.fixture
def lists(database: Database) -> Worklists:
    return Worklists(database)


def work(here: World, name: str, due: int | None, **more: object) -> Task:
    """Work due some minutes after noon, opened shortly before it."""
    given: dict[str, object] = {
        "element": name,
        "due_at": None if due is None else world.at(due),
        "opened_at": world.at(-1),
        **more,
    }
    return here.task(here.case(), **given)


def store(here: World, *tasks: Task, **case: object) -> None:
    """Each in a case of its own."""
    for task in tasks:
        made = here.case(**case)
        here.opened(made, dataclasses.replace(task, case=made.id))


def page(
    lists: Worklists, here: World, account: Account, choice: Choice, part: Part
) -> tuple[Line, ...]:
    return lists.page(here.actor(account), choice, AT, part)


def names(
    lists: Worklists, here: World, account: Account, choice: Choice | None = None
) -> list[str]:
    found = page(lists, here, account, choice or Choice(), Part())
    return [line.task.element for line in found]


def facets(
    lists: Worklists, here: World, account: Account, choice: Choice | None = None
) -> Facets:
    return lists.facets(here.actor(account), choice or Choice(), AT)


def test_the_most_urgent_comes_first_then_the_earliest_due_then_the_oldest(
    here: World, lists: Worklists
) -> None:
    store(
        here,
        work(here, "later", 300),
        work(here, "no due", None),
        work(here, "soon", 10),
        work(here, "late", -5, **LATE),
        work(here, "serious", -31, **LATE),
        work(here, "used up", 200, **LATE),
        work(here, "later, older", 300, opened_at=world.at(-2)),
    )
    assert names(lists, here, here.clerk) == [
        *("serious", "late", "soon", "used up", "later, older", "later", "no due")
    ]


def test_the_database_tells_the_urgency_that_the_rule_tells(
    here: World, lists: Worklists
) -> None:
    dues = [None, *range(-60, 400, 7), -30, 0, 20]
    store(here, *(work(here, f"t{n}", due) for n, due in enumerate(dues)))
    store(here, *(work(here, f"u{n}", due, **LATE) for n, due in enumerate(dues)))
    found = page(lists, here, here.clerk, Choice(), Part(limit=500))
    assert len(found) == 2 * len(dues)
    for line in found:
        task = line.task
        assert line.urgency is urgency.of(task.opened_at, task.due_at, AT)
    assert {line.urgency for line in found} == set(Urgency) - {Urgency.PAUSED}


def standing(*, since: datetime | None = AT.now) -> str:
    """The text of a clock that waits for the applicant and stands since then."""
    began = (since or AT.now) - timedelta(hours=1)
    wait = Wait(
        key="supplement:1",
        cause=Cause.SUPPLEMENT,
        policy=Policy.SUSPEND,
        began=began,
        ended=None if since else AT.now,
    )
    return clock_text.dump(Clock(waits=(wait,), since=since))


def test_paused_work_stands_between_what_is_due_and_what_has_no_limit(
    here: World, lists: Worklists
) -> None:
    stands, over = standing(), standing(since=None)
    store(here, work(here, "no limit", None), work(here, "due", 300))
    store(here, work(here, "paused", None), work(here, "runs on", 320), clock=stands)
    store(here, work(here, "went on", None), clock=over)
    assert names(lists, here, here.clerk) == [
        *("due", "runs on", "paused", "no limit", "went on")
    ]
    paused = Choice(urgencies=frozenset({Urgency.PAUSED}))
    assert names(lists, here, here.clerk, paused) == ["paused"]
    for account in (here.clerk, here.supervisor):
        choice = Choice() if account is here.clerk else Choice(scope=Scope.SUPERVISED)
        counted = facets(lists, here, account, choice).urgencies
        assert counted == {Urgency.LATER: 2, Urgency.PAUSED: 1, Urgency.NONE: 2}
    for line in page(lists, here, here.clerk, Choice(), Part()):
        task = line.task
        assert line.urgency is urgency.of(
            task.opened_at, task.due_at, AT, paused=task.paused
        )


def test_all_open_work_is_paused_and_goes_on_with_the_clock_of_its_case(
    here: World, lists: Worklists
) -> None:
    """Also work that no act touches, and none that is over."""
    case = here.case()
    case = here.opened(
        case,
        here.task(case, element="untouched", due_at=None),
        here.task(case, element="touched", due_at=None),
        here.task(case, element="done", due_at=None),
    )
    paused = Choice(urgencies=frozenset({Urgency.PAUSED}))
    texts = [standing(), standing(since=None), standing()]
    seen = []
    for text in texts:
        with here.begin() as unit:
            held = unit.cases.lock(case.id).case
            known = {one.element: one for one in unit.cases.work(held)}
            over = dataclasses.replace(
                known["done"], status=TaskStatus.DONE, closed_at=world.at(2)
            )
            act = world.next_act(held)
            after = dataclasses.replace(act.case, clock=text)
            changed = (known["touched"], over)
            act = dataclasses.replace(act, case=after, changed=changed)
            unit.cases.save(act)
            unit.commit()
        seen.append(sorted(names(lists, here, here.clerk, paused)))
    both = ["touched", "untouched"]
    assert seen == [both, [], both]


def test_the_urgency_of_an_agency_with_working_time_of_its_own_is_its_own(
    here: World, lists: Worklists
) -> None:
    ward = Edges(now=AT.now, serious=world.at(-120), soon=world.at(90))
    also = Edges(now=AT.now, serious=world.at(-10), soon=world.at(20))
    at = dataclasses.replace(AT, own={here.ward: ward, here.elsewhere: also})
    dues = [None, *range(-200, 200, 7), -120, -30, 20, 50, 90]
    for agency in (here.office, here.ward):
        store(
            here,
            *(
                work(here, f"{agency.hex[-4:]}{n}", due, agency=agency)
                for n, due in enumerate(dues)
            ),
        )
    supervised = Choice(scope=Scope.SUPERVISED)
    actor = here.actor(here.supervisor)
    found = lists.page(actor, supervised, at, Part(limit=500))
    assert len(found) == 2 * len(dues)
    for line in found:
        task = line.task
        there = at.at(task.agency)
        assert line.urgency is urgency.of(task.opened_at, task.due_at, there)
    counted = lists.facets(actor, supervised, at).urgencies
    assert counted == Counter(line.urgency for line in found)
    # The bands of both differ where it counts, or this has shown nothing.
    shown = {(line.task.agency, line.task.due_at): line.urgency for line in found}
    both = (shown[here.office, world.at(50)], shown[here.ward, world.at(50)])
    assert both == (Urgency.LATER, Urgency.SOON)


def test_pages_follow_each_other_both_ways_and_lose_nothing(
    here: World, lists: Worklists
) -> None:
    # Many rows are due at the same instant: their keys tell them apart.
    store(here, *(work(here, f"t{n}", (n % 3) * 100) for n in range(11)))
    store(here, work(here, "none", None), work(here, "also none", None))
    whole = page(lists, here, here.clerk, Choice(), Part())
    seen: list[Line] = []
    part = Part(limit=4)
    while rows := page(lists, here, here.clerk, Choice(), part):
        seen.extend(rows)
        part = Part(after=rows[-1].place, limit=4)
    assert tuple(seen) == whole
    back = Part(before=whole[8].place, limit=4)
    assert page(lists, here, here.clerk, Choice(), back) == whole[4:8]


def test_scopes_show_mine_free_both_or_what_is_supervised(
    here: World, lists: Worklists
) -> None:
    claimed = {"status": TaskStatus.CLAIMED}
    store(
        here,
        work(here, "mine", 1, **claimed, assignee=here.clerk.id),
        work(here, "colleague's", 2, **claimed, assignee=here.colleague.id),
        work(here, "free", 3),
        work(here, "boss's", 4, performer="boss"),
        work(here, "ward's", 5, agency=here.ward),
        work(here, "elsewhere", 6, agency=here.elsewhere),
        work(here, "done", 7, status=TaskStatus.DONE, assignee=here.clerk.id),
    )
    shown = {
        scope: names(lists, here, here.clerk, Choice(scope=scope)) for scope in Scope
    }
    assert shown == {
        Scope.MINE: ["mine"],
        Scope.POSITIONS: ["mine", "free"],
        Scope.FREE: ["free"],
        Scope.SUPERVISED: [],
    }
    supervised = Choice(scope=Scope.SUPERVISED)
    assert names(lists, here, here.supervisor, supervised) == [
        *("mine", "colleague's", "free", "boss's", "ward's")
    ]
    assert names(lists, here, here.auditor, supervised) == []
    counts = facets(lists, here, here.clerk).scopes
    assert counts == {Scope.MINE: 1, Scope.POSITIONS: 2, Scope.FREE: 1}
    assert facets(lists, here, here.supervisor, supervised).scopes == {
        Scope.SUPERVISED: 5
    }
    assert facets(lists, here, here.auditor).total == 0


def mixed(here: World) -> None:
    """Work of two channels, steps and agencies."""
    store(
        here,
        work(here, "a", 10, short_name="Thẩm định"),
        work(here, "b", 300, short_name="Thẩm định"),
        work(here, "c", 300, short_name="Ký", agency=here.ward),
    )
    store(here, work(here, "d", -5, short_name="Ký", **LATE), channel="online")


SUPERVISED = Choice(scope=Scope.SUPERVISED)


def test_every_filter_is_counted_by_what_the_others_choose(
    here: World, lists: Worklists
) -> None:
    mixed(here)
    plain = facets(lists, here, here.supervisor, SUPERVISED)
    assert plain.total == 4
    assert plain.steps == {"Thẩm định": 2, "Ký": 2}
    assert plain.channels == {"direct": 3, "online": 1}
    assert plain.agencies == {here.office: 3, here.ward: 1}
    assert plain.procedures == {here.procedure.id: 4}
    assert plain.statuses == {TaskStatus.OPEN: 4}
    assert plain.urgencies == {Urgency.SOON: 1, Urgency.LATER: 2, Urgency.LATE: 1}
    steps = frozenset({"Ký"})
    narrowed = dataclasses.replace(SUPERVISED, steps=steps)
    found = facets(lists, here, here.supervisor, narrowed)
    assert found.total == 2
    assert found.steps == plain.steps, "what else one could choose"
    assert found.channels == {"direct": 1, "online": 1}
    assert found.agencies == {here.office: 1, here.ward: 1}
    narrower = dataclasses.replace(narrowed, channels=frozenset({"online"}))
    found = facets(lists, here, here.supervisor, narrower)
    assert (found.total, found.steps) == (1, {"Ký": 1})
    assert found.channels == {"direct": 1, "online": 1}


@pytest.mark.parametrize(
    ("choice", "shown"),
    [
        ({"steps": frozenset({"Ký"})}, ["d", "c"]),
        ({"channels": frozenset({"online"})}, ["d"]),
        ({"urgencies": frozenset({Urgency.LATE, Urgency.SOON})}, ["d", "a"]),
        ({"statuses": frozenset({TaskStatus.CLAIMED})}, []),
        ({"procedures": frozenset({"1.000"})}, ["d", "a", "b", "c"]),
        ({"procedures": frozenset({"unknown"})}, []),
    ],
    ids=["steps", "channels", "urgencies", "statuses", "procedures", "no procedure"],
)
def test_a_page_shows_what_is_chosen_and_the_total_counts_it(
    here: World,
    lists: Worklists,
    choice: dict[str, frozenset[object]],
    shown: list[str],
) -> None:
    mixed(here)
    chosen = dataclasses.replace(SUPERVISED, **choice)  # type: ignore[arg-type]
    assert names(lists, here, here.supervisor, chosen) == shown
    assert facets(lists, here, here.supervisor, chosen).total == len(shown)


def test_words_are_found_without_diacritics_and_nothing_else_is(
    here: World, lists: Worklists
) -> None:
    store(here, work(here, "a", 1), applicant="Đỗ Thị Ước", code="H01-77")
    store(here, work(here, "b", 2), applicant="Trần Văn Bình")
    for words in ("do thi", "ước đỗ", "H01-77", "h01"):
        chosen = Choice(text=words)
        assert "a" in names(lists, here, here.clerk, chosen), words
    assert names(lists, here, here.clerk, Choice(text="do thi")) == ["a"]
    assert facets(lists, here, here.clerk, Choice(text="do thi")).total == 1
    assert names(lists, here, here.clerk, Choice(text="100%")) == []


def test_another_tenants_work_is_never_counted(
    here: World, there: World, lists: Worklists
) -> None:
    mixed(there)
    assert facets(lists, here, here.supervisor, SUPERVISED).total == 0
    assert names(lists, here, here.supervisor, SUPERVISED) == []
    known = facets(lists, here, here.supervisor).names
    assert known == {here.procedure.id: ("1.000", "Cấp bản sao")}


def test_a_page_and_its_counts_are_one_statement_each(
    here: World, lists: Worklists, database: Database
) -> None:
    mixed(here)
    actor = here.actor(here.clerk)
    with count_statements(database) as counter:
        lists.facets(actor, Choice(), AT)
        lists.page(actor, Choice(), AT, Part())
    assert counter.statements == 2


def test_a_place_names_the_row_itself(here: World, lists: Worklists) -> None:
    store(here, work(here, "a", 1))
    (line,) = page(lists, here, here.clerk, Choice(), Part())
    assert line.place.element == "a"
    assert line.place.due_at == world.at(0) + timedelta(minutes=1)
    assert (line.channel, line.task.agency) == ("direct", here.office)
