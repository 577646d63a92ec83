"""Whatever an attacker writes, the check ends, and says what is wrong.

Guards and constraints are off here, columns hold what they are not for, and events say
what no event says. The keys of the signer are not the attacker's.
"""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import pytest
import sqlalchemy as sa

from engine.evidence import quick, record, verifier
from storage import log_schema, schema
from tests.integration.engine.keeping import Kept
from tests.integration.engine.office import Office
from tests.integration.engine.scenes import scene
from webui import derived_rows

#: Before the first day of any calendar here: SQLite's number, PostgreSQL's text.
LONG_AGO: Final = {"sqlite": "-9000000000000000000", "postgresql": "'4000-01-01 BC'"}
NEVER: Final = {"sqlite": "9000000000000000000", "postgresql": "'infinity'"}


@pytest.fixture
def kept(office: Office) -> Kept:
    """Give an office with a signer."""
    return Kept(office, office.folder / "signer")


@scene
def case(office: Office) -> UUID:
    """Give a case that waits for its place, behind a log that is sealed and signed."""
    kept = Kept(office, office.folder / "signer")
    for _ in range(2):
        kept.case()
    kept.seal()
    made = kept.case(1)
    assert kept.check().findings == ()
    return made


def found(kept: Kept, **more: Any) -> set[tuple[str, str]]:
    """Layer and code of what a check finds."""
    return {(one.layer, one.code) for one in kept.check(**more).findings}


def loosen(kept: Kept, table: sa.Table) -> None:
    """Take every constraint off a table, and the kinds of its columns (SQLite)."""
    kept.office.unguard()
    name = table.name
    with kept.office.app.database.write() as connection:
        if connection.dialect.name == "sqlite":
            copy = f"CREATE TABLE loose AS SELECT * FROM {name}"  # noqa: S608 - ours
            connection.exec_driver_sql(copy)
            connection.exec_driver_sql(f"DROP TABLE {name}")
            connection.exec_driver_sql(f"ALTER TABLE loose RENAME TO {name}")
            return
        names = sa.inspect(connection).get_unique_constraints(name)
        key = sa.inspect(connection).get_pk_constraint(name)
        for one in (*names, key):
            connection.exec_driver_sql(
                f"ALTER TABLE {name} DROP CONSTRAINT {one['name']}"
            )


def dialect(kept: Kept) -> str:
    """Which kind of database it is."""
    return sa.make_url(kept.office.url).get_backend_name()


# Rows that no constraint keeps apart.


@pytest.mark.usefixtures("case")
def test_an_index_that_stands_twice_where_the_next_is_missing_is_named(
    kept: Kept,
) -> None:
    loosen(kept, log_schema.log_index)
    kept.office.sql(
        "UPDATE log_index SET leaf_index = 10 WHERE leaf_index = 11"
        " AND tenant_id = :tenant",
        tenant=kept.tenant,
    )
    assert ("log", "place-twice") in found(kept)
    assert ("log", "place-twice") in found(kept, deep=False)


@pytest.mark.usefixtures("case")
def test_an_index_between_two_numbers_is_named(kept: Kept) -> None:
    if dialect(kept) != "sqlite":
        pytest.skip("PostgreSQL keeps whole numbers in a column of whole numbers")
    loosen(kept, log_schema.log_index)
    kept.office.sql("UPDATE log_index SET leaf_index = 10.5 WHERE leaf_index = 11")
    assert ("records", "row-kind") in found(kept)


def test_an_event_that_waits_twice_is_named(kept: Kept, case: UUID) -> None:
    loosen(kept, log_schema.pending)
    kept.office.sql(
        "INSERT INTO pending (tenant_id, month, stream, seq)"
        " SELECT tenant_id, month, stream, seq FROM pending"
        " WHERE stream = :case AND seq = 1",
        case=case,
    )
    report = kept.check()
    assert kept.codes(report) == [("log", "waits-twice", f"case:{case.hex} 1")]


# Columns that hold what they are not for.


