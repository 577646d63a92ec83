"""What each attack on the database meets: it is caught, and it is named.

The attacker owns the database: the guards are off, and rows are changed behind the
engine. Attacks on a bundle stand beside the tests of the bundle.
"""

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.errors import SignerRefusedError
from engine.evidence import (
    checkpoint,
    keeper,
    quick,
    record,
    sequencer,
    verifier,
)
from engine.evidence.verifier import Checkpoint
from storage import schema
from tests import databases
from tests.integration.engine import keeping
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from webui import sequencing


@pytest.fixture
def kept(office: Office) -> Kept:
    """Give an office with a signed log."""
    return signed(office)


def signed(office: Office) -> Kept:
    """Sign the log of an office, unless a scene has done that."""
    made = Kept(office, office.folder / "signer")
    if office.app.log.newest(office.tenant, 2026) is None:
        made.sequence()
    return made


@scene
def case(office: Office) -> UUID:
    """Give a case of three events, sealed and signed, with others around it."""
    kept = signed(office)
    kept.case()
    made = kept.case()
    kept.case()
    kept.seal()
    assert kept.check().findings == ()
    return made


def event(case: UUID, seq: int) -> str:
    """How a finding names an event of a case."""
    return f"case:{case.hex} {seq}"


def body_of(kept: Kept, case: UUID, seq: int) -> bytes:
    """The bytes of an event."""
    return kept.office.events(case)[seq - 1].body


def attacked(kept: Kept, sql: str, **values: object) -> list[tuple[str, str, str]]:
    """Change rows with the guards off; what a check finds then."""
    kept.office.unguard()
    kept.office.sql(sql, **values)
    return found(kept)


def found(kept: Kept, /, **more: Any) -> list[tuple[str, str, str]]:
    """What a check finds, whose first record the report names first."""
    report = kept.check(**more)
    codes = kept.codes(report)
    if codes:
        assert report.first is not None
        assert not report.ok
        words = report.first.message_vi + report.first.message_en
        assert "{" not in words
    return codes


# Rows of events.


def test_an_edited_row_is_named(kept: Kept, case: UUID) -> None:
    body = body_of(kept, case, 2).replace(b'"nhan"', b'"nham"')
    sql = "UPDATE event SET body = :body WHERE stream = :case AND seq = 2"
    codes = attacked(kept, sql, body=body, case=case)
    assert codes[0] == ("chains", "changed", event(case, 2))


def test_a_row_edited_with_its_hash_is_named(kept: Kept, case: UUID) -> None:
    body = body_of(kept, case, 2).replace(b'"nhan"', b'"nham"')
    sql = "UPDATE event SET body = :body, leaf = :leaf WHERE stream = :case AND seq = 2"
    leaf = verifier.leaf_hash(body)
    codes = attacked(kept, sql, body=body, leaf=leaf, case=case)
    assert ("log", "replaced", event(case, 2)) in codes
    assert ("chains", "prev", event(case, 3)) in codes
    assert kept.check().first.event == event(case, 2)  # type: ignore[union-attr]


def test_a_deleted_row_is_named(kept: Kept, case: UUID) -> None:
    sql = "DELETE FROM event WHERE stream = :case AND seq = 2"
    codes = attacked(kept, sql, case=case)
    assert ("log", "no-event", event(case, 2)) in codes
    assert ("chains", "gap", event(case, 2)) in codes
    assert {one[2] for one in codes} == {event(case, 2)}


def test_reordered_rows_are_named(kept: Kept, case: UUID) -> None:
    kept.office.unguard()
    for before, after in ((2, 99), (3, 2), (99, 3)):
        kept.office.sql(
            "UPDATE event SET seq = :after WHERE stream = :case AND seq = :before",
            before=before,
            after=after,
            case=case,
        )
    codes = found(kept)
    assert ("chains", "prev", event(case, 2)) in codes
    assert ("log", "replaced", event(case, 2)) in codes


def test_a_row_that_was_put_in_is_named(kept: Kept, case: UUID) -> None:
    sql = (
        "INSERT INTO event (tenant_id, month, stream, seq, kind, type, at, leaf, body)"
        " SELECT tenant_id, month, stream, 4, kind, type, at, leaf, body FROM event"
        " WHERE stream = :case AND seq = 3"
    )
    codes = attacked(kept, sql, case=case)
    assert ("log", "no-place", event(case, 4)) in codes
    assert ("chains", "prev", event(case, 4)) in codes


