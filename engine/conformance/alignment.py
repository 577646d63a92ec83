"""The cheapest way to explain a foreign history by a model, exactly.

A history is a row of groups of chains of labels; what is in one group happened side by
side, each chain in its order, and some order of the whole must fit. A deviation is a
label that the model did not allow then (*extra*) or a step that the model demands and
the history does not show (*missing*); each costs 1. The net of `flows` is made
deterministic while it is walked, so equal beginnings are explored once for a whole log;
the search is 0-1 shortest path over (position, state), and gives up at a bound instead
of guessing. A history that is not over yet is a prefix: nothing that could still come
is missing in it.
"""

from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from engine.conformance.flows import NO, OVER, Net, NotComputedError, Step, bits

#: Markings in one state, and states looked at for one history, before giving up.
MARKINGS: Final = 20_000
STATES: Final = 400_000
#: Chains side by side that are tried in every order.
TIED: Final = 14

_OVER: Final = "More happens side by side than can be followed."

State = frozenset[int]
Group = tuple[tuple[str, ...], ...]
Position = tuple[int, Group, State]


@dataclass(frozen=True, slots=True)
class Move:
    """One step of an explanation."""

    #: `fits`, `extra` (only the history has it) or `missing` (only the model has it).
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """An explanation of a history that no other one beats."""

    cost: int
    moves: tuple[Move, ...]


class Aligner:
    """Explains histories by one model; it learns the model's states as it goes."""

    def __init__(self, net: Net) -> None:
        self._net = net
        # Silent steps by one of the places they need; joins need none of their own.
        self._silent: dict[int, list[Step]] = {}
        for step in net.steps:
            if not step.label:
                need = step.pre & -step.pre
                self._silent.setdefault(need, []).append(step)
        self._seen: dict[str, list[Step]] = {}
        for step in net.steps:
            if step.label:
                self._seen.setdefault(step.label, []).append(step)
        self._begin: State | None = None
        self._next: dict[tuple[State, str], State | None] = {}
        self._enabled: dict[State, tuple[str, ...]] = {}
        self._final: dict[State, bool] = {}
        self._known: dict[State, State] = {}
        # States out of which the model can do more than the net follows.
        self._over: set[State] = set()

    def align(self, history: Sequence[Group], *, whole: bool = True) -> Alignment:
        """The cheapest explanation of a history.

        Args:
            history: groups in order; each holds chains of labels, sorted.
            whole: it is over, so the model has to come to its end; else any state of
                the model will do.

        Raises:
            NotComputedError: The bound was reached; nothing is known.
        """
        groups = [group for group in history if group]
        if any(len(group) > TIED for group in groups):
            raise NotComputedError(f"More than {TIED} steps stand side by side.")
        quick = self._walk(groups, whole=whole)
        return quick or self._search(groups, whole=whole)

    def _walk(self, groups: Sequence[Group], *, whole: bool) -> Alignment | None:
        """A history without ties that fits: a walk through known states."""
        state = self._start()
        labels = [label for group in groups for label in group[0]]
        if any(len(group) != 1 for group in groups):
            return None
        for label in labels:
            after = self._after(state, label)
            if after is None:
                return None
            state = after
        if whole and not self._is_final(state):
            return None
        return Alignment(0, tuple(Move("fits", label) for label in labels))

    def _search(self, groups: Sequence[Group], *, whole: bool) -> Alignment:
        # A position is the number of whole groups done and what is left of the next.
        first = (0, groups[0] if groups else (), self._start())
        best: dict[Position, int] = {first: 0}
        came: dict[Position, tuple[Position, Move]] = {}
        waiting = deque([(0, first)])
        narrow = self._net.narrow
        while waiting and len(best) <= STATES:
            cost, here = waiting.popleft()
            if cost > best[here]:
                continue
            if cost and narrow:
                raise NotComputedError(narrow)
            ends = here[0] == len(groups)
            if ends and (not whole or self._is_final(here[2])):
                return Alignment(cost, _trail(here, came))
            for step, there, move in self._moves(here, groups):
                total = cost + step
                if total < best.get(there, total + 1):
                    best[there] = total
                    came[there] = (here, move)
                    (waiting.append if step else waiting.appendleft)((total, there))
            if here[2] in self._over:
                narrow = narrow or _OVER
        raise NotComputedError("The history is too far from the model to be explained.")

    def _moves(
        self, here: Position, groups: Sequence[Group]
    ) -> Iterable[tuple[int, Position, Move]]:
        number, left, state = here
        for index, (label, *behind) in enumerate(left):
            if index and left[index - 1] == left[index]:
                continue
            rest = left[:index] + left[index + 1 :]
            if behind:
                rest = tuple(sorted((*rest, tuple(behind))))
            done = number
            if not rest:
                done = number + 1
                rest = groups[done] if done < len(groups) else ()
            after = self._after(state, label)
            if after is not None:
                yield 0, (done, rest, after), Move("fits", label)
            yield 1, (done, rest, state), Move("extra", label)
        for label in self._labels(state):
            after = self._after(state, label)
            if after is not None:
                yield 1, (number, left, after), Move("missing", label)

    # The deterministic net, made while it is walked.

    def _start(self) -> State:
        if self._begin is None:
            self._begin = self._closed({self._net.initial})
        return self._begin

    def _after(self, state: State, label: str) -> State | None:
        key = (state, label)
        if key not in self._next:
            fire, steps = self._net.fire, self._seen.get(label, ())
            found = {fire(step, one) for one in state for step in steps}
            if OVER in found:
                self._over.add(state)
            found -= {NO, OVER}
            self._next[key] = self._closed(found) if found else None
        return self._next[key]

    def _labels(self, state: State) -> tuple[str, ...]:
        if state not in self._enabled:
            fire = self._net.fire
            self._enabled[state] = tuple(
                label
                for label, steps in self._seen.items()
                if any(fire(step, one) >= 0 for step in steps for one in state)
            )
        return self._enabled[state]

    def _is_final(self, state: State) -> bool:
        if state not in self._final:
            ended = ~(self._net.idle | self._net.optional)
            self._final[state] = any(marking & ended == 0 for marking in state)
        return self._final[state]

    def _closed(self, markings: set[int]) -> State:
        """Every marking that is reached without anything being seen."""
        found = set(markings)
        waiting = list(markings)
        over = False
        fire, low, silent = self._net.fire, self._net.low, self._silent
        while waiting:
            marking = waiting.pop()
            for need in (0, *bits(low(marking))):
                for step in silent.get(need, ()):
                    after = fire(step, marking)
                    over = over or after == OVER
                    if after >= 0 and after not in found:
                        found.add(after)
                        waiting.append(after)
            if len(found) > MARKINGS:
                raise NotComputedError("The model has too many states.")
        made = frozenset(found)
        made = self._known.setdefault(made, made)
        if over:
            self._over.add(made)
        return made


def _trail(
    last: Position, came: Mapping[Position, tuple[Position, Move]]
) -> tuple[Move, ...]:
    found = []
    while last in came:
        last, move = came[last]
        found.append(move)
    return tuple(reversed(found))


def total(alignments: Iterable[tuple[Alignment, int]]) -> tuple[int, Counter[Move]]:
    """The cost of a whole log, and how often each deviation is made.

    Args:
        alignments: each with the number of histories that it explains.
    """
    cost = 0
    counted: Counter[Move] = Counter()
    for one, times in alignments:
        cost += one.cost * times
        for move in one.moves:
            if move.kind != "fits":
                counted[move] += times
    return cost, counted
