"""What the pass that says yes or no lets through, the one that names finds right."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import pytest

from engine.evidence import quick, scan, tree
from engine.evidence.findings import Findings
from engine.evidence.folding import Wanted
from engine.evidence.placed import Placed

MONTHS: Final = (202610, 202611)
YEAR: Final = 2026
BLOCK: Final = 4
Row = list[Any]
# Columns of a row of an event: stream, number, month, leaf, body.
STREAM, SEQ, MONTH, LEAF, BODY = range(5)
# Columns of a place: year, index, stream, number, month, leaf.
OWNER: Final = slice(2, 5)


def leaf_of(body: bytes) -> bytes:
    return sha256(b"\0" + body).digest()


@dataclass
class Store:
    """Events, places and what waits, as a moment gives them."""

    written: list[Row] = field(default_factory=list)
    log: list[Row] = field(default_factory=list)
    pending: list[Row] = field(default_factory=list)
    ends: list[Row] = field(default_factory=list)

    def events(self) -> Iterator[list[Any]]:
        return blocks(self.written)

    def bodies(self) -> Iterator[list[Any]]:
        return blocks([(one[STREAM], one[SEQ], one[BODY]) for one in self.written])

    def places(self) -> Iterator[list[Any]]:
        return blocks(sorted(self.log))

    def leaves(self) -> Iterator[list[Any]]:
        return blocks([(*one[:2], one[-1]) for one in sorted(self.log)])

    def nodes(self) -> Iterator[list[Any]]:
        return blocks([])

    def heads(self) -> Iterator[list[Any]]:
        return blocks(self.ends)

    def waiting(self) -> Iterator[list[Any]]:
        return blocks([(one[0], one[1], one[2]) for one in self.pending])

    def waiting_bodies(self) -> Iterator[list[Any]]:
        known = {tuple(one[:3]): one[BODY] for one in self.written}
        return blocks([(known.get(tuple(one)),) for one in self.pending])

    def holds(self) -> bool:
        """Whether the pass that says yes or no, and the look at columns, say yes."""
        if quick.run(self, wanted(self.root), rest) is None:  # type: ignore[arg-type]
            return False
        placed = Placed(self)  # type: ignore[arg-type]
        for stream, seq, month, leaf, body in self.written:
            name = (stream, seq, month)
            found = [one[-1] for one in self.log if tuple(one[OWNER]) == name]
            for there in found or [None]:
                placed.look(name, body, leaf, there)
        return placed.right

    def wrong(self) -> list[str]:
        """What the pass that names finds."""
        findings = Findings()
        scan.run(self, findings, wanted(self.root), rest)  # type: ignore[arg-type]
        return [one.code for one in findings.told]

    #: Size and root that were signed.
    root: tuple[int, bytes] = (0, b"")


def rest() -> None:
    """Work at full speed."""


def wanted(root: tuple[int, bytes]) -> list[Wanted]:
    return [(YEAR, *root, "checkpoints")] if root[0] else []


def blocks(rows: list[Any]) -> Iterator[list[Any]]:
    rows = [tuple(one) for one in rows]
    return (rows[at : at + BLOCK] for at in range(0, len(rows), BLOCK))


def made(chance: random.Random) -> Store:
    """Three streams, written in turn; most events have a place, the last ones wait."""
    store = Store()
    last = {chance.randbytes(16): (0, bytes(32)) for _ in range(3)}
    for _ in range(chance.randrange(4, 20)):
        stream = chance.choice([*last])
        seq, prev = last[stream]
        link = f'"prev":"{prev.hex()}","seq":{seq + 1},"stream":"case:{stream.hex()}"'
        body = ("{" + link + "}").encode()
        last[stream] = seq + 1, leaf_of(body)
        month = chance.choice(MONTHS)
        store.written.append([stream, seq + 1, month, leaf_of(body), body])
    split = chance.randrange(len(store.written) + 1)
    for index, one in enumerate(store.written[:split]):
        store.log.append([YEAR, index, *one[:4]])
    store.pending = [one[:3] for one in store.written[split:]]
    store.ends = [
        [stream, MONTHS[0], seq, head, "case"]
        for stream, (seq, head) in last.items()
        if seq
    ]
    signed = chance.randrange(split + 1)
    frontier = tree.Frontier()
    for one in store.log[:signed]:
        frontier.append(one[-1])
    store.root = signed, frontier.root()
    # Nobody promises the order of rows.
    at = chance.randrange(len(store.written) - 1)
    store.written[at : at + 2] = store.written[at : at + 2][::-1]
    return store


def two(store: Store, chance: random.Random) -> list[Row]:
    return chance.sample(store.written, 2)


def change_body(store: Store, chance: random.Random) -> None:
    chance.choice(store.written)[BODY] += b" "


def rewrite(store: Store, chance: random.Random) -> None:
    """A body with its hash."""
    one = chance.choice(store.written)
    one[BODY] = b" " + one[BODY]
    one[LEAF] = leaf_of(one[BODY])


def change_leaf(store: Store, chance: random.Random) -> None:
    chance.choice(store.written)[LEAF] = chance.randbytes(32)


def change_month(store: Store, chance: random.Random) -> None:
    chance.choice(store.written)[MONTH] += 1


def swap_leaves(store: Store, chance: random.Random) -> None:
    one, other = two(store, chance)
    one[LEAF], other[LEAF] = other[LEAF], one[LEAF]


def swap_owners(store: Store, chance: random.Random) -> None:
    """Two places point to each other's events."""
    if len(store.log) > 1:
        one, other = chance.sample(store.log, 2)
        one[OWNER], other[OWNER] = other[OWNER], one[OWNER]