@pytest.mark.parametrize(
    ("column", "value"), [("type", "'case.opened'"), ("kind", "'account'")]
)
def test_a_column_beside_the_bytes_that_lies_is_named(
    kept: Kept, case: UUID, column: str, value: str
) -> None:
    sql = f"UPDATE event SET {column} = {value} WHERE stream = :case AND seq = 2"  # noqa: S608 - see the table above
    codes = attacked(kept, sql, case=case)
    assert ("records", "columns") in {one[:2] for one in codes}


@pytest.mark.usefixtures("case")
def test_an_instant_beside_the_bytes_that_lies_is_named(
    kept: Kept,
) -> None:
    sql = (
        "UPDATE event SET at = (SELECT MIN(at) FROM event WHERE kind <> 'case')"
        " WHERE stream = :case AND seq = 3"
    )
    kept.office.clock.move(days=1)
    late = kept.case(1)
    codes = attacked(kept, sql.replace("seq = 3", "seq = 2"), case=late)
    assert ("records", "columns", event(late, 2)) in codes


# The end of a case.


def test_a_tail_cut_off_with_its_row_is_named(kept: Kept, case: UUID) -> None:
    kept.office.unguard()
    before = kept.office.events(case)[1]
    kept.office.sql("DELETE FROM event WHERE stream = :case AND seq = 3", case=case)
    kept.office.sql(
        'UPDATE "case" SET seq = 2, head = :head WHERE id = :case',
        head=before.leaf,
        case=case,
    )
    codes = found(kept)
    assert codes[0] == ("log", "no-event", event(case, 3))
    # The rows beside the events were left as the act made them.
    assert {one[0] for one in codes[1:]} == {"cases"}


def test_a_tail_cut_off_while_the_row_stays_is_named(kept: Kept, case: UUID) -> None:
    sql = "DELETE FROM event WHERE stream = :case AND seq = 3"
    codes = attacked(kept, sql, case=case)
    assert ("heads", "tail", event(case, 3)) in codes


@pytest.mark.usefixtures("case")
def test_an_act_taken_out_before_it_had_a_place_shows(
    kept: Kept,
) -> None:
    late = kept.case(1)
    kept.office.claim("thamtra", late, "tham_tra")
    kept.office.unguard()
    kept.office.sql("DELETE FROM event WHERE stream = :case AND seq = 3", case=late)
    kept.office.sql("DELETE FROM pending WHERE stream = :case AND seq = 3", case=late)
    assert found(kept) == [("heads", "tail", event(late, 3))]
    # Who puts the row back, too, meets the work that the events do not explain.
    head = kept.office.events(late)[1].leaf
    kept.office.sql(
        'UPDATE "case" SET seq = 2, head = :head WHERE id = :case', head=head, case=late
    )
    codes = found(kept)
    assert {one[0] for one in codes} == {"cases"}
    assert {one[2] for one in codes} == {f"case:{late.hex}"}
    assert kept.office.rebuild(late, repair=False)


@pytest.mark.usefixtures("case")
def test_a_row_of_what_waits_that_is_deleted_is_named(
    kept: Kept,
) -> None:
    late = kept.case(0)
    codes = attacked(kept, "DELETE FROM pending WHERE stream = :case", case=late)
    assert codes == [("log", "no-place", event(late, 1))]


def test_what_waits_without_an_event_is_named(kept: Kept, case: UUID) -> None:
    sql = (
        "INSERT INTO pending (tenant_id, month, stream, seq)"
        " SELECT tenant_id, month, stream, 2 FROM event"
        " WHERE stream = :case AND seq = 2"
    )
    codes = attacked(kept, sql, case=case)
    assert codes == [("log", "ghost", event(case, 2))]


def test_a_case_whose_row_is_gone_is_named(kept: Kept, case: UUID) -> None:
    kept.office.unguard()
    _forget(kept, case)
    codes = found(kept)
    assert [one[:2] for one in codes] == [("heads", "no-row")]


def _forget(kept: Kept, case: UUID) -> None:
    """Delete the row of a case, and what refers to it."""
    for table in ("draft", "task", "attachment", "wake_failure"):
        sql = f"DELETE FROM {table} WHERE case_id = :case"  # noqa: S608 - our tables
        kept.office.sql(sql, case=case)
    kept.office.sql('DELETE FROM "case" WHERE id = :case', case=case)


