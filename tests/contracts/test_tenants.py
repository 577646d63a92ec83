"""No question and no act of one tenant reaches a row of another."""

import dataclasses
from collections.abc import Callable

import pytest

from engine.directory import Accounts
from engine.domain.case import Case, TaskStatus
from engine.domain.events import Stream, StreamKind
from engine.domain.organisation import Account, Actor, Role
from engine.domain.procedure import Procedure
from engine.domain.run import Status, Visit
from engine.errors import NotFoundError
from engine.exchange import NO_KEYS, Arrivals, Outbox, Ref
from engine.ports import CaseChange, Cases, History, Procedures, UnitOfWork
from engine.queries import CaseFilter, Queries, WorkFilter
from storage import read
from storage.database import Database
from storage.drafts import Drafts
from storage.sessions import Sessions, SignIn
from tests.contracts import letters, world
from tests.contracts.world import World

#: Every question of a unit of work about a record of another tenant: its empty answer.
ASKED: dict[str, Callable[[UnitOfWork, World, Case], object]] = {
    "cases.lock": lambda work, _, case: work.cases.lock(case.id, "check", 1),
    "cases.get": lambda work, _, case: work.cases.get(case.id),
    "cases.active": lambda work, _, case: work.cases.active(case),
    "cases.typed_code": lambda work, _, __: work.cases.typed_code("THEIRS-", 9) or None,
    "cases.work": lambda work, _, case: work.cases.work(case),
    "cases.doers": lambda work, _, case: tuple(work.cases.doers(case, "done")),
    "cases.find": lambda work, _, case: (
        work.cases.find(case.code) + work.cases.find(str(case.id))
    ),
    "cases.due": lambda work, _, __: work.cases.due(world.at(99_999), 10),
    "cases.drafted": lambda work, _, case: tuple(work.cases.drafted(case)),
    "cases.differing": lambda work, _, case: work.cases.differing(
        CaseChange(case=dataclasses.replace(case, code="OTHER"), expected=1)
    ),
    "cases.all": lambda work, _, __: tuple(work.cases.all()),
    "history.read": lambda work, _, case: work.history.read(case.id, case.month),
    "history.recent": lambda work, _, case: work.history.recent(case.id, case.month, 9),
    "history.stream": lambda work, there, _: work.history.stream(
        StreamKind.ORGANISATION, there.tenant
    ),
    "history.known": lambda work, there, _: work.history.known(
        StreamKind.ORGANISATION, there.tenant
    ),
    "outbox.due": lambda work, _, __: work.outbox.due(world.at(99_999), 10),
    "outbox.lock": lambda work, _, case: work.outbox.lock(Ref(case.id, 1, 0)),
    "outbox.letter": lambda work, _, case: work.outbox.letter(Ref(case.id, 1, 0)),
    "outbox.letters_of": lambda work, _, case: work.outbox.letters_of(case.id),
    "outbox.letters": lambda work, _, __: work.outbox.letters(10, all_=True),
    "outbox.parcels_due": lambda work, _, __: work.outbox.parcels_due(
        world.at(99_999), 10
    ),
    "outbox.lock_parcel": lambda work, _, case: work.outbox.lock_parcel(
        Ref(case.id, 1, 0), case.id, ""
    ),
    "arrivals.waits": lambda work, _, case: work.arrivals.waits(case.id),
    "arrivals.listeners": lambda work, _, __: work.arrivals.listeners("signal"),
    "arrivals.takers": lambda work, _, __: work.arrivals.takers("theirs", (NO_KEYS,)),
    "arrivals.relatives": lambda work, _, case: work.arrivals.relatives(
        "theirs", case.id
    ),
    "arrivals.starts": lambda work, _, __: work.arrivals.starts("signal", "signal"),
    "arrivals.start": lambda work, there, _: work.arrivals.start(
        there.procedure.id, "", "timer"
    ),
    "arrivals.starts_due": lambda work, _, __: work.arrivals.starts_due(
        world.at(99_999), 10
    ),
    "arrivals.starts_of": lambda work, there, _: work.arrivals.starts_of(
        there.procedure.id
    ),
    "procedures.by_code": lambda work, _, __: work.procedures.by_code("theirs"),
    "procedures.all": lambda work, there, _: tuple(
        one for one in work.procedures.all() if one == there.procedure.id
    ),
    "procedures.get": lambda work, there, _: work.procedures.get(there.procedure.id),
    "procedures.versions": lambda work, there, _: work.procedures.versions(
        there.procedure.id
    ),
    "procedures.in_force": lambda work, there, _: tuple(
        one for one in work.procedures.in_force() if one.tenant == there.tenant
    ),
    "procedures.calling": lambda work, there, _: tuple(
        one for one in work.procedures.calling("called") if one.tenant == there.tenant
    ),
    "procedures.version": lambda work, there, _: work.procedures.version(
        there.version.id
    ),
    "procedures.files": lambda work, there, _: work.procedures.files(there.version.id),
    "procedures.without_document": lambda work, _, __: (
        work.procedures.without_document()
    ),
    "procedures.normalised": lambda work, there, _: work.procedures.normalised(
        there.version.id
    ),
    "accounts.account": lambda work, there, _: work.accounts.account(there.clerk.id),
    "accounts.by_login": lambda work, _, __: work.accounts.by_login("theirs"),
    "accounts.with_role": lambda work, there, _: tuple(
        account
        for account in work.accounts.with_role(Role.CLERK)
        if account.tenant == there.tenant
    ),
    "accounts.organisation": lambda work, there, _: (
        work.accounts.organisation().agencies.get(there.office)
    ),
    "recall": lambda work, _, __: work.recall("theirs"),
    "remember": lambda work, _, __: work.remember("theirs", b"", ""),
}
QUERIES: dict[str, Callable[[Queries, Actor, World, Case], object]] = {
    "work": lambda ask, actor, _, __: (
        ask.work(actor, WorkFilter()) + ask.work(actor, WorkFilter(everybody=True))
    ),
    "task": lambda ask, actor, _, case: ask.task(actor, case.id, "check", 1),
    "case_tasks": lambda ask, actor, _, case: ask.case_tasks(actor, case.id),
    "cases": lambda ask, actor, _, __: ask.cases(actor, CaseFilter()),
    "ended": lambda ask, actor, _, case: ask.ended(
        actor.tenant, case.procedure, (world.at(0), world.at(60)), 10
    ),
    "received": lambda ask, actor, _, case: ask.received(
        actor.tenant, case.agencies.receiving, (world.at(-99_999), world.at(99_999)), 10
    ),
    "case": lambda ask, actor, _, case: (
        ask.case(actor, case.code) or ask.case(actor, str(case.id))
    ),
    "procedures": lambda ask, actor, there, _: tuple(
        item for item in ask.procedures(actor) if item.id == there.procedure.id
    ),
    "names": lambda ask, actor, there, _: tuple(
        ask.names(actor.tenant, [there.clerk.id])
    ),
}
#: Methods that write: `test_cases`, `test_history` and `test_outbox` show that they
#: refuse strangers.
WRITES = {
    *(
        "next_code",
        "hold_code",
        "type_code",
        "save",
        "replace_tasks",
        "take_draft",
        "keep_draft",
        "append",
    ),
    *("add", "add_substitution", "end_substitution"),
    *("rename_agency", "describe_agency", "close_agency", "close_position"),
    *("add_version", "add_document", "change_version", "add_account", "add_agency"),
    *("add_position", "add_holder", "end_holding", "close_account", "found", "commit"),
    *("change_password", "reset_password"),
    *("mark", "put", "correct", "replace_waits", "replace_starts", "change_start"),
}


