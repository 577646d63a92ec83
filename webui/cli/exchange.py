"""`quytrinh outbox` and `signal`: letters between cases, and what people broadcast."""

from typing import IO, Any
from uuid import UUID

import click

from engine.commands.retry_delivery import RetryDelivery
from engine.commands.send_signal import SendSignal
from engine.errors import NotFoundError
from engine.exchange import Letter, Parcel, Ref
from webui import bootstrap
from webui.cli import common


@click.group()
def outbox() -> None:
    """Look at messages and signals on their way, and try them again."""


@outbox.command("list")
@click.option("--all", "all_", is_flag=True, help="Also what has arrived.")
@click.option("--limit", default=50, show_default=True)
@common.as_json
def list_(all_: bool, limit: int, json_: bool) -> None:  # noqa: FBT001
    """List what has not arrived, with the reasons, the newest first.

    This is the installation's own view: it needs no account, but the database.
    """
    with common.application() as app:
        lines = [
            _line(letter)
            for tenant in app.store.tenants()
            for letter in _letters(app, tenant, limit, all_=all_)
        ]
    if json_:
        common.show(lines, json_=True)
        return
    for line in lines:
        told = line["reason"] or ("delivered" if line["delivered_at"] else "waiting")
        click.echo(f"{line['letter']}  {line['kind']}  {line['name']}  {told}")
        for place in line["places"]:
            click.echo(f"    {place['target']}  {place['reason'] or 'delivered'}")


def _letters(
    app: bootstrap.Application, tenant: UUID, limit: int, *, all_: bool
) -> tuple[Letter, ...]:
    with app.store.begin(tenant) as uow:
        return uow.outbox.letters(limit, all_=all_)


@outbox.command()
@click.argument("letter", required=False)
@click.option("--all", "all_", is_flag=True, help="Everything that has not arrived.")
@common.as_json
def retry(letter: str | None, all_: bool, json_: bool) -> None:  # noqa: FBT001
    """Try LETTER (as `outbox list` names it), or everything, again from now on."""
    if not letter and not all_:
        message = "Name a letter or say --all."
        raise click.UsageError(message)
    tried = 0
    with common.application() as app:
        for tenant in app.store.tenants():
            known = _letters(app, tenant, 10_000, all_=False)
            wanted = [one.sent.ref for one in known if all_ or _name(one) == letter]
            for ref in wanted:
                command = RetryDelivery(stream=ref.stream, seq=ref.seq, n=ref.n)
                app.engine.run(command, tenant)
            tried += len(wanted)
    if letter and not tried:
        message = f"No letter “{letter}” is on its way."
        raise NotFoundError(message)
    common.show({"letters": tried}, json_=json_)


@click.command()
@click.argument("name")
@click.option("--data", type=click.File("rb"), help="JSON file with what it brings.")
@click.option("--key", help="Idempotency key: the same key sends one signal.")
@common.acting
@common.as_json
def signal(
    name: str,
    data: IO[bytes] | None,
    key: str | None,
    login: str,
    json_: bool,  # noqa: FBT001
) -> None:
    """Broadcast the signal NAME to every case that waits for it."""
    payload = {} if data is None else common.read_object(data)
    with common.application() as app:
        actor = common.actor_of(app, login)
        command = SendSignal(name=name, payload=payload)
        common.show(dict(app.engine.execute(command, actor, key=key)), json_=json_)


def _name(letter: Letter) -> str:
    return _named(letter.sent.ref)


def _named(ref: Ref) -> str:
    return f"{ref.stream.hex}:{ref.seq}:{ref.n}"


def _line(letter: Letter) -> dict[str, Any]:
    sent, tried = letter.sent, letter.tried
    return {
        "letter": _name(letter),
        "kind": sent.kind,
        "name": sent.name,
        "partner": sent.partner,
        "sent_at": sent.sent_at.isoformat() if sent.sent_at else None,
        "reason": tried.reason,
        "attempts": tried.attempts,
        "next_try": tried.next_try.isoformat() if tried.next_try else None,
        "delivered_at": tried.delivered_at.isoformat() if tried.delivered_at else None,
        "places": [_place(parcel) for parcel in letter.parcels],
    }


def _place(parcel: Parcel) -> dict[str, Any]:
    tried = parcel.tried
    return {
        "target": (parcel.receiver or parcel.target).hex,
        "opened": bool(parcel.element) and parcel.receiver is not None,
        "reason": tried.reason,
        "attempts": tried.attempts,
        "next_try": tried.next_try.isoformat() if tried.next_try else None,
        "delivered_at": tried.delivered_at.isoformat() if tried.delivered_at else None,
    }