@pytest.mark.usefixtures("case")
def test_an_event_that_waits_too_long_is_an_alarm(
    kept: Kept,
) -> None:
    kept.case(0)
    kept.office.clock.move(seconds=59)
    assert found(kept) == []
    kept.office.clock.move(seconds=2)
    assert found(kept) == [("waiting", "late", "")]
    kept.sequence()
    assert found(kept) == []


# The log itself.


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            "UPDATE log_index SET leaf = :zero WHERE stream = :case AND seq = 2",
            {("log", "replaced"), ("checkpoints", "root")},
        ),
        (
            "UPDATE log_index SET seq = 7 WHERE stream = :case AND seq = 3",
            {("log", "no-event"), ("log", "no-place"), ("days", "day")},
        ),
        (
            "DELETE FROM log_index WHERE stream = :case AND seq = 2",
            {("log", "no-place"), ("log", "place-gap")},
        ),
    ],
)
def test_a_changed_index_is_named(
    kept: Kept, case: UUID, sql: str, expected: set[tuple[str, str]]
) -> None:
    values = {"zero": bytes(32)} if ":zero" in sql else {}
    codes = attacked(kept, sql, case=case, **values)
    assert {one[:2] for one in codes} - {("signer", "forked")} == expected
    named = {one[2] for one in codes if one[0] == "log" and one[2]}
    assert named <= {event(case, seq) for seq in (2, 3, 7)}


def test_two_places_that_were_swapped_are_named(kept: Kept, case: UUID) -> None:
    kept.office.unguard()
    first, second = (
        kept.office.app.log.places(kept.tenant, case, 202611)[seq].index
        for seq in (1, 2)
    )
    for before, after in ((first, -1), (second, first), (-1, second)):
        kept.office.sql(
            "UPDATE log_index SET leaf_index = :after WHERE leaf_index = :before"
            " AND stream = :case",
            before=before,
            after=after,
            case=case,
        )
    report = kept.check()
    assert ("checkpoints", "root") in {one[:2] for one in kept.codes(report)}
    words = next(one.message_en for one in report.findings if one.code == "root")
    assert "signed at" in words


@pytest.mark.parametrize("hashes", [False, True])
def test_places_that_point_to_each_others_events_are_named(
    kept: Kept,
    case: UUID,
    hashes: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    one, other = kept.office.events(case)[:2]
    for before, after in ((1, -1), (2, 1), (-1, 2)):
        kept.office.unguard()
        kept.office.sql(
            "UPDATE log_index SET seq = :after WHERE stream = :case AND seq = :before",
            before=before,
            after=after,
            case=case,
        )
    for seq, leaf in ((1, other.leaf), (2, one.leaf)) if hashes else ():
        # Whoever changes the rows of the events as well meets their bytes.
        kept.office.sql(
            "UPDATE event SET leaf = :leaf WHERE stream = :case AND seq = :seq",
            leaf=leaf,
            case=case,
            seq=seq,
        )
    codes = {one for one in found(kept) if one[0] != "days"}
    wanted = ("chains", "changed") if hashes else ("log", "replaced")
    assert {(*wanted, event(case, seq)) for seq in (1, 2)} <= codes
    assert {one[0] for one in codes} == {wanted[0]}
    # Columns prove nothing: bytes, chains and log are as they were.
    assert {one[0] for one in found(kept, deep=False)} <= {"days"}


@pytest.mark.usefixtures("case")
def test_what_cannot_be_named_is_still_told(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(quick, "run", lambda *_: None)
    assert found(kept) == [("log", "unnamed", "")]


@scene
def long(office: Office) -> UUID:
    """Give a case so long that the log has stored nodes."""
    kept = signed(office)
    made = kept.case(0)
    for _ in range(135):
        kept.office.claim("motcua", made, "nhan")
        kept.office.release("motcua", made, "nhan")
    kept.sequence()
    assert kept.check().ok
    return made


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_node SET hash = leaf FROM log_index WHERE leaf_index = 3",
        "DELETE FROM log_node",
        "UPDATE log_node SET node_index = 5",
    ],
)
@pytest.mark.usefixtures("long")
def test_a_changed_node_is_named(kept: Kept, sql: str) -> None:
    codes = attacked(kept, sql)
    assert codes[0][:2] == ("log", "node")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("UPDATE checkpoint SET root = :zero", ("signatures", "no-head")),
        ("UPDATE checkpoint SET size = size + 1000", ("signatures", "no-head")),
        ("UPDATE checkpoint SET note = :zero", ("signatures", "note")),
    ],
)
@pytest.mark.usefixtures("case")
def test_a_changed_head_is_named(
    kept: Kept, sql: str, expected: tuple[str, str]
) -> None:
    values = {"zero": bytes(32)} if ":zero" in sql else {}
    codes = attacked(kept, sql, **values)
    assert expected in {one[:2] for one in codes}


