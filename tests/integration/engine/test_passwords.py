"""Passwords as commands: what is stored, what is recorded, who may."""

from typing import Final
from uuid import UUID

import pytest

from engine.commands.change_organisation import CloseAccount
from engine.commands.change_password import ChangePassword, ResetPassword
from engine.domain.case import month_of
from engine.domain.events import StreamKind
from engine.errors import (
    EngineError,
    NotAllowedError,
    NotFoundError,
    NotReadyError,
    StaleError,
)
from engine.evidence import retrace
from storage.sessions import Credentials
from tests.integration.engine.office import Office

NEW: Final = "$argon2id$new"


def known(office: Office, login: str) -> Credentials:
    found = office.app.sign_in.by_id(office.tenant, office.accounts[login].id)
    assert found is not None
    return found


def last(office: Office, kind: StreamKind, stream: UUID) -> retrace.Step:
    """The last event of a stream, whose chain is checked on the way."""
    with office.app.store.begin(office.tenant) as uow:
        assert uow.history.stream(kind, stream) is not None
        events = uow.history.read(stream, month_of(office.clock.at))
    return retrace.opened(events)[-1]


def own(office: Office, login: str, new: str = NEW) -> ChangePassword:
    return ChangePassword(
        password_hash=new, replaces=known(office, login).password_hash
    )


@pytest.mark.parametrize("login", ["motcua", "kiemtoan", "quantri", "lienthong"])
def test_everybody_changes_the_own_password_and_it_is_noted(
    office: Office, login: str
) -> None:
    before, account = known(office, login), office.accounts[login]
    office.do(login, own(office, login))
    after = known(office, login)
    assert (after.password_hash, after.must_change) == (NEW, False)
    assert after.uniquifier != before.uniquifier
    body = last(office, StreamKind.ACCOUNT, account.id).body
    assert body["type"] == "password.changed"
    assert body["facts"] == {"account": account.id.hex}
    assert body["doer"]["account"] == account.id.hex
    assert NEW not in str(body)
    assert known(office, "thamtra").password_hash == before.password_hash


def test_two_changes_are_two_links_of_one_chain(office: Office) -> None:
    office.do("motcua", own(office, "motcua"))
    office.do("motcua", own(office, "motcua", "$argon2id$newer"))
    step = last(office, StreamKind.ACCOUNT, office.accounts["motcua"].id)
    assert step.body["seq"] == 2


def test_what_was_reset_meanwhile_is_not_overwritten(office: Office) -> None:
    late = own(office, "motcua")
    account = office.accounts["motcua"].id
    office.do("quantri", ResetPassword(account=account, password_hash="given"))
    before = office.digest()
    with pytest.raises(StaleError):
        office.do("motcua", late)
    assert office.digest() == before
    assert known(office, "motcua").must_change


def test_a_reset_is_noted_with_the_organisation(office: Office) -> None:
    account, before = office.accounts["motcua"].id, known(office, "motcua")
    office.do("quantri", ResetPassword(account=account, password_hash=NEW))
    after = known(office, "motcua")
    assert (after.password_hash, after.must_change) == (NEW, True)
    assert after.uniquifier != before.uniquifier
    body = last(office, StreamKind.ORGANISATION, office.tenant).body
    assert body["type"] == "password.reset"
    assert body["facts"] == {"account": account.hex}
    assert body["doer"]["account"] == office.accounts["quantri"].id.hex
    office.do("motcua", own(office, "motcua", "$argon2id$own"))
    assert not known(office, "motcua").must_change


def refused(
    office: Office, error: type[EngineError], login: str, command: object
) -> str:
    before = office.digest()
    with pytest.raises(error) as refusal:
        office.do(login, command)
    assert office.digest() == before
    return refusal.value.code


def test_only_administrators_reset_and_only_in_their_tenant(office: Office) -> None:
    account = office.accounts["thamtra"].id
    command = ResetPassword(account=account, password_hash=NEW)
    for login in ("motcua", "giamsat", "kiemtoan", "thietke", "lienthong"):
        refused(office, NotAllowedError, login, command)
    stranger = office.accounts["nuocngoai"].id
    theirs = ResetPassword(account=stranger, password_hash=NEW)
    refused(office, NotFoundError, "quantri", theirs)


def test_the_own_password_is_never_reset(office: Office) -> None:
    own_account = office.accounts["quantri"].id
    command = ResetPassword(account=own_account, password_hash=NEW)
    assert refused(office, NotAllowedError, "quantri", command) == "own-password"


def test_a_closed_account_gets_no_password(office: Office) -> None:
    account = office.accounts["motcua"].id
    office.do("quantri", CloseAccount(account=account))
    command = ResetPassword(account=account, password_hash=NEW)
    assert refused(office, NotReadyError, "quantri", command) == "closed-already"


def test_the_engine_itself_has_no_password(office: Office) -> None:
    command = ChangePassword(password_hash=NEW, replaces="")
    with pytest.raises(NotAllowedError):
        office.app.engine.run(command, office.tenant)


def test_commands_do_not_show_what_they_carry() -> None:
    commands = (
        ChangePassword(password_hash=NEW, replaces="old hash"),
        ResetPassword(account=UUID(int=1), password_hash=NEW),
    )
    for command in commands:
        assert NEW not in repr(command)
        assert "old hash" not in repr(command)