def _public(protocol: type, prefix: str = "") -> set[str]:
    named = vars(protocol).items()
    names = {name for name, each in named if name[0] != "_" and callable(each)}
    return {f"{prefix}{name}" for name in names - WRITES}


def test_the_tables_name_every_method_that_reads() -> None:
    asked = (
        _public(Cases, "cases.")
        | _public(History, "history.")
        | _public(Outbox, "outbox.")
        | _public(Arrivals, "arrivals.")
        | _public(Procedures, "procedures.")
        | _public(Accounts, "accounts.")
        | _public(UnitOfWork)
    )
    assert asked <= set(ASKED)
    assert _public(Queries) == set(QUERIES)


_KINDS = ("signal", "timer")


@pytest.fixture
def theirs(there: World) -> Case:
    """A case of the other tenant, with everything that could be found of it."""
    procedure = Procedure(
        tenant=there.tenant, id=world.new_id(), code="theirs", name="Của họ"
    )
    account = Account(
        tenant=there.tenant,
        id=world.new_id(),
        login="theirs",
        name="Người khác",
        roles=frozenset({Role.CLERK}),
    )
    stream = Stream(
        tenant=there.tenant,
        kind=StreamKind.ORGANISATION,
        id=there.tenant,
        month=world.MONTH,
    )
    with there.begin() as work:
        work.procedures.add(procedure)
        world.add_old_version(work, world.version_of(there.procedure, 7))
        work.accounts.add_account(account, "hash")
        work.history.append(world.sealed(stream))
        work.remember("theirs", b"request", "secret")
        work.commit()
    case = there.case(code="THEIRS-1")
    done = there.task(
        case, element="done", status=TaskStatus.DONE, assignee=there.clerk.id
    )
    case = there.opened(case, there.task(case), done)
    with there.begin() as work:
        work.cases.keep_draft(
            case, Visit("check", 1), there.clerk.id, {"a": 1}, world.NOON
        )
        work.cases.type_code("THEIRS-", 9)
        sent = letters.letter(case, name="theirs")
        work.outbox.add(sent)
        work.outbox.put(letters.parcel(sent, case))
        waits = (letters.wait(case, 1, name="theirs"), letters.wait(case, 2, "signal"))
        work.arrivals.replace_waits(case.id, waits)
        starts = tuple(letters.start(there, each, each) for each in _KINDS)
        work.arrivals.replace_starts(there.procedure.id, starts)
        work.commit()
    return case


