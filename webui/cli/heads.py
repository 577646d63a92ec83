"""`quytrinh evidence check` and what is compared with others' copies of the head."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import click
from cryptography import x509

from engine.errors import ConfigurationError, EvidenceError
from engine.evidence import audit, stamps, verifier
from engine.evidence.findings import Report
from engine.evidence.sequencer import Signed
from webui import bootstrap, config, daily_check, i18n, judging, signer_state, stamping
from webui.cli import common

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
#: The option of commands that check signatures.
KEYS = click.option("--keys", type=_FILE, help="Trusted verifier keys, one a line.")
#: The option of commands that check time stamps.
ROOTS = click.option(
    "--tsa-root", "roots", type=_FILE, help="Root certificates of time stamps (PEM)."
)
#: Layers that pass only where signed heads were checked.
_SIGNED: Final = frozenset({"checkpoints", "signatures"})
_SHOWN: Final = {
    "PASS": ("ĐẠT", "PASS"),
    "FAIL": ("KHÔNG ĐẠT", "FAIL"),
    "NOT CHECKED": ("CHƯA KIỂM TRA", "NOT CHECKED"),
}


@click.command()
@KEYS
@ROOTS
@click.option("--fast", is_flag=True, help="Bytes, chains and log only.")
@click.option("--verdicts", is_flag=True, help="Judge every case as well.")
@common.as_json
def check(
    keys: Path | None,
    roots: Path | None,
    fast: bool,  # noqa: FBT001
    verdicts: bool,  # noqa: FBT001
    json_: bool,  # noqa: FBT001
) -> None:
    """Check everything that is stored, and name the first wrong record.

    A running server does this once a day. Exit 1: something is wrong, or the signer
    signs nothing because others may read its key.
    """
    with common.application(guarded=False) as app:
        asked = replace(
            _asked(app),
            trusted=keys_of(keys),
            roots=_roots(roots),
            unguarded=bootstrap.missing_guards(app),
            deep=not fast,
        )
        report = audit.run(app.check, asked)
        refused = signer_state.refusal(config.folder_of(os.environ), asked.tenant)
        rates = judging.rates(app, asked.tenant) if verdicts and report.ok else ()
    failing = [one for rate in rates for one in rate.failing]
    if json_:
        judged = {"verdicts": [one.plain() for one in rates]} if verdicts else {}
        told = {**report.as_json(), **judged, "signer": refused or "ready"}
        common.show(told, json_=True)
    else:
        _tell(report)
        if refused and not asked.loose:
            # The lines of the check are told in both languages.
            for code, _ in i18n.LANGUAGES:
                speak = i18n.translations(code).ugettext
                click.echo(signer_state.words(refused, speak), err=True)
        for one in failing:
            click.echo(f"FAIL {one['code']}: {one['reason']}")
    raise click.exceptions.Exit(0 if report.ok and not failing else 1)


@click.command("compare-head")
@click.argument("file", type=_FILE)
@KEYS
@common.as_json
def compare_head(file: Path, keys: Path | None, json_: bool) -> None:  # noqa: FBT001
    """Compare the log with a signed head that somebody kept.

    The whole log is made anew from its events: either it grew from that head, or the
    answer names a rollback (it is smaller now) or a fork (its past is another). Exit 1:
    it did not grow from there.
    """
    with common.application(guarded=False) as app:
        note = file.read_bytes()
        asked = replace(_asked(app), trusted=keys_of(keys), kept=note, deep=False)
        report = audit.run(app.check, asked)
    found = _compared(report)
    common.show(found, json_=json_)
    raise click.exceptions.Exit(0 if found["ok"] else 1)


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write; else it is printed.",
)
def head(output: Path | None) -> None:
    """Hand out the newest signed head, for whoever will compare one day."""
    with common.application() as app:
        signed = _newest(app, common.tenant_of(app))
    if output is None:
        click.echo(signed.note.decode(), nl=False)
    else:
        output.write_bytes(signed.note)


@click.command()
@click.option(
    "--url",
    required=True,
    envvar=stamping.VARIABLE,
    help="Address of the time-stamping authority.",
)
@ROOTS
@common.as_json
def stamp(url: str, roots: Path | None, json_: bool) -> None:  # noqa: FBT001
    """Have the newest signed head stamped by a time-stamping authority (RFC 3161)."""
    with common.application() as app:
        tenant = common.tenant_of(app)
        signed = _newest(app, tenant)
        if signed.stamp is not None:
            common.show({"stamped": False, "size": signed.size}, json_=json_)
            return
        token = stamping.token(url, signed.note)
        certificates = _roots(roots)
        at = stamps.check(token, signed.note, certificates) if certificates else None
        app.log.stamp(tenant, signed, token)
        told = {"stamped": True, "size": signed.size, "bytes": len(token)}
        common.show({**told, "at": at and common.local(at)}, json_=json_)


def _asked(app: bootstrap.Application) -> audit.Asked:
    return daily_check.asked(app, common.tenant_of(app), config.folder_of(os.environ))


def keys_of(path: Path | None) -> list[verifier.Key] | None:
    """The trusted keys of a file; None: none was given."""
    if path is None:
        return None
    try:
        return verifier.read_keys(path.read_bytes())
    except verifier.Malformed as error:
        message = (
            f"Không đọc được khóa tin cậy {path.name}: {error.vietnamese}."
            f" / {path.name} holds no verifier keys: {error}."
        )
        raise ConfigurationError(message) from error


def _roots(path: Path | None) -> list[x509.Certificate]:
    return [] if path is None else stamps.read_roots(path.read_bytes())


def _newest(app: bootstrap.Application, tenant: UUID) -> Signed:
    for year in reversed(app.log.years(tenant)):
        signed = app.log.newest(tenant, year)
        if signed is not None:
            return signed
    message = "No head is signed yet; run `quytrinh evidence sequence`."
    raise EvidenceError(message, code="no-head")


def _compared(report: Report) -> dict[str, Any]:
    """What comparing with a kept head says."""
    layers = {one.layer: one for one in report.layers}
    broken = [layers[name] for name in ("chains", "log") if name in layers]
    broken = [one for one in broken if one.result == "FAIL"]
    found = next((one for one in report.findings if one.layer == "kept"), None)
    if found is not None:
        name = found.code.removeprefix("kept-")
        result = {"rolled-back": "rollback", "forked": "fork"}.get(name, name)
        messages = found.message_vi, found.message_en
    elif broken:
        result = "damaged"
        messages = broken[0].message_vi, broken[0].message_en
    else:
        result = "consistent"
        messages = (
            "Nhật ký đi tiếp từ đầu nhật ký đã giữ; không có gì trước đó bị thay đổi.",
            "The log grew from the head that was kept; nothing before it was changed.",
        )
    told = {"ok": result == "consistent", "result": result}
    return {**told, "message_vi": messages[0], "message_en": messages[1]}


def _tell(report: Report) -> None:
    """Print a report for people, Vietnamese first."""
    for one in report.layers:
        vietnamese, english = _SHOWN[one.result]
        click.echo(f"{one.layer:<12} {vietnamese} / {english}")
        if one.result != "PASS" or one.noted:
            click.echo(f"             {one.message_vi}\n             {one.message_en}")
            if one.count > 1:
                click.echo(f"             (+{one.count - 1})")
    counted = f"{report.events} sự kiện / events, {report.heads} đầu nhật ký / heads"
    click.echo(counted)
    first = report.first
    proved = {one.layer for one in report.layers if one.result == "PASS"}
    if first is not None:
        click.echo(f"Sai đầu tiên: {first.message_vi}\nFirst wrong: {first.message_en}")
    elif proved >= _SIGNED:
        click.echo("Bằng chứng toàn vẹn.\nThe evidence is whole.")
    else:
        click.echo(
            "Không thấy sai, nhưng chưa kiểm tra được chữ ký.\n"
            "Nothing is wrong, but no signature was checked."
        )