@pytest.mark.parametrize("instant", [LONG_AGO, NEVER], ids=["long ago", "never"])
@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE event SET at = {at} WHERE stream = :case AND seq = 1",
        "UPDATE event SET at = {at} WHERE stream <> :case AND kind = 'case'",
        "UPDATE checkpoint SET signed_at = {at} WHERE tenant_id <> :case",
    ],
)
def test_an_instant_that_no_calendar_shows_is_named(
    kept: Kept, case: UUID, sql: str, instant: dict[str, str]
) -> None:
    kept.office.unguard()
    kept.office.sql(sql.format(at=instant[dialect(kept)]), case=case)
    assert found(kept) & {("records", "row-kind"), ("records", "columns")}


@pytest.mark.usefixtures("case")
def test_a_head_of_less_than_nothing_is_named(kept: Kept) -> None:
    kept.office.unguard()
    # So far before the first leaf that there is no level of nodes for it.
    kept.office.sql(
        "UPDATE checkpoint SET size = -4611686018427387904 WHERE tenant_id = :tenant"
        " AND size = (SELECT MIN(size) FROM checkpoint WHERE tenant_id = :tenant)",
        tenant=kept.tenant,
    )
    assert ("signatures", "no-head") in found(kept)


@pytest.mark.parametrize(
    "sql",
    [
        # Of a number, Python makes so many zeros: here more than there is memory.
        "UPDATE checkpoint SET root = 4611686018427387904",
        "UPDATE checkpoint SET note = 4611686018427387904",
        "UPDATE version_file SET bytes = 4611686018427387904",
        "UPDATE event SET type = CAST(x'ff' AS TEXT) WHERE seq = 2",
        "UPDATE event SET leaf = CAST(leaf AS TEXT) WHERE seq = 2",
        "UPDATE personal SET value = CAST(x'61c3' AS TEXT)",
        "UPDATE log_index SET stream = CAST(x'ff' AS TEXT) WHERE leaf_index = 3",
    ],
)
@pytest.mark.usefixtures("case")
def test_numbers_and_broken_texts_are_told_by_their_kind(kept: Kept, sql: str) -> None:
    if dialect(kept) != "sqlite":
        pytest.skip("PostgreSQL keeps only what a column is for")
    kept.office.unguard()
    kept.office.sql(sql)
    assert ("records", "row-kind") in found(kept)


