"""What every store of the log promises, and what the sequencer makes of it."""

import threading
from collections.abc import Callable
from concurrent import futures
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import exc

from engine.domain.events import Sealed, Stream, StreamKind
from engine.errors import EvidenceError, SignerRefusedError
from engine.evidence import checkpoint, keeper, sequencer, tree, verifier
from engine.evidence.promise import Ages
from engine.evidence.sequencer import Place, Sequencer, Signed
from storage import failures, log_schema
from storage.database import Database
from storage.log import Log
from storage.types import Id
from tests.contracts import world
from tests.contracts.world import World

#: What lets somebody who owns the database take a node out.
UNGUARD = {
    "sqlite": ["DROP TRIGGER log_node_guards_delete"],
    "postgresql": ["DROP TRIGGER log_node_guards_delete ON log_node"],
}
NEW_YEAR = datetime(2026, 12, 31, 17, tzinfo=UTC)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.value = now

    def now(self) -> datetime:
        self.value += timedelta(seconds=1)
        return self.value


def written(here: World, count: int, stream: Stream | None = None) -> list[Sealed]:
    """Append events to a stream of their own."""
    stream = stream or Stream(
        tenant=here.tenant,
        kind=StreamKind.PROCEDURE,
        id=world.new_id(),
        month=world.MONTH,
    )
    made = []
    with here.begin() as work:
        for number in range(count):
            made.append(world.sealed(stream, {"n": number}))
            work.history.append(made[-1])
            stream = made[-1].next()
        work.commit()
    return made


@pytest.fixture
def log(database: Database) -> Log:
    return Log(database)


def indexed(database: Database, tenant: UUID, year: int = 2026) -> list[Any]:
    with database.read() as connection:
        return list(
            connection.execute(
                sa.text(
                    "SELECT leaf_index, leaf FROM log_index WHERE year = :year"
                    " AND tenant_id = :tenant ORDER BY leaf_index"
                ).bindparams(sa.bindparam("tenant", type_=Id()), sa.bindparam("year")),
                {"tenant": tenant, "year": year},
            )
        )


def test_every_event_gets_one_place_in_the_order_of_its_stream(
    here: World, database: Database, log: Log
) -> None:
    log.integrate(here.tenant, 2026, 10_000)
    before = len(indexed(database, here.tenant))
    streams = [written(here, 3) for _ in range(4)]
    assert log.integrate(here.tenant, 2026, 10_000) == 12
    assert log.integrate(here.tenant, 2026, 10_000) == 0
    rows = indexed(database, here.tenant)
    assert [row[0] for row in rows] == list(range(before + 12))
    for sealed in streams:
        places = log.places(here.tenant, sealed[0].stream.id, world.MONTH)
        indexes = [places[one.seq].index for one in sealed]
        assert indexes == sorted(indexes)
        assert [bytes(rows[index][1]) for index in indexes] == [
            one.leaf for one in sealed
        ]


def test_the_head_is_the_merkle_tree_over_the_leaves_at_every_size(
    here: World, database: Database, log: Log
) -> None:
    for count in (1, 2, 70, 255, 300):
        written(here, count)
        log.integrate(here.tenant, 2026, 10_000)
        leaves = [bytes(row[1]) for row in indexed(database, here.tenant)]
        head = log.head(here.tenant, 2026)
        assert head == sequencer.Head(len(leaves), tree.root(leaves))
    for size in (1, 2, 256, 257, 511, 600):
        assert log.root(here.tenant, 2026, size) == tree.root(leaves[:size])


def test_small_batches_make_the_same_tree(here: World, log: Log) -> None:
    written(here, 40)
    made = 0
    while count := log.integrate(here.tenant, 2026, 7):
        assert count <= 7
        made += count
    assert made >= 40
    assert log.lag(here.tenant).pending == 0


def test_proofs_of_every_leaf_and_of_growth_hold(here: World, log: Log) -> None:
    sealed = written(here, 300)
    log.integrate(here.tenant, 2026, 10_000)
    head = log.head(here.tenant, 2026)
    places = log.places(here.tenant, sealed[0].stream.id, world.MONTH)
    indexes = [places[one.seq].index for one in sealed]
    paths = log.inclusion(here.tenant, 2026, head.size, indexes)
    for one, index, path in zip(sealed, indexes, paths, strict=True):
        where = (index, head.size, path, head.root)
        assert verifier.check_inclusion(one.leaf, *where)
    written(here, 100)
    log.integrate(here.tenant, 2026, 10_000)
    newer = log.head(here.tenant, 2026)
    proof = log.consistency(here.tenant, 2026, head.size, newer.size)
    roots = (head.root, newer.root)
    assert verifier.check_consistency(head.size, newer.size, roots, proof)