def swap_owners_and_leaves(store: Store, chance: random.Random) -> None:
    """And the hashes in the rows of those events follow."""
    if len(store.log) > 1:
        one, other = chance.sample(store.log, 2)
        for row in store.written:
            if row[:3] == one[OWNER]:
                row[LEAF] = other[-1]
            elif row[:3] == other[OWNER]:
                row[LEAF] = one[-1]
        one[OWNER], other[OWNER] = other[OWNER], one[OWNER]


def lose_event(store: Store, chance: random.Random) -> None:
    store.written.remove(chance.choice(store.written))


def double_event(store: Store, chance: random.Random) -> None:
    store.written.append([*chance.choice(store.written)])


def lose_place(store: Store, _: random.Random) -> None:
    if store.log:
        store.log.pop()


def add_places(store: Store, chance: random.Random) -> None:
    """One or two more of the same."""
    if store.log:
        one = chance.choice(store.log)
        for _ in range(chance.randrange(1, 3)):
            store.log.append([YEAR, len(store.log), *one[2:]])


def point_elsewhere(store: Store, chance: random.Random) -> None:
    if store.log:
        chance.choice(store.log)[chance.choice([3, 4])] += 1


def other_leaf(store: Store, chance: random.Random) -> None:
    if store.log:
        chance.choice(store.log)[-1] = chance.choice(store.written)[LEAF]


def stop_waiting(store: Store, _: random.Random) -> None:
    if store.pending:
        store.pending.pop()


def wait_again(store: Store, chance: random.Random) -> None:
    one = chance.choice(store.written)[:3]
    if one not in store.pending:  # No row of what waits can stand twice.
        store.pending.append(one)


def wait_twice(store: Store, chance: random.Random) -> None:
    """The key of the table is gone."""
    if store.pending:
        store.pending.append(chance.choice(store.pending))


def wait_as_nobody(store: Store, chance: random.Random) -> None:
    store.pending.append([chance.randbytes(16), 1, MONTHS[0]])


def change_end(store: Store, chance: random.Random) -> None:
    chance.choice(store.ends)[2] += chance.choice([-1, 1])


def lose_end(store: Store, _: random.Random) -> None:
    store.ends.pop()


DAMAGES: Final[tuple[Callable[[Store, random.Random], None], ...]] = (
    *(change_body, rewrite, change_leaf, change_month, swap_leaves, swap_owners),
    *(swap_owners_and_leaves, lose_event, double_event, lose_place, add_places),
    *(point_elsewhere, other_leaf, stop_waiting, wait_again, wait_twice),
    *(wait_as_nobody, change_end, lose_end),
)


@pytest.mark.parametrize("seed", range(20))
def test_what_is_whole_holds_and_nothing_is_named(seed: int) -> None:
    store = made(random.Random(seed))  # noqa: S311 - the same stores each time
    assert store.wrong() == []
    assert store.holds()


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_whatever_is_named_did_not_hold_and_the_other_way_round(
    damage: Callable[[Store, random.Random], None],
) -> None:
    caught = 0
    for seed in range(60):
        chance = random.Random(seed)  # noqa: S311 - the same stores each time
        store = made(chance)
        for _ in range(seed % 2):
            chance.choice(DAMAGES)(store, chance)
        damage(store, chance)
        wrong = store.wrong()
        assert store.holds() == (not wrong), (seed, wrong)
        caught += bool(wrong)
    assert caught > 20


def test_a_leaf_that_no_body_makes_is_seen_without_the_columns() -> None:
    store = made(random.Random(1))  # noqa: S311 - the same store each time
    store.root = 0, b""  # Nothing is signed yet that would tell it.
    assert quick.run(store, [], rest)  # type: ignore[arg-type]
    store.log[0][-1] = bytes(32)
    assert quick.run(store, [], rest) is None  # type: ignore[arg-type]


def body_of(name: str, seq: int, prev: bytes) -> bytes:
    return f'{{"prev":"{prev.hex()}","seq":{seq},"stream":"{name}"}}'.encode()


def test_no_kind_of_a_stream_gives_two_streams_the_same_bytes() -> None:
    chance = random.Random(1)  # noqa: S311 - the same streams each time
    whole, one, other = (chance.randbytes(16) for _ in range(3))
    store, prev = Store(), bytes(32)
    for seq in range(1, BLOCK + 1):
        body = body_of(f"case:{whole.hex()}", seq, prev)
        prev = leaf_of(body)
        store.written.append([whole, seq, MONTHS[0], prev, body])
    # The kind of the second holds the whole name of the first.
    kind = f'case:{one.hex()}","x":"y'
    twin = body_of(f"{kind}:{other.hex()}", 1, bytes(32))
    store.written.insert(0, [one, 1, MONTHS[0], leaf_of(twin), twin])
    store.written.append([other, 1, MONTHS[0], leaf_of(twin), twin])
    heads = (whole, BLOCK, prev, "case"), (one, 1, leaf_of(twin), "case")
    for stream, seq, head, named in (*heads, (other, 1, leaf_of(twin), kind)):
        store.ends.append([stream, MONTHS[0], seq, head, named])
    # The twins would cancel each other out, and so would two leaves of one event that
    # was taken away; they stand in different blocks.
    for index, row in enumerate(store.written):
        gone = bytes(32) if row[BODY] == twin else row[LEAF]
        store.log.append([YEAR, index, *row[:3], gone])
    assert quick.run(store, [], rest) is None  # type: ignore[arg-type]