@pytest.mark.parametrize("name", ASKED)
def test_a_unit_of_work_sees_nothing_of_another_tenant(
    here: World, there: World, theirs: Case, name: str
) -> None:
    with here.begin() as work:
        try:
            answer = ASKED[name](work, there, theirs)
        except NotFoundError:
            return
    assert answer in (None, ())


@pytest.mark.parametrize("name", ASKED)
def test_the_same_question_finds_it_in_its_own_tenant(
    there: World, theirs: Case, name: str
) -> None:
    with there.begin() as work:
        assert ASKED[name](work, there, theirs) not in (None, ())


@pytest.fixture
def over(there: World) -> Case:
    """A case of the other tenant that has ended."""
    ended = there.case(code="THEIRS-0", status=Status.COMPLETED, closed_at=world.at(9))
    return there.opened(ended)


@pytest.mark.usefixtures("over")
@pytest.mark.parametrize("name", QUERIES)
def test_no_query_shows_a_row_of_another_tenant(
    database: Database, here: World, there: World, theirs: Case, name: str
) -> None:
    account = dataclasses.replace(here.clerk, roles=frozenset(Role))
    # An actor that claims the positions of the other tenant, as a forged one would.
    actor = Actor(
        account=account, positions=(there.desk,), supervised=frozenset({there.office})
    )
    ask = read.Queries(database)
    assert QUERIES[name](ask, actor, there, theirs) in (None, ())
    own = there.actor(there.clerk)
    assert QUERIES[name](ask, own, there, theirs) not in (None, ())


def test_sessions_sign_in_and_drafts_stay_in_their_tenant(
    database: Database, here: World, there: World, theirs: Case
) -> None:
    sessions, sign_in, drafts = Sessions(database), SignIn(database), Drafts(database)
    secret = sessions.create(there.tenant, world.NOON, {}, there.clerk.id)
    visit = Visit("check", 1)
    drafts.save(there.clerk, theirs.id, visit, {"a": 1}, world.NOON)
    known = sign_in.by_id(there.tenant, there.clerk.id)
    assert known is not None
    stranger = dataclasses.replace(there.clerk, tenant=here.tenant)
    assert sessions.load(here.tenant, secret) is None
    assert sign_in.by_login(here.tenant, "theirs") is None
    assert sign_in.by_id(here.tenant, there.clerk.id) is None
    assert sign_in.by_uniquifier(here.tenant, known.uniquifier) is None
    assert drafts.load(stranger, theirs.id, visit) is None
    sessions.drop(here.tenant, secret)
    sessions.clear(here.tenant, world.at(99), world.at(99))
    drafts.drop(stranger, theirs.id, visit)
    assert sessions.load(there.tenant, secret) is not None
    assert sign_in.by_id(there.tenant, there.clerk.id) == known
    assert drafts.load(there.clerk, theirs.id, visit) == {"a": 1}
