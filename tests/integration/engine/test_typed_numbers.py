"""Numbers of papers that somebody typed are passed over by the register."""

import importlib
from collections.abc import Iterator
from concurrent import futures
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa
from alembic import migration
from alembic.operations import Operations

from engine.commands.extend_deadline import AskExtension, ExtendDeadline
from engine.commands.number_paper import NumberPaper
from engine.domain.model import TimeLimit
from engine.domain.paper_forms import Kind
from engine.domain.paper_numbers import Typed
from engine.errors import BusyError, ExistsError
from engine.evidence import record
from engine.evidence.counters import Counters
from engine.evidence.days import Sealing
from engine.evidence.findings import Findings
from engine.evidence.sealed import Codes, Sealed
from storage import schema
from tests.integration.engine import keeping
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from tests.integration.engine.test_papers import LONG, MODEL
from tests.integration.engine.test_verdicts import judged, wrong

LONGER: Final = TimeLimit(1, "working-day")


@scene
def case(office: Office) -> UUID:
    office.publish(giay=MODEL)
    return office.open("8.001", ho_ten=LONG)


def extended(office: Office, case: UUID, letter: str = "") -> int:
    """More time with a typed number, or none; give the number of its event."""
    command = ExtendDeadline(case=case, by=LONGER, reason="Chờ", letter=letter)
    office.do("giamsat", command)
    return office.case(case).seq


def given(office: Office, case: UUID) -> int:
    """The number that the register gives to the letter of one more extension."""
    about = extended(office, case)
    number = NumberPaper(case=case, kind=Kind.APOLOGY, about=about)
    return int(str(office.do("giamsat", number)["number"]))


def test_the_register_passes_over_every_number_that_was_typed(
    office: Office, case: UUID
) -> None:
    for letter in ("2/XLGH", " 003 / xlgh ", "6/XLGH", "4/XLGH-VP", "5/UBND"):
        extended(office, case, letter)
    assert [given(office, case) for _ in range(4)] == [1, 4, 5, 7]
    extended(office, case, "8/XLGH")
    assert office.rebuild(case) == []
    assert given(office, case) == 9
    assert wrong(judged(office, case)) == []
    bodies: list[Any] = [record.parse(one.body) for one in office.events(case)]
    near = office.case(case).agencies.handling.hex
    facts = [one["facts"] for one in bodies]
    assert [one["typed"] for one in facts if "typed" in one] == [
        f"XLGH/{near}/2026/{n}" for n in (2, 3, 6, 8)
    ]


def test_whoever_grants_types_the_number_again_that_was_asked_with(
    office: Office, case: UUID
) -> None:
    """Also when the register has gone on meanwhile; what it gave is refused still."""
    ask = AskExtension(case=case, by=LONGER, reason="Chờ", letter="2/XLGH")
    assert given(office, case) == 1
    office.do("thamtra", ask)
    grant = ExtendDeadline(case=case, by=LONGER, reason="Chờ", letter="2/XLGH")
    other = office.open("8.001", ho_ten=LONG)
    assert given(office, other) == 3
    office.do("giamsat", grant)
    with pytest.raises(ExistsError) as refused:
        office.do("giamsat", replace(grant, letter="3/XLGH"))
    assert refused.value.code == "number-given"
    assert given(office, other) == 4


def test_a_number_typed_in_one_year_is_free_in_the_next(
    office: Office, case: UUID
) -> None:
    far = TimeLimit(90, "working-day")
    typed = ExtendDeadline(case=case, by=far, reason="Chờ", letter="1/XLGH")
    office.do("giamsat", typed)
    office.clock.at = datetime(2027, 1, 4, 2, tzinfo=UTC)
    assert given(office, case) == 1


def test_numbers_that_are_typed_and_given_at_once_are_never_the_same(
    office: Office, case: UUID
) -> None:
    cases = [case, *(office.open("8.001", ho_ten=LONG) for _ in range(3))]
    actor = office.actor("giamsat")

    def work(number: int) -> tuple[list[int], list[int]]:
        typed, numbered = [], []
        mine = cases[number]
        for turn in range(6):
            letter = f"{turn * 2 + 2}/XLGH" if number % 2 else ""
            command = ExtendDeadline(case=mine, by=LONGER, reason="Chờ", letter=letter)
            try:
                office.app.engine.execute(command, actor)
                if letter:
                    typed.append(turn * 2 + 2)
                    continue
                about = office.case(mine).seq
                paper = NumberPaper(case=mine, kind=Kind.APOLOGY, about=about)
                done = office.app.engine.execute(paper, actor)
                numbered.append(int(str(done["number"])))
            except (ExistsError, BusyError):
                # The register was quicker, or another desk wrote just then.
                continue
        return typed, numbered

    with futures.ThreadPoolExecutor(4) as desks:
        done = list(desks.map(work, range(4)))
    typed = {one for each, _ in done for one in each}
    numbered = [one for _, each in done for one in each]
    assert len(numbered) == len({*numbered})
    assert not typed & {*numbered}
    assert typed or numbered