@pytest.mark.usefixtures("case")
def test_a_head_signed_by_a_key_that_nobody_announced_is_named(
    kept: Kept, tmp_path: Path
) -> None:
    own = keeper.Keeper(tmp_path / "own")
    own.make_key(sequencing.log_name(kept.tenant), "1")
    kept.case(0)
    kept.office.app.log.integrate(kept.tenant, 2026, 100)
    head = kept.office.app.log.head(kept.tenant, 2026)
    origin = checkpoint.origin(sequencing.log_name(kept.tenant), 2026)
    text = checkpoint.text(Checkpoint(origin, head.size, head.root))
    sequencer.Sequencer(kept.office.app.log, own, kept.office.clock).run(
        kept.tenant, sequencing.log_name(kept.tenant)
    )
    assert verifier.read_note(own.sign(text, [])).text == text
    assert {one[:2] for one in found(kept)} == {("signatures", "unsigned")}


# Everything at once: a thief who has the signing key, too.


def fee(case: UUID) -> keeping.Edit:
    """Another outcome, written into the second event of a case."""

    def edit(body: dict[str, Any]) -> dict[str, Any]:
        if body["stream"] == f"case:{case.hex}" and body["seq"] == 2:
            body["doer"] = {}
        return body

    return edit


def without_days(edit: keeping.Edit) -> keeping.Edit:
    """The same, with the sealed days left out."""

    def both(body: dict[str, Any]) -> dict[str, Any] | None:
        return None if body["type"] == "day.sealed" else edit(body)

    return both


@pytest.fixture
def thief(kept: Kept, tmp_path: Path) -> keeper.Keeper:
    """Give the keys to somebody else."""
    return keeping.stolen(kept, tmp_path / "thief")


def test_a_past_written_anew_and_signed_is_named_by_older_heads(
    kept: Kept, case: UUID, thief: keeper.Keeper
) -> None:
    older = kept.head()
    keeping.forge(kept, without_days(fee(case)), thief)
    # Alone, the log agrees with itself: that is why heads leave the house.
    assert found(kept, last=None, cases=None) == []
    assert {one[:2] for one in found(kept, cases=None)} <= {
        ("signer", "forked"),
        ("signer", "rolled-back"),
    }
    assert not kept.check().ok
    codes = found(kept, last=None, kept=older, deep=False)
    assert {one[:2] for one in codes} <= {
        ("kept", "kept-forked"),
        ("kept", "kept-rolled-back"),
    }
    assert codes
    kept.guard()
    kept.case(0)
    with pytest.raises(SignerRefusedError):
        kept.sequence()


def test_a_past_written_anew_does_not_agree_with_the_sealed_days(
    kept: Kept, case: UUID, thief: keeper.Keeper
) -> None:
    keeping.forge(kept, fee(case), thief)
    assert ("days", "day") in {one[:2] for one in found(kept, last=None)}


def test_a_case_that_was_taken_out_everywhere_leaves_its_number(
    kept: Kept, case: UUID, thief: keeper.Keeper
) -> None:
    code = kept.office.case(case).code
    keeping.forge(kept, without(case), thief)
    _forget(kept, case)
    kept.office.sql("DELETE FROM personal WHERE stream = :case", case=case)
    report = kept.check(last=None)
    told = [one.message_en for one in report.findings if one.code == "code"]
    assert len(told) == 1
    assert code.rpartition("-")[0] in told[0]


def without(case: UUID) -> keeping.Edit:
    """A case that never was."""
    name = f"case:{case.hex}"
    return lambda body: None if body["stream"] == name else body