def test_tenants_have_logs_of_their_own(here: World, there: World, log: Log) -> None:
    mine = written(here, 2)
    written(there, 3)
    log.integrate(here.tenant, 2026, 10_000)
    assert log.lag(here.tenant).pending == 0
    assert log.lag(there.tenant).pending >= 3
    assert log.places(there.tenant, mine[0].stream.id, world.MONTH) == {}


def test_sequencers_side_by_side_give_no_place_twice(
    here: World, database: Database, log: Log
) -> None:
    for _ in range(10):
        written(here, 10)
    workers = [
        threading.Thread(target=lambda: log.integrate(here.tenant, 2026, 15))
        for _ in range(8)
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    log.integrate(here.tenant, 2026, 10_000)
    rows = indexed(database, here.tenant)
    assert [row[0] for row in rows] == list(range(len(rows)))
    assert log.head(here.tenant, 2026).root == tree.root(bytes(row[1]) for row in rows)


def test_an_act_that_was_rolled_back_is_never_pending(here: World, log: Log) -> None:
    before = log.lag(here.tenant).pending
    stream = Stream(
        tenant=here.tenant, kind=StreamKind.PROCEDURE, id=world.new_id(), month=202611
    )
    with here.begin() as work:
        work.history.append(world.sealed(stream))
    assert log.lag(here.tenant).pending == before


def test_an_event_whose_predecessor_was_taken_out_waits_for_it(
    here: World, database: Database, log: Log
) -> None:
    stream = Stream(
        tenant=here.tenant, kind=StreamKind.PROCEDURE, id=world.new_id(), month=202611
    )
    log.integrate(here.tenant, 2026, 10_000)
    first = world.sealed(stream)
    second = world.sealed(first.next())
    with here.begin() as work:
        # What an attacker leaves: the second without the first.
        work.history.append(first)
        work.history.append(second)
        work.commit()
    with database.write() as connection:
        connection.execute(
            sa.text("DELETE FROM pending WHERE seq = 1 AND month = 202611")
        )
    assert log.integrate(here.tenant, 2026, 10_000) == 0
    assert log.lag(here.tenant) == sequencer.Lag(1, second.at)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE log_index SET seq = seq + 1000",
        "DELETE FROM log_index",
        "UPDATE log_node SET level = 16",
        "DELETE FROM log_node",
        "DELETE FROM checkpoint",
        "UPDATE checkpoint SET size = size + 1",
    ],
)
def test_the_database_refuses_to_change_the_log(
    here: World, database: Database, log: Log, sql: str
) -> None:
    written(here, 300)
    log.integrate(here.tenant, 2026, 10_000)
    log.add(here.tenant, Signed(2026, 300, bytes(32), b"note", NEW_YEAR))
    with pytest.raises(exc.DBAPIError), database.write() as connection:
        connection.execute(sa.text(sql))


# The sequencer.


@pytest.fixture
def kept(tmp_path: Path) -> keeper.Keeper:
    made = keeper.Keeper(tmp_path)
    made.make_key("tinh/log", "1")
    return made


def heads(log: Log, tenant: UUID, kept: keeper.Keeper) -> list[verifier.Checkpoint]:
    """The signed heads of 2026 and 2027, each checked."""
    keys = [verifier.read_key(line) for line in kept.keys("tinh/log")]
    found = []
    for year in (2026, 2027):
        for one in log.signed(tenant, year):
            note = verifier.read_note(one.note)
            assert note.signed_by(keys) == keys
            found.append(verifier.read_checkpoint(note))
            assert (found[-1].size, found[-1].root) == (one.size, one.root)
    return found