# The evidence of them.


@pytest.fixture
def kept(office: Office, case: UUID, tmp_path: Path) -> keeping.Kept:
    """A register in which two was typed and passed over, sealed."""
    made = keeping.Kept(office, tmp_path)
    extended(office, case, "2/XLGH")
    assert [given(office, case) for _ in range(2)] == [1, 3]
    extended(office, case, "9/XLGH")
    made.seal()
    return made


def test_a_number_that_was_passed_over_is_no_alarm(kept: keeping.Kept) -> None:
    assert kept.codes(kept.check()) == []


@pytest.mark.parametrize(
    ("sql", "code", "number"),
    [
        ("DELETE FROM typed_number WHERE number = 2", "row-gone", "/2”"),
        ("UPDATE typed_number SET number = 5 WHERE number = 9", "row-forged", "/5”"),
        ("UPDATE typed_number SET number = 5 WHERE number = 9", "row-gone", "/9”"),
        ("UPDATE typed_number SET prefix = 'X'", "row-forged", "“X2”"),
    ],
)
def test_a_changed_register_of_typed_numbers_is_named(
    kept: keeping.Kept, sql: str, code: str, number: str
) -> None:
    kept.office.sql(sql)
    found = [one for one in kept.check().findings if one.code == code]
    assert {one.layer for one in found} == {"registers"}
    assert any(number in one.message_en and number in one.message_vi for one in found)


def test_a_number_that_is_gone_stays_named_when_later_ones_are_given(
    office: Office, case: UUID, tmp_path: Path
) -> None:
    made = keeping.Kept(office, tmp_path)
    assert given(office, case) == 1
    office.sql("UPDATE code_counter SET last = 3 WHERE prefix LIKE 'XLGH/%'")
    made.seal()
    assert [given(office, case) for _ in range(2)] == [4, 5]
    # Neither those nor one that was typed far above stand in for two.
    extended(office, case, "9/XLGH")
    made.seal()
    found = [one for one in made.check().findings if one.code == "code"]
    assert len(found) == 1
    assert "/2026/2" in found[0].message_en


# Of a release whose events told no counter.


class Rows:
    """The register as a moment shows it."""

    def __init__(self, last: int, *typed: int) -> None:
        self._rows: dict[str, list[dict[str, Any]]] = {
            "code_counter": [{"prefix": PREFIX, "last": last}],
            "typed_number": [{"prefix": PREFIX, "number": one} for one in typed],
        }

    def rows(self, table: str) -> Iterator[list[dict[str, Any]]]:
        yield self._rows[table]


PREFIX: Final = f"XLGH/{'a' * 32}/2026/"


def looked(
    rows: Rows, opened: list[int], written: list[tuple[str, int, int]]
) -> list[str]:
    """The findings where old events tell of some letters."""
    findings = Findings()
    sealing = Sealing(
        year=2026, size=1, heads=b"", cases=0, codes={PREFIX: max(opened)}
    )
    told = [Sealed(day="2026-11-20", sealing=sealing)]
    codes = Codes(findings, told, Counters(findings, rows))  # type: ignore[arg-type]
    for number in opened:
        codes.opened(f"{PREFIX}{number}")
    for symbol, year, number in written:
        codes.written(Typed(number, symbol), year)
    codes.end()
    return [one.code for one in findings.told]


def test_an_old_letter_stands_for_its_number_in_every_register_of_its_symbol() -> None:
    letter = ("XLGH", 2026, 2)
    assert looked(Rows(3, 2), [1, 3], [letter]) == []
    assert looked(Rows(3, 2), [1, 3], []) == ["row-forged", "code"]
    for other in (("XLGH", 2025, 2), ("HDHS", 2026, 2), ("XLGH", 2026, 3)):
        assert looked(Rows(3, 2), [1, 3], [other]) == ["row-forged", "code"]


def test_the_migration_finds_the_numbers_that_were_typed_before(
    office: Office, case: UUID
) -> None:
    for letter in ("2/XLGH", " 003 / xlgh ", "4/XLGH-VP"):
        extended(office, case, letter)
    ask = AskExtension(case=case, by=LONGER, reason="Chờ", letter="7/XLGH")
    office.do("thamtra", ask)
    known = sa.select(schema.typed_number).order_by(schema.typed_number.c.number)
    revision = importlib.import_module("storage.migrations.versions.0025_typed_numbers")
    with office.app.database.engine.begin() as connection:
        before = connection.execute(known).all()
        with Operations.context(migration.MigrationContext.configure(connection)):
            revision.downgrade()
            revision.upgrade()
        assert connection.execute(known).all() == before
    assert [one.number for one in before] == [2, 3, 7]