@pytest.mark.usefixtures("case")
def test_two_heads_for_two_auditors_are_named(kept: Kept, thief: keeper.Keeper) -> None:
    real = verifier.read_checkpoint(verifier.read_note(kept.head()))
    other = dataclasses.replace(real, root=bytes(32))
    forged = thief.sign(checkpoint.text(other), [])
    assert found(kept, kept=kept.head()) == []
    assert found(kept, kept=forged) == [("kept", "kept-forked", "")]


@pytest.mark.usefixtures("case")
def test_a_kept_head_that_was_not_ours_is_named(
    kept: Kept,
) -> None:
    head = kept.head().replace(b"\xe2\x80\x94 ", b"\xe2\x80\x94 x")
    assert found(kept, kept=head) == [("kept", "kept-unsigned", "")]


# Instants.


def backdated(kept: Kept, case: UUID, **earlier: int) -> str:
    """Give the waiting event of a case an earlier instant; how it is called."""
    kept.office.unguard()
    sealed = kept.office.events(case)[-1]
    at = sealed.at - timedelta(**earlier)
    body = record.canonical({**record.parse(sealed.body), "at": record.instant(at)})
    leaf, row, event_ = verifier.leaf_hash(body), schema.case.c, schema.event.c
    with kept.office.app.database.write() as connection:
        connection.execute(
            sa.update(schema.event)
            .where(event_.stream == case, event_.seq == sealed.seq)
            .values(body=body, leaf=leaf, at=at)
        )
        connection.execute(
            sa.update(schema.case).where(row.id == case).values(head=leaf, opened_at=at)
        )
    kept.guard()
    # Who knows the program lets it put the rows right as well.
    kept.office.rebuild(case)
    return event(case, sealed.seq)


def stays_named(kept: Kept, code: str, name: str, *days: str) -> None:
    """An instant is named with its day and that of a head, now and after much else.

    Also when that instant has come and gone: its place stays where it is.
    """
    assert found(kept) == [("instants", code, name)]
    kept.office.clock.move(days=30)
    kept.case()
    kept.seal()
    report = kept.check()
    assert kept.codes(report) == [("instants", code, name)]
    told = report.findings[0]
    for words in (told.message_vi, told.message_en):
        for day in days:
            assert f"{day} 09:05:00" in words
    assert found(kept, deep=False) == []


@pytest.mark.usefixtures("case")
def test_a_new_case_with_an_instant_of_long_ago_is_named(kept: Kept) -> None:
    kept.office.clock.move(days=8)
    kept.case()
    kept.sequence()
    name = backdated(kept, kept.case(0), days=3)
    kept.sequence()
    stays_named(kept, "backdated", name, "25/11/2026", "28/11/2026")


@pytest.mark.usefixtures("case")
def test_an_act_in_a_case_with_an_instant_of_long_ago_is_named(kept: Kept) -> None:
    going = kept.case(0)
    kept.office.clock.move(days=2)
    kept.case()
    kept.sequence()
    kept.office.claim("motcua", going, "nhan")
    name = backdated(kept, going, days=1)
    # Nothing was signed behind it yet: the clock of the check counts.
    kept.office.app.log.integrate(kept.tenant, 2026, 100)
    assert found(kept) == [("instants", "backdated", name)]


@pytest.mark.usefixtures("case")
def test_a_few_minutes_are_no_backdating(kept: Kept) -> None:
    kept.office.clock.move(days=8)
    kept.case()
    kept.sequence()
    backdated(kept, kept.case(0), minutes=9)
    kept.sequence()
    assert found(kept) == []


@pytest.mark.usefixtures("case")
def test_events_that_waited_long_for_the_sequencer_are_not_backdated(
    kept: Kept,
) -> None:
    for _ in range(3):
        kept.case()
        kept.office.clock.move(hours=5)
    kept.sequence()
    assert found(kept) == []


@pytest.mark.usefixtures("case")
def test_a_clock_that_was_turned_back_is_told_and_is_no_finding(kept: Kept) -> None:
    kept.office.clock.move(days=-2)
    kept.case()
    kept.sequence()
    kept.office.clock.move(days=2)
    kept.case()
    kept.sequence()
    report = kept.check()
    assert report.findings == ()
    [layer] = [one for one in report.layers if one.layer == "instants"]
    assert (layer.result, layer.noted) == ("PASS", True)
    assert "1 lần" in layer.message_vi
    assert "turned back (1 in all)" in layer.message_en


