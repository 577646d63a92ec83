"""What every unit of work promises: answers given once, and who is who."""

import dataclasses
import threading
from datetime import date

import pytest

from engine.domain.organisation import Account, Agency, Holder, Position, Role
from engine.domain.procedure import Procedure, VersionStatus
from engine.errors import NotFoundError
from engine.ports import Answered
from storage.database import Database, count_statements
from tests.contracts import world
from tests.contracts.world import World


def test_the_first_answer_to_a_key_is_kept_and_replayed(here: World) -> None:
    with here.begin() as work:
        assert work.remember("k", b"same", "first") is None
        work.commit()
    with here.begin() as work:
        assert work.remember("k", b"same", "second") == Answered(
            request=b"same", response="first"
        )
        other = work.remember("k", b"other", "third")
        assert other == Answered(request=b"same", response="first")


def test_a_key_is_recalled_without_being_used(here: World) -> None:
    with here.begin() as work:
        assert work.recall("k") is None
        work.remember("k", b"r", "a")
        assert work.recall("k") == Answered(request=b"r", response="a")


def test_who_reads_waits_for_no_writer_and_keeps_nothing(here: World) -> None:
    with here.begin() as work, here.store.read(here.tenant) as reading:
        work.remember("k", b"r", "a")
        assert reading.recall("k") is None
        with pytest.raises(AssertionError):
            reading.commit()
        work.commit()
    with here.store.read(here.tenant) as reading:
        assert reading.recall("k") is not None
    # The turn of the writers was given back once, not twice.
    with here.begin() as work:
        work.commit()


def test_keys_of_tenants_are_their_own(here: World, there: World) -> None:
    for tenant in (here, there):
        with tenant.begin() as work:
            assert work.remember("k", b"r", "a") is None
            work.commit()


@pytest.mark.parametrize("commits", [True, False])
def test_a_second_request_with_the_key_waits_for_the_first(
    here: World, *, commits: bool
) -> None:
    answers: list[Answered | None] = []
    began = threading.Event()

    def second() -> None:
        began.set()
        with here.begin() as work:
            answers.append(work.remember("race", b"r", "second"))
            work.commit()

    waiting = threading.Thread(target=second)
    with here.begin() as work:
        assert work.remember("race", b"r", "first") is None
        waiting.start()
        began.wait(5)
        waiting.join(0.1)
        assert waiting.is_alive()
        if commits:
            work.commit()
    waiting.join(10)
    first = Answered(request=b"r", response="first")
    assert answers == [first if commits else None]


def test_the_organisation_comes_back_as_it_was_stored(here: World) -> None:
    agency = Agency(
        id=world.new_id(),
        name="Sở Tư pháp",
        codes=("H01.01", "000.00.01.H01"),
        level="province",
        parent=here.office,
        valid_from=date(2025, 7, 1),
        successors=(world.new_id(),),
        calendar="north",
        colour="#8a1f2b",
    )
    position = Position(
        id=world.new_id(),
        agency=agency.id,
        name="Trưởng phòng",
        performers=frozenset({"Lãnh đạo", "ký số"}),
        valid_to=date(2030, 1, 1),
    )
    holder = Holder(
        position=position.id,
        account=here.clerk.id,
        valid_from=date(2026, 1, 1),
        valid_to=date(2026, 12, 31),
    )
    with here.begin() as work:
        work.accounts.add_agency(agency)
        work.accounts.add_position(position)
        work.accounts.add_holder(holder)
        work.commit()
    with here.begin() as work:
        organisation = work.accounts.organisation()
    assert organisation.agencies[agency.id] == agency
    assert organisation.positions[position.id] == position
    assert holder in organisation.holders


def test_the_organisation_is_read_again_only_after_a_change(
    here: World, database: Database
) -> None:
    with here.begin() as work:
        before = work.accounts.organisation()
    with count_statements(database) as counted, here.begin() as work:
        assert work.accounts.organisation() is before
    assert counted.statements == 1
    new = Agency(id=world.new_id(), name="Phường Mới")
    with here.begin() as work:
        work.accounts.add_agency(new)
        assert new.id in work.accounts.organisation().agencies
        work.commit()
    with here.begin() as work:
        assert new.id in work.accounts.organisation().agencies
    assert new.id not in before.agencies


