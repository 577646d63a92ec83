"""Whether every byte, every chain and the whole log are right: yes, or perhaps not.

Theory of operation. What is proved is proved by bodies and leaves alone: a body makes
its leaf hash, and says in itself which event of which stream it is and which it
follows; the leaves of the log make its signed roots. Bodies and leaves that are the
same cancel each other out, whatever their order. As the bodies of whole chains are all
different, nothing left over and equal numbers mean that each event has one leaf.

The columns beside them (the month, the hash in the row, where a place says that its
event is) prove nothing and are not read here: `engine.evidence.placed` compares them.
Nothing is named here either; for that `engine.evidence.scan` reads everything again.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import zip_longest
from operator import itemgetter
from typing import Final

from engine.evidence.chains import Chains
from engine.evidence.findings import Findings
from engine.evidence.folding import Trees, Wanted
from engine.evidence.rows import Block, Moment
from engine.evidence.scan import Passed

_body: Final = itemgetter(2)
_leaf: Final = itemgetter(2)


def run(
    moment: Moment, wanted: Sequence[Wanted], pace: Callable[[], None]
) -> Passed | None:
    """Pass over all bodies and leaves; None: something is not right."""
    findings = Findings()
    heads = [row for block in moment.heads() for row in block]
    chains = Chains(findings, heads)
    trees = Trees(findings, wanted, moment)
    unpaired: set[bytes] = set()
    for bodies, places in _side_by_side(moment):
        made = _hashes(map(_body, bodies))
        chains.take(bodies, made)
        trees.take(places)
        unpaired.symmetric_difference_update(made)
        unpaired.symmetric_difference_update(map(_leaf, places))
        pace()
    chains.end()
    trees.end()
    chains.check_heads()
    passed = Passed(chains, trees.sizes)
    sound = not findings.told and not trees.wrong
    return passed if sound and _wait(moment, unpaired, passed) else None


def _side_by_side(moment: Moment) -> Iterator[tuple[Block, Block]]:
    return zip_longest(moment.bodies(), moment.leaves(), fillvalue=[])


def _hashes(bodies: Iterable[bytes]) -> list[bytes]:
    # `record.leaf_hash` written out: this is done for every event there is.
    return [sha256(b"\0" + body).digest() for body in bodies]


def _wait(moment: Moment, unpaired: set[bytes], passed: Passed) -> bool:
    """Events without a leaf are those that wait for one, each once."""
    waiting = [row[0] for block in moment.waiting_bodies() for row in block]
    if None in waiting:
        return False
    leaves = sum(passed.sizes.values())
    counted = passed.chains.events == leaves + len(waiting)
    return counted and set(_hashes(waiting)) == unpaired