@pytest.mark.usefixtures("case")
def test_a_new_case_with_an_instant_to_come_is_named(kept: Kept) -> None:
    kept.office.clock.move(days=8)
    kept.case()
    kept.sequence()
    name = backdated(kept, kept.case(0), days=-3)
    # Nothing that was signed covers it yet.
    kept.office.app.log.integrate(kept.tenant, 2026, 100)
    assert found(kept) == []
    kept.sequence()
    stays_named(kept, "postdated", name, "01/12/2026", "28/11/2026")


@pytest.mark.usefixtures("case")
def test_an_act_in_a_case_with_an_instant_to_come_is_named(kept: Kept) -> None:
    going = kept.case(0)
    kept.sequence()
    kept.office.clock.move(days=2)
    kept.office.claim("motcua", going, "nhan")
    name = backdated(kept, going, days=-1)
    kept.sequence()
    assert found(kept) == [("instants", "postdated", name)]


@pytest.mark.usefixtures("case")
def test_a_few_minutes_are_no_postdating(kept: Kept) -> None:
    kept.office.clock.move(days=8)
    kept.case()
    kept.sequence()
    backdated(kept, kept.case(0), minutes=-9)
    kept.sequence()
    assert found(kept) == []


@pytest.mark.usefixtures("case")
def test_what_was_written_before_the_clock_went_back_is_not_postdated(
    kept: Kept,
) -> None:
    kept.sequence()
    kept.office.clock.move(hours=5)
    kept.case()
    # No head was signed by the clock that was ahead of the one before it.
    kept.office.clock.move(hours=-8)
    kept.case()
    kept.sequence()
    report = kept.check()
    assert report.findings == ()
    [layer] = [one for one in report.layers if one.layer == "instants"]
    assert (layer.result, layer.noted) == ("PASS", True)
    # A clock that jumps ahead lets nobody be too late.
    kept.office.clock.move(hours=75)
    kept.case()
    kept.sequence()
    assert found(kept) == []


# An old backup.


@pytest.fixture
def copy(
    kept: Kept, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[[], Office]]:
    """Give what makes a copy of the database."""
    office = kept.office
    made: list[Office] = []
    url = sa.make_url(office.url)

    def take() -> Office:
        office.app.close()
        if url.get_backend_name() == "sqlite":
            target = tmp_path / f"copy{len(made)}.db"
            shutil.copyfile(str(url.database), target)
            made.append(office.moved(databases.sqlite_url(target)))
        else:
            cluster: databases.Cluster = request.getfixturevalue("cluster")
            name = f"{url.database}_copy{len(made)}"
            cluster.create(name, str(url.database))
            made.append(office.moved(cluster.url(name)))
        made[-1].close()
        return made[-1]

    yield take
    for one in made:
        one.close()
        if url.get_backend_name() != "sqlite":
            cluster = request.getfixturevalue("cluster")
            cluster.drop(str(sa.make_url(one.url).database))


@pytest.mark.usefixtures("case")
def test_an_old_backup_is_named_and_not_signed(
    kept: Kept, copy: Callable[[], Office]
) -> None:
    backup = copy()
    kept.case()
    kept.sequence()
    newer = kept.head()
    back = keeping.moved(kept, backup)
    assert {one[:2] for one in found(back)} == {("signer", "rolled-back")}
    codes = found(back, last=None, kept=newer, deep=False)
    assert codes == [("kept", "kept-rolled-back", "")]
    back.case(0)
    with pytest.raises(SignerRefusedError, match="were signed before"):
        back.sequence()
    # Work goes on; grown beyond what was signed, it is another past.
    for _ in range(3):
        back.case()
    with pytest.raises(SignerRefusedError):
        back.sequence()
    assert {one[:2] for one in found(back)} == {("signer", "forked")}


@pytest.mark.usefixtures("case")
def test_a_backup_restored_with_the_signers_folder_is_no_alarm(
    kept: Kept, copy: Callable[[], Office], tmp_path: Path
) -> None:
    shutil.copytree(kept.folder, tmp_path / "signer-copy")
    backup = copy()
    kept.case()
    kept.sequence()
    back = keeping.moved(
        dataclasses.replace(kept, folder=tmp_path / "signer-copy"), backup
    )
    assert found(back) == []
    back.case()
    back.sequence()
    back.seal()
    assert found(back) == []


# Documents and values.


