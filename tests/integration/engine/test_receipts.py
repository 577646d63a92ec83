"""A receipt in somebody's hand tells what became of the log since."""

import dataclasses
import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from engine.domain import receipt
from engine.evidence import held, verifier
from engine.evidence.held import Outcome
from storage import log_schema
from tests.integration.engine import keeping
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import Office
from webui import bootstrap, cli, sequencing


@pytest.fixture
def kept(office: Office, tmp_path: Path) -> Kept:
    """Give an office whose log is kept."""
    made = Kept(office, tmp_path / "signer")
    made.sequence()
    return made


def printed(kept: Kept, case: UUID) -> receipt.Receipt:
    """What stands on the receipt of a case."""
    code = kept.office.case(case).code
    log = sequencing.log_name(kept.tenant)
    return receipt.of(kept.office.events(case)[0], code, log)


def looked_up(kept: Kept, asked: receipt.Receipt, **more: Any) -> held.Answer:
    looking = held.Held(
        log=kept.office.app.log,
        tenant=kept.tenant,
        name=sequencing.log_name(kept.tenant),
        **more,
    )
    app = kept.office.app
    item = app.queries.case(kept.office.actor("kiemtoan"), asked.code)
    first = None if item is None else kept.office.events(item.id)[0]
    return looking.look_up(asked, first)


def keys(kept: Kept) -> list[verifier.Key]:
    lines = kept.signer.keys(sequencing.log_name(kept.tenant))
    return [verifier.read_key(line) for line in lines]


def test_a_receipt_is_proved_once_its_event_is_under_a_signed_head(kept: Kept) -> None:
    case = kept.case()
    asked = printed(kept, case)
    assert looked_up(kept, asked).outcome is Outcome.PENDING
    kept.sequence()
    found = looked_up(kept, asked, trusted=keys(kept))
    assert (found.outcome, found.case) == (Outcome.PROVED, case)
    assert found.place is not None
    assert found.head is not None
    assert found.place.index < found.head.size
    # Later heads cover it, too.
    kept.case()
    kept.sequence()
    again = looked_up(kept, asked, trusted=keys(kept))
    assert (again.outcome, again.place) == (found.outcome, found.place)


def test_a_receipt_names_a_dossier_that_was_taken_out_by_whoever_has_the_keys(
    kept: Kept, tmp_path: Path
) -> None:
    case = kept.case()
    kept.sequence()
    asked = printed(kept, case)
    stream = f"case:{case.hex}"
    keeping.forge(
        kept,
        lambda body: None if body["stream"] == stream else body,
        keeping.stolen(kept, tmp_path / "thief"),
    )
    looking = held.Held(
        log=kept.office.app.log, tenant=kept.tenant, name=asked.log, trusted=keys(kept)
    )
    assert looking.look_up(asked, None).outcome is Outcome.MISSING


def test_a_receipt_names_an_opening_that_was_altered_by_whoever_has_the_keys(
    kept: Kept, tmp_path: Path
) -> None:
    case = kept.case()
    kept.sequence()
    asked = printed(kept, case)

    def edit(body: dict[str, Any]) -> dict[str, Any]:
        if body["stream"] != f"case:{case.hex}" or body["seq"] != 1:
            return body
        return {**body, "at": body["at"].replace("2026-", "2025-")}

    keeping.forge(kept, edit, keeping.stolen(kept, tmp_path / "thief"))
    # All is signed and consistent in itself; only the receipt knows.
    assert looked_up(kept, asked, trusted=keys(kept)).outcome is Outcome.MISSING


def test_a_dossier_behind_the_receipt_of_another_is_named(kept: Kept) -> None:
    case, other = kept.case(), kept.case()
    kept.sequence()
    mine = printed(kept, case)
    swapped = dataclasses.replace(printed(kept, other), leaf=mine.leaf)
    found = looked_up(kept, swapped)
    assert (found.outcome, found.case) == (Outcome.ALTERED, case)


def test_an_index_without_its_tree_proves_nothing(kept: Kept) -> None:
    asked = dataclasses.replace(printed(kept, kept.case()), leaf=bytes(32))
    kept.sequence()
    assert looked_up(kept, asked).outcome is Outcome.MISSING
    kept.office.unguard()
    row = sa.update(log_schema.log_index).where(log_schema.log_index.c.leaf_index == 3)
    with kept.office.app.database.write() as connection:
        connection.execute(row.values(leaf=bytes(32)))
    assert looked_up(kept, asked).outcome is Outcome.FORGED


def test_other_logs_and_other_keys_are_told(kept: Kept) -> None:
    asked = printed(kept, kept.case())
    kept.sequence()
    foreign = dataclasses.replace(asked, log="quytrinh/other")
    assert looked_up(kept, foreign).outcome is Outcome.ELSEWHERE
    lines = kept.signer.keys(sequencing.log_name(kept.office.abroad))
    strangers = [verifier.read_key(line) for line in lines]
    assert looked_up(kept, asked, trusted=strangers).outcome is Outcome.UNSIGNED


def test_the_command_tells_where_the_receipt_stands(
    kept: Kept, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = kept.case()
    kept.sequence()
    asked = printed(kept, case)
    trusted = tmp_path / "keys"
    trusted.write_text("\n".join(kept.signer.keys(asked.log)))
    monkeypatch.setenv(bootstrap.DATABASE_VARIABLE, kept.office.url)
    monkeypatch.setattr("webui.cli.common.tenant_of", lambda _: kept.tenant)

    def ran(text: str, *more: str) -> tuple[int, Any]:
        words = ["evidence", "check-receipt", text, *more, "--json"]
        done = CliRunner().invoke(cli.cli, words)
        return done.exit_code, json.loads(done.stdout.splitlines()[-1])

    for text in (receipt.text(asked), receipt.text(asked, "https://x.example/tc")):
        code, told = ran(text, "--keys", str(trusted))
        assert (code, told["ok"], told["result"]) == (0, True, "proved")
        assert (told["code"], told["case"]) == (asked.code, str(case))
        assert told["index"] < told["head"]
        assert told["signature"] == "checked"
    lost = dataclasses.replace(asked, leaf=bytes(32))
    code, told = ran(receipt.text(lost))
    assert (code, told["result"], told["signature"]) == (1, "missing", "not checked")
    refused = CliRunner().invoke(cli.cli, ["evidence", "check-receipt", "x"])
    assert refused.exit_code == 1