def test_a_pass_signs_what_grew_and_nothing_when_nothing_grew(
    here: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    made = Sequencer(log, kept, clock)
    written(here, 3)
    assert made.run(here.tenant, "tinh/log") >= 3
    assert made.run(here.tenant, "tinh/log") == 0
    written(here, 2)
    assert made.run(here.tenant, "tinh/log") == 2
    sizes = [one.size for one in heads(log, here.tenant, kept)]
    assert len(sizes) == 2
    assert sizes[1] == sizes[0] + 2


def test_the_new_year_begins_a_log_at_local_midnight(
    here: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(NEW_YEAR - timedelta(seconds=10))
    made = Sequencer(log, kept, clock)
    old = written(here, 1)
    made.run(here.tenant, "tinh/log")
    clock.value = NEW_YEAR
    new = written(here, 1)
    made.run(here.tenant, "tinh/log")
    stream = old[0].stream.id
    assert log.places(here.tenant, stream, world.MONTH)[1].year == 2026
    stream = new[0].stream.id
    assert log.places(here.tenant, stream, world.MONTH)[1] == Place(2027, 0)
    origins = [one.origin for one in heads(log, here.tenant, kept)]
    assert origins == ["tinh/log/2026", "tinh/log/2027"]


class Failing:
    """A signer that does not answer."""

    def keys(self, log: str) -> tuple[str, ...]:
        raise SignerRefusedError

    def last(self, origin: str) -> bytes | None:
        raise SignerRefusedError

    def sign(self, text: bytes, proof: Any) -> bytes:
        raise SignerRefusedError


def test_a_signer_that_is_away_delays_signatures_and_loses_nothing(
    here: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    written(here, 3)
    with pytest.raises(SignerRefusedError):
        Sequencer(log, Failing(), clock).run(here.tenant, "tinh/log")
    assert log.lag(here.tenant).pending == 0
    assert log.newest(here.tenant, 2026) is None
    Sequencer(log, kept, clock).run(here.tenant, "tinh/log")
    assert len(heads(log, here.tenant, kept)) == 1


def test_a_head_that_was_signed_and_not_stored_does_not_stop_the_next(
    here: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    made = Sequencer(log, kept, clock)
    written(here, 3)
    log.integrate(here.tenant, 2026, 100)
    head = log.head(here.tenant, 2026)
    origin = checkpoint.origin("tinh/log", 2026)
    # What a crash between signing and storing leaves.
    kept.sign(checkpoint.text(verifier.Checkpoint(origin, head.size, head.root)), [])
    made.run(here.tenant, "tinh/log")
    written(here, 2)
    made.run(here.tenant, "tinh/log")
    assert len(heads(log, here.tenant, kept)) == 2


def test_a_database_brought_back_from_an_older_copy_is_not_signed(
    here: World, there: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    made = Sequencer(log, kept, clock)
    written(here, 30)
    made.run(here.tenant, "tinh/log")
    # Another tenant's shorter log under the same name stands for the older copy.
    written(there, 3)
    with pytest.raises(SignerRefusedError, match="were signed before"):
        made.run(there.tenant, "tinh/log")
    assert log.newest(there.tenant, 2026) is None


def test_a_stream_that_must_wait_keeps_no_other_from_its_place(
    here: World, database: Database, log: Log
) -> None:
    log.integrate(here.tenant, 2026, 10_000)
    # Sorted before every other, and more than one batch takes.
    stuck = Stream(
        tenant=here.tenant, kind=StreamKind.PROCEDURE, id=UUID(int=1), month=202611
    )
    written(here, 6, stuck)
    with database.write() as connection:
        connection.execute(
            sa.delete(log_schema.pending).where(
                log_schema.pending.c.stream == stuck.id, log_schema.pending.c.seq == 1
            )
        )
    others = [written(here, 2) for _ in range(3)]
    assert list(log.batches(here.tenant, 2026, 2)) == [0, 0, 1, 2, 2, 1]
    assert log.lag(here.tenant).pending == 5
    for sealed in others:
        places = log.places(here.tenant, sealed[0].stream.id, world.MONTH)
        assert places.keys() == {1, 2}


def test_a_batch_that_fails_leaves_nothing_behind(
    here: World, database: Database, log: Log
) -> None:
    sealed = written(here, 1)
    log.integrate(here.tenant, 2026, 10_000)
    head = log.head(here.tenant, 2026)
    stream = sealed[0].stream
    written(here, 3)
    with database.write() as connection:
        # What has a place is said to wait for one.
        row = {"tenant_id": here.tenant, "stream": stream.id, "seq": 1}
        connection.execute(sa.insert(log_schema.pending), {**row, "month": world.MONTH})
    with pytest.raises(failures.RAISED):
        log.integrate(here.tenant, 2026, 10_000)
    assert log.lag(here.tenant).pending == 4
    assert log.head(here.tenant, 2026) == head


def test_a_node_that_was_taken_out_is_named(
    here: World, database: Database, log: Log
) -> None:
    written(here, 300)
    log.integrate(here.tenant, 2026, 10_000)
    with database.write() as connection:
        for sql in UNGUARD[connection.dialect.name]:
            connection.exec_driver_sql(sql)
        connection.execute(
            sa.delete(log_schema.log_node).where(
                log_schema.log_node.c.tenant_id == here.tenant
            )
        )
    with pytest.raises(EvidenceError, match="lacks node 8/0"):
        log.head(here.tenant, 2026)
    written(here, 1)
    with pytest.raises(EvidenceError, match="lacks node 8/0"):
        log.integrate(here.tenant, 2026, 10_000)


class Slow:
    """A signer before which something happens."""

    def __init__(self, signer: keeper.Keeper, before: Callable[[], object]) -> None:
        self.signer = signer
        self.before = before

    def keys(self, log: str) -> tuple[str, ...]:
        return self.signer.keys(log)

    def last(self, origin: str) -> bytes | None:
        return self.signer.last(origin)

    def sign(self, text: bytes, proof: Any) -> bytes:
        self.before()
        return self.signer.sign(text, proof)


def test_a_second_sequencer_that_signs_first_is_no_rollback(
    here: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))
    other = Sequencer(log, kept, clock)

    def overtake() -> None:
        written(here, 2)
        other.run(here.tenant, "tinh/log")

    written(here, 3)
    Sequencer(log, Slow(kept, overtake), clock).run(here.tenant, "tinh/log")
    # The head that was overtaken is not signed; the newer one covers it.
    (head,) = heads(log, here.tenant, kept)
    assert head.size == log.head(here.tenant, 2026).size


def test_sequencers_side_by_side_sign_one_history(
    here: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(datetime(2026, 11, 20, tzinfo=UTC))

    def work() -> None:
        mine = Sequencer(log, kept, clock)
        for _ in range(5):
            mine.run(here.tenant, "tinh/log")

    with futures.ThreadPoolExecutor(3) as executor:
        running = [executor.submit(work) for _ in range(2)]
        for _ in range(20):
            written(here, 2)
        # No refusal: neither takes the other for a log that lost its end.
        assert [one.exception() for one in running] == [None, None]
    Sequencer(log, kept, clock).run(here.tenant, "tinh/log")
    sizes = [one.size for one in heads(log, here.tenant, kept)]
    assert sizes == sorted(sizes)
    assert sizes[-1] == log.head(here.tenant, 2026).size


def test_the_end_of_last_year_is_signed_once_its_signer_is_back(
    here: World, log: Log, kept: keeper.Keeper
) -> None:
    clock = Clock(NEW_YEAR - timedelta(seconds=10))
    written(here, 3)
    with pytest.raises(SignerRefusedError):
        Sequencer(log, Failing(), clock).run(here.tenant, "tinh/log")
    clock.value = NEW_YEAR
    made = Sequencer(log, kept, clock)
    made.run(here.tenant, "tinh/log")
    assert [one.origin for one in heads(log, here.tenant, kept)] == ["tinh/log/2026"]
    # The clock is turned back: what comes now goes into the old log, and is signed.
    clock.value = NEW_YEAR - timedelta(seconds=60)
    written(here, 1)
    made.run(here.tenant, "tinh/log")
    assert len(heads(log, here.tenant, kept)) == 2


def test_the_ages_of_events_are_told_by_the_heads_that_cover_them(
    here: World, log: Log
) -> None:
    assert log.ages(here.tenant, 2031, 10) == Ages([], log.lag(here.tenant).since)
    began = _covered(here, log, written(here, 2)[0].at, 9_999)
    # What was there before the log began says nothing of it.
    assert log.ages(here.tenant, 2031, 1_000).signed == []
    first = written(here, 2)[0]
    assert log.ages(here.tenant, 2031, 10).since is not None
    size = _covered(here, log, first.at, 5, 9)
    found = log.ages(here.tenant, 2031, size)
    place = log.places(here.tenant, first.stream.id, world.MONTH)[1]
    # The first head over an event counts, not the second at the same size.
    assert found.signed[place.index - began] == 5.0
    assert len(found.signed) == size - began
    assert found.since is None
    written(here, 1)
    waiting = log.ages(here.tenant, 2031, 1)
    assert len(waiting.signed) == 1
    assert waiting.since == log.lag(here.tenant).since


def _covered(here: World, log: Log, since: datetime, *ages: int) -> int:
    """Give everything its place, and heads so many seconds after an instant."""
    log.integrate(here.tenant, 2031, 10_000)
    size = log.head(here.tenant, 2031).size
    for late in ages:
        at = since + timedelta(seconds=late)
        log.add(here.tenant, Signed(2031, size, bytes(32), b"note", at))
    return size
