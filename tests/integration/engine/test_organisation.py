"""Changing the organisation: founding it, holdings that end, accounts that close."""

import threading
from concurrent import futures
from datetime import date, timedelta
from typing import Final
from uuid import UUID

import pytest

from engine.commands.change_organisation import (
    CloseAccount,
    CreateAccount,
    EndHolding,
    HoldPosition,
)
from engine.commands.found_tenant import FoundTenant
from engine.domain.events import Sealed, StreamKind
from engine.domain.organisation import Account, Holder, Role
from engine.errors import (
    EngineError,
    ExistsError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
)
from engine.evidence import retrace
from tests.integration.engine.office import Office
from webui import bootstrap

TODAY: Final = date(2026, 11, 20)
YESTERDAY: Final = TODAY - timedelta(days=1)


def holding(office: Office, login: str) -> Holder:
    """The holding of somebody who has one."""
    with office.app.store.begin(office.tenant) as uow:
        holders = uow.accounts.organisation().holders
    (found,) = (one for one in holders if one.account == office.accounts[login].id)
    return found


def end(held: Holder, last: date) -> EndHolding:
    return EndHolding(
        position=held.position,
        account=held.account,
        valid_from=held.valid_from,
        valid_to=last,
    )


def record(office: Office, tenant: UUID) -> tuple[retrace.Step, ...]:
    """The organisation's stream, checked and opened."""
    with office.app.store.begin(tenant) as uow:
        stream = uow.history.stream(StreamKind.ORGANISATION, tenant)
        assert stream is not None
        events: tuple[Sealed, ...] = uow.history.read(tenant, stream.month)
    return retrace.opened(events)


def refused(
    office: Office, error: type[EngineError], command: object, code: str = ""
) -> None:
    before = office.digest()
    with pytest.raises(error) as refusal:
        office.do("quantri", command)
    assert not code or refusal.value.code == code
    assert office.digest() == before


def test_a_position_that_ends_gives_no_rights_any_more(office: Office) -> None:
    case = office.open("1.001")
    held = holding(office, "motcua")
    done = office.do("quantri", end(held, YESTERDAY))
    assert done["to"] == "2026-11-19"
    assert office.actor("motcua").positions == ()
    with pytest.raises(NotFoundError):
        office.complete("motcua", case, "nhan")
    last = record(office, office.tenant)[-1]
    assert last.body["type"] == "holding.ended"
    assert last.body["doer"]["account"] == office.accounts["quantri"].id.hex
    assert last.body["facts"] == {
        "position": held.position.hex,
        "account": held.account.hex,
        "from": held.valid_from.isoformat(),
        "to": "2026-11-19",
    }


def test_a_position_is_held_to_the_end_of_its_last_day(office: Office) -> None:
    office.do("quantri", end(holding(office, "motcua"), TODAY))
    assert len(office.actor("motcua").positions) == 1
    office.clock.move(days=1)
    assert office.actor("motcua").positions == ()


def test_nothing_ends_in_the_past_or_twice_or_later(office: Office) -> None:
    held = holding(office, "motcua")
    past = end(held, YESTERDAY - timedelta(days=1))
    refused(office, NotReadyError, past, "holding-end")
    office.do("quantri", end(held, TODAY))
    for last in (TODAY, TODAY + timedelta(days=9)):
        refused(office, NotReadyError, end(held, last), "holding-end")
    office.do("quantri", end(held, YESTERDAY))
    refused(office, NotReadyError, end(held, YESTERDAY), "holding-end")


def test_what_nobody_holds_cannot_end(office: Office) -> None:
    held = holding(office, "motcua")
    other = Holder(position=held.position, account=office.accounts["thamtra"].id)
    refused(office, NotFoundError, end(other, TODAY))
    stranger = Holder(position=held.position, account=office.accounts["nuocngoai"].id)
    refused(office, NotFoundError, end(stranger, TODAY))


def test_two_holdings_of_one_position_share_no_day(office: Office) -> None:
    held = holding(office, "motcua")
    refused(
        office,
        ExistsError,
        HoldPosition(
            holder=Holder(
                position=held.position, account=held.account, valid_from=TODAY
            )
        ),
        "exists",
    )
    office.do("quantri", end(held, TODAY))
    again = Holder(
        position=held.position,
        account=held.account,
        valid_from=TODAY + timedelta(days=1),
    )
    office.do("quantri", HoldPosition(holder=again))
    office.clock.move(days=1)
    assert len(office.actor("motcua").positions) == 1