@pytest.mark.usefixtures("case")
def test_what_made_a_check_stumble_is_told_even_when_no_row_is_found(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stumble(*_: object) -> None:
        raise LookupError

    monkeypatch.setattr(quick, "run", stumble)
    assert found(kept) == {("log", "unnamed")}


@pytest.mark.usefixtures("case")
def test_what_is_signed_while_a_check_begins_is_no_alarm(kept: Kept) -> None:
    def last(origin: str) -> bytes | None:
        # Others work, and the signer signs, before it answers.
        kept.case(0)
        kept.sequence()
        return kept.signer.last(origin)

    assert found(kept, last=last) == set()


# Events that say what no event says.


def appended(kept: Kept, kind: str, edit: Callable[[dict[str, Any]], Any]) -> str:
    """Write one more event into a stream of a kind, chained and waiting; its name."""
    kept.office.unguard()
    event, table = schema.event.c, schema.stream
    with kept.office.app.database.write() as connection:
        last = connection.execute(
            sa.select(schema.event)
            .where(event.tenant_id == kept.tenant, event.kind == kind)
            .order_by(event.stream.desc(), event.seq.desc())
        ).first()
        assert last is not None
        seq = last.seq + 1
        found = edit(record.parse(last.body)) | {"seq": seq, "prev": last.leaf.hex()}
        found.pop("commitments", None)
        body = record.canonical(found)
        leaf, name = verifier.leaf_hash(body), {"month": last.month, "seq": seq}
        whose = {"tenant_id": kept.tenant, "stream": last.stream, **name}
        kinds = {"kind": kind, "type": str(found["type"]), "at": last.at}
        row = {**whose, **kinds, "leaf": leaf, "body": body}
        connection.execute(sa.insert(schema.event).values(**row))
        connection.execute(sa.insert(log_schema.pending).values(**whose))
        if kind == "case":
            table = schema.case
        connection.execute(
            sa.update(table)
            .where(table.c.tenant_id == kept.tenant, table.c.id == last.stream)
            .values(seq=seq, head=leaf)
        )
    return f"{kind}:{last.stream.hex} {seq}"


@pytest.mark.usefixtures("case")
def test_a_model_that_is_a_text_is_named(kept: Kept) -> None:
    name = appended(kept, "case", lambda body: body | {"model": "1.001"})
    assert ("records", "canonical", name) in kept.codes(kept.check())


@pytest.mark.usefixtures("case")
def test_an_order_that_erases_lists_is_no_order(kept: Kept) -> None:
    facts = {"values": [[{}, {}], [[], "ghi_chu"]]}
    more = {"type": "personal.erased", "facts": facts}
    appended(kept, "case", lambda body: body | more)
    assert {one[0] for one in found(kept)} <= {"cases"}


@pytest.mark.parametrize(
    "facts", [None, {"keys": [7]}, {"keys": [[]]}], ids=["none", "number", "list"]
)
@pytest.mark.usefixtures("case")
def test_keys_that_are_no_texts_are_named(kept: Kept, facts: object) -> None:
    more = {"type": "key.rotated", "facts": facts}
    appended(kept, "log", lambda body: body | more)
    assert ("days", "day-format") in found(kept)


@pytest.mark.parametrize("kind", ["log", "organisation"])
@pytest.mark.usefixtures("case")
def test_lists_in_lists_without_an_end_are_named(
    kept: Kept, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(record, "canonical", lambda _: b"[" * 200_000)
    name = appended(kept, kind, dict)
    monkeypatch.undo()
    assert ("records", "canonical", name) in kept.codes(kept.check())


@pytest.mark.usefixtures("case")
def test_a_version_published_that_nobody_uploaded_is_named(kept: Kept) -> None:
    facts = {"version": "0" * 32}
    more = {"type": "version.published", "facts": facts}
    name = appended(kept, "procedure", lambda body: body | more)
    assert ("procedures", "row-gone", name) in kept.codes(kept.check())


@pytest.mark.usefixtures("case")
def test_a_row_that_is_named_by_a_number_is_named(kept: Kept) -> None:
    facts = {"account": 7, "roles": ["clerk"], "to": None}
    more = {"type": "account.created", "facts": facts}
    name = appended(kept, "organisation", lambda body: body | more)
    assert ("organisation", "row-event", name) in kept.codes(kept.check())


@pytest.mark.usefixtures("case")
def test_a_code_of_thousands_of_digits_is_no_number(kept: Kept) -> None:
    more = {"type": "case.opened", "facts": {"code": "9" * 5000}}
    appended(kept, "case", lambda body: body | more)
    assert ("registers", "counter-gone") in found(kept)


@pytest.mark.usefixtures("case")
def test_a_letter_of_the_last_evening_of_all_is_named(kept: Kept) -> None:
    # In Vietnam it is the next morning, which no calendar shows.
    at, letter = "9999-12-31T23:59:59.999999Z", {"letter": "12/XLGH"}
    more = {"type": "deadline.extended", "at": at, "facts": letter}
    name = appended(kept, "case", lambda body: body | more)
    assert ("records", "columns", name) in kept.codes(kept.check())


@pytest.mark.usefixtures("case")
def test_cases_that_are_opened_during_a_check_are_left_to_the_next(kept: Kept) -> None:
    app, tenant = kept.office.app, kept.tenant
    known = [one["case"] for one in derived_rows.cases(app, tenant)]
    looked = []
    for one in derived_rows.cases(app, tenant):
        looked.append(one["case"])
        kept.case()
    assert looked == known
    assert len([*derived_rows.cases(app, tenant)]) == 2 * len(known)