def test_a_change_that_is_rolled_back_reaches_nobody(here: World) -> None:
    lost = Agency(id=world.new_id(), name="Bị bỏ")
    with here.begin() as work:
        work.accounts.add_agency(lost)
        assert lost.id in work.accounts.organisation().agencies
    kept = Agency(id=world.new_id(), name="Được giữ")
    with here.begin() as work:
        assert lost.id not in work.accounts.organisation().agencies
        work.accounts.add_agency(kept)
        work.commit()
    with here.begin() as work:
        agencies = work.accounts.organisation().agencies
    assert (lost.id in agencies, kept.id in agencies) == (False, True)


def test_the_lock_of_a_case_tells_whether_the_organisation_changed(
    here: World, database: Database
) -> None:
    case = here.opened()
    with here.begin() as work:
        before = work.accounts.organisation()
    with count_statements(database) as counted, here.begin() as work:
        work.cases.lock(case.id)
        assert work.accounts.organisation() is before
    assert counted.statements == 1


def test_an_account_comes_back_as_it_was_stored(here: World) -> None:
    account = Account(
        tenant=here.tenant,
        id=world.new_id(),
        login="đoàn.kiểm-tra",
        name="Đoàn kiểm tra số 3",
        roles=frozenset({Role.AUDITOR, Role.SUPERVISOR}),
        active=False,
        valid_to=date(2026, 12, 31),
        language="en",
    )
    with here.begin() as work:
        work.accounts.add_account(account, "hash")
        work.commit()
    with here.begin() as work:
        assert work.accounts.account(account.id) == account
        assert work.accounts.by_login(account.login) == account
        assert work.accounts.by_login("nobody") is None
        assert work.accounts.account(world.new_id()) is None


def test_accounts_with_a_role_are_active_and_come_by_login(here: World) -> None:
    closed = dataclasses.replace(
        here.clerk, id=world.new_id(), login="a-closed", active=False
    )
    with here.begin() as work:
        work.accounts.add_account(closed, "hash")
        work.commit()
    with here.begin() as work:
        assert work.accounts.with_role(Role.CLERK) == (here.clerk, here.colleague)
        assert work.accounts.with_role(Role.DESIGNER) == ()


def test_procedures_and_versions_come_back_as_they_were_stored(here: World) -> None:
    procedure = Procedure(
        tenant=here.tenant, id=world.new_id(), code="2.001", name="Chứng thực"
    )
    draft = world.version_of(procedure, 1, VersionStatus.DRAFT)
    second = world.version_of(procedure, 2)
    files = {"process.bpmn": b"\x00\xff<xml/>", "forms/đơn.form": b"{}"}
    with here.begin() as work:
        work.procedures.add(procedure)
        work.procedures.add_version(draft, files, b"{}")
        work.procedures.add_version(second, {"process.bpmn": b"2"}, b"[]")
        work.commit()
    with here.begin() as work:
        procedures = work.procedures
        assert procedures.by_code("2.001") == procedures.get(procedure.id) == procedure
        assert procedures.versions(procedure.id) == (draft, second)
        assert procedures.version(draft.id) == draft
        assert procedures.files(draft.id) == files
        assert procedures.normalised(draft.id) == b"{}"
        assert procedures.normalised(second.id) == b"[]"
        assert procedures.without_document() == ()
        assert procedures.by_code("none") is None


def test_publishing_changes_the_life_cycle_and_nothing_else(here: World) -> None:
    draft = world.version_of(here.procedure, 2, VersionStatus.DRAFT)
    published = dataclasses.replace(
        draft,
        status=VersionStatus.PUBLISHED,
        publisher=here.supervisor.id,
        published_at=world.at(5),
    )
    with here.begin() as work:
        work.procedures.add_version(draft, {"process.bpmn": b"2"}, b"{}")
        work.procedures.change_version(dataclasses.replace(published, name="other"))
        work.commit()
    with here.begin() as work:
        assert work.procedures.version(draft.id) == published


def test_unknown_procedures_versions_and_files_are_not_found(here: World) -> None:
    unknown = world.new_id()
    with here.begin() as work:
        for ask in (
            work.procedures.get,
            work.procedures.version,
            work.procedures.files,
        ):
            with pytest.raises(NotFoundError):
                ask(unknown)
        with pytest.raises(NotFoundError):
            work.procedures.change_version(
                dataclasses.replace(here.version, id=unknown)
            )
        assert work.procedures.versions(unknown) == ()


def test_the_store_knows_its_tenants(here: World, there: World) -> None:
    assert {here.tenant, there.tenant} <= set(here.store.tenants())


def test_an_unknown_tenant_has_no_organisation(here: World) -> None:
    with here.store.begin(world.new_id()) as work, pytest.raises(NotFoundError):
        work.accounts.organisation()