def test_a_closed_account_does_nothing_and_its_sessions_are_dead(
    office: Office,
) -> None:
    account = office.accounts["motcua"]
    before = office.app.sign_in.by_id(office.tenant, account.id)
    office.do("quantri", CloseAccount(account=account.id))
    after = office.app.sign_in.by_id(office.tenant, account.id)
    assert before is not None
    assert after is not None
    assert not after.account.active
    assert after.uniquifier != before.uniquifier
    last = record(office, office.tenant)[-1]
    assert last.body["type"] == "account.closed"
    assert last.body["facts"] == {"account": account.id.hex}
    refused(office, NotReadyError, CloseAccount(account=account.id), "closed-already")


def test_an_account_of_another_tenant_cannot_be_closed(office: Office) -> None:
    stranger = office.accounts["nuocngoai"].id
    refused(office, NotFoundError, CloseAccount(account=stranger))


def test_the_last_administrator_stays(office: Office) -> None:
    own = CloseAccount(account=office.accounts["quantri"].id)
    refused(office, NotAllowedError, own, "last-administrator")
    second = _administrator(office, "quantri2", date.max)
    past = _administrator(office, "quantri3", YESTERDAY)
    for one in (second, past):
        office.app.engine.run(
            CreateAccount(account=one, password_hash="!"), office.tenant
        )
    office.do("quantri", CloseAccount(account=second.id))
    # Whose last day has passed administers nothing.
    refused(office, NotAllowedError, own, "last-administrator")


@pytest.mark.parametrize("login", ["motcua", "kiemtoan", "pheduyet", "nuocngoai"])
def test_only_administrators_end_and_close(office: Office, login: str) -> None:
    commands = (
        end(holding(office, "thamtra"), TODAY),
        CloseAccount(account=office.accounts["thamtra"].id),
    )
    for command in commands:
        before = office.digest()
        with pytest.raises((NotAllowedError, NotFoundError)):
            office.do(login, command)
        assert office.digest() == before


def test_a_tenant_is_founded_once_with_its_administrator(
    database_url: str,
) -> None:
    app = bootstrap.build(database_url)
    tenant, other = app.ids.uuid(), app.ids.uuid()
    app.engine.run(_founding(tenant), tenant)
    assert app.store.tenants() == (tenant,)
    assert app.store.name(tenant) == "Tỉnh Mới"
    for again in (tenant, other):
        with pytest.raises(ExistsError):
            app.engine.run(_founding(again), again)
    assert app.store.tenants() == (tenant,)
    with app.store.begin(tenant) as uow:
        stream = uow.history.stream(StreamKind.ORGANISATION, tenant)
        assert stream is not None
        steps = retrace.opened(uow.history.read(tenant, stream.month))
    kinds = [step.body["type"] for step in steps]
    assert kinds == ["tenant.founded", "account.created"]
    assert steps[0].body["facts"] == {"name": "Tỉnh Mới"}
    with pytest.raises(NotFoundError):
        app.store.name(other)
    app.close()


def test_two_that_found_at_once_found_one_tenant(database_url: str) -> None:
    apps = [bootstrap.build(database_url) for _ in range(2)]
    start = threading.Barrier(2)

    def found(app: bootstrap.Application) -> str:
        tenant = app.ids.uuid()
        start.wait()
        try:
            app.engine.run(_founding(tenant), tenant)
        except ExistsError as refusal:
            return refusal.code
        return "founded"

    with futures.ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(found, apps))
    assert told == ["exists", "founded"]
    assert len(apps[0].store.tenants()) == 1
    for app in apps:
        app.close()


def test_no_person_founds_a_tenant(office: Office) -> None:
    refused(office, NotAllowedError, _founding(office.tenant))


def _founding(tenant: UUID) -> FoundTenant:
    account = Account(
        tenant=tenant,
        id=UUID(int=tenant.int ^ 1),
        login="quantri",
        name="Quản trị",
        roles=frozenset({Role.ADMINISTRATOR}),
    )
    return FoundTenant(name="Tỉnh Mới", administrator=account, password_hash="!")


def _administrator(office: Office, login: str, last: date) -> Account:
    return Account(
        tenant=office.tenant,
        id=office.app.ids.uuid(),
        login=login,
        name=f"Người {login}",
        roles=frozenset({Role.ADMINISTRATOR}),
        valid_to=last,
    )
