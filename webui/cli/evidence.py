"""`quytrinh evidence`: the log, its heads, and what can be shown to others."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from engine.domain.run import Json
from engine.evidence import promise, sequencer, stamps, verifier
from webui import bootstrap, config, sequencing, signer_state, stamping
from webui.cli import bundles, common, heads, receipts


@click.group()
def evidence() -> None:
    """Seal, check and hand out evidence."""


@evidence.command()
@common.as_json
def status(json_: bool) -> None:  # noqa: FBT001
    """Tell what is in the log, what waits for its place, and which head is signed."""
    with common.application() as app:
        common.show(_status(app, common.tenant_of(app)), json_=json_)


def _status(app: bootstrap.Application, tenant: UUID) -> dict[str, Any]:
    lag = app.log.lag(tenant)
    now = app.clock.now()
    waits = 0.0 if lag.since is None else (now - lag.since).total_seconds()
    heads = [_head(app.log, tenant, year) for year in app.log.years(tenant)]
    promised = sequencing.promise(app, tenant)
    data = config.folder_of(os.environ)
    return {
        "log": sequencing.log_name(tenant),
        "pending": lag.pending,
        "oldest_seconds": round(waits, 1),
        "unsigned": sum(
            int(str(one["size"])) - int(str(one["signed"])) for one in heads
        ),
        # An event without a signed head cannot be proved, wherever it stands.
        "late": max(waits, promised.waits) > sequencer.LATE,
        "signer": signer_state.refusal(data, tenant) or "ready",
        "head_age": _promise(promised),
        "heads": heads,
    }


def _promise(found: promise.Promise) -> Mapping[str, Json]:
    """Whether the newest events came under a signed head in time."""
    return {
        "promised_seconds": promise.SECONDS,
        "held": found.held,
        "events": found.events,
        "over": found.broken,
        "median_seconds": found.median,
        "longest_seconds": found.longest,
        "waits_seconds": found.waits,
    }


def _head(log: sequencer.Log, tenant: UUID, year: int) -> Mapping[str, Any]:
    size = log.head(tenant, year).size
    signed = log.newest(tenant, year)
    return {
        "year": year,
        "size": size,
        "signed": 0 if signed is None else signed.size,
        "signed_at": None if signed is None else common.local(signed.at),
    }


@evidence.command()
@common.as_json
def sequence(json_: bool) -> None:  # noqa: FBT001
    """Give pending events their places now, and have the head signed.

    A running server does this twice a second.
    """
    data = config.folder_of(os.environ)
    with common.application() as app, sequencing.signing(data) as signer:
        made = sequencing.Sequencing(app, signer).once()
        common.show({"integrated": made}, json_=json_)


@evidence.command("seal-day")
@common.as_json
def seal_day(json_: bool) -> None:  # noqa: FBT001
    """Seal the heads of all cases now, as a running server does every midnight."""
    data = config.folder_of(os.environ)
    with common.application() as app, sequencing.signing(data) as signer:
        work = sequencing.Sequencing(app, signer)
        work.once()
        sealed = sequencing.seal(app, common.tenant_of(app))
        work.once()
        common.show(sealed, json_=json_)


@evidence.command()
def keys() -> None:
    """Print the verifier keys of the log, for those who will check bundles."""
    data = config.folder_of(os.environ)
    with common.application() as app, sequencing.signing(data) as signer:
        for line in signer.keys(sequencing.log_name(common.tenant_of(app))):
            click.echo(line)


@evidence.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--keys",
    "trusted",
    type=click.Path(dir_okay=False),
    help="Tệp khóa tin cậy, mỗi dòng một khóa / trusted keys, one a line.",
)
@click.option(
    "--head",
    "kept",
    type=click.Path(dir_okay=False),
    help="Đầu nhật ký đã giữ, để đối chiếu / a head that was kept, to compare with.",
)
@heads.ROOTS
@common.as_json
def verify(
    file: Path,
    roots: Path | None,
    json_: bool,  # noqa: FBT001
    **given: str | None,
) -> None:
    """Kiểm tra gói bằng chứng / check a bundle, as the handed-out verifier does.

    Khóa tin cậy phải lấy từ ngoài gói. Mã thoát 0: mọi lớp kiểm tra được đều đạt; 1:
    có lớp không đạt; 2: không đọc được gói; 3: không thấy sai, nhưng không có khóa tin
    cậy, hoặc chưa khớp được với đầu nhật ký đã giữ. Có --tsa-root thì kiểm tra cả dấu
    thời gian.

    The keys are verifier keys, one a line, got otherwise than with the bundle. Exit 0:
    everything that can be checked passes; 1: something fails; 2: the file is no
    bundle; 3: nothing fails, but no trusted key was given, or the bundle could not be
    matched with the head that was kept. With --tsa-root the time stamp is checked, too.
    """
    if roots is None:
        arguments = [str(file), *(["--json"] if json_ else [])]
        for option, name in (("--keys", given["trusted"]), ("--head", given["kept"])):
            arguments += [option, name] if name else []
        raise click.exceptions.Exit(verifier.main(arguments))
    keys = verifier.given("keys", given["trusted"], verifier.read_keys)
    kept = verifier.given("head", given["kept"], verifier.read_head)
    report = stamping.checked(
        verifier.verify(file, keys, kept), file, stamps.read_roots(roots.read_bytes())
    )
    if json_:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        verifier.show(report, sys.stdout)
    raise click.exceptions.Exit(report.exit_code)


evidence.add_command(heads.check)
evidence.add_command(receipts.check_receipt)
evidence.add_command(heads.compare_head)
evidence.add_command(heads.head)
evidence.add_command(heads.stamp)
evidence.add_command(bundles.export)
evidence.add_command(bundles.verifier)