@pytest.mark.usefixtures("case")
def test_a_diagram_that_was_swapped_is_named(
    kept: Kept,
) -> None:
    codes = attacked(kept, "UPDATE version_file SET bytes = :xml", xml=b"<other/>")
    assert {one[:2] for one in codes} == {("versions", "version")}
    report = kept.check()
    assert report.first is not None
    assert "1.001" in report.first.message_vi
    assert report.first.event.startswith("procedure:")


@pytest.mark.usefixtures("case")
def test_a_diagram_swapped_with_its_hash_is_named(
    kept: Kept,
) -> None:
    kept.office.unguard()
    kept.office.sql("UPDATE version_file SET bytes = :xml", xml=b"<other/>")
    kept.office.sql("UPDATE procedure_version SET hash = :hash", hash="0" * 64)
    codes = {one[:2] for one in found(kept)}
    assert codes == {("versions", "version"), ("versions", "version-row")}


@pytest.mark.usefixtures("case")
def test_what_a_version_runs_as_that_was_swapped_is_named(
    kept: Kept,
) -> None:
    # A process that has read the document goes on with what it read.
    assert kept.check().ok
    codes = attacked(kept, "UPDATE version_model SET bytes = :json", json=b"{}")
    assert {one[:2] for one in codes} == {("versions", "document")}


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("UPDATE personal SET value = '\"khác\"'", "value"),
        ("DELETE FROM personal", "value-missing"),
        ("UPDATE personal SET value = NULL, salt = NULL", "value-gone"),
        ("UPDATE personal SET salt = NULL", "value"),
    ],
)
def test_a_value_that_was_changed_or_taken_away_is_named(
    kept: Kept, case: UUID, sql: str, code: str
) -> None:
    sql += " WHERE stream = :case AND seq = 2 AND name = 'ghi_chu'"
    codes = attacked(kept, sql, case=case)
    assert codes == [("records", code, event(case, 2))]


# Which leaf it is.


def leaf_of(kept: Kept, index: int) -> str:
    """How the event is called that has a leaf."""
    sql = (
        "SELECT event.kind, event.stream, event.seq FROM log_index JOIN event"
        " ON event.stream = log_index.stream AND event.seq = log_index.seq"
        " WHERE log_index.leaf_index = :index"
    )
    [(kind, stream, seq)] = kept.office.sql(sql, index=index)
    name = stream.hex() if isinstance(stream, bytes) else stream.hex
    return f"{kind}:{name} {seq}"


@pytest.mark.usefixtures("case")
def test_a_leaf_that_was_deleted_is_named_by_its_index(kept: Kept) -> None:
    name = leaf_of(kept, 20)
    kept.office.unguard()
    kept.office.sql("DELETE FROM log_index WHERE leaf_index = 20")
    report = kept.check()
    gap = next(one for one in report.findings if one.code == "place-gap")
    assert "thiếu lá số 20:" in gap.message_vi
    assert ("log", "no-place", name) in kept.codes(report)


@pytest.mark.parametrize(("first", "second"), [(10, 11), (10, 30)])
@pytest.mark.usefixtures("case")
def test_two_leaves_that_were_swapped_are_named_by_index_and_event(
    kept: Kept, first: int, second: int
) -> None:
    names = leaf_of(kept, first), leaf_of(kept, second)
    kept.office.unguard()
    for before, after in ((first, -1), (second, first), (-1, second)):
        kept.office.sql(
            "UPDATE log_index SET leaf_index = :after WHERE leaf_index = :before",
            before=before,
            after=after,
        )
    report = kept.check()
    found_ = [one for one in report.findings if one.code == "root"]
    assert {one.event for one in found_} == {names[0]}
    for one in found_:
        assert f"lá số {first} (tính từ 0) là của sự kiện {names[0]}" in one.message_vi
        assert names[1] in one.message_en


@pytest.mark.usefixtures("case")
def test_a_leaf_with_another_hash_is_named_by_index_and_event(kept: Kept) -> None:
    name = leaf_of(kept, 12)
    kept.office.unguard()
    zero = bytes(32)
    kept.office.sql(
        "UPDATE log_index SET leaf = :zero WHERE leaf_index = 12", zero=zero
    )
    report = kept.check()
    found_ = next(one for one in report.findings if one.code == "root")
    assert found_.event == name
    assert "leaf 12 (the first is 0)" in found_.message_en
